/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "sim/base/rng.h"
#include "sim/strategies/strategy.h"
#include "tools/shrink/choices.h"
#include "tools/shrink/ddmin.h"
#include "tools/shrink/knobs.h"
#include "tools/shrink/shrink.h"
#include "tools/shrink/words.h"

/* --- delta debugging ------------------------------------------------------------ */

enum { THINGS_MAX = 400, SETS_MAX = 4 };

/* The effect is there if all of one of the sets are. */
struct effect {
	bool sets[SETS_MAX][THINGS_MAX];
	size_t set_count;
	unsigned asked;
	unsigned stop_after;	/* 0: never */
};

static enum ddmin_answer
has_effect(void *context, const bool *kept, size_t count)
{
	struct effect *effect = context;
	size_t set, i;

	effect->asked++;
	if (effect->stop_after > 0 && effect->asked > effect->stop_after)
		return (DDMIN_STOP);
	for (set = 0; set < effect->set_count; set++) {
		for (i = 0; i < count; i++)
			if (effect->sets[set][i] && !kept[i])
				break;
		if (i == count)
			return (DDMIN_YES);
	}
	return (DDMIN_NO);
}

static void
keep_all(bool *kept, size_t count)
{

	memset(kept, 1, count * sizeof(*kept));
}

Test(ddmin, finds_exactly_what_is_needed)
{
	struct effect effect;
	bool kept[THINGS_MAX];
	size_t i;

	memset(&effect, 0, sizeof(effect));
	effect.set_count = 1;
	effect.sets[0][3] = effect.sets[0][17] = effect.sets[0][399] = true;
	keep_all(kept, THINGS_MAX);
	cr_assert_eq(ddmin(kept, THINGS_MAX, has_effect, &effect), 3);
	for (i = 0; i < THINGS_MAX; i++)
		cr_assert_eq(kept[i], effect.sets[0][i], "%zu", i);
	cr_assert_lt(effect.asked, 200, "%u questions", effect.asked);
}

Test(ddmin, needs_nothing_where_nothing_is_needed)
{
	struct effect effect;
	bool kept[THINGS_MAX];

	memset(&effect, 0, sizeof(effect));
	effect.set_count = 1;
	keep_all(kept, THINGS_MAX);
	cr_assert_eq(ddmin(kept, THINGS_MAX, has_effect, &effect), 0);
	cr_assert_eq(effect.asked, 1);
	cr_assert_eq(ddmin(kept, 0, has_effect, &effect), 0);
	cr_assert_eq(effect.asked, 1);
}

Test(ddmin, keeps_all_where_all_are_needed)
{
	struct effect effect;
	bool kept[THINGS_MAX];

	memset(&effect, 0, sizeof(effect));
	effect.set_count = 1;
	keep_all(effect.sets[0], 40);
	keep_all(kept, 40);
	cr_assert_eq(ddmin(kept, 40, has_effect, &effect), 40);
}

/* Any set will do, and no part of one. */
Test(ddmin, leaves_one_of_several_sets)
{
	struct effect effect;
	struct rng rng;
	bool kept[THINGS_MAX];
	size_t count, left, set, i, round;

	rng_init(&rng, 1, "ddmin", 0);
	for (round = 0; round < 200; round++) {
		memset(&effect, 0, sizeof(effect));
		count = 1 + rng_below(&rng, THINGS_MAX);
		effect.set_count = 1 + rng_below(&rng, SETS_MAX);
		for (set = 0; set < effect.set_count; set++)
			for (i = rng_below(&rng, 9); i > 0; i--)
				effect.sets[set][rng_below(&rng, count)] =
				    true;
		keep_all(kept, count);
		left = ddmin(kept, count, has_effect, &effect);
		cr_assert_eq(has_effect(&effect, kept, count), DDMIN_YES);
		for (i = 0; i < count; i++) {
			if (!kept[i])
				continue;
			left--;
			kept[i] = false;
			cr_assert_eq(has_effect(&effect, kept, count),
			    DDMIN_NO, "round %zu: %zu is not needed", round,
			    i);
			kept[i] = true;
		}
		cr_assert_eq(left, 0);
	}
}

/* 5 is needed, and of 1 and 2 both or none. */
static enum ddmin_answer
in_pairs(void *context, const bool *kept, size_t count)
{

	(void)context;
	(void)count;
	return (kept[5] && kept[1] == kept[2] && kept[6] == kept[7] ?
	    DDMIN_YES : DDMIN_NO);
}

