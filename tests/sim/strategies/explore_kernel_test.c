/*
 * Two readers and a writer, as in a comparison of tools that explore such
 * programs: GenMC and Nidhugg agree on the number of distinct executions of
 * it.  Theirs is a coarser measure in general (who reads what from whom, and
 * the order of writes); here each cell has one writer, so both are the same.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <criterion/criterion.h>

#include "sim/strategies/explore.h"
#include "tests/sim/strategies/toy.h"

/* A granule each: the clock, the readers' places, the pointer, three nodes. */
enum { WR = 0, PLACE = 8, POINTER = 24, NODES = 32 };
enum { POISON = 99 };
/* Registers. */
enum { SEEN, AT, FIELD, GOAL = 0, OLD, FIRST, SECOND, ONE, KEPT };

static const struct toy_code reader_round[] = {
	{ TOY_LOAD, WR, 8, SEEN, 0, 0, 0 },
	{ TOY_KEEP, PLACE, 8, SEEN, 0, 0, 0 },
	{ .op = TOY_FENCE },
	{ TOY_LOAD, POINTER, 8, AT, 0, 0, 0 },
	{ TOY_INDEX, NODES, 8, FIELD, AT, 0, 0 },
	{ TOY_STORE, PLACE, 8, 0, 0, 0, 0 },
};

static const struct toy_code writer_round[] = {
	{ TOY_STORE, NODES, 8, 0, 0, 0, 7 },
	{ TOY_SWAP, POINTER, 8, OLD, 0, 0, 1 },
	{ TOY_ADD, WR, 8, GOAL, 0, 0, 2 },
	{ TOY_PLUS, 0, 0, GOAL, GOAL, 0, 2 },
	{ .op = TOY_FENCE },
	{ TOY_LOAD, PLACE, 8, FIRST, 0, 0, 0 },
	{ TOY_LOAD, PLACE + 8, 8, SECOND, 0, 0, 0 },
	/* Keeps the old node if either reader is behind the goal. */
	{ TOY_BEHIND, 0, 0, FIRST, GOAL, 2, 0 },
	{ TOY_BEHIND, 0, 0, SECOND, GOAL, 1, 0 },
	{ TOY_POISON, NODES, 8, OLD, 0, 0, POISON },
};

static void
kernel(struct toy_program *program, bool tso, uint32_t rounds, bool fence)
{
	struct toy_code *code;
	uint32_t i, round, step;

	*program = (struct toy_program){
		.tso = tso,
		.threads = 3,
		.capacity = TOY_BUFFER,
		/* A place of zero says that nobody is there. */
		.bytes = { [WR] = 1 },
	};
	for (i = 0; i < 2; i++) {
		code = program->code[i];
		for (round = 0; round < rounds; round++) {
			for (step = 0; step < 6; step++) {
				*code = reader_round[step];
				if (code->at == PLACE)
					code->at += 8 * i;
				if (fence || code->op != TOY_FENCE)
					code++;
			}
		}
	}
	code = program->code[2];
	for (round = 0; round < 2; round++) {
		memcpy(code, writer_round, sizeof(writer_round));
		code[0].at += 8 * (1 + round);
		code[1].value += round;
		code += sizeof(writer_round) / sizeof(writer_round[0]);
	}
}

static uint32_t
ask(void *context, uint32_t alternatives)
{

	return (explore_pick(context, alternatives));
}

/* A reader saw what was freed, in a run that came to its end. */
static bool
execute(struct explore *explore, const struct toy_program *program)
{
	struct step steps[2 * TOY_THREADS];
	struct toy_state state;
	struct toy_pick pick;
	uint64_t ready;
	uint32_t actor;
	bool bad;

	pick = (struct toy_pick){ ask, explore };
	explore_begin(explore);
	toy_start(program, &state);
	bad = false;
	for (;;) {
		ready = toy_steps(program, &state, steps);
		actor = explore_next(explore, steps, toy_actors(program),
		    ready);
		if (actor == STEP_STOP)
			return (bad && ready == 0);
		toy_go(program, &state, actor, &pick);
		bad = bad || (actor < 2 &&
		    state.regs[actor][FIELD] == POISON);
	}
}

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return ((double)time.tv_sec + 1e-9 * (double)time.tv_nsec);
}

static struct explore_counts
explore_kernel(bool tso, uint32_t rounds, bool fence, uint64_t *bad)
{
	struct explore_counts counts;
	struct toy_program program;
	struct explore *explore;
	double seconds;

	kernel(&program, tso, rounds, fence);
	explore = explore_new(EXPLORE_CLASSES);
	explore_reset(explore, EXPLORE_CLASSES, program.threads);
	*bad = 0;
	seconds = -now();
	do {
		*bad += execute(explore, &program);
	} while (explore_end(explore));
	seconds += now();
	counts = explore_counts(explore);
	explore_free(explore);
	printf("%s, %u rounds%s: %lu executions, %lu abandoned, %lu bad, "
	    "%.2f s, %.0f a second, %.0f ns a step with the toy\n",
	    tso ? "tso" : "sc", rounds, fence ? "" : ", no fence",
	    counts.executions, counts.abandoned, *bad, seconds,
	    (double)counts.executions / seconds,
	    1e9 * seconds / (double)counts.steps);
	return (counts);
}

Test(explore_kernel, everybody_counts_the_same_executions)
{
	uint64_t bad;

	cr_expect_eq(explore_kernel(false, 2, true, &bad).executions, 20164);
	cr_expect_eq(bad, 0);
	cr_expect_eq(explore_kernel(true, 2, true, &bad).executions, 26569);
	cr_expect_eq(bad, 0);
}

Test(explore_kernel, also_with_one_more_round_for_readers)
{
	uint64_t bad;

	cr_expect_eq(explore_kernel(true, 3, true, &bad).executions, 338724);
	cr_expect_eq(bad, 0);
}

Test(explore_kernel, without_the_fence_the_buffer_shows_it)
{
	uint64_t bad;

	explore_kernel(false, 2, false, &bad);
	cr_expect_eq(bad, 0);
	explore_kernel(true, 2, false, &bad);
	cr_expect_gt(bad, 0);
}
