/*
 * report_fixture - which database do the tests of the report read?
 *
 * One made of formulas, so that every number of it is known: three modes over
 * bucket sizes, two of them also over a second number, four seeds each.
 *
 *	footprint_bytes mean    1000 * bucket + 10 * second + seed
 *	free_to_use_ns p99      1e6 / bucket + 1000 * second + seed
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TESTS_TOOLS_REPORT_FIXTURE_H
#define TESTS_TOOLS_REPORT_FIXTURE_H

#include <stdint.h>

struct store;

enum { REPORT_FIXTURE_SEEDS = 4, REPORT_FIXTURE_POINTS = 3 + 3 * 2 + 3 * 2 };

/* The bucket sizes are 4, 16 and 62, the second numbers 1 and 4. */
struct store *report_fixture(const char *path);

/*
 * Gives a run other items: `waiting` ones are 100 ns older than the `done`, but for
 * the last of these, which is the oldest of all.
 */
void report_fixture_waits(struct store *store, int64_t run, unsigned done,
    unsigned waiting);

/* Executes SQL that must succeed. */
void report_fixture_sql(struct store *store, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
