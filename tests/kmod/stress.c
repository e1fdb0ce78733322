/*
 * A stress module in the manner of FreeBSD's: readers follow one pointer per
 * slot in sections, writers replace what it points to.  Compiled in three ways:
 *
 *	(nothing)	correct; must not be accused of anything
 *	BUG_KEEP	a reader goes on using its pointer after smr_exit()
 *	BUG_PLAIN	writers give items back as if there were no readers
 *	BUG_LEAK	the last items are forgotten
 *	BUG_STAY	the threads do not look whether they are to stop
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <sys/param.h>
#include <sys/kernel.h>
#include <sys/kthread.h>
#include <sys/malloc.h>
#include <sys/module.h>
#include <sys/proc.h>
#include <sys/sched.h>
#include <sys/smp.h>
#include <sys/smr.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <machine/atomic.h>
#include <vm/uma.h>

#define SLOTS	4
#define MAGIC	0x5afe5afe5afe5afeUL

struct thing {
	u_long magic;
	u_long generation;
	volatile u_int references;
	u_long payload[4];
};

struct slot {
	SMR_POINTER(struct thing *) current;
} __aligned(CACHE_LINE_SIZE);

static MALLOC_DEFINE(M_STRESS, "stress", "stress module");
static uma_zone_t zone;
static smr_t smr;
static struct slot *slots;
static volatile int stopping;
static volatile int running;
static int write_percent = 50;
SYSCTL_NODE(_debug, OID_AUTO, stress, CTLFLAG_RW, NULL, "stress");
SYSCTL_INT(_debug_stress, OID_AUTO, write_percent, CTLFLAG_RWTUN,
    &write_percent, 0, "share of writers' turns");

static void
check(const struct thing *thing)
{

	KASSERT(thing->magic == MAGIC, ("thing %p of generation %lu is not "
	    "what it was", thing, thing->generation));
}

static void
read_one(struct slot *slot)
{
	struct thing *thing;

	smr_enter(smr);
	thing = smr_entered_load(&slot->current, smr);
	if (thing != NULL) {
		atomic_add_int(&thing->references, 1);
		check(thing);
#ifdef BUG_KEEP
		smr_exit(smr);
		DELAY(1);
		atomic_subtract_int(&thing->references, 1);
		return;
#else
		atomic_subtract_int(&thing->references, 1);
#endif
	}
	smr_exit(smr);
}

static void
write_one(struct slot *slot)
{
	struct thing *old, *thing;

#ifdef BUG_PLAIN
	thing = uma_zalloc(zone, M_WAITOK);
#else
	thing = uma_zalloc_smr(zone, M_WAITOK);
#endif
	thing->magic = 0;
	thing->references = 0;
	thing->generation++;
	thing->magic = MAGIC;
	atomic_thread_fence_rel();
	old = (struct thing *)atomic_swap_ptr((uintptr_t *)&slot->current,
	    (uintptr_t)thing);
	atomic_thread_fence_acq();
	if (old == NULL)
		return;
#ifdef BUG_PLAIN
	uma_zfree(zone, old);
#else
	uma_zfree_smr(zone, old);
#endif
}

static void
worker(void *argument)
{
	struct slot *slot;
	int cpu;

	cpu = (int)(intptr_t)argument;
	thread_lock(curthread);
	sched_bind(curthread, cpu);
	thread_unlock(curthread);
#ifdef BUG_STAY
	for (;;) {
#else
	while (atomic_load_int(&stopping) == 0) {
#endif
		slot = &slots[random() % SLOTS];
		if ((int)(random() % 100) < write_percent)
			write_one(slot);
		else
			read_one(slot);
	}
	atomic_subtract_int(&running, 1);
	wakeup(__DEVOLATILE(int *, &running));
	kthread_exit();
}

static int
start(void)
{
	int cpu, error;

	zone = uma_zcreate("stress", sizeof(struct thing), NULL, NULL, NULL,
	    NULL, UMA_ALIGN_CACHE,
#ifdef BUG_PLAIN
	    0);
	smr = smr_create("stress", 0, 0);
#else
	    UMA_ZONE_SMR);
	smr = uma_zone_get_smr(zone);
#endif
	slots = malloc(SLOTS * sizeof(*slots), M_STRESS, M_WAITOK | M_ZERO);
	CPU_FOREACH(cpu) {
		running++;
		error = kthread_add(worker, (void *)(intptr_t)cpu, NULL, NULL,
		    0, 0, "stress/%d", cpu);
		if (error != 0)
			return (error);
	}
	printf("stress: %d threads\n", running);
	return (0);
}

static int
stop(void)
{
	struct thing *thing __unused;
	int i;

	atomic_store_int(&stopping, 1);
	while (atomic_load_acq_int((volatile u_int *)&running) != 0)
		tsleep(__DEVOLATILE(int *, &running), PWAIT, "stress", hz / 10);
	for (i = 0; i < SLOTS; i++) {
		thing = smr_unserialized_load(&slots[i].current, true);
		smr_unserialized_store(&slots[i].current, NULL, true);
#if defined(BUG_PLAIN)
		if (thing != NULL)
			uma_zfree(zone, thing);
#elif !defined(BUG_LEAK)
		if (thing != NULL)
			uma_zfree_smr(zone, thing);
#endif
	}
	free(slots, M_STRESS);
	uma_zdestroy(zone);
#ifdef BUG_PLAIN
	smr_destroy(smr);
#endif
	return (0);
}

static int
event(module_t module, int what, void *argument)
{

	switch (what) {
	case MOD_LOAD:
		return (start());
	case MOD_UNLOAD:
		return (stop());
	case MOD_QUIESCE:
		return (0);
	default:
		return (EOPNOTSUPP);
	}
}

static moduledata_t stress_mod = { "stress", event, NULL };
DECLARE_MODULE(stress, stress_mod, SI_SUB_PSEUDO, SI_ORDER_ANY);
MODULE_VERSION(stress, 1);
