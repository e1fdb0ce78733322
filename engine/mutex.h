/*
 * mutex - who may change this now?
 *
 * A small adaptive lock: a waiter spins for a while, since holders are brief,
 * and then gives up its CPU between looks, since the holder may be waiting for
 * it.  No fairness.  All zero is an unlocked mutex.
 *
 * Errors      unlocking what is not locked panics.
 * Cost        one atomic exchange without contention; one word.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_MUTEX_H
#define ENGINE_MUTEX_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct mutex {
	_Atomic(uint32_t) locked;	/* 0 or 1 */
};

void mutex_init(struct mutex *mutex);
/* Panics where somebody still holds it. */
void mutex_fini(struct mutex *mutex);

void mutex_lock(struct mutex *mutex);

/* mutex_lock(), and whether it was somebody else's at the first look. */
bool mutex_lock_contended(struct mutex *mutex);

/* False, and nothing has changed, where somebody holds it. */
bool mutex_trylock(struct mutex *mutex);

void mutex_unlock(struct mutex *mutex);

/*
 * Somebody holds it.  The engine does not know threads by name, so this is as
 * near to "I hold it" as an assertion gets.  Costs no time.
 */
bool mutex_owned(const struct mutex *mutex);

#endif
