/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE	/* qsort_r() */
#include "tools/tune/search.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/scenario/plan.h"
#include "tools/stats/design.h"
#include "tools/tune/race.h"

enum {
	SEARCH_SPREAD_LEAST = 8,	/* points of the design */
	SEARCH_SPREAD_MOST = 96,
	SEARCH_CENTRES = 3,		/* from which steps are taken */
	SEARCH_FINAL = 12,		/* in the last race, beside the reference */
	SEARCH_WORDS = 4,		/* so few rows: all are neighbours */
};

struct search {
	struct race *race;
	const struct search_space *space;
	const struct search_rules *rules;
	const struct search_client *client;
	size_t *candidate;	/* of each point; SIZE_MAX: not yet */
	size_t *point;		/* of each candidate; SIZE_MAX: the reference */
	size_t known;		/* candidates in `point` */
	size_t blocks;		/* of a short race */
	bool over;		/* budget, time, or the client */
};

/* --- the space ---------------------------------------------------------------- */

static int
compare_rows(const void *left, const void *right, void *context)
{
	const struct search_space *space = context;
	const size_t *a = left, *b = right;
	size_t i;

	for (i = 0; i < space->joints; i++) {
		uint32_t x = space->rows[*a * space->joints + i];
		uint32_t y = space->rows[*b * space->joints + i];

		if (x != y)
			return (x < y ? -1 : 1);
	}
	return (0);
}

void
search_space_of(struct search_space *space, const uint32_t *rows,
    size_t points, size_t joints)
{
	uint32_t row;
	size_t i;

	space->rows = rows;
	space->points = points;
	space->joints = joints;
	space->row_counts = must_alloc(joints, sizeof(*space->row_counts));
	space->sorted = must_alloc(points, sizeof(*space->sorted));
	for (i = 0; i < points * joints; i++) {
		row = rows[i];
		if (row != PLAN_NO_ROW && row >= space->row_counts[i % joints])
			space->row_counts[i % joints] = row + 1;
	}
	for (i = 0; i < points; i++)
		space->sorted[i] = i;
	qsort_r(space->sorted, points, sizeof(*space->sorted), compare_rows,
	    space);
}

void
search_space_make(struct search_space *space, const struct plan *plan)
{

	search_space_of(space, plan->rows, plan->point_count,
	    plan->scenario->joint_count);
}

void
search_space_fini(struct search_space *space)
{

	free(space->row_counts);
	free(space->sorted);
}

static int
compare_to(const struct search_space *space, const uint32_t *rows, size_t point)
{
	size_t i;

	for (i = 0; i < space->joints; i++) {
		uint32_t row = space->rows[point * space->joints + i];

		if (rows[i] != row)
			return (rows[i] < row ? -1 : 1);
	}
	return (0);
}

/* How far apart, as shares of each joint; one that does not apply is near. */
static double
distance(const struct search_space *space, const uint32_t *rows, size_t point)
{
	double sum;
	size_t i;

	sum = 0;
	for (i = 0; i < space->joints; i++) {
		uint32_t row = space->rows[point * space->joints + i];

		if (row != rows[i] && row != PLAN_NO_ROW &&
		    rows[i] != PLAN_NO_ROW)
			sum += fabs((double)row - (double)rows[i]) /
			    (double)space->row_counts[i];
	}
	return (sum);
}

