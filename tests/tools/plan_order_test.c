/*
 * plan_order_test - does any beginning of a plan cover its space?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "tools/scenario/plan.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"

struct ordered {
	struct scenario *scenario;
	struct plan *plan;
	size_t *order;
	size_t count;
	size_t joints;
};

static void
begin(struct ordered *ordered, const char *text)
{
	struct err err;
	size_t i, seen;
	char *there;

	ordered->scenario = scenario_parse("x.yaml", text, strlen(text), NULL,
	    0, &err);
	cr_assert_not_null(ordered->scenario, "%s", err.text);
	ordered->plan = plan_make(ordered->scenario, 0, &err);
	cr_assert_not_null(ordered->plan, "%s", err.text);
	ordered->count = ordered->plan->point_count;
	ordered->joints = ordered->scenario->joint_count;
	ordered->order = malloc(ordered->count * sizeof(*ordered->order));
	there = calloc(ordered->count, 1);
	cr_assert(ordered->order != NULL && there != NULL);
	plan_order(ordered->plan, ordered->order);
	/* Each point once. */
	seen = 0;
	for (i = 0; i < ordered->count; i++) {
		cr_assert_lt(ordered->order[i], ordered->count);
		seen += !there[ordered->order[i]];
		there[ordered->order[i]] = 1;
	}
	cr_assert_eq(seen, ordered->count);
	free(there);
}

static void
end(struct ordered *ordered)
{

	free(ordered->order);
	plan_free(ordered->plan);
	scenario_free(ordered->scenario);
}

static size_t
row(const struct ordered *ordered, size_t point, size_t joint)
{

	return (ordered->plan->rows[point * ordered->joints + joint]);
}

/* In the lower left of two axes. */
static bool
inside(const struct ordered *ordered, size_t point, const size_t box[4])
{

	return (row(ordered, point, box[0]) < box[2] &&
	    row(ordered, point, box[1]) < box[3]);
}

/*
 * How far the first `prefix` points are from being a picture of all: the root
 * of the mean square, over all such boxes of any two axes, of the difference
 * between the shares that are inside.  `order` NULL: that of the file.
 */
static double
discrepancy(const struct ordered *ordered, const size_t *order, size_t prefix)
{
	const struct scenario_joint *joints;
	size_t all, box[4], boxes, few, i;
	double away, sum;

	joints = ordered->scenario->joints;
	sum = 0;
	boxes = 0;
	for (box[0] = 0; box[0] < ordered->joints; box[0]++)
	for (box[1] = box[0]; box[1] < ordered->joints; box[1]++)
	for (box[2] = 1; box[2] <= joints[box[0]].row_count; box[2] += 2)
	for (box[3] = 1; box[3] <= joints[box[1]].row_count; box[3] += 2) {
		all = few = 0;
		for (i = 0; i < ordered->count; i++) {
			all += inside(ordered, i, box);
			few += i < prefix && inside(ordered, order == NULL ?
			    i : order[i], box);
		}
		away = (double)few / (double)prefix - (double)all /
		    (double)ordered->count;
		sum += away * away;
		boxes++;
	}
	return (sqrt(sum / (double)boxes));
}

/* How far from its share any value of an axis is, in points, at any prefix. */
static double
imbalance(const struct ordered *ordered, const size_t *order, size_t joint)
{
	size_t counts[64] = { 0 }, i, j, rows;
	double away, worst;

	rows = ordered->scenario->joints[joint].row_count;
	cr_assert_leq(rows, 64);
	worst = 0;
	for (i = 0; i < ordered->count; i++) {
		counts[ordered->plan->rows[(order == NULL ? i : order[i]) *
		    ordered->joints + joint]]++;
		for (j = 0; j < rows; j++) {
			away = fabs((double)counts[j] - (double)(i + 1) /
			    (double)rows);
			worst = away > worst ? away : worst;
		}
	}
	return (worst);
}

/* `balance`: of each value of an axis, in points. */
static void
expect_even(const char *text, double balance)
{
	struct ordered ordered;
	double mine, plain, sum, sum_plain, worst;
	size_t i, prefix;

	begin(&ordered, text);
	sum = sum_plain = worst = 0;
	for (i = 1; i < 20; i++) {
		prefix = ordered.count * i / 20;
		mine = discrepancy(&ordered, ordered.order, prefix);
		plain = discrepancy(&ordered, NULL, prefix);
		cr_expect_lt(mine, plain, "prefix %zu: %g against %g", prefix,
		    mine, plain);
		worst = mine / plain > worst ? mine / plain : worst;
		sum += mine;
		sum_plain += plain;
	}
	printf("%zu points: discrepancy %.3f of the plain order's on average, "
	    "%.3f at worst\n", ordered.count, sum / sum_plain, worst);
	cr_expect_lt(sum / sum_plain, 0.2, "%g", sum / sum_plain);
	for (i = 0; i < ordered.joints; i++) {
		mine = imbalance(&ordered, ordered.order, i);
		plain = imbalance(&ordered, NULL, i);
		printf("  axis %zu: at most %.1f points from its share, plain "
		    "%.1f\n", i, mine, plain);
		cr_expect_leq(mine, balance, "axis %zu: %g", i, mine);
	}
	end(&ordered);
}

