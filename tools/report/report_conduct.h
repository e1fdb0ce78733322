/*
 * report_conduct - how was the experiment conducted?
 *
 * Which runs were executed a second time, and whether they came to the same
 * (the audit); and where seeds were added until intervals were narrow, why each
 * point has no more of them.  Databases of version 1 know nothing of either.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_REPORT_REPORT_CONDUCT_H
#define TOOLS_REPORT_REPORT_CONDUCT_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct grid;
struct report_data;
struct report_experiment;
struct shape;

enum { CONDUCT_WORDS_SIZE = 240 };

struct conduct_stop {
	size_t point;		/* index into the experiment's */
	char reason[16];	/* "narrow" or "most" */
	int64_t seeds, looks;
	double until;		/* half-width asked for, share of the mean */
};

struct conduct {
	uint64_t audited;	/* runs that were executed again */
	uint64_t differ;	/* and came to something else */
	uint64_t lost;		/* and did not come to their end */
	struct conduct_stop *stops;	/* in the order of the points */
	size_t stop_count;
	size_t wide;		/* stopped by the most seeds allowed */
};

/* NULL with err. */
struct conduct *conduct_load(const struct report_data *data,
    const struct report_experiment *experiment, struct err *err);
/* NULL is fine. */
void conduct_free(struct conduct *conduct);

/* Each is "" where there is nothing to say. */
void conduct_audit(const struct conduct *conduct,
    char text[CONDUCT_WORDS_SIZE]);
void conduct_stopped(const struct conduct *conduct,
    char text[CONDUCT_WORDS_SIZE]);

/* The points whose intervals were still too wide. */
struct grid *conduct_table(const struct conduct *conduct,
    const struct shape *shape, size_t most);

#endif
