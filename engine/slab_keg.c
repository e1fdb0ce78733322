/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/slab_keg.h"

#include "engine/kern.h"
#include "engine/zone_state.h"

void
slab_keg_init(struct slab_keg *keg, const struct slab_keg_setup *setup,
    struct slab_domain *domains)
{
	unsigned i;

	slab_layout_init(&keg->layout, setup->item_size);
	keg->setup = *setup;
	keg->domains = domains;
	keg->domain_count = kern_domain_count();
	atomic_init(&keg->turn, 0);
	atomic_init(&keg->pages, 0);
	slab_map_init(&keg->map, keg);
	for (i = 0; i < keg->domain_count; i++) {
		domains[i] = (struct slab_domain){ .slabs = 0 };
		mutex_init(&domains[i].lock);
	}
}

/* --- headers ------------------------------------------------------------ */

static struct slab_remote *
slab_remote_of(const struct slab *slab)
{

	return ((struct slab_remote *)((uintptr_t)slab -
	    sizeof(struct slab_remote)));
}

void *
slab_keg_memory(const struct slab_keg *keg, const struct slab *slab)
{

	if (keg->layout.remote)
		return (slab_remote_of(slab)->memory);
	return ((void *)((uintptr_t)slab - keg->layout.header_offset));
}

struct slab *
slab_keg_slab(const struct slab_keg *keg, const void *item)
{
	uintptr_t page;

	if (keg->layout.mapped)
		return (slab_map_find(&keg->map, item));
	page = (uintptr_t)item & ~(uintptr_t)(KERN_PAGE_SIZE - 1);
	return ((struct slab *)(page + keg->layout.header_offset));
}

uint32_t
slab_keg_index(const struct slab_keg *keg, const struct slab *slab,
    const void *item)
{

	return (slab_layout_index(&keg->layout, (uint32_t)((uintptr_t)item -
	    (uintptr_t)slab_keg_memory(keg, slab))));
}

/* --- lists; the domain's lock is held ------------------------------------ */

static void
slab_insert(struct slab_domain *domain, struct slab *slab, enum slab_list list)
{

	slab->list = (uint8_t)list;
	slab->prev = NULL;
	slab->next = domain->lists[list];
	if (slab->next != NULL)
		slab->next->prev = slab;
	domain->lists[list] = slab;
	if (list == SLAB_FREE)
		domain->free_slabs++;
}

static void
slab_remove(struct slab_domain *domain, struct slab *slab)
{

	if (slab->list == SLAB_FREE)
		domain->free_slabs--;
	if (slab->next != NULL)
		slab->next->prev = slab->prev;
	if (slab->prev != NULL)
		slab->prev->next = slab->next;
	else
		domain->lists[slab->list] = slab->next;
}

static enum slab_list
slab_list_of(const struct slab_keg *keg, const struct slab *slab)
{

	if (slab->free_count == 0)
		return (SLAB_FULL);
	return (slab->free_count == keg->layout.items ? SLAB_FREE :
	    SLAB_PARTIAL);
}

static void
slab_file(const struct slab_keg *keg, struct slab_domain *domain,
    struct slab *slab)
{
	enum slab_list list;

	list = slab_list_of(keg, slab);
	if (slab->list == list)
		return;
	slab_remove(domain, slab);
	slab_insert(domain, slab, list);
}

/* --- slabs ---------------------------------------------------------------- */

/* Says how many pages the zone holds, at no cost. */
KERN_UNSEEN static void
keg_say_pages(struct slab_keg *keg, int64_t change)
{
	uint64_t pages;

	pages = atomic_fetch_add_explicit(&keg->pages, (uint64_t)change,
	    memory_order_relaxed) + (uint64_t)change;
	if (keg->setup.speaker != NULL)
		kern_event(KERN_PAGES, keg->setup.speaker, pages, 0);
}

/* Says which items go back to the page pool, at no cost. */
KERN_UNSEEN static void
keg_say_paged(const struct slab_keg *keg, unsigned char *memory)
{
	void *items[64];
	uint32_t count, i;

	if (keg->setup.speaker == NULL)
		return;
	for (i = 0; i < keg->layout.items; i += count) {
		for (count = 0; count < 64 && i + count < keg->layout.items;
		    count++)
			items[count] = memory +
			    (size_t)(i + count) * keg->layout.item_size;
		kern_items(KERN_ITEMS_PAGED, keg->setup.speaker, items, count,
		    0);
	}
}

