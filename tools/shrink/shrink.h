/*
 * shrink - what is the smallest run that still fails?
 *
 * Begins with the run of a token and makes it smaller in turns: choices are
 * left out and made simpler (choices.h), the program and its machine get
 * smaller (reduce.h), for as long as the first finding is of the same check, and
 * at the same place of the code where there is one.  A smaller program asks other
 * questions: where the schedule does not fit it any more, a search of bounded
 * length looks for another one.  Where that finds nothing, and choices are many,
 * the same check at another place will do.
 *
 * What comes out depends on the token and the build alone, unless time is what
 * ends it; what there is by then fails as well.
 *
 * Errors      shrink_begin() sets err when the system refuses a process.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SHRINK_SHRINK_H
#define TOOLS_SHRINK_SHRINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/spec.h"
#include "sim/strategies/schedule.h"
#include "tools/campaign/token.h"
#include "tools/shrink/trial.h"

struct err;

/* What is known to fail. */
struct shrink_run {
	struct run_spec spec;
	struct schedule schedule;
	struct trial_answer answer;
};

struct shrink {
	struct trial trial;
	const struct token *token;
	struct shrink_run best;
	struct shrink_run first;	/* as the token has it */
	bool fails;			/* the token's run does */
	bool lost;			/* ... but nobody can follow it */
	uint64_t searches;		/* each has seeds of its own */
	uint64_t wall_ns;
	struct schedule taken;
	char text[TOKEN_SIZE];		/* the token of the shrunk run */
};

int shrink_begin(struct shrink *shrink, const struct token *token,
    uint64_t timeout_ns, uint64_t memory_bytes, struct err *err);

/*
 * Shrinks for at most `time_ns`; 0: until nothing gets smaller.  Afterwards the
 * scenes of the shrunk run are in trial.shared->log; but not where trial.end
 * says that there was no end: then there is only the smallest run so far.
 */
void shrink_all(struct shrink *shrink, uint64_t time_ns);

/* Whether it fails where the token's run did. */
bool shrink_same_place(const struct shrink *shrink);

void shrink_end(struct shrink *shrink);

/* --- for the passes ---------------------------------------------------------- */

/* If this fails it is the best from now on. */
bool shrink_try(struct shrink *shrink, const struct run_spec *spec,
    const struct schedule *schedule);

/* Nothing more will be executed. */
bool shrink_over(const struct shrink *shrink);

void shrink_run_copy(struct shrink_run *to, const struct shrink_run *from);
void shrink_run_fini(struct shrink_run *run);

#endif
