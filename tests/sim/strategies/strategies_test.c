/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/rng.h"
#include "sim/run.h"
#include "sim/spec.h"
#include "sim/strategies/schedule.h"
#include "sim/machine/causality.h"
#include "sim/strategies/strategy.h"

enum { QUESTIONS = 4000, ACTORS = 8 };

/* What a run of the machine below asks. */
static const struct strategy_usual usual = {
	.asked = { QUESTIONS, QUESTIONS / 4, QUESTIONS / 4, QUESTIONS,
	    QUESTIONS / 2 },
};

static uint32_t
no_next(void *context, const struct step *steps, uint32_t actors,
    uint64_t ready, uint32_t who)
{

	(void)context;
	(void)steps;
	(void)actors;
	(void)ready;
	return (who);
}

/* Actors that all touch the same word, which is known to be shared. */
static const struct step *
shared_steps(void)
{
	static struct step steps[STEP_ACTORS_MAX];
	size_t i;

	choice_learn(true);
	causality_begin();
	causality_write(0, 64, 8, causality_issue(0, 64));
	causality_read(1, 64, 8, false);
	choice_learn(false);
	for (i = 0; i < STEP_ACTORS_MAX; i++)
		steps[i] = (struct step){ STEP_READ, 64, 8 };
	return (steps);
}

/* Asks a strategy as a machine would, and writes its answers down. */
static void
play(const struct strategy *strategy, void *state, struct record *record)
{
	struct guide guide = { strategy->stepped, strategy->next,
		strategy->choose, state, NULL };
	const struct step *steps = shared_steps();
	uint64_t ready;
	uint32_t i, who;

	if (guide.next == NULL)
		guide.next = no_next;
	record_begin(record, &guide);
	for (i = 0; i < QUESTIONS; i++) {
		if (strategy->stepped) {
			ready = (i % 2 == 0 ? 0x5a : 0xa5) |
			    1u << i % ACTORS;
			who = record->guide.next(record, steps, ACTORS, ready,
			    i % ACTORS);
			cr_assert(ready >> who & 1, "%s: %u is not ready",
			    strategy->name, who);
		} else {
			record->guide.choose(record, CHOICE_DELAY, i % 4, 0);
			if (i % 2 == 0)
				record->guide.choose(record, CHOICE_HOLD,
				    i % 4, 0);
		}
		if (i % 4 == 0) {
			cr_assert_lt(record->guide.choose(record, CHOICE_READ,
			    i % 3, 1 + i % 5), 1 + i % 5);
			cr_assert_lt(record->guide.choose(record, CHOICE_PLACE,
			    i % 3, 1 + i % 2), 1 + i % 2);
		}
	}
	record_end(record);
	cr_assert(schedule_valid(&record->schedule, 4), "%s: answers that "
	    "no machine can follow", strategy->name);
}

static void *
hired(const struct strategy *strategy)
{
	void *state;

	state = calloc(1, strategy->state_bytes);
	if (strategy->measure != NULL)
		strategy->measure(state, &usual);
	return (state);
}

static bool
plain(const struct strategy *strategy)
{

	return (strategy->pick == NULL && !strategy->one_worker);
}

static bool
equal(const struct schedule *a, const struct schedule *b)
{

	return (a->count == b->count && (a->count == 0 || memcmp(a->entries,
	    b->entries, a->count * sizeof(*a->entries)) == 0));
}

Test(strategies, have_names_that_find_them)
{
	size_t i;

	for (i = 0; i < strategy_count; i++) {
		cr_assert_eq(strategy_find(strategies[i]->name), strategies[i]);
		cr_assert_gt(strlen(strategies[i]->about), 20);
	}
	cr_assert_null(strategy_find("no such"));
	cr_assert_not_null(strategy_find("mixed"));
}

