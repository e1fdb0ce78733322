/*
 * A writer that unlinks with no more than a release store, and frees at once:
 * between the two nothing empties its store buffer but the core itself.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/lab.h"

enum { SLOTS = 4 };

struct lockless {
	struct {
		_Alignas(64) _Atomic(void *) slot;
	} place[SLOTS];
	_Alignas(64) _Atomic(uint64_t) sum;
};

extern const struct workload_def workload_lockless;

static const uint64_t ns = 1000;

static void
lockless_reader(struct lab_thread *thread, void *argument)
{
	struct lockless *lockless = argument;
	uint64_t *item, stamp;

	while (lab_running(thread)) {
		lab_enter(thread);
		item = lab_load(thread,
		    &lockless->place[lab_draw(thread, SLOTS)].slot);
		stamp = item[1];
		lab_compute(thread, lab_draw(thread, 3000) * ns);
		if (item[1] != stamp)
			lab_complain(thread, "an item changed in a section");
		lab_exit(thread);
		lab_done(thread, 1);
	}
}

/* Keeps the places' lines in a socket of its own, so that stores to them take
 * long, and has nothing to do with sections. */
static void
lockless_far(struct lab_thread *thread, void *argument)
{
	struct lockless *lockless = argument;
	uint64_t i;

	while (lab_running(thread)) {
		for (i = 0; i < SLOTS; i++)
			(void)atomic_load_explicit(&lockless->place[i].slot,
			    memory_order_relaxed);
		lab_compute(thread, lab_draw(thread, 300) * ns);
	}
}

/* Has the places to itself. */
static void
lockless_writer(struct lab_thread *thread, void *argument)
{
	struct lockless *lockless = argument;
	uint64_t *fresh[SLOTS], *old, serial, i;

	for (serial = 0; lab_running(thread); serial++) {
		for (i = 0; i < SLOTS; i++) {
			fresh[i] = lab_alloc(thread);
			if (fresh[i] == NULL)
				return;
			fresh[i][1] = serial * SLOTS + i;
		}
		lab_compute(thread, lab_draw(thread, 500) * ns);
		for (i = 0; i < SLOTS; i++) {
			old = atomic_load_explicit(&lockless->place[i].slot,
			    memory_order_relaxed);
			lab_publish(&lockless->place[i].slot, fresh[i]);
			lab_retire(thread, old, 0);
		}
		lab_done(thread, SLOTS);
	}
}

/* Takes the steps that the writer's goals wait for. */
static void
lockless_stepper(struct lab_thread *thread, void *argument)
{

	(void)argument;
	while (lab_running(thread)) {
		lab_synchronize(thread);
		lab_compute(thread, lab_draw(thread, 400) * ns);
	}
}

static void
lockless_setup(struct lab_thread *thread, const void *config)
{
	struct lockless *lockless;
	uint64_t *item;
	unsigned i;

	(void)config;
	lockless = lab_memory(thread, sizeof(*lockless));
	for (i = 0; i < SLOTS; i++) {
		item = lab_alloc(thread);
		item[1] = 0;
		lab_publish(&lockless->place[i].slot, item);
	}
	lab_spawn(thread, "writer", 0, lockless_writer, lockless);
	lab_spawn(thread, "reader", 1, lockless_reader, lockless);
	lab_spawn(thread, "reader", 2, lockless_reader, lockless);
	lab_spawn(thread, "stepper", 3, lockless_stepper, lockless);
	lab_spawn(thread, "far", 4, lockless_far, lockless);
}

const struct workload_def workload_lockless = {
	.part = { .name = "lockless" },
	.item_bytes_least = 16,
	.setup = lockless_setup,
};
