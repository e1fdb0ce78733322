/*
 * witness - what was chosen in this run, by whom, and where?
 *
 * A guide that passes each question on to another one and writes the answers
 * that are not 0 down, in memory that outlives its process: a run that takes
 * its process along leaves its schedule behind.  It listens to the run as
 * well, so that it knows of each answer what the thread was about.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SHRINK_WITNESS_H
#define TOOLS_SHRINK_WITNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/machine/choice.h"
#include "sim/machine/config.h"
#include "sim/machine/stream.h"
#include "sim/strategies/schedule.h"

enum {
	WITNESS_ENTRIES_MAX = 1 << 20,
	WITNESS_SCENES_MAX = 4096,
	WITNESS_CPUS_MAX = 1024,
	WITNESS_THREADS_MAX = 8193,	/* with the idle loop */
	WITNESS_NAME_SIZE = 24,
};

/* What a thread is in the middle of, the most telling first. */
enum witness_phase {
	WITNESS_SAMPLED,	/* has read wr, has not published it */
	WITNESS_SCANNING,
	WITNESS_POLLING,
	WITNESS_ADVANCING,
	WITNESS_WAITING,
	WITNESS_ENTERING,
	WITNESS_LEAVING,
	WITNESS_FREEING,
	WITNESS_ALLOCATING,
	WITNESS_INSIDE,		/* of a section */
	WITNESS_PHASE_COUNT
};

/* One who was asked about, and what it was about to do. */
struct witness_actor {
	uint64_t place;		/* stream_place() */
	uint32_t kinds;		/* enum step_kind; 0: a fence */
	uint32_t thread;
	uint32_t phases;	/* bits of enum witness_phase */
	char name[WITNESS_NAME_SIZE];
};

struct witness_scene {
	struct schedule_entry entry;
	uint64_t at_ps;
	struct witness_actor actor;
	/* CHOICE_NEXT: numbers as in struct guide, and who would have gone. */
	uint32_t chosen;
	uint32_t usual;
	struct witness_actor passed;
};

/* In memory that the parent of the worker sees. */
struct witness_log {
	bool stepped;
	bool full;		/* there was more than fits */
	size_t count;		/* in the order in which they were asked */
	size_t scene_count;
	uint32_t threads;	/* of the program, without the lab's own */
	uint64_t sections;	/* that were entered */
	uint64_t frees;
	struct schedule_entry entries[WITNESS_ENTRIES_MAX];
	struct witness_scene scenes[WITNESS_SCENES_MAX];
};

/* All zero is a valid start. */
struct witness {
	struct guide guide;
	struct tracer tracer;
	const struct guide *inner;
	struct witness_log *log;
	uint32_t cpus;
	uint32_t said;		/* the steps of a stay, when it was set */
	bool telling;		/* scenes are wanted */
	bool faults;		/* stops by faults are written down as choices */
	uint32_t asked[WITNESS_CPUS_MAX][CHOICE_KIND_COUNT];
	bool own[WITNESS_CPUS_MAX];	/* the next stop is the guide's */
	size_t struck[WITNESS_CPUS_MAX];	/* 1 + the fault's last entry */
	uint32_t phases[WITNESS_THREADS_MAX];
	/* Where the stores in each buffer come from, oldest first. */
	struct witness_stores {
		uint64_t places[128];
		uint32_t head;
		uint32_t count;
	} stores[STEP_ACTORS_MAX / 2];
};

/* `telling` and `faults` are set before.  `inner` NULL: always 0. */
void witness_begin(struct witness *witness, struct witness_log *log,
    const struct guide *inner, uint64_t cpus);
/*
 * After witness_begin(): where scenes are not wanted, no question is asked for
 * as long as the inner guide says, all of whose answers are 0 meanwhile.
 */
void witness_stay(struct witness *witness);

/*
 * What the log holds, as a schedule.  The log is not to be trusted, if the run
 * has been at its memory: false if no machine could follow it.
 */
bool witness_schedule(const struct witness_log *log, uint64_t cpus,
    struct schedule *schedule);

#endif