Test(ddmin, leaves_pairs_out_that_only_go_together)
{
	bool kept[9];

	keep_all(kept, 9);
	cr_assert_eq(ddmin(kept, 9, in_pairs, NULL), 1);
	cr_assert(kept[5]);
}

Test(ddmin, stops_with_what_it_knows)
{
	struct effect effect;
	bool kept[THINGS_MAX];

	memset(&effect, 0, sizeof(effect));
	effect.set_count = 1;
	effect.sets[0][3] = effect.sets[0][390] = true;
	effect.stop_after = 9;
	keep_all(kept, THINGS_MAX);
	cr_assert_gt(ddmin(kept, THINGS_MAX, has_effect, &effect), 2);
	cr_assert_eq(effect.asked, 10);
	cr_assert(kept[3] && kept[390]);
}

/* --- words ---------------------------------------------------------------------- */

Test(words, lengths_are_short)
{
	static const struct {
		uint64_t ps;
		const char *text;
	} cases[] = {
		{ 1, "1 ps" }, { 999, "999 ps" }, { 1000, "1 ns" },
		{ 3200000, "3.2 us" }, { 3210000, "3.21 us" },
		{ 3010000, "3.01 us" }, { 3009000, "3 us" },
		{ 12345678, "12.3 us" }, { 12045678, "12 us" },
		{ 140000, "140 ns" }, { UINT64_C(5000000000), "5 ms" },
		{ UINT64_C(100000000000000), "100 s" },
	};
	char text[WORDS_LENGTH_SIZE];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		words_length(cases[i].ps, text);
		cr_expect_str_eq(text, cases[i].text);
	}
}

Test(words, lengths_are_rounded_up_to_two_digits)
{

	cr_expect_eq(choices_round(0), 0);
	cr_expect_eq(choices_round(99), 99);
	cr_expect_eq(choices_round(100), 100);
	cr_expect_eq(choices_round(101), 110);
	cr_expect_eq(choices_round(3217000), 3300000);
	cr_expect_eq(choices_round(9990), 10000);
}

static void
expect_words(const struct witness_scene *scene, const char *part)
{
	char text[WORDS_SIZE];

	words_scene(scene, 4, text);
	cr_expect(strstr(text, part) != NULL, "'%s' is not in '%s'", part,
	    text);
}

Test(words, a_choice_of_each_kind_has_some)
{
	struct witness_scene scene;

	memset(&scene, 0, sizeof(scene));
	scene.entry.cpu = 1;
	scene.entry.kind = CHOICE_DELAY;
	scene.entry.answer = UINT64_C(3200000) << 2 | DELAY_SMI;
	scene.actor.kinds = STEP_WRITE;
	scene.actor.thread = 2;
	scene.actor.phases = 1U << WITNESS_INSIDE | 1U << WITNESS_SAMPLED;
	snprintf(scene.actor.name, sizeof(scene.actor.name), "reader");
	expect_words(&scene, "CPU 1 (thread reader) is stopped by an SMI for "
	    "3.2 us before the store at ");
	expect_words(&scene, ", between reading the write sequence and "
	    "publishing it");
	scene.entry.answer = UINT64_C(3200000) << 2 | DELAY_PREEMPT;
	expect_words(&scene, "loses its thread");
	scene.entry.kind = CHOICE_HOLD;
	scene.entry.answer = 5000000;
	expect_words(&scene, "stays in its store buffer for 5 us longer");
	scene.entry.kind = CHOICE_READ;
	scene.entry.answer = 1;
	scene.actor.kinds = STEP_READ;
	expect_words(&scene, "the load at ");
	expect_words(&scene, "sees an older value");
	scene.entry.kind = CHOICE_PLACE;
	scene.actor.kinds = 0;
	expect_words(&scene, "the fence at ");
	expect_words(&scene, "takes an earlier place");
	scene.entry.kind = CHOICE_NEXT;
	scene.chosen = 1;
	scene.usual = 3;
	scene.actor.kinds = STEP_READ;
	expect_words(&scene, "CPU 1 (thread reader) goes on with the load at ");
	expect_words(&scene, "instead of CPU 3");
	scene.usual = 4 + 2;
	expect_words(&scene, "instead of the store buffer of CPU 2");
	scene.chosen = 4 + 1;
	expect_words(&scene, "CPU 1 (thread reader): its oldest buffered store");
}