Test(strategies, a_run_depends_on_its_number_and_not_on_those_before)
{
	struct record alone, late;
	struct run_spec spec;
	void *fresh, *used;
	uint64_t number;
	size_t i, different;

	memset(&alone, 0, sizeof(alone));
	memset(&late, 0, sizeof(late));
	spec_init(&spec);
	for (i = 0; i < strategy_count; i++) {
		if (!plain(strategies[i]))
			continue;
		used = hired(strategies[i]);
		different = 0;
		for (number = 0; number < 100; number++) {
			if (number > 0)
				different += !equal(&late.schedule,
				    &alone.schedule);
			strategies[i]->begin(used, &spec, 7, number);
			play(strategies[i], used, &late);
			fresh = hired(strategies[i]);
			strategies[i]->begin(fresh, &spec, 7, number);
			play(strategies[i], fresh, &alone);
			free(fresh);
			cr_assert(equal(&late.schedule, &alone.schedule),
			    "%s: run %d", strategies[i]->name, (int)number);
			/* Another hunt does something else. */
			strategies[i]->begin(used, &spec, 8, number);
			play(strategies[i], used, &late);
		}
		cr_assert_gt(different, 80, "%s", strategies[i]->name);
		free(used);
	}
	record_fini(&alone);
	record_fini(&late);
}

Test(strategies, no_store_waits_longer_than_is_plausible)
{
	const struct schedule_entry *entry;
	struct record record;
	struct run_spec spec;
	uint64_t longest, number;
	void *state;
	size_t i, j;

	memset(&record, 0, sizeof(record));
	spec_init(&spec);
	for (i = 0; i < strategy_count; i++) {
		if (!plain(strategies[i]) || strategies[i]->stepped)
			continue;
		state = hired(strategies[i]);
		longest = 0;
		for (number = 0; number < 500; number++) {
			strategies[i]->begin(state, &spec, 1, number);
			play(strategies[i], state, &record);
			for (j = 0; j < record.schedule.count; j++) {
				entry = &record.schedule.entries[j];
				if (entry->kind == CHOICE_HOLD &&
				    entry->answer > longest)
					longest = entry->answer;
			}
		}
		cr_assert_leq(longest, STRATEGY_HOLD_MAX_PS);
		cr_assert_gt(longest, STRATEGY_HOLD_MAX_PS / 2, "%s",
		    strategies[i]->name);
		free(state);
	}
	record_fini(&record);
}

Test(strategies, delay_does_little_and_of_every_length)
{
	const struct strategy *delay = strategy_find("delay");
	const struct schedule_entry *entry;
	struct record record;
	struct run_spec spec;
	uint64_t counts[6], lengths[3], stops[3], number, ps;
	void *state;
	size_t j;

	memset(&record, 0, sizeof(record));
	memset(counts, 0, sizeof(counts));
	memset(lengths, 0, sizeof(lengths));
	memset(stops, 0, sizeof(stops));
	spec_init(&spec);
	state = hired(delay);
	for (number = 0; number < 2000; number++) {
		delay->begin(state, &spec, 1, number);
		play(delay, state, &record);
		cr_assert_leq(record.schedule.count, 5);
		counts[record.schedule.count]++;
		for (j = 0; j < record.schedule.count; j++) {
			entry = &record.schedule.entries[j];
			if (entry->kind != CHOICE_DELAY)
				continue;
			ps = entry->answer >> 2;
			stops[entry->answer & 3]++;
			cr_assert_geq(ps, 10000);
			lengths[ps <= 1000000 ? 0 : ps <= 50000000 ? 1 : 2]++;
		}
	}
	for (j = 0; j < 3; j++) {
		cr_assert_gt(lengths[j], 500, "%zu: %d", j, (int)lengths[j]);
		cr_assert_gt(stops[j], 100);
	}
	for (j = 1; j < 6; j++)
		cr_assert_gt(counts[j], 100);
	/* Some events come after the end of the run, or at the same question. */
	cr_assert_lt(counts[0], 100);
	free(state);
	record_fini(&record);
}

