/*
 * pair - do two cores answer alike in one run?
 *
 * The run is executed with one core and then with the other, both guided by the
 * same strategy or by the same schedule, in lockstep (sim/machine/lockstep.h).
 * Where they part, both runs are made again with their choices written down up
 * to there, and followed once more: a difference that is reported is known to
 * repeat.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CONFORM_PAIR_H
#define TOOLS_CONFORM_PAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/run.h"
#include "sim/spec.h"
#include "sim/strategies/schedule.h"
#include "tools/campaign/token.h"
#include "tools/conform/log.h"

struct strategy;

/* A core of this program. */
struct pair_core {
	const char *name;		/* of core.name, or of the test's own */
	const struct part_def *policy;	/* NULL: spec.policy with core.name */
};

enum { PAIR_BEFORE = 4, PAIR_DEFECT_SIZE = 200 };

/* How they differ. */
enum pair_difference {
	PAIR_SAME,
	PAIR_ENTRY,		/* the operation, or what was held after it */
	PAIR_END,		/* one run ended where the other went on */
};

struct pair_answer {
	enum pair_difference difference;
	uint64_t operations;	/* compared */
	uint64_t entries;
	uint64_t tallies[LOG_TALLIES];
	uint64_t findings;	/* of checks, alike in both */
	uint64_t at;		/* the entry, counted from 1 */
	uint32_t cpus;
	struct log_entry held[2];	/* all zero for one that had ended */
	struct log_entry before[PAIR_BEFORE];	/* alike, newest last */
	uint32_t before_count;
	char finding[2][RUN_SUMMARY_SIZE];	/* "", or what a check says */
	char defect[PAIR_DEFECT_SIZE];	/* "": it repeats */
};

/* What executes pairs; all zero is a valid start. */
struct pair {
	struct log logs[2];
	struct record records[2];
	struct replay replays[2];
	struct run_result result;
	void *state;			/* the strategy's */
	char tokens[2][TOKEN_SIZE];	/* of the last difference, or "" */
};

/* Who guides both runs: a strategy and the run's number, or a schedule. */
struct pair_guide {
	const struct strategy *strategy;
	uint64_t seed;
	uint64_t number;
	const struct schedule *schedule;
};

/* The spec has everything but whose core it is. */
void pair_execute(struct pair *pair, const struct pair_core cores[2],
    const char *scenario, const struct run_spec *spec,
    const struct pair_guide *guide, size_t entries_most,
    struct pair_answer *answer);
void pair_fini(struct pair *pair);

#endif
