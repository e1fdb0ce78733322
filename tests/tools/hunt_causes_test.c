/*
 * Does a hunt with many causes of findings say the same however long its
 * batches are, and whoever has them?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/rng.h"
#include "sim/checks/check.h"
#include "sim/strategies/strategy.h"
#include "tools/campaign/wire.h"
#include "tools/hunt/hunt.h"

enum {
	RUNS = 2500,
	WORDS = 900,		/* that are drawn from */
	NO_WORD = WORDS,
	GARBLED = 137,
};

/* --- a strategy that complains of something else in each run --------------- */

/* Set before the workers are forked. */
static const struct strategy *inner;

struct talker {
	bool spoken;
	uint64_t number;
	bool garbled;			/* by that run, until the next report */
	_Alignas(16) unsigned char inner[];
};

/* Some words come early and often, others late; some runs have none. */
static uint64_t
word_of(uint64_t number)
{
	struct rng rng;
	uint64_t a, b;

	rng_init(&rng, 1, "talker", number);
	if (rng_below(&rng, 8) == 0)
		return (NO_WORD);
	a = rng_below(&rng, WORDS);
	b = rng_below(&rng, WORDS);
	return (a < b ? a : b);
}

static void
talker_begin(void *context, const struct run_spec *spec, uint64_t seed,
    uint64_t number)
{
	struct talker *talker = context;

	talker->spoken = false;
	talker->number = number;
	talker->garbled |= number == GARBLED;
	inner->begin(talker->inner, spec, seed, number);
}

static uint64_t
talker_choose(void *context, enum choice_kind kind, uint32_t cpu,
    uint64_t alternatives)
{
	struct talker *talker = context;
	uint64_t word;

	word = word_of(talker->number);
	if (!talker->spoken && word != NO_WORD)
		check_report("canary", "a word: %c%c%c",
		    (char)('a' + word % 10), (char)('a' + word / 10 % 10),
		    (char)('a' + word / 100));
	talker->spoken = true;
	return (inner->choose(talker->inner, kind, cpu, alternatives));
}

/* As memory is that somebody has written over: there is no end to the text. */
static void
garbled_report(void *context, char *text, size_t room)
{
	struct talker *talker = context;

	if (talker->garbled)
		memset(text, 'x', room);
	talker->garbled = false;
}

static struct strategy
talking(void)
{
	struct strategy strategy = {
		.name = "talking", .about = "complains in many words",
		.begin = talker_begin, .choose = talker_choose,
	};

	inner = strategy_find("random");
	strategy.state_bytes = sizeof(struct talker) + inner->state_bytes;
	return (strategy);
}

/* --- what is to come out --------------------------------------------------- */

struct expected {
	uint64_t words[HUNT_CAUSES_MAX];	/* by their first runs */
	uint64_t first[HUNT_CAUSES_MAX];
	uint64_t count[HUNT_CAUSES_MAX];
	size_t listed;
	uint64_t unlisted;
	size_t further;
};

static void
expect(struct expected *expected)
{
	bool seen[WORDS] = { false };
	uint64_t number, word;
	size_t i;

	memset(expected, 0, sizeof(*expected));
	for (number = 0; number < RUNS; number++) {
		word = word_of(number);
		if (word == NO_WORD)
			continue;
		for (i = 0; i < expected->listed &&
		    expected->words[i] != word;)
			i++;
		if (i < expected->listed) {
			expected->count[i]++;
		} else if (i < HUNT_CAUSES_MAX) {
			expected->words[i] = word;
			expected->first[i] = number;
			expected->count[i] = 1;
			expected->listed++;
		} else {
			expected->unlisted++;
			expected->further += !seen[word];
			seen[word] = true;
		}
	}
}