Test(strategies, delay_prefers_accesses_that_conflict)
{
	static const uint64_t conflicts[] = { 17, 1999, 3003 };
	const struct strategy *delay = strategy_find("delay");
	const struct schedule_entry *entry;
	struct strategy_usual knowing = usual;
	struct record record;
	struct run_spec spec;
	uint64_t hits, number, stops, nth;
	void *state;
	size_t i, j;

	memset(&record, 0, sizeof(record));
	spec_init(&spec);
	knowing.conflicts = conflicts;
	knowing.conflict_count = 3;
	state = calloc(1, delay->state_bytes);
	delay->measure(state, &knowing);
	hits = stops = 0;
	for (number = 0; number < 1000; number++) {
		delay->begin(state, &spec, 1, number);
		play(delay, state, &record);
		for (j = 0; j < record.schedule.count; j++) {
			entry = &record.schedule.entries[j];
			if (entry->kind != CHOICE_DELAY)
				continue;
			/* CPUs take turns in play(). */
			nth = (uint64_t)entry->nth * 4 + entry->cpu;
			stops++;
			for (i = 0; i < 3; i++)
				hits += nth == conflicts[i];
		}
	}
	cr_assert_gt(hits * 3, stops);
	free(state);
	record_fini(&record);
}

/* Two actors of ten steps each: in how many orders do they appear? */
Test(strategies, pct_starves_nobody_and_lets_anybody_go_first)
{
	const struct strategy *pct = strategy_find("pct");
	const struct step *steps = shared_steps();
	struct run_spec spec;
	uint64_t first[3], number, taken;
	uint32_t seen, who;
	void *state;

	spec_init(&spec);
	state = hired(pct);
	memset(first, 0, sizeof(first));
	for (number = 0; number < 300; number++) {
		pct->begin(state, &spec, 1, number);
		who = pct->next(state, steps, 3, 7, 0);
		cr_assert_lt(who, 3);
		first[who]++;
		seen = 1u << who;
		/* All are ready for ever, as those who spin are. */
		for (taken = 0; seen != 7 && taken < 20000; taken++)
			seen |= 1u << pct->next(state, steps, 3, 7, 0);
		cr_assert_eq(seen, 7, "run %d", (int)number);
	}
	cr_assert(first[0] > 50 && first[1] > 50 && first[2] > 50);
	free(state);
}

Test(strategies, pct_takes_a_store_buffer_for_a_part_of_its_cpu)
{
	enum { SPINS = 0, WAITS = 1, BUFFER = 2 };
	const struct strategy *pct = strategy_find("pct");
	const struct step *steps = shared_steps();
	struct run_spec spec;
	uint64_t number, ready, taken;
	uint32_t who;
	void *state;

	spec_init(&spec);
	spec.machine.cpus = 2;
	state = hired(pct);
	for (number = 0; number < 300; number++) {
		pct->begin(state, &spec, 1, number);
		/* It stores and waits for the store to drain, for ever. */
		ready = 1u << SPINS | 1u << WAITS;
		who = SPINS;
		for (taken = 0; who != WAITS && taken < 20000; taken++) {
			who = pct->next(state, steps, 4, ready, 0);
			ready = 1u << WAITS |
			    1u << (who == SPINS ? BUFFER : SPINS);
		}
		cr_assert_eq(who, WAITS, "run %d", (int)number);
	}
	free(state);
}

Test(strategies, pct_finds_what_needs_one_change_as_often_as_its_theorem_says)
{
	enum { STEPS = 20, RUNS = 20000 };
	const struct strategy *pct = strategy_find("pct");
	const struct step *steps = shared_steps();
	struct strategy_usual short_run = usual;
	struct run_spec spec;
	uint64_t found, number, ready;
	uint32_t left[2], who;
	void *state;
	bool bad;

	/* The bug: actor 1 runs as a whole between steps 7 and 8 of actor 0. */
	spec_init(&spec);
	memset(short_run.asked, 0, sizeof(short_run.asked));
	short_run.shared_steps = 2 * STEPS;
	state = calloc(1, pct->state_bytes);
	pct->measure(state, &short_run);
	found = 0;
	for (number = 0; number < RUNS; number++) {
		pct->begin(state, &spec, 3, number);
		left[0] = left[1] = STEPS;
		bad = true;
		while (left[0] + left[1] > 0) {
			ready = (left[0] > 0) | (uint64_t)(left[1] > 0) << 1;
			who = pct->next(state, steps, 2, ready, 0);
			left[who]--;
			if (who == 1 && left[0] != STEPS - 7)
				bad = false;
		}
		found += bad;
	}
	/*
	 * Depth 2, and one run in five has exactly one change, among 40 steps:
	 * 1/2 * 1/40 of those.  Those with more changes find it as well.
	 */
	cr_assert_gt(found, RUNS / 5 / 2 / 40, "%d", (int)found);
	free(state);
}

