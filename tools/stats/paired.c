/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/stats/paired.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/stats/student.h"

/* --- one comparison --------------------------------------------------------- */

static int
compare_numbers(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x < *y ? -1 : *x > *y);
}

static double
median(const double *values, size_t n)
{
	double *sorted, middle;

	if (n == 0)
		return (NAN);
	sorted = must_alloc(n, sizeof(*sorted));
	memcpy(sorted, values, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), compare_numbers);
	middle = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
	free(sorted);
	return (middle);
}

static double
mean(const double *values, size_t n)
{
	double sum;
	size_t i;

	sum = 0;
	for (i = 0; i < n; i++)
		sum += values[i];
	return (n == 0 ? NAN : sum / (double)n);
}

static double
variance(const double *values, size_t n)
{
	double centre, sum;
	size_t i;

	if (n < 2)
		return (NAN);
	centre = mean(values, n);
	sum = 0;
	for (i = 0; i < n; i++)
		sum += (values[i] - centre) * (values[i] - centre);
	return (sum / (double)(n - 1));
}

static bool
all_equal(const double *values, size_t n)
{
	size_t i;

	for (i = 1; i < n; i++) {
		if (values[i] != values[0])
			return (false);
	}
	return (true);
}

static void
find_ratio(struct paired *paired, const double *a, const double *b, size_t n)
{
	double half, *logs, middle;
	size_t i;

	paired->ratio = paired->ratio_low = paired->ratio_high = NAN;
	logs = must_alloc(n, sizeof(*logs));
	for (i = 0; i < n && a[i] > 0 && b[i] > 0; i++)
		logs[i] = log(b[i] / a[i]);
	if (n > 0 && i == n) {
		middle = mean(logs, n);
		paired->ratio = exp(middle);
		if (n > 1) {
			half = student_t975(n - 1) *
			    sqrt(variance(logs, n) / (double)n);
			paired->ratio_low = exp(middle - half);
			paired->ratio_high = exp(middle + half);
		}
	}
	free(logs);
}

/* All differences are the same, and not 0. */
static double
constant_p(const double *a, const double *b, size_t n)
{
	double error, most;
	size_t i;

	if (n < 3)
		return (exp2(1 - (double)n));
	most = 0;
	for (i = 0; i < n; i++)
		most = fmax(most, fmax(fabs(a[i]), fabs(b[i])));
	/* Two values, each rounded uniformly within a bucket. */
	error = most / 128 * sqrt(2.0 / 12) / sqrt((double)n);
	return (student_p((b[0] - a[0]) / error, n - 1));
}

void
paired_compare(struct paired *paired, const double *a, const double *b,
    size_t n)
{
	double *differences, error;
	size_t i;

	memset(paired, 0, sizeof(*paired));
	paired->n = n;
	paired->mean_a = mean(a, n);
	paired->mean_b = mean(b, n);
	paired->median_a = median(a, n);
	paired->median_b = median(b, n);
	differences = must_alloc(n, sizeof(*differences));
	for (i = 0; i < n; i++) {
		differences[i] = b[i] - a[i];
		paired->above += b[i] > a[i];
		paired->below += b[i] < a[i];
	}
	paired->difference = mean(differences, n);
	paired->low = paired->high = paired->variance_cut = NAN;
	paired->p = 1;
	if (n > 1) {
		error = sqrt(variance(differences, n) / (double)n);
		paired->low = paired->difference - student_t975(n - 1) * error;
		paired->high = paired->difference + student_t975(n - 1) * error;
		if (!all_equal(differences, n))
			paired->p = student_p(paired->difference / error,
			    n - 1);
		else if (differences[0] != 0)
			paired->p = constant_p(a, b, n);
		if (n > 2 && !all_equal(differences, n))
			paired->variance_cut = (variance(a, n) +
			    variance(b, n)) / variance(differences, n);
	}
	find_ratio(paired, a, b, n);
	free(differences);
}

/* --- many ------------------------------------------------------------------- */

struct ranked {
	double p;
	size_t place;
};

static int
compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->p != y->p)
		return (x->p < y->p ? -1 : 1);
	return (x->place < y->place ? -1 : x->place > y->place);
}

void
paired_holm(double *p, size_t count)
{
	struct ranked *ranked;
	double most;
	size_t i;

	ranked = must_alloc(count, sizeof(*ranked));
	for (i = 0; i < count; i++)
		ranked[i] = (struct ranked){ p[i], i };
	qsort(ranked, count, sizeof(*ranked), compare_ranked);
	most = 0;
	for (i = 0; i < count; i++) {
		most = fmax(most, fmin(1, ranked[i].p * (double)(count - i)));
		p[ranked[i].place] = most;
	}
	free(ranked);
}
