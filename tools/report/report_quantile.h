/*
 * report_quantile - by when were most items handed out again?
 *
 * Percentiles of all runs of a point together, from their merged histograms;
 * percentiles of runs are never averaged for this.  Items that still waited
 * when a run ended count as censored, so a reader that never leaves cannot
 * improve a percentile.
 *
 * A 95 % upper bound on the p-quantile needs n >= ln 0.05 / ln p values; with
 * fewer there is no number.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_REPORT_REPORT_QUANTILE_H
#define TOOLS_REPORT_REPORT_QUANTILE_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct hist;
struct report_data;
struct report_point;

enum quantile_kind {
	QUANTILE_KNOWN,
	QUANTILE_AT_LEAST,	/* too many still wait: it is not less */
	QUANTILE_FEW,		/* too few values: no number */
};

struct quantile {
	enum quantile_kind kind;
	double ns;
};

struct quantiles {
	struct hist *done;
	struct hist *waiting;
	int runs;		/* whose histograms were merged */
};

/* The latencies `name` of a point, with its censored ones if there are any. */
int quantiles_load(struct quantiles *quantiles, const struct report_data *data,
    const struct report_point *point, const char *name, struct err *err);
void quantiles_fini(struct quantiles *quantiles);

/* `ppm` parts per million are done by then; 1000000 is the observed maximum. */
struct quantile quantiles_at(const struct quantiles *quantiles, uint64_t ppm);

/* The least number of values that a quantile needs. */
uint64_t quantile_needs(uint64_t ppm);

/* "12.3 us", ">= 5.00 ms", "n too small" or "-". */
void quantile_text(struct quantile quantile, char *text, size_t room);

#endif