#define AXIS(knob, from, to) "  - {knob: " knob ", over: {linear: {from: " \
	#from ", to: " #to ", step: 1}}}\n"

Test(plan_order, grids_are_covered_evenly_by_every_beginning)
{

	expect_even("sweep:\n" AXIS("zone.limit", 1, 16)
	    AXIS("core.deferral", 1, 16), 2);
	expect_even("sweep:\n" AXIS("zone.limit", 1, 7)
	    AXIS("core.deferral", 1, 5) AXIS("core.lazy_grace", 1, 3)
	    AXIS("zone.cache_limit", 1, 4), 9);
	expect_even("policies: [gus, leak, immediate]\nsweep:\n"
	    AXIS("zone.limit", 1, 10) AXIS("core.deferral", 1, 30), 8);
}

Test(plan_order, filtered_spaces_are_covered_too)
{

	expect_even("sweep:\n" AXIS("zone.limit", 1, 40)
	    AXIS("core.deferral", 1, 40)
	    "  - {where: zone.limit * core.deferral <= 400}\n", 1e9);
}

/* All first halves of the halving sequence, then: 1, 2, 4 of one axis. */
Test(plan_order, one_axis_is_halved_again_and_again)
{
	struct ordered ordered;
	size_t i, j, gap, last, widest;
	char used[64];

	begin(&ordered, "sweep:\n" AXIS("zone.limit", 1, 64));
	memset(used, 0, sizeof(used));
	for (i = 0; i < 64; i++) {
		used[ordered.order[i]] = 1;
		last = widest = 0;
		for (j = 0; j < 64; j++)
			if (used[j]) {
				gap = j - last;
				widest = gap > widest ? gap : widest;
				last = j;
			}
		widest = 64 - last > widest ? 64 - last : widest;
		/* At most twice what equal gaps would be. */
		cr_expect_leq(widest, 2 * 64 / (i + 1) + 1, "%zu: %zu", i,
		    widest);
	}
	end(&ordered);
}

Test(plan_order, a_design_is_executed_in_its_own_order)
{
	struct ordered ordered;
	size_t i, power;

	begin(&ordered, "sweep: [{sobol: {points: 100, knobs: [{knob: "
	    "zone.limit, from: 1, to: 1000000}, {knob: core.deferral, from: "
	    "1, to: 1000000}]}}]\n");
	/* Its first 2^k before all others. */
	for (power = 1; power <= 64; power *= 2)
		for (i = 0; i < power; i++)
			cr_expect_lt(ordered.order[i], power);
	end(&ordered);
	/* With a second axis: both sides of it come from the start. */
	begin(&ordered, "sweep: [{sobol: {points: 64, knobs: [{knob: "
	    "zone.limit, from: 1, to: 1000000}]}}, {knob: core.deferral, "
	    "over: [1, 2]}]\n");
	for (i = 0; i < 8; i++)
		cr_expect_lt(ordered.plan->rows[ordered.order[i] * 2], 8);
	end(&ordered);
}

/* Branches that have no axis of their own must not starve the others. */
Test(plan_order, branches_of_different_size_are_met_by_their_share_of_space)
{
	struct ordered ordered;
	size_t i, modes[3] = { 0 };

	begin(&ordered, "sweep:\n"
	    "  - {knob: core.mode, over: [eager, deferred, lazy]}\n"
	    "  - {knob: core.deferral, over: {linear: {from: 1, to: 64, step: "
	    "1}}, when: {core.mode: deferred}}\n"
	    "  - {knob: core.lazy_grace, over: {linear: {from: 1, to: 64, "
	    "step: 1}}, when: {core.mode: lazy}}\n");
	cr_assert_eq(ordered.count, 129);
	for (i = 0; i < 21; i++)
		modes[ordered.plan->rows[ordered.order[i] * 3]]++;
	cr_expect_eq(modes[0], 1);
	cr_expect(modes[1] >= 8 && modes[2] >= 8, "%zu %zu", modes[1],
	    modes[2]);
	end(&ordered);
}

Test(plan_order, small_and_trivial_plans_have_an_order)
{
	struct ordered ordered;

	begin(&ordered, "{}\n");
	cr_expect_eq(ordered.order[0], 0);
	end(&ordered);
	begin(&ordered, "policies: [gus, leak, immediate]\n");
	end(&ordered);
	begin(&ordered, "sweep: [{knob: core.deferral, over: [7]}]\n");
	end(&ordered);
}

Test(plan_order, many_points_are_ordered_in_seconds, .timeout = 60)
{
	struct ordered ordered;

	begin(&ordered, "sweep:\n" AXIS("zone.limit", 1, 50)
	    AXIS("core.deferral", 1, 50) AXIS("zone.cache_limit", 1, 50));
	cr_expect_eq(ordered.count, 125000);
	end(&ordered);
}
