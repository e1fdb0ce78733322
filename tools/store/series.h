/*
 * series - how did a quantity change over time, as bytes?
 *
 * The stored form of a time series: a version byte (1), then for each point
 * its difference from the point before (the first: from 0), modulo 2^64, as a
 * signed number in zigzag form and LEB128: footprints move in small steps, so
 * most points take one to three bytes.
 *
 * Errors      decoding refuses what encoding did not write.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_STORE_SERIES_H
#define TOOLS_STORE_SERIES_H

#include <stddef.h>
#include <stdint.h>

/* Room that always suffices. */
#define SERIES_ENCODED_MAX(count)	(1 + (size_t)(count) * 10)

/* Returns the length. */
size_t series_encode(const uint64_t *points, size_t count,
    unsigned char *bytes);

/* Returns 0 and the number of points, or -1: damaged, or more than `room`. */
int series_decode(const unsigned char *bytes, size_t length, uint64_t *points,
    size_t room, size_t *count);

#endif
