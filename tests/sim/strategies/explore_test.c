/*
 * The search over orders, held against walks that know nothing of it: it
 * completes one run of every class, no class twice, and misses no state.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "sim/base/rng.h"
#include "sim/strategies/explore.h"
#include "tests/sim/strategies/toy.h"

enum { RUNS_MOST = 10000, PROGRAMS = 300 };

struct found {
	struct toy_set finals;
	struct toy_set classes;
	struct explore_counts counts;
};

static bool heed_stays;
static uint64_t questions;

static uint32_t
ask(void *context, uint32_t alternatives)
{

	return (explore_pick(context, alternatives));
}

/* Who goes on: as was said beforehand, or as is answered. */
static uint32_t
goes_on(struct explore *explore, const struct step *steps, uint32_t actors,
    uint64_t ready)
{
	struct guide_stay *stay;

	stay = explore_stay(explore);
	if (heed_stays && stay->steps > 0) {
		cr_assert(ready >> stay->who & 1, "actor %u is not ready",
		    stay->who);
		cr_assert_eq(stay->unless, 0);
		stay->steps--;
		return (stay->who);
	}
	questions++;
	return (explore_next(explore, steps, actors, ready));
}

/* One run of the program; its class, or 0 if the search gave it up. */
static uint64_t
execute(struct explore *explore, const struct toy_program *program,
    struct toy_state *state, bool classify)
{
	struct toy_event events[TOY_STEPS];
	struct step steps[2 * TOY_THREADS];
	struct toy_pick pick;
	uint64_t ready;
	uint32_t actor, count;

	pick = (struct toy_pick){ ask, explore };
	explore_begin(explore);
	toy_start(program, state);
	for (count = 0;; count++) {
		ready = toy_steps(program, state, steps);
		actor = goes_on(explore, steps, toy_actors(program), ready);
		if (actor == STEP_STOP)
			break;
		cr_assert(ready >> actor & 1, "actor %u is not ready", actor);
		cr_assert_lt(count, TOY_STEPS);
		events[count].step = steps[actor];
		events[count].actor = actor;
		events[count].value = toy_go(program, state, actor, &pick);
	}
	if (ready != 0)
		return (0);
	return (classify ? toy_class(program, events, count) : 1);
}

static void
explore_program(struct explore *explore, const struct toy_program *program,
    enum explore_pruning pruning, struct found *found)
{
	struct toy_state state;
	uint64_t class;

	*found = (struct found){ 0 };
	explore_reset(explore, pruning, program->threads);
	do {
		class = execute(explore, program, &state, true);
		if (class != 0) {
			toy_set_add(&found->finals, toy_digest(&state));
			toy_set_add(&found->classes, class);
		}
	} while (explore_end(explore));
	found->counts = explore_counts(explore);
	toy_set_close(&found->finals);
	toy_set_close(&found->classes);
	cr_assert(found->counts.complete);
}

static void
found_fini(struct found *found)
{

	toy_set_fini(&found->finals);
	toy_set_fini(&found->classes);
}

/* --- programs with known answers ------------------------------------------- */

#define LOAD(r, x)	{ TOY_LOAD, x, 8, r, 0, 0, 0 }
#define STORE(x, v)	{ TOY_STORE, x, 8, 0, 0, 0, v }
#define FENCE		{ .op = TOY_FENCE }
#define SHARED_LOCK	{ TOY_LOCK, 0, 8, 7, 0, 0, 0 }
#define SHARED_UNLOCK	{ TOY_STORE, 0, 8, 0, 0, 0, 0 }

struct known {
	const char *what;
	struct toy_program program;
	uint64_t states;
	uint64_t classes;
	uint64_t runs;		/* 0: not known */
};

