/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/campaign/audit.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "sim/base/must.h"
#include "tools/campaign/campaign.h"
#include "tools/campaign/wire.h"
#include "tools/scenario/plan.h"
#include "tools/store/store_audit.h"

struct audit_run {
	struct pool_job job;	/* its worker: who had it first, 0: unknown */
	char digest[33];
	struct audit_run *next;
};

bool
audit_chooses(const struct plan *plan, uint64_t point, uint64_t seed)
{
	struct {
		char scenario[40];
		uint64_t point, seed;
	} what;

	memset(&what, 0, sizeof(what));
	snprintf(what.scenario, sizeof(what.scenario), "%s",
	    plan->scenario->digest);
	what.point = point;
	what.seed = seed;
	return (XXH3_64bits(&what, sizeof(what)) % AUDIT_ONE_IN == 0);
}

/* At the end: first come, first served. */
static void
add(struct audit_run **list, const struct pool_job *job, const char *digest)
{
	struct audit_run *run;

	run = must_alloc(1, sizeof(*run));
	run->job = *job;
	run->job.flags = CAMPAIGN_AGAIN;
	snprintf(run->digest, sizeof(run->digest), "%s", digest);
	while (*list != NULL)
		list = &(*list)->next;
	*list = run;
}

static void
drop(struct audit_run *list)
{
	struct audit_run *next;

	for (; list != NULL; list = next) {
		next = list->next;
		free(list);
	}
}

int
audit_begin(struct audit *audit, struct store *store, const struct plan *plan,
    int64_t experiment, struct err *err)
{
	struct store_audit_run *runs;
	struct pool_job job;
	struct audit_run **end;
	size_t i, count;

	memset(audit, 0, sizeof(*audit));
	audit->store = store;
	audit->plan = plan;
	if (store_audit_open(store, experiment, &runs, &count, err) != 0) {
		free(runs);
		return (-1);
	}
	end = &audit->waiting;
	for (i = 0; i < count; i++) {
		/* A later scenario of equal digest may have fewer points. */
		if (runs[i].job.point >= plan->point_count ||
		    !audit_chooses(plan, runs[i].job.point, runs[i].job.seed))
			continue;
		memset(&job, 0, sizeof(job));
		job.id = runs[i].job.run_id;
		job.point = runs[i].job.point;
		job.seed = runs[i].job.seed;
		add(end, &job, runs[i].digest);
		end = &(*end)->next;
	}
	free(runs);
	return (0);
}

void
audit_end(struct audit *audit)
{

	drop(audit->waiting);
	drop(audit->flying);
	audit->waiting = audit->flying = NULL;
}

bool
audit_waits(const struct audit *audit)
{

	return (audit->waiting != NULL);
}

bool
audit_ahead(struct audit *audit, struct pool_job *job)
{
	struct audit_run **at, *run;
	uint64_t worker;

	worker = job->worker;
	for (at = &audit->waiting; *at != NULL; at = &(*at)->next) {
		if ((*at)->job.worker != worker)
			break;
	}
	run = *at;
	if (run == NULL)
		return (false);
	*at = run->next;
	run->next = audit->flying;
	audit->flying = run;
	*job = run->job;
	return (true);
}

void
audit_after(struct audit *audit, const struct pool_outcome *outcome,
    const struct wire_result *result)
{

	if (result->digest[0] != '\0' &&
	    (result->status == RUN_OK || result->status == RUN_FINDING) &&
	    audit_chooses(audit->plan, outcome->job.point, outcome->job.seed))
		add(&audit->waiting, &outcome->job, result->digest);
}

int
audit_again(struct audit *audit, const struct pool_outcome *outcome,
    const struct wire_result *result, struct err *err)
{
	struct audit_run **at, *run;
	enum store_verdict verdict;
	const char *again;
	int status;

	for (at = &audit->flying; *at != NULL &&
	    (*at)->job.id != outcome->job.id;)
		at = &(*at)->next;
	run = *at;
	assert(run != NULL);
	*at = run->next;
	if (outcome->job.worker == run->job.worker) {
		/* It took it over from another: that does not count. */
		add(&audit->waiting, &run->job, run->digest);
		free(run);
		return (0);
	}
	again = result->digest[0] != '\0' ? result->digest : NULL;
	if (result->status == RUN_TIMEOUT)
		verdict = STORE_TIMEOUT;
	else
		verdict = again != NULL && strcmp(again, run->digest) == 0 ?
		    STORE_SAME : STORE_DIFFERS;
	status = store_audit_add(audit->store, run->job.id, run->digest, again,
	    verdict, err);
	free(run);
	return (status);
}
