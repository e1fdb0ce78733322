/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cluster/shard.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "sim/base/err.h"

static int
number(const char **text, uint64_t *value)
{
	char *end;

	if (!isdigit((unsigned char)**text))
		return (-1);
	errno = 0;
	*value = strtoull(*text, &end, 10);
	*text = end;
	return (errno != 0 ? -1 : 0);
}

int
shard_parse(const char *text, struct shard *shard, struct err *err)
{
	const char *at;
	uint64_t k, n;

	at = text;
	if (number(&at, &k) != 0 || *at++ != '/' || number(&at, &n) != 0 ||
	    *at != '\0') {
		return (err_set(err, "'%.40s' is no shard; allowed is K/N, as "
		    "in 3/8: the third of eight", text));
	}
	if (n < 1 || n > SHARD_MOST || k < 1 || k > n) {
		return (err_set(err, "'%.40s': there is no such shard; of K/N, "
		    "N is from 1 to %d and K from 1 to N", text, SHARD_MOST));
	}
	shard->index = k - 1;
	shard->count = n;
	return (0);
}

static uint64_t
common_divisor(uint64_t a, uint64_t b)
{
	uint64_t rest;

	while (b != 0) {
		rest = a % b;
		a = b;
		b = rest;
	}
	return (a);
}

uint64_t
shard_of(const struct shard *shard, uint64_t point_count, uint64_t point,
    uint64_t row)
{
	uint64_t n, period;

	n = shard->count;
	if (n <= 1)
		return (0);
	/*
	 * By point: each n points that follow one another go to n shards, one
	 * further each time, or the fastest axis would decide where a point goes.
	 */
	if (shard->by_point)
		return ((point % n + point / n % n) % n);
	/*
	 * After so many rows a whole number of rounds has been dealt, and the
	 * same points would be dealt to the same shards.
	 */
	period = n / common_divisor(n, point_count % n);
	return ((point % n + row % n * (point_count % n) % n +
	    row / period % n) % n);
}

uint64_t
shard_runs(const struct shard *shard, uint64_t point_count, uint64_t rows)
{
	uint64_t n, period, point, row, runs;

	n = shard->count;
	if (n <= 1)
		return (point_count * rows);
	/* What is dealt in whole rounds need not be counted card by card. */
	period = n / common_divisor(n, point_count % n);
	runs = shard->by_point ? 0 :
	    rows / period * (period * point_count / n);
	for (point = 0; point < point_count; point++) {
		if (shard->by_point) {
			runs += shard_has(shard, point_count, point, 0) ?
			    rows : 0;
			continue;
		}
		for (row = rows - rows % period; row < rows; row++)
			runs += shard_has(shard, point_count, point, row);
	}
	return (runs);
}
