/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/stats/stopping.h"

#include <math.h>

#include "tools/stats/interval.h"

const char *const stopping_words[STOPPING_REASONS] = {
	[STOPPING_WIDE] = "the interval is too wide",
	[STOPPING_FEW] = "too few replicas to tell",
	[STOPPING_NARROW] = "the interval is narrow enough",
	[STOPPING_MOST] = "no more replicas are allowed",
};

size_t
stopping_next(size_t n, size_t most)
{
	size_t next;

	if (n >= most)
		return (most);
	next = n < STOPPING_LEAST ? STOPPING_LEAST : n + (n + 1) / 2;
	return (next < most ? next : most);
}

double
stopping_confidence(size_t look)
{
	static const double pi = 3.14159265358979323846;
	double k;

	k = look < 1 ? 1 : (double)look;
	return (1 - 0.05 * 6 / (pi * pi * k * k));
}

/* The confidence of the interval whose width is looked at. */
static double
demand(size_t n, size_t look)
{
	double few;

	few = 1 - 4 / (double)n;
	return (1 - 0.05 * few * few * few *
	    (1 - exp2(look < 1 ? -1 : -(double)look)));
}

enum stopping_reason
stopping_judge(const double *values, size_t n, double relative, size_t look,
    size_t most)
{
	struct interval interval;

	interval = interval_mean(values, n, 0.95);
	if (interval.n >= STOPPING_LEAST) {
		interval = interval_mean(values, n, demand(interval.n, look));
		if (interval_relative(&interval) <= relative)
			return (STOPPING_NARROW);
	}
	if (n >= most)
		return (STOPPING_MOST);
	return (interval.n < STOPPING_LEAST ? STOPPING_FEW : STOPPING_WIDE);
}

bool
stopping_enough(const double *values, size_t n, double relative, size_t look)
{

	return (stopping_judge(values, n, relative, look, n + 1) ==
	    STOPPING_NARROW);
}
