/*
 * trial - does this run still fail?
 *
 * Candidates are executed one at a time in a worker process, so that one which
 * crashes costs no more than its process.  The parent writes each into memory
 * that it shares with the worker, and reads there which choices were made.
 *
 * A run fails if its first finding is of the check that is looked for, and at
 * the same places of the code; `anywhere` takes any place.
 *
 * Errors      a pool that fails or is interrupted, and a deadline that has
 *             passed, end all trials: from then on nothing is executed, and
 *             nothing fails.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SHRINK_TRIAL_H
#define TOOLS_SHRINK_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/err.h"
#include "sim/run.h"
#include "sim/spec.h"
#include "sim/strategies/schedule.h"
#include "tools/campaign/pool.h"
#include "tools/shrink/witness.h"

struct strategy;

enum { TRIAL_CHECK_SIZE = 32 };

/* What is looked for. */
struct trial_target {
	bool crashed;		/* the process does not survive it */
	bool anywhere;
	char check[TRIAL_CHECK_SIZE];
	uint64_t places[RUN_WHERE_MAX];
	size_t place_count;
};

struct trial_answer {
	bool fails;
	bool crashed;
	bool survived;		/* there is a result */
	bool stepped;
	uint64_t seed;		/* of the run */
	uint64_t accesses;
	uint64_t sim_ps;
	uint64_t finding_count;
	char digest[33];
	struct run_finding finding;	/* the first */
	uint64_t choices;		/* that were made */
};

enum trial_kind {
	TRIAL_FOLLOW,		/* the schedule */
	TRIAL_PLAY,		/* run `number` of the strategy */
	TRIAL_SEEK,		/* runs of the strategy until one fails */
	TRIAL_TELL,		/* the schedule, with scenes, to the last */
};

/* The question, in memory that the worker sees. */
struct trial_request {
	enum trial_kind kind;
	struct run_spec spec;
	struct trial_target target;
	const struct strategy *strategy;
	uint64_t number;
	uint64_t runs_most;		/* of a search */
	uint64_t accesses_most;		/* ... all runs together */
	uint64_t accesses_max;		/* of one run; 0: no limit */
	uint64_t deadline_ns;
	bool faults;			/* what they stop becomes a choice */
	uint64_t seed;			/* answer: of the run under way */
	uint64_t executions;		/* answer */
	bool stepped;
	size_t count;
	struct schedule_entry entries[WITNESS_ENTRIES_MAX];
};

struct trial_shared {
	struct trial_request request;
	struct witness_log log;
};

struct trial {
	struct pool *pool;
	struct trial_shared *shared;
	struct trial_target target;
	uint64_t deadline_ns;		/* by host_clock_ns() */
	uint64_t accesses_max;		/* of one run, but for the first */
	uint64_t executions;
	bool late;			/* the deadline has passed */
	enum pool_end end;		/* POOL_DONE, or why it is over */
	struct err err;
	struct trial_answer answer;	/* to the last question */
	/* Called after each question; may be NULL. */
	void (*look)(void *context);
	void *context;
};

int trial_begin(struct trial *trial, uint64_t timeout_ns,
    uint64_t memory_bytes, struct err *err);
void trial_end(struct trial *trial);

/* The signal that ended the trials, where one did. */
int trial_signal(void);

/* Each true if the run fails; the answer is in trial->answer. */
bool trial_follow(struct trial *trial, const struct run_spec *spec,
    const struct schedule *schedule);
bool trial_play(struct trial *trial, const struct run_spec *spec,
    const struct strategy *strategy, uint64_t number);
bool trial_seek(struct trial *trial, const struct run_spec *spec,
    const struct strategy *strategy, uint64_t runs_most,
    uint64_t accesses_most);
/* trial_follow() where faults of the scenario count as choices. */
bool trial_convert(struct trial *trial, const struct run_spec *spec,
    const struct schedule *schedule);
/* As the last: late or not, scenes are in trial->shared->log. */
bool trial_tell(struct trial *trial, const struct run_spec *spec,
    const struct schedule *schedule);

/* The choices of the last run; false where they are too many, or damaged. */
bool trial_schedule(const struct trial *trial, uint64_t cpus,
    struct schedule *schedule);

/* What this answer found is what is looked for from now on. */
void trial_aim(struct trial *trial, const struct trial_answer *answer);

#endif