static const struct known known[] = {
	{ "four threads that never meet, three steps each: 12! / 3!^4",
	    { .threads = 4, .code = {
	    { STORE(0, 1), STORE(0, 2), STORE(0, 3) },
	    { STORE(8, 1), STORE(8, 2), STORE(8, 3) },
	    { STORE(16, 1), STORE(16, 2), STORE(16, 3) },
	    { STORE(24, 1), STORE(24, 2), STORE(24, 3) } } }, 1, 1, 369600 },
	{ "two writes to one cell",
	    { .threads = 2, .code = {
	    { STORE(0, 1) }, { STORE(0, 2) } } }, 2, 2, 2 },
	{ "five writes to one cell: 5!",
	    { .threads = 5, .code = { { STORE(0, 1) }, { STORE(0, 2) },
	    { STORE(0, 3) }, { STORE(0, 4) }, { STORE(0, 5) } } },
	    5, 120, 120 },
	{ "reads commute",
	    { .threads = 3, .code = {
	    { LOAD(0, 0), LOAD(0, 0) }, { LOAD(0, 0) }, { LOAD(0, 0) } } },
	    1, 1, 12 },
	{ "store buffering, sc",
	    { .threads = 2, .code = {
	    { STORE(0, 1), LOAD(0, 8) }, { STORE(8, 1), LOAD(0, 0) } } },
	    3, 3, 6 },
	{ "store buffering, tso",
	    { .tso = true, .threads = 2, .capacity = 4, .code = {
	    { STORE(0, 1), LOAD(0, 8) }, { STORE(8, 1), LOAD(0, 0) } } },
	    4, 4, 0 },
	{ "store buffering with fences, tso",
	    { .tso = true, .threads = 2, .capacity = 4, .code = {
	    { STORE(0, 1), FENCE, LOAD(0, 8) },
	    { STORE(8, 1), FENCE, LOAD(0, 0) } } }, 3, 3, 0 },
	{ "one store, n readers: 2^n",
	    { .threads = 5, .code = { { STORE(0, 1) }, { LOAD(0, 0) },
	    { LOAD(0, 0) }, { LOAD(0, 0) }, { LOAD(0, 0) } } }, 16, 16, 120 },
	{ "a lock, thrice: 3!",
	    { .threads = 3, .code = {
	    { SHARED_LOCK, STORE(8, 1), SHARED_UNLOCK },
	    { SHARED_LOCK, STORE(8, 2), SHARED_UNLOCK },
	    { SHARED_LOCK, STORE(8, 3), SHARED_UNLOCK } } }, 3, 6, 6 },
	{ "a lock that is never given back",
	    { .threads = 3, .code = { { SHARED_LOCK }, { SHARED_LOCK },
	    { SHARED_LOCK } } }, 3, 3, 3 },
	{ "two locks in either order: two runs and a deadlock",
	    { .threads = 2, .code = {
	    { SHARED_LOCK, { TOY_LOCK, 8, 8, 7, 0, 0, 0 }, SHARED_UNLOCK,
	    STORE(8, 0) },
	    { { TOY_LOCK, 8, 8, 7, 0, 0, 0 }, SHARED_LOCK, STORE(8, 0),
	    SHARED_UNLOCK } } }, 2, 3, 0 },
	{ "three values for each of two steps",
	    { .threads = 2, .code = {
	    { { TOY_PICK, 0, 0, 0, 0, 0, 1 } },
	    { { TOY_PICK, 0, 0, 0, 0, 0, 3 } } } }, 4, 4, 8 },
};

Test(explore, known_programs_have_their_known_counts)
{
	const struct known *row;
	struct explore *explore;
	struct found all, pruned;
	size_t i;

	explore = explore_new(EXPLORE_ALL);
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		row = &known[i];
		explore_program(explore, &row->program, EXPLORE_ALL, &all);
		explore_program(explore, &row->program, EXPLORE_CLASSES,
		    &pruned);
		if (row->runs != 0)
			cr_expect_eq(all.counts.executions, row->runs,
			    "%s: %lu runs", row->what, all.counts.executions);
		cr_expect_eq(pruned.counts.executions, row->classes,
		    "%s: %lu classes", row->what, pruned.counts.executions);
		cr_expect_eq(pruned.finals.count, row->states,
		    "%s: %zu states", row->what, pruned.finals.count);
		cr_expect(toy_set_equal(&pruned.finals, &all.finals), "%s",
		    row->what);
		found_fini(&all);
		found_fini(&pruned);
	}
	explore_free(explore);
}

