/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/mutex.h"

#include "engine/kern.h"

/* Looks before the CPU is offered to others: about a lock's usual hold. */
enum { MUTEX_SPINS_MAX = 128 };

void
mutex_init(struct mutex *mutex)
{

	atomic_init(&mutex->locked, 0);
}

void
mutex_fini(struct mutex *mutex)
{

	/*
	 * An ordinary load: this CPU's own unlock may still be on its way to
	 * memory, where mutex_owned() looks.
	 */
	KERN_ASSERT(atomic_load_explicit(&mutex->locked,
	    memory_order_relaxed) == 0, "mutex: destroyed while it is held");
}

bool
mutex_trylock(struct mutex *mutex)
{

	return (atomic_exchange_explicit(&mutex->locked, 1,
	    memory_order_acquire) == 0);
}

/* Waits until it looks free, without writing to its line. */
static void
mutex_await(struct mutex *mutex)
{
	unsigned spins;

	spins = 0;
	while (atomic_load_explicit(&mutex->locked, memory_order_relaxed) !=
	    0) {
		if (++spins < MUTEX_SPINS_MAX || kern_critical_depth() != 0)
			kern_spin();
		else {
			kern_yield();
			spins = 0;
		}
	}
}

bool
mutex_lock_contended(struct mutex *mutex)
{

	if (mutex_trylock(mutex))
		return (false);
	do
		mutex_await(mutex);
	while (!mutex_trylock(mutex));
	return (true);
}

void
mutex_lock(struct mutex *mutex)
{

	(void)mutex_lock_contended(mutex);
}

void
mutex_unlock(struct mutex *mutex)
{

	KERN_ASSERT(mutex_owned(mutex), "mutex: unlocked while nobody held it");
	atomic_store_explicit(&mutex->locked, 0, memory_order_release);
}

KERN_UNSEEN bool
mutex_owned(const struct mutex *mutex)
{

	return (atomic_load_explicit(&mutex->locked, memory_order_relaxed) !=
	    0);
}
