/*
 * condvar - has what I wait for happened?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_CONDVAR_H
#define ENGINE_FREEBSD_MODULE_SYS_CONDVAR_H

#include <sys/mutex.h>

struct cv {
	const char *cv_description;
	int cv_waiters;
};

#define cv_init(cv, about) \
	((cv)->cv_description = (about), (cv)->cv_waiters = 0)
#define cv_destroy(cv)		((void)(cv))
#define cv_wait(cv, mtx) \
	((void)mtx_sleep_((cv), (mtx), 0, (cv)->cv_description, 0))
#define cv_wait_sig(cv, mtx) \
	mtx_sleep_((cv), (mtx), 0, (cv)->cv_description, 0)
#define cv_wait_unlock(cv, mtx) \
	((void)mtx_sleep_((cv), (mtx), PDROP, (cv)->cv_description, 0))
#define cv_timedwait(cv, mtx, timeout) \
	mtx_sleep_((cv), (mtx), 0, (cv)->cv_description, \
	    (sbintime_t)(timeout) * tick_sbt)
#define cv_timedwait_sbt(cv, mtx, sbt, precision, flags) \
	mtx_sleep_((cv), (mtx), 0, (cv)->cv_description, (sbt))
#define cv_signal(cv)		wakeup_one(cv)
#define cv_broadcast(cv)	wakeup(cv)

#endif