static void
run(struct hunt *hunt, const struct strategy *strategy, size_t workers,
    uint64_t batch_runs)
{
	static const char *const knobs[][2] = {
		{ "machine.cpus", "2" }, { "machine.pages", "4MiB" },
		{ "workload.slot_churn.slots", "4" },
		{ "run.warmup", "0ns" }, { "run.duration", "5us" },
	};
	struct hunt_settings settings;
	struct err err;
	size_t i;

	memset(&settings, 0, sizeof(settings));
	spec_init(&settings.spec);
	cr_assert_eq(spec_set_policy(&settings.spec, "gus", &err), 0);
	cr_assert_eq(spec_set_workload(&settings.spec, "slot_churn", &err), 0);
	for (i = 0; i < sizeof(knobs) / sizeof(knobs[0]); i++)
		cr_assert_eq(spec_set(&settings.spec, knobs[i][0],
		    knobs[i][1], &err), 0, "%s", err.text);
	settings.scenario = "words";
	settings.strategy = strategy;
	settings.seed = 3;
	settings.runs_max = RUNS;
	settings.keep_going = true;
	settings.workers = workers;
	settings.timeout_ns = UINT64_C(60000000000);
	cr_assert_eq(hunt_begin(hunt, &settings, &err), 0);
	/* To begin with: the clock has its say from the second one on. */
	hunt->batch_runs = batch_runs;
	cr_assert_eq(hunt_run(hunt, &err), POOL_DONE);
}

Test(hunt, lists_the_same_causes_however_long_its_batches_are, .timeout = 120)
{
	static const struct {
		size_t workers;
		uint64_t batch_runs;
	} cases[] = { { 1, 1 }, { 1, RUNS }, { 2, 700 }, { 3, 1 } };
	static struct expected expected;
	const struct strategy strategy = talking();
	const struct hunt_finding *finding;
	struct hunt hunt;
	size_t c, i;

	expect(&expected);
	cr_assert_eq(expected.listed, HUNT_CAUSES_MAX);
	cr_assert_gt(expected.further, 100);
	cr_assert_gt(expected.unlisted, expected.further);
	for (c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
		run(&hunt, &strategy, cases[c].workers, cases[c].batch_runs);
		cr_assert_eq(hunt.runs, RUNS);
		cr_assert_eq(hunt.finding_count, HUNT_CAUSES_MAX);
		for (i = 0; i < HUNT_CAUSES_MAX; i++) {
			finding = &hunt.findings[i];
			cr_assert_eq(finding->number, expected.first[i]);
			cr_assert_eq(finding->count, expected.count[i]);
			cr_assert_eq(finding->seed, 3 + finding->number);
			cr_assert_eq(finding->result->finding_count, 1);
			cr_assert_neq(finding->token[0], '\0');
		}
		cr_assert_eq(hunt.unlisted, expected.unlisted);
		cr_assert_eq(hunt.further.count, expected.further);
		hunt_end(&hunt);
	}
}

Test(hunt, loses_one_run_by_an_answer_that_makes_no_sense, .timeout = 120)
{
	struct strategy strategy = talking();
	struct hunt hunt;
	uint64_t batch_runs;
	size_t i, lost;

	strategy.report = garbled_report;
	for (batch_runs = 1; batch_runs <= RUNS; batch_runs += RUNS - 1) {
		run(&hunt, &strategy, 1 + (batch_runs == 1), batch_runs);
		cr_assert_eq(hunt.runs, RUNS, "%d", (int)hunt.runs);
		cr_assert_eq(hunt.lost, 1);
		cr_assert_eq(hunt.finding_count, HUNT_CAUSES_MAX);
		for (i = lost = 0; i < hunt.finding_count; i++) {
			if (strcmp(hunt.findings[i].result->findings[0].check,
			    "crash") != 0)
				continue;
			lost++;
			cr_assert_eq(hunt.findings[i].number, GARBLED);
			cr_assert_eq(hunt.findings[i].result->status,
			    RUN_CRASHED);
		}
		cr_assert_eq(lost, 1);
		hunt_end(&hunt);
	}
}