/* --- knobs ----------------------------------------------------------------------- */

static void
set(struct run_spec *spec, const char *dotted, const char *text)
{
	struct err err;

	cr_assert_eq(spec_set(spec, dotted, text, &err), 0, "%s", err.text);
}

/* Frees at once, whoever reads: fails under every strategy. */
static void
careless(struct run_spec *spec)
{
	struct err err;

	spec_init(spec);
	cr_assert_eq(spec_set_policy(spec, "immediate", &err), 0);
	cr_assert_eq(spec_set_workload(spec, "kernel", &err), 0);
	set(spec, "machine.cpus", "5");
	set(spec, "machine.pages", "4MiB");
	set(spec, "zone.item_size", "64B");
	set(spec, "zone.bucket_size", "1");
	set(spec, "workload.kernel.readers", "3");
	set(spec, "workload.kernel.rounds", "8");
	set(spec, "workload.kernel.swaps", "12");
	set(spec, "run.warmup", "0");
	set(spec, "run.duration", "100us");
}

Test(knobs, what_is_counted_is_known)
{
	struct knobs_count count;
	struct run_spec spec;
	size_t i;
	unsigned seen;

	careless(&spec);
	seen = 0;
	for (i = 0; knobs_count_at(&spec, i, &count); i++) {
		if (strcmp(count.dotted, "workload.kernel.readers") == 0) {
			cr_expect_eq(count.value, 3);
			cr_expect_eq(count.least, 1, "0 is something else");
			seen++;
		}
		if (strcmp(count.dotted, "machine.cpus") == 0) {
			cr_expect_eq(count.value, 5);
			seen++;
		}
		cr_expect(strncmp(count.dotted, "run.", 4) != 0);
	}
	cr_assert_eq(seen, 2);
	knobs_count_set(&spec, "workload.kernel.readers", 2);
	for (i = 0; knobs_count_at(&spec, i, &count); i++)
		if (strcmp(count.dotted, "workload.kernel.readers") == 0)
			cr_expect_eq(count.value, 2);
}

Test(knobs, a_fault_is_dropped_and_the_others_stay)
{
	struct run_spec spec;
	struct err err;

	careless(&spec);
	cr_assert_eq(spec_add_fault(&spec, "smi", &err), 0);
	cr_assert_eq(spec_add_fault(&spec, "preemption", &err), 0);
	cr_assert_eq(spec_add_fault(&spec, "late_tick", &err), 0);
	knobs_drop_fault(&spec, 1);
	cr_assert_eq(spec.fault_count, 2);
	cr_expect_str_eq(spec.faults[0].def->name, "smi");
	cr_expect_str_eq(spec.faults[1].def->name, "late_tick");
}

/* --- whole runs -------------------------------------------------------------------- */

/* A token's run under this strategy that fails. */
static void
make_token(struct token *token, const char *strategy, const char *memory)
{
	struct trial trial;
	struct err err;

	memset(token, 0, sizeof(*token));
	snprintf(token->scenario, sizeof(token->scenario), "careless");
	careless(&token->spec);
	set(&token->spec, "machine.memory", memory);
	cr_assert_eq(trial_begin(&trial, UINT64_C(60000000000), 0, &err), 0);
	cr_assert(trial_seek(&trial, &token->spec, strategy_find(strategy),
	    3000, UINT64_MAX), "%s, %s: nothing found", strategy, memory);
	token->spec.seed = trial.answer.seed;
	cr_assert(trial_schedule(&trial, token->spec.machine.cpus,
	    &token->schedule));
	trial_end(&trial);
}

static struct shrink *
shrunk(const struct token *token)
{
	struct shrink *shrink;
	struct err err;

	shrink = must_alloc(1, sizeof(*shrink));
	cr_assert_eq(shrink_begin(shrink, token, UINT64_C(60000000000), 0,
	    &err), 0, "%s", err.text);
	shrink_all(shrink, 0);
	return (shrink);
}

