/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/strategies/draw.h"

/*
 * Of a word u in [0, 2^64), the row has the length floor(log(u / 2^64) / log(q))
 * for q = 1 - 1 / one_in: as long as k or longer with chance q^k.  The parabola
 * that stands for log2(1 + x) is off by at most 0.009, so chances by a factor of
 * at most 2^0.009; nobody's decision depends on so little.
 */

/* 1 / -log2(q), in units of 2^-32. */
static uint64_t rates[DRAW_ROW_MOST + 1];

/* -ln(1 - x) = x + x^2 / 2 + x^3 / 3 + ..., and the logarithm of 2. */
static uint64_t
rate_of(uint64_t one_in)
{
	const uint64_t ln2 = UINT64_C(2977044472), one = UINT64_C(1) << 32;
	uint64_t power, sum, n;

	if (one_in < 2)
		return (0);
	sum = 0;
	n = 1;
	for (power = one / one_in; power > 0; power /= one_in)
		sum += power / n++;
	return ((ln2 << 32) / sum);
}

uint64_t
draw_rate(uint64_t one_in)
{
	uint64_t i;

	/* Divisions are slow, and the same for each run. */
	if (rates[DRAW_ROW_MOST] == 0)
		for (i = 0; i <= DRAW_ROW_MOST; i++)
			rates[i] = rate_of(i);
	return (rates[one_in <= DRAW_ROW_MOST ? one_in : DRAW_ROW_MOST]);
}