/* --- random programs ------------------------------------------------------- */

struct mix {
	const char *name;
	bool tso;
	uint32_t threads;	/* at most */
	uint32_t code;		/* of one thread, at most */
	uint32_t op_count;
	enum toy_op ops[12];
};

static const struct mix mixes[] = {
	{ "sc", false, 4, 4, 4, { TOY_LOAD, TOY_STORE, TOY_ADD, TOY_KEEP } },
	{ "sc, waiting", false, 4, 4, 7, { TOY_LOAD, TOY_STORE, TOY_STORE,
	    TOY_LOCK, TOY_AWAIT, TOY_SPIN, TOY_ADD } },
	{ "sc, locks", false, 4, 5, 5, { TOY_LOCK, TOY_LOCK, TOY_STORE,
	    TOY_STORE, TOY_LOAD } },
	{ "sc, picks", false, 3, 4, 5, { TOY_PICK, TOY_TAKE, TOY_STORE,
	    TOY_ADD, TOY_KEEP } },
	{ "sc, order", false, 4, 4, 4, { TOY_ORDER, TOY_LOAD, TOY_STORE,
	    TOY_SPIN } },
	{ "tso", true, 3, 4, 6, { TOY_LOAD, TOY_LOAD, TOY_STORE, TOY_STORE,
	    TOY_KEEP, TOY_FENCE } },
	{ "tso, locked", true, 3, 4, 6, { TOY_LOAD, TOY_STORE, TOY_STORE,
	    TOY_ADD, TOY_SWAP, TOY_FENCE } },
	{ "tso, waiting", true, 3, 4, 9, { TOY_LOAD, TOY_STORE, TOY_STORE,
	    TOY_LOCK, TOY_AWAIT, TOY_SPIN, TOY_TAKE, TOY_ORDER,
	    TOY_FENCE } },
};

static void
code_random(struct rng *rng, const struct mix *mix, uint32_t cells,
    struct toy_code *code)
{

	*code = (struct toy_code){
		.op = mix->ops[rng_below(rng, mix->op_count)],
		.size = (uint8_t)(1u << rng_below(rng, 4)),
		.reg = (uint8_t)rng_below(rng, TOY_REGS),
		.value = (uint8_t)rng_below(rng, 3),
	};
	/* Mostly whole words; else anywhere, across the edges of granules. */
	if (rng_below(rng, 3) != 0) {
		code->size = 8;
		code->at = (uint8_t)(8 * rng_below(rng, cells));
	} else {
		code->at = (uint8_t)rng_below(rng, 8 * cells - 7);
	}
	if (code->op == TOY_FENCE || code->op == TOY_ORDER)
		code->at = code->size = 0;
	if (code->op == TOY_PICK) {
		code->at = code->size = 0;
		code->value++;
	}
}

static void
program_random(struct rng *rng, const struct mix *mix,
    struct toy_program *program)
{
	uint32_t cells, length, i, j;

	*program = (struct toy_program){
		.tso = mix->tso,
		.threads = 2 + (uint32_t)rng_below(rng, mix->threads - 1),
		.capacity = 1 + (uint32_t)rng_below(rng, TOY_BUFFER),
	};
	cells = 1 + (uint32_t)rng_below(rng, 3);
	for (i = 0; i < program->threads; i++) {
		length = 1 + (uint32_t)rng_below(rng, mix->code);
		for (j = 0; j < length; j++)
			code_random(rng, mix, cells, &program->code[i][j]);
	}
}

struct tally {
	uint64_t programs;
	uint64_t runs;
	uint64_t classes;
	uint64_t abandoned;
};

