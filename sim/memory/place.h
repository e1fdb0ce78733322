/*
 * place - what is known of these few bytes of simulated memory?
 *
 * On machines of up to four CPUs a place has all that an access asks for: the
 * clock that its store has left (sync_small.h), and what could race with it
 * (place_judge.h, sim/checks/data_race_slot.c).  There are two for each eight
 * bytes: the first is for what concerns all of them or the first half, the
 * second for the second half.  A place fills a line of the host's cache.
 *
 * Accesses that a later one could race with stand in a log, in the order in
 * which they happened; those of a place are chained, the newest first.
 *
 * The clocks of a place are valid if it bears the life that places have now, its
 * chain if it bears the key of the run: a new run clears nothing.
 *
 * Errors      without memory the program ends.
 * Cost        O(1); sixteen bytes for each byte of a page touched, and 48 for
 *             each access in the log.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MEMORY_PLACE_H
#define SIM_MEMORY_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/memory/clock.h"

enum {
	PLACE_CPUS = CLOCK_LANES,
	PLACE_GRANULE_BYTES = 8,
	PLACE_HALF_BYTES = 4,
	PLACE_PAGE_SHIFT = 12,	/* of the arena */
	PLACE_PAGES = 1 << 20,	/* offsets have 32 bits */
	PLACE_GRANULES = (1 << PLACE_PAGE_SHIFT) / PLACE_GRANULE_BYTES,
	/* Of a tag: the life of its clock, and all bytes of a granule. */
	PLACE_TAG_LIFE = 0xffff,
	PLACE_TAG_BYTES_SHIFT = 16,
	PLACE_TAG_BYTES = 0xff << PLACE_TAG_BYTES_SHIFT,
};

/* What a place's chain is about: bits of `race`, below the key of the run. */
enum {
	/* A shape is size << 3 | first byte, or one of these. */
	PLACE_SHAPE_SHIFT = 3,
	PLACE_HALF = 9 << PLACE_SHAPE_SHIFT,	/* all eight, of sixteen */
	PLACE_EMPTY = 1,	/* there is none; the other half has its own */
	PLACE_OTHER = 2,	/* the first place is for all eight bytes */
	PLACE_LIST = 3,		/* there is a list instead */
	PLACE_CELL = 4,		/* there is a cell: its number is in `reads` */
	PLACE_SHAPE_MASK = 0x7f,
	PLACE_PLAIN = 0x80,	/* some access in it was not atomic */
	PLACE_RUN_SHIFT = 8,
	PLACE_RUN_MAX = (1 << 24) - 1,
};

struct place {
	_Alignas(64) clock_lanes row;	/* what a load joins */
	clock_lanes writes;	/* epochs of the CPUs' last in the chain */
	clock_lanes reads;
	struct place_state {
		_Alignas(8) uint32_t tag;	/* of the row: sync_small.h */
		uint32_t race;	/* places.key, and what the chain is about */
	} is;
	uint32_t heads;
	uint32_t newest;	/* of the chain, as place_link() */
};

struct place_page {
	struct place_page *next;	/* in use, or not */
	uint32_t number;
	uint32_t race;		/* the run whose chains it has */
	uint64_t judged[PLACE_GRANULES / 64];	/* bit for each that has one */
	/* First halves, and whole granules; second halves. */
	_Alignas(64) struct place places[2][PLACE_GRANULES];
};

/* Of a lane: it stands for nothing of its chain, nor that for it. */
enum { PLACE_SETTLED = 128 };

/* What a finding would say of an access, and what its CPU knew. */
struct place_entry {
	clock_lanes known;
	const void *where;
	uint64_t at_ps;
	uint64_t opened_ps;	/* the section around it; UINT64_MAX: none */
	uint32_t older;		/* in its chain; places.nothing: none */
	uint16_t thread;
	uint8_t lane;		/* kind * PLACE_CPUS + cpu, PLACE_SETTLED */
	uint8_t interrupts;
};

