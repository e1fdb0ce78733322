/*
 * The locks of modules, and their counters: instrumented like the engine, so
 * that their words are simulated memory and cost what they cost.  Who waits
 * spins for a while and then gives way, as in engine/mutex.c.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "engine/kern.h"
#include "sim/kmod/shape.h"

#define KPI(type, name, ...)						\
	type kmod_##name(__VA_ARGS__);					\
	type								\
	kmod_##name(__VA_ARGS__)

enum {
	KIND_SPIN = 0x1,
	KIND_RECURSE = 0x4,
	SX_RECURSE = 0x20,

	WANT_OWNED = 1,		/* MA_OWNED; LA_LOCKED */
	WANT_NOT = 2,		/* MA_NOTOWNED */
	WANT_SHARED = 2,	/* LA_SLOCKED */
	WANT_EXCLUSIVE = 4,	/* LA_XLOCKED */
	WANT_RECURSED = 8,
	WANT_NOT_RECURSED = 16,

	LOOKS_MAX = 128,	/* before the CPU is offered to others */
	COUNTER_WORDS = 16,	/* from one CPU's to the next: 128 bytes */
};

static const uint32_t SX_WRITER = UINT32_C(0x80000000);

struct shape_thread *kmod_gusim_curthread(void);

static uintptr_t
me(void)
{

	return ((uintptr_t)kmod_gusim_curthread());
}

/* Until it looks as if it were worth trying again. */
static void
wait_while(_Atomic(uint32_t) *word, bool (*busy)(uint32_t value))
{
	unsigned looks;

	looks = 0;
	while (busy(atomic_load_explicit(word, memory_order_relaxed))) {
		if (++looks < LOOKS_MAX || kern_critical_depth() != 0)
			kern_spin();
		else {
			kern_yield();
			looks = 0;
		}
	}
}

static bool
is_taken(uint32_t value)
{

	return (value != 0);
}

static bool
is_written(uint32_t value)
{

	return (value == SX_WRITER);
}

/* --- mutexes ------------------------------------------------------------ */

KPI(void, mtx_init, struct shape_mtx *mtx, const char *name, const char *type,
    uint32_t kind)
{

	(void)type;
	mtx->object.name = name;
	mtx->object.flags = 0;
	mtx->kind = kind;
	mtx->recurse = 0;
	atomic_store_explicit(&mtx->owner, 0, memory_order_relaxed);
	atomic_store_explicit(&mtx->word, 0, memory_order_release);
}

KPI(void, mtx_destroy, struct shape_mtx *mtx)
{

	KERN_ASSERT(atomic_load_explicit(&mtx->word, memory_order_relaxed) ==
	    0 || atomic_load_explicit(&mtx->owner, memory_order_relaxed) ==
	    me(), "mtx_destroy: somebody else holds it");
	mtx->object.name = NULL;
}

static bool
mtx_mine(const struct shape_mtx *mtx)
{

	return (atomic_load_explicit(&mtx->owner, memory_order_relaxed) ==
	    me());
}

static bool
mtx_try(struct shape_mtx *mtx)
{

	if (atomic_exchange_explicit(&mtx->word, 1, memory_order_acquire) != 0)
		return (false);
	atomic_store_explicit(&mtx->owner, me(), memory_order_relaxed);
	return (true);
}

KPI(void, mtx_lock, struct shape_mtx *mtx)
{

	if (mtx_mine(mtx)) {
		KERN_ASSERT(mtx->kind & KIND_RECURSE,
		    "mtx_lock: the thread has this mutex already");
		mtx->recurse++;
		return;
	}
	KERN_ASSERT((mtx->kind & KIND_SPIN) == 0,
	    "mtx_lock: this is a spin mutex");
	KERN_ASSERT(kern_critical_depth() == 0,
	    "mtx_lock: in a critical or read section, where nobody may block");
	while (!mtx_try(mtx))
		wait_while(&mtx->word, is_taken);
}

KPI(int, mtx_trylock, struct shape_mtx *mtx)
{

	if (mtx_mine(mtx)) {
		if ((mtx->kind & KIND_RECURSE) == 0)
			return (0);
		mtx->recurse++;
		return (1);
	}
	return (mtx_try(mtx));
}

