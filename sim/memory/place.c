/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/memory/place.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"

struct places places;

void
places_make(void)
{

	if (places.pages != NULL)
		return;
	places.pages = must_alloc(PLACE_PAGES, sizeof(*places.pages));
}

void
places_settle(void)
{

	places.whole.tag = places.tag;
	places.whole.race = places.key + (PLACE_GRANULE_BYTES <<
	    PLACE_SHAPE_SHIFT);
}

static void
clear(struct place_page *page)
{

	memset(page->places, 0, sizeof(page->places));
}

static void
pages_clear(struct place_page *page)
{

	for (; page != NULL; page = page->next)
		clear(page);
}

/*
 * Any page may stand for any of the arena: what it holds bears an older life
 * from now on.
 */
void
places_release(void)
{
	struct place_page *page;
	uint32_t life;

	places_make();
	life = (places.tag & PLACE_TAG_LIFE) + 1;
	if (life > PLACE_TAG_LIFE) {
		pages_clear(places.used);
		pages_clear(places.free);
		life = 1;
	}
	places.tag = life | PLACE_TAG_BYTES;
	places_settle();
	while ((page = places.used) != NULL) {
		places.used = page->next;
		places.pages[page->number] = NULL;
		page->next = places.free;
		places.free = page;
	}
}

struct place_page *
places_page_slow(uint32_t offset)
{
	struct place_page *page;

	page = places.free;
	if (page != NULL) {
		places.free = page->next;
		/* Its chains, of the same run, were of other memory. */
		if (page->race == places.key && places.key != 0)
			clear(page);
	} else {
		page = must_have(aligned_alloc(_Alignof(struct place_page),
		    sizeof(*page)));
		memset(page, 0, sizeof(*page));
	}
	page->race = 0;
	page->number = offset >> PLACE_PAGE_SHIFT;
	page->next = places.used;
	places.used = page;
	places.pages[page->number] = page;
	return (page);
}

static void
pages_outdate(struct place_page *page)
{
	uint32_t i;

	for (; page != NULL; page = page->next) {
		page->race = 0;
		for (i = 0; i < PLACE_GRANULES; i++)
			page->places[0][i].is.race =
			    page->places[1][i].is.race = 0;
	}
}

void
places_outdate(void)
{

	pages_outdate(places.used);
	pages_outdate(places.free);
}

void
places_fini(void)
{
	struct place_page *page;

	if (places.pages != NULL)
		places_release();
	while ((page = places.free) != NULL) {
		places.free = page->next;
		free(page);
	}
	free(places.pages);
	places.pages = NULL;
}
