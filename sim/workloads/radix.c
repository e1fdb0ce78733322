/*
 * The page index of files: lookups all the time, and runs of pages that come
 * and go.  A run that is there is removed, one that is not is inserted, so
 * leaf nodes, and with them inner ones, are made and retired at a high rate.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/workloads/radix.h"
#include "sim/workloads/cargo.h"
#include "sim/workloads/crew.h"
#include "sim/workloads/pace.h"

struct radix_config {
	struct crew_config crew;
	uint64_t trees;
	uint64_t depth;
	uint64_t span;
	uint64_t write_share_ppm;
	uint64_t write_rate;
	struct dist run;
	struct dist hold_ps;
	struct dist think_ps;
};

#define FIELD(name) offsetof(struct radix_config, name)
static const struct knob radix_knobs[] = {
	CREW_KNOBS(struct radix_config),
	{ "trees", KNOB_COUNT, FIELD(trees), "1", "4096", "16", NULL,
	    "trees (files), each with a lock for its writers" },
	{ "depth", KNOB_COUNT, FIELD(depth), "1", "7", "4", NULL,
	    "levels of nodes" },
	{ "span", KNOB_COUNT, FIELD(span), "16", "65536", "1024", NULL,
	    "keys in use of each tree; at most 16 to the depth are" },
	{ "write_share", KNOB_SHARE, FIELD(write_share_ppm), NULL, "100%",
	    "10%", NULL, "share of operations that insert or remove a run" },
	{ "write_rate", KNOB_RATE, FIELD(write_rate), NULL, NULL, "0/s", NULL,
	    "runs per second of each thread, whether or not it keeps up; 0: by "
	    "write_share" },
	{ "run", KNOB_COUNT_DIST, FIELD(run), "1", "4096",
	    "{uniform: [1, 16]}", NULL,
	    "neighbouring pages that are inserted or removed in one "
	    "operation" },
	{ "hold", KNOB_TIME_DIST, FIELD(hold_ps), NULL, NULL, "{exp: 50ns}",
	    NULL, "time spent in a lookup's section besides the descent" },
	{ "think", KNOB_TIME_DIST, FIELD(think_ps), NULL, NULL, "{exp: 300ns}",
	    NULL, "time between two operations" },
};
#undef FIELD

struct radix {
	const struct radix_config *config;
	uint64_t span;
	struct radix_tree tree[];
};

/* A value tells its key, and is not 0. */
static uint64_t
radix_value(uint64_t key)
{

	return (key << 1 | 1);
}

static void
radix_read(struct lab_thread *thread, struct radix *radix, uint64_t hold_ps)
{
	struct radix_tree *tree;
	uint64_t key, value;

	tree = &radix->tree[lab_draw(thread, radix->config->trees)];
	key = lab_draw(thread, radix->span);
	value = radix_lookup(thread, tree, key, hold_ps);
	if (value != 0 && value != radix_value(key))
		lab_complain(thread, "a lookup found another key's page");
	lab_done(thread, 1);
}

/* The nodes go back one by one, after the gate. */
static void
radix_remove_run(struct lab_thread *thread, struct radix_tree *tree,
    uint64_t key, uint64_t end, uint64_t intended_ps)
{
	void *empty[RADIX_DEPTH_MAX];
	unsigned count, i;

	while (key < end) {
		count = radix_remove(tree, key++, empty);
		if (count == 0)
			continue;
		gate_unlock(&tree->gate);
		for (i = 0; i < count; i++)
			lab_retire(thread, empty[i], intended_ps);
		gate_lock(thread, &tree->gate);
	}
}

static void
radix_write(struct lab_thread *thread, struct radix *radix,
    uint64_t intended_ps)
{
	struct radix_tree *tree;
	uint64_t end, key;
	bool fits;

	tree = &radix->tree[lab_draw(thread, radix->config->trees)];
	key = lab_draw(thread, radix->span) & ~(uint64_t)(RADIX_WIDTH - 1);
	end = key + lab_sample(thread, &radix->config->run);
	if (end > radix->span)
		end = radix->span;
	fits = true;
	gate_lock(thread, &tree->gate);
	if (radix_has(tree, key))
		radix_remove_run(thread, tree, key, end, intended_ps);
	else
		for (; key < end && fits; key++)
			fits = radix_insert(thread, tree, key,
			    radix_value(key));
	gate_unlock(&tree->gate);
	if (fits)
		lab_done(thread, 1);
	else
		cargo_wait_for_memory(thread);
}

static void
radix_body(struct lab_thread *thread, void *argument)
{
	const struct radix_config *config;
	struct radix *radix;
	struct pace pace;

	radix = argument;
	config = radix->config;
	lab_compute(thread, lab_sample(thread, &config->think_ps));
	pace_init(&pace, thread, config->write_rate);
	while (lab_running(thread)) {
		if (pace_is_due(&pace, thread))
			radix_write(thread, radix, pace_take(&pace));
		else if (config->write_rate == 0 &&
		    lab_draw(thread, 1000000) < config->write_share_ppm)
			radix_write(thread, radix, 0);
		else
			radix_read(thread, radix,
			    lab_sample(thread, &config->hold_ps));
		lab_compute(thread, lab_sample(thread, &config->think_ps));
	}
}

/* Half of the runs are there at the start, as they are on average later. */
static void
radix_setup(struct lab_thread *thread, const void *argument)
{
	const struct radix_config *config = argument;
	struct radix *radix;
	uint64_t key, limit, tree;

	radix = lab_memory(thread,
	    sizeof(*radix) + config->trees * sizeof(radix->tree[0]));
	radix->config = config;
	limit = (uint64_t)1 << (RADIX_BITS * config->depth);
	radix->span = config->span < limit ? config->span : limit;
	for (tree = 0; tree < config->trees; tree++) {
		radix->tree[tree].depth = config->depth;
		for (key = 0; key < radix->span; key += 2 * RADIX_WIDTH)
			if (!radix_insert(thread, &radix->tree[tree], key,
			    radix_value(key)))
				break;
	}
	crew_spawn(thread, &config->crew, lab_cpu_count(thread), "pager",
	    radix_body, radix);
}

const struct workload_def workload_radix = {
	.part = {
		.name = "radix",
		.about = "trees of 16-way nodes, looked up without a lock "
		    "while runs of pages come and go",
		.source = "the page index of FreeBSD, D23446",
		.knobs = radix_knobs,
		.knob_count = sizeof(radix_knobs) / sizeof(radix_knobs[0]),
		.config_bytes = sizeof(struct radix_config),
	},
	.item_bytes_least = sizeof(struct radix_node),
	.linked = true,
	.setup = radix_setup,
};
