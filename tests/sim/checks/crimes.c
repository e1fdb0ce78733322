/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/sim/checks/crimes.h"

static const uint64_t us = 1000000;

/* --- stale ------------------------------------------------------------------- */

struct stage {
	_Atomic(void *) slot;
	_Atomic(uint64_t) kind;
	_Atomic(uint64_t) sum;
};

/* What is taken out of the slot is its taker's, and no other reader is there. */
static void
stale_own(struct lab_thread *thread, struct stage *stage)
{
	uint64_t *item, *old;

	item = lab_alloc(thread);
	if (item == NULL)
		return;
	item[2] = 1;
	old = lab_swap(&stage->slot, item);
	old[2] = 0;
	lab_retire(thread, old, 0);
}

static void
stale_reader(struct lab_thread *thread, void *argument)
{
	struct stage *stage = argument;
	uint64_t *item, *again, kind;

	kind = atomic_load(&stage->kind);
	while (lab_running(thread)) {
		lab_enter(thread);
		item = lab_load(thread, &stage->slot);
		lab_compute(thread, 20 * us);
		switch (kind) {
		case STALE_READS:
			atomic_fetch_add(&stage->sum, item[2]);
			break;
		case STALE_WRITES:
			item[2] = 0;
			break;
		case STALE_LOADS_AGAIN:
			again = lab_load(thread, &stage->slot);
			atomic_fetch_add(&stage->sum, again[2]);
			break;
		case STALE_READS_OUTSIDE:
			/* Its neighbour in the slab; nobody owns it in truth. */
			atomic_fetch_add(&stage->sum,
			    item[lab_item_size(thread) / 8]);
			break;
		default:
			break;
		}
		lab_exit(thread);
		if (kind == STALE_OWNS)
			stale_own(thread, stage);
		lab_done(thread, 1);
		lab_compute(thread, us);
	}
}

static void
stale_writer(struct lab_thread *thread, void *argument)
{
	struct stage *stage = argument;
	uint64_t *item, *old;

	while (lab_running(thread)) {
		item = lab_alloc(thread);
		if (item != NULL) {
			item[2] = 1;
			old = lab_swap(&stage->slot, item);
			lab_retire(thread, old, 0);
		}
		lab_done(thread, 1);
		lab_compute(thread, us);
	}
}

static void
stale_setup(struct lab_thread *thread, const void *config)
{
	struct stage *stage;
	uint64_t *item;

	stage = lab_memory(thread, sizeof(*stage));
	atomic_store(&stage->kind, ((const struct crime *)config)->kind);
	item = lab_alloc(thread);
	item[2] = 1;
	lab_publish(&stage->slot, item);
	lab_spawn(thread, "reader", 0, stale_reader, stage);
	lab_spawn(thread, "writer", 1, stale_writer, stage);
}

const struct workload_def crime_stale = {
	.part = { .name = "stale", .config_bytes = sizeof(struct crime) },
	.item_bytes_least = 32,
	.setup = stale_setup,
};

/* --- spin ---------------------------------------------------------------------- */

static void
spin_body(struct lab_thread *thread, void *argument)
{
	struct stage *stage = argument;
	uint64_t kind, turns;

	kind = atomic_load(&stage->kind);
	for (turns = 1; atomic_load(&stage->sum) == 0; turns++) {
		if (kind != SPIN_WITH_PROGRESS)
			continue;
		if (!lab_running(thread))
			return;
		if (turns % 1000 == 0)
			lab_done(thread, 1);
	}
}

static void
spin_worker(struct lab_thread *thread, void *argument)
{

	(void)argument;
	while (lab_running(thread)) {
		lab_compute(thread, us);
		lab_done(thread, 1);
	}
}

static void
spin_pause(struct lab_thread *thread, void *argument)
{

	(void)argument;
	for (;;)
		lab_spin(thread);
}

static void
spin_setup(struct lab_thread *thread, const void *config)
{
	struct stage *stage;

	stage = lab_memory(thread, sizeof(*stage));
	atomic_store(&stage->kind, ((const struct crime *)config)->kind);
	if (atomic_load(&stage->kind) >= SPIN_BESIDE_OTHERS)
		lab_spawn(thread, "worker", 1, spin_worker, NULL);
	if (atomic_load(&stage->kind) == SPIN_WITHOUT_ACCESS)
		lab_spawn(thread, "spinner", 0, spin_pause, NULL);
	else
		lab_spawn(thread, "spinner", 0, spin_body, stage);
}

const struct workload_def crime_spin = {
	.part = { .name = "spin", .config_bytes = sizeof(struct crime) },
	.setup = spin_setup,
};

/* --- wild ------------------------------------------------------------------------ */

extern uint64_t crime_nobodys[2];
uint64_t crime_nobodys[2];

static void
wild_body(struct lab_thread *thread, void *argument)
{

	(void)argument;
	lab_compute(thread, 10 * us);
	crime_nobodys[lab_index(thread)] = 1;
}

static void
wild_setup(struct lab_thread *thread, const void *config)
{

	(void)config;
	lab_spawn(thread, "wild", 0, wild_body, NULL);
}

const struct workload_def crime_wild = {
	.part = { .name = "wild" },
	.setup = wild_setup,
};

/* --- behind ---------------------------------------------------------------------- */

enum { BEHIND_WORDS = 16 };

static void
behind_body(struct lab_thread *thread, void *argument)
{
	uint64_t *words = argument;

	lab_compute(thread, us * ++words[BEHIND_WORDS]);
	lab_done(thread, 1);
}

static void
behind_setup(struct lab_thread *thread, const void *config)
{

	(void)config;
	lab_spawn(thread, "behind", 0, behind_body,
	    lab_memory(thread, BEHIND_WORDS * sizeof(uint64_t)));
}

const struct workload_def crime_behind = {
	.part = { .name = "behind" },
	.setup = behind_setup,
};
