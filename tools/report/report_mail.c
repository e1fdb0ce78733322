/*
 * What matters, for a mail.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/cli/human.h"
#include "tools/report/report_data.h"
#include "tools/report/report_effects.h"
#include "tools/report/report_figures.h"
#include "tools/report/report_front.h"
#include "tools/report/report_part.h"
#include "tools/report/report_replay.h"
#include "tools/report/report_shape.h"
#include "tools/report/report_words.h"

enum { WIDTH = 72, BEST_MAX = 12, FINDINGS_MAX = 10 };

typedef unsigned long long count_t;

/* How many bytes of the text fit into `room` characters, cut at a blank. */
static size_t
fitting(const char *text, size_t room)
{
	size_t bytes, cut, width;

	cut = width = 0;
	for (bytes = 0; text[bytes] != '\0'; bytes++) {
		if ((text[bytes] & 0xc0) != 0x80 && width++ == room)
			break;
		if (text[bytes] == ' ')
			cut = bytes;
	}
	/* A word that is too long stays whole: it may be a file or a token. */
	if (text[bytes] == '\0')
		return (bytes);
	return (cut > 0 ? cut : strcspn(text, " "));
}

/* A paragraph; all lines but the first begin with `indent` blanks. */
static void
put_wrapped(FILE *out, const char *text, int indent)
{
	char line[WARNING_SIZE + 200];
	size_t bytes, i;
	bool first;

	snprintf(line, sizeof(line), "%s", text);
	for (i = 0; line[i] != '\0'; i++) {
		if (line[i] == '\n' || line[i] == '\t')
			line[i] = ' ';
	}
	text = line;
	for (first = true; *text != '\0'; first = false) {
		bytes = fitting(text, (size_t)(WIDTH - (first ? 0 : indent)));
		fprintf(out, "%*s%.*s\n", first ? 0 : indent, "", (int)bytes,
		    text);
		text += bytes;
		text += strspn(text, " ");
	}
}

static void
amount(struct report_estimate estimate, const char *unit, bool bound,
    char text[HUMAN_SIZE + 16])
{
	char value[HUMAN_SIZE];
	double share;

	human_value(estimate.mean, unit, value);
	share = (estimate.high - estimate.mean) / fabs(estimate.mean) * 100;
	if (bound || isnan(share) || estimate.mean == 0)
		snprintf(text, HUMAN_SIZE + 16, "%s%s", bound ? ">= " : "",
		    value);
	else
		snprintf(text, HUMAN_SIZE + 16, "%s +-%.*f%%", value,
		    share < 10 ? 1 : 0, share);
}

/* Two lines: what it is, and its numbers. */
static void
put_point(FILE *out, const struct report_data *data, const struct shape *shape,
    size_t i)
{
	const struct report_point *point = &shape->experiment->points[i];
	char label[SHAPE_LABEL_SIZE + 40], memory[HUMAN_SIZE + 16];
	char latency[HUMAN_SIZE + 16];

	shape_label(shape, shape_slice_of(shape, i), i, label,
	    SHAPE_LABEL_SIZE);
	if (shape->experiment->front->place[i] == REPORT_MAYBE)
		snprintf(label + strlen(label), 40, " (perhaps)");
	put_wrapped(out, label, 4);
	amount(report_find(data, point, "footprint_bytes", "mean"), "bytes",
	    false, memory);
	amount(report_find(data, point, "free_to_use_ns", "p99"), "ns",
	    report_is_bound(data, point, "free_to_use_ns"), latency);
	fprintf(out, "    %3llu of %-3llu %20s %20s\n",
	    (count_t)report_runs_done(point->status),
	    (count_t)report_runs_all(point->status), memory, latency);
}

static void
put_points(FILE *out, const struct report_data *data,
    const struct report_part *part)
{
	struct report_scene scene = { .data = data,
		.experiment = part->experiment, .shape = part->shape };
	size_t *best, chosen[BEST_MAX], count, i;

	count = report_best(part->experiment, &best);
	if (count == 0 || count == part->experiment->point_count) {
		count = report_choose(&scene, chosen, BEST_MAX);
		memcpy(best, chosen, count * sizeof(*best));
		fputs("\nPoints, the middle ones first\n\n", out);
	} else
		fputs("\nBest in memory and latency (Pareto), from small to "
		    "large\n\n", out);
	fprintf(out, "    %-10s %20s %20s\n", "runs", "mean footprint",
	    "free-to-use p99");
	for (i = 0; i < count && i < BEST_MAX; i++)
		put_point(out, data, part->shape, best[i]);
	if (count > BEST_MAX)
		fprintf(out, "%zu further ones are in report.md.\n",
		    count - BEST_MAX);
	free(best);
}

