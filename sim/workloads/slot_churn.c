/*
 * A table of slots, each with one published item.  Readers visit a few slots in
 * one section; writers replace the item of a slot and retire the old one.  The
 * plainest workload: its knobs are the load, the section length and the rate of
 * frees, so most sweeps use it.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/lab.h"
#include "sim/workloads/cargo.h"
#include "sim/workloads/crew.h"
#include "sim/workloads/pace.h"

struct slot_churn_config {
	struct crew_config crew;
	uint64_t readers;
	uint64_t writers;
	uint64_t slots;
	uint64_t words;
	uint64_t write_share_ppm;
	uint64_t write_rate;
	uint64_t stalled_reader_ps;
	uint64_t stalled_every_ps;
	struct dist reads;
	struct dist section_ps;
	struct dist think_ps;
};

#define FIELD(name) offsetof(struct slot_churn_config, name)
static const struct knob slot_churn_knobs[] = {
	CREW_KNOBS(struct slot_churn_config),
	{ "readers", KNOB_COUNT, FIELD(readers), NULL, "4096", "0", NULL,
	    "threads that only read; 0 with writers 0: every thread does "
	    "both" },
	{ "writers", KNOB_COUNT, FIELD(writers), NULL, "4096", "0", NULL,
	    "threads that only replace items" },
	{ "slots", KNOB_COUNT, FIELD(slots), "1", "1000000", "256", NULL,
	    "published items" },
	{ "words", KNOB_COUNT, FIELD(words), "1", "512", "4", NULL,
	    "words of an item that are filled, and read by each visit" },
	{ "write_share", KNOB_SHARE, FIELD(write_share_ppm), NULL, "100%",
	    "10%", NULL,
	    "share of operations that replace, where every thread does both" },
	{ "write_rate", KNOB_RATE, FIELD(write_rate), NULL, NULL, "0/s", NULL,
	    "replacements per second of each writing thread, whether or not it "
	    "keeps up; 0: as fast as the thread gets round" },
	{ "stalled_reader", KNOB_TIME, FIELD(stalled_reader_ps), NULL, "100s",
	    "0s", NULL,
	    "one more reader, which has the last CPU for itself, stays in a "
	    "section so long" },
	{ "stalled_every", KNOB_TIME, FIELD(stalled_every_ps), "1us", "100s",
	    "20ms", NULL, "time from the start of one such stay to the next" },
	{ "reads", KNOB_COUNT_DIST, FIELD(reads), "1", "100000", "1", NULL,
	    "slots visited in one section" },
	{ "section", KNOB_TIME_DIST, FIELD(section_ps), NULL, NULL,
	    "{exp: 200ns}", NULL, "time spent in a section besides its reads" },
	{ "think", KNOB_TIME_DIST, FIELD(think_ps), NULL, NULL, "{exp: 500ns}",
	    NULL, "time between two operations" },
};
#undef FIELD

struct slot_churn {
	const struct slot_churn_config *config;
	uint64_t words;
	_Atomic(void *) slot[];
};

/* What a thread knows by heart: nothing of this is shared. */
struct slot_churn_worker {
	struct slot_churn *churn;
	struct slot_churn_config config;
	uint64_t words;
	uint64_t stamps;
};

static _Atomic(void *) *
slot_churn_any(struct lab_thread *thread,
    const struct slot_churn_worker *worker)
{

	return (&worker->churn->slot[lab_draw(thread, worker->config.slots)]);
}

/* One section; `hold_ps` is spent in it while the last item is held. */
static void
slot_churn_read(struct lab_thread *thread,
    const struct slot_churn_worker *worker, uint64_t hold_ps)
{
	const uint64_t *item;
	uint64_t reads, stamp;

	reads = lab_sample(thread, &worker->config.reads);
	item = NULL;
	stamp = 0;
	lab_enter(thread);
	do {
		item = lab_load(thread, slot_churn_any(thread, worker));
		if (item != NULL)
			stamp = cargo_read(thread, item, worker->words);
	} while (reads-- > 1);
	lab_compute(thread, hold_ps);
	if (item != NULL)
		cargo_read_again(thread, item, stamp);
	lab_exit(thread);
	lab_done(thread, 1);
}

static void
slot_churn_write(struct lab_thread *thread, struct slot_churn_worker *worker,
    uint64_t intended_ps)
{
	void *old;
	uint64_t *item;

	item = lab_alloc(thread);
	if (item == NULL) {
		cargo_wait_for_memory(thread);
		return;
	}
	cargo_fill(item, worker->words, cargo_stamp(thread, &worker->stamps));
	old = lab_swap(slot_churn_any(thread, worker), item);
	if (old != NULL)
		lab_retire(thread, old, intended_ps);
	lab_done(thread, 1);
}

