/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/stats/interval.h"

#include <math.h>

#include "tools/stats/student.h"

struct interval
interval_mean(const double *values, size_t n, double confidence)
{
	struct interval interval = { 0, NAN, NAN, NAN };
	double half, squares, sum;
	size_t i;

	sum = 0;
	for (i = 0; i < n; i++) {
		if (!isnan(values[i])) {
			sum += values[i];
			interval.n++;
		}
	}
	if (interval.n == 0)
		return (interval);
	interval.value = sum / (double)interval.n;
	if (interval.n < 2)
		return (interval);
	squares = 0;
	for (i = 0; i < n; i++) {
		if (!isnan(values[i]))
			squares += (values[i] - interval.value) *
			    (values[i] - interval.value);
	}
	half = student_width(confidence, interval.n - 1) *
	    sqrt(squares / (double)(interval.n - 1) / (double)interval.n);
	interval.low = interval.value - half;
	interval.high = interval.value + half;
	return (interval);
}

double
interval_relative(const struct interval *interval)
{
	double half;

	half = (interval->high - interval->low) / 2;
	if (isnan(half))
		return (INFINITY);
	if (half <= 0)
		return (0);
	return (interval->value == 0 ? INFINITY :
	    half / fabs(interval->value));
}
