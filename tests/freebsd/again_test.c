/*
 * again_test - does what FreeBSD's core keeps beside its memory begin anew with
 * each run?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/run.h"
#include "sim/spec.h"
#include "sim/strategies/strategy.h"

enum { SEEDS = 60 };

static void
set(struct run_spec *spec, const char *name, const char *value)
{
	struct err err;

	cr_assert_eq(spec_set(spec, name, value, &err), 0, "%s", err.text);
}

/* Calls that often wait, and runs that end in the middle of some. */
static void
waiting_spec(struct run_spec *spec, uint64_t seed)
{
	struct err err;

	spec_init(spec);
	cr_assert_eq(spec_set_workload(spec, "calls", &err), 0);
	cr_assert_eq(spec_set_policy(spec, "gus", &err), 0);
	set(spec, "core.name", "freebsd");
	set(spec, "core.profile", "wrap");
	set(spec, "machine.cpus", "5");
	set(spec, "run.warmup", "0s");
	set(spec, "run.duration", "20us");
	set(spec, "run.accesses_max", "4000");
	spec->seed = seed;
}

static void
walk_run(const struct run_spec *spec, struct run_result *result)
{
	const struct strategy *walk;
	struct guide guide;

	walk = strategy_find("walk");
	cr_assert_not_null(walk);
	memset(&guide, 0, sizeof(guide));
	guide.stepped = true;
	guide.next = walk->next;
	guide.choose = walk->choose;
	guide.context = calloc(1, walk->state_bytes);
	cr_assert_not_null(guide.context);
	walk->begin(guide.context, spec, 1, 0);
	run_execute_guided(spec, result, &guide, NULL);
	free(guide.context);
}

Test(again, a_run_is_the_same_after_one_that_ended_in_a_wait)
{
	struct run_result result = { 0 };
	struct run_spec spec;
	char alone[sizeof(result.digest)];
	uint64_t seed;

	for (seed = 1; seed <= SEEDS; seed++) {
		waiting_spec(&spec, seed);
		run_execute(&spec, &result);
		memcpy(alone, result.digest, sizeof(alone));
		run_result_fini(&result);
		walk_run(&spec, &result);
		run_execute(&spec, &result);
		cr_assert_str_eq(result.digest, alone, "seed %d", (int)seed);
		run_result_fini(&result);
	}
}