size_t
search_space_find(const struct search_space *space, const uint32_t *rows,
    size_t held)
{
	double apart, least;
	size_t best, high, i, low, middle;
	int order;

	for (low = 0, high = space->points; low < high;) {
		middle = low + (high - low) / 2;
		order = compare_to(space, rows, space->sorted[middle]);
		if (order == 0)
			return (space->sorted[middle]);
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	best = SIZE_MAX;
	least = INFINITY;
	for (i = 0; i < space->points; i++) {
		if (held < space->joints && space->rows[i * space->joints +
		    held] != rows[held])
			continue;
		apart = distance(space, rows, i);
		if (apart < least) {
			least = apart;
			best = i;
		}
	}
	return (best);
}

/* --- candidates ----------------------------------------------------------------- */

/* A point as a candidate, known or new; SIZE_MAX: it cannot be one. */
static size_t
enter(struct search *search, size_t point)
{
	size_t candidate;

	if (point == SIZE_MAX)
		return (SIZE_MAX);
	if (search->candidate[point] != SIZE_MAX)
		return (search->candidate[point]);
	candidate = search->client->enter(search->client->context, point);
	search->candidate[point] = candidate;
	if (candidate == search->known) {
		search->point = must_grow(search->point, search->known,
		    sizeof(*search->point));
		search->point[search->known++] = point;
	} else if (candidate == 0 && search->point[0] == SIZE_MAX)
		search->point[0] = point;
	return (candidate);
}

static void
all_aside(struct search *search)
{
	struct race_candidate *one;
	size_t i;

	for (i = 0; i < search->race->count; i++) {
		one = &search->race->candidates[i];
		if (one->standing == RACE_IN || one->standing == RACE_WORSE)
			one->standing = RACE_ASIDE;
	}
}

static void
put_in(struct search *search, size_t candidate)
{

	if (candidate != SIZE_MAX &&
	    search->race->candidates[candidate].standing == RACE_ASIDE)
		search->race->candidates[candidate].standing = RACE_IN;
}

static void
short_race(struct search *search)
{
	enum race_end end;

	end = race_run(search->race, search->blocks, false);
	search->over = search->over || end == RACE_RUNS || end == RACE_TIRED ||
	    end == RACE_STOPPED;
}

/* --- the design ------------------------------------------------------------------- */

static size_t
spread_count(const struct search *search)
{
	uint64_t each;
	size_t count;

	each = (uint64_t)search->race->rules.first *
	    search->race->rules.scenario_count;
	count = (size_t)(search->rules->budget / each / 4);
	if (count > SEARCH_SPREAD_MOST)
		count = SEARCH_SPREAD_MOST;
	return (count < SEARCH_SPREAD_LEAST ? SEARCH_SPREAD_LEAST : count);
}

static void
spread(struct search *search)
{
	const struct search_space *space = search->space;
	uint32_t *fractions, *rows;
	size_t count, i, j;

	count = spread_count(search);
	fractions = must_alloc(count * space->joints, sizeof(*fractions));
	rows = must_alloc(space->joints, sizeof(*rows));
	design_sobol(fractions, count, space->joints, search->rules->seed);
	for (i = 0; i < count; i++) {
		for (j = 0; j < space->joints; j++)
			rows[j] = space->row_counts[j] == 0 ? PLAN_NO_ROW :
			    (uint32_t)design_level(fractions[i * space->joints +
			    j], space->row_counts[j]);
		(void)enter(search, search_space_find(space, rows,
		    space->joints));
	}
	free(rows);
	free(fractions);
}

/* --- the best so far -------------------------------------------------------------- */

/* The next best of those not taken yet, by the blocks that all have. */
static size_t
next_best(const struct search *search, const struct race_frame *frame,
    const bool *taken)
{
	const struct race *race = search->race;
	double least, score;
	size_t best, i, pass;

	best = SIZE_MAX;
	least = INFINITY;
	for (pass = 0; pass < 2 && best == SIZE_MAX; pass++) {
		for (i = 0; i < race->count; i++) {
			if (taken[i] || race->candidates[i].blocks < frame->n ||
			    race->candidates[i].standing == RACE_FAILED ||
			    race->candidates[i].standing == RACE_BROKEN ||
			    (pass == 0 && race_keeping(race, frame->n, i, 0.5,
			    NULL, NULL) > RACE_PERHAPS))
				continue;
			score = race_score(race, frame, i);
			if (score < least) {
				least = score;
				best = i;
			}
		}
	}
	return (best);
}

/* The best `most` of all that were seen. */
static size_t
choose(const struct search *search, size_t *chosen, size_t most)
{
	struct race_frame frame;
	bool *taken;
	size_t count;

	race_frame_make(search->race, search->race->rules.first, &frame);
	taken = must_alloc(search->race->count, sizeof(*taken));
	for (count = 0; count < most; count++) {
		chosen[count] = next_best(search, &frame, taken);
		if (chosen[count] == SIZE_MAX)
			break;
		taken[chosen[count]] = true;
	}
	free(taken);
	return (count);
}

/* --- steps ------------------------------------------------------------------------ */

static void
enter_neighbour(struct search *search, size_t centre, size_t joint,
    int64_t row)
{
	const struct search_space *space = search->space;
	uint32_t *rows;

	if (row < 0 || row >= (int64_t)space->row_counts[joint])
		return;
	rows = must_alloc(space->joints, sizeof(*rows));
	memcpy(rows, space->rows + centre * space->joints, space->joints *
	    sizeof(*rows));
	rows[joint] = (uint32_t)row;
	put_in(search, enter(search, search_space_find(space, rows, joint)));
	free(rows);
}

/* The neighbours at that step are in the race, with the centre. */
static void
enter_neighbours(struct search *search, size_t centre, const uint32_t *steps)
{
	const struct search_space *space = search->space;
	int64_t row, other;
	size_t i;

	for (i = 0; i < space->joints; i++) {
		if (space->rows[centre * space->joints + i] == PLAN_NO_ROW)
			continue;
		row = (int64_t)space->rows[centre * space->joints + i];
		if (space->row_counts[i] > SEARCH_WORDS) {
			enter_neighbour(search, centre, i, row - steps[i]);
			enter_neighbour(search, centre, i, row + steps[i]);
			continue;
		}
		for (other = 0; other < (int64_t)space->row_counts[i]; other++)
			if (other != row)
				enter_neighbour(search, centre, i, other);
	}
}

static bool
halve(const struct search_space *space, uint32_t *steps)
{
	bool halved;
	size_t i;

	halved = false;
	for (i = 0; i < space->joints; i++) {
		if (steps[i] <= 1)
			continue;
		steps[i] /= 2;
		halved = true;
	}
	return (halved);
}

/* Is the new centre better than what chance makes of equals? */
static bool
moves(const struct search *search, size_t from, size_t to)
{
	struct race_gap gap;

	if (to == SIZE_MAX || to == from)
		return (false);
	if (search->race->candidates[from].blocks < search->race->frame.n ||
	    search->race->candidates[from].standing >= RACE_BROKEN)
		return (true);
	gap = race_gap(search->race, &search->race->frame, from, to);
	return (gap.difference > gap.error);
}

static void
climb(struct search *search, size_t centre)
{
	const struct search_space *space = search->space;
	uint32_t *steps;
	size_t i, winner;

	steps = must_alloc(space->joints, sizeof(*steps));
	for (i = 0; i < space->joints; i++)
		steps[i] = space->row_counts[i] / 4 > 1 ?
		    space->row_counts[i] / 4 : 1;
	while (!search->over) {
		all_aside(search);
		put_in(search, centre);
		enter_neighbours(search, search->point[centre], steps);
		short_race(search);
		winner = search->race->incumbent;
		if (search->over)
			break;
		if (moves(search, centre, winner) &&
		    search->point[winner] != SIZE_MAX)
			centre = winner;
		else if (!halve(space, steps))
			break;
	}
	free(steps);
}

/* --- the whole -------------------------------------------------------------------- */

static void
finish(struct search *search)
{
	size_t chosen[SEARCH_FINAL];
	size_t count, i;

	search->race->rules.runs_most = search->rules->budget;
	count = choose(search, chosen, SEARCH_FINAL);
	all_aside(search);
	put_in(search, 0);
	for (i = 0; i < count; i++)
		put_in(search, chosen[i]);
	race_run(search->race, search->rules->most, true);
}

bool
search_run(struct race *race, const struct search_space *space,
    const struct search_rules *rules, const struct search_client *client)
{
	struct search search = { race, space, rules, client, NULL, NULL, 1,
		2 * race->rules.first, false };
	size_t centres[SEARCH_CENTRES];
	size_t count, i;
	bool cut;

	search.candidate = must_alloc(space->points,
	    sizeof(*search.candidate));
	for (i = 0; i < space->points; i++)
		search.candidate[i] = SIZE_MAX;
	search.point = must_grow(NULL, 0, sizeof(*search.point));
	search.point[0] = SIZE_MAX;
	race->rules.runs_most = rules->budget - rules->budget / 3;
	spread(&search);
	short_race(&search);
	if (race->end != RACE_STOPPED && race->frame.n > 0) {
		count = choose(&search, centres, SEARCH_CENTRES);
		for (i = 0; i < count && !search.over; i++)
			if (search.point[centres[i]] != SIZE_MAX)
				climb(&search, centres[i]);
	}
	cut = search.over;
	/* A client that failed is not asked again; time that is over is over. */
	if (race->end != RACE_STOPPED && race->frame.n > 0)
		finish(&search);
	free(search.candidate);
	free(search.point);
	return (!cut);
}
