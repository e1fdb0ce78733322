/*
 * chance_test - is a run the same, whichever ran before it, and however often
 * its strategy was asked?
 *
 * Of questions that chance puts together: machines of all sizes, models,
 * policies good and bad, runs that are cut short, one after another in one
 * process.  Each is executed on the way up and on the way down, and each
 * stepped one with a guide that is asked about each step and with one that
 * says for how long it need not be.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/rng.h"
#include "sim/run.h"
#include "sim/spec.h"
#include "sim/strategies/strategy.h"

enum { SPECS = 160, RUNS = 2, ANSWERS = 16, CHOICES = 10 };

/* Each is set with that chance, to one of these; empty ones come last. */
static const struct {
	const char *name;
	uint64_t percent;
	const char *choices[CHOICES];
} knobs[] = {
	{ "machine.memory", 100, { "sc", "tso", "relaxed" } },
	{ "machine.cpus", 100, { "1", "2", "3", "3", "4", "7", "16", "17",
	    "32", "64" } },
	{ "machine.sockets", 30, { "2", "3" } },
	{ "machine.threads_per_core", 20, { "2" } },
	{ "machine.domains", 20, { "1", "2", "4" } },
	{ "machine.pages", 100, { "8MiB", "5MiB", "16MiB", "64MiB" } },
	{ "machine.store_buffer", 30, { "1", "2", "5", "128" } },
	{ "machine.preemptible", 25, { "true" } },
	{ "machine.hz", 30, { "100000", "20000" } },
	{ "machine.slice", 30, { "1us", "5us" } },
	{ "machine.switch", 30, { "0s", "100ns" } },
	{ "core.mode", 50, { "deferred", "lazy" } },
	{ "core.profile", 30, { "wrap" } },
	{ "zone.bucket_size", 50, { "1", "2", "4" } },
	{ "zone.limit", 20, { "8", "40" } },
	{ "zone.cache_limit", 20, { "0", "4" } },
	{ "zone.reclaim_every", 30, { "1us", "5us" } },
	{ "zone.reclaim", 30, { "trim", "drain" } },
	{ "zone.page_cache", 40, { "none", "own_lock" } },
	{ "run.warmup", 100, { "0s", "0s", "2us" } },
	{ "run.duration", 100, { "5us", "10us", "30us" } },
	{ "run.accesses_max", 100, { "20000", "4000" } },
	{ "run.data_race", 50, { "true" } },
	{ "run.step_tick", 30, { "100ns", "3us" } },
	{ "run.patience", 30, { "1000" } },
	{ "run.lockstep", 15, { "stored", "locked" } },
};

static const char *const workloads[] = { "slot_churn", "stress", "stress",
    "kernel", "chains", "producer_consumer", "page_churn", "radix" };
/* Those that are wrong leave more behind. */
static const char *const policies[] = { "gus", "gus", "gus", "pool_cache",
    "pool_cache", "immediate", "ebr", "epoch", "hazard", "qsbr", "xnu" };

static const char *
one_of(struct rng *rng, const char *const *choices, size_t count)
{

	return (choices[rng_below(rng, count)]);
}

/* Number `index` of them; false where its knobs do not go together. */
static bool
draw_spec(struct run_spec *spec, uint64_t index)
{
	char dotted[SPEC_NAME_SIZE];
	struct err err;
	struct rng rng;
	size_t i, count;

	rng_init(&rng, 1, "chance", index);
	spec_init(spec);
	cr_assert_eq(spec_set_workload(spec, one_of(&rng, workloads,
	    sizeof(workloads) / sizeof(workloads[0])), &err), 0);
	cr_assert_eq(spec_set_policy(spec, one_of(&rng, policies,
	    sizeof(policies) / sizeof(policies[0])), &err), 0);
	for (i = 0; i < sizeof(knobs) / sizeof(knobs[0]); i++) {
		if (rng_below(&rng, 100) >= knobs[i].percent)
			continue;
		for (count = 0; count < CHOICES &&
		    knobs[i].choices[count] != NULL;)
			count++;
		cr_assert_eq(spec_set(spec, knobs[i].name, one_of(&rng,
		    knobs[i].choices, count), &err), 0, "%s", err.text);
	}
	spec->seed = 1 + rng_below(&rng, 1000);
	return (spec_check(spec, dotted, sizeof(dotted), &err) == 0);
}

