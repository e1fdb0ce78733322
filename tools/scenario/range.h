/*
 * range - which values lie between these two?
 *
 * Whole numbers in base units, from `from` to `to`, both included, at equal
 * distances or in equal ratios.  Both ends are always exact; between them a
 * value is the nearest whole number.
 *
 * range_at() is for lists: value `index` of `last` + 1.  range_part() is for
 * designs: the value at a fraction of 2^32 of the way.  There every whole
 * number has the share of the way that is its own: all have the same where
 * distances are equal, and n has log((n + 1) / n) where ratios are.
 *
 * Integers alone: the logarithm by squaring, the power by roots of two, both
 * to 2^-56, so that a range is the same on every machine and C library.
 *
 * Invariant   from <= to; 1 <= from where ratios are equal.
 * Cost        about 60 multiplications for a value.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SCENARIO_RANGE_H
#define TOOLS_SCENARIO_RANGE_H

#include <stdbool.h>
#include <stdint.h>

enum { RANGE_FRACTION = 58 };	/* bits of a logarithm after the point */

struct range {
	uint64_t from;
	uint64_t to;
	bool log;			/* equal ratios */
	uint64_t log_from;		/* base 2, RANGE_FRACTION bits */
	uint64_t log_to;
	uint64_t log_beyond;		/* of to + 1 */
	uint64_t roots[RANGE_FRACTION];	/* 2^(1/2), 2^(1/4), ...; 62 bits */
};

void range_init(struct range *range, uint64_t from, uint64_t to, bool log);

/* `index` is from 0 to `last`, which is at least 1. */
uint64_t range_at(const struct range *range, uint64_t index, uint64_t last);

uint64_t range_part(const struct range *range, uint32_t fraction);

/*
 * The nearest value of fewer decimal digits that can still be told from its
 * neighbours, of which the range has `count`: four digits, or more where it is
 * narrow or has many values.  For units that are finer than anybody needs.
 */
uint64_t range_readable(const struct range *range, uint64_t value,
    uint64_t count);

#endif
