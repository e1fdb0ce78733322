/*
 * hist - how were the values spread?
 *
 * A hist is a log-linear histogram of unsigned 64-bit values, as in
 * HdrHistogram: 128 linear buckets to each power of two, so a bucket is never
 * wider than 1/128 of its value.  Adding two hists is exact and commutative,
 * so results do not depend on the order in which runs were merged.
 *
 * Units       whatever the values have; latencies are picoseconds.
 * Errors      hist_decode() returns -1 for what hist_encode() did not write,
 *             and leaves an empty hist.
 * Cost        hist_add() is O(1), no allocation, no division.
 * Source      Gil Tene, HdrHistogram (the bucket layout, not the code).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_BASE_HIST_H
#define SIM_BASE_HIST_H

#include <stddef.h>
#include <stdint.h>

#include "sim/base/wide.h"

enum {
	HIST_SUB_BITS = 7,
	HIST_SUB_COUNT = 1 << HIST_SUB_BITS,
	HIST_BUCKETS = (64 - HIST_SUB_BITS + 1) * HIST_SUB_COUNT,
};

struct hist {
	uint64_t count;
	uint64_t min;		/* UINT64_MAX while empty */
	uint64_t max;
	wide_uint sum;
	uint64_t bucket[HIST_BUCKETS];
};

void hist_init(struct hist *hist);
/* The same for one that has been in use; costs what was touched. */
void hist_reset(struct hist *hist);
void hist_add(struct hist *hist, uint64_t value);
void hist_merge(struct hist *into, const struct hist *from);

/* The bucket that holds `value`, and the smallest value of a bucket. */
size_t hist_index(uint64_t value);
uint64_t hist_lower(size_t index);

/*
 * The value below which `ppm` parts per million of the values lie: the middle
 * of its bucket, never beyond the observed minimum or maximum.  0 when empty.
 */
uint64_t hist_quantile(const struct hist *hist, uint64_t ppm);
double hist_mean(const struct hist *hist);

/*
 * The stored form: a version byte, then LEB128 varints: count, min, max, sum
 * (low 64 bits, high 64 bits), then for each non-empty bucket in rising order
 * (index minus the previous index, count).  `room` of at least
 * HIST_ENCODED_MAX bytes always suffices.  Returns the length; if that is more
 * than `room`, the bytes are only the beginning.
 */
enum { HIST_ENCODED_MAX = 64 + HIST_BUCKETS * 13 };
size_t hist_encode(const struct hist *hist, unsigned char *bytes, size_t room);
int hist_decode(struct hist *hist, const unsigned char *bytes, size_t length);

#endif
