/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/report/report_page.h"

#include <errno.h>
#include <string.h>

#include "sim/base/err.h"
#include "tools/report/html.h"
#include "tools/must.h"
#include "tools/report/plot.h"
#include "tools/report/report_data.h"
#include "tools/report/report_front.h"
#include "tools/report/report_shape.h"
#include "tools/report/report_table.h"
#include "tools/report/report_words.h"

enum { OPEN_ROWS = 40, ROWS_MAX = 1500, FINDINGS_MAX = 200, PATH_ROOM = 4096 };

static char *
read_all(const char *path, struct err *err)
{
	char *text;
	long length;
	FILE *in;

	in = fopen(path, "r");
	if (in == NULL || fseek(in, 0, SEEK_END) != 0 ||
	    (length = ftell(in)) < 0) {
		err_set(err, "%s: %s", path, strerror(errno));
		if (in != NULL)
			fclose(in);
		return (NULL);
	}
	rewind(in);
	text = must_alloc((size_t)length + 1, 1);
	if (fread(text, 1, (size_t)length, in) != (size_t)length) {
		err_set(err, "%s: it cannot be read to its end", path);
		free(text);
		text = NULL;
	}
	fclose(in);
	return (text);
}

static int
put_figure(FILE *out, const struct plot *plot, size_t number,
    const char *folder, struct err *err)
{
	const struct plot_figure *figure;
	char id[32], path[PATH_ROOM];
	char *svg;
	int good;

	figure = plot_at(plot, number);
	snprintf(path, sizeof(path), "%s/%s.svg", folder, figure->name);
	svg = read_all(path, err);
	if (svg == NULL)
		return (-1);
	/* Short names inside: a figure has hundreds of them. */
	snprintf(id, sizeof(id), "f%zu", number + 1);
	fputs("<figure>\n", out);
	html_heading(out, 4, figure->name, figure->title);
	good = html_svg(out, svg, id, figure->text != NULL ? figure->text :
	    figure->title);
	free(svg);
	if (good != 0)
		return (err_set(err, "%s: gnuplot wrote something that is no "
		    "SVG", path));
	fputs("<figcaption>", out);
	html_text(out, figure->caption != NULL ? figure->caption : "");
	fputs(" Files: <a href=\"", out);
	html_printf(out, "%s.png", figure->name);
	fputs("\">PNG</a>, <a href=\"", out);
	html_printf(out, "%s.svg", figure->name);
	fputs("\">SVG</a>.</figcaption>\n</figure>\n", out);
	return (0);
}

/* Long tables are folded. */
static void
put_table(FILE *out, const char *caption, const struct grid *grid)
{
	size_t rows;

	rows = grid_rows(grid);
	if (rows > OPEN_ROWS) {
		fputs("<details><summary>", out);
		html_printf(out, "%s (%zu rows)", caption, rows);
		fputs("</summary>\n", out);
	}
	html_table(out, caption, grid, false);
	if (rows > OPEN_ROWS)
		fputs("</details>\n", out);
}

static int
put_tables(FILE *out, const struct report_data *data,
    const struct shape *shape, struct err *err)
{
	const struct report_experiment *experiment = shape->experiment;
	struct grid *grid;
	size_t *best, count, shown;

	html_heading(out, 3, NULL, "Numbers");
	fputs("<p>Means over seeds; +- is the 95 % confidence interval "
	    "(Student's t). <em>n</em> counts the runs that came to their end. "
	    "<em>x bound</em> is the ratio to the clairvoyant reclaimer in "
	    "the same runs. <em>Censored</em> counts items that were freed "
	    "and still waited at the end. <a href=\"summary.csv\">summary.csv"
	    "</a> has every metric of every point.</p>\n", out);
	count = report_best(experiment, &best);
	if (count > 0 && count < experiment->point_count) {
		grid = report_table_points(data, shape, best, count);
		put_table(out, "Best points: those that no other beats in "
		    "mean footprint and p99 latency (Pareto), then those that "
		    "may be as good", grid);
		grid_destroy(grid);
	}
	free(best);
	shown = experiment->point_count < ROWS_MAX ? experiment->point_count :
	    ROWS_MAX;
	grid = report_table_points(data, shape, NULL, shown);
	put_table(out, shown < experiment->point_count ?
	    "The first points (summary.csv has them all)" : "All points",
	    grid);
	grid_destroy(grid);
	grid = report_table_quantiles(data, shape, NULL, shown, err);
	if (grid == NULL)
		return (-1);
	if (grid_rows(grid) > 0)
		put_table(out, "Free-to-use latency of all runs of a point "
		    "together, from merged histograms (bucket error below "
		    "0.8 %)", grid);
	grid_destroy(grid);
	return (0);
}

