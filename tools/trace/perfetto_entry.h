/*
 * perfetto_entry - what is kept of a run until its trace is written?
 *
 * For perfetto*.c only.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_TRACE_PERFETTO_ENTRY_H
#define TOOLS_TRACE_PERFETTO_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/machine/stream.h"

enum entry_kind {
	ENTRY_BEGIN,		/* a slice; `number` as `argument` says */
	ENTRY_END,
	ENTRY_INSTANT,
	ENTRY_COUNTER,		/* number: the new value */
	ENTRY_SWITCH,		/* number: the thread that comes, 0 idle */
};

enum entry_flow { FLOW_NONE, FLOW_STARTS, FLOW_ENDS };

/* Lanes of a CPU, and counters; see perfetto_lane(). */
enum lane {
	LANE_WORK,
	LANE_PLATFORM,
	LANE_STORE,		/* and the next: buffered stores overlap */
	LANES = LANE_STORE + 4
};
enum counter {
	COUNTER_WR,
	COUNTER_GOAL,
	COUNTER_RD,
	COUNTER_WAITING,
	COUNTER_PAGES,
	COUNTER_BUCKETS,
	COUNTERS
};

struct entry {
	uint64_t at_ns;
	uint64_t number;
	uint64_t flow;
	const char *name;	/* static; of a slice's end too */
	const char *argument;	/* what `number` is; NULL: nothing */
	uint64_t place;		/* of the call, for source_find(); 0: none */
	uint32_t where;		/* a lane, a counter or a CPU */
	uint16_t leaves;	/* ENTRY_SWITCH: the thread that goes */
	uint8_t kind;
	uint8_t flow_kind;	/* ENTRY_SWITCH: 1 if it was taken off */
};

struct note {
	char *name;
	char *value;
};

/* One open slice of a thread. */
struct open_slice {
	const char *name;
	uint32_t closes;	/* the kind of event that ends it */
};

enum { SLICES_MAX = 32, BUFFER_MAX = 128 };

/* The store buffer of a CPU: the lane of each entry, the oldest first. */
struct buffer {
	uint32_t offsets[BUFFER_MAX];
	uint8_t lanes[BUFFER_MAX];	/* LANES: there was none left */
	uint32_t first;
	uint32_t count;
	bool busy[LANES];
};

struct actor {
	struct open_slice slices[SLICES_MAX];
	unsigned slice_count;
};

struct perfetto {
	struct tracer tracer;
	struct entry *ring;
	size_t most;
	uint64_t total;		/* entries ever made */
	uint64_t from;		/* the first that is in the window */
	uint64_t window_ns;	/* 0: there is none */
	uint64_t until_ns;	/* its end; 0: not known yet */

	unsigned cpu_count;
	unsigned thread_count;
	char **thread_names;

	/* What each CPU runs: an index into actors. */
	uint32_t *running;
	bool *taken_off;
	uint64_t *last_ns;	/* of each lane: time there never goes back */
	/* Threads 1, 2, ..., then the idle loops of the CPUs. */
	struct actor *actors;

	struct buffer *buffers;		/* of each CPU */

	uint64_t counters[COUNTERS];
	bool counted[COUNTERS];

	/* By item: the number of the free that it waits for, or 0. */
	uint64_t *frees;
	bool *waits;
	size_t item_room;
	uint64_t free_count;
	uint64_t waiting;

	/* Pages and bucket bytes of each zone, in the order of their coming. */
	struct zone_memory {
		const void *zone;
		uint64_t pages;
		uint64_t buckets;
	} *zones;
	size_t zone_count;

	struct note *notes;
	size_t note_count;
};

/* The names of the counters; bytes are bytes, others counts. */
extern const char *const perfetto_counters[COUNTERS];

/* On a lane time never goes back, whatever the clocks of the CPUs say. */
struct entry *perfetto_add(struct perfetto *perfetto, enum entry_kind kind,
    uint64_t at_ns, uint32_t lane, const char *name);

/* A store goes into the buffer of its CPU, and leaves it. */
void perfetto_push(struct perfetto *perfetto,
    const struct stream_event *event);
void perfetto_drain(struct perfetto *perfetto,
    const struct stream_event *event);

static inline uint32_t
perfetto_lane(uint32_t cpu, enum lane lane)
{

	return (cpu * LANES + (uint32_t)lane);
}

/* The i-th of the entries that are kept, the oldest first. */
static inline const struct entry *
perfetto_entry(const struct perfetto *perfetto, size_t i)
{
	uint64_t first;

	first = perfetto->total > perfetto->most ?
	    perfetto->total - perfetto->most : 0;
	if (first < perfetto->from)
		first = perfetto->from;
	return (&perfetto->ring[(first + i) % perfetto->most]);
}

#endif
