/* SPDX-License-Identifier: BSD-2-Clause */
#include "policies/limbo.h"

#include "engine/zone.h"
#include "policies/zoned.h"

bool
limbo_init(struct limbo *limbo, const char *name,
    const struct policy_setup *setup, size_t link_bytes)
{
	struct zone_config config;

	config = setup->zone;
	limbo->offset = (size_t)(config.item_size + 7) / 8 * 8;
	config.item_size = limbo->offset + link_bytes;
	limbo->zone = zoned_create(name, &config, NULL, NULL);
	return (limbo->zone != NULL);
}

void
limbo_fini(struct limbo *limbo)
{

	if (limbo->zone != NULL)
		(void)zone_destroy(limbo->zone);
	limbo->zone = NULL;
}

size_t
limbo_pages(size_t head, size_t each)
{

	return ((head + kern_cpu_count() * each + KERN_PAGE_SIZE - 1) /
	    KERN_PAGE_SIZE);
}

void
limbo_ready(struct limbo_list *list, uint64_t known, struct limbo_list *ready)
{
	struct limbo_link *link;

	while (list->head != NULL && list->head->stamp <= known) {
		do {
			link = limbo_pop(list);
			limbo_push(ready, link, 0);
		} while (list->head != NULL && list->head->stamp == 0);
	}
}

void
limbo_cached(struct limbo *limbo, void *item)
{

	kern_items(KERN_ITEMS_CACHED, limbo, &item, 1, 0);
}

/* For whoever listens; looking at the list costs no time. */
KERN_UNSEEN void
limbo_stamped(struct limbo *limbo, const struct limbo_list *batch,
    uint64_t stamp)
{
	struct limbo_link *link;
	void *item;

	for (link = batch->head; link != NULL; link = link->next) {
		item = limbo_item_of(limbo, link);
		kern_items(KERN_ITEMS_STAMPED, limbo, &item, 1, stamp);
	}
}

uint64_t
limbo_free(struct limbo *limbo, struct limbo_list *list)
{
	struct limbo_link *link;
	uint64_t count;
	void *item;

	count = 0;
	while ((link = limbo_pop(list)) != NULL) {
		item = limbo_item_of(limbo, link);
		kern_items(KERN_ITEMS_KNOWN, limbo, &item, 1, 0);
		zone_free(limbo->zone, item);
		count++;
	}
	return (count);
}

void *
limbo_alloc(void *policy)
{

	return (zone_alloc(((struct limbo *)policy)->zone));
}

void
limbo_discard(void *policy, void *item)
{

	zone_free(((struct limbo *)policy)->zone, item);
}

void
limbo_housekeep(void *policy)
{

	zone_timeout(((struct limbo *)policy)->zone);
}

void
limbo_reclaim(void *policy, enum policy_reclaim how)
{

	zoned_reclaim(((struct limbo *)policy)->zone, how);
}

KERN_UNSEEN void
limbo_census(const void *policy, struct policy_census *census)
{

	zoned_census(((const struct limbo *)policy)->zone, census);
}