static void
put_findings(FILE *out, const struct shape *shape)
{
	const struct report_experiment *experiment = shape->experiment;
	struct grid *grid;
	char caption[120];

	html_heading(out, 3, NULL, "Findings");
	if (experiment->finding_count == 0) {
		fputs("<p>No check fired.</p>\n", out);
		return;
	}
	grid = report_table_findings(shape, FINDINGS_MAX);
	snprintf(caption, sizeof(caption), "%zu findings%s; the last column "
	    "repeats one", experiment->finding_count,
	    experiment->finding_count > FINDINGS_MAX ? ", the first 200" : "");
	html_table(out, caption, grid, true);
	grid_destroy(grid);
}

static void
put_fact(FILE *out, const char *what, const char *fact)
{

	fputs("<dt>", out);
	html_text(out, what);
	fputs("</dt><dd>", out);
	html_text(out, fact[0] == '\0' ? "(none)" : fact);
	fputs("</dd>\n", out);
}

static void
put_provenance(FILE *out, const struct report_experiment *experiment)
{

	html_heading(out, 3, NULL, "Where these numbers are from");
	fputs("<dl>\n", out);
	put_fact(out, "Command", experiment->command);
	put_fact(out, "gusim", experiment->version);
	put_fact(out, "Build", experiment->build_id);
	put_fact(out, "Host", experiment->host);
	put_fact(out, "Scenario digest", experiment->scenario_digest);
	put_fact(out, "Started", experiment->started_at);
	put_fact(out, "Finished", experiment->finished_at[0] == '\0' ?
	    "not finished" : experiment->finished_at);
	fputs("</dl>\n<details><summary>The scenario as it was read</summary>\n"
	    "<pre>", out);
	html_text(out, experiment->scenario_text);
	fputs("</pre></details>\n", out);
}

static int
put_part(FILE *out, const struct report_data *data,
    const struct report_part *part, size_t number, const struct plot *plot,
    const char *folder, struct err *err)
{
	const struct report_experiment *experiment = part->shape->experiment;
	char id[40], lines[WARNINGS_MAX][WARNING_SIZE];
	struct grid *grid;
	size_t count, i;

	snprintf(id, sizeof(id), "experiment-%zu", number + 1);
	html_heading(out, 2, id, experiment->name);
	grid = report_table_runs(experiment);
	html_table(out, "Runs by status", grid, false);
	grid_destroy(grid);
	count = report_warnings(data, experiment, lines);
	for (i = 0; i < count; i++) {
		fputs("<p class=\"warn\" role=\"note\">", out);
		html_text(out, lines[i]);
		fputs("</p>\n", out);
	}
	if (part->figures_end > part->figures_begin)
		html_heading(out, 3, NULL, "Figures");
	for (i = part->figures_begin; i < part->figures_end; i++) {
		if (put_figure(out, plot, i, folder, err) != 0)
			return (-1);
	}
	if (part->omitted > 0) {
		fputs("<p>", out);
		html_printf(out, "%zu further figures would have been too "
		    "many; the tables have their numbers.", part->omitted);
		fputs("</p>\n", out);
	}
	if (put_tables(out, data, part->shape, err) != 0)
		return (-1);
	put_findings(out, part->shape);
	put_provenance(out, experiment);
	return (0);
}

int
report_page(FILE *out, const struct report_data *data,
    const struct report_part *parts, const struct plot *plot,
    const char *folder, const char *title, struct err *err)
{
	size_t i;

	html_begin(out, title);
	if (data->experiment_count == 0)
		fputs("<p>The database holds no experiment.</p>\n", out);
	if (data->experiment_count > 1) {
		fputs("<nav aria-label=\"Experiments\"><ul>\n", out);
		for (i = 0; i < data->experiment_count; i++) {
			fprintf(out, "<li><a href=\"#experiment-%zu\">", i + 1);
			html_printf(out, "%s, %s", data->experiments[i].name,
			    data->experiments[i].started_at);
			fputs("</a></li>\n", out);
		}
		fputs("</ul></nav>\n", out);
	}
	for (i = 0; i < data->experiment_count; i++) {
		if (put_part(out, data, &parts[i], i, plot, folder, err) != 0)
			return (-1);
	}
	html_end(out);
	return (0);
}
