/*
 * data_race_shape - which bytes of a granule are a chain's accesses about?
 *
 * Shapes are those of sim/memory/place.h.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_CHECKS_DATA_RACE_SHAPE_H
#define SIM_CHECKS_DATA_RACE_SHAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/memory/place.h"

enum { SHAPE_WHOLE = 0xff };	/* all bytes of a granule, as bits */

/* As bits. */
static inline unsigned
shape_bytes(uint32_t shape)
{

	if (shape == PLACE_HALF)
		return (SHAPE_WHOLE);
	return (((1U << (shape >> PLACE_SHAPE_SHIFT)) - 1) <<
	    shape % PLACE_GRANULE_BYTES);
}

/* How many the access had in all. */
static inline uint32_t
shape_size(uint32_t shape)
{

	return (shape == PLACE_HALF ? 16 : shape >> PLACE_SHAPE_SHIFT);
}

/* Does it keep to one half? */
static inline bool
shape_is_narrow(uint32_t shape)
{
	unsigned bytes;

	bytes = shape_bytes(shape);
	return ((bytes & 0x0f) == 0 || (bytes & 0xf0) == 0);
}

#endif
