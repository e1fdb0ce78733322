/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/report/report_words.h"

#include <stdint.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/report/report_conduct.h"
#include "tools/report/report_data.h"
#include "tools/report/report_effects.h"
#include "tools/report/report_front.h"
#include "tools/report/report_part.h"
#include "tools/report/report_replay.h"
#include "tools/report/report_settled.h"
#include "tools/report/report_shape.h"
#include "tools/report/report_table.h"
#include "tools/cli/table.h"

enum { ROWS_MAX = 400, FINDINGS_MAX = 200, SETTLED_MAX = 40 };

typedef unsigned long long count_t;

/* --- Markdown --------------------------------------------------------------- */

static size_t
width_of(const char *text)
{
	size_t width;

	/* Characters, not bytes. */
	for (width = 0; *text != '\0'; text++)
		width += (*text & 0xc0) != 0x80;
	return (width);
}

/* A bar inside a cell would end it. */
static void
put_cell(FILE *out, const char *text, size_t width, char side)
{
	size_t blank;

	blank = width > width_of(text) ? width - width_of(text) : 0;
	if (side == 'r')
		fprintf(out, "%*s", (int)blank, "");
	for (; *text != '\0'; text++)
		putc(*text == '|' ? '/' : (unsigned char)*text < ' ' ? ' ' :
		    *text, out);
	if (side != 'r')
		fprintf(out, "%*s", (int)blank, "");
}

static void
put_grid(FILE *out, const struct grid *grid)
{
	size_t column, i, *widths;

	widths = must_alloc(grid->column_count, sizeof(*widths));
	for (i = 0; i < grid->cell_count; i++) {
		column = i % grid->column_count;
		if (width_of(grid->cells[i]) > widths[column])
			widths[column] = width_of(grid->cells[i]);
	}
	for (i = 0; i < grid->cell_count; i++) {
		column = i % grid->column_count;
		fputs(column == 0 ? "| " : " | ", out);
		put_cell(out, grid->cells[i], widths[column],
		    grid->columns[column]);
		if (column + 1 < grid->column_count)
			continue;
		fputs(" |\n", out);
		if (i >= grid->column_count)
			continue;
		/* Under the head. */
		for (column = 0; column < grid->column_count; column++) {
			size_t k;

			putc('|', out);
			for (k = 0; k <= widths[column]; k++)
				putc('-', out);
			putc(grid->columns[column] == 'r' ? ':' : '-', out);
		}
		fputs("|\n", out);
	}
	putc('\n', out);
	free(widths);
}

static void
put_points(FILE *out, const char *title, const struct report_data *data,
    const struct shape *shape, const size_t *points, size_t count)
{
	struct grid *grid;

	grid = report_table_points(data, shape, points,
	    count < ROWS_MAX ? count : ROWS_MAX);
	fprintf(out, "### %s\n\n", title);
	put_grid(out, grid);
	if (count > ROWS_MAX)
		fprintf(out, "%zu further points are in summary.csv.\n\n",
		    count - ROWS_MAX);
	grid_destroy(grid);
}

static int
put_quantiles(FILE *out, const struct report_data *data,
    const struct shape *shape, struct err *err)
{
	struct grid *grid;
	size_t count;

	count = shape->experiment->point_count;
	grid = report_table_quantiles(data, shape, NULL,
	    count < ROWS_MAX ? count : ROWS_MAX, err);
	if (grid == NULL)
		return (-1);
	if (grid_rows(grid) > 0) {
		fputs("### Free-to-use latency of all runs together\n\n", out);
		put_grid(out, grid);
	}
	grid_destroy(grid);
	return (0);
}

static void
put_findings(FILE *out, const struct shape *shape)
{
	const struct report_experiment *experiment = shape->experiment;
	const struct report_finding *finding;
	char label[SHAPE_LABEL_SIZE], *line;
	size_t i;

	if (experiment->finding_count == 0)
		return;
	fprintf(out, "### Findings (%zu)\n\n", experiment->finding_count);
	for (i = 0; i < experiment->finding_count && i < FINDINGS_MAX; i++) {
		finding = &experiment->findings[i];
		shape_label(shape, shape_slice_of(shape, finding->point),
		    finding->point, label, sizeof(label));
		line = report_replay(experiment->command, finding->token);
		fprintf(out, "* %s, seed %llu, %s\n  %s\n\n      %s\n\n",
		    finding->check, (count_t)finding->seed, label,
		    finding->summary, line);
		free(line);
	}
	if (experiment->finding_count > FINDINGS_MAX)
		fprintf(out, "%zu further ones are in the database.\n\n",
		    experiment->finding_count - FINDINGS_MAX);
}

