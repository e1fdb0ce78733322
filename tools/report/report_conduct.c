/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/report/report_conduct.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/report/report_data.h"
#include "tools/report/report_shape.h"
#include "tools/report/report_table.h"
#include "tools/store/store.h"
#include "tools/store/store_query.h"

typedef unsigned long long count_t;

/* 1: there is such a table; 0: the database is older; -1: err. */
static int
has_table(const struct report_data *data, const char *name, struct err *err)
{
	struct store_query *query;
	int more;

	query = store_query_begin(data->store, "SELECT 1 FROM sqlite_schema "
	    "WHERE type = 'table' AND name = ?", err);
	if (query == NULL)
		return (-1);
	store_query_bind_text(query, 1, name);
	more = store_query_step(query, err);
	store_query_end(query);
	return (more);
}

static int
load_audits(struct conduct *conduct, const struct report_data *data,
    int64_t experiment, struct err *err)
{
	struct store_query *query;
	const char *verdict;
	int more;

	more = has_table(data, "audit", err);
	if (more <= 0)
		return (more);
	query = store_query_begin(data->store, "SELECT a.verdict, count(*) "
	    "FROM point p JOIN run r ON r.point_id = p.id JOIN audit a "
	    "ON a.run_id = r.id WHERE p.experiment_id = ? GROUP BY 1", err);
	if (query == NULL)
		return (-1);
	store_query_bind_int(query, 1, experiment);
	while ((more = store_query_step(query, err)) > 0) {
		verdict = store_query_text(query, 0);
		conduct->audited += (uint64_t)store_query_int(query, 1);
		if (strcmp(verdict, "differs") == 0)
			conduct->differ = (uint64_t)store_query_int(query, 1);
		else if (strcmp(verdict, "same") != 0)
			conduct->lost += (uint64_t)store_query_int(query, 1);
	}
	store_query_end(query);
	return (more);
}

static int
load_stops(struct conduct *conduct, const struct report_data *data,
    const struct report_experiment *experiment, struct err *err)
{
	struct store_query *query;
	struct conduct_stop *stop;
	size_t point;
	int more;

	more = has_table(data, "point_stop", err);
	if (more <= 0)
		return (more);
	query = store_query_begin(data->store, "SELECT s.point_id, s.reason, "
	    "s.seeds, s.look, s.until FROM point p JOIN point_stop s "
	    "ON s.point_id = p.id WHERE p.experiment_id = ? "
	    "ORDER BY p.ordinal", err);
	if (query == NULL)
		return (-1);
	store_query_bind_int(query, 1, experiment->id);
	point = 0;
	while ((more = store_query_step(query, err)) > 0) {
		while (point < experiment->point_count &&
		    experiment->points[point].id != store_query_int(query, 0))
			point++;
		if (point == experiment->point_count)
			break;
		conduct->stops = must_grow(conduct->stops,
		    conduct->stop_count, sizeof(*conduct->stops));
		stop = &conduct->stops[conduct->stop_count++];
		stop->point = point;
		snprintf(stop->reason, sizeof(stop->reason), "%s",
		    store_query_text(query, 1));
		stop->seeds = store_query_int(query, 2);
		stop->looks = store_query_int(query, 3);
		stop->until = store_query_real(query, 4);
		conduct->wide += strcmp(stop->reason, "narrow") != 0;
	}
	store_query_end(query);
	return (more < 0 ? -1 : 0);
}

struct conduct *
conduct_load(const struct report_data *data,
    const struct report_experiment *experiment, struct err *err)
{
	struct conduct *conduct;

	conduct = must_alloc(1, sizeof(*conduct));
	if (load_audits(conduct, data, experiment->id, err) == 0 &&
	    load_stops(conduct, data, experiment, err) == 0)
		return (conduct);
	conduct_free(conduct);
	return (NULL);
}

void
conduct_free(struct conduct *conduct)
{

	if (conduct == NULL)
		return;
	free(conduct->stops);
	free(conduct);
}

void
conduct_audit(const struct conduct *conduct, char text[CONDUCT_WORDS_SIZE])
{

	text[0] = '\0';
	if (conduct->audited == 0)
		return;
	if (conduct->differ + conduct->lost == 0)
		snprintf(text, CONDUCT_WORDS_SIZE, "Audit: %llu run%s executed "
		    "again in another process, all with the same digest.",
		    (count_t)conduct->audited, conduct->audited == 1 ?
		    " was" : "s were");
	else
		snprintf(text, CONDUCT_WORDS_SIZE, "Audit: of %llu runs that "
		    "were executed again %llu came to another digest and %llu "
		    "did not end. Runs are not deterministic here; do not "
		    "believe these numbers before you know why.",
		    (count_t)conduct->audited, (count_t)conduct->differ,
		    (count_t)conduct->lost);
}

void
conduct_stopped(const struct conduct *conduct, char text[CONDUCT_WORDS_SIZE])
{
	int64_t least, most;
	size_t i;

	text[0] = '\0';
	if (conduct->stop_count == 0)
		return;
	least = most = conduct->stops[0].seeds;
	for (i = 0; i < conduct->stop_count; i++) {
		if (conduct->stops[i].seeds < least)
			least = conduct->stops[i].seeds;
		if (conduct->stops[i].seeds > most)
			most = conduct->stops[i].seeds;
	}
	snprintf(text, CONDUCT_WORDS_SIZE, "Seeds were added until intervals "
	    "were within +-%.3g %%: %zu point%s got there, %zu had the most "
	    "seeds allowed and %s still wider; %lld to %lld seeds each.",
	    conduct->stops[0].until * 100, conduct->stop_count - conduct->wide,
	    conduct->stop_count - conduct->wide == 1 ? "" : "s", conduct->wide,
	    conduct->wide == 1 ? "is" : "are", (long long)least,
	    (long long)most);
}

struct grid *
conduct_table(const struct conduct *conduct, const struct shape *shape,
    size_t most)
{
	static const char *const head[] = { "point", "seeds", "looks",
		"asked for" };
	const struct conduct_stop *stop;
	char label[SHAPE_LABEL_SIZE];
	struct grid *grid;
	size_t i, rows;

	grid = grid_create("lrrr");
	for (i = 0; i < grid->column_count; i++)
		grid_add(grid, "%s", head[i]);
	for (i = rows = 0; i < conduct->stop_count && rows < most; i++) {
		stop = &conduct->stops[i];
		if (strcmp(stop->reason, "narrow") == 0)
			continue;
		shape_label(shape, shape_slice_of(shape, stop->point),
		    stop->point, label, sizeof(label));
		grid_add(grid, "%s", label);
		grid_add(grid, "%lld", (long long)stop->seeds);
		grid_add(grid, "%lld", (long long)stop->looks);
		grid_add(grid, "+-%.3g %%", stop->until * 100);
		rows++;
	}
	return (grid);
}
