/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "sim/base/rng.h"
#include "sim/strategies/schedule.h"

/*
 * A machine that asks whatever comes to its mind.  Asked twice in the same
 * way, it asks the same questions.
 */
enum { QUESTIONS = 3000, CPUS = 5 };

static uint64_t
ask(const struct guide *guide, uint64_t seed, uint64_t answers[QUESTIONS])
{
	struct rng rng;
	uint64_t alternatives, ready, hash;
	uint32_t cpu, i, kind, usual;

	rng_init(&rng, seed, "questions", 0);
	hash = 0;
	for (i = 0; i < QUESTIONS; i++) {
		kind = (uint32_t)rng_below(&rng, CHOICE_KIND_COUNT);
		cpu = (uint32_t)rng_below(&rng, CPUS);
		alternatives = 1 + rng_below(&rng, 4);
		ready = rng_next(&rng) | 1;
		usual = (uint32_t)rng_below(&rng, STEP_ACTORS_MAX);
		ready |= UINT64_C(1) << usual;
		if (kind == CHOICE_NEXT)
			answers[i] = guide->next(guide->context, NULL,
			    STEP_ACTORS_MAX, ready, usual);
		else
			answers[i] = guide->choose(guide->context,
			    (enum choice_kind)kind, cpu,
			    kind == CHOICE_DELAY || kind == CHOICE_HOLD ? 0 :
			    alternatives);
		hash = (hash ^ answers[i]) * UINT64_C(0x9e3779b97f4a7c15);
	}
	return (hash);
}

/* Somebody with a will of his own. */
static uint32_t
wilful_next(void *context, const struct step *steps, uint32_t actors,
    uint64_t ready, uint32_t usual)
{
	struct rng *rng = context;

	(void)steps;
	(void)actors;
	if (rng_below(rng, 4) != 0)
		return (usual);
	return (schedule_actor(ready, usual,
	    rng_below(rng, (uint64_t)__builtin_popcountll(ready))));
}

static uint64_t
wilful_choose(void *context, enum choice_kind kind, uint32_t cpu,
    uint64_t alternatives)
{
	struct rng *rng = context;

	(void)cpu;
	if (rng_below(rng, 4) != 0)
		return (0);
	if (alternatives > 0)
		return (rng_below(rng, alternatives));
	return (kind == CHOICE_DELAY ? (1 + rng_below(rng, 5000)) << 2 |
	    rng_below(rng, 3) : rng_below(rng, 5000));
}

Test(schedule, a_rank_names_an_actor_and_an_actor_has_a_rank)
{
	struct rng rng;
	uint64_t ready;
	uint32_t actor, i, usual;

	rng_init(&rng, 1, "ranks", 0);
	for (i = 0; i < 20000; i++) {
		usual = (uint32_t)rng_below(&rng, STEP_ACTORS_MAX);
		ready = rng_next(&rng) & rng_next(&rng);
		ready |= UINT64_C(1) << usual;
		cr_assert_eq(schedule_rank(ready, usual, usual), 0);
		do
			actor = (uint32_t)rng_below(&rng, STEP_ACTORS_MAX);
		while ((ready >> actor & 1) == 0);
		cr_assert_eq(schedule_actor(ready, usual,
		    schedule_rank(ready, usual, actor)), actor);
		cr_assert_eq(schedule_actor(ready, usual,
		    (uint64_t)__builtin_popcountll(ready)), STEP_STOP);
	}
	cr_assert_eq(schedule_rank(0x15, 2, 4), 1);
	cr_assert_eq(schedule_rank(0x15, 2, 0), 2);
	cr_assert_eq(schedule_actor(0x15, 2, 2), 0);
	cr_assert_eq(schedule_actor(0, 2, 0), STEP_STOP);
}

