/*
 * stats_pareto_test - is a point of the front called dominated too often?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>

#include "sim/base/rng.h"
#include "tests/tools/say.h"
#include "tools/stats/pareto.h"

enum { REPETITIONS = 1000, N = 8, MOST = 40 };

static double
normal(struct rng *rng)
{
	double u, v;

	u = ((double)(rng_next(rng) >> 11) + 0.5) * 0x1p-53;
	v = ((double)(rng_next(rng) >> 11) + 0.5) * 0x1p-53;
	return (sqrt(-2 * log(u)) * cos(2 * 3.14159265358979323846 * v));
}

/* Truth plus noise, of which half the variance is the seed's. */
static void
observe(const double (*truth)[2], size_t points, uint64_t seed, double sd,
    double *values)
{
	struct rng rng;
	double common[2][N];
	size_t i, k, r;

	rng_init(&rng, seed, "front", 0);
	for (r = 0; r < N; r++) {
		common[0][r] = normal(&rng);
		common[1][r] = normal(&rng);
	}
	for (i = 0; i < points; i++) {
		for (k = 0; k < 2; k++) {
			for (r = 0; r < N; r++)
				values[(i * 2 + k) * N + r] = truth[i][k] +
				    sd * (common[k][r] + normal(&rng));
		}
	}
}

Test(stats_pareto, without_noise_it_is_the_front)
{
	static const double values[] = { 1, 5, 2, 3, 4, 1, 2, 4, 4, 1, 5, 5 };
	static const enum pareto_place expected[] = { PARETO_FRONT,
		PARETO_FRONT, PARETO_FRONT, PARETO_MAYBE, PARETO_FRONT,
		PARETO_MAYBE };
	struct pareto_set set = { values, 6, 2, 1 };
	enum pareto_place place[6];
	double twice[24];
	size_t i, r;

	pareto_judge(&set, place);
	for (i = 0; i < 6; i++)
		cr_expect_eq(place[i], expected[i], "%zu: %s", i,
		    pareto_words[place[i]]);
	/* Two replicas that agree may do so by chance. */
	for (i = 0; i < 12; i++) {
		for (r = 0; r < 2; r++)
			twice[i * 2 + r] = values[i];
	}
	set.values = twice;
	set.n = 2;
	pareto_judge(&set, place);
	for (i = 0; i < 6; i++)
		cr_expect_eq(place[i], expected[i]);
}

Test(stats_pareto, replicas_that_agree_leave_no_doubt)
{
	enum { MANY = 12 };
	static const double truth[3][2] = { { 1, 2 }, { 1, 3 }, { 0, 4 } };
	double values[3 * 2 * MANY];
	struct pareto_set set = { values, 3, 2, MANY };
	enum pareto_place place[3];
	size_t i, r;

	for (i = 0; i < 6; i++) {
		for (r = 0; r < MANY; r++)
			values[i * MANY + r] = truth[i / 2][i % 2];
	}
	pareto_judge(&set, place);
	cr_expect_eq(place[0], PARETO_FRONT);
	cr_expect_eq(place[1], PARETO_DOMINATED, "equal in one, worse in one");
	cr_expect_eq(place[2], PARETO_FRONT);
}

/*
 * Ten points of a true front, each with a clone that is as good to within a
 * thousandth of the noise and looks dominated in one of four repetitions; and
 * ten that are beaten clearly.
 */
Test(stats_pareto, clones_are_maybe_and_losers_are_dominated)
{
	double truth[30][2], values[30 * 2 * N];
	struct pareto_set set = { values, 30, 2, N };
	unsigned clones[PARETO_PLACES] = { 0 }, losers[PARETO_PLACES] = { 0 };
	unsigned wrong;
	enum pareto_place place[30];
	uint64_t seed;
	size_t i;

	for (i = 0; i < 10; i++) {
		truth[i][0] = 10 * (double)i;
		truth[i][1] = 1000 / (double)(i + 1);
		truth[10 + i][0] = truth[i][0] + 0.001;
		truth[10 + i][1] = truth[i][1] - 0.001;
		truth[20 + i][0] = truth[i][0] + 9;
		truth[20 + i][1] = truth[i][1] + 9;
	}
	wrong = 0;
	for (seed = 1; seed <= REPETITIONS; seed++) {
		bool any = false;

		observe(truth, 30, seed, 1, values);
		pareto_judge(&set, place);
		for (i = 0; i < 20; i++) {
			clones[place[i]]++;
			any = any || place[i] == PARETO_DOMINATED;
		}
		for (i = 20; i < 30; i++)
			losers[place[i]]++;
		wrong += any;
	}
	say("of the front: %.1f%% front, %.1f%% maybe, %.3f%% "
	    "dominated; any such point in %.1f%% of repetitions; of losers "
	    "%.1f%% dominated, %.1f%% maybe", clones[PARETO_FRONT] / 200.,
	    clones[PARETO_MAYBE] / 200., clones[PARETO_DOMINATED] / 200.,
	    wrong / 10., losers[PARETO_DOMINATED] / 100.,
	    losers[PARETO_MAYBE] / 100.);
	cr_expect_leq(wrong, 50);
	cr_expect_gt(clones[PARETO_MAYBE], 2000);
	cr_expect_gt(losers[PARETO_DOMINATED], 9000);
}

