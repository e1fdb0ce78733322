/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/scenario/range.h"

#include <assert.h>

#include "sim/base/wide.h"

enum { MANTISSA = 63, ROOT = 62 };	/* bits after the point */

/* Each squaring of a number from 1 to 2 gives one bit of its logarithm. */
static uint64_t
logarithm(uint64_t value)
{
	wide_uint square;
	uint64_t mantissa, result;
	unsigned int i, whole;

	whole = 63 - (unsigned int)__builtin_clzll(value);
	mantissa = value << (63 - whole);
	result = whole;
	for (i = 0; i < RANGE_FRACTION; i++) {
		square = (wide_uint)mantissa * mantissa >> MANTISSA;
		result <<= 1;
		if (square >> (MANTISSA + 1) != 0) {
			result |= 1;
			square >>= 1;
		}
		mantissa = (uint64_t)square;
	}
	return (result);
}

/* The square root, rounded down. */
static uint64_t
root(wide_uint value)
{
	wide_uint trial;
	uint64_t result;
	int bit;

	result = 0;
	for (bit = 63; bit >= 0; bit--) {
		trial = result | (wide_uint)1 << bit;
		if (trial * trial <= value)
			result = (uint64_t)trial;
	}
	return (result);
}

void
range_init(struct range *range, uint64_t from, uint64_t to, bool log)
{
	uint64_t power;
	unsigned int i;

	assert(from <= to && (!log || from > 0) && "a range goes upwards");
	range->from = from;
	range->to = to;
	range->log = log;
	if (!log)
		return;
	range->log_from = logarithm(from);
	range->log_to = logarithm(to);
	range->log_beyond = to == UINT64_MAX ? range->log_to :
	    logarithm(to + 1);
	power = (uint64_t)2 << ROOT;
	for (i = 0; i < RANGE_FRACTION; i++) {
		power = root((wide_uint)power << ROOT);
		range->roots[i] = power;
	}
}

/* Two to that power, with as many bits after the point as ROOT; or less. */
static wide_uint
power_of_two(const struct range *range, uint64_t exponent)
{
	uint64_t mantissa;
	unsigned int i;

	mantissa = (uint64_t)1 << ROOT;
	for (i = 0; i < RANGE_FRACTION; i++)
		if ((exponent >> (RANGE_FRACTION - 1 - i) & 1) != 0)
			mantissa = (uint64_t)((wide_uint)mantissa *
			    range->roots[i] >> ROOT);
	return ((wide_uint)mantissa << (exponent >> RANGE_FRACTION));
}

static uint64_t
clamp(const struct range *range, wide_uint value)
{

	if (value < range->from)
		return (range->from);
	return (value > range->to ? range->to : (uint64_t)value);
}

uint64_t
range_at(const struct range *range, uint64_t index, uint64_t last)
{
	uint64_t exponent;

	if (index == 0)
		return (range->from);
	if (index == last)
		return (range->to);
	if (!range->log)
		return (range->from + (uint64_t)(((wide_uint)(range->to -
		    range->from) * index + last / 2) / last));
	exponent = range->log_from + (uint64_t)((wide_uint)(range->log_to -
	    range->log_from) * index / last);
	return (clamp(range, (power_of_two(range, exponent) +
	    ((wide_uint)1 << (ROOT - 1))) >> ROOT));
}

uint64_t
range_part(const struct range *range, uint32_t fraction)
{
	uint64_t exponent;

	if (!range->log)
		return (range->from + (uint64_t)(((wide_uint)(range->to -
		    range->from) + 1) * fraction >> 32));
	exponent = range->log_from + (uint64_t)((wide_uint)(range->log_beyond -
	    range->log_from) * fraction >> 32);
	return (clamp(range, power_of_two(range, exponent) >> ROOT));
}

uint64_t
range_readable(const struct range *range, uint64_t value, uint64_t count)
{
	wide_uint most;
	uint64_t scope, unit;

	if (value == range->from || value == range->to)
		return (value);
	scope = range->to - range->from;
	if (scope > value)
		scope = value;
	scope /= count > 100 ? count * 10 : 1000;
	for (unit = 1; unit <= scope / 10; unit *= 10)
		continue;
	most = (wide_uint)value + unit / 2;
	return (clamp(range, most - most % unit));
}
