/*
 * Memory that flows one way: allocated on one CPU, handed over in a ring,
 * freed on another.  What the freeing side has gathered must find its way back.
 * Both sides now and then look into somebody else's ring without a lock, as a
 * monitor does; that is what the sections are for.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/lab.h"
#include "sim/workloads/cargo.h"

enum producer_distance { PRODUCER_NEAR, PRODUCER_FAR };

enum {
	PRODUCER_TURNS = 20,	/* of spinning before a sleep */
};

/* A sleep of one who waits for the other side. */
static const uint64_t producer_nap_ps = 5000000;

struct producer_consumer_config {
	uint64_t ring;
	uint64_t distance;	/* enum producer_distance */
	uint64_t words;
	uint64_t peek_share_ppm;
	struct dist produce_ps;
	struct dist consume_ps;
	struct dist section_ps;
};

static const char *const producer_distances[] = { "near", "far", NULL };

#define FIELD(name) offsetof(struct producer_consumer_config, name)
static const struct knob producer_consumer_knobs[] = {
	{ "ring", KNOB_COUNT, FIELD(ring), "1", "100000", "128", NULL,
	    "items that one ring holds" },
	{ "distance", KNOB_CHOICE, FIELD(distance), NULL, NULL, "far",
	    producer_distances,
	    "whether the freeing CPU is the next one or half the machine "
	    "away" },
	{ "words", KNOB_COUNT, FIELD(words), "1", "512", "8", NULL,
	    "words of an item that are filled, and read" },
	{ "peek_share", KNOB_SHARE, FIELD(peek_share_ppm), NULL, "100%", "20%",
	    NULL, "share of steps after which a thread looks into some ring" },
	{ "produce", KNOB_TIME_DIST, FIELD(produce_ps), NULL, NULL,
	    "{exp: 1us}", NULL, "time to make one item" },
	{ "consume", KNOB_TIME_DIST, FIELD(consume_ps), NULL, NULL,
	    "{exp: 800ns}", NULL, "time to use one item" },
	{ "section", KNOB_TIME_DIST, FIELD(section_ps), NULL, NULL,
	    "{exp: 200ns}", NULL, "time spent on an item of some ring" },
};
#undef FIELD

struct producer_consumer {
	const struct producer_consumer_config *config;
	uint64_t words;
	uint64_t pairs;
	_Atomic(void *) slot[];		/* ring by ring */
};

/*
 * One end of a ring.  A slot is NULL when it is the producer's and an item when
 * it is the consumer's, so the two share no index.
 */
struct producer_end {
	struct producer_consumer *shared;
	const struct producer_consumer_config *config;
	_Atomic(void *) *ring;
	uint64_t next;
	uint64_t words;
	uint64_t stamps;
	uint64_t waits;
};

static void
producer_begin(struct producer_end *end, void *argument, uint64_t pair)
{

	end->shared = argument;
	end->config = end->shared->config;
	end->ring = &end->shared->slot[pair * end->config->ring];
	end->next = 0;
	end->words = end->shared->words;
	end->stamps = 0;
	end->waits = 0;
}

static _Atomic(void *) *
producer_slot(const struct producer_end *end)
{

	return (&end->ring[end->next % end->config->ring]);
}

static void
producer_wait(struct lab_thread *thread, struct producer_end *end)
{

	if (++end->waits % PRODUCER_TURNS == 0)
		lab_sleep_until(thread, lab_now_ps(thread) + producer_nap_ps);
	else
		lab_spin(thread);
}

/* A look at some item of some ring, which may be taken out meanwhile. */
static void
producer_peek(struct lab_thread *thread, const struct producer_end *end)
{
	const uint64_t *item;
	uint64_t place, stamp;

	if (lab_draw(thread, 1000000) >= end->config->peek_share_ppm)
		return;
	place = lab_draw(thread, end->shared->pairs * end->config->ring);
	lab_enter(thread);
	item = lab_load(thread, &end->shared->slot[place]);
	if (item != NULL) {
		stamp = cargo_read(thread, item, end->words);
		lab_compute(thread,
		    lab_sample(thread, &end->config->section_ps));
		cargo_read_again(thread, item, stamp);
	}
	lab_exit(thread);
	lab_done(thread, 1);
}

static void
producer_body(struct lab_thread *thread, void *argument)
{
	struct producer_consumer *shared = argument;
	struct producer_end end;
	uint64_t *item;

	producer_begin(&end, shared, lab_index(thread) % shared->pairs);
	while (lab_running(thread)) {
		if (atomic_load_explicit(producer_slot(&end),
		    memory_order_acquire) != NULL) {
			producer_wait(thread, &end);
			continue;
		}
		item = lab_alloc(thread);
		if (item == NULL) {
			cargo_wait_for_memory(thread);
			continue;
		}
		cargo_fill(item, end.words, cargo_stamp(thread, &end.stamps));
		lab_compute(thread,
		    lab_sample(thread, &end.config->produce_ps));
		lab_publish(producer_slot(&end), item);
		end.next++;
		producer_peek(thread, &end);
	}
}

static void
consumer_body(struct lab_thread *thread, void *argument)
{
	struct producer_consumer *shared = argument;
	struct producer_end end;
	const uint64_t *item;

	producer_begin(&end, shared, lab_index(thread) % shared->pairs);
	while (lab_running(thread)) {
		item = atomic_load_explicit(producer_slot(&end),
		    memory_order_acquire);
		if (item == NULL) {
			producer_wait(thread, &end);
			continue;
		}
		cargo_read(thread, item, end.words);
		lab_compute(thread,
		    lab_sample(thread, &end.config->consume_ps));
		item = lab_swap(producer_slot(&end), NULL);
		lab_retire(thread, (void *)(uintptr_t)item, 0);
		end.next++;
		lab_done(thread, 1);
		producer_peek(thread, &end);
	}
}

static void
producer_consumer_setup(struct lab_thread *thread, const void *argument)
{
	const struct producer_consumer_config *config = argument;
	struct producer_consumer *shared;
	unsigned cpus, pair, pairs;

	cpus = lab_cpu_count(thread);
	pairs = cpus < 2 ? 1 : cpus / 2;
	shared = lab_memory(thread, sizeof(*shared) +
	    pairs * config->ring * sizeof(shared->slot[0]));
	shared->config = config;
	shared->pairs = pairs;
	shared->words = cargo_words(thread, 0, config->words);
	for (pair = 0; pair < pairs; pair++)
		lab_spawn(thread, "producer", (int)(config->distance ==
		    PRODUCER_FAR ? pair : 2 * pair), producer_body, shared);
	for (pair = 0; pair < pairs; pair++)
		lab_spawn(thread, "consumer", (int)((config->distance ==
		    PRODUCER_FAR ? pair + pairs : 2 * pair + 1) % cpus),
		    consumer_body, shared);
}

const struct workload_def workload_producer_consumer = {
	.part = {
		.name = "producer_consumer",
		.about = "items allocated on one CPU, passed through a ring "
		    "and freed on another",
		.knobs = producer_consumer_knobs,
		.knob_count = sizeof(producer_consumer_knobs) /
		    sizeof(producer_consumer_knobs[0]),
		.config_bytes = sizeof(struct producer_consumer_config),
	},
	.item_bytes_least = 8,
	.setup = producer_consumer_setup,
};
