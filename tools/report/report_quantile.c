/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/report/report_quantile.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "sim/base/hist.h"
#include "sim/base/must.h"
#include "sim/base/survival.h"
#include "tools/cli/human.h"
#include "tools/report/report_data.h"

enum { PPM = 1000000 };

static const double ps_in_ns = 1000;

int
quantiles_load(struct quantiles *quantiles, const struct report_data *data,
    const struct report_point *point, const char *name, struct err *err)
{

	quantiles->done = must_alloc(1, sizeof(*quantiles->done));
	quantiles->waiting = must_alloc(1, sizeof(*quantiles->waiting));
	hist_init(quantiles->done);
	hist_init(quantiles->waiting);
	quantiles->runs = report_hist(data, point, name, quantiles->done, err);
	if (quantiles->runs >= 0 && (strcmp(name, "free_to_use_ns") != 0 ||
	    report_hist(data, point, "free_to_use_censored_ns",
	    quantiles->waiting, err) >= 0))
		return (0);
	quantiles_fini(quantiles);
	return (-1);
}

void
quantiles_fini(struct quantiles *quantiles)
{

	free(quantiles->done);
	free(quantiles->waiting);
	quantiles->done = quantiles->waiting = NULL;
}

uint64_t
quantile_needs(uint64_t ppm)
{

	if (ppm == 0 || ppm >= PPM)
		return (1);
	return ((uint64_t)ceil(log(0.05) / log((double)ppm / PPM)));
}

/*
 * Of how many items, all seen to the end, this age would be as well known
 * (Peto's effective number: those at risk over the share that is left).  When
 * all but one have been lost from sight, the one that is done says nothing of
 * them, though with it the estimate comes to its end.
 */
static double
effective(const struct quantiles *quantiles, uint64_t value)
{
	const struct hist *done, *waiting;
	double risk, surviving;
	size_t i, last;

	done = quantiles->done;
	waiting = quantiles->waiting;
	risk = (double)(done->count + waiting->count);
	surviving = 1;
	last = hist_index(value);
	for (i = 0; i < last && risk > 0 && surviving > 0; i++) {
		surviving *= 1 - (double)done->bucket[i] / risk;
		risk -= (double)(done->bucket[i] + waiting->bucket[i]);
	}
	return (surviving > 0 ? risk / surviving : 0);
}

/* Whether so many lack at this age that it is only a lower bound. */
static bool
is_lost(const struct quantiles *quantiles, uint64_t ppm, uint64_t value)
{
	static const double rounding = 1e-9;
	double count, enough, needs;

	if (quantiles->waiting->count == 0)
		return (false);
	count = (double)(quantiles->done->count + quantiles->waiting->count);
	needs = (double)quantile_needs(ppm);
	/* Of too few a warning tells, unless half of these are lost as well. */
	enough = count < needs ? count / 2 : needs;
	return (effective(quantiles, value) < enough * (1 - rounding));
}

static uint64_t
estimate(const struct quantiles *quantiles, uint64_t ppm, bool *bound)
{
	uint64_t value;

	value = survival_quantile(quantiles->done, quantiles->waiting, ppm,
	    bound);
	*bound = *bound || is_lost(quantiles, ppm, value);
	return (value);
}

struct quantile
quantiles_at(const struct quantiles *quantiles, uint64_t ppm)
{
	struct quantile quantile = { QUANTILE_FEW, NAN };
	uint64_t count, value;
	bool bound;

	count = quantiles->done->count + quantiles->waiting->count;
	if (count < quantile_needs(ppm))
		return (quantile);
	if (ppm >= PPM) {
		value = quantiles->done->max;
		bound = quantiles->waiting->count > 0 &&
		    quantiles->waiting->max >= value;
		if (bound)
			value = quantiles->waiting->max;
	} else
		value = estimate(quantiles, ppm, &bound);
	quantile.kind = bound ? QUANTILE_AT_LEAST : QUANTILE_KNOWN;
	quantile.ns = (double)value / ps_in_ns;
	return (quantile);
}

/* So many waited that what was lost may matter: a look is worth its time. */
static bool
is_suspect(const struct report_data *data, const struct report_point *point,
    uint64_t ppm)
{
	struct report_estimate done, waiting;
	double all, lost;

	done = report_find(data, point, "free_to_use_ns", "count");
	waiting = report_find(data, point, "censored_items", "total");
	if (waiting.n == 0)
		return (false);
	lost = waiting.mean * (double)waiting.n;
	all = lost + (done.n > 0 ? done.mean * (double)done.n : 0);
	/*
	 * At a quantile there are at risk all beyond it but the lost; where
	 * these are less than half, too few are left only among few.
	 */
	return (lost > 0 && (lost * 2 > all * (1 - (double)ppm / PPM) ||
	    all < 2 * (double)quantile_needs(ppm)));
}

int
quantiles_mark(const struct report_data *data,
    struct report_experiment *experiment, struct err *err)
{
	enum { P99 = 990000 };
	struct report_point *point;
	struct quantiles quantiles;
	bool bound;
	size_t i;

	for (i = 0; i < experiment->point_count; i++) {
		point = &experiment->points[i];
		if (!is_suspect(data, point, P99))
			continue;
		if (quantiles_load(&quantiles, data, point, "free_to_use_ns",
		    err) != 0)
			return (-1);
		if (quantiles.done->count + quantiles.waiting->count > 0) {
			estimate(&quantiles, P99, &bound);
			point->lost = bound;
		}
		quantiles_fini(&quantiles);
	}
	return (0);
}

void
quantile_text(struct quantile quantile, char *text, size_t room)
{
	char value[HUMAN_SIZE];

	human_value(quantile.ns, "ns", value);
	snprintf(text, room, "%s%s", quantile.kind == QUANTILE_AT_LEAST ?
	    ">= " : "", quantile.kind == QUANTILE_FEW ? "n too small" : value);
}
