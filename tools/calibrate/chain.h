/*
 * chain - how long does a load take that needs the one before it?
 *
 * A chain is a set of cache lines, each of which holds the address of the
 * next, in an order that no prefetcher guesses: one cycle through all of them.
 * Walking it in circles, a line comes up again after all others of the chain
 * have been used, so the size of the chain decides which cache has it.
 *
 * Errors      a chain for which there is no memory has no lines.
 * Source      L. McVoy, C. Staelin, lmbench: portable tools for performance
 *             analysis, USENIX 1996, section 6.2 (lat_mem_rd).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CALIBRATE_CHAIN_H
#define TOOLS_CALIBRATE_CHAIN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Measuring code is never instrumented, whatever the build. */
#define MEASURED	__attribute__((noinline, \
	no_sanitize("address", "undefined")))

enum { CHAIN_LINE = 64 };

struct chain_line {
	struct chain_line *next;
	_Atomic uint64_t word;
	char rest[CHAIN_LINE - 16];
};

struct chain {
	void *memory;		/* of its own, or NULL */
	size_t memory_bytes;
	struct chain_line *at;	/* where the walk is */
	size_t lines;
	bool huge;		/* the system was asked for huge pages */
};

/*
 * A line in each `stride` bytes of `bytes`, which is memory of its own, in
 * huge pages if they are wanted and to be had.
 */
void chain_create(struct chain *chain, size_t bytes, size_t stride, bool huge);
void chain_destroy(struct chain *chain);

/* The same in memory that is there already and stays the caller's. */
void chain_lay(struct chain *chain, void *memory, size_t bytes, size_t stride);

/* Memory in huge pages if wanted; NULL if there is none. */
void *chain_map(size_t bytes, bool huge);

/* So many loads, each of which waits for the one before. */
void chain_walk(struct chain *chain, size_t loads);

/* One round of the chain: a store to each line, a locked addition to each. */
void chain_store(struct chain *chain);
void chain_add(struct chain *chain);

/* The time for each of `loads` loads. */
double chain_time(struct chain *chain, size_t loads);

#endif
