/*
 * audit - does the same run give the same digest in another process?
 *
 * One run in a hundred, chosen by a hash of what it is, is executed once more,
 * in a worker process that is not the one that executed it first.  The rows of
 * the run stay as they are; what came of it goes into the table `audit`.
 *
 * The functions are for struct campaign_hooks, with the audit as context.
 *
 * Errors      -1 with err: the store could not be written or read.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CAMPAIGN_AUDIT_H
#define TOOLS_CAMPAIGN_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/campaign/pool.h"

struct err;
struct plan;
struct store;
struct wire_result;

enum { AUDIT_ONE_IN = 100 };

struct audit_run;

struct audit {
	struct store *store;
	const struct plan *plan;
	struct audit_run *waiting;	/* for a worker that may have it */
	struct audit_run *flying;
};

bool audit_chooses(const struct plan *plan, uint64_t point, uint64_t seed);

/* Those that an earlier sweep has left undone. */
int audit_begin(struct audit *audit, struct store *store,
    const struct plan *plan, int64_t experiment, struct err *err);
void audit_end(struct audit *audit);

/* There are some, whose first worker is the only one left. */
bool audit_waits(const struct audit *audit);

bool audit_ahead(struct audit *audit, struct pool_job *job);
void audit_after(struct audit *audit, const struct pool_outcome *outcome,
    const struct wire_result *result);
int audit_again(struct audit *audit, const struct pool_outcome *outcome,
    const struct wire_result *result, struct err *err);

#endif
