/*
 * The sums for other programs.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/report/report_data.h"
#include "tools/report/report_words.h"

struct knobs {
	const char **names;
	size_t count;
};

static void
put_text(FILE *out, const char *text)
{

	if (strpbrk(text, ",\"\r\n") == NULL) {
		fputs(text, out);
		return;
	}
	putc('"', out);
	for (; *text != '\0'; text++) {
		if (*text == '"')
			putc('"', out);
		putc(*text, out);
	}
	putc('"', out);
}

static void
put_number(FILE *out, double number)
{

	if (isnan(number))
		putc(',', out);
	else
		fprintf(out, ",%.17g", number);
}

/* Every knob that any point has: one column each. */
static void
find_knobs(const struct report_data *data, struct knobs *knobs)
{
	const struct report_experiment *experiment;
	const struct report_point *point;
	size_t e, i, k, p;

	for (e = 0; e < data->experiment_count; e++) {
		experiment = &data->experiments[e];
		for (p = 0; p < experiment->point_count; p++) {
			point = &experiment->points[p];
			for (k = 0; k < point->knob_count; k++) {
				for (i = 0; i < knobs->count; i++) {
					if (strcmp(knobs->names[i],
					    point->knobs[k].knob) == 0)
						break;
				}
				if (i < knobs->count)
					continue;
				knobs->names = must_grow(knobs->names,
				    knobs->count, sizeof(*knobs->names));
				knobs->names[knobs->count++] =
				    point->knobs[k].knob;
			}
		}
	}
}

static void
put_point(FILE *out, const struct report_experiment *experiment,
    const struct report_point *point, const struct knobs *knobs)
{
	size_t i, k;

	fprintf(out, "%lld,", (long long)experiment->id);
	put_text(out, experiment->name);
	putc(',', out);
	put_text(out, point->policy);
	fprintf(out, ",%lld", (long long)point->id);
	for (i = 0; i < knobs->count; i++) {
		putc(',', out);
		for (k = 0; k < point->knob_count; k++) {
			if (strcmp(point->knobs[k].knob, knobs->names[i]) == 0)
				put_text(out, point->knobs[k].value);
		}
	}
}

static void
put_values(FILE *out, const struct report_data *data,
    const struct report_experiment *experiment,
    const struct report_point *point, const struct knobs *knobs)
{
	struct report_estimate estimate;
	size_t i;

	for (i = 0; i < data->metric_count; i++) {
		estimate = report_estimate(point, (int)i);
		if (estimate.n == 0)
			continue;
		put_point(out, experiment, point, knobs);
		putc(',', out);
		put_text(out, data->metrics[i].name);
		putc(',', out);
		put_text(out, data->metrics[i].stat);
		putc(',', out);
		put_text(out, data->metrics[i].unit);
		fprintf(out, ",%llu,%llu",
		    (unsigned long long)report_runs_all(point->status),
		    (unsigned long long)estimate.n);
		put_number(out, estimate.mean);
		put_number(out, estimate.low);
		put_number(out, estimate.high);
		put_number(out, estimate.least);
		put_number(out, estimate.most);
		putc('\n', out);
	}
}

void
report_csv(FILE *out, const struct report_data *data)
{
	const struct report_experiment *experiment;
	struct knobs knobs = { NULL, 0 };
	size_t e, i;

	find_knobs(data, &knobs);
	fputs("experiment_id,experiment,policy,point_id", out);
	for (i = 0; i < knobs.count; i++) {
		putc(',', out);
		put_text(out, knobs.names[i]);
	}
	fputs(",metric,stat,unit,runs,n,mean,ci95_low,ci95_high,min,max\n",
	    out);
	for (e = 0; e < data->experiment_count; e++) {
		experiment = &data->experiments[e];
		for (i = 0; i < experiment->point_count; i++)
			put_values(out, data, experiment,
			    &experiment->points[i], &knobs);
	}
	free(knobs.names);
}
