/*
 * Connections that come in bursts.  Each CPU sets connections up in a row of
 * its own and, for each new one, tears an older one down: often one that
 * another CPU has set up, so that memory is freed far from where it was
 * allocated.  Between bursts nothing is freed, and what lies in half-full
 * buckets stays there.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/lab.h"
#include "sim/workloads/cargo.h"
#include "sim/workloads/pace.h"

struct burst_config {
	uint64_t every_ps;
	uint64_t length_ps;
	uint64_t rate;
	uint64_t remote_share_ppm;
	uint64_t connections;
	uint64_t words;
	struct dist lookups;
	struct dist section_ps;
};

#define FIELD(name) offsetof(struct burst_config, name)
static const struct knob burst_knobs[] = {
	{ "every", KNOB_TIME, FIELD(every_ps), "1us", "100s", "5ms", NULL,
	    "time from the start of one burst to the next" },
	{ "length", KNOB_TIME, FIELD(length_ps), "1us", "100s", "1ms", NULL,
	    "how long a burst lasts" },
	{ "rate", KNOB_RATE, FIELD(rate), "1/s", NULL, "200k/s", NULL,
	    "connections set up, and as many torn down, per second of a burst "
	    "on each CPU" },
	{ "remote_share", KNOB_SHARE, FIELD(remote_share_ppm), NULL, "100%",
	    "75%", NULL, "share of tear-downs that fall on another CPU's "
		"connection" },
	{ "connections", KNOB_COUNT, FIELD(connections), "1", "100000", "128",
	    NULL, "connections that each CPU can have set up" },
	{ "words", KNOB_COUNT, FIELD(words), "1", "512", "16", NULL,
	    "words of a connection that are filled, and read by each lookup" },
	{ "lookups", KNOB_COUNT_DIST, FIELD(lookups), NULL, "10000",
	    "{uniform: [0, 6]}", NULL,
	    "packets for some connection between two set-ups" },
	{ "section", KNOB_TIME_DIST, FIELD(section_ps), NULL, NULL,
	    "{exp: 200ns}", NULL, "time in a lookup's section besides its "
		"reads" },
};
#undef FIELD

struct burst {
	const struct burst_config *config;
	uint64_t words;
	uint64_t cpus;
	_Atomic(void *) table[];	/* row by row */
};

struct burst_worker {
	struct burst *burst;
	const struct burst_config *config;
	uint64_t cpus;
	uint64_t row;
	uint64_t words;
	uint64_t stamps;
	uint64_t next;		/* place in the own row */
	struct pace pace;
};

static _Atomic(void *) *
burst_any(struct lab_thread *thread, const struct burst_worker *worker,
    uint64_t row)
{

	return (&worker->burst->table[row * worker->config->connections +
	    lab_draw(thread, worker->config->connections)]);
}

static void
burst_look_up(struct lab_thread *thread, const struct burst_worker *worker)
{
	const uint64_t *connection;
	uint64_t row, stamp;

	row = lab_draw(thread, worker->cpus);
	lab_enter(thread);
	connection = lab_load(thread, burst_any(thread, worker, row));
	if (connection != NULL) {
		stamp = cargo_read(thread, connection, worker->words);
		lab_compute(thread,
		    lab_sample(thread, &worker->config->section_ps));
		cargo_read_again(thread, connection, stamp);
	}
	lab_exit(thread);
}

static void
burst_tear_down(struct lab_thread *thread, const struct burst_worker *worker,
    uint64_t intended_ps)
{
	uint64_t row;
	void *old;

	row = worker->row;
	if (lab_draw(thread, 1000000) < worker->config->remote_share_ppm)
		row = lab_draw(thread, worker->cpus);
	old = lab_swap(burst_any(thread, worker, row), NULL);
	if (old != NULL)
		lab_retire(thread, old, intended_ps);
}

static void
burst_set_up(struct lab_thread *thread, struct burst_worker *worker,
    uint64_t intended_ps)
{
	uint64_t *connection;
	uint64_t place;
	void *old;

	connection = lab_alloc(thread);
	if (connection == NULL)
		return;		/* refused, as a server does */
	cargo_fill(connection, worker->words,
	    cargo_stamp(thread, &worker->stamps));
	place = worker->row * worker->config->connections +
	    worker->next++ % worker->config->connections;
	old = lab_swap(&worker->burst->table[place], connection);
	if (old != NULL)
		lab_retire(thread, old, intended_ps);
	lab_done(thread, 1);
}

static void
burst_one(struct lab_thread *thread, struct burst_worker *worker,
    uint64_t start_ps)
{
	struct pace *pace = &worker->pace;
	uint64_t end_ps, intended_ps, lookups;

	end_ps = start_ps + worker->config->length_ps;
	pace_resume(pace, start_ps);
	while (pace->due_ps < end_ps && lab_running(thread)) {
		if (!pace_is_due(pace, thread))
			lab_compute(thread, pace->due_ps - lab_now_ps(thread));
		intended_ps = pace_take(pace);
		for (lookups = lab_sample(thread, &worker->config->lookups);
		    lookups > 0; lookups--)
			burst_look_up(thread, worker);
		burst_set_up(thread, worker, intended_ps);
		burst_tear_down(thread, worker, intended_ps);
	}
}

static void
burst_body(struct lab_thread *thread, void *argument)
{
	struct burst_worker worker;
	uint64_t start_ps;

	worker.burst = argument;
	worker.config = worker.burst->config;
	worker.cpus = worker.burst->cpus;
	worker.row = lab_index(thread) % worker.cpus;
	worker.words = worker.burst->words;
	worker.stamps = 0;
	worker.next = 0;
	pace_init(&worker.pace, thread, worker.config->rate);
	start_ps = lab_now_ps(thread);
	while (lab_running(thread)) {
		burst_one(thread, &worker, start_ps);
		start_ps += worker.config->every_ps;
		lab_sleep_until(thread, start_ps);
	}
}

static void
burst_setup(struct lab_thread *thread, const void *argument)
{
	const struct burst_config *config = argument;
	struct burst *burst;
	unsigned cpu, cpus;

	cpus = lab_cpu_count(thread);
	burst = lab_memory(thread, sizeof(*burst) +
	    cpus * config->connections * sizeof(burst->table[0]));
	burst->config = config;
	burst->cpus = cpus;
	burst->words = cargo_words(thread, 0, config->words);
	for (cpu = 0; cpu < cpus; cpu++)
		lab_spawn(thread, "server", (int)cpu, burst_body, burst);
}

const struct workload_def workload_burst = {
	.part = {
		.name = "burst",
		.about = "connections set up and torn down in bursts, mostly "
		    "by another CPU than the one that made them",
		.source = "the protocol control blocks of FreeBSD, D33022",
		.knobs = burst_knobs,
		.knob_count = sizeof(burst_knobs) / sizeof(burst_knobs[0]),
		.config_bytes = sizeof(struct burst_config),
	},
	.item_bytes_least = 8,
	.setup = burst_setup,
};