/* Destroys the grid. */
static void
put_titled(FILE *out, const char *title, struct grid *grid)
{

	if (grid_rows(grid) > 0) {
		fprintf(out, "### %s\n\n", title);
		put_grid(out, grid);
	}
	grid_destroy(grid);
}

static void
put_conduct(FILE *out, const struct report_part *part)
{
	char words[CONDUCT_WORDS_SIZE];

	conduct_stopped(part->conduct, words);
	if (words[0] != '\0' && part->conduct->wide == 0)
		fprintf(out, "%s\n\n", words);
	conduct_audit(part->conduct, words);
	if (words[0] != '\0' && part->conduct->differ +
	    part->conduct->lost == 0)
		fprintf(out, "%s\n\n", words);
}

static int
put_experiment(FILE *out, const struct report_data *data,
    const struct report_part *part, struct err *err)
{
	const struct report_experiment *experiment = part->experiment;
	const struct shape *shape = part->shape;
	char lines[WARNINGS_MAX][WARNING_SIZE];
	struct grid *grid;
	size_t *best, count, i;

	fprintf(out, "## %s\n\n", experiment->name);
	fprintf(out, "* command: `%s`\n* gusim %s, build %s\n* host: %s\n"
	    "* scenario digest: %s\n* from %s to %s\n\n", experiment->command,
	    experiment->version, experiment->build_id, experiment->host,
	    experiment->scenario_digest, experiment->started_at,
	    experiment->finished_at[0] == '\0' ? "(not finished)" :
	    experiment->finished_at);
	grid = report_table_runs(experiment);
	put_grid(out, grid);
	grid_destroy(grid);
	count = report_warnings(data, part, lines);
	for (i = 0; i < count; i++)
		fprintf(out, "**Note:** %s\n\n", lines[i]);
	put_conduct(out, part);
	fputs("Means over seeds; +- is the 95 % confidence interval (Student's "
	    "t). n counts the runs that came to their end. `x bound` is the "
	    "ratio to the clairvoyant reclaimer in the same runs; `censored` "
	    "counts items that still waited at the end.\n\n", out);
	count = report_best(experiment, &best);
	if (count > 0 && count < experiment->point_count)
		put_points(out, "Best in memory and latency (Pareto), then "
		    "those that may be as good", data, shape, best, count);
	free(best);
	put_points(out, "All points", data, shape, NULL,
	    experiment->point_count);
	if (put_quantiles(out, data, shape, err) != 0)
		return (-1);
	grid = sensitivity_table(part->sensitivity);
	put_titled(out, "Which knob matters", grid);
	grid = settled_table(part->settled, shape, SETTLED_MAX);
	put_titled(out, "Had the runs settled?", grid);
	put_findings(out, shape);
	return (0);
}

int
report_markdown(FILE *out, const struct report_data *data,
    const struct report_part *parts, struct err *err)
{
	size_t i;

	fputs("# gusim report\n\n", out);
	for (i = 0; i < data->experiment_count; i++) {
		if (put_experiment(out, data, &parts[i], err) != 0)
			return (-1);
	}
	return (0);
}

/* --- the terminal ----------------------------------------------------------- */

void
report_terminal(FILE *out, const struct report_data *data,
    const struct report_part *part, const size_t *points, size_t count)
{
	const struct report_experiment *experiment = part->experiment;
	char lines[WARNINGS_MAX][WARNING_SIZE];
	struct grid *grid;
	struct table *table;
	size_t i, warnings;

	fprintf(out, "%s: %zu point%s, %llu of %s%llu run%s done\n",
	    experiment->name, experiment->point_count,
	    experiment->point_count == 1 ? "" : "s",
	    (count_t)report_runs_done(experiment->status),
	    part->whole.part ? "at least " : "",
	    (count_t)part->whole.runs_least,
	    part->whole.runs_least == 1 ? "" : "s");
	warnings = report_warnings(data, part, lines);
	for (i = 0; i < warnings; i++)
		fprintf(out, "  note: %s\n", lines[i]);
	grid = report_table_brief(data, part->shape, points, count);
	table = table_create(grid->columns);
	for (i = 0; i < grid->cell_count; i++)
		table_add(table, "%s", grid->cells[i]);
	table_print(table, out);
	table_destroy(table);
	grid_destroy(grid);
	putc('\n', out);
}
