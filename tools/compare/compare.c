/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/compare/compare.h"

#include <math.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/compare/side.h"
#include "tools/compare/wish.h"
#include "tools/store/store_query.h"

const char *const compare_verdict_names[] = {
	[COMPARE_UNCLEAR] = "unclear",
	[COMPARE_SAME] = "same",
	[COMPARE_LOWER] = "lower",
	[COMPARE_HIGHER] = "higher",
	[COMPARE_FEW] = "too few pairs",
};

/* One in twenty families of comparisons may be wrong somewhere. */
static const double level = 0.05;

/* What the finished runs of a point measured: NAN where nothing. */
struct sample {
	const struct report_point *point;
	double *values;		/* one row for each run, a column each metric */
	size_t width;
};

/* --- reading ---------------------------------------------------------------- */

static bool
is_done(const struct report_run *run)
{

	return (run->status == REPORT_OK || run->status == REPORT_FINDING);
}

static void
put(struct sample *sample, int64_t seed, int metric, double value)
{
	size_t i;

	for (i = 0; i < sample->point->run_count; i++) {
		if (sample->point->runs[i].seed == seed && metric >= 0)
			sample->values[i * sample->width + (size_t)metric] =
			    value;
	}
}

static int
sample_load(struct sample *sample, const struct report_data *data,
    const struct report_point *point, struct err *err)
{
	struct store_query *query;
	size_t i;
	int more;

	sample->point = point;
	sample->width = data->metric_count;
	sample->values = must_alloc(point->run_count * sample->width,
	    sizeof(*sample->values));
	for (i = 0; i < point->run_count * sample->width; i++)
		sample->values[i] = NAN;
	query = store_query_begin(data->store, "SELECT r.seed, m.name, m.stat, "
	    "m.value FROM run r JOIN metric m ON m.run_id = r.id WHERE "
	    "r.point_id = ? AND r.status IN ('ok', 'finding')", err);
	if (query == NULL)
		return (-1);
	store_query_bind_int(query, 1, point->id);
	while ((more = store_query_step(query, err)) > 0)
		put(sample, store_query_int(query, 0), report_metric_find(data,
		    store_query_text(query, 1), store_query_text(query, 2)),
		    store_query_real(query, 3));
	store_query_end(query);
	return (more);
}

/* --- what belongs together --------------------------------------------------- */

/* What both sides name may differ between them. */
static bool
is_free(const struct side sides[2], const char *knob)
{

	return (side_names(&sides[0], knob) && side_names(&sides[1], knob));
}

static bool
agree(const struct side sides[2], const struct report_point *a,
    const struct report_point *b)
{
	const struct report_knob *other;
	size_t k;

	if ((sides[0].policy == NULL && sides[0].id == 0) !=
	    (sides[1].policy == NULL && sides[1].id == 0))
		return (true);
	if (sides[0].policy == NULL && sides[0].id == 0 &&
	    strcmp(a->policy, b->policy) != 0)
		return (false);
	for (k = 0; k < a->knob_count; k++) {
		if (is_free(sides, a->knobs[k].knob))
			continue;
		other = side_knob_of(b, a->knobs[k].knob);
		if (other != NULL &&
		    strcmp(other->value, a->knobs[k].value) != 0)
			return (false);
	}
	return (true);
}

static void
name_knobs(FILE *out, const struct side sides[2],
    const struct report_point *point, const struct report_point *but,
    const char **separator)
{
	const struct report_knob *knob;
	size_t k;

	for (k = 0; k < point->knob_count; k++) {
		knob = &point->knobs[k];
		if (is_free(sides, knob->knob) || (but != NULL &&
		    side_knob_of(but, knob->knob) != NULL))
			continue;
		fprintf(out, "%s%s=%s", *separator, knob->knob, knob->value);
		*separator = " ";
	}
}

static char *
name_condition(const struct side sides[2], const struct report_point *a,
    const struct report_point *b)
{
	const char *separator;
	char *text;
	size_t length;
	FILE *out;

	out = open_memstream(&text, &length);
	if (out == NULL)
		abort();
	separator = "";
	if (sides[0].policy == NULL && sides[0].id == 0) {
		fputs(a->policy, out);
		separator = " ";
	}
	name_knobs(out, sides, a, NULL, &separator);
	name_knobs(out, sides, b, a, &separator);
	fclose(out);
	return (text);
}