static void
hold_against(struct explore *explore, const struct toy_program *program,
    const char *name, uint32_t number, struct tally *tally)
{
	struct toy_set finals, classes;
	struct found all, pruned;
	uint64_t runs;

	finals = classes = (struct toy_set){ 0 };
	runs = toy_runs(program, RUNS_MOST, &classes);
	if (runs == 0) {
		toy_set_fini(&classes);
		return;
	}
	toy_states(program, &finals);
	explore_program(explore, program, EXPLORE_CLASSES, &pruned);
	cr_assert(toy_set_equal(&pruned.finals, &finals),
	    "%s %u: %zu states of %zu", name, number, pruned.finals.count,
	    finals.count);
	cr_assert(toy_set_equal(&pruned.classes, &classes),
	    "%s %u: %zu classes of %zu", name, number, pruned.classes.count,
	    classes.count);
	cr_assert_eq(pruned.counts.executions, classes.count,
	    "%s %u: %lu runs for %zu classes", name, number,
	    pruned.counts.executions, classes.count);
	explore_program(explore, program, EXPLORE_ALL, &all);
	cr_assert_eq(all.counts.executions, runs);
	cr_assert_eq(all.counts.abandoned, 0);
	cr_assert(toy_set_equal(&all.finals, &finals));
	cr_assert(toy_set_equal(&all.classes, &classes));
	found_fini(&all);
	tally->runs += runs;
	tally->programs++;
	tally->classes += pruned.counts.executions;
	tally->abandoned += pruned.counts.abandoned;
	toy_set_fini(&finals);
	toy_set_fini(&classes);
	found_fini(&pruned);
}

Test(explore, random_programs_are_explored_class_by_class, .timeout = 600)
{
	struct toy_program program;
	struct explore *explore;
	struct tally tally;
	struct rng rng;
	uint32_t number;
	size_t i;

	explore = explore_new(EXPLORE_CLASSES);
	for (i = 0; i < sizeof(mixes) / sizeof(mixes[0]); i++) {
		tally = (struct tally){ 0 };
		rng_init(&rng, 1, mixes[i].name, 0);
		for (number = 0; number < PROGRAMS; number++) {
			program_random(&rng, &mixes[i], &program);
			hold_against(explore, &program, mixes[i].name, number,
			    &tally);
		}
		printf("%-14s %lu programs, %lu orders, %lu classes, "
		    "%lu abandoned\n", mixes[i].name, tally.programs,
		    tally.runs, tally.classes, tally.abandoned);
		fflush(stdout);
	}
	explore_free(explore);
}

/* --- an estimate ----------------------------------------------------------- */

enum { WALKS = 20000 };

Test(explore, random_walks_estimate_the_number_of_orders)
{
	struct explore_counts counts;
	struct toy_program program;
	struct toy_state state;
	struct explore *explore;
	struct rng rng;
	struct found all;
	double sum, squares, product, mean, error;
	uint32_t i, walk;

	explore = explore_new(EXPLORE_ALL);
	rng_init(&rng, 2, "walks", 0);
	for (i = 0; i < 12; i++) {
		/* Locks, so that ways end early; picks count as well. */
		program_random(&rng, &mixes[1 + i % 3], &program);
		program.threads = 3;
		memset(program.code[0] + 3, 0, sizeof(program.code[0][0]));
		explore_program(explore, &program, EXPLORE_ALL, &all);
		sum = squares = 0;
		for (walk = 0; walk < WALKS; walk++) {
			explore_walk(explore, walk);
			execute(explore, &program, &state, false);
			cr_assert(!explore_end(explore));
			product = exp2((double)explore_walked(explore) /
			    4294967296.0);
			sum += product;
			squares += product * product;
		}
		mean = sum / WALKS;
		error = sqrt((squares / WALKS - mean * mean) / WALKS);
		cr_expect_leq(fabs(mean - (double)all.counts.executions),
		    5 * error + 1e-6 * mean, "%u: %lu orders, estimate %g "
		    "+- %g", i, all.counts.executions, mean, error);
		counts = explore_counts(explore);
		cr_expect_eq(counts.executions, all.counts.executions,
		    "walks are not counted");
		found_fini(&all);
	}
	explore_free(explore);
}

