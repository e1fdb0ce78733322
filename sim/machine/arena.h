/*
 * arena - which memory does the simulated machine have?
 *
 * One contiguous host mapping is the machine's page pool.  All memory that
 * simulated threads share comes from it, so an address turns into a cache line
 * by one subtraction and one shift, and offsets (never addresses) are what
 * results may depend on.  Beside it lie a record for each cache line and, for
 * each 16-byte granule, the number of the item that starts there.
 *
 * Pages come from NUMA domains: the pool is split evenly, each part is handed
 * out from its start, and freed runs are kept by length, last in first out.
 *
 * Errors      arena_open() fails without memory; arena_take() returns NULL
 *             when the pool is exhausted.
 * Cost        arena_reset() clears what was used, no more.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_ARENA_H
#define SIM_MACHINE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ARENA_PAGE = 4096,
	ARENA_LINE_SHIFT = 6,
	ARENA_GRANULE_SHIFT = 4,
	ARENA_DOMAINS = 8,
	ARENA_RUNS_MAX = 64,	/* freed runs up to so many pages are reused */
	ARENA_NOBODY = 0xffff,	/* no CPU */
};

/* What the caches know of one line. */
struct line {
	uint64_t touched_ps;	/* last use by anybody; 0: never */
	uint64_t busy_ps;	/* a transaction holds it until then */
	uint32_t version;	/* no other line ever has the same; see line_renew() */
	uint16_t owner;		/* CPU that may write it, or ARENA_NOBODY */
	uint16_t last;		/* CPU that last owned or fetched it */
	uint8_t sockets;	/* bit for each socket that holds it */
	uint8_t watched;	/* accesses must go through the checks */
	uint16_t pad;
	uint32_t writer;	/* for the checks: thread of the last write */
};

struct arena {
	unsigned char *base;
	size_t bytes;		/* of the pool in this run */
	struct line *lines;
	uint32_t *granules;	/* item number + 1, or 0 */
	size_t mapped_bytes;
	unsigned domains;
	size_t domain_bytes;
	size_t used[ARENA_DOMAINS];	/* bytes handed out from the start */
	size_t pages_free;
	size_t pages_total;
	uint32_t next_version;
	struct arena_run {	/* freed runs, as a list through host memory */
		uint32_t *offsets;	/* in pages */
		uint32_t count;
		uint32_t room;
	} runs[ARENA_DOMAINS][ARENA_RUNS_MAX + 1];
};

bool arena_open(struct arena *arena, size_t bytes);
void arena_close(struct arena *arena);

/* As new, with so many bytes in so many domains. */
void arena_reset(struct arena *arena, size_t bytes, unsigned domains);

/* Zeroed contiguous pages, from `domain` or the next one that has some. */
void *arena_take(struct arena *arena, size_t pages, unsigned domain);
void arena_give(struct arena *arena, void *memory, size_t pages);

/*
 * All copies of the line are invalid from now on.  Versions are unique among
 * all lines of a run, so a cache need remember nothing else.  After four
 * billion of them they begin again, at 1: a copy could then be taken for that
 * of another line, which costs a miss at most, and the same one in each replay.
 */
static inline void
line_renew(struct arena *arena, struct line *line)
{

	if (++arena->next_version == 0)
		arena->next_version = 1;
	line->version = arena->next_version;
}

static inline unsigned
arena_domain_of(const struct arena *arena, size_t offset)
{
	unsigned domain;

	domain = 0;
	while (domain + 1 < arena->domains &&
	    offset >= (size_t)(domain + 1) * arena->domain_bytes)
		domain++;
	return (domain);
}

#endif
