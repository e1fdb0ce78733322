/*
 * report_whole - are all runs of the plan in this database?
 *
 * A sweep lays out all its runs before the first; a shard of it lays out its
 * own.  Merged, shards make the plan again, if none was left out.  A database
 * does not say how large the plan was, but the points of a sweep are numbered,
 * and all have the same seeds: numbers that are left out, and seeds of which a
 * point has a later one and not this, are runs that are elsewhere.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_REPORT_REPORT_WHOLE_H
#define TOOLS_REPORT_REPORT_WHOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct report_experiment;

enum { WHOLE_SHARD_SIZE = 24 };

struct whole {
	bool part;		/* something is elsewhere */
	uint64_t last;		/* point of the plan that is here, from 1 */
	uint64_t points_missing;	/* before it */
	uint64_t runs_least;	/* the plan has, as far as one can see */
	char shard[WHOLE_SHARD_SIZE];	/* "1/3" in the command, or "" */
};

/* With seeds: until, points may have fewer seeds than others. */
void whole_judge(struct whole *whole,
    const struct report_experiment *experiment, bool until);

/* A sentence for the reader; empty where nothing is missing. */
void whole_words(const struct whole *whole,
    const struct report_experiment *experiment, char *text, size_t room);

#endif
