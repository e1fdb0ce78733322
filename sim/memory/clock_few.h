/*
 * clock_few - what do clocks cost that are one vector?
 *
 * What clock.h says, for machines of at most CLOCK_LANES CPUs, in line.  There
 * joining a stamp costs less than to ask whether it would bring anything.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MEMORY_CLOCK_FEW_H
#define SIM_MEMORY_CLOCK_FEW_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/memory/clock.h"
#include "sim/memory/clock_order.h"

#define FEW_INLINE static inline __attribute__((always_inline))

/* They are so, in this run. */
FEW_INLINE bool
clock_few(void)
{

	return (clock_rows.words == CLOCK_LANES);
}

FEW_INLINE clock_lanes *
few_clock(uint32_t cpu)
{

	return ((clock_lanes *)clock_rows.hb + cpu);
}

FEW_INLINE bool
few_knows(uint32_t cpu, uint32_t other, uint32_t epoch)
{

	return (((const uint32_t *)few_clock(cpu))[other] >= epoch);
}

/* A comparison of vectors held for all lanes. */
FEW_INLINE bool
lanes_all(clock_lanes compared)
{

#if defined(__SSE2__)
	typedef char bytes __attribute__((vector_size(sizeof(compared))));

	return (__builtin_ia32_pmovmskb128((bytes)compared) == 0xffff);
#else
	return ((compared[0] & compared[1] & compared[2] & compared[3]) != 0);
#endif
}

/* What coherence lets the CPU ignore no longer. */
FEW_INLINE clock_lanes
few_seen(uint32_t cpu)
{
	struct clock_own *own;
	clock_lanes known;

	own = &clock_rows.own[cpu];
	known = *few_clock(cpu);
	if (own->fence == 0)
		return (known);
	if (__builtin_expect(!order_row_found(own), 0))
		order_row_find(own);
	return (lanes_max(known, *(const clock_lanes *)own->row));
}

/* There is a place behind all others, and nothing must be dropped for it. */
FEW_INLINE bool
few_order_room(void)
{

	return (clock_order.last - clock_order.first < ORDER_MAX &&
	    clock_order.last < ORDER_SPAN - 1 &&
	    clock_order.id_last < ORDER_GAPS_UPTO);
}

/* As order_fence(), behind all others, where there is room. */
FEW_INLINE order_id
few_order_fence(uint32_t cpu)
{
	const struct place *earlier;
	struct clock_own *own;
	struct place *place;
	uint32_t at;
	order_id id;

	at = ++clock_order.last;
	id = clock_order.id_last += ORDER_GAP;
	order_name(at, id);
	place = &clock_order.places[at];
	earlier = place - 1;
	while (!earlier->fence)
		earlier--;
	*(clock_lanes *)place->row = lanes_max(*few_clock(cpu),
	    *(const clock_lanes *)earlier->row);
	place->cpu = cpu;
	place->epoch = ((const uint32_t *)few_clock(cpu))[cpu];
	place->offset = UINT32_MAX;
	place->fence = true;
	own = &clock_rows.own[cpu];
	own->fence = own->row_fence = id;
	own->row = place->row;
	own->row_version = clock_rows.version;
	return (id);
}

/* What a stamp had: its row, and the latest fence in that. */
FEW_INLINE void
few_join(uint32_t cpu, clock_lanes row, order_id fence)
{
	struct clock_own *own;
	clock_lanes *clock;

	clock = few_clock(cpu);
	*clock = lanes_max(*clock, row);
	own = &clock_rows.own[cpu];
	own->fence = order_later(own->fence, fence);
}

#endif