/* No choice can be left out. */
static void
expect_minimal(struct shrink *shrink)
{
	const struct schedule *best = &shrink->best.schedule;
	struct schedule less;
	size_t i;

	memset(&less, 0, sizeof(less));
	for (i = 0; i < best->count; i++) {
		schedule_copy(&less, best);
		memmove(&less.entries[i], &less.entries[i + 1],
		    (best->count - i - 1) * sizeof(less.entries[0]));
		less.count--;
		cr_expect_not(trial_follow(&shrink->trial,
		    &shrink->best.spec, &less), "choice %zu is not needed", i);
	}
	schedule_fini(&less);
}

static void
expect_shrinks(const char *strategy, const char *memory)
{
	struct shrink *shrink;
	struct token token, small;
	struct err err;
	char digest[33];

	make_token(&token, strategy, memory);
	shrink = shrunk(&token);
	cr_assert(shrink->fails && !shrink->lost);
	cr_expect_str_eq(shrink->best.answer.finding.check,
	    shrink->first.answer.finding.check);
	cr_expect_leq(shrink->best.schedule.count, 5, "%s, %s: %zu choices",
	    strategy, memory, shrink->best.schedule.count);
	cr_expect_eq(shrink->trial.shared->log.scene_count,
	    shrink->best.schedule.count, "choices without words");
	cr_expect_leq(shrink->best.spec.machine.cpus, 2);
	cr_expect_lt(shrink->best.answer.accesses,
	    shrink->first.answer.accesses);
	/* The token holds the very run. */
	snprintf(digest, sizeof(digest), "%s", shrink->best.answer.digest);
	memset(&small, 0, sizeof(small));
	cr_assert_eq(token_read(shrink->text, &small, &err), 0, "%s",
	    err.text);
	cr_expect_str_eq(small.digest, digest);
	cr_expect(trial_follow(&shrink->trial, &small.spec, &small.schedule));
	cr_expect_str_eq(shrink->trial.answer.digest, digest);
	expect_minimal(shrink);
	shrink_end(shrink);
	free(shrink);
	token_fini(&small);
	token_fini(&token);
}

Test(shrink, timed_runs_shrink)
{

	expect_shrinks("random", "tso");
	expect_shrinks("delay", "relaxed");
}

Test(shrink, stepped_runs_shrink)
{

	expect_shrinks("pct", "tso");
	expect_shrinks("pct", "relaxed");
}

Test(shrink, the_same_token_gives_the_same_run)
{
	struct shrink *one, *two;
	struct token token;

	make_token(&token, "random", "tso");
	one = shrunk(&token);
	two = shrunk(&token);
	cr_expect_str_eq(one->text, two->text);
	cr_expect_eq(one->trial.executions, two->trial.executions);
	shrink_end(one);
	shrink_end(two);
	free(one);
	free(two);
	token_fini(&token);
}

Test(shrink, a_run_that_does_not_fail_is_left_alone)
{
	struct shrink *shrink;
	struct token token;
	struct err err;

	memset(&token, 0, sizeof(token));
	careless(&token.spec);
	cr_assert_eq(spec_set_policy(&token.spec, "gus", &err), 0);
	shrink = shrunk(&token);
	cr_expect_not(shrink->fails);
	cr_expect_eq(shrink->trial.executions, 1);
	shrink_end(shrink);
	free(shrink);
}

/* What the hypervisor of the scenario did is done by a schedule instead. */
Test(shrink, faults_become_choices)
{
	struct run_spec with, without;
	struct schedule none, schedule;
	struct trial trial;
	struct err err;
	unsigned converted;

	memset(&none, 0, sizeof(none));
	memset(&schedule, 0, sizeof(schedule));
	careless(&with);
	without = with;
	cr_assert_eq(spec_add_fault(&with, "hypervisor_stall", &err), 0);
	set(&with, "faults.hypervisor_stall.rate", "300000/s");
	set(&with, "faults.hypervisor_stall.for", "{exp: 2us}");
	cr_assert_eq(trial_begin(&trial, UINT64_C(60000000000), 0, &err), 0);
	converted = 0;
	for (with.seed = 1; with.seed < 100; with.seed++) {
		without.seed = with.seed;
		if (trial_follow(&trial, &without, &none) ||
		    !trial_convert(&trial, &with, &none))
			continue;
		cr_assert(trial_schedule(&trial, with.machine.cpus,
		    &schedule));
		cr_expect_gt(schedule.count, 0);
		converted += trial_follow(&trial, &without, &schedule);
	}
	cr_expect_gt(converted, 3, "%u runs", converted);
	trial_end(&trial);
	schedule_fini(&schedule);
}
