/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/report/report_data.h"

#include <math.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/markup.h"
#include "tools/report/report_front.h"
#include "tools/stats/student.h"
#include "tools/store/store.h"
#include "tools/store/store_query.h"

const char *const report_status_names[REPORT_STATUSES] = {
	[REPORT_OK] = "ok",
	[REPORT_FINDING] = "finding",
	[REPORT_CRASHED] = "crashed",
	[REPORT_TIMEOUT] = "timeout",
	[REPORT_PENDING] = "pending",
};

/* --- reading ---------------------------------------------------------------- */

struct reader {
	struct report_data *data;
	struct report_experiment *experiment;	/* the last that was met */
	size_t point;				/* and the last point in it */
	struct err *err;
	/* The runs of all experiments by id, to find the point of a metric. */
	struct reader_run {
		int64_t id;
		struct report_point *point;
		bool counts;
	} *runs;
	size_t run_count;
};

typedef int reader_row(struct reader *reader, struct store_query *query);

/* Calls `row` for each row of a statement without parameters. */
static int
read_rows(struct reader *reader, const char *sql, reader_row *row)
{
	struct store_query *query;
	int more;

	query = store_query_begin(reader->data->store, sql, reader->err);
	if (query == NULL)
		return (-1);
	while ((more = store_query_step(query, reader->err)) > 0) {
		if (row(reader, query) != 0) {
			more = -1;
			break;
		}
	}
	store_query_end(query);
	return (more < 0 ? -1 : 0);
}

static char *
column(struct store_query *query, int i)
{

	return (markup_clean(store_query_text(query, i)));
}

/*
 * More than anything was ever measured.  Beyond it lie damaged files, axes that
 * no picture has room for, and squares that are no numbers.
 */
static const double number_most = 1e100;

static bool
is_number(double number)
{

	return (fabs(number) <= number_most);
}

static int
read_experiment(struct reader *reader, struct store_query *query)
{
	struct report_data *data = reader->data;
	struct report_experiment *experiment;

	data->experiments = must_grow(data->experiments,
	    data->experiment_count, sizeof(*data->experiments));
	experiment = &data->experiments[data->experiment_count++];
	memset(experiment, 0, sizeof(*experiment));
	experiment->id = store_query_int(query, 0);
	experiment->name = column(query, 1);
	experiment->scenario_text = column(query, 2);
	experiment->scenario_digest = column(query, 3);
	experiment->command = column(query, 4);
	experiment->version = column(query, 5);
	experiment->build_id = column(query, 6);
	experiment->host = column(query, 7);
	experiment->started_at = column(query, 8);
	experiment->finished_at = column(query, 9);
	return (0);
}

static struct report_experiment *
experiment_of(struct reader *reader, int64_t id)
{
	struct report_data *data = reader->data;
	size_t i;

	if (reader->experiment != NULL && reader->experiment->id == id)
		return (reader->experiment);
	for (i = 0; i < data->experiment_count; i++) {
		if (data->experiments[i].id != id)
			continue;
		reader->point = 0;
		return (reader->experiment = &data->experiments[i]);
	}
	err_set(reader->err, "%s: a point belongs to experiment %lld, which is "
	    "not there", store_path(data->store), (long long)id);
	return (NULL);
}

static int
read_point(struct reader *reader, struct store_query *query)
{
	struct report_experiment *experiment;
	struct report_point *point;

	experiment = experiment_of(reader, store_query_int(query, 0));
	if (experiment == NULL)
		return (-1);
	experiment->points = must_grow(experiment->points,
	    experiment->point_count, sizeof(*experiment->points));
	point = &experiment->points[experiment->point_count++];
	memset(point, 0, sizeof(*point));
	point->id = store_query_int(query, 1);
	point->policy = column(query, 2);
	point->ordinal = store_query_int(query, 3);
	point->sums = must_alloc(reader->data->metric_count,
	    sizeof(*point->sums));
	return (0);
}

