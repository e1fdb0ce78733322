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
 * Cost        arena_reset() clears the pages that were taken, as far as they
 *             were asked for, and the records of lines and items that were
 *             written, no more.
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
	ARENA_PAGE_LINES_SHIFT = 6,	/* lines of a page */
	ARENA_PAGE_LINES = 1 << ARENA_PAGE_LINES_SHIFT,
	ARENA_SETS = 512,	/* lines whose numbers leave the same remainder
				 * are a set: no two have the same version */
	ARENA_PARTS = 16,	/* pages asked for in part that are remembered */
	ARENA_BEHIND = 256,	/* bytes: looked at by arena_overrun() */
};

/* A line's version: 0, nobody has ever asked for it; 1 to ... */
#define ARENA_VERSION_LAST	0xfffd
#define ARENA_VERSION_LONE	0xfffe	/* nobody has a copy of it */
#define ARENA_VERSION_NONE	0xffff	/* no line ever has it */

_Static_assert(ARENA_PAGE >> ARENA_LINE_SHIFT == 1 << ARENA_PAGE_LINES_SHIFT,
    "a page's lines have a bit each in one word");

/* What the caches know of one line.  All zero: nobody has ever asked. */
struct line {
	uint64_t touched_ps;	/* last use by anybody; 0: never */
	uint64_t busy_ps;	/* a transaction holds it until then */
	uint16_t version;	/* see line_renew(); 0: none yet */
	uint16_t owner;		/* CPU that may write it, or ARENA_NOBODY */
	uint16_t last;		/* CPU that last owned or fetched it */
	uint8_t sockets;	/* bit for each socket that holds it */
	uint8_t watched;	/* accesses must go through the checks */
	uint32_t writer;	/* for the checks: thread of the last write */
};

/* Which of a page's records the run has written. */
struct arena_page {
	uint64_t lines;		/* a bit for each */
	uint32_t granules;	/* 1: some */
	uint32_t listed;	/* 1: in arena.written[] */
};

struct arena {
	unsigned char *base;
	size_t bytes;		/* of the pool in this run */
	struct line *lines;
	uint32_t *granules;	/* item number + 1, or 0 */
	struct arena_page *pages;
	uint32_t *written;	/* pages with records to clear */
	size_t written_count;
	size_t mapped_bytes;
	unsigned domains;
	size_t domain_bytes;
	size_t used[ARENA_DOMAINS];	/* bytes handed out from the start */
	size_t kept;		/* ... and there in each run: arena_keep() */
	size_t pages_free;
	size_t pages_total;
	uint16_t versions[ARENA_SETS];	/* the last that a line of the set got */
	bool given;		/* some run may be in a list */
	bool wild;		/* no end of a part is sure to be left alone */
	uint32_t part_count;
	struct arena_part {	/* by offset in each domain */
		uint32_t first;	/* page */
		uint32_t pages;
		size_t bytes;	/* what lies behind them is nobody's */
	} parts[ARENA_PARTS];
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
/* The same, with as many as before. */
void arena_renew(struct arena *arena);

/*
 * What has been asked for so far, part of a page of domain 0, is there and
 * clear after each arena_renew() from now on.
 */
void arena_keep(struct arena *arena);

/* Zeroed contiguous pages, from `domain` or the next one that has some. */
void *arena_take(struct arena *arena, size_t pages, unsigned domain);
/* The same for so many bytes: the rest of the last page is never touched. */
void *arena_take_bytes(struct arena *arena, size_t bytes, unsigned domain);
/* From now on in this run somebody may write where nothing was handed out. */
void arena_wild(struct arena *arena);
void arena_give(struct arena *arena, void *memory, size_t pages);

/*
 * At the end of a run: somebody has written just behind a part, or behind all
 * that was handed out.  The next reset would have left that alone; now it clears
 * everything there.
 */
bool arena_overrun(struct arena *arena);

/* The page has records that the next reset must clear. */
void arena_list(struct arena *arena, size_t page);

static inline void
arena_write_line(struct arena *arena, const struct line *line)
{
	struct arena_page *page;
	size_t number;

	number = (size_t)(line - arena->lines);
	page = &arena->pages[number >> ARENA_PAGE_LINES_SHIFT];
	page->lines |= UINT64_C(1) << number %
	    (1 << ARENA_PAGE_LINES_SHIFT);
	if (__builtin_expect(!page->listed, 0))
		arena_list(arena, number >> ARENA_PAGE_LINES_SHIFT);
}

/* The number of the item that begins at that offset. */
static inline void
arena_write_granule(struct arena *arena, size_t offset, uint32_t number)
{
	struct arena_page *page;

	page = &arena->pages[offset / ARENA_PAGE];
	page->granules = 1;
	if (!page->listed)
		arena_list(arena, offset / ARENA_PAGE);
	arena->granules[offset >> ARENA_GRANULE_SHIFT] = number;
}

/* A set's versions have run out: its lines and their copies get new ones. */
void cache_renumber(uint32_t set);

/*
 * All copies of the line are invalid from now on.  Among the lines of a set,
 * those of earlier runs included, no two ever have the same version, so a cache
 * need remember nothing else, and has nothing to clear between runs.
 */
static inline void
line_renew(struct arena *arena, struct line *line)
{
	uint32_t set;

	set = (uint32_t)(line - arena->lines) % ARENA_SETS;
	if (__builtin_expect(arena->versions[set] >= ARENA_VERSION_LAST, 0))
		cache_renumber(set);
	line->version = ++arena->versions[set];
	arena_write_line(arena, line);
}

/* All lines of these pages, from the first's number on. */
void lines_renew(struct arena *arena, size_t first, size_t pages);

/* Before its record is looked at: one that nobody has asked for is nobody's. */
static inline void
line_ready(struct arena *arena, struct line *line)
{

	if (__builtin_expect(line->version != 0, 1))
		return;
	line->owner = ARENA_NOBODY;
	line_renew(arena, line);
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
