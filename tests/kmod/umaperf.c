/*
 * Packets between CPUs: the pattern of the benchmark that the author of GUS
 * measured it with, as a module.  A thread on each CPU allocates a chain of
 * packets, pushes it to the stack of some CPU, takes what its own stack has, and
 * frees it.  The heads of the stacks are followed in sections.
 *
 * Tunables: umaperf.size, .chain, .limit, .lazy, .deferred.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <sys/param.h>
#include <sys/counter.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/lock.h>
#include <sys/malloc.h>
#include <sys/module.h>
#include <sys/mutex.h>
#include <sys/proc.h>
#include <sys/sched.h>
#include <sys/smp.h>
#include <sys/smr.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <sys/time.h>
#include <vm/uma.h>

struct packet {
	struct packet *next;
	u_int from;
	u_int length;		/* of the chain that begins here */
	u_char body[];
};

struct station {
	uintptr_t head;		/* struct packet * */
	u_int held;
	u_long passed;
	sbintime_t began;
	u_int turns;
} __aligned(2 * CACHE_LINE_SIZE);

static MALLOC_DEFINE(M_UMAPERF, "umaperf", "stations");
static struct station *stations;
static uma_zone_t packets;
static smr_t smr;
static struct mtx mutex;
static counter_u64_t refused;
static int alive;
static volatile u_int leaving;

static int size = 256;
static int chain = 20;
static int limit = 2000;
static int lazy;
static int deferred;
SYSCTL_NODE(, OID_AUTO, umaperf, CTLFLAG_RW | CTLFLAG_MPSAFE, 0, "umaperf");
SYSCTL_INT(_umaperf, OID_AUTO, size, CTLFLAG_RDTUN, &size, 0, "bytes");
SYSCTL_INT(_umaperf, OID_AUTO, chain, CTLFLAG_RDTUN, &chain, 0, "packets");
SYSCTL_INT(_umaperf, OID_AUTO, limit, CTLFLAG_RDTUN, &limit, 0, "packets");
SYSCTL_INT(_umaperf, OID_AUTO, lazy, CTLFLAG_RDTUN, &lazy, 0, "SMR_LAZY");
TUNABLE_INT("umaperf.deferred", &deferred);

static void
section_enter(void)
{

	if (lazy)
		smr_lazy_enter(smr);
	else
		smr_enter(smr);
}

static void
section_exit(void)
{

	if (lazy)
		smr_lazy_exit(smr);
	else
		smr_exit(smr);
}

static struct packet *
make_chain(void)
{
	struct packet *first, *packet;
	int i;

	first = NULL;
	for (i = 0; i < chain; i++) {
		packet = uma_zalloc_smr(packets, M_NOWAIT);
		if (packet == NULL)
			break;
		bzero(packet->body, 32);
		packet->from = curcpu;
		packet->next = first;
		packet->length = first == NULL ? 1 : first->length + 1;
		first = packet;
	}
	return (first);
}

static void
free_chain(struct packet *packet)
{
	struct packet *next;

	for (; packet != NULL; packet = next) {
		next = packet->next;
		uma_zfree_smr(packets, packet);
	}
}

/* False where the other station has enough. */
static bool
push(struct station *to, struct packet *first)
{
	struct packet *last;
	uintptr_t head;
	u_int length;

	length = first->length;
	if (atomic_load_int(&to->held) + length > (u_int)limit)
		return (false);
	for (last = first; last->next != NULL; last = last->next)
		continue;
	section_enter();
	do {
		head = atomic_load_acq_ptr(&to->head);
		last->next = (struct packet *)head;
		/* What is under it is looked at, so it must still be there. */
		gusim_smr_hold(smr, last->next, __FILE__, __LINE__);
		first->length = length +
		    (head == 0 ? 0 : last->next->length);
	} while (!atomic_cmpset_rel_ptr(&to->head, head, (uintptr_t)first));
	section_exit();
	atomic_add_int(&to->held, length);
	return (true);
}

