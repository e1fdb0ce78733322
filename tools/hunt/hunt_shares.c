/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/hunt/hunt_shares.h"

#include <string.h>

enum {
	SHARE_SUM = 240,
	SHARE_LEAST = SHARE_SUM / 16,
};

void
hunt_shares_begin(struct hunt_shares *shares, const struct strategy *strategy)
{
	uint32_t i;

	memset(shares, 0, sizeof(*shares));
	for (i = 0; i < strategy->part_count; i++)
		shares->epochs[0].of[i] = 1;
	shares->known = 1;
}

uint32_t
hunt_shares_epoch(uint64_t number)
{

	number /= HUNT_EPOCH_FIRST;
	return (number == 0 ? 0 : 64 - (uint32_t)__builtin_clzll(number));
}

uint64_t
hunt_shares_border(uint64_t number)
{

	return ((uint64_t)HUNT_EPOCH_FIRST << hunt_shares_epoch(number));
}

void
hunt_shares_count(struct hunt_shares *shares, uint32_t part, bool fresh)
{

	shares->runs[part]++;
	shares->fresh[part] += fresh;
}

void
hunt_shares_settle(struct hunt_shares *shares, const struct strategy *strategy)
{
	uint64_t rates[STRATEGY_PARTS_MAX], sum, spare;
	uint32_t i, parts;

	parts = strategy->part_count;
	sum = 0;
	for (i = 0; i < parts; i++) {
		rates[i] = shares->runs[i] == 0 ? 0 :
		    shares->fresh[i] * 65536 / shares->runs[i];
		sum += rates[i];
	}
	spare = SHARE_SUM - SHARE_LEAST * (uint64_t)parts;
	for (i = 0; i < parts; i++)
		shares->epochs[shares->known].of[i] = (unsigned char)
		    (SHARE_LEAST + (sum == 0 ? spare / parts :
		    spare * rates[i] / sum));
	shares->known++;
	memset(shares->runs, 0, sizeof(shares->runs));
	memset(shares->fresh, 0, sizeof(shares->fresh));
}
