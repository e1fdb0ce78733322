/*
 * refcount - how many hold it?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_REFCOUNT_H
#define ENGINE_FREEBSD_MODULE_SYS_REFCOUNT_H

#include <sys/systm.h>

#define REFCOUNT_SATURATED(count)	(((count) & (1U << 31)) != 0)

static inline void
refcount_init(volatile u_int *count, u_int value)
{

	atomic_store_int(count, value);
}

static inline u_int
refcount_load(volatile u_int *count)
{

	return (atomic_load_int(count));
}

static inline u_int
refcount_acquire(volatile u_int *count)
{
	u_int old;

	old = atomic_fetchadd_int(count, 1);
	KASSERT(!REFCOUNT_SATURATED(old), ("refcount %p wraps", count));
	return (old);
}

static inline bool
refcount_acquire_if_not_zero(volatile u_int *count)
{
	u_int old;

	old = atomic_load_int(count);
	for (;;) {
		if (old == 0)
			return (false);
		if (atomic_fcmpset_int(count, &old, old + 1))
			return (true);
	}
}

/* True for whoever was the last: all others' releases come before. */
static inline bool
refcount_release(volatile u_int *count)
{
	u_int old;

	atomic_thread_fence_rel();
	old = atomic_fetchadd_int(count, (u_int)-1);
	KASSERT(old > 0, ("refcount %p is released too often", count));
	if (old > 1)
		return (false);
	atomic_thread_fence_acq();
	return (true);
}

static inline bool
refcount_release_if_not_last(volatile u_int *count)
{
	u_int old;

	old = atomic_load_int(count);
	for (;;) {
		if (old <= 1)
			return (false);
		if (atomic_fcmpset_rel_int(count, &old, old - 1))
			return (true);
	}
}

#endif