static void
put_knobs(FILE *out, const struct sensitivity *sensitivity)
{
	const struct sensitivity_fit *fit;
	size_t f, i;

	if (sensitivity->fit_count == 0)
		return;
	fputs("\nWhich knob matters (share of the variance between points)\n",
	    out);
	for (f = 0; f < sensitivity->fit_count; f++) {
		fit = &sensitivity->fits[f];
		fputc('\n', out);
		put_wrapped(out, fit->label, 4);
		for (i = 0; i < fit->knob_count; i++)
			fprintf(out, "    %-30.30s %5.1f %%\n",
			    fit->knobs[i].knob, fit->knobs[i].share * 100);
	}
}

static void
put_findings(FILE *out, const struct report_part *part)
{
	const struct report_experiment *experiment = part->experiment;
	const struct report_finding *finding;
	char label[SHAPE_LABEL_SIZE], *line;
	char text[SHAPE_LABEL_SIZE + 200];
	size_t i;

	for (i = 0; i < experiment->finding_count && i < FINDINGS_MAX; i++) {
		finding = &experiment->findings[i];
		shape_label(part->shape, shape_slice_of(part->shape,
		    finding->point), finding->point, label, sizeof(label));
		snprintf(text, sizeof(text), "%.60s, seed %llu, %s",
		    finding->check, (count_t)finding->seed, label);
		fputs(i == 0 ? "\nFindings\n\n" : "\n", out);
		put_wrapped(out, text, 4);
		fputs("    ", out);
		put_wrapped(out, finding->summary, 4);
		/* One line, however long: it is to be pasted. */
		line = report_replay(experiment->command, finding->token);
		fprintf(out, "    %s\n", line);
		free(line);
	}
	if (experiment->finding_count > FINDINGS_MAX)
		fprintf(out, "\n%zu further findings are in report.md.\n",
		    experiment->finding_count - FINDINGS_MAX);
}

static void
put_experiment(FILE *out, const struct report_data *data,
    const struct report_part *part)
{
	const struct report_experiment *experiment = part->experiment;
	char lines[WARNINGS_MAX][WARNING_SIZE], text[400];
	size_t count, i;

	put_wrapped(out, experiment->name, 0);
	for (i = 0; i < WIDTH; i++)
		putc('=', out);
	putc('\n', out);
	snprintf(text, sizeof(text), "%zu points, %llu of %s%llu runs done, "
	    "%llu with findings, %llu crashed, %llu timed out, %llu pending.",
	    experiment->point_count,
	    (count_t)report_runs_done(experiment->status),
	    part->whole.part ? "at least " : "",
	    (count_t)part->whole.runs_least,
	    (count_t)experiment->status[REPORT_FINDING],
	    (count_t)experiment->status[REPORT_CRASHED],
	    (count_t)experiment->status[REPORT_TIMEOUT],
	    (count_t)experiment->status[REPORT_PENDING]);
	put_wrapped(out, text, 0);
	snprintf(text, sizeof(text), "gusim %.60s, build %.40s, scenario "
	    "%.40s, on %.100s, %.30s.", experiment->version,
	    experiment->build_id, experiment->scenario_digest,
	    experiment->host, experiment->started_at);
	put_wrapped(out, text, 0);
	count = report_warnings(data, part, lines);
	for (i = 0; i < count; i++) {
		snprintf(text, sizeof(text), "* %.*s", WARNING_SIZE, lines[i]);
		fputs(i == 0 ? "\n" : "", out);
		put_wrapped(out, text, 2);
	}
	put_points(out, data, part);
	put_knobs(out, part->sensitivity);
	put_findings(out, part);
	putc('\n', out);
}

void
report_mail(FILE *out, const struct report_data *data,
    const struct report_part *parts)
{
	size_t i;

	fputs("Means over seeds; +- is half the 95 % confidence interval "
	    "(Student's\nt).  Runs that did not end are in no mean.\n\n",
	    out);
	for (i = 0; i < data->experiment_count; i++)
		put_experiment(out, data, &parts[i]);
}
