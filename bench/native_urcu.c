/*
 * liburcu.  The build defines URCU_SCHEME, URCU_NAME, URCU_HEADER, the flavour's
 * header, URCU_QSBR, and URCU_CALL for the functions of the library in place
 * of what _LGPL_SOURCE lets a program have inline.  Packets are freed by
 * call_rcu(), whose worker is the one that a user gets without asking; it ends
 * with the measurement.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifdef URCU_CALL
#define N_FORM "call"
#else
#define N_FORM "inline"
#define _LGPL_SOURCE
#endif
/* The names without a flavour, whatever the flavour. */
#define URCU_API_MAP
#include URCU_HEADER

#include "bench/native.h"
#include "engine/zone.h"

static struct {
	struct zone *zone;
	struct call_rcu_data *worker;
} urcu;

static void
urcu_setup(void)
{

	if (kern_native_attach() != 0)
		native_fail("kern_native_attach");
	urcu.zone = native_zone(NULL);
	urcu.worker = create_call_rcu_data(0, -1);
}

static void
urcu_teardown(void)
{

	rcu_register_thread();
	rcu_barrier();
	rcu_unregister_thread();
	call_rcu_data_free(urcu.worker);
	if (zone_destroy(urcu.zone) != 0)
		native_fail("zone_destroy: packets were lost");
	kern_native_detach();
}

static void
urcu_begin(void)
{

	if (kern_native_attach() != 0)
		native_fail("kern_native_attach");
	rcu_register_thread();
	set_thread_call_rcu_data(urcu.worker);
}

static void
urcu_end(void)
{

	set_thread_call_rcu_data(NULL);
	rcu_unregister_thread();
}

static void
urcu_callback(struct rcu_head *head)
{

	native_release(urcu.zone, NATIVE_PACKET_OF(head));
}

#define N_SCHEME URCU_SCHEME
#define N_NAME URCU_NAME
#define N_FENCES false
#define N_SETUP() urcu_setup()
#define N_TEARDOWN() urcu_teardown()
#define N_BEGIN() urcu_begin()
#define N_END() urcu_end()
#define N_ENTER() rcu_read_lock()
#define N_EXIT() rcu_read_unlock()
#if URCU_QSBR
#define N_QUIET() rcu_quiescent_state()
#else
#define N_QUIET() ((void)0)
#endif
#define N_ALLOC() zone_alloc(urcu.zone)
#define N_RETIRE() ((void)0)
#define N_FREE(packet) call_rcu(NATIVE_HEAD(packet), urcu_callback)
#define N_SYNCHRONIZES 200
#define N_SYNCHRONIZE() synchronize_rcu()
#define N_ADVANCE NULL
#define N_POLL NULL
#define N_SCAN NULL
#include "bench/native_body.h"
