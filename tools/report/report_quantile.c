/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/report/report_quantile.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "sim/base/hist.h"
#include "sim/base/survival.h"
#include "tools/cli/human.h"
#include "tools/must.h"
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
		value = survival_quantile(quantiles->done, quantiles->waiting,
		    ppm, &bound);
	quantile.kind = bound ? QUANTILE_AT_LEAST : QUANTILE_KNOWN;
	quantile.ns = (double)value / ps_in_ns;
	return (quantile);
}

void
quantile_text(struct quantile quantile, char *text, size_t room)
{
	char value[HUMAN_SIZE];

	human_value(quantile.ns, "ns", value);
	snprintf(text, room, "%s%s", quantile.kind == QUANTILE_AT_LEAST ?
	    ">= " : "", quantile.kind == QUANTILE_FEW ? "n too small" : value);
}
