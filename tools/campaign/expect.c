/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/campaign/expect.h"

#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"
#include "tools/cli/human.h"
#include "tools/plugin/plugin.h"
#include "tools/scenario/plan.h"
#include "tools/store/store_query.h"
#include "tools/campaign/token.h"
#include "tools/cli/verb.h"

enum { EXPECT_EXAMPLES = 3 };

/*
 * Every query below answers with rows of the same columns: the point's
 * ordinal, the seed, digest and status of a run that failed, then what there
 * is to say about it.
 */
#define FAILED_RUN	"point.ordinal, run.seed, coalesce(run.digest, ''), " \
			"run.status"
#define OF_EXPERIMENT	"JOIN point ON point.id = run.point_id " \
			"WHERE point.experiment_id = ?1 "
#define IN_ORDER	" ORDER BY run.seed, point.ordinal"

struct judge {
	struct store *store;
	int64_t experiment;
	const struct plan *plan;
	uint64_t *broken;
	struct err *err;
};

static void
print_where(const struct judge *judge, struct store_query *row)
{
	const struct plan_point *point;
	struct run_spec spec;
	struct err ignored;
	char token[TOKEN_SIZE];
	uint64_t ordinal, seed;
	size_t i;

	ordinal = (uint64_t)store_query_int(row, 0);
	seed = (uint64_t)store_query_int(row, 1);
	if (ordinal >= judge->plan->point_count)
		return;
	point = &judge->plan->points[ordinal];
	fprintf(stderr, "    policy %s", point->policy->label);
	for (i = 0; i < point->knob_count; i++) {
		fprintf(stderr, ", %s %s", point->knobs[i].knob,
		    point->knobs[i].value);
	}
	fprintf(stderr, ", seed %llu\n", (unsigned long long)seed);
	if (plan_spec(judge->plan, ordinal, seed, &spec, &ignored) == 0 &&
	    token_write(judge->plan->scenario->name, &spec,
	    store_query_text(row, 2),
	    strcmp(store_query_text(row, 3), "crashed") == 0, token) != 0)
		fprintf(stderr, "    gusim replay %s%s\n",
		    plugin_words(&spec), token);
}

/* Goes through the runs that failed; `say` prints one line about each. */
static int
report(const struct judge *judge, struct store_query *query,
    const char *headline,
    void (*say)(const struct judge *judge, struct store_query *row,
    const struct scenario_expect *expect),
    const struct scenario_expect *expect)
{
	uint64_t count;
	int more;

	count = 0;
	while ((more = store_query_step(query, judge->err)) > 0) {
		if (count++ == 0)
			verb_note("%s", headline);
		if (count <= EXPECT_EXAMPLES) {
			say(judge, query, expect);
			print_where(judge, query);
		}
	}
	if (count > EXPECT_EXAMPLES) {
		fprintf(stderr, "  ... and %llu more\n",
		    (unsigned long long)(count - EXPECT_EXAMPLES));
	}
	*judge->broken += count;
	store_query_end(query);
	return (more);
}

static struct store_query *
ask(const struct judge *judge, const char *sql)
{
	struct store_query *query;

	query = store_query_begin(judge->store, sql, judge->err);
	if (query != NULL)
		store_query_bind_int(query, 1, judge->experiment);
	return (query);
}

static void
say_finding(const struct judge *judge, struct store_query *row,
    const struct scenario_expect *expect)
{

	(void)judge;
	(void)expect;
	fprintf(stderr, "  %s: %s\n", store_query_text(row, 4),
	    store_query_text(row, 5));
}

static void
say_timeout(const struct judge *judge, struct store_query *row,
    const struct scenario_expect *expect)
{

	(void)judge;
	(void)row;
	(void)expect;
	fprintf(stderr, "  a run did not come to its end\n");
}

static void
say_audit(const struct judge *judge, struct store_query *row,
    const struct scenario_expect *expect)
{

	(void)judge;
	(void)expect;
	if (store_query_is_null(row, 4)) {
		fprintf(stderr, "  the second time its process died; the "
		    "first time it had digest %s\n", store_query_text(row, 2));
		return;
	}
	fprintf(stderr, "  the second time it had digest %s, the first time "
	    "%s\n", store_query_text(row, 4), store_query_text(row, 2));
}

static void
say_silent(const struct judge *judge, struct store_query *row,
    const struct scenario_expect *expect)
{

	(void)judge;
	(void)row;
	fprintf(stderr, "  %s did not fire\n", expect->name);
}

static void
say_bound(const struct judge *judge, struct store_query *row,
    const struct scenario_expect *expect)
{
	char value[HUMAN_SIZE];

	(void)judge;
	if (store_query_is_null(row, 4)) {
		fprintf(stderr, "  %s %s was not measured\n", expect->name,
		    expect->stat);
		return;
	}
	human_value(store_query_real(row, 4), store_query_text(row, 5), value);
	fprintf(stderr, "  %s %s is %s\n", expect->name, expect->stat, value);
}