KPI(void, mtx_unlock, struct shape_mtx *mtx)
{

	KERN_ASSERT(mtx_mine(mtx), "mtx_unlock: the thread does not have it");
	if (mtx->recurse > 0) {
		mtx->recurse--;
		return;
	}
	atomic_store_explicit(&mtx->owner, 0, memory_order_relaxed);
	atomic_store_explicit(&mtx->word, 0, memory_order_release);
}

KPI(void, mtx_lock_spin, struct shape_mtx *mtx)
{

	kern_critical_enter();
	if (mtx_mine(mtx)) {
		mtx->recurse++;
		return;
	}
	while (!mtx_try(mtx))
		wait_while(&mtx->word, is_taken);
}

KPI(int, mtx_trylock_spin, struct shape_mtx *mtx)
{

	kern_critical_enter();
	if (mtx_try(mtx))
		return (1);
	kern_critical_exit();
	return (0);
}

KPI(void, mtx_unlock_spin, struct shape_mtx *mtx)
{

	kmod_mtx_unlock(mtx);
	kern_critical_exit();
}

KPI(int, mtx_owned, const struct shape_mtx *mtx)
{

	return (mtx_mine(mtx));
}

KPI(void, mtx_assert_, const struct shape_mtx *mtx, int what, const char *file,
    int line)
{
	bool recursed;

	if (what == WANT_NOT) {
		if (mtx_mine(mtx))
			kern_panic(file, line, "mtx_assert: the thread has the "
			    "mutex");
		return;
	}
	if (!mtx_mine(mtx))
		kern_panic(file, line, "mtx_assert: the thread does not have "
		    "the mutex");
	recursed = mtx->recurse != 0;
	if ((recursed && (what & WANT_NOT_RECURSED)) ||
	    (!recursed && (what & WANT_RECURSED)))
		kern_panic(file, line, recursed ?
		    "mtx_assert: the mutex is recursed" :
		    "mtx_assert: the mutex is not recursed");
}

/* For whoever sleeps with a mutex in his hands: of either kind. */
void kmod_mtx_release(void *lock);
void
kmod_mtx_release(void *lock)
{
	struct shape_mtx *mtx = lock;

	if (mtx->kind & KIND_SPIN)
		kmod_mtx_unlock_spin(mtx);
	else
		kmod_mtx_unlock(mtx);
}

void kmod_mtx_take(void *lock);
void
kmod_mtx_take(void *lock)
{
	struct shape_mtx *mtx = lock;

	if (mtx->kind & KIND_SPIN)
		kmod_mtx_lock_spin(mtx);
	else
		kmod_mtx_lock(mtx);
}

/* --- sx locks: readers are counted, a writer is one bit ----------------- */

KPI(void, sx_init_flags, struct shape_sx *sx, const char *name, int flags)
{

	sx->object.name = name;
	sx->object.flags = (uint32_t)flags;
	sx->recurse = 0;
	atomic_store_explicit(&sx->owner, 0, memory_order_relaxed);
	atomic_store_explicit(&sx->word, 0, memory_order_release);
}

KPI(void, sx_destroy, struct shape_sx *sx)
{

	KERN_ASSERT(atomic_load_explicit(&sx->word, memory_order_relaxed) == 0,
	    "sx_destroy: somebody holds it");
	sx->object.name = NULL;
}

KPI(int, sx_xlocked, const struct shape_sx *sx)
{

	return (atomic_load_explicit(&sx->owner, memory_order_relaxed) ==
	    me());
}

KPI(int, sx_try_slock, struct shape_sx *sx)
{
	uint32_t readers;

	readers = atomic_load_explicit(&sx->word, memory_order_relaxed);
	while (readers != SX_WRITER)
		if (atomic_compare_exchange_weak_explicit(&sx->word, &readers,
		    readers + 1, memory_order_acquire, memory_order_relaxed))
			return (1);
	return (0);
}

KPI(void, sx_slock, struct shape_sx *sx)
{

	KERN_ASSERT(kern_critical_depth() == 0,
	    "sx_slock: in a critical or read section, where nobody may block");
	while (!kmod_sx_try_slock(sx))
		wait_while(&sx->word, is_written);
}

KPI(void, sx_sunlock, struct shape_sx *sx)
{
	uint32_t readers;

	readers = atomic_fetch_sub_explicit(&sx->word, 1,
	    memory_order_release);
	KERN_ASSERT(readers != 0 && readers != SX_WRITER,
	    "sx_sunlock: nobody reads it");
}

