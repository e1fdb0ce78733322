/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/report/report_page.h"

#include <errno.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/campaign/build_id.h"
#include "tools/report/html.h"
#include "tools/report/plot.h"
#include "tools/report/report_conduct.h"
#include "tools/report/report_data.h"
#include "tools/report/report_effects.h"
#include "tools/report/report_front.h"
#include "tools/report/report_part.h"
#include "tools/report/report_settled.h"
#include "tools/report/report_shape.h"
#include "tools/report/report_table.h"

enum {
	OPEN_ROWS = 40,		/* more are folded */
	ROWS_MAX = 1500,
	FINDINGS_MAX = 200,
	CONDUCT_ROWS_MAX = 100,
	SETTLED_ROWS_MAX = 100,
	PATH_ROOM = 4096,
};

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
	good = html_svg(out, svg, id, figure->title, figure->text != NULL ?
	    figure->text : figure->title);
	free(svg);
	if (good != 0)
		return (err_set(err, "%s: gnuplot wrote something that is no "
		    "SVG", path));
	fputs("<figcaption>", out);
	html_text(out, figure->caption != NULL ? figure->caption : "");
	/* No links: the page is mailed without the files beside it. */
	fputs(" Files: ", out);
	html_printf(out, "%s.png and .svg", figure->name);
	fputs(".</figcaption>\n</figure>\n", out);
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

/* Destroys the grid; one without rows is left out. */
static void
put_grid(FILE *out, const char *caption, struct grid *grid)
{

	if (grid_rows(grid) > 0)
		put_table(out, caption, grid);
	grid_destroy(grid);
}

/* A heading within an experiment, and a name for the contents. */
static void
put_section(FILE *out, const char *id, const char *what, const char *title)
{
	char name[80];

	snprintf(name, sizeof(name), "%s-%s", id, what);
	html_heading(out, 3, name, title);
}

static int
put_tables(FILE *out, const struct report_data *data,
    const struct report_part *part, const char *id, struct err *err)
{
	const struct shape *shape = part->shape;
	const struct report_experiment *experiment = shape->experiment;
	struct grid *grid;
	size_t *best, count, shown;

	put_section(out, id, "numbers", "Numbers");
	fputs("<p>Means over seeds; +- is the 95 % confidence interval "
	    "(Student's t). <em>n</em> counts the runs that came to their end. "
	    "<em>x bound</em> is the ratio to the clairvoyant reclaimer in "
	    "the same runs. <em>Censored</em> counts items that were freed "
	    "and still waited at the end. <em>Place</em> is that among all "
	    "points in mean footprint and p99 latency: on the front, "
	    "perhaps on it, or dominated for certain. The file "
	    "summary.csv has every metric of every point.</p>\n", out);
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
	put_grid(out, "Free-to-use latency of all runs of a point together, "
	    "from merged histograms (bucket error below 0.8 %)", grid);
	put_grid(out, "Sensitivities: which knob matters. The share is of the "
	    "variance between points, noise subtracted; the factor is from "
	    "the level with the least to that with the most",
	    sensitivity_table(part->sensitivity));
	return (0);
}

/* What says how far the numbers may be believed. */
static void
put_conduct(FILE *out, const struct report_part *part, const char *id)
{
	char words[CONDUCT_WORDS_SIZE];

	put_section(out, id, "conduct", "How the runs were made");
	conduct_stopped(part->conduct, words);
	if (words[0] != '\0') {
		fputs("<p>", out);
		html_text(out, words);
		fputs("</p>\n", out);
	}
	put_grid(out, "Points that had the most seeds allowed, and still "
	    "wider intervals than asked for", conduct_table(part->conduct,
	    part->shape, CONDUCT_ROWS_MAX));
	conduct_audit(part->conduct, words);
	fputs("<p>", out);
	html_text(out, words[0] != '\0' ? words :
	    "No run was executed a second time.");
	fputs("</p>\n<p>Had the runs settled when they were measured? By the "
	    "footprint over time of all seeds of a point: the cut is how "
	    "much more would best be left out at the beginning (MSER-5), the "
	    "bias what keeping it does to the mean, the drift the rise from "
	    "there to the end.</p>\n", out);
	put_grid(out, "Warm-up: the middle point of each policy and mode, and "
	    "points that had not settled", settled_table(part->settled,
	    part->shape, SETTLED_ROWS_MAX));
}

