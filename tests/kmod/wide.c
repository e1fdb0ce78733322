/*
 * Everything once: a module that includes each header and calls what most
 * modules never do.  What is not as the manual says fails an assertion.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <sys/param.h>
#include <sys/bus.h>
#include <sys/condvar.h>
#include <sys/conf.h>
#include <sys/counter.h>
#include <sys/cpuset.h>
#include <sys/ctype.h>
#include <sys/domainset.h>
#include <sys/errno.h>
#include <sys/eventhandler.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/ktr.h>
#include <sys/libkern.h>
#include <sys/limits.h>
#include <sys/linker.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/module.h>
#include <sys/mutex.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <sys/refcount.h>
#include <sys/rtprio.h>
#include <sys/rwlock.h>
#include <sys/sched.h>
#include <sys/sdt.h>
#include <sys/smp.h>
#include <sys/smr.h>
#include <sys/stdarg.h>
#include <sys/sx.h>
#include <sys/sysctl.h>
#include <sys/syslog.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <sys/timetc.h>
#include <sys/unistd.h>
#include <sys/vmmeter.h>
#include <machine/atomic.h>
#include <machine/cpu.h>
#include <machine/cpufunc.h>
#include <machine/pcpu.h>
#include <machine/stdarg.h>
#include <vm/vm.h>
#include <vm/vm_param.h>
#include <vm/pmap.h>
#include <vm/uma.h>

struct entry {
	TAILQ_ENTRY(entry) tail;
	LIST_ENTRY(entry) list;
	STAILQ_ENTRY(entry) stail;
	SLIST_ENTRY(entry) slist;
	int value;
};

static MALLOC_DEFINE(M_WIDE, "wide", "all of it");
static struct mtx mutex;
MTX_SYSINIT(wide, &mutex, "wide", MTX_DEF | MTX_RECURSE);
static struct sx sx;
static struct rwlock rw;
static struct cv cv;
static COUNTER_U64_DEFINE_EARLY(counted);
DPCPU_DEFINE_STATIC(u_int, turns);
static int order;
static int waited = 3;
static char word[16] = "none";
static quad_t large = 1;
TUNABLE_INT("wide.waited", &waited);
TUNABLE_STR("wide.word", word, sizeof(word));
SYSCTL_NODE(_kern, OID_AUTO, wide, CTLFLAG_RW, 0, "");
SYSCTL_QUAD(_kern_wide, OID_AUTO, large, CTLFLAG_RWTUN, &large, 0, "");
static int ended;
static int inits, finis, ctors, dtors;
static struct proc *process;
static struct thread *stopped;

static int
init(void *memory, int size, int flags)
{

	inits++;
	memset(memory, 0x11, (size_t)size);
	return (0);
}

static void
fini(void *memory, int size)
{

	finis++;
	KASSERT(*(u_char *)memory != 0 && size == 96, ("fini of %d", size));
}

static int
ctor(void *memory, int size, void *argument, int flags)
{

	ctors++;
	if (argument == &order)
		return (ENOMEM);
	*(int *)memory = 7;
	return (0);
}

static void
dtor(void *memory, int size, void *argument)
{

	dtors++;
	KASSERT(*(int *)memory == 7, ("dtor of what no ctor has seen"));
}

static void
lists(void)
{
	TAILQ_HEAD(tails, entry) tails = TAILQ_HEAD_INITIALIZER(tails);
	STAILQ_HEAD(, entry) stails;
	LIST_HEAD(, entry) all;
	SLIST_HEAD(, entry) slist;
	struct entry *entries, *entry, *after;
	int i, sum;

	entries = mallocarray(5, sizeof(*entries), M_WIDE, M_WAITOK | M_ZERO);
	LIST_INIT(&all);
	STAILQ_INIT(&stails);
	SLIST_INIT(&slist);
	for (i = 0; i < 5; i++) {
		entries[i].value = i;
		TAILQ_INSERT_TAIL(&tails, &entries[i], tail);
		LIST_INSERT_HEAD(&all, &entries[i], list);
		STAILQ_INSERT_TAIL(&stails, &entries[i], stail);
		SLIST_INSERT_HEAD(&slist, &entries[i], slist);
	}
	TAILQ_REMOVE(&tails, &entries[0], tail);
	LIST_REMOVE(&entries[2], list);
	STAILQ_REMOVE(&stails, &entries[4], entry, stail);
	SLIST_REMOVE(&slist, &entries[0], entry, slist);
	sum = 0;
	TAILQ_FOREACH_SAFE(entry, &tails, tail, after)
		sum += entry->value;
	LIST_FOREACH(entry, &all, list)
		sum += 10 * entry->value;
	STAILQ_FOREACH(entry, &stails, stail)
		sum += 100 * entry->value;
	SLIST_FOREACH(entry, &slist, slist)
		sum += 1000 * entry->value;
	KASSERT(sum == 10 + 80 + 600 + 10000, ("lists add up to %d", sum));
	KASSERT(TAILQ_LAST(&tails, tails) == &entries[4], ("last"));
	KASSERT(TAILQ_PREV(&entries[4], tails, tail) == &entries[3], ("prev"));
	free(entries, M_WIDE);
}

static void
texts(void)
{
	static const int unsorted[] = { 5, 3, 9, -1 };
	char text[64], *end;
	int numbers[4];

	snprintf(text, sizeof(text), "%d|%5d|%-4u|%04x|%#lx|%s|%c|%.2s|%%|%jd",
	    -3, 42, 7u, 0xabu, 255ul, "word", '!', "cut", (intmax_t)-9);
	KASSERT(strcmp(text, "-3|   42|7   |00ab|0xff|word|!|cu|%|-9") == 0,
	    ("%s", text));
	KASSERT(strlcpy(text, "long enough", 5) == 11 &&
	    strcmp(text, "long") == 0, ("strlcpy"));
	KASSERT(strtoul("0x1f rest", &end, 0) == 31 && *end == ' ',
	    ("strtoul"));
	KASSERT(flsl(256) == 9 && ffs(8) == 4 && imax(1, 2) == 2, ("bits"));
	memcpy(numbers, unsorted, sizeof(numbers));
	KASSERT(bcmp(numbers, unsorted, sizeof(numbers)) == 0, ("bcmp"));
	KASSERT(random() != random() || arc4random() != arc4random(),
	    ("chance"));
	KASSERT(arc4random_uniform(3) < 3, ("bound"));
	printf("wide: ticks %d, uptime %jd\n", ticks, (intmax_t)time_uptime);
	log(LOG_INFO, "wide: %p\n", &mutex);
}

static void
times(void)
{
	struct timespec ts, later;
	sbintime_t sbt;
	uint64_t cycles;

	nanouptime(&ts);
	sbt = sbinuptime();
	cycles = rdtsc();
	DELAY(10);
	nanouptime(&later);
	timespecsub(&later, &ts, &later);
	KASSERT(later.tv_sec == 0 && later.tv_nsec >= 10000 &&
	    later.tv_nsec < 200000, ("DELAY(10) took %ld ns", later.tv_nsec));
	KASSERT(sbttous(sbinuptime() - sbt) >= 9, ("sbintime"));
	KASSERT(rdtsc() - cycles >= 10000, ("cycles"));
	KASSERT(sbttons(ustosbt(1500)) >= 1499000, ("conversion"));
}

static void
locks(void)
{

	mtx_lock(&mutex);
	mtx_lock(&mutex);
	mtx_assert(&mutex, MA_OWNED | MA_RECURSED);
	mtx_unlock(&mutex);
	KASSERT(mtx_owned(&mutex) && !mtx_recursed(&mutex), ("mutex"));
	mtx_unlock(&mutex);
	mtx_assert(&mutex, MA_NOTOWNED);
	sx_init(&sx, "wide");
	sx_slock(&sx);
	KASSERT(sx_try_upgrade(&sx) && sx_xlocked(&sx), ("upgrade"));
	sx_downgrade(&sx);
	sx_assert(&sx, SA_SLOCKED);
	sx_unlock(&sx);
	sx_destroy(&sx);
	rw_init(&rw, "wide");
	rw_wlock(&rw);
	rw_assert(&rw, RA_WLOCKED);
	rw_wunlock(&rw);
	rw_rlock(&rw);
	rw_runlock(&rw);
	rw_destroy(&rw);
}

static void
zones(void)
{
	uma_zone_t plain, per_cpu;
	smr_t one, two;
	smr_seq_t goal;
	uint64_t *words;
	void *item, *other;

	plain = uma_zcreate("wide", 96, ctor, dtor, init, fini, UMA_ALIGN_PTR,
	    UMA_ZONE_NOBUCKET);
	KASSERT(uma_zalloc_arg(plain, &order, M_WAITOK) == NULL, ("ctor"));
	item = uma_zalloc(plain, M_WAITOK | M_ZERO);
	KASSERT(*(int *)item == 7 && uma_zone_get_cur(plain) == 1, ("item"));
	uma_zfree(plain, item);
	uma_prealloc(plain, 4);
	uma_zone_reclaim(plain, UMA_RECLAIM_DRAIN_CPU);
	uma_zdestroy(plain);
	KASSERT(inits > 0 && inits == finis && ctors == 2 && dtors >= 1,
	    ("init %d fini %d ctor %d dtor %d", inits, finis, ctors, dtors));
	/* Small ones lie side by side and are told apart. */
	plain = uma_zcreate("wide small", 8, NULL, NULL, NULL, NULL,
	    UMA_ALIGN_PTR, 0);
	item = uma_zalloc(plain, M_WAITOK);
	other = uma_zalloc(plain, M_WAITOK);
	uma_zfree(plain, item);
	uma_zfree(plain, other);
	uma_zdestroy(plain);
	per_cpu = uma_zcreate("wide 8", 8, NULL, NULL, NULL, NULL,
	    UMA_ALIGN_PTR, UMA_ZONE_PCPU);
	words = uma_zalloc_pcpu(per_cpu, M_WAITOK | M_ZERO);
	critical_enter();
	(*(uint64_t *)zpcpu_get(words))++;
	critical_exit();
	uma_zfree_pcpu(per_cpu, words);
	uma_zdestroy(per_cpu);
	one = smr_create("one");
	two = smr_create("two", 0, SMR_LAZY);
	smr_enter(one);
	smr_lazy_enter(two);
	KASSERT(SMR_ENTERED(one) && SMR_ENTERED(two), ("sections"));
	smr_exit(one);
	goal = smr_advance(one);
	KASSERT(smr_poll(one, goal, false), ("two keeps one from ending"));
	smr_lazy_exit(two);
	smr_synchronize(one);
	smr_wait(one, smr_advance(one));
	smr_destroy(one);
	smr_destroy(two);
	item = malloc(10000, M_WIDE, M_WAITOK | M_ZERO);
	item = realloc(item, 20, M_TEMP, M_WAITOK);
	zfree(item, M_TEMP);
}

