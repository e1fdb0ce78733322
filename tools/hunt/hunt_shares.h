/*
 * hunt_shares - which strategy has paid, and how many runs does it get?
 *
 * The runs of a hunt are divided into epochs, each as long as all before it.
 * What a strategy of strategies learnt in one epoch settles the shares of the
 * next: so they depend on what runs did, and not on when their answers came or
 * on how many workers there are.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_HUNT_HUNT_SHARES_H
#define TOOLS_HUNT_HUNT_SHARES_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/strategies/strategy.h"

enum {
	HUNT_EPOCH_FIRST = 512,		/* runs of the first epoch */
	HUNT_EPOCHS_MAX = 56,
};

struct hunt_shares {
	struct strategy_shares epochs[HUNT_EPOCHS_MAX];
	uint32_t known;			/* epochs whose shares are settled */
	uint64_t runs[STRATEGY_PARTS_MAX];	/* in the last of them */
	uint64_t fresh[STRATEGY_PARTS_MAX];	/* ... of new behaviour */
};

void hunt_shares_begin(struct hunt_shares *shares,
    const struct strategy *strategy);

/* The epoch of a run, and the first run behind it. */
uint32_t hunt_shares_epoch(uint64_t number);
uint64_t hunt_shares_border(uint64_t number);

/* A run of the last epoch was counted; its behaviour was new, or not. */
void hunt_shares_count(struct hunt_shares *shares, uint32_t part, bool fresh);

/* All runs of the last epoch were counted: the next one begins. */
void hunt_shares_settle(struct hunt_shares *shares,
    const struct strategy *strategy);

#endif
