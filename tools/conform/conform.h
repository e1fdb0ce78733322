/*
 * conform - do two cores answer alike, in a million operations?
 *
 * The parent's side.  Each course is cut into portions of operations; a worker
 * executes pairs of runs until a portion is full or the cores have parted, and
 * sends counts and the first difference.  Runs are numbered by portion, so what
 * is found does not depend on how many workers there are.
 *
 * Errors      conform_run() sets err when the system refuses a process; what
 *             the cores do is no error.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CONFORM_CONFORM_H
#define TOOLS_CONFORM_CONFORM_H

#include <stddef.h>
#include <stdint.h>

#include "tools/campaign/pool.h"
#include "tools/conform/course.h"
#include "tools/conform/pair.h"

struct err;

struct conform_settings {
	struct pair_core cores[2];
	const struct course *courses;
	size_t course_count;
	uint64_t operations;	/* in each course */
	uint64_t seed;
	size_t workers;
	uint64_t timeout_ns;	/* for one portion */
	/* Called about ten times a second; may be NULL. */
	void (*look)(void *context, uint64_t operations);
	void *context;
};

/* What has become of one course. */
enum conform_fate {
	CONFORM_SAME,
	CONFORM_DIFFERS,
	CONFORM_LOST,		/* a run took its process along */
	CONFORM_EMPTY,		/* its runs have no operations */
};

struct conform_course {
	enum conform_fate fate;
	uint64_t portions;	/* that have been counted */
	uint64_t runs;
	uint64_t operations;
	uint64_t tallies[LOG_TALLIES];
	uint64_t findings;	/* runs with findings, alike in both */
	uint64_t finding_run;	/* the first of them, and what it says */
	char finding[RUN_SUMMARY_SIZE];
	/* Where it is not CONFORM_SAME: the portion, and what is known of it. */
	uint64_t portion;
	uint64_t run;
	uint64_t seed;		/* of that run */
	struct pair_answer answer;
	char *tokens[2];
	char how[80];		/* CONFORM_LOST */
};

struct conform {
	struct conform_settings settings;
	struct conform_course *courses;
	uint64_t portions;	/* of each course */
	uint64_t operations;	/* of all */
	/* The next portion to give out. */
	size_t next_course;
	uint64_t next_portion;
};

/* Whatever it returns, what was found is there. */
enum pool_end conform_run(struct conform *conform,
    const struct conform_settings *settings, struct err *err);
void conform_fini(struct conform *conform);

#endif
