/*
 * A sequence that fills the space of the choices evenly (one coordinate for
 * the policy, one for each joint) goes through the plan; each point is taken
 * when it is met for the first time.  Choices that the plan has not got,
 * because a filter took them, are met as the next one that it has.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/scenario/plan.h"
#include "tools/stats/design.h"

enum {
	FEW = 1 << 16,		/* points for which much is looked at */
	MUCH = 8,		/* elements of the sequence for each point */
	LITTLE = 2,
};

/* The points of a plan from one to before another, as choices narrow them. */
struct span {
	const struct plan *plan;
	size_t joints;
	size_t from;
	size_t to;
};

static size_t
policy_of(const struct span *span, size_t point)
{

	return ((size_t)(span->plan->points[point].policy -
	    span->plan->scenario->policies));
}

/* What was chosen at a point: of the policy (joint 0), or of a joint. */
static size_t
choice(const struct span *span, size_t point, size_t coordinate)
{

	return (coordinate == 0 ? policy_of(span, point) :
	    span->plan->rows[point * span->joints + coordinate - 1]);
}

/* The first point of the span with that choice or a later one. */
static size_t
first(const struct span *span, size_t coordinate, size_t wanted)
{
	size_t from, middle, to;

	from = span->from;
	to = span->to;
	while (from < to) {
		middle = from + (to - from) / 2;
		if (choice(span, middle, coordinate) < wanted)
			from = middle + 1;
		else
			to = middle;
	}
	return (from);
}

static void
narrow(struct span *span, size_t coordinate, size_t wanted)
{
	size_t at, found;

	at = first(span, coordinate, wanted);
	/* Nothing so late: the last. */
	found = choice(span, at < span->to ? at : span->to - 1, coordinate);
	span->from = first(span, coordinate, found);
	span->to = first(span, coordinate, found + 1);
}

static uint32_t
reverse(uint32_t bits)
{
	uint32_t result;
	int i;

	result = 0;
	for (i = 0; i < 32; i++) {
		result = result << 1 | (bits & 1);
		bits >>= 1;
	}
	return (result);
}

/*
 * The first rows of a design cover the space by themselves, so the sequence
 * takes them in their order: reversed, the fractions of its first 2^k elements
 * are the numbers below 2^k.
 */
static size_t
even_row(uint32_t fraction, size_t rows)
{
	unsigned int bits;

	for (bits = 0; (size_t)1 << bits < rows; bits++)
		continue;
	return (reverse(fraction) & (((uint32_t)1 << bits) - 1));
}

static size_t
row_of(const struct scenario_joint *joint, uint32_t fraction)
{

	return (joint->even ? even_row(fraction, joint->row_count) :
	    design_level(fraction, joint->row_count));
}

/* Coordinates that have a choice at all, numbered; the rest is not asked. */
struct sequence {
	size_t numbers[SCENARIO_JOINTS_MAX + 1];
	size_t dimensions;
};

static void
sequence_init(struct sequence *sequence, const struct scenario *scenario)
{
	size_t alternatives, i;

	sequence->dimensions = 0;
	for (i = 0; i <= scenario->joint_count; i++) {
		alternatives = i == 0 ? scenario->policy_count :
		    scenario->joints[i - 1].row_count;
		sequence->numbers[i] = sequence->dimensions;
		sequence->dimensions += alternatives > 1;
	}
	if (sequence->dimensions == 0)
		sequence->dimensions = 1;
}

/* The point at those fractions, or the number of points. */
static size_t
point_at(const struct plan *plan, const struct sequence *sequence,
    const uint32_t *fractions)
{
	const struct scenario *scenario;
	struct span span;
	size_t i, row;

	scenario = plan->scenario;
	span.plan = plan;
	span.joints = scenario->joint_count;
	span.from = 0;
	span.to = plan->point_count;
	if (scenario->policy_count > 1)
		narrow(&span, 0, design_level(fractions[sequence->numbers[0]],
		    scenario->policy_count));
	for (i = 0; i < span.joints; i++) {
		if (scenario->joints[i].row_count == 1 ||
		    choice(&span, span.from, i + 1) == PLAN_NO_ROW)
			continue;
		row = row_of(&scenario->joints[i],
		    fractions[sequence->numbers[i + 1]]);
		if (row >= scenario->joints[i].row_count)
			return (plan->point_count);
		narrow(&span, i + 1, row);
	}
	return (span.from);
}

void
plan_order(const struct plan *plan, size_t *order)
{
	struct sequence sequence;
	uint32_t *fractions;
	size_t count, i, point, used;
	uint32_t bits;
	bool *taken;

	sequence_init(&sequence, plan->scenario);
	count = plan->point_count * (plan->point_count <= FEW ? MUCH : LITTLE);
	fractions = must_alloc(count, sequence.dimensions *
	    sizeof(*fractions));
	design_sobol_plain(fractions, count, sequence.dimensions);
	taken = must_alloc(plan->point_count, sizeof(*taken));
	used = 0;
	for (i = 0; i < count && used < plan->point_count; i++) {
		point = point_at(plan, &sequence,
		    fractions + i * sequence.dimensions);
		if (point < plan->point_count && !taken[point]) {
			taken[point] = true;
			order[used++] = point;
		}
	}
	/* What was never met: evenly over the order of the file. */
	for (bits = 1; (size_t)1 << bits < plan->point_count; bits++)
		continue;
	for (i = 0; used < plan->point_count; i++) {
		point = reverse((uint32_t)i) >> (32 - bits);
		if (point < plan->point_count && !taken[point]) {
			taken[point] = true;
			order[used++] = point;
		}
	}
	free(fractions);
	free(taken);
}