/* Three CPUs, of which two can go; the sixth question is answered otherwise. */
Test(schedule, a_replay_says_for_how_long_the_same_one_goes_on)
{
	struct schedule schedule;
	struct replay replay;
	struct guide_stay *stay;
	uint32_t taken;

	memset(&schedule, 0, sizeof(schedule));
	memset(&replay, 0, sizeof(replay));
	schedule.stepped = true;
	schedule_add(&schedule, CHOICE_NEXT, 0, 5, 1);
	for (taken = 0; taken <= 4; taken++) {
		replay_begin(&replay, &schedule);
		stay = replay.guide.stay;
		cr_assert_eq(stay->steps, 0);
		cr_assert_eq(replay.guide.next(&replay, NULL, 6, 3, 0), 0);
		cr_assert_eq(stay->who, 0);
		cr_assert_eq(stay->steps, 4);
		cr_assert_eq(stay->unless, 8, "the CPU's buffer comes first");
		stay->steps -= taken;
		if (taken < 4) {
			/* Its buffer drains, which no stay is for. */
			cr_assert_eq(replay.guide.next(&replay, NULL, 6, 11,
			    3), 3);
			cr_assert_eq(stay->steps, 0);
		}
		if (taken < 3) {
			cr_assert_eq(replay.guide.next(&replay, NULL, 6, 3,
			    0), 0);
			cr_assert_eq(stay->steps, 4 - taken - 2);
			stay->steps = 0;
		}
		cr_assert_eq(replay.guide.next(&replay, NULL, 6, 3, 0), 1);
		cr_assert_eq(stay->who, 1);
		cr_assert_gt(stay->steps, 1000, "nothing else is listed");
		replay_end(&replay);
		cr_assert_eq(replay.departures, 0);
	}
	replay_fini(&replay);
	schedule_fini(&schedule);
}

Test(schedule, a_replay_answers_what_was_recorded)
{
	static uint64_t first[QUESTIONS], second[QUESTIONS];
	struct guide wilful = { true, wilful_next, wilful_choose, NULL, NULL };
	struct record record;
	struct replay replay;
	struct rng rng;
	uint64_t run;

	memset(&record, 0, sizeof(record));
	memset(&replay, 0, sizeof(replay));
	wilful.context = &rng;
	for (run = 0; run < 50; run++) {
		rng_init(&rng, run, "will", 0);
		record_begin(&record, &wilful);
		ask(&record.guide, run, first);
		record_end(&record);
		cr_assert_gt(record.schedule.count, QUESTIONS / 20);
		cr_assert_lt(record.schedule.count, QUESTIONS / 3);
		cr_assert(record.schedule.stepped);
		replay_begin(&replay, &record.schedule);
		cr_assert(replay.guide.stepped);
		ask(&replay.guide, run, second);
		replay_end(&replay);
		cr_assert_eq(memcmp(first, second, sizeof(first)), 0,
		    "run %d", (int)run);
		cr_assert_eq(replay.departures, 0);
	}
	record_fini(&record);
	replay_fini(&replay);
}

Test(schedule, an_empty_one_is_what_the_machine_does_by_itself)
{
	struct schedule empty;
	struct replay replay;

	memset(&empty, 0, sizeof(empty));
	memset(&replay, 0, sizeof(replay));
	replay_begin(&replay, &empty);
	cr_assert_not(replay.guide.stepped);
	cr_assert_eq(replay.guide.next(&replay, NULL, 4, 0xf, 3), 3);
	cr_assert_eq(replay.guide.choose(&replay, CHOICE_DELAY, 1023, 0), 0);
	replay_end(&replay);
	cr_assert_eq(replay.departures, 0);
	replay_fini(&replay);
}

Test(schedule, an_answer_that_is_not_possible_is_a_departure)
{
	struct schedule schedule;
	struct replay replay;

	memset(&schedule, 0, sizeof(schedule));
	memset(&replay, 0, sizeof(replay));
	schedule_add(&schedule, CHOICE_READ, 2, 1, 3);
	schedule_add(&schedule, CHOICE_NEXT, 0, 0, 2);
	schedule_add(&schedule, CHOICE_READ, 2, 0, 3);
	schedule_sort(&schedule);
	replay_begin(&replay, &schedule);
	/* Three older stores are too many of three, and of four they are not. */
	cr_assert_eq(replay.guide.choose(&replay, CHOICE_READ, 2, 4), 3);
	cr_assert_eq(replay.departures, 0);
	cr_assert_eq(replay.guide.choose(&replay, CHOICE_READ, 2, 3), 0);
	cr_assert_eq(replay.departures, 1);
	/* Two are ready, and rank 2 would be the third. */
	cr_assert_eq(replay.guide.next(&replay, NULL, 4, 3, 1), 1);
	cr_assert_eq(replay.departures, 2);
	cr_assert_eq(replay.parted.kind, CHOICE_READ);
	cr_assert_eq(replay.parted.cpu, 2);
	cr_assert_eq(replay.parted.nth, 1);
	replay_end(&replay);
	cr_assert_eq(replay.departures, 2);
	replay_fini(&replay);
	schedule_fini(&schedule);
}

