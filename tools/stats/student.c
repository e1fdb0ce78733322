/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/stats/student.h"

#include <math.h>

/* --- the tail of Student's t ------------------------------------------------ */

/* What must not be 0 in a denominator. */
static double
away_from_zero(double x)
{
	static const double tiny = 1e-300;

	return (fabs(x) < tiny ? tiny : x);
}

/*
 * The continued fraction of the incomplete beta function, from its first term
 * on (the method of Lentz).  It converges fast where x < (a + 1) / (a + b + 2).
 */
static double
beta_fraction(double a, double b, double x)
{
	static const double enough = 1e-14;
	double c, d, m, product, step, term;
	int i;

	c = 1;
	d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
	product = d;
	for (i = 1; i < 1000; i++) {
		m = i;
		term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		d = 1 / away_from_zero(1 + term * d);
		c = away_from_zero(1 + term / c);
		product *= d * c;
		term = -(a + m) * (a + b + m) * x /
		    ((a + 2 * m) * (a + 2 * m + 1));
		d = 1 / away_from_zero(1 + term * d);
		c = away_from_zero(1 + term / c);
		step = d * c;
		product *= step;
		if (fabs(step - 1) < enough)
			break;
	}
	return (product);
}

static double
beta_share(double a, double b, double x)
{
	double front;

	if (x <= 0 || x >= 1)
		return (x <= 0 ? 0 : 1);
	front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) +
	    b * log1p(-x));
	if (x < (a + 1) / (a + b + 2))
		return (front * beta_fraction(a, b, x) / a);
	return (1 - front * beta_fraction(b, a, 1 - x) / b);
}

double
student_p(double t, size_t freedom)
{
	double f;

	if (freedom == 0 || isnan(t))
		return (1);
	if (isinf(t))
		return (0);
	f = (double)freedom;
	return (fmin(1, beta_share(f / 2, 0.5, f / (f + t * t))));
}

/* --- points of t ------------------------------------------------------------- */

double
student_t975(size_t freedom)
{
	static const double table[] = { 12.7062047364, 4.3026527297,
		3.1824463053, 2.7764451052, 2.5705818356, 2.4469118511,
		2.3646242516, 2.3060041352, 2.2621571628, 2.2281388520,
		2.2009851601, 2.1788128297, 2.1603686565, 2.1447866879,
		2.1314495456, 2.1199052992, 2.1098155778, 2.1009220402,
		2.0930240544, 2.0859634473, 2.0796138447, 2.0738730679,
		2.0686576104, 2.0638985616, 2.0595385528, 2.0555294386,
		2.0518305165, 2.0484071418, 2.0452296421, 2.0422724563 };
	double f;

	if (freedom == 0)
		return (INFINITY);
	if (freedom <= sizeof(table) / sizeof(table[0]))
		return (table[freedom - 1]);
	f = (double)freedom;
	return (1.959963984540 + 2.372271230 / f + 2.822499 / f / f +
	    2.555850 / f / f / f);
}

/*
 * Between bounds that are known to hold it: Newton's steps are quick but go
 * astray where the tail is heavy, halving never does.
 */
double
student_t(double probability, size_t freedom)
{
	double high, low, middle, tail;
	int i;

	if (freedom == 0)
		return (probability < 0.5 ? -INFINITY : INFINITY);
	if (probability < 0.5)
		return (-student_t(1 - probability, freedom));
	if (fabs(probability - 0.975) < 1e-12)
		return (student_t975(freedom));
	tail = 2 * (1 - probability);
	if (tail >= 1)
		return (0);
	if (tail <= 0)
		return (INFINITY);
	low = 0;
	for (high = 2; student_p(high, freedom) > tail; high *= 2)
		low = high;
	for (i = 0; i < 60 && high - low > 1e-13 * high; i++) {
		middle = (low + high) / 2;
		if (student_p(middle, freedom) > tail)
			low = middle;
		else
			high = middle;
	}
	return ((low + high) / 2);
}

double
student_width(double confidence, size_t freedom)
{

	return (student_t((1 + confidence) / 2, freedom));
}

/* --- the normal distribution ------------------------------------------------- */

/* The chance of a standard normal above x. */
static double
normal_above(double x)
{

	return (0.5 * erfc(x / sqrt(2)));
}

double
student_normal(double probability)
{
	static const double root_2pi = 2.50662827463100050242;
	double error, step, t, tail, x;
	int i;

	if (probability <= 0 || probability >= 1)
		return (probability <= 0 ? -INFINITY : INFINITY);
	if (probability > 0.5)
		return (-student_normal(1 - probability));
	tail = probability;
	t = sqrt(-2 * log(tail));
	x = t - (2.515517 + t * (0.802853 + t * 0.010328)) /
	    (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
	/* Halley's steps: each triples the digits, and there are three. */
	for (i = 0; i < 3; i++) {
		error = tail - normal_above(x);
		step = error * root_2pi * exp(x * x / 2);
		x -= step / (1 + x * step / 2);
	}
	return (-x);
}
