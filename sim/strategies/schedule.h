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
/* Forgets the entries and keeps the memory. */
void schedule_clear(struct schedule *schedule);
/* `to` must be a schedule already; all zero will do. */
void schedule_copy(struct schedule *to, const struct schedule *from);
/* Appends; schedule_sort() puts all in order. */
void schedule_add(struct schedule *schedule, enum choice_kind kind,
    uint32_t cpu, uint32_t nth, uint64_t answer);
void schedule_sort(struct schedule *schedule);

/*
 * Whether a machine of so many CPUs may be asked to follow it: it is sorted,
 * asks no question twice, and each answer is one that its kind can have.
 */
enum { SCHEDULE_ALTERNATIVES_MAX = 65536 };	/* of a load or a store */
#define SCHEDULE_DELAY_MAX_PS UINT64_C(100000000000000)		/* 100 s */
#define SCHEDULE_HOLD_MAX_PS UINT64_C(1000000000000)		/* 1 s */
bool schedule_valid(const struct schedule *schedule, uint64_t cpus);

/*
 * CHOICE_NEXT is recorded as a rank: how many of the actors that could go are
 * passed over, counted in circles from the usual one.  0 is the usual one.
 */
uint32_t schedule_rank(uint64_t ready, uint32_t usual, uint32_t actor);
/* The inverse; STEP_STOP where so many are not ready. */
uint32_t schedule_actor(uint64_t ready, uint32_t usual, uint64_t rank);

/*
 * A guide that answers from a schedule, 0 where it says nothing; an answer
 * that is not among the alternatives is 0 too, and counts as a departure.
 * All zero is a valid start; begin() may be called again and again.
 * `replay` must stay where it is for as long as the run lasts.  It says for how
 * long answers are 0: all that is passed over so would be.
 */
struct replay {
	struct guide guide;
	const struct schedule *schedule;
	uint32_t *asked;	/* for each kind and CPU */
	size_t *at;		/* the next entry of each */
	size_t room;		/* CPUs that they have room for */
	struct guide_stay stay;
	uint32_t said;		/* the steps that it was for */
	uint64_t departures;	/* answers that the run could not follow */
	struct schedule_entry parted;	/* the first of them */
};

/* The schedule must be sorted, and stay as it is until the end. */
void replay_begin(struct replay *replay, const struct schedule *schedule);
/* Entries that were never asked for count as departures from now on. */
void replay_end(struct replay *replay);
void replay_fini(struct replay *replay);

/*
 * A guide that passes each question on to another one and writes down the
 * answers that are not 0.  All zero is a valid start; begin() may be called
 * again and again, and keeps the memory of the run before.
 */
struct record {
	struct guide guide;
	const struct guide *inner;
	struct schedule schedule;
	uint32_t *asked;
	size_t room;		/* CPUs that it has room for */
};

void record_begin(struct record *record, const struct guide *inner);
/* From now on the schedule is sorted and complete. */
void record_end(struct record *record);
void record_fini(struct record *record);

#endif