static void
sleeper(void *argument)
{

	KASSERT(argument == &order, ("argument"));
	mtx_lock(&mutex);
	cv_wait(&cv, &mutex);
	/* The mutex says nothing to late(), which takes none. */
	atomic_add_int(&ended, 1);
	mtx_unlock(&mutex);
	wakeup(&ended);
	/* Returning is an end, too. */
}

static void
late(void *argument)
{

	KASSERT(curthread == stopped && curcpu == CPU_FIRST(), ("place"));
	atomic_add_int(&ended, 1);
	kproc_exit(0);
}

static void
bump(void *argument)
{

	atomic_add_int(argument, 1);
	DPCPU_SET(turns, DPCPU_GET(turns) + 1);
}

static int
load(void)
{
	int cpu, error, visits;

	KASSERT(order == 1, ("SYSINITs come in their order: %d", order));
	KASSERT(waited == 5 && strcmp(word, "given") == 0 && large == 1 << 20,
	    ("tunables: %d %s %jd", waited, word, (intmax_t)large));
	lists();
	texts();
	times();
	locks();
	counter_u64_add(counted, 3);
	KASSERT(counter_u64_fetch(counted) == 3, ("counter"));
	cv_init(&cv, "wide");
	error = kproc_create(sleeper, &order, &process, 0, 0, "wide %s", "one");
	error |= kthread_add(late, NULL, process, &stopped, RFSTOPPED, 0,
	    "wide late");
	KASSERT(error == 0 && strcmp(stopped->td_name, "wide late") == 0,
	    ("threads"));
	sched_bind(stopped, CPU_FIRST());
	/* The first sleep ends the set-up; the threads run from here on. */
	error = tsleep(&order, PWAIT, "wide", waited);
	KASSERT(error == EWOULDBLOCK, ("tsleep: %d", error));
	zones();
	visits = 0;
	smp_rendezvous(NULL, bump, NULL, &visits);
	KASSERT(visits == mp_ncpus, ("visits: %d", visits));
	CPU_FOREACH(cpu)
		KASSERT(DPCPU_ID_GET(cpu, turns) == 1 &&
		    CPU_ISSET(cpu, &all_cpus), ("CPU %d", cpu));
	pause_sbt("wide", SBT_1US * 100, 0, C_PREL(1));
	return (0);
}

static void
first(void *argument)
{

	KASSERT(argument == &order && order == 0, ("SYSINIT"));
	order = 1;
}
SYSINIT(wide_first, SI_SUB_TUNABLES, SI_ORDER_FIRST, first, &order);

static int
handler(module_t module, int what, void *argument)
{
	static int asked;

	switch (what) {
	case MOD_LOAD:
		KASSERT(strcmp(module_getname(module), "wide") == 0, ("name"));
		return (load());
	case MOD_QUIESCE:
		/* Busy at first. */
		return (asked++ < 2 ? EBUSY : 0);
	case MOD_UNLOAD:
		sched_add(stopped, SRQ_BORING);
		mtx_lock(&mutex);
		cv_broadcast(&cv);
		while (atomic_load_int(&ended) < 2)
			mtx_sleep(&ended, &mutex, 0, "wide", 1);
		mtx_unlock(&mutex);
		return (0);
	}
	return (EOPNOTSUPP);
}
DEV_MODULE(wide, handler, NULL);
MODULE_VERSION(wide, 1);
