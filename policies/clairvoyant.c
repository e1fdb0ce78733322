/*
 * The ideal: an item is reused at the instant from which, in truth, no section
 * can hold it any more, and to know that costs nothing.  No scheme can need
 * less memory, or less time for its bookkeeping.
 *
 * Model       the machine's oracle answers for each item.  Freed items wait in
 *             one list for each CPU, in the order of being freed, which is the
 *             order of becoming safe; an allocation takes the first of its own
 *             CPU if it is safe, else of another one, else new memory.  Lists
 *             are looked at in no time.
 * Guarantees  as above, by definition.
 * Limits      cannot be built.  A port without an oracle knows no item to be
 *             safe before the end; there sections are those of a lazy domain,
 *             so that one can still wait for them.  Under relaxed there is no
 *             such instant, as a load may return an older store afterwards:
 *             promised up to tso.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/kern.h"
#include "engine/kern_scheme.h"
#include "engine/smr.h"
#include "policies/limbo.h"

struct clairvoyant_cpu {
	_Alignas(2 * KERN_LINE_SIZE) struct limbo_list list;
};

struct clairvoyant {
	struct limbo limbo;
	struct smr *smr;	/* where there is no oracle */
	unsigned cpu_count;
	_Alignas(2 * KERN_LINE_SIZE) struct clairvoyant_cpu cpu[];
};

static void
clairvoyant_destroy(void *policy)
{
	struct clairvoyant *seer;
	unsigned i;

	seer = policy;
	if (seer->smr != NULL)
		smr_destroy(seer->smr);
	if (seer->limbo.zone != NULL)
		for (i = 0; i < seer->cpu_count; i++)
			(void)limbo_free(&seer->limbo, &seer->cpu[i].list);
	limbo_fini(&seer->limbo);
	kern_pages_free(seer,
	    limbo_pages(sizeof(*seer), sizeof(seer->cpu[0])));
}

static void *
clairvoyant_create(const struct policy_setup *setup)
{
	struct smr_config config;
	struct clairvoyant *seer;

	seer = kern_pages_alloc(limbo_pages(sizeof(*seer),
	    sizeof(seer->cpu[0])), kern_domain());
	if (seer == NULL)
		return (NULL);
	seer->cpu_count = kern_cpu_count();
	if (!kern_has_oracle()) {
		smr_config_production(&config);
		config.mode = SMR_LAZY;
		seer->smr = smr_create("clairvoyant", &config);
	}
	if ((!kern_has_oracle() && seer->smr == NULL) ||
	    !limbo_init(&seer->limbo, "clairvoyant", setup,
	    sizeof(struct limbo_link))) {
		clairvoyant_destroy(seer);
		return (NULL);
	}
	return (seer);
}

static void
clairvoyant_enter(void *policy)
{
	struct clairvoyant *seer;

	seer = policy;
	if (seer->smr != NULL)
		smr_lazy_enter(seer->smr);
}

static void
clairvoyant_exit(void *policy)
{
	struct clairvoyant *seer;

	seer = policy;
	if (seer->smr != NULL)
		smr_lazy_exit(seer->smr);
}

/*
 * In no time, so nothing comes between; only these two functions touch lists
 * and links while a machine runs.
 */
static KERN_UNSEEN void
clairvoyant_file(struct clairvoyant *seer, void *item)
{
	struct limbo_list *list;
	struct limbo_link *link;

	list = &seer->cpu[kern_cpu()].list;
	link = limbo_link_of(&seer->limbo, item);
	link->next = NULL;
	if (list->tail == NULL)
		list->head = link;
	else
		list->tail->next = link;
	list->tail = link;
	list->count++;
}

static KERN_UNSEEN void *
clairvoyant_find(struct clairvoyant *seer)
{
	struct limbo_list *list;
	struct limbo_link *link;
	unsigned i, first;
	void *item;

	first = kern_cpu();
	for (i = 0; i < seer->cpu_count; i++) {
		list = &seer->cpu[(first + i) % seer->cpu_count].list;
		link = list->head;
		if (link == NULL)
			continue;
		item = (unsigned char *)link - seer->limbo.offset;
		if (!kern_oracle_safe(item))
			continue;
		list->head = link->next;
		if (list->head == NULL)
			list->tail = NULL;
		list->count--;
		return (item);
	}
	return (NULL);
}

static void *
clairvoyant_alloc(void *policy)
{
	struct clairvoyant *seer;
	void *item;

	seer = policy;
	item = kern_has_oracle() ? clairvoyant_find(seer) : NULL;
	if (item == NULL)
		return (limbo_alloc(seer));
	kern_items(KERN_ITEMS_KNOWN, seer, &item, 1, 0);
	return (item);
}

static void
clairvoyant_retire(void *policy, void *item)
{
	struct clairvoyant *seer;

	seer = policy;
	kern_critical_enter();
	clairvoyant_file(seer, item);
	kern_items(KERN_ITEMS_CACHED, seer, &item, 1, 0);
	kern_items(KERN_ITEMS_STAMPED, seer, &item, 1, 0);
	kern_critical_exit();
}

static void
clairvoyant_synchronize(void *policy)
{
	struct clairvoyant *seer;
	uint64_t ticket;

	seer = policy;
	if (seer->smr != NULL) {
		smr_synchronize(seer->smr);
		return;
	}
	kern_event(KERN_WAIT_BEGIN, seer, 0, 0);
	ticket = kern_oracle_ticket();
	while (!kern_oracle_ended(ticket))
		kern_yield();
	kern_event(KERN_WAIT_END, seer, 0, 0);
}

static KERN_UNSEEN void
clairvoyant_census(const void *policy, struct policy_census *census)
{
	const struct clairvoyant *seer;
	unsigned i;

	seer = policy;
	limbo_census(policy, census);
	for (i = 0; i < seer->cpu_count; i++)
		census->items_cached += seer->cpu[i].list.count;
}

const struct policy_def policy_clairvoyant = {
	.part = {
		.name = "clairvoyant",
		.about = "The ideal: reuses an item at the true instant, at no cost; asks the oracle.",
	},
	.safe = true,
	.links = true,
	.create = clairvoyant_create,
	.destroy = clairvoyant_destroy,
	.enter = clairvoyant_enter,
	.exit = clairvoyant_exit,
	.alloc = clairvoyant_alloc,
	.retire = clairvoyant_retire,
	.discard = limbo_discard,
	.synchronize = clairvoyant_synchronize,
	.housekeep = limbo_housekeep,
	.reclaim = limbo_reclaim,
	.census = clairvoyant_census,
};