static void
slot_churn_begin(struct lab_thread *thread, struct slot_churn_worker *worker,
    void *argument)
{

	worker->churn = argument;
	worker->config = *worker->churn->config;
	worker->words = worker->churn->words;
	worker->stamps = 0;
	/* Not all in step from the first instant on. */
	lab_compute(thread, lab_sample(thread, &worker->config.think_ps));
}

static void
slot_churn_reader(struct lab_thread *thread, void *argument)
{
	struct slot_churn_worker worker;

	slot_churn_begin(thread, &worker, argument);
	while (lab_running(thread)) {
		slot_churn_read(thread, &worker,
		    lab_sample(thread, &worker.config.section_ps));
		lab_compute(thread, lab_sample(thread,
		    &worker.config.think_ps));
	}
}

static void
slot_churn_writer(struct lab_thread *thread, void *argument)
{
	struct slot_churn_worker worker;
	struct pace pace;

	slot_churn_begin(thread, &worker, argument);
	pace_init(&pace, thread, worker.config.write_rate);
	while (lab_running(thread)) {
		if (worker.config.write_rate == 0) {
			slot_churn_write(thread, &worker, 0);
			lab_compute(thread, lab_sample(thread,
			    &worker.config.think_ps));
		} else if (pace_is_due(&pace, thread))
			slot_churn_write(thread, &worker,
			    pace_take(&pace));
		else
			lab_sleep_until(thread, pace.due_ps);
	}
}

/* Reads, and replaces by share or when a replacement is due. */
static void
slot_churn_both(struct lab_thread *thread, void *argument)
{
	struct slot_churn_worker worker;
	struct pace pace;

	slot_churn_begin(thread, &worker, argument);
	pace_init(&pace, thread, worker.config.write_rate);
	while (lab_running(thread)) {
		if (pace_is_due(&pace, thread))
			slot_churn_write(thread, &worker,
			    pace_take(&pace));
		else if (worker.config.write_rate == 0 &&
		    lab_draw(thread, 1000000) < worker.config.write_share_ppm)
			slot_churn_write(thread, &worker, 0);
		else
			slot_churn_read(thread, &worker,
			    lab_sample(thread, &worker.config.section_ps));
		lab_compute(thread, lab_sample(thread,
		    &worker.config.think_ps));
	}
}

static void
slot_churn_stalled(struct lab_thread *thread, void *argument)
{
	struct slot_churn_worker worker;
	uint64_t next_ps;

	slot_churn_begin(thread, &worker, argument);
	next_ps = lab_now_ps(thread);
	while (lab_running(thread)) {
		next_ps += worker.config.stalled_every_ps;
		slot_churn_read(thread, &worker,
		    worker.config.stalled_reader_ps);
		lab_sleep_until(thread, next_ps);
	}
}

static void
slot_churn_setup(struct lab_thread *thread, const void *argument)
{
	const struct slot_churn_config *config = argument;
	struct slot_churn *churn;
	uint64_t *item;
	unsigned cpus;
	uint64_t i;

	churn = lab_memory(thread,
	    sizeof(*churn) + config->slots * sizeof(churn->slot[0]));
	churn->config = config;
	churn->words = cargo_words(thread, 0, config->words);
	for (i = 0; i < config->slots; i++) {
		item = lab_alloc(thread);
		if (item == NULL)
			break;
		cargo_fill(item, churn->words, i);
		lab_publish(&churn->slot[i], item);
	}
	/* Somebody who never leaves the CPU would keep it from the stalled one. */
	cpus = lab_cpu_count(thread);
	if (config->stalled_reader_ps != 0) {
		lab_spawn(thread, "stalled", (int)cpus - 1, slot_churn_stalled,
		    churn);
		cpus = cpus > 1 ? cpus - 1 : 1;
	}
	for (i = 0; i < config->readers; i++)
		lab_spawn(thread, "reader", crew_cpu(&config->crew, cpus, i),
		    slot_churn_reader, churn);
	for (i = 0; i < config->writers; i++)
		lab_spawn(thread, "writer", crew_cpu(&config->crew, cpus,
		    config->readers + i), slot_churn_writer, churn);
	if (config->readers + config->writers == 0)
		crew_spawn(thread, &config->crew, cpus, "both",
		    slot_churn_both, churn);
}

const struct workload_def workload_slot_churn = {
	.part = {
		.name = "slot_churn",
		.about = "a table of published items: readers visit slots, "
		    "writers replace items",
		.knobs = slot_churn_knobs,
		.knob_count =
		    sizeof(slot_churn_knobs) / sizeof(slot_churn_knobs[0]),
		.config_bytes = sizeof(struct slot_churn_config),
	},
	.item_bytes_least = 8,
	.setup = slot_churn_setup,
};
