/*
 * All runs that there are: depth-first over who goes on, which buffer drains
 * and which store a load sees, one of each class of equivalent orders.  When
 * it ends by itself, everything has been seen; then some random walks estimate
 * how many orders there would have been without leaving any out.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/base/wide.h"
#include "sim/run.h"
#include "sim/spec.h"
#include "sim/strategies/explore.h"
#include "sim/strategies/strategy.h"

enum {
	WALKS = 1000,
	LOG2_MAX = 90,
};

struct exhaustive {
	struct explore *explore;
	struct explore_counts counts;	/* when the last was seen */
	bool walking;
	uint64_t walks;
	wide_uint orders;		/* sum over all walks, in units of 2^-16 */
};

static void
begin(void *argument, const struct run_spec *spec, uint64_t seed,
    uint64_t number)
{
	struct exhaustive *state = argument;

	if (state->explore == NULL) {
		state->explore = explore_new(EXPLORE_CLASSES);
		explore_reset(state->explore, EXPLORE_CLASSES,
		    (uint32_t)spec->machine.cpus);
	}
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

/* 2^(log2 / 2^32), in units of 2^-16; the fraction by a parabola, to 0.3%. */
static wide_uint
power_of_two(uint64_t log2)
{
	uint64_t part;

	if (log2 >> 32 > LOG2_MAX)
		log2 = (uint64_t)LOG2_MAX << 32;
	part = (log2 & UINT32_MAX) >> 16;
	part = 65536 + part * (43024 + (22512 * part >> 16)) / 65536;
	return ((wide_uint)part << (log2 >> 32));
}

/* "3.14e+12". */
static const char *
power_text(wide_uint value, char *text, size_t room)
{
	unsigned ten;

	ten = 0;
	value = (value * 100) >> 16;
	while (value >= 1000) {
		value /= 10;
		ten++;
	}
	snprintf(text, room, "%u.%02ue+%u", (unsigned)value / 100,
	    (unsigned)value % 100, ten);
	return (text);
}

static bool
end(void *argument, const struct run_result *result)
{
	struct exhaustive *state = argument;
	bool more;

	(void)result;
	more = explore_end(state->explore);
	if (!state->walking) {
		state->counts = explore_counts(state->explore);
		state->walking = !more;
		return (true);
	}
	state->orders += power_of_two(explore_walked(state->explore));
	return (++state->walks < WALKS);
}

static void
report(void *argument, char *text, size_t room)
{
	const struct exhaustive *state = argument;
	char orders[32];
	int n;

	n = snprintf(text, room, "orders executed: %" PRIu64 ", one of each "
	    "class of equivalent ones; cut short as equivalent: %" PRIu64
	    "; longest: %" PRIu64 " steps\n%s\n", state->counts.executions,
	    state->counts.abandoned, state->counts.longest,
	    state->counts.complete ? "everything has been seen: each order in "
	    "which no clock interrupt comes" : "not everything has been seen");
	if (state->walks > 0 && n > 0 && (size_t)n < room)
		snprintf(text + n, room - (size_t)n, "orders without leaving "
		    "any out: about %s (estimated by %" PRIu64 " random "
		    "walks)\n", power_text(state->orders / state->walks,
		    orders, sizeof(orders)), state->walks);
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
	.end = end,
	.report = report,
	.fini = fini,
};