KPI(int, sx_try_xlock, struct shape_sx *sx)
{
	uint32_t free;

	if (kmod_sx_xlocked(sx)) {
		if ((sx->object.flags & SX_RECURSE) == 0)
			return (0);
		sx->recurse++;
		return (1);
	}
	free = 0;
	if (!atomic_compare_exchange_strong_explicit(&sx->word, &free,
	    SX_WRITER, memory_order_acquire, memory_order_relaxed))
		return (0);
	atomic_store_explicit(&sx->owner, me(), memory_order_relaxed);
	return (1);
}

KPI(void, sx_xlock, struct shape_sx *sx)
{

	KERN_ASSERT(!kmod_sx_xlocked(sx) || (sx->object.flags & SX_RECURSE),
	    "sx_xlock: the thread has this lock already");
	KERN_ASSERT(kern_critical_depth() == 0,
	    "sx_xlock: in a critical or read section, where nobody may block");
	while (!kmod_sx_try_xlock(sx))
		wait_while(&sx->word, is_taken);
}

KPI(void, sx_xunlock, struct shape_sx *sx)
{

	KERN_ASSERT(kmod_sx_xlocked(sx),
	    "sx_xunlock: the thread does not have it");
	if (sx->recurse > 0) {
		sx->recurse--;
		return;
	}
	atomic_store_explicit(&sx->owner, 0, memory_order_relaxed);
	atomic_store_explicit(&sx->word, 0, memory_order_release);
}

KPI(int, sx_try_upgrade, struct shape_sx *sx)
{
	uint32_t one;

	one = 1;
	if (!atomic_compare_exchange_strong_explicit(&sx->word, &one,
	    SX_WRITER, memory_order_acquire, memory_order_relaxed))
		return (0);
	atomic_store_explicit(&sx->owner, me(), memory_order_relaxed);
	return (1);
}

KPI(void, sx_downgrade, struct shape_sx *sx)
{

	KERN_ASSERT(kmod_sx_xlocked(sx),
	    "sx_downgrade: the thread does not have it");
	atomic_store_explicit(&sx->owner, 0, memory_order_relaxed);
	atomic_store_explicit(&sx->word, 1, memory_order_release);
}

KPI(void, sx_unlock, struct shape_sx *sx)
{

	if (kmod_sx_xlocked(sx))
		kmod_sx_xunlock(sx);
	else
		kmod_sx_sunlock(sx);
}

KPI(void, sx_assert_, const struct shape_sx *sx, int what, const char *file,
    int line)
{
	uint32_t word;

	word = atomic_load_explicit(&sx->word, memory_order_relaxed);
	if ((what & WANT_EXCLUSIVE) != 0 ? !kmod_sx_xlocked(sx) :
	    (what & WANT_SHARED) != 0 ? word == 0 || word == SX_WRITER :
	    (what & WANT_OWNED) != 0 ? word == 0 : kmod_sx_xlocked(sx))
		kern_panic(file, line, "sx_assert: the lock is not held, or "
		    "held, as it must not be");
}

/* Sleepers take it again as they had it. */
void kmod_sx_release(void *lock);
void
kmod_sx_release(void *lock)
{

	kmod_sx_xunlock(lock);
}

void kmod_sx_take(void *lock);
void
kmod_sx_take(void *lock)
{

	kmod_sx_xlock(lock);
}

/* --- counters ----------------------------------------------------------- */

KPI(void, counter_u64_add, uint64_t *counter, int64_t change)
{
	uint64_t *word;

	kern_critical_enter();
	word = counter + (size_t)COUNTER_WORDS * kern_cpu();
	__atomic_store_n(word, __atomic_load_n(word, __ATOMIC_RELAXED) +
	    (uint64_t)change, __ATOMIC_RELAXED);
	kern_critical_exit();
}

KPI(uint64_t, counter_u64_fetch, uint64_t *counter)
{
	uint64_t sum;
	unsigned cpu;

	sum = 0;
	for (cpu = 0; cpu < kern_cpu_count(); cpu++)
		sum += __atomic_load_n(counter + (size_t)COUNTER_WORDS * cpu,
		    __ATOMIC_RELAXED);
	return (sum);
}

KPI(void, counter_u64_zero, uint64_t *counter)
{
	unsigned cpu;

	for (cpu = 0; cpu < kern_cpu_count(); cpu++)
		__atomic_store_n(counter + (size_t)COUNTER_WORDS * cpu, 0,
		    __ATOMIC_RELAXED);
}
