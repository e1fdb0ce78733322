/*
 * report_quantile - by when were most items handed out again?
 *
 * Percentiles of all runs of a point together, from their merged histograms;
 * percentiles of runs are never averaged for this.  Items that still waited
 * when a run ended count as censored, so a reader that never leaves cannot
 * improve a percentile.  Where the estimate does not come to the percentile,
 * or only by items at whose age nearly all others had been lost from sight, it
 * is a lower bound.
 *
 * A 95 % upper bound on the p-quantile needs n >= ln 0.05 / ln p values; with
 * fewer there is no number.  Items that wait count in n, but in the bound of a
 * percentile only as far as they were seen: n is then Peto's effective number
 * at that age, the items at risk over the share that is left.
 *
 * Source      Peto et al., British Journal of Cancer 35 (1977), 1-39.
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
struct report_experiment;
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

/*
 * Tells the points whose p99 over all runs is only a lower bound, so that
 * report_is_bound() knows them, whatever single runs thought of theirs.
 */
int quantiles_mark(const struct report_data *data,
    struct report_experiment *experiment, struct err *err);

/* The least number of values that a quantile needs. */
uint64_t quantile_needs(uint64_t ppm);

/* "12.3 us", ">= 5.00 ms", "n too small" or "-". */
void quantile_text(struct quantile quantile, char *text, size_t room);

#endif