/* The newest experiment in which the sides meet; 0 if there is none. */
static size_t
find_conditions(struct compare *compare, const struct report_data *data,
    const struct side sides[2])
{
	const struct report_experiment *experiment;
	struct compare_condition *condition;
	size_t e, i, k;

	for (e = data->experiment_count; e-- > 0 &&
	    compare->condition_count == 0;) {
		experiment = compare->experiment = &data->experiments[e];
		for (i = 0; i < experiment->point_count; i++) {
			if (!side_has(&sides[0], &experiment->points[i]))
				continue;
			for (k = 0; k < experiment->point_count; k++) {
				if (!side_has(&sides[1],
				    &experiment->points[k]) || !agree(sides,
				    &experiment->points[i],
				    &experiment->points[k]))
					continue;
				compare->conditions = must_grow(
				    compare->conditions,
				    compare->condition_count,
				    sizeof(*compare->conditions));
				condition = &compare->conditions[
				    compare->condition_count++];
				memset(condition, 0, sizeof(*condition));
				condition->points[0] = &experiment->points[i];
				condition->points[1] = &experiment->points[k];
				condition->label = name_condition(sides,
				    &experiment->points[i],
				    &experiment->points[k]);
			}
		}
	}
	return (compare->condition_count);
}

/* --- comparing --------------------------------------------------------------- */

struct pairing {
	const struct report_data *data;
	struct sample samples[2];
	size_t *runs[2];	/* indices, pair by pair */
	size_t count;
	double *values[2];	/* of one metric */
};

static void
pair_up(struct pairing *pairing, struct compare_condition *condition)
{
	const struct report_point *a = condition->points[0];
	const struct report_point *b = condition->points[1];
	size_t done[2] = { 0, 0 }, i, k;

	for (i = 0; i < 2; i++) {
		pairing->runs[i] = must_alloc(a->run_count,
		    sizeof(*pairing->runs[i]));
		pairing->values[i] = must_alloc(a->run_count,
		    sizeof(*pairing->values[i]));
	}
	for (k = 0; k < b->run_count; k++)
		done[1] += is_done(&b->runs[k]);
	for (i = 0; i < a->run_count; i++) {
		if (!is_done(&a->runs[i]))
			continue;
		done[0]++;
		for (k = 0; k < b->run_count; k++) {
			if (b->runs[k].seed == a->runs[i].seed &&
			    is_done(&b->runs[k]))
				break;
		}
		if (k == b->run_count)
			continue;
		pairing->runs[0][pairing->count] = i;
		pairing->runs[1][pairing->count++] = k;
	}
	condition->pairs = pairing->count;
	condition->alone[0] = done[0] - pairing->count;
	condition->alone[1] = done[1] - pairing->count;
}

/* The values of one metric in the pairs that both have it. */
static size_t
pick(struct pairing *pairing, int metric)
{
	double a, b;
	size_t i, n;

	n = 0;
	for (i = 0; i < pairing->count; i++) {
		a = pairing->samples[0].values[pairing->runs[0][i] *
		    pairing->samples[0].width + (size_t)metric];
		b = pairing->samples[1].values[pairing->runs[1][i] *
		    pairing->samples[1].width + (size_t)metric];
		if (isnan(a) || isnan(b))
			continue;
		pairing->values[0][n] = a;
		pairing->values[1][n++] = b;
	}
	return (n);
}

/* Did either side have runs in which the percentile is only known from below? */
static bool
is_bound(struct pairing *pairing, const struct report_metric *metric)
{
	size_t i, n;
	int flag;

	if (strcmp(metric->name, "free_to_use_ns") != 0 ||
	    metric->stat[0] != 'p')
		return (false);
	flag = report_metric_find(pairing->data, metric->name, "p99_is_bound");
	if (flag < 0)
		return (false);
	n = pick(pairing, flag);
	for (i = 0; i < n; i++) {
		if (pairing->values[0][i] > 0 || pairing->values[1][i] > 0)
			return (true);
	}
	return (false);
}

static void
compare_condition(struct pairing *pairing, struct compare_condition *condition,
    bool all)
{
	const struct report_metric *metric;
	struct compare_row *row;
	size_t m, n;

	pair_up(pairing, condition);
	condition->rows = must_alloc(pairing->data->metric_count,
	    sizeof(*condition->rows));
	for (m = 0; m < pairing->data->metric_count; m++) {
		metric = &pairing->data->metrics[m];
		if (!all && !wish_is_main(metric->name, metric->stat))
			continue;
		n = pick(pairing, (int)m);
		if (n == 0)
			continue;
		row = &condition->rows[condition->row_count++];
		row->metric = metric;
		row->wish = wish_of(metric->name, metric->stat);
		paired_compare(&row->paired, pairing->values[0],
		    pairing->values[1], n);
		row->bound = is_bound(pairing, metric);
	}
}

static void
judge(struct compare_row *row)
{
	const struct paired *paired = &row->paired;

	if (paired->n < 2)
		row->verdict = COMPARE_FEW;
	else if (paired->above + paired->below == 0)
		row->verdict = COMPARE_SAME;
	else if (row->p >= level)
		row->verdict = COMPARE_UNCLEAR;
	else
		row->verdict = paired->difference < 0 ? COMPARE_LOWER :
		    COMPARE_HIGHER;
}

static int
compare_numbers(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x < *y ? -1 : *x > *y);
}