/* Rows come in the order of the points, so the next one is near. */
static struct report_point *
point_of(struct reader *reader, int64_t experiment_id, int64_t id)
{
	struct report_experiment *experiment;

	experiment = experiment_of(reader, experiment_id);
	if (experiment == NULL)
		return (NULL);
	for (; reader->point < experiment->point_count; reader->point++) {
		if (experiment->points[reader->point].id == id)
			return (&experiment->points[reader->point]);
	}
	err_set(reader->err, "%s: point %lld is out of order",
	    store_path(reader->data->store), (long long)id);
	return (NULL);
}

static int
read_knob(struct reader *reader, struct store_query *query)
{
	struct report_point *point;
	struct report_knob *knob;

	point = point_of(reader, store_query_int(query, 0),
	    store_query_int(query, 1));
	if (point == NULL)
		return (-1);
	point->knobs = must_grow(point->knobs, point->knob_count,
	    sizeof(*point->knobs));
	knob = &point->knobs[point->knob_count++];
	knob->knob = column(query, 2);
	knob->value = column(query, 3);
	knob->number = store_query_real(query, 4);
	if (!store_query_is_null(query, 4) && !is_number(knob->number))
		return (err_set(reader->err, "%s: the knob %s of point %lld is "
		    "%g, which no gusim writes; the database is damaged",
		    store_path(reader->data->store), knob->knob,
		    (long long)point->id, knob->number));
	/* A word stays a word, whatever number stands for it inside. */
	if (strchr("0123456789.-", knob->value[0]) == NULL)
		knob->number = NAN;
	return (0);
}

static int
read_run(struct reader *reader, struct store_query *query)
{
	struct report_point *point;
	struct reader_run *entry;
	struct report_run *run;
	const char *status;
	int i;

	point = point_of(reader, store_query_int(query, 0),
	    store_query_int(query, 1));
	if (point == NULL)
		return (-1);
	point->runs = must_grow(point->runs, point->run_count,
	    sizeof(*point->runs));
	run = &point->runs[point->run_count++];
	run->id = store_query_int(query, 2);
	run->seed = store_query_int(query, 3);
	status = store_query_text(query, 4);
	for (i = 0; strcmp(report_status_names[i], status) != 0;) {
		if (++i == REPORT_STATUSES)
			return (err_set(reader->err, "%s: run %lld has the "
			    "status '%s', which no gusim writes",
			    store_path(reader->data->store),
			    (long long)run->id, status));
	}
	run->status = (enum report_status)i;
	point->status[i]++;
	reader->experiment->status[i]++;
	reader->runs = must_grow(reader->runs, reader->run_count,
	    sizeof(*reader->runs));
	entry = &reader->runs[reader->run_count++];
	entry->id = run->id;
	entry->point = point;
	entry->counts = i == REPORT_OK || i == REPORT_FINDING;
	return (0);
}

static int
read_finding(struct reader *reader, struct store_query *query)
{
	struct report_experiment *experiment;
	struct report_finding *finding;
	struct report_point *point;

	point = point_of(reader, store_query_int(query, 0),
	    store_query_int(query, 1));
	if (point == NULL)
		return (-1);
	experiment = reader->experiment;
	experiment->findings = must_grow(experiment->findings,
	    experiment->finding_count, sizeof(*experiment->findings));
	finding = &experiment->findings[experiment->finding_count++];
	finding->point = (size_t)(point - experiment->points);
	finding->seed = store_query_int(query, 2);
	finding->check = column(query, 3);
	finding->summary = column(query, 4);
	finding->token = column(query, 5);
	return (0);
}

static int
read_metric_name(struct reader *reader, struct store_query *query)
{
	struct report_data *data = reader->data;
	struct report_metric *metric;

	data->metrics = must_grow(data->metrics, data->metric_count,
	    sizeof(*data->metrics));
	metric = &data->metrics[data->metric_count++];
	metric->name = column(query, 0);
	metric->stat = column(query, 1);
	metric->unit = column(query, 2);
	/* Values are found by these names, so both must stay the same. */
	if (strcmp(metric->name, store_query_text(query, 0)) != 0 ||
	    strcmp(metric->stat, store_query_text(query, 1)) != 0)
		return (err_set(reader->err, "%s: there is a metric whose name "
		    "is no text (%s %s); the database is damaged",
		    store_path(data->store), metric->name, metric->stat));
	return (0);
}