static struct zone *
keg_remote_zone(const struct slab_keg *keg)
{

	return (keg->setup.remote_zone[
	    keg->layout.items > SLAB_REMOTE_SMALL_ITEMS]);
}

/* The header of new pages; NULL without memory for it. */
static struct slab *
slab_header_create(struct slab_keg *keg, unsigned char *memory)
{
	struct slab_remote *remote;
	struct slab *slab;

	if (keg->layout.remote) {
		remote = zone_alloc_item(keg_remote_zone(keg));
		if (remote == NULL)
			return (NULL);
		remote->memory = memory;
		slab = (struct slab *)(void *)(remote + 1);
	} else {
		slab = (struct slab *)(void *)(memory +
		    keg->layout.header_offset);
	}
	if (keg->layout.mapped &&
	    !slab_map_insert(&keg->map, memory, keg->layout.pages, slab)) {
		if (keg->layout.remote)
			zone_free_item(keg_remote_zone(keg),
			    slab_remote_of(slab));
		return (NULL);
	}
	return (slab);
}

/* New pages, cut into free items, on no list yet. */
static struct slab *
slab_create(struct slab_keg *keg, unsigned domain)
{
	unsigned char *memory;
	struct slab *slab;
	uint32_t i, words;

	if (kern_fails(KERN_FAIL_PAGE))
		return (NULL);
	memory = kern_pages_alloc(keg->layout.pages, domain);
	if (memory == NULL)
		return (NULL);
	slab = slab_header_create(keg, memory);
	if (slab == NULL) {
		kern_pages_free(memory, keg->layout.pages);
		return (NULL);
	}
	slab->domain = (uint8_t)kern_domain_of(memory);
	slab->free_count = (uint16_t)keg->layout.items;
	words = (keg->layout.items + 63) / 64;
	for (i = 0; i < words; i++)
		slab->free_bits[i] = ~(uint64_t)0;
	if (keg->layout.items % 64 != 0)
		slab->free_bits[words - 1] =
		    ((uint64_t)1 << (keg->layout.items % 64)) - 1;
	for (i = 0; keg->setup.init != NULL && i < keg->layout.items; i++)
		keg->setup.init(memory + (size_t)i * keg->layout.item_size,
		    keg->layout.item_size, keg->setup.argument);
	keg_say_pages(keg, keg->layout.pages);
	return (slab);
}

static void
slab_destroy(struct slab_keg *keg, struct slab *slab)
{
	unsigned char *memory;
	uint32_t i;

	memory = slab_keg_memory(keg, slab);
	for (i = 0; keg->setup.fini != NULL && i < keg->layout.items; i++)
		keg->setup.fini(memory + (size_t)i * keg->layout.item_size,
		    keg->layout.item_size, keg->setup.argument);
	if (keg->layout.mapped)
		slab_map_remove(&keg->map, memory, keg->layout.pages);
	if (keg->layout.remote)
		zone_free_item(keg_remote_zone(keg), slab_remote_of(slab));
	keg_say_paged(keg, memory);
	kern_pages_free(memory, keg->layout.pages);
	keg_say_pages(keg, -(int64_t)keg->layout.pages);
}

/* --- items ---------------------------------------------------------------- */

/* Up to `want` items of a slab, lowest first; the domain's lock is held. */
static unsigned
slab_take(const struct slab_keg *keg, struct slab_domain *domain,
    struct slab *slab, void **items, unsigned want)
{
	unsigned char *memory;
	uint64_t bits;
	unsigned bit, taken, word;

	memory = slab_keg_memory(keg, slab);
	taken = 0;
	for (word = 0; taken < want && taken < slab->free_count; word++) {
		bits = slab->free_bits[word];
		while (bits != 0 && taken < want) {
			bit = (unsigned)__builtin_ctzll(bits);
			bits &= bits - 1;
			items[taken++] = memory + (size_t)(word * 64 + bit) *
			    keg->layout.item_size;
		}
		slab->free_bits[word] = bits;
	}
	slab->free_count = (uint16_t)(slab->free_count - taken);
	domain->free_items -= taken;
	slab_file(keg, domain, slab);
	return (taken);
}

/* Up to `want` items of the slabs that there are; the lock is held. */
static unsigned
keg_take(const struct slab_keg *keg, struct slab_domain *domain, void **items,
    unsigned want)
{
	struct slab *slab;
	unsigned taken;

	for (taken = 0; taken < want;) {
		slab = domain->lists[SLAB_PARTIAL];
		if (slab == NULL)
			slab = domain->lists[SLAB_FREE];
		if (slab == NULL)
			break;
		taken += slab_take(keg, domain, slab, items + taken,
		    want - taken);
	}
	return (taken);
}

