/*
 * store_merge - how do the databases of partial sweeps become one?
 *
 * Experiments of equal name, scenario digest and build id are the same
 * experiment: their points join by ordinal, their runs by seed, and of two
 * rows of the same run the one that got further counts (an answer before a
 * timeout or crash, that before pending).  Others are kept side by side.
 * Merging the same database again changes nothing.
 *
 * Errors      -1 with err: one input is merged in one transaction, as a whole
 *             or not at all.  1 with err: the two databases disagree about a
 *             run, which the same build never does.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_STORE_STORE_MERGE_H
#define TOOLS_STORE_STORE_MERGE_H

#include <stdint.h>

struct err;
struct store;

struct store_merged {
	int64_t experiments;	/* new in the output */
	int64_t runs;		/* new, or got further than they were */
};

int store_merge(struct store *store, const char *path,
    struct store_merged *merged, struct err *err);

#endif
