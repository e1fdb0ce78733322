/*
 * shard - which runs of a sweep are whose?
 *
 * A plan is cut into `count` shards that have no run in common and together
 * have them all.  Row after row (a row is one seed of every point) runs are
 * dealt out like cards, and whenever the same points would come round to the
 * same shard again the deal is moved on by one.  So the sizes of two shards
 * differ by one run at most, every prefix of the rows is split as evenly, and no
 * shard keeps all the runs of a costly point.
 *
 * Where a point's number of seeds is settled while it runs (seeds: until),
 * points are dealt out instead, each with all of its seeds.
 *
 * Which shard a run is in depends on nothing but the numbers given here.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLUSTER_SHARD_H
#define TOOLS_CLUSTER_SHARD_H

#include <stdbool.h>
#include <stdint.h>

struct err;

enum { SHARD_MOST = 1000000 };

struct shard {
	uint64_t index;		/* 0 ... count - 1 */
	uint64_t count;		/* 0: everything is in it, as in a shard 1/1 */
	bool by_point;
};

/* From "K/N", 1 <= K <= N.  by_point is left as it is. */
int shard_parse(const char *text, struct shard *shard, struct err *err);

/* The index of the shard that a run is in; `row` counts seeds from the first. */
uint64_t shard_of(const struct shard *shard, uint64_t point_count,
    uint64_t point, uint64_t row);

static inline bool
shard_has(const struct shard *shard, uint64_t point_count, uint64_t point,
    uint64_t row)
{

	return (shard->count <= 1 ||
	    shard_of(shard, point_count, point, row) == shard->index);
}

/* How many of point_count * rows runs are in it. */
uint64_t shard_runs(const struct shard *shard, uint64_t point_count,
    uint64_t rows);

#endif
