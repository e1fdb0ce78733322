/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/stats/warmup.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/stats/interval.h"

enum {
	/* The spread of the last few batches alone is too often small. */
	WARMUP_LAST = 5,
	WARMUP_REPLICAS = 3,
};

const char *const warmup_words[WARMUP_VERDICTS] = {
	[WARMUP_FINE] = "fine",
	[WARMUP_LONGER] = "the warm-up is too short",
	[WARMUP_SHORT] = "the run is too short to settle",
	[WARMUP_DRIFT] = "no steady state: it drifts to the end",
	[WARMUP_UNKNOWN] = "too little to judge by",
};

/* --- the cut ------------------------------------------------------------------ */

static double
batch(const double *values, size_t index)
{
	double sum;
	size_t i;

	sum = 0;
	for (i = 0; i < WARMUP_JOINED; i++)
		sum += values[index * WARMUP_JOINED + i];
	return (sum / WARMUP_JOINED);
}

size_t
warmup_cut(const double *values, size_t count)
{
	double delta, least, kept, mean, score, squares, value;
	size_t batches, best, d;

	batches = count / WARMUP_JOINED;
	if (batches < WARMUP_BATCHES)
		return (count);
	least = INFINITY;
	mean = squares = kept = 0;
	best = 0;
	/* From the end: mean and squares grow by one batch at a time. */
	for (d = batches; d-- > 0;) {
		value = batch(values, d);
		kept++;
		delta = value - mean;
		mean += delta / kept;
		squares += delta * (value - mean);
		score = squares / (kept * kept);
		if (kept >= WARMUP_LAST && score <= least) {
			least = score;
			best = d;
		}
	}
	return (best > batches / 2 ? count : best * WARMUP_JOINED);
}

/* --- the verdict ---------------------------------------------------------------- */

static double
mean_of(const double *values, size_t first, size_t end)
{
	double sum;
	size_t i;

	sum = 0;
	for (i = first; i < end; i++)
		sum += values[i];
	return (sum / (double)(end - first));
}

/* How far the straight line through them rises, by least squares. */
static double
rise_of(const double *values, size_t first, size_t end)
{
	double cross, middle, own, squares, x;
	size_t i;

	middle = ((double)first + (double)end - 1) / 2;
	own = mean_of(values, first, end);
	cross = squares = 0;
	for (i = first; i < end; i++) {
		x = (double)i - middle;
		cross += x * (values[i] - own);
		squares += x * x;
	}
	return (squares <= 0 ? 0 :
	    cross / squares * (double)(end - 1 - first));
}

static bool
not_by_chance(const double *values, size_t n)
{
	struct interval interval;

	interval = interval_mean(values, n, 0.99);
	return (interval.low > 0 || interval.high < 0);
}

/* Bias and drift of a cut: their sizes, and whether chance alone makes them. */
static void
weigh(struct warmup *warmup, const double *values, size_t first,
    bool *biased, bool *drifting)
{
	double *bias, *drift, scale;
	const double *own;
	size_t i, n;

	n = warmup->replicas;
	bias = must_alloc(n, sizeof(*bias));
	drift = must_alloc(n, sizeof(*drift));
	warmup->mean = warmup->bias = warmup->drift = 0;
	for (i = 0; i < n; i++) {
		own = &values[i * warmup->count];
		warmup->mean += mean_of(own, first, warmup->count) / (double)n;
		bias[i] = mean_of(own, 0, warmup->count) -
		    mean_of(own, first, warmup->count);
		drift[i] = rise_of(own, first, warmup->count);
		warmup->bias += bias[i] / (double)n;
		warmup->drift += drift[i] / (double)n;
	}
	scale = fabs(warmup->mean);
	warmup->bias = warmup->bias == 0 ? 0 : warmup->bias / scale;
	warmup->drift = warmup->drift == 0 ? 0 : warmup->drift / scale;
	*biased = fabs(warmup->bias) >= WARMUP_MATTERS &&
	    (n < WARMUP_REPLICAS || not_by_chance(bias, n));
	*drifting = fabs(warmup->drift) >= WARMUP_DRIFTS &&
	    (n < WARMUP_REPLICAS || not_by_chance(drift, n));
	free(bias);
	free(drift);
}

void
warmup_judge(struct warmup *warmup, const double *values, size_t n,
    size_t count)
{
	bool biased, drifting, settled;
	double *average;
	size_t i, k;

	memset(warmup, 0, sizeof(*warmup));
	warmup->verdict = WARMUP_UNKNOWN;
	warmup->replicas = n;
	warmup->count = count;
	warmup->cut = count;
	warmup->mean = warmup->bias = warmup->drift = NAN;
	if (n == 0 || count < WARMUP_JOINED * WARMUP_BATCHES)
		return;
	average = must_alloc(count, sizeof(*average));
	for (i = 0; i < n; i++) {
		for (k = 0; k < count; k++)
			average[k] += values[i * count + k] / (double)n;
	}
	warmup->cut = warmup_cut(average, count);
	free(average);
	settled = warmup->cut < count;
	weigh(warmup, values, settled ? warmup->cut : count / 2, &biased,
	    &drifting);
	if (n < WARMUP_REPLICAS && (biased || drifting))
		warmup->verdict = WARMUP_UNKNOWN;
	else if (drifting)
		warmup->verdict = WARMUP_DRIFT;
	else if (!biased)
		warmup->verdict = WARMUP_FINE;
	else
		warmup->verdict = settled ? WARMUP_LONGER : WARMUP_SHORT;
}
