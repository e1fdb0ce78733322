/*
 * One reader/writer lock around every section, and memory that is reused at
 * once: the anchor that every deferring scheme claims to beat.
 *
 * Model       one word holds the number of readers, a bit for the writer and
 *             one for a writer that waits.  Readers add themselves by compare
 *             and swap, as kernels do, so each enter and each exit moves the
 *             word's cache line: that line is what readers pay for.  A reader
 *             that meets a writer, or (prefer: writers) one that waits, looks
 *             again until it is gone; waiters spin for a while and then give
 *             up their CPU.  Writers queue on a mutex.
 * Guarantees  a free holds the lock for writing once, so every section that was
 *             open when it was called has ended; the item is reused at once.
 *             Nothing else waits for memory.
 * Limits      readers do not scale; a reader that is preempted or stalled holds
 *             up everybody; with prefer: writers, a stream of writers keeps
 *             readers out, and with prefer: readers the other way round.  One
 *             lock stands for all structures of the workload.
 * Source      FreeBSD rwlock(9), NetBSD rwlock(9): writers have preference.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/kern.h"
#include "engine/mutex.h"
#include "policies/limbo.h"

enum {
	RWLOCK_WRITER = 1,
	RWLOCK_WAITING = 2,	/* a writer waits: no more readers */
	RWLOCK_READER = 4,
	RWLOCK_SPINS = 100,	/* looks before a waiter gives up its CPU */
};

struct rwlock_config {
	uint64_t prefer;	/* 0: writers, 1: readers */
};

static const char *const prefer_names[] = { "writers", "readers", NULL };

static const struct knob rwlock_knobs[] = {
	{ "prefer", KNOB_CHOICE, offsetof(struct rwlock_config, prefer), NULL,
	    NULL, "writers", prefer_names,
	    "who goes first where both want the lock" },
};

struct rwlock {
	struct limbo limbo;
	bool readers_first;
	_Alignas(2 * KERN_LINE_SIZE) _Atomic(uint64_t) word;
	_Alignas(2 * KERN_LINE_SIZE) struct mutex writers;
};

static void
rwlock_destroy(void *policy)
{
	struct rwlock *lock;

	lock = policy;
	limbo_fini(&lock->limbo);
	mutex_fini(&lock->writers);
	kern_pages_free(lock, limbo_pages(sizeof(*lock), 0));
}

static void *
rwlock_create(const struct policy_setup *setup)
{
	const struct rwlock_config *config;
	struct rwlock *lock;

	lock = kern_pages_alloc(limbo_pages(sizeof(*lock), 0), kern_domain());
	if (lock == NULL)
		return (NULL);
	config = setup->config;
	lock->readers_first = config != NULL && config->prefer != 0;
	mutex_init(&lock->writers);
	if (!limbo_init(&lock->limbo, "rwlock", setup, 0)) {
		rwlock_destroy(lock);
		return (NULL);
	}
	return (lock);
}

static void
rwlock_relax(unsigned *spins)
{

	if (++*spins % RWLOCK_SPINS == 0)
		kern_yield();
	else
		kern_spin();
}

static void
rwlock_enter(void *policy)
{
	struct rwlock *lock;
	uint64_t word, closed;
	unsigned spins;

	lock = policy;
	spins = 0;
	closed = lock->readers_first ? RWLOCK_WRITER :
	    RWLOCK_WRITER | RWLOCK_WAITING;
	word = atomic_load_explicit(&lock->word, memory_order_relaxed);
	for (;;) {
		if ((word & closed) != 0) {
			rwlock_relax(&spins);
			word = atomic_load_explicit(&lock->word,
			    memory_order_relaxed);
			continue;
		}
		/*
		 * [R1] acquire, pairs with [R4] in rwlock_pass().
		 * Claim   a reader after a writer sees what was unlinked.
		 * Breaks  it finds the item that the writer has given back.
		 */
		if (atomic_compare_exchange_weak_explicit(&lock->word, &word,
		    word + RWLOCK_READER, memory_order_acquire,
		    memory_order_relaxed))
			return;
	}
}

static void
rwlock_exit(void *policy)
{
	struct rwlock *lock;

	lock = policy;
	/*
	 * [R2] release, pairs with [R3] in rwlock_pass().
	 * Claim   all that the section read, it read before it was over.
	 * Breaks  the item is reused under its last access.
	 * Mutant  rwlock-exit-relaxed
	 */
	(void)atomic_fetch_sub_explicit(&lock->word, RWLOCK_READER,
	    memory_order_release);
}

/*
 * Holds the lock for writing and lets go of it: whoever was reading has left.
 * The writer's own change was made before; to make it under the lock would cost
 * the same.
 */
static void
rwlock_pass(struct rwlock *lock)
{
	uint64_t word;
	unsigned spins;

	spins = 0;
	mutex_lock(&lock->writers);
	word = atomic_fetch_or_explicit(&lock->word, RWLOCK_WAITING,
	    memory_order_relaxed) | RWLOCK_WAITING;
	for (;;) {
		if (word != RWLOCK_WAITING) {
			rwlock_relax(&spins);
			word = atomic_load_explicit(&lock->word,
			    memory_order_relaxed);
			continue;
		}
		/* [R3] acquire, pairs with [R2]; see there. */
		if (atomic_compare_exchange_weak_explicit(&lock->word, &word,
		    RWLOCK_WRITER, memory_order_acquire,
		    memory_order_relaxed))
			break;
	}
	/* [R4] release, pairs with [R1]; see there. */
	atomic_store_explicit(&lock->word, 0, memory_order_release);
	mutex_unlock(&lock->writers);
}

static void
rwlock_retire(void *policy, void *item)
{
	struct rwlock *lock;

	lock = policy;
	limbo_cached(&lock->limbo, item);
	kern_event(KERN_WAIT_BEGIN, lock, 0, 0);
	rwlock_pass(lock);
	kern_event(KERN_WAIT_END, lock, 0, 0);
	kern_items(KERN_ITEMS_KNOWN, lock, &item, 1, 0);
	limbo_discard(lock, item);
}

static void
rwlock_synchronize(void *policy)
{

	kern_event(KERN_WAIT_BEGIN, policy, 0, 0);
	rwlock_pass(policy);
	kern_event(KERN_WAIT_END, policy, 0, 0);
}

const struct policy_def policy_rwlock = {
	.part = {
		.name = "rwlock",
		.about = "A reader/writer lock around every section; freed items are reused at once.",
		.source = "FreeBSD and NetBSD rwlock(9)",
		.knobs = rwlock_knobs,
		.knob_count = sizeof(rwlock_knobs) / sizeof(rwlock_knobs[0]),
		.config_bytes = sizeof(struct rwlock_config),
	},
	.safe = true,
	.waits = true,
	.create = rwlock_create,
	.destroy = rwlock_destroy,
	.enter = rwlock_enter,
	.exit = rwlock_exit,
	.alloc = limbo_alloc,
	.retire = rwlock_retire,
	.discard = limbo_discard,
	.synchronize = rwlock_synchronize,
	.housekeep = limbo_housekeep,
	.reclaim = limbo_reclaim,
	.census = limbo_census,
};
