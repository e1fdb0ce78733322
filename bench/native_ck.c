/*
 * Concurrency Kit's epochs.  A thread's record is its own; it files what it
 * frees there and polls once for each batch.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <ck_epoch.h>

#include "bench/native.h"
#include "engine/zone.h"

static struct {
	ck_epoch_t epoch;
	struct zone *zone;
	ck_epoch_record_t records[NATIVE_CPUS_MAX + NATIVE_SLOTS];
	_Atomic(unsigned) used;
} ck;

static _Thread_local ck_epoch_record_t *ck_self;

static void
ck_setup(void)
{

	if (kern_native_attach() != 0)
		native_fail("kern_native_attach");
	ck_epoch_init(&ck.epoch);
	atomic_store(&ck.used, 0);
	ck.zone = native_zone(NULL);
}

static void
ck_teardown(void)
{

	if (zone_destroy(ck.zone) != 0)
		native_fail("zone_destroy: packets were lost");
	kern_native_detach();
}

static void
ck_begin(void)
{
	unsigned index;

	if (kern_native_attach() != 0)
		native_fail("kern_native_attach");
	index = atomic_fetch_add(&ck.used, 1);
	if (index >= sizeof(ck.records) / sizeof(ck.records[0]))
		native_fail("ck: more threads than records");
	ck_self = &ck.records[index];
	ck_epoch_register(&ck.epoch, ck_self, NULL);
}

/* All that this thread has filed is freed when it ends. */
static void
ck_end(void)
{

	ck_epoch_barrier(ck_self);
	ck_epoch_unregister(ck_self);
}

static void
ck_callback(ck_epoch_entry_t *entry)
{

	native_release(ck.zone, NATIVE_PACKET_OF(entry));
}

#define N_SCHEME native_ck_epoch
#define N_NAME "ck_epoch"
#define N_FORM NULL
#define N_FENCES false
#define N_SETUP() ck_setup()
#define N_TEARDOWN() ck_teardown()
#define N_BEGIN() ck_begin()
#define N_END() ck_end()
#define N_ENTER() ck_epoch_begin(ck_self, NULL)
#define N_EXIT() (void)ck_epoch_end(ck_self, NULL)
#define N_QUIET() (void)ck_epoch_poll(ck_self)
#define N_ALLOC() zone_alloc(ck.zone)
#define N_RETIRE() ((void)0)
#define N_FREE(packet)                                                         \
	ck_epoch_call(ck_self, NATIVE_HEAD(packet), ck_callback)
#define N_SYNCHRONIZES 1000
#define N_SYNCHRONIZE() ck_epoch_synchronize(ck_self)
#define N_ADVANCE NULL
#define N_POLL NULL
#define N_SCAN NULL
#include "bench/native_body.h"