/* --- the sums --------------------------------------------------------------- */

static int
compare_run(const void *a, const void *b)
{
	const struct reader_run *x = a, *y = b;

	return (x->id < y->id ? -1 : x->id > y->id);
}

static void
sum_add(struct report_sum *sum, double value)
{
	double distance;

	if (sum->n == 0)
		sum->least = sum->most = value;
	sum->least = fmin(sum->least, value);
	sum->most = fmax(sum->most, value);
	distance = value - sum->mean;
	sum->mean += distance / (double)++sum->n;
	sum->squares += distance * (value - sum->mean);
}

/*
 * Both lists are sorted like the rows, and runs report nearly the same
 * metrics: the next row is nearly always of the next metric.
 */
static int
read_values(struct reader *reader)
{
	struct report_data *data = reader->data;
	struct store_query *query;
	const char *name, *stat;
	size_t metric, run, tried;
	int64_t id;
	int more;

	query = store_query_begin(data->store, "SELECT run_id, name, stat, "
	    "value FROM metric ORDER BY run_id, name, stat", reader->err);
	if (query == NULL)
		return (-1);
	metric = run = 0;
	while ((more = store_query_step(query, reader->err)) > 0) {
		data->value_count++;
		id = store_query_int(query, 0);
		while (run < reader->run_count && reader->runs[run].id < id)
			run++;
		if (run == reader->run_count || reader->runs[run].id != id ||
		    !reader->runs[run].counts || store_query_is_null(query, 3))
			continue;
		name = store_query_text(query, 1);
		stat = store_query_text(query, 2);
		for (tried = 0; tried < data->metric_count; tried++) {
			metric = metric + 1 < data->metric_count ?
			    metric + 1 : 0;
			if (strcmp(data->metrics[metric].stat, stat) == 0 &&
			    strcmp(data->metrics[metric].name, name) == 0)
				break;
		}
		if (tried == data->metric_count ||
		    !is_number(store_query_real(query, 3))) {
			more = err_set(reader->err, "%s: run %lld has %g as "
			    "its %.80s %.80s, which no gusim writes; the "
			    "database is damaged", store_path(data->store),
			    (long long)id, store_query_real(query, 3), name,
			    stat);
			break;
		}
		sum_add(&reader->runs[run].point->sums[metric],
		    store_query_real(query, 3));
	}
	store_query_end(query);
	return (more < 0 ? -1 : 0);
}

struct report_data *
report_data_load(struct store *store, struct err *err)
{
	struct reader reader = { .err = err };
	bool good;

	reader.data = must_alloc(1, sizeof(*reader.data));
	reader.data->store = store;
	/* One view of the database, also while a sweep goes on writing it. */
	good = store_query_run(store, "BEGIN", err) == 0 && read_rows(&reader, "SELECT id, name, scenario_text, "
	    "scenario_digest, command, version, build_id, host, started_at, "
	    "finished_at FROM experiment ORDER BY id", read_experiment) == 0 &&
	    read_rows(&reader, "SELECT name, stat, min(unit) FROM metric "
	    "GROUP BY name, stat ORDER BY name, stat", read_metric_name) == 0 &&
	    read_rows(&reader, "SELECT experiment_id, id, policy, "
	    "ordinal FROM point "
	    "ORDER BY experiment_id, ordinal", read_point) == 0;
	reader.experiment = NULL;
	good = good && read_rows(&reader, "SELECT p.experiment_id, p.id, "
	    "k.knob, k.value, k.number FROM point p JOIN point_knob k "
	    "ON k.point_id = p.id ORDER BY p.experiment_id, p.ordinal, k.knob",
	    read_knob) == 0;
	reader.experiment = NULL;
	good = good && read_rows(&reader, "SELECT p.experiment_id, p.id, r.id, "
	    "r.seed, r.status FROM point p JOIN run r ON r.point_id = p.id "
	    "ORDER BY p.experiment_id, p.ordinal, r.seed", read_run) == 0;
	reader.experiment = NULL;
	good = good && read_rows(&reader, "SELECT p.experiment_id, p.id, "
	    "r.seed, f.check_name, f.summary, f.token FROM point p "
	    "JOIN run r ON r.point_id = p.id JOIN finding f ON f.run_id = r.id "
	    "ORDER BY p.experiment_id, p.ordinal, r.seed, f.id",
	    read_finding) == 0;
	if (good && reader.run_count > 0)
		qsort(reader.runs, reader.run_count, sizeof(*reader.runs),
		    compare_run);
	good = good && read_values(&reader) == 0;
	free(reader.runs);
	if (!good) {
		report_data_free(reader.data);
		return (NULL);
	}
	return (reader.data);
}

