/*
 * clock_row - how are the rows of clocks copied and joined?
 *
 * For clock.c and clock_order.c alone, of which the latter keeps the order of
 * seq_cst operations.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MEMORY_CLOCK_ROW_H
#define SIM_MEMORY_CLOCK_ROW_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "sim/memory/clock.h"

/* Once a run's rows have their size; and when they are given back. */
void clock_order_reset(void);
void clock_order_fini(void);

/* Zero, and aligned as rows are. */
static inline void *
row_make(size_t words)
{
	void *memory;

	memory = must_have(aligned_alloc(sizeof(clock_lanes),
	    words * sizeof(uint32_t)));
	memset(memory, 0, words * sizeof(uint32_t));
	return (memory);
}

static inline uint32_t *
row_of(uint32_t cpu)
{

	return (clock_rows.hb + (size_t)cpu * clock_rows.words);
}

/*
 * Rows are one or two vectors, as a rule: what compilers make of such loops, a
 * call of memcpy() or several turns at once, is slower.
 */
#define EACH_ALONE	__asm__ ("")

static inline void
row_join(uint32_t *into, const uint32_t *from)
{
	const uint32_t *end;
	clock_lanes *to;

	end = from + clock_rows.words;
	do {
		EACH_ALONE;
		to = (clock_lanes *)into;
		*to = lanes_max(*to, *(const clock_lanes *)from);
		into += CLOCK_LANES;
		from += CLOCK_LANES;
	} while (from != end);
}

static inline void
row_copy(uint32_t *to, const uint32_t *from)
{
	const uint32_t *end;

	end = from + clock_rows.words;
	do {
		EACH_ALONE;
		*(clock_lanes *)to = *(const clock_lanes *)from;
		to += CLOCK_LANES;
		from += CLOCK_LANES;
	} while (from != end);
}

static inline void
row_copy_both(uint32_t *to, const uint32_t *left, const uint32_t *right)
{
	const uint32_t *end;

	end = left + clock_rows.words;
	do {
		EACH_ALONE;
		*(clock_lanes *)to = lanes_max(*(const clock_lanes *)left,
		    *(const clock_lanes *)right);
		to += CLOCK_LANES;
		left += CLOCK_LANES;
		right += CLOCK_LANES;
	} while (left != end);
}

static inline void
row_clear(uint32_t *row)
{
	const uint32_t *end;

	end = row + clock_rows.words;
	do {
		EACH_ALONE;
		*(clock_lanes *)row = (clock_lanes){ 0 };
		row += CLOCK_LANES;
	} while (row != end);
}

#endif