/* --- what a spec's runs answer ---------------------------------------------- */

struct answers {
	char digests[ANSWERS][sizeof(((struct run_result *)NULL)->digest)];
	uint64_t behaviours[ANSWERS];
	uint32_t count;
};

static void
answer(struct answers *answers, const struct run_result *result)
{

	cr_assert_lt(answers->count, ANSWERS);
	memcpy(answers->digests[answers->count], result->digest,
	    sizeof(result->digest));
	answers->behaviours[answers->count++] = result->behaviour;
}

static void
same(const struct answers *left, const struct answers *right, uint64_t index,
    const char *what)
{
	uint32_t i;

	cr_assert_eq(left->count, right->count);
	for (i = 0; i < left->count; i++) {
		cr_assert_str_eq(left->digests[i], right->digests[i],
		    "%s: spec %d, run %d", what, (int)index, (int)i);
		cr_assert_eq(left->behaviours[i], right->behaviours[i],
		    "%s: spec %d, run %d", what, (int)index, (int)i);
	}
}

static void
guided_runs(const struct run_spec *spec, const struct strategy *strategy,
    bool stays, struct answers *answers)
{
	struct run_result result = { 0 };
	struct guide guide;
	uint64_t number;

	memset(&guide, 0, sizeof(guide));
	guide.stepped = true;
	guide.next = strategy->next;
	guide.choose = strategy->choose;
	guide.context = calloc(1, strategy->state_bytes);
	for (number = 0; number < RUNS; number++) {
		strategy->begin(guide.context, spec, 1, number);
		guide.stay = stays ? strategy->stay(guide.context) : NULL;
		run_execute_guided(spec, &result, &guide, NULL);
		answer(answers, &result);
	}
	free(guide.context);
	run_result_fini(&result);
}

static void
all_runs(const struct run_spec *spec, uint64_t index, struct answers *answers)
{
	struct run_result result = { 0 };
	struct answers asked, stayed;
	size_t i;

	answers->count = 0;
	if (spec->run.lockstep == RUN_STEPS_ALL) {
		run_execute(spec, &result);
		answer(answers, &result);
		run_result_fini(&result);
	}
	if (2 * spec->machine.cpus > STEP_ACTORS_MAX)
		return;
	for (i = 0; i < strategy_count; i++) {
		if (strategies[i]->stay == NULL || strategies[i]->one_worker)
			continue;
		asked.count = stayed.count = 0;
		guided_runs(spec, strategies[i], false, &asked);
		guided_runs(spec, strategies[i], true, &stayed);
		same(&asked, &stayed, index, strategies[i]->name);
		guided_runs(spec, strategies[i], true, answers);
	}
}

Test(chance, any_run_is_the_same_after_any_other_and_for_any_guide)
{
	static struct answers up[SPECS];
	struct run_spec spec;
	struct answers down;
	uint64_t index;
	uint32_t tried;

	tried = 0;
	for (index = 0; index < SPECS; index++)
		if (draw_spec(&spec, index)) {
			all_runs(&spec, index, &up[index]);
			tried++;
		}
	for (index = SPECS; index-- > 0;)
		if (draw_spec(&spec, index)) {
			all_runs(&spec, index, &down);
			same(&up[index], &down, index, "up and down");
		}
	/* Most knobs go together. */
	cr_assert_gt(tried, SPECS / 2, "%d of %d specs", (int)tried, SPECS);
}
