/*
 * schedule - which choices make this run what it is?
 *
 * A sparse list: at the n-th question of a kind on a CPU, this answer.  All
 * others are 0, what the machine does by itself (sim/machine/choice.h).  So a
 * schedule and a run_spec are a run; a token holds both.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_STRATEGIES_SCHEDULE_H
#define SIM_STRATEGIES_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/machine/choice.h"

struct schedule_entry {
	uint64_t answer;	/* not 0 */
	uint32_t nth;		/* among the questions of this kind and CPU */
	uint16_t cpu;		/* for CHOICE_NEXT: 0, it counts all CPUs' */
	uint16_t kind;		/* enum choice_kind */
};

/* Sorted by kind, CPU, nth.  All zero is the empty schedule of a timed run. */
struct schedule {
	bool stepped;
	struct schedule_entry *entries;
	size_t count;
	size_t room;
};

void schedule_fini(struct schedule *schedule);
void schedule_copy(struct schedule *to, const struct schedule *from);
/* Appends; schedule_sort() puts all in order. */
void schedule_add(struct schedule *schedule, enum choice_kind kind,
    uint32_t cpu, uint32_t nth, uint64_t answer);
void schedule_sort(struct schedule *schedule);

/*
 * A guide that answers from a schedule, 0 where it says nothing; an answer
 * that is not among the alternatives is 0 too, and counts as a departure.
 * `replay` must live as long as the run.
 */
struct replay {
	struct guide guide;
	const struct schedule *schedule;
	uint32_t *asked;	/* for each kind and CPU */
	size_t *at;		/* the next entry of each */
	uint64_t departures;	/* answers that the run could not follow */
};

void replay_begin(struct replay *replay, const struct schedule *schedule);
/* Entries that were never asked for count as departures from now on. */
void replay_end(struct replay *replay);

/*
 * A guide that passes each question on to another one and writes down the
 * answers that are not 0.
 */
struct record {
	struct guide guide;
	const struct guide *inner;
	struct schedule schedule;
	uint32_t *asked;
};

void record_begin(struct record *record, const struct guide *inner);
/* The schedule is sorted and complete; the caller frees it. */
void record_end(struct record *record);

#endif
