/*
 * shadow - what is known of this byte of simulated memory?
 *
 * A table beside the arena: for each of its pages, when it is first asked for,
 * one of cells of the owner's own making.  A cell bears the life of its page;
 * one that bears another is empty, whatever it holds, so a new run costs
 * nothing for the pages that the last one touched.
 *
 * Errors      without memory the program ends.
 * Cost        O(1); a page's first use in a process clears SHADOW_PAGE_BYTES.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MEMORY_SHADOW_H
#define SIM_MEMORY_SHADOW_H

#include <stddef.h>
#include <stdint.h>

enum {
	SHADOW_SHIFT = 12,	/* a page of the arena */
	SHADOW_PAGES = 1 << 20,	/* offsets have 32 bits */
	SHADOW_PAGE_BYTES = 16384,
};

struct shadow_page {
	struct shadow_page *next;	/* the one that was made before it */
	uint32_t run;		/* the last one that used it */
	uint16_t life;		/* of its cells; never 0 */
	_Alignas(64) unsigned char cells[SHADOW_PAGE_BYTES];
};

/* All zero is a valid start. */
struct shadow {
	struct shadow_page **pages;
	struct shadow_page *made;
	uint32_t run;
};

/* A new run: all cells are empty. */
void shadow_reset(struct shadow *shadow);
void shadow_fini(struct shadow *shadow);

/* Everything but the common case. */
struct shadow_page *shadow_page_slow(struct shadow *shadow, uint32_t offset);

/* The page that this offset lies in, made where there is none. */
static inline struct shadow_page *
shadow_page(struct shadow *shadow, uint32_t offset)
{
	struct shadow_page *page;

	page = shadow->pages[offset >> SHADOW_SHIFT];
	if (__builtin_expect(page != NULL && page->run == shadow->run, 1))
		return (page);
	return (shadow_page_slow(shadow, offset));
}

/* The same; NULL where nothing of this run is in it. */
static inline struct shadow_page *
shadow_find(const struct shadow *shadow, uint32_t offset)
{
	struct shadow_page *page;

	page = shadow->pages[offset >> SHADOW_SHIFT];
	return (page != NULL && page->run == shadow->run ? page : NULL);
}

#endif
