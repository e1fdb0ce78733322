/*
 * hunt_work - how does a worker hunt?
 *
 * A job is a number of runs in a row.  The worker executes them, one after the
 * other, without a word to the parent in between.  A run with a finding is
 * executed twice more, to write its schedule down and to follow it: a finding
 * that is reported is known to repeat.  Of most runs nobody will want to know
 * that much (tools/hunt/hunt_told.h).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_HUNT_HUNT_WORK_H
#define TOOLS_HUNT_HUNT_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/run.h"
#include "sim/spec.h"
#include "sim/strategies/schedule.h"
#include "tools/campaign/player.h"
#include "tools/campaign/token.h"
#include "tools/hunt/hunt_batch.h"
#include "tools/hunt/hunt_told.h"

struct pool_job;
struct strategy;

enum { HUNT_PLAYERS_MAX = 16 };

struct hunt_work {
	/* Set by the parent, before the worker is forked. */
	const char *scenario;
	struct run_spec spec;		/* its seed is of no account */
	const struct strategy *strategy;
	uint64_t seed;
	bool keep_going;		/* after a finding */
	uint64_t deadline_ns;		/* by host_clock_ns(); 0: none */

	/* The worker's own. */
	struct player players[HUNT_PLAYERS_MAX];
	struct run_result result;
	struct run_result again;
	struct record record;
	struct replay replay;
	struct hunt_batch batch;
	struct hunt_told told;
	char token[TOKEN_SIZE];
};

/* Jobs: `point` is the number of the first run, `id` how many there are. */
void hunt_work_execute(void *context, const struct pool_job *job,
    struct wire_buffer *answer);

#endif
