/*
 * stay_test - is a run the same whether its strategy is asked about each step
 * or says for how long it need not be asked?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/run.h"
#include "sim/spec.h"
#include "sim/strategies/schedule.h"
#include "sim/strategies/strategy.h"

enum { RUNS = 60 };

struct count {
	const struct strategy *strategy;
	struct guide guide;
	uint64_t asked;
};

static uint32_t
count_next(void *context, const struct step *steps, uint32_t actors,
    uint64_t ready, uint32_t usual)
{
	struct count *count = context;

	count->asked++;
	return (count->strategy->next(count->guide.context, steps, actors,
	    ready, usual));
}

static uint64_t
count_choose(void *context, enum choice_kind kind, uint32_t cpu,
    uint64_t alternatives)
{
	struct count *count = context;

	return (count->strategy->choose(count->guide.context, kind, cpu,
	    alternatives));
}

static void
same(const struct strategy *strategy, const struct run_spec *spec,
    const char *what)
{
	struct run_result each, seldom;
	struct count count;
	struct guide guide;
	uint64_t all, number, some;

	memset(&each, 0, sizeof(each));
	memset(&seldom, 0, sizeof(seldom));
	count.strategy = strategy;
	count.guide.context = calloc(1, strategy->state_bytes);
	guide = (struct guide){ .stepped = true, .next = count_next,
	    .choose = count_choose, .context = &count };
	all = some = 0;
	for (number = 0; number < RUNS; number++) {
		strategy->begin(count.guide.context, spec, 1, number);
		count.asked = 0;
		guide.stay = NULL;
		run_execute_guided(spec, &each, &guide, NULL);
		all += count.asked;

		strategy->begin(count.guide.context, spec, 1, number);
		count.asked = 0;
		guide.stay = strategy->stay(count.guide.context);
		run_execute_guided(spec, &seldom, &guide, NULL);
		some += count.asked;

		cr_assert_eq(each.status, seldom.status);
		cr_assert_eq(each.accesses, seldom.accesses, "%s, %s, run %d",
		    strategy->name, what, (int)number);
		cr_assert_eq(each.behaviour, seldom.behaviour,
		    "%s, %s, run %d", strategy->name, what, (int)number);
		cr_assert_str_eq(each.digest, seldom.digest, "%s, %s, run %d",
		    strategy->name, what, (int)number);
	}
	/* Or the way without questions was not gone. */
	cr_assert_lt(some, all, "%s, %s: %d questions of %d", strategy->name,
	    what, (int)some, (int)all);
	free(count.guide.context);
	run_result_fini(&each);
	run_result_fini(&seldom);
}

static void
set(struct run_spec *spec, const char *knob, const char *value)
{
	struct err err;

	cr_assert_eq(spec_set(spec, knob, value, &err), 0, "%s", err.text);
}

static void
all_strategies(const char *workload, const char *memory,
    const char *const settings[][2])
{
	struct run_spec spec;
	struct err err;
	char what[80];
	size_t i, tried;

	spec_init(&spec);
	cr_assert_eq(spec_set_workload(&spec, workload, &err), 0);
	set(&spec, "machine.memory", memory);
	set(&spec, "machine.sockets", "1");
	set(&spec, "machine.pages", "8MiB");
	set(&spec, "run.warmup", "0s");
	for (i = 0; settings[i][0] != NULL; i++)
		set(&spec, settings[i][0], settings[i][1]);
	snprintf(what, sizeof(what), "%s, %s", workload, memory);
	tried = 0;
	for (i = 0; i < strategy_count; i++)
		/* Those whose runs depend on each other: exhaustive_test.c. */
		if (strategies[i]->stay != NULL &&
		    !strategies[i]->one_worker) {
			same(strategies[i], &spec, what);
			tried++;
		}
	cr_assert_geq(tried, 1);
}

static const char *const churn[][2] = {
	{ "machine.cpus", "3" }, { "run.duration", "40us" },
	{ "run.data_race", "true" }, { NULL, NULL },
};

static const char *const stress[][2] = {
	{ "machine.cpus", "4" }, { "run.duration", "30us" }, { NULL, NULL },
};

static const char *const kernel[][2] = {
	{ "machine.cpus", "3" }, { "run.duration", "50us" },
	{ "run.data_race", "true" }, { NULL, NULL },
};

/* More than are drawn from a table. */
static const char *const wide[][2] = {
	{ "machine.cpus", "6" }, { "run.duration", "30us" }, { NULL, NULL },
};

/* ... and than have places.  The first of its process: there are none at all. */
static const char *const wide_races[][2] = {
	{ "machine.cpus", "6" }, { "run.duration", "30us" },
	{ "run.data_race", "true" }, { NULL, NULL },
};

Test(stay, changes_nothing_under_sc)
{

	all_strategies("slot_churn", "sc", churn);
	all_strategies("stress", "sc", stress);
	all_strategies("kernel", "sc", kernel);
}

Test(stay, changes_nothing_under_tso)
{

	all_strategies("slot_churn", "tso", churn);
	all_strategies("stress", "tso", stress);
	all_strategies("stress", "tso", wide);
	all_strategies("kernel", "tso", kernel);
}

Test(stay, changes_nothing_where_there_are_no_places)
{

	all_strategies("slot_churn", "tso", wide_races);
}

Test(stay, changes_nothing_under_relaxed)
{

	all_strategies("slot_churn", "relaxed", churn);
	all_strategies("stress", "relaxed", stress);
	all_strategies("kernel", "relaxed", kernel);
}
