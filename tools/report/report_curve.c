/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/report/report_curve.h"

#include <math.h>
#include <stdint.h>

#include "tools/report/plot.h"
#include "tools/report/plot_lines.h"
#include "tools/report/report_data.h"
#include "tools/report/report_quantile.h"

int
curve_load(struct curve *curve, const struct report_data *data,
    const struct report_point *point, struct err *err)
{
	struct quantiles quantiles;
	struct quantile quantile;
	double inverse;
	int i;

	curve->count = 0;
	if (quantiles_load(&quantiles, data, point, "free_to_use_ns",
	    err) != 0)
		return (-1);
	for (i = 1; i < CURVE_POINTS; i++) {
		inverse = pow(10, (double)i / CURVE_STEPS);
		quantile = quantiles_at(&quantiles,
		    (uint64_t)((1 - 1 / inverse) * 1e6 + 0.5));
		if (quantile.kind != QUANTILE_KNOWN)
			break;
		curve->rest[curve->count] = inverse;
		curve->share[curve->count] = (1 - 1 / inverse) * 100;
		curve->ns[curve->count++] = fmax(quantile.ns, 1);
	}
	quantiles_fini(&quantiles);
	return (0);
}

void
curve_as_tail(const struct curve *curve, struct plot_curve *plotted)
{

	plotted->count = curve->count;
	plotted->x = curve->rest;
	plotted->y = curve->ns;
}

void
curve_as_cdf(const struct curve *curve, struct plot_curve *plotted)
{

	plotted->count = curve->count;
	plotted->x = curve->ns;
	plotted->y = curve->share;
}

struct plot_figure *
curve_draw_tail(struct plot *plot, const char *name, const char *title,
    const struct plot_curve *curves, size_t count, const char *remark)
{
	static const double ticks[] = { 2, 10, 100, 1000, 1e4, 1e5 };
	static const char *const labels[] = { "50 %", "90 %", "99 %", "99.9 %",
		"99.99 %", "99.999 %" };
	struct plot_lines lines = { 0 };
	struct plot_figure *figure;

	lines.x_label = "share of the frees that were reused by then";
	lines.y_label = "free_to_use_ns";
	lines.x_unit = "1";
	lines.y_unit = "ns";
	lines.x_ticks = ticks;
	lines.x_tick_labels = labels;
	lines.x_tick_count = sizeof(ticks) / sizeof(ticks[0]);
	lines.x_log = true;
	lines.curves = curves;
	lines.curve_count = count;
	figure = plot_lines(plot, name, title, &lines);
	if (figure != NULL)
		plot_caption(figure, "From the merged histograms of all seeds "
		    "of a point. A curve ends where there are too few values "
		    "for a 95 %% bound, or where too many items still waited "
		    "when the run ended.%s", remark);
	return (figure);
}

struct plot_figure *
curve_draw_cdf(struct plot *plot, const char *name, const char *title,
    const struct plot_curve *curves, size_t count, const char *remark)
{
	struct plot_lines lines = { 0 };
	struct plot_figure *figure;

	lines.x_label = "free_to_use_ns";
	lines.y_label = "share reused by then";
	lines.x_unit = "ns";
	lines.y_unit = "%";
	lines.y_zero = true;
	lines.y_linear = true;
	lines.curves = curves;
	lines.curve_count = count;
	figure = plot_lines(plot, name, title, &lines);
	if (figure != NULL)
		plot_caption(figure, "The share of freed items that had been "
		    "handed out again after so long; the more to the left, the "
		    "sooner. From the merged histograms of all seeds of a "
		    "point; what still waited when the run ended counts as "
		    "not handed out. A curve ends where the values do not "
		    "bear it.%s", remark);
	return (figure);
}
