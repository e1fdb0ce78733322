/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/machine/timer.h"

#include <criterion/criterion.h>

#include "sim/base/rng.h"

enum { MOST = 2000, STEPS = 20000 };

static void
nothing(void *argument, uint64_t value, uint64_t at_ps)
{

	(void)argument;
	(void)value;
	(void)at_ps;
}

/* What is set, in no order. */
static struct {
	uint64_t at_ps[MOST];
	uint64_t number[MOST];
	size_t count;
} set;

static size_t
first_of_all(void)
{
	size_t first, i;

	first = 0;
	for (i = 1; i < set.count; i++)
		if (set.at_ps[i] < set.at_ps[first] ||
		    (set.at_ps[i] == set.at_ps[first] &&
		    set.number[i] < set.number[first]))
			first = i;
	return (first);
}

static void
add(struct timers *timers, uint64_t at_ps, uint64_t number)
{

	timers_add(timers, at_ps, nothing, &set, number);
	set.at_ps[set.count] = at_ps;
	set.number[set.count++] = number;
}

static void
take_one(struct timers *timers, uint64_t *now_ps)
{
	struct timer timer;
	size_t first;

	first = first_of_all();
	cr_assert_eq(timers_next(timers), set.at_ps[first]);
	timer = timers_take(timers);
	cr_assert_eq(timer.at_ps, set.at_ps[first]);
	cr_assert_eq(timer.value, set.number[first]);
	cr_assert_eq(timer.call, nothing);
	cr_assert_eq(timer.argument, &set);
	*now_ps = timer.at_ps;
	set.count--;
	set.at_ps[first] = set.at_ps[set.count];
	set.number[first] = set.number[set.count];
}

/* Near the end and far from it, at one instant, and after a long time. */
static uint64_t
later(struct rng *rng, uint64_t now_ps)
{
	static const uint64_t most[] = { 1, 4, 1000, 1000000, UINT64_MAX / 4 };

	return (now_ps + rng_below(rng, most[rng_below(rng,
	    sizeof(most) / sizeof(most[0]))]));
}

Test(timer, the_first_set_of_the_earliest_comes_first)
{
	struct timers timers = { 0 };
	struct rng rng;
	uint64_t number, now_ps, i;
	size_t most;
	int run;

	number = 0;
	for (run = 0; run < 12; run++) {
		rng_init(&rng, 1, "timers", (uint64_t)run);
		timers_reset(&timers);
		cr_assert_eq(timers_next(&timers), UINT64_MAX);
		set.count = 0;
		now_ps = 0;
		most = (size_t)1 << run % 12;
		most = most > MOST ? MOST : most;
		for (i = 0; i < STEPS / (1 + most / 100); i++) {
			if (set.count < most && rng_below(&rng, 16) < 9)
				add(&timers, later(&rng, now_ps % 1000000),
				    number++);
			else if (set.count > 0)
				take_one(&timers, &now_ps);
		}
		while (set.count > 0)
			take_one(&timers, &now_ps);
		cr_assert_eq(timers_next(&timers), UINT64_MAX);
	}
	timers_fini(&timers);
}

/* As clock interrupts do: each comes again after all others. */
Test(timer, those_that_come_again_keep_their_order)
{
	struct timers timers = { 0 };
	struct timer timer;
	uint64_t i;
	enum { CPUS = 1000, TURNS = 5 };

	timers_reset(&timers);
	for (i = 0; i < CPUS; i++)
		timers_add(&timers, i, nothing, NULL, i);
	for (i = 0; i < TURNS * CPUS; i++) {
		timer = timers_take(&timers);
		cr_assert_eq(timer.value, i % CPUS);
		cr_assert_eq(timer.at_ps, i);
		timers_add(&timers, timer.at_ps + CPUS, nothing, NULL,
		    timer.value);
	}
	timers_fini(&timers);
}

/* One that is never due stays behind all others and is none. */
Test(timer, never_is_no_instant)
{
	struct timers timers = { 0 };

	timers_reset(&timers);
	timers_add(&timers, UINT64_MAX, nothing, NULL, 1);
	cr_assert_eq(timers_next(&timers), UINT64_MAX);
	timers_add(&timers, 5, nothing, NULL, 2);
	cr_assert_eq(timers_next(&timers), 5);
	cr_assert_eq(timers_take(&timers).value, 2);
	cr_assert_eq(timers_next(&timers), UINT64_MAX);
	timers_fini(&timers);
}