Test(schedule, what_was_never_asked_for_is_a_departure_at_the_end)
{
	struct schedule schedule;
	struct replay replay;

	memset(&schedule, 0, sizeof(schedule));
	memset(&replay, 0, sizeof(replay));
	schedule_add(&schedule, CHOICE_DELAY, 0, 0, 4000);
	schedule_add(&schedule, CHOICE_DELAY, 0, 2, 4000);
	schedule_add(&schedule, CHOICE_DELAY, 3, 7, 4000);
	schedule_add(&schedule, CHOICE_HOLD, 3, 7, 4000);
	replay_begin(&replay, &schedule);
	cr_assert_eq(replay.guide.choose(&replay, CHOICE_DELAY, 0, 0), 4000);
	cr_assert_eq(replay.guide.choose(&replay, CHOICE_DELAY, 0, 0), 0);
	cr_assert_eq(replay.departures, 0);
	replay_end(&replay);
	cr_assert_eq(replay.departures, 3);
	cr_assert_eq(replay.parted.cpu, 0);
	cr_assert_eq(replay.parted.nth, 2);
	/* Again from the start. */
	replay_begin(&replay, &schedule);
	cr_assert_eq(replay.departures, 0);
	cr_assert_eq(replay.guide.choose(&replay, CHOICE_DELAY, 0, 0), 4000);
	replay_fini(&replay);
	schedule_fini(&schedule);
}

Test(schedule, knows_what_no_machine_could_follow)
{
	static const struct {
		bool stepped, valid;
		uint32_t cpus;
		struct schedule_entry entry;
	} cases[] = {
		{ true, true, 4, { 1, 0, 0, CHOICE_NEXT } },
		{ true, true, 4, { 63, 0, 0, CHOICE_NEXT } },
		{ true, false, 4, { 64, 0, 0, CHOICE_NEXT } },
		{ true, false, 4, { 1, 0, 1, CHOICE_NEXT } },
		{ false, false, 4, { 1, 0, 0, CHOICE_NEXT } },
		{ true, false, 33, { 1, 0, 0, CHOICE_NEXT } },
		{ false, true, 4, { 65535, 9, 3, CHOICE_READ } },
		{ false, false, 4, { 65536, 9, 3, CHOICE_READ } },
		{ true, true, 4, { 1, 9, 3, CHOICE_PLACE } },
		{ false, false, 4, { 1, 9, 4, CHOICE_PLACE } },
		{ false, true, 4, { 4002, 9, 0, CHOICE_DELAY } },
		{ false, false, 4, { 4003, 9, 0, CHOICE_DELAY } },
		{ true, false, 4, { 4002, 9, 0, CHOICE_DELAY } },
		{ false, false, 4, { UINT64_MAX - 3, 9, 0, CHOICE_DELAY } },
		{ false, true, 4, { 1, UINT32_MAX, 0, CHOICE_HOLD } },
		{ false, false, 4, { UINT64_MAX, 9, 0, CHOICE_HOLD } },
		{ false, false, 4, { 0, 9, 0, CHOICE_HOLD } },
		{ false, false, 4, { 1, 9, 0, CHOICE_KIND_COUNT } },
	};
	struct schedule_entry two[2];
	struct schedule schedule;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		two[0] = cases[i].entry;
		schedule.stepped = cases[i].stepped;
		schedule.entries = two;
		schedule.count = 1;
		cr_assert_eq(schedule_valid(&schedule, cases[i].cpus),
		    cases[i].valid, "case %zu", i);
		/* The same question twice; and out of order. */
		two[1] = two[0];
		schedule.count = 2;
		cr_assert_not(schedule_valid(&schedule, cases[i].cpus));
		two[1].nth--;
		cr_assert_not(two[0].nth > 0 &&
		    schedule_valid(&schedule, cases[i].cpus));
	}
}