static void
put_findings(FILE *out, const struct report_part *part, const char *id)
{
	const struct shape *shape = part->shape;
	const struct report_experiment *experiment = shape->experiment;
	struct grid *grid;
	char caption[120];

	put_section(out, id, "findings", "Findings");
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
put_provenance(FILE *out, const struct report_experiment *experiment,
    const char *id)
{
	char report[160];

	put_section(out, id, "provenance", "Where these numbers are from");
	fputs("<dl>\n", out);
	put_fact(out, "Command", experiment->command);
	put_fact(out, "gusim", experiment->version);
	put_fact(out, "Build", experiment->build_id);
	put_fact(out, "Host", experiment->host);
	put_fact(out, "Scenario digest", experiment->scenario_digest);
	put_fact(out, "Started", experiment->started_at);
	put_fact(out, "Finished", experiment->finished_at[0] == '\0' ?
	    "not finished" : experiment->finished_at);
	snprintf(report, sizeof(report), "%s, commit %s", build_version(),
	    build_commit());
	put_fact(out, "Report by gusim", report);
	fputs("</dl>\n<details><summary>The scenario as it was read</summary>\n"
	    "<pre tabindex=\"0\" role=\"region\" aria-label=\"Scenario\">",
	    out);
	html_text(out, experiment->scenario_text);
	fputs("</pre></details>\n", out);
}

static int
put_figures(FILE *out, const struct report_part *part, const char *id,
    const struct plot *plot, const char *folder, struct err *err)
{
	size_t i;

	if (part->figures_end == part->figures_begin)
		return (0);
	put_section(out, id, "figures", "Figures");
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
	return (0);
}

static int
put_part(FILE *out, const struct report_data *data,
    const struct report_part *part, size_t number, const struct plot *plot,
    const char *folder, struct err *err)
{
	const struct report_experiment *experiment = part->experiment;
	char id[40], lines[WARNINGS_MAX][WARNING_SIZE];
	size_t count, i;

	snprintf(id, sizeof(id), "experiment-%zu", number + 1);
	fprintf(out, "<section aria-labelledby=\"%s\">\n", id);
	html_heading(out, 2, id, experiment->name);
	put_grid(out, "Runs by status", report_table_runs(experiment));
	count = report_warnings(data, part, lines);
	for (i = 0; i < count; i++) {
		fputs("<p class=\"warn\" role=\"note\">", out);
		html_text(out, lines[i]);
		fputs("</p>\n", out);
	}
	if (put_figures(out, part, id, plot, folder, err) != 0 ||
	    put_tables(out, data, part, id, err) != 0)
		return (-1);
	put_conduct(out, part, id);
	put_findings(out, part, id);
	put_provenance(out, experiment, id);
	fputs("</section>\n", out);
	return (0);
}

static void
put_link(FILE *out, const char *id, const char *what, const char *title)
{

	fputs("<li><a href=\"#", out);
	html_text(out, id);
	if (what[0] != '\0')
		html_printf(out, "-%s", what);
	fputs("\">", out);
	html_text(out, title);
	fputs("</a></li>\n", out);
}

/* The figures of an experiment, folded: there may be a hundred. */
static void
put_figure_links(FILE *out, const struct report_part *part,
    const struct plot *plot)
{
	size_t i;

	if (part->figures_end == part->figures_begin)
		return;
	fputs("<li><details><summary>", out);
	html_printf(out, "%zu figures", part->figures_end -
	    part->figures_begin);
	fputs("</summary>\n<ul>\n", out);
	for (i = part->figures_begin; i < part->figures_end; i++)
		put_link(out, plot_at(plot, i)->name, "",
		    plot_at(plot, i)->title);
	fputs("</ul>\n</details></li>\n", out);
}

static void
put_contents(FILE *out, const struct report_data *data,
    const struct report_part *parts, const struct plot *plot)
{
	static const char *const sections[][2] = {
		{ "numbers", "Numbers" },
		{ "conduct", "How the runs were made" },
		{ "findings", "Findings" },
		{ "provenance", "Where these numbers are from" },
	};
	char id[40], title[300];
	size_t i, k;

	fputs("<nav aria-label=\"Contents\">\n<ul>\n", out);
	for (i = 0; i < data->experiment_count; i++) {
		snprintf(id, sizeof(id), "experiment-%zu", i + 1);
		fprintf(out, "<li><a href=\"#%s\">", id);
		snprintf(title, sizeof(title), "%.200s, %.60s",
		    data->experiments[i].name,
		    data->experiments[i].started_at);
		html_text(out, title);
		fputs("</a>\n<ul>\n", out);
		put_figure_links(out, &parts[i], plot);
		for (k = 0; k < sizeof(sections) / sizeof(sections[0]); k++)
			put_link(out, id, sections[k][0], sections[k][1]);
		fputs("</ul></li>\n", out);
	}
	fputs("</ul>\n</nav>\n", out);
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
	else
		put_contents(out, data, parts, plot);
	html_main(out);
	for (i = 0; i < data->experiment_count; i++) {
		if (put_part(out, data, &parts[i], i, plot, folder, err) != 0)
			return (-1);
	}
	html_end(out);
	return (0);
}
