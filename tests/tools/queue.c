/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/tools/queue.h"

#include <math.h>

#include "sim/base/hist.h"
#include "sim/base/rng.h"

double
queue_mean(const struct queue_spec *spec)
{

	return (1 / (1 / spec->service - spec->load));
}

double
queue_quantile(const struct queue_spec *spec, double p)
{

	return (-log1p(-p) * queue_mean(spec));
}

static double
exponential(struct rng *rng)
{

	return (-log(((double)(rng_next(rng) >> 11) + 0.5) * 0x1p-53));
}

void
queue_run(const struct queue_spec *spec, uint64_t seed, uint64_t replica,
    double *sojourns)
{
	struct rng arrivals, services;
	double wait;
	size_t i;

	rng_init(&arrivals, seed, "arrivals", replica);
	rng_init(&services, seed, "services", replica);
	wait = 0;
	for (i = 0; i < spec->customers; i++) {
		sojourns[i] = wait + spec->service * exponential(&services);
		wait = fmax(0, sojourns[i] - exponential(&arrivals) /
		    spec->load);
	}
}

double
queue_average(const double *sojourns, size_t first, size_t count)
{
	double sum;
	size_t i;

	sum = 0;
	for (i = first; i < count; i++)
		sum += sojourns[i];
	return (sum / (double)(count - first));
}

void
queue_histogram(const double *sojourns, size_t first, size_t count,
    struct hist *hist)
{
	size_t i;

	hist_reset(hist);
	for (i = first; i < count; i++)
		hist_add(hist, (uint64_t)(sojourns[i] / QUEUE_UNIT));
}