extern struct places {
	struct place_page **pages;	/* those in use, by number */
	struct place_entry *next;	/* in the log */
	struct place_entry *end;
	uint32_t nothing;	/* links to the first entry: nobody's */
	uint32_t key;		/* of this run, without a shape */
	uint32_t tag;		/* of granules that were stored to as a whole */
	/* ... and whose accesses have been atomic, and of all of it. */
	struct place_state whole;
	/*
	 * For accesses that place_judge.h does not settle, in the place of the
	 * port `accessed`.  NULL: it is not to be asked; so a run begins.
	 */
	void (*closer)(uint32_t offset, uint32_t size, unsigned how,
	    const void *where);
	struct place_entry *first;
	struct place_page *used;
	struct place_page *free;
} places;

/* There may be pages. */
void places_make(void);
/* All pages are free: no place has a clock. */
void places_release(void);
/* To be said again when the key has changed. */
void places_settle(void);
/* The keys of old runs are about to come again. */
void places_outdate(void);
void places_fini(void);

/* Everything but the common case. */
struct place_page *places_page_slow(uint32_t offset);

#define PLACE_INLINE static inline __attribute__((always_inline))

/* The page that this offset lies in; NULL: nothing is known of it. */
PLACE_INLINE struct place_page *
places_find(uint32_t offset)
{

	return (places.pages[offset >> PLACE_PAGE_SHIFT]);
}

/* ... made where there is none. */
PLACE_INLINE struct place_page *
places_page(uint32_t offset)
{
	struct place_page *page;

	page = places_find(offset);
	return (__builtin_expect(page != NULL, 1) ? page :
	    places_page_slow(offset));
}

/* Both at one look. */
PLACE_INLINE bool
place_is(const struct place *place, const struct place_state *state)
{
	uint64_t is, would_be;

	__builtin_memcpy(&is, &place->is, sizeof(is));
	__builtin_memcpy(&would_be, state, sizeof(would_be));
	return (is == would_be);
}

/* Of all eight bytes, or of the first four. */
PLACE_INLINE struct place *
place_first(struct place_page *page, uint32_t offset)
{

	return (&page->places[0][offset / PLACE_GRANULE_BYTES %
	    PLACE_GRANULES]);
}

/* Of the last four, by the first of both. */
PLACE_INLINE struct place *
place_second(struct place *first)
{

	return (first + PLACE_GRANULES);
}

/* The lower half of the address, of which differences are all that counts. */
PLACE_INLINE uint32_t
place_link(const struct place_entry *entry)
{

	return ((uint32_t)(uintptr_t)entry);
}

PLACE_INLINE struct place_entry *
place_entry(uint32_t link)
{

	return ((struct place_entry *)(void *)((char *)places.first +
	    (uint32_t)(link - places.nothing)));
}

/* Did a comparison of vectors hold for any lane? */
PLACE_INLINE bool
place_any(clock_lanes compared)
{

#if defined(__SSE2__)
	typedef char bytes __attribute__((vector_size(sizeof(compared))));

	return (__builtin_ia32_pmovmskb128((bytes)compared) != 0);
#else
	return ((compared[0] | compared[1] | compared[2] | compared[3]) != 0);
#endif
}

/* Has the granule with this first place been accessed in this run? */
PLACE_INLINE bool
place_is_open(const struct place *first)
{

	return ((first->is.race ^ places.key) >> PLACE_RUN_SHIFT == 0);
}

/* It has been, from now on. */
PLACE_INLINE void
place_mark(struct place_page *page, uint32_t offset)
{
	uint32_t number;

	if (page->race != places.key) {
		page->race = places.key;
		__builtin_memset(page->judged, 0, sizeof(page->judged));
	}
	number = offset / PLACE_GRANULE_BYTES % PLACE_GRANULES;
	page->judged[number / 64] |= UINT64_C(1) << number % 64;
}

#endif
