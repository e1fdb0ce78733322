/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cli/sweep_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/cli/human.h"
#include "tools/scenario/plan.h"
#include "tools/store/store_query.h"
#include "tools/cli/table.h"

/* The figures of the closing table; a report has them all. */
static const struct {
	const char *head;
	const char *metric;
	const char *stat;
} figures[] = {
	{ "footprint mean", "footprint_bytes", "mean" },
	{ "peak", "footprint_bytes", "peak" },
	{ "free-to-use p99", "free_to_use_ns", "p99" },
	{ "ops", "ops_per_s", "mean" },
};
enum { FIGURES = sizeof(figures) / sizeof(figures[0]) };

/* The knobs that any point of the plan has, in the order they appear. */
static size_t
swept_knobs(const struct plan *plan, const char **names, size_t room)
{
	const struct plan_point *point;
	size_t i, j, k, count;

	count = 0;
	for (i = 0; i < plan->point_count; i++) {
		point = &plan->points[i];
		for (j = 0; j < point->knob_count; j++) {
			for (k = 0; k < count; k++) {
				if (strcmp(names[k], point->knobs[j].knob) == 0)
					break;
			}
			if (k == count && count < room)
				names[count++] = point->knobs[j].knob;
		}
	}
	return (count);
}

static void
add_knobs(struct table *table, const struct plan_point *point,
    const char **names, size_t count)
{
	const char *value;
	size_t i, j;

	for (i = 0; i < count; i++) {
		value = "";
		for (j = 0; j < point->knob_count; j++) {
			if (strcmp(names[i], point->knobs[j].knob) == 0)
				value = point->knobs[j].value;
		}
		table_add(table, "%s", value);
	}
}

/* "8", or "8, 1 crashed": what is not fine has a name. */
static void
add_runs(struct table *table, struct store_query *query)
{
	static const char *const kinds[] = { "with findings", "crashed",
		"timed out", "pending" };
	char text[120];
	size_t i, used;

	used = (size_t)snprintf(text, sizeof(text), "%lld",
	    (long long)store_query_int(query, 0));
	for (i = 0; i < 4; i++) {
		if (store_query_int(query, 1 + (int)i) > 0) {
			used += (size_t)snprintf(text + used,
			    sizeof(text) - used, ", %lld %s",
			    (long long)store_query_int(query, 1 + (int)i),
			    kinds[i]);
		}
	}
	table_add(table, "%s", text);
}

static int
add_figure(struct table *table, struct store_query *query, int64_t point_id,
    size_t figure, struct err *err)
{
	char value[HUMAN_SIZE];
	double half, mean;
	int more, bound;

	store_query_bind_int(query, 1, point_id);
	store_query_bind_text(query, 2, figures[figure].metric);
	store_query_bind_text(query, 3, figures[figure].stat);
	more = store_query_step(query, err);
	if (more > 0) {
		mean = store_query_real(query, 0);
		half = store_query_real(query, 1) - mean;
		/* Seeds that agree on a bound do not make it sharper. */
		bound = store_query_int(query, 3) > 0;
		human_value(mean, store_query_text(query, 2), value);
		table_add(table, "%s%s", bound ? ">= " : "", value);
		if (isnan(half) || mean == 0 || bound)
			table_add(table, "%s", "");
		else
			table_add(table, "+-%.*f%%",
			    half >= 0.1 * fabs(mean) ? 0 : 1,
			    100 * half / fabs(mean));
	} else {
		table_add(table, "-");
		table_add(table, "%s", "");
	}
	store_query_reset(query);
	return (more < 0 ? -1 : 0);
}

static struct table *
begin_table(const char **knobs, size_t knob_count, const char *more)
{
	char columns[SCENARIO_AXES_MAX + 2 * FIGURES + 3];
	struct table *table;
	size_t i;

	columns[0] = 'l';
	memset(columns + 1, 'r', knob_count);
	memcpy(columns + 1 + knob_count, more, strlen(more) + 1);
	table = table_create(columns);
	table_add(table, "policy");
	for (i = 0; i < knob_count; i++)
		table_add(table, "%s", knobs[i]);
	return (table);
}