/*
 * The worst there is: all are far apart in one objective, and in the other all
 * but equal, so that everybody is on the front by a hair and beaten by a hair.
 */
Test(stats_pareto, of_the_worst_landscape_at_most_one_of_twenty)
{
	enum { POINTS = 12 };
	double truth[POINTS][2], values[POINTS * 2 * N];
	struct pareto_set set = { values, POINTS, 2, N }, pair;
	enum pareto_place place[POINTS];
	unsigned naive, wrong;
	uint64_t seed;
	size_t i;

	for (i = 0; i < POINTS; i++) {
		truth[i][0] = 100 * (double)i;
		truth[i][1] = -1e-9 * (double)i;
	}
	naive = wrong = 0;
	for (seed = 1; seed <= REPETITIONS; seed++) {
		bool any = false, any_naive = false;

		observe(truth, POINTS, seed, 1, values);
		pareto_judge(&set, place);
		for (i = 0; i < POINTS; i++)
			any = any || place[i] == PARETO_DOMINATED;
		/* Neighbours alone, as if there were no others. */
		for (i = 0; i + 1 < POINTS; i++) {
			pair = (struct pareto_set){ &values[i * 2 * N], 2, 2,
				N };
			pareto_judge(&pair, place);
			any_naive = any_naive || place[1] == PARETO_DOMINATED;
		}
		wrong += any;
		naive += any_naive;
	}
	say("a point of the front excluded in %.1f%% of repetitions, "
	    "pair by pair in %.1f%%", wrong / 10., naive / 10.);
	cr_expect_leq(wrong, 50);
	cr_expect_gt(wrong, 0, "a rule that never says so would pass too");
	cr_expect_gt(naive, 100);
}

Test(stats_pareto, area_and_knee_by_hand)
{
	/* Of the box from (0, 0) to (4, 4): 4 + 4 + 1, the last is outside. */
	static const double values[] = { 0, 3, 1, 1, 3, 0, 3, 3, 9, 9 };
	static const double reference[2] = { 4, 4 };
	struct pareto_set set = { values, 5, 2, 1 };
	struct interval interval;

	interval = pareto_hypervolume(&set, reference, 0.95, 1);
	/* Columns 0 to 1: height 1; 1 to 3: height 3; 3 to 4: height 4. */
	cr_expect_float_eq(interval.value, (1 + 6 + 4) / 16., 1e-12);
	cr_expect(isnan(interval.low));
	cr_expect_eq(pareto_knee(&set), 1);
	set.points = 2;
	cr_expect_eq(pareto_knee(&set), 2, "no knee of two");
}

Test(stats_pareto, the_interval_of_the_area_holds_the_truth)
{
	static const double reference[2] = { 100, 100 };
	double truth[10][2], values[10 * 2 * N];
	struct pareto_set set = { values, 10, 2, N }, exact;
	struct interval interval;
	double plain[20], want;
	unsigned held;
	uint64_t seed;
	size_t i;

	for (i = 0; i < 10; i++) {
		plain[2 * i] = truth[i][0] = 10 * (double)i;
		plain[2 * i + 1] = truth[i][1] = 90 / (double)(i + 1);
	}
	exact = (struct pareto_set){ plain, 10, 2, 1 };
	want = pareto_hypervolume(&exact, reference, 0.95, 1).value;
	held = 0;
	for (seed = 1; seed <= 300; seed++) {
		observe(truth, 10, seed, 1, values);
		interval = pareto_hypervolume(&set, reference, 0.95, seed);
		cr_assert_leq(interval.low, interval.high);
		held += interval.low < want && want < interval.high;
	}
	say("the area is held in %.1f%% of repetitions", held / 3.);
	/* The percentile interval of eight replicas is narrow: 85 % and more. */
	cr_expect_geq(held, 250);
	cr_expect_lt(held, 300);
	interval = pareto_hypervolume(&set, reference, 0.95, 7);
	cr_expect_eq(interval.low, pareto_hypervolume(&set, reference, 0.95,
	    7).low, "one seed, one interval");
}
