/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE	/* asprintf(), nftw() */
#include "tests/tools/store_fixture.h"

#include <criterion/criterion.h>

#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "tools/store/store.h"
#include "tools/store/store_experiment.h"
#include "tools/store/store_query.h"

static int
remove_one(const char *path, const struct stat *status, int kind,
    struct FTW *walk)
{

	(void)status;
	(void)kind;
	(void)walk;
	return (remove(path));
}

static void
remove_folder(void)
{

	nftw(fixture_folder(), remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *
fixture_folder(void)
{
	static char folder[] = "/tmp/gusim-test-XXXXXX";
	static int made;

	if (!made) {
		cr_assert_not_null(mkdtemp(folder));
		made = 1;
		atexit(remove_folder);
	}
	return (folder);
}

char *
fixture_path(const char *name)
{
	char *path;

	cr_assert_gt(asprintf(&path, "%s/%s", fixture_folder(), name), 0);
	return (path);
}

void
fixture_plan_init(struct fixture_plan *plan, size_t points, uint64_t seeds)
{
	static char *const values[FIXTURE_POINTS_MAX] = { "4", "5", "6", "7",
		"8", "9", "10", "11" };
	size_t i;

	cr_assert_leq(points, FIXTURE_POINTS_MAX);
	memset(plan, 0, sizeof(*plan));
	strcpy(plan->scenario.name, "fixture");
	strcpy(plan->scenario.digest, "0123456789abcdef0123456789abcdef");
	plan->scenario.text = "name: fixture\n";
	plan->scenario.policy_count = 1;
	strcpy(plan->scenario.policies[0].label, "gus");
	for (i = 0; i < points; i++) {
		plan->knobs[i].knob = "zone.bucket_size";
		plan->knobs[i].value = values[i];
		plan->knobs[i].number = 4.0 + (double)i;
		plan->points[i].ordinal = i;
		plan->points[i].policy = &plan->scenario.policies[0];
		plan->points[i].knobs = &plan->knobs[i];
		plan->points[i].knob_count = 1;
	}
	plan->plan.scenario = &plan->scenario;
	plan->plan.points = plan->points;
	plan->plan.point_count = points;
	plan->plan.seed_from = 1;
	plan->plan.seed_count = seeds;
}

struct store *
fixture_sweep(const char *path, size_t points, uint64_t seeds)
{
	struct fixture_plan *plan;
	struct store *store;
	struct err err;
	int64_t id;

	store = store_open(path, STORE_WRITE, &err);
	cr_assert_not_null(store, "%s", err.text);
	plan = malloc(sizeof(*plan));
	fixture_plan_init(plan, points, seeds);
	cr_assert_eq(store_experiment_add(store, &plan->plan, "gusim sweep",
	    &id, &err), 0, "%s", err.text);
	free(plan);
	return (store);
}

struct wire_result *
fixture_result(uint64_t number)
{
	static struct wire_result result;

	memset(&result, 0, sizeof(result));
	result.status = RUN_FINDING;
	snprintf(result.digest, sizeof(result.digest), "%032llx",
	    (unsigned long long)number);
	result.sim_ps = 1000000 * number;
	result.accesses = number;
	result.metrics[0] = (struct run_metric){ "footprint_bytes", "peak",
		"bytes", (double)number };
	result.metrics[1] = (struct run_metric){ "free_to_use_ns", "p99", "ns",
		NAN };
	result.metrics[2] = (struct run_metric){ "poll", "total", "1", 3 };
	result.metric_count = 3;
	result.histograms[0] = (struct wire_blob){ "free_to_use_ns", "ps", 0,
		(const unsigned char *)"\1abc", 4 };
	result.histogram_count = 1;
	result.series[0] = (struct wire_blob){ "live", "bytes", 1500,
		(const unsigned char *)"\1", 1 };
	result.series_count = 1;
	result.coverage[0] = (struct run_coverage){ "stall", "a stall", 2 };
	result.coverage_count = 1;
	result.findings[0].check = "canary";
	strcpy(result.findings[0].summary, "it sang");
	result.finding_count = 1;
	return (&result);
}

int64_t
fixture_number(struct store *store, const char *sql)
{
	struct store_query *query;
	struct err err;
	int64_t number;
	int more;

	query = store_query_begin(store, sql, &err);
	cr_assert_not_null(query, "%s", err.text);
	more = store_query_step(query, &err);
	cr_assert_geq(more, 0, "%s", err.text);
	number = more > 0 ? store_query_int(query, 0) : 0;
	store_query_end(query);
	return (number);
}

const void *
fixture_garbage(void)
{
	static unsigned char page[4096];
	size_t i;

	for (i = 0; i < sizeof(page); i++)
		page[i] = (unsigned char)(i * 37 + 11);
	return (page);
}
