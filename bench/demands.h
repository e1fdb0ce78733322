/*
 * demands - is it as fast as was promised?
 *
 * What docs/performance.md says must hold, each from medians of one run of
 * bench/run.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef BENCH_DEMANDS_H
#define BENCH_DEMANDS_H

#include <stdbool.h>
#include <stddef.h>

struct demand_verdict {
	const char *name;
	const char *unit;
	const char *about;
	double value;
	double bound;
	bool at_least;		/* the bound is a least value; or a most */
	bool measured;		/* all that it is made of was */
	bool holds;
};

/*
 * Demand number i; false where there are no more.  `value` gives the median of
 * a benchmark, or 0 where it was not measured.
 */
bool demand_at(size_t i, double (*value)(const char *name),
    struct demand_verdict *verdict);
/* Whether a verdict is made of this benchmark. */
bool demand_needs(const char *name);
/* Those that were measured, with verdicts. */
void demands_table(double (*value)(const char *name));

#endif
