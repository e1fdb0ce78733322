/*
 * The smallest program in which reclamation can go wrong: readers that enter,
 * load the one pointer, look at the item and leave, and a writer that swaps the
 * pointer, frees what was there, and allocates again.  It does a fixed number
 * of rounds and nothing by the clock, so that every order of its accesses can
 * be tried.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/lab.h"
#include "sim/workloads/cargo.h"

enum { WORDS = 2 };	/* of an item that are written and read */

struct kernel_config {
	uint64_t readers;
	uint64_t rounds;
	uint64_t swaps;
};

#define FIELD(name) offsetof(struct kernel_config, name)
static const struct knob kernel_knobs[] = {
	{ "readers", KNOB_COUNT, FIELD(readers), NULL, "31", "2", NULL,
	    "threads that read, each on a CPU of its own" },
	{ "rounds", KNOB_COUNT, FIELD(rounds), "1", "1000000", "1", NULL,
	    "sections of each reader" },
	{ "swaps", KNOB_COUNT, FIELD(swaps), "1", "1000000", "3", NULL,
	    "items that the writer replaces" },
};
#undef FIELD

struct kernel {
	const struct kernel_config *config;
	_Atomic(void *) current;
};

static void
kernel_read(struct lab_thread *thread, void *argument)
{
	struct kernel *kernel = argument;
	const uint64_t *item;
	uint64_t round;

	for (round = 0; round < kernel->config->rounds; round++) {
		lab_enter(thread);
		item = lab_load(thread, &kernel->current);
		if (item != NULL)
			(void)cargo_read(thread, item, WORDS);
		lab_exit(thread);
		lab_done(thread, 1);
	}
}

static void
kernel_write(struct lab_thread *thread, void *argument)
{
	struct kernel *kernel = argument;
	uint64_t swap, stamps;
	void *item, *old;

	stamps = 0;
	for (swap = 0; swap <= kernel->config->swaps; swap++) {
		item = lab_alloc(thread);
		if (item == NULL)
			continue;
		cargo_fill(item, WORDS, cargo_stamp(thread, &stamps));
		if (swap == kernel->config->swaps) {
			lab_discard(thread, item);
			break;
		}
		old = lab_swap(&kernel->current, item);
		if (old != NULL)
			lab_retire(thread, old, 0);
		lab_done(thread, 1);
	}
}

static void
kernel_setup(struct lab_thread *thread, const void *argument)
{
	const struct kernel_config *config = argument;
	struct kernel *kernel;
	unsigned cpus, i;
	void *item;

	cpus = lab_cpu_count(thread);
	kernel = lab_memory(thread, sizeof(*kernel));
	kernel->config = config;
	item = lab_alloc(thread);
	if (item != NULL) {
		cargo_fill(item, WORDS, 1);
		lab_publish(&kernel->current, item);
	}
	for (i = 0; i < config->readers; i++)
		lab_spawn(thread, "reader", (int)((i + 1) % cpus),
		    kernel_read, kernel);
	lab_spawn(thread, "writer", 0, kernel_write, kernel);
}

const struct workload_def workload_kernel = {
	.part = {
		.name = "kernel",
		.about = "readers of one pointer and a writer that swaps it, a "
		    "few times: small enough for every order to be tried",
		.source = "the kernel that race finders are compared on",
		.knobs = kernel_knobs,
		.knob_count = sizeof(kernel_knobs) / sizeof(kernel_knobs[0]),
		.config_bytes = sizeof(struct kernel_config),
	},
	.item_bytes_least = WORDS * sizeof(uint64_t),
	.setup = kernel_setup,
};
