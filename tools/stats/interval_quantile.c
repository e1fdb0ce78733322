/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <stdlib.h>

#include "sim/base/hist.h"
#include "sim/base/must.h"
#include "tools/stats/interval.h"
#include "tools/stats/student.h"

/* The replicas that have events, merged. */
struct pool {
	struct hist *merged;
	size_t n;
};

static void
pool_fill(struct pool *pool, const struct hist *const *replicas, size_t n)
{
	size_t i;

	pool->merged = must_alloc(1, sizeof(*pool->merged));
	hist_init(pool->merged);
	pool->n = 0;
	for (i = 0; i < n; i++) {
		if (replicas[i]->count > 0) {
			hist_merge(pool->merged, replicas[i]);
			pool->n++;
		}
	}
}

/* How many different values a bucket holds. */
static double
bucket_width(size_t index)
{

	return (index + 1 == HIST_BUCKETS ?
	    (double)(UINT64_MAX - hist_lower(index)) + 1 :
	    (double)(hist_lower(index + 1) - hist_lower(index)));
}

/*
 * The value below which a share p of the events lie, as if those of a bucket
 * were spread evenly over it.  A bucket is wider than what one replica moves a
 * quantile by, so that without this bounds would jump.
 */
static double
quantile(const struct hist *hist, double p)
{
	double rank, seen;
	size_t i, last;

	rank = p * (double)hist->count;
	seen = 0;
	last = hist_index(hist->max);
	for (i = hist_index(hist->min); i < last; i++) {
		if (seen + (double)hist->bucket[i] >= rank)
			break;
		seen += (double)hist->bucket[i];
	}
	return ((double)hist_lower(i) + bucket_width(i) *
	    (rank - seen) / (double)hist->bucket[i]);
}

/* How many events lie below the value, by the same assumption. */
static double
events_below(const struct hist *hist, double value)
{
	double below, into;
	size_t i, index;

	index = hist_index((uint64_t)value);
	below = 0;
	for (i = hist_index(hist->min); i < index; i++)
		below += (double)hist->bucket[i];
	into = (value - (double)hist_lower(index)) / bucket_width(index);
	return (below + into * (double)hist->bucket[index]);
}

/* What is said of a bucket is not said beyond what was seen of it. */
static double
within(const struct hist *hist, double value)
{

	return (fmin(fmax(value, (double)hist->min), (double)hist->max));
}

/*
 * The standard error of the merged distribution function at `value`: it is the
 * ratio of two sums over replicas, events below and events.
 */
static double
share_error(const struct pool *pool, const struct hist *const *replicas,
    size_t n, double value, double p)
{
	double residual, squares;
	size_t i;

	squares = 0;
	for (i = 0; i < n; i++) {
		if (replicas[i]->count == 0)
			continue;
		residual = events_below(replicas[i], value) -
		    p * (double)replicas[i]->count;
		squares += residual * residual;
	}
	return (sqrt(squares * (double)pool->n / (double)(pool->n - 1)) /
	    (double)pool->merged->count);
}

struct interval
interval_quantile(const struct hist *const *replicas, size_t n, double p,
    double confidence)
{
	struct interval interval = { 0, NAN, NAN, NAN };
	struct pool pool;
	double half, value;

	pool_fill(&pool, replicas, n);
	interval.n = pool.n;
	if (pool.n > 0) {
		value = quantile(pool.merged, p);
		interval.value = within(pool.merged, value);
	}
	if (pool.n > 1) {
		half = student_width(confidence, pool.n - 1) *
		    share_error(&pool, replicas, n, value, p);
		interval.low = p - half <= 0 ? 0 : within(pool.merged,
		    quantile(pool.merged, p - half));
		interval.high = p + half >= 1 ? INFINITY : within(pool.merged,
		    quantile(pool.merged, p + half));
	}
	free(pool.merged);
	return (interval);
}

double
interval_effective(const struct hist *const *replicas, size_t n, double p)
{
	struct pool pool;
	double effective, error, events;

	pool_fill(&pool, replicas, n);
	effective = 0;
	if (pool.n > 1) {
		events = (double)pool.merged->count;
		error = share_error(&pool, replicas, n,
		    quantile(pool.merged, p), p);
		effective = error <= 0 ? events :
		    fmin(events, p * (1 - p) / (error * error));
	}
	free(pool.merged);
	return (effective);
}

double
interval_quantile_needs(double p, double confidence)
{

	/* On the thinner side of it. */
	return (ceil(log(1 - confidence) / log(fmax(p, 1 - p))));
}

bool
interval_quantile_enough(const struct hist *const *replicas, size_t n,
    double p, double confidence)
{

	return (interval_effective(replicas, n, p) >=
	    interval_quantile_needs(p, confidence));
}
