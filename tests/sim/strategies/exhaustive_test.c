/*
 * Every order of the kernel of two readers and a writer, on the core itself:
 * does the search come to its end, and in the same way each time?  How many
 * orders there are is a property of code and compiler, so relations are held
 * here, not numbers.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "sim/base/err.h"
#include "sim/machine/choice.h"
#include "sim/run.h"
#include "sim/spec.h"
#include "sim/strategies/explore.h"

enum { ORDERS_MOST = 100000 };

struct question {
	const char *memory;
	const char *mode;
	const char *rounds;
	const char *swaps;
};

/* How often the search was asked whose step is next. */
static uint64_t questions;

struct answer {
	struct explore_counts counts;
	uint64_t digests;	/* of all runs, in their order */
	uint64_t scans;
	uint64_t findings;
};

static void
set(struct run_spec *spec, const char *name, const char *value)
{
	struct err err;

	cr_assert_eq(spec_set(spec, name, value, &err), 0, "%s=%s", name,
	    value);
}

static void
kernel_spec(struct run_spec *spec, const struct question *question)
{
	struct err err;

	spec_init(spec);
	cr_assert_eq(spec_set_workload(spec, "kernel", &err), 0);
	set(spec, "machine.cpus", "3");
	set(spec, "machine.memory", question->memory);
	set(spec, "core.mode", question->mode);
	set(spec, "core.deferral", "2");
	set(spec, "zone.item_size", "64B");
	set(spec, "zone.bucket_size", "1");
	set(spec, "zone.bucket_growth", "false");
	set(spec, "workload.kernel.rounds", question->rounds);
	set(spec, "workload.kernel.swaps", question->swaps);
	set(spec, "run.warmup", "0ns");
	set(spec, "run.duration", "100us");
	set(spec, "run.data_race", "true");
}

static uint32_t
next(void *context, const struct step *steps, uint32_t actors,
    uint64_t ready, uint32_t usual)
{

	(void)usual;
	questions++;
	return (explore_next(context, steps, actors, ready));
}

static uint64_t
choose(void *context, enum choice_kind kind, uint32_t cpu,
    uint64_t alternatives)
{

	(void)kind;
	(void)cpu;
	return (alternatives < 2 ? 0 :
	    explore_pick(context, (uint32_t)alternatives));
}

static uint64_t
hits(const struct run_result *result, const char *name)
{
	size_t i;

	for (i = 0; i < result->coverage_count; i++)
		if (strcmp(result->coverage[i].name, name) == 0)
			return (result->coverage[i].hits);
	cr_assert_fail("no situation is called %s", name);
	return (0);
}

static void
add(struct answer *answer, const struct run_result *result)
{

	answer->findings += result->finding_count;
	/* A run that is cut short is equivalent to another; it says nothing. */
	if (result->abandoned)
		return;
	answer->scans += hits(result, "scanned");
	answer->digests = answer->digests * 31 +
	    strtoull(&result->digest[16], NULL, 16);
}

static struct answer
explore(const struct question *question, bool stays)
{
	static struct run_result result;
	struct run_spec spec;
	struct answer answer;
	struct guide guide;
	struct explore *x;

	kernel_spec(&spec, question);
	x = explore_new(EXPLORE_CLASSES);
	explore_reset(x, EXPLORE_CLASSES, 3);
	guide = (struct guide){ true, next, choose, x,
	    stays ? explore_stay(x) : NULL };
	answer = (struct answer){ .digests = 1 };
	do {
		explore_begin(x);
		run_execute_guided(&spec, &result, &guide, NULL);
		add(&answer, &result);
		answer.counts = explore_counts(x);
	} while (explore_end(x) && answer.counts.executions < ORDERS_MOST);
	answer.counts = explore_counts(x);
	explore_free(x);
	run_result_fini(&result);
	return (answer);
}

/*
 * Explores twice, with questions left out and with all of them; what holds in
 * every mode and under every model.
 */
static struct answer
explored(const char *memory, const char *mode, const char *rounds,
    const char *swaps)
{
	struct question question = { memory, mode, rounds, swaps };
	struct answer first, again;
	uint64_t asked;

	questions = 0;
	first = explore(&question, true);
	asked = questions;
	cr_assert(first.counts.complete, "%s %s: not everything was seen",
	    memory, mode);
	cr_assert_eq(first.findings, 0, "%s %s: the core is accused", memory,
	    mode);
	cr_assert_gt(first.counts.executions, 1);
	cr_assert_gt(first.scans, 0, "%s %s: nothing was polled", memory, mode);
	questions = 0;
	again = explore(&question, false);
	cr_expect_lt(asked, questions, "no step was taken without a question");
	cr_assert_eq(again.counts.executions, first.counts.executions);
	cr_assert_eq(again.counts.abandoned, first.counts.abandoned);
	cr_assert_eq(again.counts.steps, first.counts.steps);
	cr_assert_eq(again.digests, first.digests);
	return (first);
}

Test(exhaustive, sees_all_of_the_kernel_under_sc_and_tso)
{
	struct answer sc, tso;

	sc = explored("sc", "eager", "1", "3");
	tso = explored("tso", "eager", "1", "3");
	/* Buffers add orders and take none away. */
	cr_expect_leq(sc.counts.executions, tso.counts.executions);
	/* A store's way out of its buffer is a step of its own. */
	cr_expect_lt(sc.counts.longest, tso.counts.longest);
}

Test(exhaustive, sees_all_of_a_smaller_kernel_under_relaxed)
{
	struct answer relaxed, sc;

	sc = explored("sc", "eager", "1", "2");
	relaxed = explored("relaxed", "eager", "1", "2");
	/* Each value that a load may see is an order of its own. */
	cr_expect_lt(sc.counts.executions, relaxed.counts.executions);
}

Test(exhaustive, sees_all_of_a_deferred_clock)
{
	struct answer sc, tso;

	sc = explored("sc", "deferred", "1", "3");
	tso = explored("tso", "deferred", "1", "3");
	cr_expect_leq(sc.counts.executions, tso.counts.executions);
}

Test(exhaustive, has_more_to_see_where_readers_come_twice)
{
	struct answer once, twice;

	once = explored("tso", "eager", "1", "2");
	twice = explored("tso", "eager", "2", "2");
	cr_expect_lt(once.counts.executions, twice.counts.executions);
}