/* --- the end ---------------------------------------------------------------- */

static void
point_free(struct report_point *point)
{
	size_t i;

	for (i = 0; i < point->knob_count; i++) {
		free(point->knobs[i].knob);
		free(point->knobs[i].value);
	}
	free(point->knobs);
	free(point->runs);
	free(point->sums);
	free(point->policy);
}

static void
experiment_free(struct report_experiment *experiment)
{
	size_t i;

	for (i = 0; i < experiment->point_count; i++)
		point_free(&experiment->points[i]);
	free(experiment->points);
	for (i = 0; i < experiment->finding_count; i++) {
		free(experiment->findings[i].check);
		free(experiment->findings[i].summary);
		free(experiment->findings[i].token);
	}
	free(experiment->findings);
	free(experiment->name);
	free(experiment->scenario_text);
	free(experiment->scenario_digest);
	free(experiment->command);
	free(experiment->version);
	free(experiment->build_id);
	free(experiment->host);
	free(experiment->started_at);
	free(experiment->finished_at);
	report_front_free(experiment->front);
}

void
report_data_free(struct report_data *data)
{
	size_t i;

	if (data == NULL)
		return;
	store_rollback(data->store);
	for (i = 0; i < data->experiment_count; i++)
		experiment_free(&data->experiments[i]);
	free(data->experiments);
	for (i = 0; i < data->metric_count; i++) {
		free(data->metrics[i].name);
		free(data->metrics[i].stat);
		free(data->metrics[i].unit);
	}
	free(data->metrics);
	free(data);
}

/* --- questions -------------------------------------------------------------- */

int
report_metric_find(const struct report_data *data, const char *name,
    const char *stat)
{
	size_t i;

	for (i = 0; i < data->metric_count; i++) {
		if (strcmp(data->metrics[i].name, name) == 0 &&
		    strcmp(data->metrics[i].stat, stat) == 0)
			return ((int)i);
	}
	return (-1);
}

struct report_estimate
report_estimate(const struct report_point *point, int metric)
{
	struct report_estimate estimate = { 0, NAN, NAN, NAN, NAN, NAN };
	const struct report_sum *sum;
	double freedom, half;

	if (metric < 0 || point->sums[metric].n == 0)
		return (estimate);
	sum = &point->sums[metric];
	estimate.n = sum->n;
	estimate.mean = sum->mean;
	estimate.least = sum->least;
	estimate.most = sum->most;
	if (sum->n > 1) {
		freedom = (double)(sum->n - 1);
		half = student_t975(sum->n - 1) *
		    sqrt(sum->squares / freedom / (double)sum->n);
		estimate.low = sum->mean - half;
		estimate.high = sum->mean + half;
	}
	return (estimate);
}

struct report_estimate
report_find(const struct report_data *data, const struct report_point *point,
    const char *name, const char *stat)
{

	return (report_estimate(point, report_metric_find(data, name, stat)));
}

bool
report_is_bound(const struct report_data *data,
    const struct report_point *point, const char *name)
{

	return (report_find(data, point, name, "p99_is_bound").mean > 0 ||
	    (point->lost && strcmp(name, "free_to_use_ns") == 0));
}

uint64_t
report_runs_done(const uint64_t status[REPORT_STATUSES])
{

	return (status[REPORT_OK] + status[REPORT_FINDING]);
}

uint64_t
report_runs_all(const uint64_t status[REPORT_STATUSES])
{
	uint64_t all;
	int i;

	all = 0;
	for (i = 0; i < REPORT_STATUSES; i++)
		all += status[i];
	return (all);
}
