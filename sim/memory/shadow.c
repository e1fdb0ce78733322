/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/memory/shadow.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"

/* The pages were used by runs whose numbers are about to come again. */
static void
shadow_outdate(struct shadow *shadow)
{
	struct shadow_page *page;

	for (page = shadow->made; page != NULL; page = page->next)
		page->run = 0;
	shadow->run = 1;
}

void
shadow_reset(struct shadow *shadow)
{

	if (shadow->pages == NULL)
		shadow->pages = must_alloc(SHADOW_PAGES,
		    sizeof(*shadow->pages));
	if (++shadow->run == 0)
		shadow_outdate(shadow);
}

void
shadow_fini(struct shadow *shadow)
{
	struct shadow_page *page;

	while ((page = shadow->made) != NULL) {
		shadow->made = page->next;
		free(page);
	}
	free(shadow->pages);
	memset(shadow, 0, sizeof(*shadow));
}

struct shadow_page *
shadow_page_slow(struct shadow *shadow, uint32_t offset)
{
	struct shadow_page *page, **slot;

	slot = &shadow->pages[offset >> SHADOW_SHIFT];
	page = *slot;
	if (page == NULL) {
		page = must_have(aligned_alloc(_Alignof(struct shadow_page),
		    sizeof(*page)));
		memset(page, 0, sizeof(*page));
		page->next = shadow->made;
		shadow->made = *slot = page;
	}
	page->run = shadow->run;
	if (++page->life == 0) {
		memset(page->cells, 0, sizeof(page->cells));
		page->life = 1;
	}
	return (page);
}
