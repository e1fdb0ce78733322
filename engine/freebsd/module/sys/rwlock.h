/*
 * rwlock - who may read it together, who alone may change it?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_RWLOCK_H
#define ENGINE_FREEBSD_MODULE_SYS_RWLOCK_H

#include <sys/sx.h>

/* Here the same as an sx lock: waiters of either kind spin and give way. */
struct rwlock {
	struct sx rw_sx;
};

#define RW_DUPOK	SX_DUPOK
#define RW_RECURSE	SX_RECURSE
#define RW_NEW		SX_NEW
#define RA_LOCKED	SA_LOCKED
#define RA_RLOCKED	SA_SLOCKED
#define RA_WLOCKED	SA_XLOCKED
#define RA_UNLOCKED	SA_UNLOCKED

#define rw_init(rw, name)	sx_init(&(rw)->rw_sx, (name))
#define rw_init_flags(rw, name, flags) \
	sx_init_flags(&(rw)->rw_sx, (name), (flags))
#define rw_destroy(rw)		sx_destroy(&(rw)->rw_sx)
#define rw_rlock(rw)		sx_slock(&(rw)->rw_sx)
#define rw_try_rlock(rw)	sx_try_slock(&(rw)->rw_sx)
#define rw_runlock(rw)		sx_sunlock(&(rw)->rw_sx)
#define rw_wlock(rw)		sx_xlock(&(rw)->rw_sx)
#define rw_try_wlock(rw)	sx_try_xlock(&(rw)->rw_sx)
#define rw_wunlock(rw)		sx_xunlock(&(rw)->rw_sx)
#define rw_try_upgrade(rw)	sx_try_upgrade(&(rw)->rw_sx)
#define rw_downgrade(rw)	sx_downgrade(&(rw)->rw_sx)
#define rw_unlock(rw)		sx_unlock(&(rw)->rw_sx)
#define rw_wowned(rw)		sx_xlocked(&(rw)->rw_sx)
#define rw_assert(rw, what)	sx_assert(&(rw)->rw_sx, (what))

#endif