static int
add_points(struct table *table, const struct plan *plan, const char **knobs,
    size_t knob_count, struct store_query *points, struct store_query *summary,
    struct err *err)
{
	const struct plan_point *point;
	uint64_t ordinal;
	size_t i;
	int more;

	while ((more = store_query_step(points, err)) > 0) {
		ordinal = (uint64_t)store_query_int(points, 6);
		if (ordinal >= plan->point_count)
			continue;
		point = &plan->points[ordinal];
		table_add(table, "%s", point->policy->label);
		add_knobs(table, point, knobs, knob_count);
		add_runs(table, points);
		for (i = 0; i < FIGURES; i++) {
			if (add_figure(table, summary,
			    store_query_int(points, 5), i, err) != 0)
				return (-1);
		}
	}
	return (more);
}

int
sweep_text_results(struct store *store, int64_t experiment,
    const struct plan *plan, struct err *err)
{
	const char *knobs[SCENARIO_AXES_MAX];
	struct store_query *points, *summary;
	struct table *table;
	size_t i, knob_count;
	int status;

	status = -1;
	summary = NULL;
	points = store_query_begin(store, "SELECT count(run.id), "
	    "total(run.status = 'finding'), total(run.status = 'crashed'), "
	    "total(run.status = 'timeout'), total(run.status = 'pending'), "
	    "point.id, point.ordinal FROM point "
	    "LEFT JOIN run ON run.point_id = point.id "
	    "WHERE point.experiment_id = ? GROUP BY point.id "
	    "ORDER BY point.ordinal", err);
	if (points != NULL)
		summary = store_query_begin(store, "SELECT mean, ci95_high, "
		    "unit, (SELECT b.mean > 0 FROM summary b WHERE "
		    "b.point_id = s.point_id AND b.metric = s.metric "
		    "AND b.stat = s.stat || '_is_bound') "
		    "FROM summary s WHERE point_id = ? AND metric = ? "
		    "AND stat = ?", err);
	if (summary != NULL) {
		knob_count = swept_knobs(plan, knobs, SCENARIO_AXES_MAX);
		table = begin_table(knobs, knob_count, "rrlrlrlrl");
		table_add(table, "runs");
		for (i = 0; i < FIGURES; i++) {
			table_add(table, "%s", figures[i].head);
			table_add(table, "%s", "");
		}
		store_query_bind_int(points, 1, experiment);
		status = add_points(table, plan, knobs, knob_count, points,
		    summary, err);
		if (status == 0)
			table_print(table, stdout);
		table_destroy(table);
	}
	store_query_end(points);
	store_query_end(summary);
	return (status);
}

/* The rows that are shown of a long table: its head, and its end. */
enum { ROWS_WHOLE = 40, ROWS_HEAD = 20, ROWS_END = 5 };

void
sweep_text_plan(const struct plan *plan, bool all)
{
	const char *knobs[SCENARIO_AXES_MAX];
	struct table *table;
	size_t i, j, knob_count;

	knob_count = swept_knobs(plan, knobs, SCENARIO_AXES_MAX);
	table = begin_table(knobs, knob_count, "");
	all = all || plan->point_count <= ROWS_WHOLE;
	for (i = 0; i < plan->point_count; i++) {
		if (!all && i == ROWS_HEAD) {
			for (j = 0; j <= knob_count; j++)
				table_add(table, "...");
			i = plan->point_count - ROWS_END;
		}
		table_add(table, "%s", plan->points[i].policy->label);
		add_knobs(table, &plan->points[i], knobs, knob_count);
	}
	table_print(table, stdout);
	table_destroy(table);
	if (!all)
		printf("(%zu points are not shown; --all shows them)\n",
		    plan->point_count - ROWS_HEAD - ROWS_END);
}
