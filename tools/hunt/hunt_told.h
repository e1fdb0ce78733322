/*
 * hunt_told - which causes need an account of their first run?
 *
 * A hunt lists the first HUNT_CAUSES_MAX causes by the numbers of their first
 * runs, and for each it wants to know all about that first run.  An account
 * takes two more executions and some ten thousand bytes, so a worker makes none
 * that cannot be asked for.  It keeps what it has told, and by that a cause in
 * run n needs no account
 *
 *	if the worker has told of it in a run before n, which is then not its
 *	first; or
 *	if the worker has told of HUNT_CAUSES_MAX others in runs before n, so
 *	that there are as many before it.
 *
 * Both hold of the hunt as a whole whatever else the other workers find, and so
 * the first run of a cause that is listed always comes with its account.  A run
 * that is executed once more, since its answer was lost, is told once more.
 *
 * Errors      none.  Running out of memory ends the process.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_HUNT_HUNT_TOLD_H
#define TOOLS_HUNT_HUNT_TOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * That a hunt lists: more than anybody reads, and so few that one answer of a
 * worker has room for all of them, each with the longest token.
 */
enum { HUNT_CAUSES_MAX = 256 };

struct hunt_told_cause {
	uint64_t cause;
	uint64_t number;		/* the least run that was told */
};

/* All zero: nothing was told yet. */
struct hunt_told {
	struct hunt_told_cause *causes;
	size_t count;
};

/* True: this run is to be told of, which is then taken for done. */
bool hunt_told_add(struct hunt_told *told, uint64_t cause, uint64_t number);
void hunt_told_fini(struct hunt_told *told);

#endif
