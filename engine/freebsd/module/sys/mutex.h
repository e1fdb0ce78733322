/*
 * mutex - who may change this now?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_MUTEX_H
#define ENGINE_FREEBSD_MODULE_SYS_MUTEX_H

#include <sys/lock.h>
#include <sys/pcpu.h>

struct mtx {
	struct lock_object lock_object;
	volatile uint32_t mtx_word;	/* 0: free */
	volatile uint32_t mtx_recurse;
	volatile uintptr_t mtx_lock;	/* who has it */
	uint32_t mtx_kind;
};

#define MTX_DEF		0x00000000
#define MTX_SPIN	0x00000001
#define MTX_RECURSE	0x00000004
#define MTX_NOWITNESS	0x00000008
#define MTX_NOPROFILE	0x00000020
#define MTX_NEW		0x00000040
#define MTX_QUIET	0
#define MTX_DUPOK	0x00400000

#define MA_OWNED	1
#define MA_NOTOWNED	2
#define MA_RECURSED	8
#define MA_NOTRECURSED	16

/*
 * Waiters spin for a while and then give way, whoever holds it; a spin mutex
 * also keeps its holder on the CPU.
 */
void mtx_init(struct mtx *mtx, const char *name, const char *type, int kind);
void mtx_destroy(struct mtx *mtx);
void mtx_lock(struct mtx *mtx);
int mtx_trylock(struct mtx *mtx);
void mtx_unlock(struct mtx *mtx);
void mtx_lock_spin(struct mtx *mtx);
int mtx_trylock_spin(struct mtx *mtx);
void mtx_unlock_spin(struct mtx *mtx);
int mtx_owned(const struct mtx *mtx);
void mtx_assert_(const struct mtx *mtx, int what, const char *file, int line);

#define mtx_lock_flags(mtx, flags)	mtx_lock(mtx)
#define mtx_unlock_flags(mtx, flags)	mtx_unlock(mtx)
#define mtx_lock_spin_flags(mtx, flags)	mtx_lock_spin(mtx)
#define mtx_unlock_spin_flags(mtx, flags)	mtx_unlock_spin(mtx)
#define mtx_initialized(mtx)	((mtx)->lock_object.lo_name != NULL)
#define mtx_recursed(mtx)	((mtx)->mtx_recurse != 0)
#define mtx_name(mtx)		((mtx)->lock_object.lo_name)
#ifdef INVARIANTS
#define mtx_assert(mtx, what)	mtx_assert_((mtx), (what), __FILE__, __LINE__)
#else
#define mtx_assert(mtx, what)	((void)0)
#endif
#define mtx_sleep(channel, mtx, priority, why, timeout)			\
	msleep((channel), (mtx), (priority), (why), (timeout))

#define MTX_SYSINIT(id, mtx, name, kind)				\
	static void							\
	id##_mtx_setup(void *lock)					\
	{								\
									\
		mtx_init(lock, (name), NULL, (kind));			\
	}								\
	SYSINIT(id##_mtx, SI_SUB_LOCK, SI_ORDER_MIDDLE, id##_mtx_setup,	\
	    (mtx));							\
	static void							\
	id##_mtx_leave(void *lock)					\
	{								\
									\
		mtx_destroy(lock);					\
	}								\
	SYSUNINIT(id##_mtx, SI_SUB_LOCK, SI_ORDER_MIDDLE,		\
	    id##_mtx_leave, (mtx))

extern struct mtx Giant;

#endif
