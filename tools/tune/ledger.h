/*
 * ledger - what did that candidate measure under that seed?
 *
 * Every answer is a row of the database.  What is there is read; what is not is
 * executed first, by worker processes, and then read.  So a question that is
 * asked again, by a later command or after an interruption at any moment, costs
 * nothing and has the same answer.
 *
 * The database is closed while workers are forked, so that none ever holds it.
 *
 * Errors      ledger_need() says how it ended; err has the reason.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_TUNE_LEDGER_H
#define TOOLS_TUNE_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/err.h"
#include "tools/campaign/pool.h"
#include "tools/cli/progress.h"
#include "tools/tune/race.h"

struct field;
struct field_scene;
struct options;
struct scenario_stat;
struct store;

struct ledger {
	struct field *field;
	const struct options *options;
	const char *path;		/* of the database */
	enum progress_mode mode;
	uint64_t workers;
	struct store *store;		/* NULL: closed */

	uint64_t executed;		/* runs of this process */
	uint64_t found;			/* rows that were there */
	enum pool_end end;		/* of the last ledger_need() */
	struct err err;
};

enum { LEDGER_DIGEST_SIZE = 33 };

/* A question to the ledger, and where its row is. */
struct ledger_run {
	size_t candidate;
	uint64_t seed;
	int64_t row;			/* set by ledger_need() */
	bool crashed;			/* set by ledger_read() */
	char digest[LEDGER_DIGEST_SIZE];	/* ... too; "": none */
};

/* Makes sure of rows in that scene; then ledger->store is open.  0 or -1. */
int ledger_need(struct ledger *ledger, size_t scene, struct ledger_run *runs,
    size_t count);

/*
 * The values of a row, of these metrics; `why` is "" where the run is good, or
 * says what is wrong with it.  A value that the metric only bounds is wrong
 * where the truth may be worse: worse[i] is 1 if larger is worse, -1 if smaller.
 */
int ledger_read(struct ledger *ledger, struct ledger_run *run,
    const struct scenario_stat *const *stats, const int *worse, size_t count,
    double *values, char why[RACE_WHY_SIZE]);

/* One value of a row; NAN where it has none. */
int ledger_value(struct ledger *ledger, int64_t row, const char *metric,
    const char *stat, double *value);

/* Says of every experiment that all of it is there, and closes. */
int ledger_finish(struct ledger *ledger);
void ledger_close(struct ledger *ledger);

#endif
