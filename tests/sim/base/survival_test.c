/*
 * The product-limit estimate against cases worked out by hand, and against a
 * simulation whose truth is known.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/base/survival.h"

#include <criterion/criterion.h>
#include <stdio.h>

#include "sim/base/dist.h"
#include "sim/base/hist.h"
#include "sim/base/rng.h"

static struct hist done, waiting;
static bool bound;

static void
begin(void)
{

	hist_init(&done);
	hist_init(&waiting);
}

static uint64_t
quantile(uint64_t percent)
{

	return (survival_quantile(&done, &waiting, percent * 10000, &bound));
}

Test(survival, without_censoring_it_is_the_quantile)
{
	uint64_t i;

	begin();
	for (i = 1; i <= 100; i++)
		hist_add(&done, i);
	for (i = 1; i <= 99; i++) {
		cr_assert_eq(quantile(i), hist_quantile(&done, i * 10000));
		cr_assert_not(bound);
	}
}

/*
 * Done at 1, 2, 3, 4; one gave up at 2.  At risk: 5, 4, 2, 1; so the survivors
 * are 4/5, then 4/5 * 3/4 = 3/5, then 3/5 * 1/2 = 3/10, then none.
 */
Test(survival, who_gives_up_leaves_the_number_at_risk)
{

	begin();
	hist_add(&done, 1);
	hist_add(&done, 2);
	hist_add(&done, 3);
	hist_add(&done, 4);
	hist_add(&waiting, 2);
	cr_assert_eq(quantile(10), 1);
	cr_assert_eq(quantile(19), 1);
	cr_assert_eq(quantile(21), 2);
	cr_assert_eq(quantile(39), 2);
	cr_assert_eq(quantile(41), 3);
	cr_assert_eq(quantile(50), 3);
	cr_assert_eq(quantile(69), 3);
	cr_assert_eq(quantile(71), 4);
	cr_assert_eq(quantile(99), 4);
	cr_assert_not(bound);
}

/* Half of them still wait when the others have long been done. */
Test(survival, beyond_what_was_seen_there_is_only_a_bound)
{

	begin();
	hist_add(&done, 1);
	hist_add(&done, 2);
	hist_add(&waiting, 50);
	hist_add(&waiting, 60);
	cr_assert_eq(quantile(20), 1);
	cr_assert_eq(quantile(40), 2);
	cr_assert_not(bound);
	cr_assert_eq(quantile(51), 60);
	cr_assert(bound);
	cr_assert_eq(quantile(99), 60);

	begin();
	hist_add(&waiting, 7);
	cr_assert_eq(quantile(1), 7);
	cr_assert(bound);
}

Test(survival, more_that_wait_never_make_a_quantile_smaller)
{
	struct rng rng;
	uint64_t before, percent;
	int i;

	rng_init(&rng, 1, "survival", 0);
	begin();
	for (i = 0; i < 1000; i++)
		hist_add(&done, rng_below(&rng, 100000));
	for (percent = 10; percent < 100; percent += 10) {
		hist_init(&waiting);
		before = quantile(percent);
		for (i = 0; i < 30; i++) {
			/* They wait longer than anybody did. */
			hist_add(&waiting, 200000 + rng_below(&rng, 1000));
			cr_assert_geq(quantile(percent), before);
			before = quantile(percent);
		}
	}
}

/* Latencies and ends of observation are independent exponentials. */
Test(survival, finds_the_truth_behind_random_censoring)
{
	static const struct {
		uint64_t percent;
		double truth;	/* for a mean of 1 us */
	} cases[] = { { 25, 287682 }, { 50, 693147 }, { 75, 1386294 },
		{ 90, 2302585 } };
	struct dist latency, end;
	struct rng rng;
	double estimate, naive;
	uint64_t a, b;
	size_t i;

	rng_init(&rng, 1, "survival", 1);
	latency = (struct dist){ .kind = DIST_EXP, .a = 1000000 };
	end = (struct dist){ .kind = DIST_EXP, .a = 1500000 };
	begin();
	for (i = 0; i < 200000; i++) {
		a = dist_sample(&latency, &rng);
		b = dist_sample(&end, &rng);
		if (a <= b)
			hist_add(&done, a);
		else
			hist_add(&waiting, b);
	}
	/* Two in five were not seen to the end. */
	cr_assert(waiting.count > 75000 && waiting.count < 85000);
	for (i = 0; i < 4; i++) {
		estimate = (double)quantile(cases[i].percent);
		naive = (double)hist_quantile(&done,
		    cases[i].percent * 10000);
		printf("p%lu: %.0f, in truth %.0f; of those seen %.0f\n",
		    cases[i].percent, estimate, cases[i].truth, naive);
		cr_expect(estimate > 0.98 * cases[i].truth &&
		    estimate < 1.02 * cases[i].truth);
		cr_expect_lt(naive, 0.7 * cases[i].truth,
		    "else the test tests nothing");
		cr_expect_not(bound);
	}
}