Test(explore, a_walk_leaves_the_search_where_it_was)
{
	struct toy_state state;
	struct explore *explore;
	struct found found;
	uint64_t runs;
	bool more;

	explore = explore_new(EXPLORE_CLASSES);
	explore_program(explore, &known[2].program, EXPLORE_CLASSES, &found);
	explore_reset(explore, EXPLORE_CLASSES, known[2].program.threads);
	runs = 0;
	do {
		explore_walk(explore, runs++);
		execute(explore, &known[2].program, &state, false);
		cr_assert(explore_end(explore));
		execute(explore, &known[2].program, &state, false);
		more = explore_end(explore);
	} while (more);
	cr_expect_eq(runs, found.counts.executions);
	found_fini(&found);
	explore_free(explore);
}

/* --- the same again -------------------------------------------------------- */

/* A digest of all orders in the order in which they are tried. */
static uint64_t
diary(struct explore *explore, const struct toy_program *program)
{
	struct toy_state state;
	uint64_t digest;

	digest = 0;
	explore_reset(explore, EXPLORE_CLASSES, program->threads);
	do {
		digest = digest * 31 + execute(explore, program, &state, true);
	} while (explore_end(explore));
	return (digest);
}

Test(explore, same_program_same_order_of_runs)
{
	struct toy_program program, other;
	struct explore *used, *fresh;
	struct rng rng;
	uint64_t first;
	size_t i;

	used = explore_new(EXPLORE_CLASSES);
	rng_init(&rng, 3, "diary", 0);
	for (i = 0; i < sizeof(mixes) / sizeof(mixes[0]); i++) {
		program_random(&rng, &mixes[i], &program);
		program_random(&rng, &mixes[i], &other);
		program.threads = other.threads = 2;
		first = diary(used, &program);
		diary(used, &other);
		cr_expect_eq(diary(used, &program), first);
		fresh = explore_new(EXPLORE_CLASSES);
		cr_expect_eq(diary(fresh, &program), first);
		explore_free(fresh);
	}
	explore_free(used);
}

Test(explore, what_is_known_beforehand_need_not_be_asked)
{
	struct toy_program program;
	struct explore *explore;
	struct explore_counts asked, stayed;
	struct rng rng;
	uint64_t first, all, i;

	explore = explore_new(EXPLORE_CLASSES);
	rng_init(&rng, 4, "diary", 0);
	for (i = 0; i < 30 * sizeof(mixes) / sizeof(mixes[0]); i++) {
		program_random(&rng, &mixes[i / 30], &program);
		program.threads = 3;
		questions = 0;
		heed_stays = false;
		first = diary(explore, &program);
		asked = explore_counts(explore);
		all = questions;
		questions = 0;
		heed_stays = true;
		cr_expect_eq(diary(explore, &program), first);
		stayed = explore_counts(explore);
		heed_stays = false;
		cr_expect_eq(stayed.steps, asked.steps);
		cr_expect_eq(stayed.abandoned, asked.abandoned);
		cr_expect_leq(questions, all);
		cr_expect(asked.executions < 50 || questions < all);
	}
	explore_free(explore);
}

/* Whatever is explored must do the same again when it is told the same. */
Test(explore, a_program_that_does_not_repeat_itself_is_refused,
    .signal = SIGABRT)
{
	struct toy_program program;
	struct toy_state state;
	struct explore *explore;
	uint32_t i;

	program = known[2].program;
	explore = explore_new(EXPLORE_CLASSES);
	explore_reset(explore, EXPLORE_CLASSES, program.threads);
	execute(explore, &program, &state, false);
	explore_end(explore);
	for (i = 0; i < program.threads; i++)
		program.code[i][0].at = 8;
	execute(explore, &program, &state, false);
}