/* Items of one domain: from its slabs, then from new pages for it. */
static unsigned
keg_alloc_from(struct slab_keg *keg, unsigned index, void **items,
    unsigned want)
{
	struct slab_domain *domain;
	struct slab *slab;
	unsigned taken;

	domain = &keg->domains[index];
	mutex_lock(&domain->lock);
	taken = keg_take(keg, domain, items, want);
	mutex_unlock(&domain->lock);
	while (taken < want) {
		/* The page pool is asked without any lock of ours. */
		slab = slab_create(keg, index);
		if (slab == NULL)
			break;
		domain = &keg->domains[slab->domain];
		mutex_lock(&domain->lock);
		domain->slabs++;
		domain->free_items += keg->layout.items;
		slab_insert(domain, slab, SLAB_FREE);
		taken += keg_take(keg, domain, items + taken, want - taken);
		mutex_unlock(&domain->lock);
	}
	return (taken);
}

unsigned
slab_keg_alloc(struct slab_keg *keg, unsigned domain, void **items,
    unsigned want)
{
	unsigned i, taken;

	if (keg->setup.round_robin && keg->domain_count > 1)
		domain = atomic_fetch_add_explicit(&keg->turn, 1,
		    memory_order_relaxed) % keg->domain_count;
	taken = 0;
	for (i = 0; i < keg->domain_count && taken < want; i++) {
		taken += keg_alloc_from(keg, domain, items + taken,
		    want - taken);
		domain = domain + 1 == keg->domain_count ? 0 : domain + 1;
	}
	return (taken);
}

void
slab_keg_free(struct slab_keg *keg, void *const *items, unsigned count)
{
	struct slab_domain *domain, *locked;
	struct slab *slab;
	uint64_t bit;
	uint32_t index;
	unsigned i;

	locked = NULL;
	for (i = 0; i < count; i++) {
		slab = slab_keg_slab(keg, items[i]);
		KERN_ASSERT(slab != NULL, "freed item is not of this zone");
		domain = &keg->domains[slab->domain];
		if (domain != locked) {
			if (locked != NULL)
				mutex_unlock(&locked->lock);
			mutex_lock(&domain->lock);
			locked = domain;
		}
		index = slab_keg_index(keg, slab, items[i]);
		bit = (uint64_t)1 << (index % 64);
		KERN_ASSERT(index < keg->layout.items,
		    "freed item is not of this zone");
		KERN_ASSERT((slab->free_bits[index / 64] & bit) == 0,
		    "item is freed twice");
		slab->free_bits[index / 64] |= bit;
		slab->free_count++;
		domain->free_items++;
		slab_file(keg, domain, slab);
	}
	if (locked != NULL)
		mutex_unlock(&locked->lock);
}

/* --- giving back ----------------------------------------------------------- */

/* Takes the free slabs of a domain off their list. */
static struct slab *
keg_collect(struct slab_keg *keg, struct slab_domain *domain)
{
	struct slab *slabs;

	mutex_lock(&domain->lock);
	slabs = domain->lists[SLAB_FREE];
	domain->lists[SLAB_FREE] = NULL;
	domain->slabs -= domain->free_slabs;
	domain->free_items -= (uint64_t)domain->free_slabs * keg->layout.items;
	domain->free_slabs = 0;
	mutex_unlock(&domain->lock);
	return (slabs);
}

static size_t
keg_give_back(struct slab_keg *keg, struct slab_domain *domain)
{
	struct slab *next, *slab;
	size_t count;

	count = 0;
	for (slab = keg_collect(keg, domain); slab != NULL; slab = next) {
		next = slab->next;
		slab_destroy(keg, slab);
		count++;
	}
	return (count);
}

size_t
slab_keg_drain(struct slab_keg *keg, unsigned domain)
{

	if (keg->setup.keep)
		return (0);
	return (keg_give_back(keg, &keg->domains[domain]));
}

size_t
slab_keg_fini(struct slab_keg *keg)
{
	struct slab_domain *domain;
	size_t out;
	unsigned i;

	out = 0;
	for (i = 0; i < keg->domain_count; i++) {
		domain = &keg->domains[i];
		keg_give_back(keg, domain);
		out += (uint64_t)domain->slabs * keg->layout.items -
		    domain->free_items;
	}
	slab_map_fini(&keg->map);
	return (out);
}
