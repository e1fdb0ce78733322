/*
 * All runs that there are: depth-first over who goes on, which buffer drains
 * and which store a load sees, one of each class of equivalent orders.  When
 * it ends by itself, everything has been seen; then some random walks estimate
 * how many orders there would have been without leaving any out.
 *
 * Where threads work until the time of the run is over, time is a thing that
 * they share and that no step tells of: whoever goes first may use it up.  Then
 * nothing is known of what has been seen, and the random walks go on.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/run.h"
#include "sim/spec.h"
#include "sim/strategies/explore.h"
#include "sim/strategies/explore_walk.h"
#include "sim/strategies/strategy.h"

enum {
	WALKS = 1000,
	ONE_LOG2 = 32,		/* logarithms are in units of 2^-32 */
};

static const uint64_t log2_ten = UINT64_C(14267572527);

struct exhaustive {
	struct explore *explore;
	bool begun;
	struct explore_counts counts;	/* when the last was seen */
	bool walking;
	bool cut;		/* a run was, by its time */
	uint64_t walks;
	uint64_t log2[WALKS];		/* what each walk stands for */
};

static struct explore *
explorer(struct exhaustive *state)
{

	if (state->explore == NULL)
		state->explore = explore_new(EXPLORE_CLASSES);
	return (state->explore);
}

static void
begin(void *argument, const struct run_spec *spec, uint64_t seed,
    uint64_t number)
{
	struct exhaustive *state = argument;

	if (!state->begun)
		explore_reset(explorer(state), EXPLORE_CLASSES,
		    (uint32_t)spec->machine.cpus);
	state->begun = true;
	if (state->walking)
		explore_walk(state->explore, seed + number);
	explore_begin(state->explore);
}

static uint32_t
next(void *argument, const struct step *steps, uint32_t actors,
    uint64_t ready, uint32_t usual)
{
	struct exhaustive *state = argument;

	(void)usual;
	return (explore_next(state->explore, steps, actors, ready));
}

static uint64_t
choose(void *argument, enum choice_kind kind, uint32_t cpu,
    uint64_t alternatives)
{
	struct exhaustive *state = argument;

	(void)kind;
	(void)cpu;
	return (alternatives < 2 ? 0 :
	    explore_pick(state->explore, (uint32_t)alternatives));
}

static struct guide_stay *
stays(void *argument)
{

	return (explore_stay(explorer(argument)));
}

/* 2^(log2 / 2^32), for less than 2^27, in units of 2^-32. */
static uint64_t
power_of_two(uint64_t log2)
{
	uint64_t part;

	/* The fraction by a parabola, to 0.3%. */
	part = (log2 & UINT32_MAX) >> 16;
	part = 65536 + part * (43024 + (22512 * part >> 16)) / 65536;
	return (part << 16 << (log2 >> ONE_LOG2));
}

static uint64_t
log2_of(uint64_t value)
{
	struct walk walk;

	walk.exponent = 63;
	for (walk.mantissa = value; walk.mantissa >> 63 == 0;
	    walk.mantissa <<= 1)
		walk.exponent--;
	return (walk_log2(&walk));
}

/* "3e+41": walks differ too much among each other for a second digit. */
static const char *
power_text(uint64_t log2, char *text, size_t room)
{
	uint64_t tens, digit;

	tens = log2 / log2_ten;
	digit = (power_of_two(log2 - tens * log2_ten) + (UINT64_C(1) << 31)) >>
	    32;
	if (digit == 10) {
		digit = 1;
		tens++;
	}
	snprintf(text, room, "%" PRIu64 "e+%" PRIu64, digit, tens);
	return (text);
}

static int
ascending(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return ((*x > *y) - (*x < *y));
}

/* The logarithm of the mean, of logarithms in ascending order. */
static uint64_t
log2_mean(const uint64_t *log2, uint64_t count)
{
	uint64_t most, below, sum, i;

	most = log2[count - 1];
	sum = 0;
	for (i = 0; i < count; i++) {
		below = (most - log2[i]) >> ONE_LOG2;
		if (below < ONE_LOG2)
			sum += power_of_two(log2[i] - most +
			    ((below + 1) << ONE_LOG2)) >> (below + 1);
	}
	return (most + log2_of(sum) - log2_of(count) -
	    ((uint64_t)32 << ONE_LOG2));
}

static bool
end(void *argument, const struct run_result *result)
{
	struct exhaustive *state = argument;
	bool more;

	state->cut |= result->cut;
	more = explore_end(state->explore);
	if (!state->walking) {
		state->counts = explore_counts(state->explore);
		state->walking = !more;
		return (true);
	}
	if (state->walks < WALKS)
		state->log2[state->walks++] = explore_walked(state->explore);
	return (state->cut || state->walks < WALKS);
}

static void
report_walks(const struct exhaustive *state, char *text, size_t room)
{
	uint64_t log2[WALKS];
	char mean[32], low[32], high[32];

	memcpy(log2, state->log2, sizeof(log2));
	qsort(log2, state->walks, sizeof(log2[0]), ascending);
	snprintf(text, room, "orders without leaving any out: about %s (an "
	    "estimate, the mean of %" PRIu64 " random walks; the middle half "
	    "of them say %s to %s)\n",
	    power_text(log2_mean(log2, state->walks), mean, sizeof(mean)),
	    state->walks,
	    power_text(log2[state->walks / 4], low, sizeof(low)),
	    power_text(log2[state->walks * 3 / 4], high, sizeof(high)));
}

static void
report(void *argument, char *text, size_t room)
{
	const struct exhaustive *state = argument;
	int n;

	n = snprintf(text, room, "orders executed: %" PRIu64 ", one of each "
	    "class of equivalent ones; cut short as equivalent: %" PRIu64
	    "; longest: %" PRIu64 " steps\n%s\n", state->counts.executions,
	    state->counts.abandoned, state->counts.longest,
	    state->cut ? "not everything has been seen: threads worked until "
	    "the time of the run was over, and how far each got by then "
	    "depends on the order; this strategy is for workloads that come "
	    "to an end, such as kernel" :
	    state->counts.complete ? "everything has been seen: each order in "
	    "which no clock interrupt comes" : "not everything has been seen");
	if (state->walks > 0 && n > 0 && (size_t)n < room)
		report_walks(state, text + n, room - (size_t)n);
}

static void
fini(void *argument)
{
	struct exhaustive *state = argument;

	if (state->explore != NULL)
		explore_free(state->explore);
}

const struct strategy strategy_exhaustive = {
	.name = "exhaustive",
	.about = "every order of accesses, drains and values, once for each class of equivalent ones",
	.stepped = true,
	.one_worker = true,
	.state_bytes = sizeof(struct exhaustive),
	.begin = begin,
	.next = next,
	.choose = choose,
	.stay = stays,
	.end = end,
	.report = report,
	.fini = fini,
};
