/*
 * Locks in place of reclamation, and nothing in place of it.  The build defines
 * LOCK_SCHEME, LOCK_NAME, and LOCK_KIND: 0 nothing (what the loops themselves
 * cost; nobody follows pointers in them, so nothing is the matter), 1 a
 * pthread mutex, 2 a pthread rwlock that readers share.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <pthread.h>

#include "bench/native.h"
#include "engine/zone.h"

static struct {
	struct zone *zone;
	_Alignas(128) pthread_mutex_t mutex;
	_Alignas(128) pthread_rwlock_t rwlock;
} lock = {
	.mutex = PTHREAD_MUTEX_INITIALIZER,
	.rwlock = PTHREAD_RWLOCK_INITIALIZER,
};

static void
lock_setup(void)
{

	if (kern_native_attach() != 0)
		native_fail("kern_native_attach");
	lock.zone = native_zone(NULL);
}

static void
lock_teardown(void)
{

	if (zone_destroy(lock.zone) != 0)
		native_fail("zone_destroy: packets were lost");
	kern_native_detach();
}

static void
lock_begin(void)
{

	if (kern_native_attach() != 0)
		native_fail("kern_native_attach");
}

static inline void
lock_enter(void)
{

	if (LOCK_KIND == 1)
		(void)pthread_mutex_lock(&lock.mutex);
	else if (LOCK_KIND == 2)
		(void)pthread_rwlock_rdlock(&lock.rwlock);
}

static inline void
lock_exit(void)
{

	if (LOCK_KIND == 1)
		(void)pthread_mutex_unlock(&lock.mutex);
	else if (LOCK_KIND == 2)
		(void)pthread_rwlock_unlock(&lock.rwlock);
}

/* Whoever has the lock alone has waited for all readers. */
static inline void
lock_wait(void)
{

	if (LOCK_KIND == 2) {
		(void)pthread_rwlock_wrlock(&lock.rwlock);
		(void)pthread_rwlock_unlock(&lock.rwlock);
	} else {
		lock_enter();
		lock_exit();
	}
}

#define N_SCHEME LOCK_SCHEME
#define N_NAME LOCK_NAME
#define N_FORM NULL
#define N_FENCES false
#define N_SETUP() lock_setup()
#define N_TEARDOWN() lock_teardown()
#define N_BEGIN() lock_begin()
#define N_END() ((void)0)
#define N_ENTER() lock_enter()
#define N_EXIT() lock_exit()
#define N_QUIET() ((void)0)
#define N_ALLOC() zone_alloc(lock.zone)
#define N_RETIRE() lock_wait()
#define N_FREE(packet) zone_free(lock.zone, packet)
#if LOCK_KIND == 0
#define N_SYNCHRONIZES 0
#else
#define N_SYNCHRONIZES 1000
#endif
#define N_SYNCHRONIZE() lock_wait()
#define N_ADVANCE NULL
#define N_POLL NULL
#define N_SCAN NULL
#include "bench/native_body.h"