/* Rows of one pair, or of equal pairs, are no comparisons. */
static bool
is_comparison(const struct compare_row *row)
{

	return (row->paired.n > 1 && row->paired.above + row->paired.below > 0);
}

static void
correct(struct compare *compare)
{
	struct compare_row *row;
	double *cuts, *p;
	size_t c, cut_count, i, rows;

	rows = 0;
	for (c = 0; c < compare->condition_count; c++)
		rows += compare->conditions[c].row_count;
	p = must_alloc(rows, sizeof(*p));
	cuts = must_alloc(rows, sizeof(*cuts));
	cut_count = 0;
	for (c = 0; c < compare->condition_count; c++) {
		for (i = 0; i < compare->conditions[c].row_count; i++) {
			row = &compare->conditions[c].rows[i];
			if (is_comparison(row))
				p[compare->family++] = row->paired.p;
			if (!isnan(row->paired.variance_cut))
				cuts[cut_count++] = row->paired.variance_cut;
		}
	}
	paired_holm(p, compare->family);
	rows = 0;
	for (c = 0; c < compare->condition_count; c++) {
		for (i = 0; i < compare->conditions[c].row_count; i++) {
			row = &compare->conditions[c].rows[i];
			row->p = is_comparison(row) ? p[rows++] : 1;
			judge(row);
		}
	}
	qsort(cuts, cut_count, sizeof(*cuts), compare_numbers);
	compare->variance_cut = cut_count == 0 ? NAN :
	    (cuts[(cut_count - 1) / 2] + cuts[cut_count / 2]) / 2;
	free(cuts);
	free(p);
}

static int
compare_all(struct compare *compare, const struct report_data *data, bool all,
    struct err *err)
{
	struct compare_condition *condition;
	size_t c, i;
	int good;

	good = 0;
	for (c = 0; c < compare->condition_count && good == 0; c++) {
		struct pairing pairing = { .data = data };

		condition = &compare->conditions[c];
		if (sample_load(&pairing.samples[0], data,
		    condition->points[0], err) != 0 ||
		    sample_load(&pairing.samples[1], data,
		    condition->points[1], err) != 0)
			good = -1;
		else
			compare_condition(&pairing, condition, all);
		for (i = 0; i < 2; i++) {
			free(pairing.samples[i].values);
			free(pairing.runs[i]);
			free(pairing.values[i]);
		}
	}
	if (good == 0)
		correct(compare);
	return (good);
}

/* --- the whole --------------------------------------------------------------- */

/* Which of the two was it? */
static int
complain(const struct report_data *data, const struct side sides[2],
    const char *const texts[2], struct err *err)
{
	const struct report_experiment *experiment;
	size_t e, i, k;
	bool found;

	for (i = 0; i < 2; i++) {
		found = false;
		for (e = 0; e < data->experiment_count; e++) {
			experiment = &data->experiments[e];
			for (k = 0; k < experiment->point_count; k++)
				found = found || side_has(&sides[i],
				    &experiment->points[k]);
		}
		if (!found) {
			side_complain(data, texts[i], err);
			return (-1);
		}
	}
	return (err_set(err, "'%s' and '%s' have no condition in common: there "
	    "is no experiment in which both were run with the same values of "
	    "the other swept knobs", texts[0], texts[1]));
}

struct compare *
compare_make(const struct report_data *data, const char *a, const char *b,
    bool all, struct err *err)
{
	const char *const texts[2] = { a, b };
	struct side sides[2] = { { 0 } };
	struct compare *compare;
	bool good;

	compare = must_alloc(1, sizeof(*compare));
	compare->names[0] = must_copy(a);
	compare->names[1] = must_copy(b);
	good = side_parse(&sides[0], data, a, err) == 0 &&
	    side_parse(&sides[1], data, b, err) == 0;
	if (good && find_conditions(compare, data, sides) == 0)
		good = complain(data, sides, texts, err) == 0;
	good = good && compare_all(compare, data, all, err) == 0;
	side_fini(&sides[0]);
	side_fini(&sides[1]);
	if (good)
		return (compare);
	compare_free(compare);
	return (NULL);
}

void
compare_free(struct compare *compare)
{
	size_t c;

	if (compare == NULL)
		return;
	for (c = 0; c < compare->condition_count; c++) {
		free(compare->conditions[c].label);
		free(compare->conditions[c].rows);
	}
	free(compare->conditions);
	free(compare->names[0]);
	free(compare->names[1]);
	free(compare);
}

const char *
compare_opinion(const struct compare_row *row)
{

	if ((row->verdict != COMPARE_LOWER && row->verdict != COMPARE_HIGHER) ||
	    row->wish == COMPARE_NEITHER)
		return ("");
	return ((row->verdict == COMPARE_LOWER) == (row->wish == COMPARE_LESS) ?
	    "better" : "worse");
}