Test(strategies, mixed_is_made_of_the_others)
{
	const struct strategy *mixed = strategy_find("mixed");
	struct strategy_shares shares = { { 1, 1, 1, 1 } };
	unsigned picked[STRATEGY_PARTS_MAX] = { 0 };
	struct run_spec spec;
	uint64_t number;
	uint32_t i;

	spec_init(&spec);
	for (i = 0; i < mixed->part_count; i++)
		cr_assert(plain(mixed->parts[i]));
	for (number = 0; number < 1000; number++) {
		spec.machine.cpus = 4;
		picked[mixed->pick(&spec, 1, number, &shares)]++;
		spec.machine.cpus = 64;
		cr_assert_not(mixed->parts[mixed->pick(&spec, 1, number,
		    &shares)]->stepped);
	}
	for (i = 0; i < mixed->part_count; i++)
		cr_assert(picked[i] > 200 && picked[i] < 300, "%u", picked[i]);
}

Test(strategies, mixed_gives_each_its_share)
{
	const struct strategy *mixed = strategy_find("mixed");
	struct strategy_shares shares = { { 1, 1, 1, 97 } };
	struct run_spec spec;
	unsigned last;
	uint64_t number;

	spec_init(&spec);
	spec.machine.cpus = 4;
	last = 0;
	for (number = 0; number < 1000; number++)
		last += mixed->pick(&spec, 1, number, &shares) ==
		    mixed->part_count - 1;
	cr_assert(last > 950 && last < 990, "%u", last);
}

/* --- on the machine -------------------------------------------------------- */

static void
churn(struct run_spec *spec, const char *memory)
{
	static const char *const settings[][2] = {
		{ "machine.cpus", "3" }, { "machine.pages", "4MiB" },
		{ "workload.slot_churn.slots", "4" },
		{ "zone.item_size", "128B" }, { "zone.bucket_size", "4" },
		{ "run.warmup", "0ns" }, { "run.duration", "20us" },
	};
	struct err err;
	size_t i;

	spec_init(spec);
	cr_assert_eq(spec_set_workload(spec, "slot_churn", &err), 0);
	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		cr_assert_eq(spec_set(spec, settings[i][0], settings[i][1],
		    &err), 0, "%s", err.text);
	cr_assert_eq(spec_set(spec, "machine.memory", memory, &err), 0, "%s",
	    err.text);
}

static void
record_and_replay(const struct strategy *strategy, const struct run_spec *spec)
{
	struct guide guide = { strategy->stepped, strategy->next == NULL ?
		no_next : strategy->next, strategy->choose, NULL, NULL };
	struct run_result first, second;
	struct record record;
	struct replay replay;
	uint64_t number;
	void *state;

	memset(&first, 0, sizeof(first));
	memset(&second, 0, sizeof(second));
	memset(&record, 0, sizeof(record));
	memset(&replay, 0, sizeof(replay));
	guide.context = state = hired(strategy);
	for (number = 0; number < 20; number++) {
		strategy->begin(state, spec, 1, number);
		record_begin(&record, &guide);
		run_execute_guided(spec, &first, &record.guide, NULL);
		record_end(&record);
		cr_assert_eq(first.status, RUN_OK, "%s, run %d: %s",
		    strategy->name, (int)number, first.finding_count > 0 ?
		    first.findings[0].summary : "");
		replay_begin(&replay, &record.schedule);
		run_execute_guided(spec, &second, &replay.guide, NULL);
		replay_end(&replay);
		cr_assert_eq(replay.departures, 0);
		cr_assert_str_eq(first.digest, second.digest, "%s, run %d",
		    strategy->name, (int)number);
	}
	record_fini(&record);
	replay_fini(&replay);
	free(state);
	run_result_fini(&first);
	free(second.series);
}

Test(strategies, runs_on_the_machine_repeat_and_the_core_stands_them)
{
	static const char *const memories[] = { "sc", "tso" };
	struct run_spec spec;
	size_t i, j;

	for (j = 0; j < 2; j++) {
		churn(&spec, memories[j]);
		for (i = 0; i < strategy_count; i++)
			if (plain(strategies[i]))
				record_and_replay(strategies[i], &spec);
	}
}
