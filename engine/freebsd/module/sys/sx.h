/*
 * sx - who may read it together, who alone may change it?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_SX_H
#define ENGINE_FREEBSD_MODULE_SYS_SX_H

#include <sys/lock.h>

struct sx {
	struct lock_object lock_object;
	volatile uint32_t sx_word;	/* readers, or SX_WRITER */
	volatile uint32_t sx_recurse;
	volatile uintptr_t sx_owner;
};

#define SX_DUPOK	0x01
#define SX_NOPROFILE	0x02
#define SX_NOWITNESS	0x04
#define SX_QUIET	0x08
#define SX_RECURSE	0x20
#define SX_NEW		0x40
#define SA_LOCKED	LA_LOCKED
#define SA_SLOCKED	LA_SLOCKED
#define SA_XLOCKED	LA_XLOCKED
#define SA_UNLOCKED	LA_UNLOCKED
#define SX_LOCKED	SA_LOCKED
#define SX_SLOCKED	SA_SLOCKED
#define SX_XLOCKED	SA_XLOCKED
#define SX_UNLOCKED	SA_UNLOCKED

void sx_init_flags(struct sx *sx, const char *name, int flags);
void sx_destroy(struct sx *sx);
void sx_slock(struct sx *sx);
int sx_try_slock(struct sx *sx);
void sx_sunlock(struct sx *sx);
void sx_xlock(struct sx *sx);
int sx_try_xlock(struct sx *sx);
void sx_xunlock(struct sx *sx);
int sx_try_upgrade(struct sx *sx);
void sx_downgrade(struct sx *sx);
int sx_xlocked(const struct sx *sx);
void sx_unlock(struct sx *sx);
void sx_assert_(const struct sx *sx, int what, const char *file, int line);

#define sx_init(sx, name)	sx_init_flags((sx), (name), 0)
#define sx_slock_sig(sx)	(sx_slock(sx), 0)
#define sx_xlock_sig(sx)	(sx_xlock(sx), 0)
#ifdef INVARIANTS
#define sx_assert(sx, what)	sx_assert_((sx), (what), __FILE__, __LINE__)
#else
#define sx_assert(sx, what)	((void)0)
#endif
#define sx_sleep(channel, sx, priority, why, timeout)			\
	sx_sleep_((channel), (sx), (priority), (why),			\
	    (sbintime_t)(timeout) * tick_sbt)
#define SX_SYSINIT(id, sx, name)					\
	static void							\
	id##_sx_setup(void *lock)					\
	{								\
									\
		sx_init(lock, (name));					\
	}								\
	SYSINIT(id##_sx, SI_SUB_LOCK, SI_ORDER_MIDDLE, id##_sx_setup, (sx))

#endif