static void
take(struct station *mine)
{
	struct packet *first, *packet;
	u_int count;

	section_enter();
	first = (struct packet *)atomic_swap_ptr(&mine->head, 0);
	atomic_thread_fence_acq();
	section_exit();
	count = 0;
	for (packet = first; packet != NULL; packet = packet->next)
		count++;
	atomic_subtract_int(&mine->held, count);
	mine->passed += count;
	free_chain(first);
}

static void
run(void *argument)
{
	struct station *mine;
	struct packet *packet;
	u_int cpu;

	mine = argument;
	cpu = (u_int)(mine - stations);
	thread_lock(curthread);
	sched_prio(curthread, PI_NET);
	sched_bind(curthread, (int)cpu);
	thread_unlock(curthread);
	mine->began = sbinuptime();
	while (atomic_load_acq_int(&leaving) == 0) {
		packet = make_chain();
		if (packet != NULL && !push(&stations[arc4random_uniform(
		    (uint32_t)mp_ncpus)], packet)) {
			counter_u64_add(refused, 1);
			free_chain(packet);
		}
		take(mine);
		if (++mine->turns % 64 == 0)
			pause("perf", 1);
	}
	mtx_lock(&mutex);
	if (--alive == 0)
		wakeup(&alive);
	mtx_unlock(&mutex);
	kthread_exit();
}

static void
prepare(void *unused __unused)
{

	mtx_init(&mutex, "umaperf", NULL, MTX_DEF);
	refused = counter_u64_alloc(M_WAITOK);
	stations = mallocarray(mp_maxid + 1, sizeof(*stations), M_UMAPERF,
	    M_WAITOK | M_ZERO);
}
SYSINIT(umaperf_prepare, SI_SUB_LOCK, SI_ORDER_ANY, prepare, NULL);

static void
clean(void *unused __unused)
{

	free(stations, M_UMAPERF);
	counter_u64_free(refused);
	mtx_destroy(&mutex);
}
SYSUNINIT(umaperf_clean, SI_SUB_LOCK, SI_ORDER_ANY, clean, NULL);

static int
load(void)
{
	int cpu, error;

	packets = uma_zcreate("packets", (size_t)size, NULL, NULL, NULL, NULL,
	    UMA_ALIGN_CACHE, UMA_ZONE_MAXBUCKET);
	smr = smr_create("umaperf", deferred ? 32 : 0,
	    lazy ? SMR_LAZY : deferred ? SMR_DEFERRED : 0);
	uma_zone_set_smr(packets, smr);
	KASSERT(uma_zone_get_smr(packets) == smr, ("whose domain is it?"));
	CPU_FOREACH(cpu) {
		error = kthread_add(run, &stations[cpu], NULL, NULL, 0, 0,
		    "umaperf-%d", cpu);
		if (error != 0)
			return (error);
		alive++;
	}
	return (0);
}

static int
unload(void)
{
	u_long passed;
	int cpu;

	atomic_store_rel_int(&leaving, 1);
	mtx_lock(&mutex);
	while (alive > 0)
		mtx_sleep(&alive, &mutex, 0, "umaperf", 0);
	mtx_unlock(&mutex);
	passed = 0;
	CPU_FOREACH(cpu) {
		take(&stations[cpu]);
		KASSERT(stations[cpu].held == 0, ("%u packets are missing",
		    stations[cpu].held));
		passed += stations[cpu].passed;
	}
	printf("umaperf: %lu packets, %ju chains refused\n", passed,
	    (uintmax_t)counter_u64_fetch(refused));
	uma_zdestroy(packets);
	smr_destroy(smr);
	return (0);
}

static int
handler(module_t module __unused, int what, void *argument __unused)
{

	switch (what) {
	case MOD_LOAD:
		return (load());
	case MOD_QUIESCE:
		return (atomic_load_int(&leaving) != 0 ? EBUSY : 0);
	case MOD_UNLOAD:
		return (unload());
	}
	return (EOPNOTSUPP);
}

DEV_MODULE(umaperf, handler, NULL);
MODULE_VERSION(umaperf, 1);
MODULE_DEPEND(umaperf, kernel, 1, 1, 1);