/* Checks that nobody said would fire. */
static int
judge_findings(const struct judge *judge)
{
	const struct scenario *scenario = judge->plan->scenario;
	struct store_query *query;
	char sql[400 + SCENARIO_EXPECTS_MAX * 4];
	size_t i, used;
	int index;

	used = (size_t)snprintf(sql, sizeof(sql), "SELECT " FAILED_RUN
	    ", finding.check_name, finding.summary FROM finding "
	    "JOIN run ON run.id = finding.run_id " OF_EXPERIMENT
	    "AND finding.check_name NOT IN (''");
	for (i = 0; i < scenario->expect_count; i++) {
		if (scenario->expects[i].kind == EXPECT_ALWAYS)
			used += (size_t)snprintf(sql + used,
			    sizeof(sql) - used, ", ?");
	}
	snprintf(sql + used, sizeof(sql) - used, ")" IN_ORDER);
	query = ask(judge, sql);
	if (query == NULL)
		return (-1);
	index = 2;
	for (i = 0; i < scenario->expect_count; i++) {
		if (scenario->expects[i].kind == EXPECT_ALWAYS)
			store_query_bind_text(query, index++,
			    scenario->expects[i].name);
	}
	return (report(judge, query, "findings:", say_finding, NULL));
}

static int
judge_timeouts(const struct judge *judge)
{
	struct store_query *query;

	/* Where its process had to be ended, that is a finding. */
	query = ask(judge, "SELECT " FAILED_RUN " FROM run " OF_EXPERIMENT
	    "AND run.status = 'timeout' AND NOT EXISTS (SELECT 1 FROM finding "
	    "WHERE finding.run_id = run.id)" IN_ORDER);
	if (query == NULL)
		return (-1);
	return (report(judge, query, "runs that were given up:", say_timeout,
	    NULL));
}

/* Nobody can expect that: whatever a run depends on, a sweep rests on it. */
static int
judge_audits(const struct judge *judge)
{
	struct store_query *query;

	query = ask(judge, "SELECT " FAILED_RUN ", audit.again FROM audit "
	    "JOIN run ON run.id = audit.run_id " OF_EXPERIMENT
	    "AND audit.verdict = 'differs'" IN_ORDER);
	if (query == NULL)
		return (-1);
	return (report(judge, query, "the same run gave something else in "
	    "another process, which must never be; please report it:",
	    say_audit, NULL));
}

static int
judge_always(const struct judge *judge, const struct scenario_expect *expect)
{
	struct store_query *query;
	char headline[200];

	query = ask(judge, "SELECT " FAILED_RUN " FROM run " OF_EXPERIMENT
	    "AND run.status NOT IN ('pending', 'timeout') AND NOT EXISTS "
	    "(SELECT 1 FROM finding WHERE finding.run_id = run.id "
	    "AND finding.check_name = ?2)" IN_ORDER);
	if (query == NULL)
		return (-1);
	store_query_bind_text(query, 2, expect->name);
	snprintf(headline, sizeof(headline), "expected (line %zu): %s fires in "
	    "every run", expect->line, expect->name);
	return (report(judge, query, headline, say_silent, expect));
}

static int
judge_bound(const struct judge *judge, const struct scenario_expect *expect)
{
	struct store_query *query;
	char headline[200];

	query = ask(judge, expect->kind == EXPECT_AT_MOST ?
	    "SELECT " FAILED_RUN ", metric.value, metric.unit FROM run "
	    "LEFT JOIN metric ON metric.run_id = run.id "
	    "AND metric.name = ?2 AND metric.stat = ?3 " OF_EXPERIMENT
	    "AND run.status IN ('ok', 'finding') "
	    "AND (metric.value IS NULL OR metric.value > ?4)" IN_ORDER :
	    "SELECT " FAILED_RUN ", metric.value, metric.unit FROM run "
	    "LEFT JOIN metric ON metric.run_id = run.id "
	    "AND metric.name = ?2 AND metric.stat = ?3 " OF_EXPERIMENT
	    "AND run.status IN ('ok', 'finding') "
	    "AND (metric.value IS NULL OR metric.value < ?4)" IN_ORDER);
	if (query == NULL)
		return (-1);
	store_query_bind_text(query, 2, expect->name);
	store_query_bind_text(query, 3, expect->stat);
	store_query_bind_real(query, 4, expect->bound);
	snprintf(headline, sizeof(headline), "expected (line %zu): %s %s %s %s",
	    expect->line, expect->name, expect->stat,
	    expect->kind == EXPECT_AT_MOST ? "at most" : "at least",
	    expect->bound_text);
	return (report(judge, query, headline, say_bound, expect));
}

int
expect_judge(struct store *store, int64_t experiment, const struct plan *plan,
    uint64_t *broken, struct err *err)
{
	const struct judge judge = { store, experiment, plan, broken, err };
	const struct scenario_expect *expect;
	size_t i;
	int status;

	*broken = 0;
	status = judge_findings(&judge);
	if (status == 0)
		status = judge_timeouts(&judge);
	if (status == 0)
		status = judge_audits(&judge);
	for (i = 0; i < plan->scenario->expect_count && status == 0; i++) {
		expect = &plan->scenario->expects[i];
		switch (expect->kind) {
		case EXPECT_NEVER:
			/* Every finding that is not expected is reported. */
			break;
		case EXPECT_ALWAYS:
			status = judge_always(&judge, expect);
			break;
		case EXPECT_AT_MOST:
		case EXPECT_AT_LEAST:
			status = judge_bound(&judge, expect);
			break;
		}
	}
	return (status);
}
