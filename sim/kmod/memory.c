/*
 * uma(9) and malloc(9) as a module meets them: zones of the engine, with the
 * oracle told of each item.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/checks/check.h"
#include "sim/kmod/guest.h"
#include "sim/metrics/metrics.h"
#include "sim/oracle/items.h"

enum {
	FLAG_ZINIT = 0x2,
	FLAG_NOFREE = 0x20,
	FLAG_NOBUCKET = 0x400,
	FLAG_MAXBUCKET = 0x800,
	FLAG_UNMANAGED = 0x1,
	FLAG_PCPU = 0x8000,
	FLAG_FIRSTTOUCH = 0x10000,
	FLAG_ROUNDROBIN = 0x20000,
	FLAG_SMR = 0x40000,

	SIZE_LEAST = 16,	/* behind malloc() */
	SIZE_MOST = 2048,
	PCPU_BYTES = 128,
};

/* --- items --------------------------------------------------------------------------- */

static struct guest_item *
item_record(uint32_t number)
{
	size_t room;

	if (number >= guest.item_room) {
		room = guest.item_room == 0 ? 1024 : guest.item_room;
		while (room <= number)
			room *= 2;
		guest.items = realloc(guest.items, room * sizeof(*guest.items));
		if (guest.items == NULL)
			abort();
		__real_memset(guest.items + guest.item_room, 0,
		    (room - guest.item_room) * sizeof(*guest.items));
		guest.item_room = room;
	}
	return (&guest.items[number]);
}

/* Somebody has it now: told to the metrics, the checks, the oracle. */
static void
item_handed_out(void *item, uint32_t bytes, struct guest_zone *zone,
    const struct shape_malloc_type *type, uint32_t pages, uint64_t start,
    const void *where)
{
	struct guest_item *record;
	uint32_t number, page;

	number = item == NULL ? 0 : items_number(item);
	metrics_alloc(number, the.cpu->now_ps - start);
	machine_event_at(STREAM_ALLOC, NULL, number, 0, where);
	lab.steps++;
	if (number != 0) {
		items_shape(number, bytes, zone != NULL &&
		    zone->domain != NULL ? zone->domain->number : 0);
		items_live(number);
		record = item_record(number);
		record->zone = zone;
		record->type = type;
		record->pages = pages;
		for (page = machine_offset(item) / ARENA_PAGE; page <=
		    (machine_offset(item) + bytes - 1) / ARENA_PAGE; page++)
			guest.pages[page] = 1;
	}
	metrics_settle(the.cpu->now_ps);
}

/* The module's own item at this address, or the end of the run. */
static uint32_t
item_given(const void *item, const char *what, const void *where)
{
	uint32_t number;

	number = items_find(item);
	if (number == 0 || number >= guest.item_room ||
	    (guest.items[number].zone == NULL &&
	    guest.items[number].pages == 0))
		guest_fail("assertion", where, "%s() is given an address where "
		    "no allocation begins", what);
	return (number);
}

/*
 * Freed.  With a domain it waits for its readers; without one it may be handed
 * out at once, so nobody may hold it.
 */
static void
item_given_back(uint32_t number, bool published, const void *where)
{

	machine_event_at(STREAM_RETIRE, NULL, number, 0, where);
	if (items_get(number)->state != ITEM_LIVE)
		guest_fail("invariant", where, "an item was freed that was not "
		    "in use");
	items_freed(number, the.cpu->now_ps, 0, published);
	metrics_settle(the.cpu->now_ps);
}

void
kmod_accessed(uint32_t offset, uint32_t size, bool write, const void *where)
{
	struct guest_thread *self;
	const struct guest_item *record;
	const struct item *item;
	uint32_t number;
	char since[32];

	(void)size;
	if (guest.block == NULL || guest.pages[offset / ARENA_PAGE] == 0 ||
	    (uint64_t)((const unsigned char *)where - guest.block) >=
	    guest.object->code_bytes)
		return;
	number = items_around(offset);
	if (number == 0 || number >= guest.item_room)
		return;
	item = items_get(number);
	record = &guest.items[number];
	if (item->state < ITEM_FREED || (record->zone == NULL &&
	    record->pages == 0))
		return;
	self = guest_self();
	if (self->busy > 0 || (record->zone != NULL &&
	    (record->zone->flags & FLAG_NOFREE) != 0))
		return;
	if (record->zone != NULL && record->zone->domain != NULL &&
	    guest_section(self, record->zone->domain->number) != NULL)
		return;
	check_about(number);
	check_report_at("use_after_free", &where, 1,
	    "thread %s %s byte %u of an item of zone %s that was freed %s "
	    "before, in no section that could protect it, at @0",
	    self->name, write ? "writes" : "reads", offset - item->offset,
	    record->zone == NULL ? "malloc" : record->zone->name,
	    check_time(the.cpu->now_ps > item->retired_ps ? the.cpu->now_ps -
	    item->retired_ps : 0, since, sizeof(since)));
}

/* --- zones ---------------------------------------------------------------------------- */

/* What the zone calls when items get and lose their pages, or their readers. */
static void
zone_init(void *item, size_t size, void *argument)
{
	struct guest_zone *zone = argument;
	struct guest_thread *self;

	(void)size;
	self = guest_self();
	self->busy++;
	if (zone->flags & FLAG_ZINIT)
		memset(item, 0, zone->size);
	if (zone->init != NULL && zone->init(item, (int)zone->size,
	    SHAPE_M_WAITOK) != 0)
		guest_report("assertion", NULL, "the init function of zone %s "
		    "failed; here it may not", zone->name);
	self->busy--;
}

static void
zone_fini(void *item, size_t size, void *argument)
{
	struct guest_zone *zone = argument;
	struct guest_thread *self;

	(void)size;
	self = guest_self();
	self->busy++;
	zone->fini(item, (int)zone->size);
	self->busy--;
}

static void
zone_dtor(void *item, size_t size, void *argument)
{
	struct guest_zone *zone = argument;
	struct guest_thread *self;

	(void)size;
	if (zone->domain == NULL)
		return;		/* zone_give() has called it */
	self = guest_self();
	self->busy++;
	zone->dtor(item, (int)zone->size, NULL);
	self->busy--;
}

static void
zone_make(struct guest_zone *zone, const void *where)
{

	zone->zone = guest.engine->zone_create(&zone->setup);
	if (zone->zone == NULL)
		guest_fail("assertion", where, "there is no memory for zone "
		    "%s: machine.pages is too small", zone->name);
	if (zone->limit != 0)
		guest.engine->zone_set_max(zone->zone, zone->limit);
}

static struct zone *
zone_ready(struct guest_zone *zone, const char *what, const void *where)
{
	size_t i;

	for (i = 0; i < guest.zone_count && guest.zones[i] != zone; i++)
		;
	if (i == guest.zone_count || zone->dead)
		guest_fail("assertion", where, "%s() is called for a zone that "
		    "was never created, or has been destroyed", what);
	return (zone->zone);
}

static struct guest_zone *
zone_new(const char *name, size_t size, unsigned align, uint32_t flags)
{
	const struct zone_config *config;
	struct guest_zone *zone;

	zone = calloc(1, sizeof(*zone));
	guest.zones = realloc(guest.zones, (guest.zone_count + 1) *
	    sizeof(struct guest_zone *));
	if (zone == NULL || guest.zones == NULL)
		abort();
	guest.zones[guest.zone_count++] = zone;
	config = &lab.spec->zone;
	guest_name(zone->name, sizeof(zone->name), name);
	zone->size = (uint32_t)size;
	zone->flags = flags;
	zone->setup.name = zone->name;
	zone->setup.item_size = (size + align) & ~(size_t)align;
	if (flags & FLAG_PCPU)
		zone->setup.item_size = (size_t)PCPU_BYTES * the.cpu_count;
	if ((flags & (FLAG_MAXBUCKET | FLAG_NOBUCKET)) == 0)
		zone->setup.bucket_size = (unsigned)config->bucket_size;
	zone->setup.bucket_size_max = (unsigned)config->bucket_size_max;
	zone->setup.advance_every = (unsigned)config->advance_every;
	zone->setup.flags = (config->bucket_growth ? ZONE_GROWTH : 0) |
	    ((flags & FLAG_FIRSTTOUCH) != 0 || (config->first_touch &&
	    (flags & FLAG_ROUNDROBIN) == 0) ? ZONE_FIRST_TOUCH : 0) |
	    (flags & FLAG_MAXBUCKET ? ZONE_MAXBUCKET : 0) |
	    (flags & FLAG_NOBUCKET ? ZONE_NOBUCKET : 0) |
	    (flags & FLAG_NOFREE ? ZONE_NOFREE : 0) |
	    (flags & FLAG_UNMANAGED ? ZONE_UNMANAGED : 0);
	zone->setup.argument = zone;
	return (zone);
}

KPI(void *, uma_zcreate, const char *name, size_t size,
    int (*ctor)(void *, int, void *, int), void (*dtor)(void *, int, void *),
    int (*init)(void *, int, int), void (*fini)(void *, int), int align,
    uint32_t flags)
{
	struct guest_zone *zone;

	if (size == 0 || size > 32768 || (flags & FLAG_PCPU && (size >
	    PCPU_BYTES || (size_t)PCPU_BYTES * the.cpu_count > 32768)) ||
	    align < 0 || align >= ARENA_PAGE || (align & (align + 1)) != 0)
		guest_fail("assertion", __builtin_return_address(0),
		    "uma_zcreate() is asked for items of %zu bytes aligned to "
		    "%d; allowed are 1 to 32768 bytes (%d for each CPU) and "
		    "powers of two", size, align + 1, PCPU_BYTES);
	zone = zone_new(name, size, (unsigned)align, flags);
	zone->ctor = ctor;
	zone->dtor = dtor;
	zone->init = init;
	zone->fini = fini;
	if (init != NULL || (flags & FLAG_ZINIT) != 0)
		zone->setup.init = zone_init;
	if (fini != NULL)
		zone->setup.fini = zone_fini;
	if (dtor != NULL)
		zone->setup.dtor = zone_dtor;
	if (flags & FLAG_SMR) {
		zone->domain = guest_domain_make(zone->name, 0, 0,
		    __builtin_return_address(0));
		zone->domain->owned = true;
		zone->setup.smr = zone->domain->smr;
	}
	zone_make(zone, __builtin_return_address(0));
	return (zone);
}

KPI(void, uma_zone_set_smr, struct guest_zone *zone, struct smr *smr)
{

	struct zone *plain;

	plain = zone_ready(zone, "uma_zone_set_smr",
	    __builtin_return_address(0));
	if (smr == NULL || guest_domain_find(smr) == NULL)
		guest_fail("assertion", __builtin_return_address(0),
		    "uma_zone_set_smr() is given a domain that does not exist");
	if (zone->domain != NULL || !guest.engine->zone_set_smr(plain, smr))
		guest_fail("assertion", __builtin_return_address(0),
		    "uma_zone_set_smr() comes too late: zone %s has a domain, "
		    "or items", zone->name);
	zone->domain = guest_domain_find(smr);
}

KPI(struct smr *, uma_zone_get_smr, struct guest_zone *zone)
{

	return (zone->domain == NULL ? NULL : zone->domain->smr);
}

KPI(void, uma_zdestroy, struct guest_zone *zone)
{
	struct zone *going;
	const void *where;
	uint64_t live;

	where = __builtin_return_address(0);
	(void)zone_ready(zone, "uma_zdestroy", where);
	guest_may_sleep(where, "uma_zdestroy()");
	live = zone->live;
	/* The housekeeper may be in the middle of it; it begins no more. */
	going = zone->zone;
	zone->zone = NULL;
	zone->dead = true;
	while (guest.keeping_house)
		guest_sleep_ticks(1, where);
	(void)guest.engine->zone_destroy(going);
	if (live != 0)
		guest_report("leak", where, "zone %s is destroyed while %llu "
		    "of its items have not been freed", zone->name,
		    (unsigned long long)live);
	if (zone->domain != NULL && zone->domain->owned)
		guest_domain_end(zone->domain, where);
	lab.steps++;
}

/* --- allocation -------------------------------------------------------------------------- */

static void *
zone_take(struct guest_zone *zone, bool smr, void *argument, int flags,
    const char *what, const void *where)
{
	struct guest_thread *self;
	struct zone *from;
	uint64_t start;
	void *item;

	from = zone_ready(zone, what, where);
	if (smr != (zone->domain != NULL))
		guest_fail("assertion", where, "%s() is called for zone %s, "
		    "which has %s domain", what, zone->name,
		    zone->domain == NULL ? "no" : "an SMR");
	if (flags & SHAPE_M_WAITOK)
		guest_may_sleep(where, what);
	self = guest_self();
	for (;;) {
		start = the.cpu->now_ps;
		machine_event_at(STREAM_ALLOC_BEGIN, NULL, 0, 0, where);
		self->busy++;
		item = smr ? guest.engine->zone_alloc_smr(from) :
		    guest.engine->zone_alloc(from);
		self->busy--;
		item_handed_out(item, zone->size, zone, NULL, 0, start, where);
		if (item != NULL || (flags & SHAPE_M_WAITOK) == 0)
			break;
		guest_sleep_ticks(1, where);
	}
	if (item == NULL)
		return (NULL);
	zone->live++;
	if (flags & SHAPE_M_ZERO)
		memset(item, 0, zone->flags & FLAG_PCPU ?
		    zone->setup.item_size : zone->size);
	if (zone->ctor != NULL && zone->ctor(item, (int)zone->size, argument,
	    flags) != 0) {
		item_given_back(items_number(item), false, where);
		zone->live--;
		if (smr)
			guest.engine->zone_free_smr(from, item);
		else
			guest.engine->zone_free(from, item);
		return (NULL);
	}
	return (item);
}

static void
zone_give(struct guest_zone *zone, void *item, bool smr, void *argument,
    const char *what, const void *where)
{
	struct guest_thread *self;
	struct zone *to;
	uint64_t start;
	uint32_t number;

	if (item == NULL)
		return;
	to = zone_ready(zone, what, where);
	if (smr != (zone->domain != NULL))
		guest_fail("assertion", where, "%s() is called for zone %s, "
		    "which has %s domain", what, zone->name,
		    zone->domain == NULL ? "no" : "an SMR");
	self = guest_self();
	if (smr && guest_section(self, zone->domain->number) != NULL)
		guest_fail("assertion", where, "%s() in a section of the "
		    "zone's own domain, %s", what, zone->domain->name);
	number = item_given(item, what, where);
	if (guest.items[number].zone != zone)
		guest_fail("assertion", where, "%s() gives an item to zone %s "
		    "that is not one of its", what, zone->name);
	if (!smr && zone->dtor != NULL)
		zone->dtor(item, (int)zone->size, argument);
	start = the.cpu->now_ps;
	item_given_back(number, smr, where);
	zone->live--;
	self->busy++;
	if (smr)
		guest.engine->zone_free_smr(to, item);
	else
		guest.engine->zone_free(to, item);
	self->busy--;
	metrics_free(the.cpu->now_ps - start);
	machine_event_at(STREAM_RETIRE_END, NULL, number, 0, where);
	if (smr)
		lab_done(self->lab, 1);
	lab.steps++;
}

KPI(void *, uma_zalloc_arg, struct guest_zone *zone, void *argument, int flags)
{

	return (zone_take(zone, false, argument, flags, "uma_zalloc",
	    __builtin_return_address(0)));
}

KPI(void, uma_zfree_arg, struct guest_zone *zone, void *item, void *argument)
{

	zone_give(zone, item, false, argument, "uma_zfree",
	    __builtin_return_address(0));
}

KPI(void *, uma_zalloc_smr, struct guest_zone *zone, int flags)
{

	return (zone_take(zone, true, NULL, flags, "uma_zalloc_smr",
	    __builtin_return_address(0)));
}

KPI(void, uma_zfree_smr, struct guest_zone *zone, void *item)
{

	zone_give(zone, item, true, NULL, "uma_zfree_smr",
	    __builtin_return_address(0));
}

KPI(void *, uma_zalloc_pcpu_arg, struct guest_zone *zone, void *argument,
    int flags)
{

	return (zone_take(zone, false, argument, flags, "uma_zalloc_pcpu",
	    __builtin_return_address(0)));
}

KPI(void, uma_zfree_pcpu_arg, struct guest_zone *zone, void *item,
    void *argument)
{

	zone_give(zone, item, false, argument, "uma_zfree_pcpu",
	    __builtin_return_address(0));
}

/* --- limits and reclaim --------------------------------------------------------------------- */

KPI(int, uma_zone_set_max, struct guest_zone *zone, int count)
{

	(void)zone_ready(zone, "uma_zone_set_max",
	    __builtin_return_address(0));
	zone->limit = count < 0 ? 0 : (uint64_t)count;
	guest.engine->zone_set_max(zone->zone, zone->limit);
	return (count);
}

KPI(int, uma_zone_get_max, struct guest_zone *zone)
{

	return ((int)zone->limit);
}

KPI(void, uma_zone_set_maxcache, struct guest_zone *zone, int count)
{

	guest.engine->zone_set_maxcache(zone_ready(zone,
	    "uma_zone_set_maxcache", __builtin_return_address(0)),
	    count < 0 ? 0 : (uint64_t)count);
}

KPI(int, uma_zone_get_cur, struct guest_zone *zone)
{

	return ((int)zone->live);
}

/* Its readers may look at freed items; their pages may still go back. */
KPI(void, uma_zone_set_nofree, struct guest_zone *zone)
{

	(void)zone_ready(zone, "uma_zone_set_nofree",
	    __builtin_return_address(0));
	zone->flags |= FLAG_NOFREE;
}

/* Takes and gives so many items, so that there is memory for them. */
KPI(void, uma_prealloc, struct guest_zone *zone, int count)
{
	struct zone *from;
	void **taken;
	int i, got;

	from = zone_ready(zone, "uma_prealloc", __builtin_return_address(0));
	if (count <= 0)
		return;
	taken = calloc((size_t)count, sizeof(*taken));
	if (taken == NULL)
		abort();
	for (got = 0; got < count; got++) {
		taken[got] = zone->domain != NULL ?
		    guest.engine->zone_alloc_smr(from) :
		    guest.engine->zone_alloc(from);
		if (taken[got] == NULL)
			break;
	}
	for (i = 0; i < got; i++)
		if (zone->domain != NULL)
			guest.engine->zone_free_smr(from, taken[i]);
		else
			guest.engine->zone_free(from, taken[i]);
	free(taken);
	lab.steps++;
}

KPI(void, uma_zone_reserve, struct guest_zone *zone, int count)
{

	kmod_uma_prealloc(zone, count);
}

KPI(int, uma_zone_reserve_kva, struct guest_zone *zone, int count)
{

	(void)zone_ready(zone, "uma_zone_reserve_kva",
	    __builtin_return_address(0));
	zone->limit = count < 0 ? 0 : (uint64_t)count;
	guest.engine->zone_set_max(zone->zone, zone->limit);
	return (1);
}

static enum zone_reclaim
reclaim_kind(int how)
{

	return (how == 1 ? ZONE_DRAIN : how == 2 ? ZONE_DRAIN_CPU : ZONE_TRIM);
}

KPI(void, uma_zone_reclaim, struct guest_zone *zone, int how)
{

	guest.engine->zone_reclaim(zone_ready(zone, "uma_zone_reclaim",
	    __builtin_return_address(0)), reclaim_kind(how));
	lab.steps++;
}

KPI(void, uma_reclaim, int how)
{
	size_t i;

	for (i = 0; i < guest.zone_count; i++)
		if (guest.zones[i]->zone != NULL)
			guest.engine->zone_reclaim(guest.zones[i]->zone,
			    reclaim_kind(how));
}

KPI(size_t, uma_zone_memory, struct guest_zone *zone)
{
	struct zone_census census;
	bool before;

	before = machine_quiet(true);
	guest.engine->zone_census(zone_ready(zone, "uma_zone_memory",
	    __builtin_return_address(0)), &census);
	machine_quiet(before);
	return ((size_t)census.slab_bytes);
}

KPI(bool, vm_page_count_severe, void)
{

	return (kern_memory_severe());
}

/* --- malloc(9) --------------------------------------------------------------------------------- */

static struct guest_zone *
size_zone(size_t bytes)
{
	size_t size;
	int which;

	which = 0;
	for (size = SIZE_LEAST; size < bytes; size *= 2)
		which++;
	return (guest.sizes[which]);
}

void
memory_sizes(void)
{
	struct guest_zone *zone;
	size_t size;
	char name[24];
	int which;

	which = 0;
	for (size = SIZE_LEAST; size <= SIZE_MOST; size *= 2) {
		snprintf(name, sizeof(name), "malloc-%zu", size);
		zone = zone_new(name, size, 0, 0);
		zone->memory = true;
		zone_make(zone, NULL);
		guest.sizes[which++] = zone;
	}
}

static void *
memory_take(size_t bytes, const struct shape_malloc_type *type, int flags,
    const void *where)
{
	struct guest_zone *zone;
	uint64_t start;
	uint32_t pages;
	void *memory;

	if (bytes <= SIZE_MOST) {
		zone = size_zone(bytes);
		memory = zone_take(zone, false, NULL, flags, "malloc", where);
		if (memory != NULL)
			guest.items[items_find(memory)].type = type;
		return (memory);
	}
	if (bytes > the.arena.bytes) {
		if (flags & SHAPE_M_WAITOK)
			guest_fail("assertion", where, "malloc() is asked for "
			    "%zu bytes, which machine.pages never holds",
			    bytes);
		return (NULL);
	}
	if (flags & SHAPE_M_WAITOK)
		guest_may_sleep(where, "malloc(M_WAITOK)");
	pages = (uint32_t)((bytes + ARENA_PAGE - 1) / ARENA_PAGE);
	for (;;) {
		start = the.cpu->now_ps;
		machine_event_at(STREAM_ALLOC_BEGIN, NULL, 0, 0, where);
		memory = kern_pages_alloc(pages, kern_domain());
		item_handed_out(memory, pages * ARENA_PAGE, NULL, type, pages,
		    start, where);
		if (memory != NULL || (flags & SHAPE_M_WAITOK) == 0)
			break;
		guest_sleep_ticks(1, where);
	}
	if (memory != NULL)
		guest.large_live++;
	return (memory);
}

static void
memory_give(void *memory, const char *what, const void *where)
{
	struct guest_item *record;
	uint32_t number, pages;

	if (memory == NULL)
		return;
	number = item_given(memory, what, where);
	record = &guest.items[number];
	if (record->zone != NULL && !record->zone->memory)
		guest_fail("assertion", where, "%s() is given an item of zone "
		    "%s", what, record->zone->name);
	if (record->zone != NULL) {
		zone_give(record->zone, memory, false, NULL, what, where);
		return;
	}
	pages = record->pages;
	item_given_back(number, false, where);
	machine_event_at(STREAM_ITEM_PAGED, NULL, number, 0, where);
	record->pages = 0;
	guest.large_live--;
	kern_pages_free(memory, pages);
}

/* The C library gives a size of 0 something too. */
KPI(void *, malloc, size_t bytes, const struct shape_malloc_type *type,
    int flags)
{

	return (memory_take(bytes, type, flags, __builtin_return_address(0)));
}

KPI(void *, mallocarray, size_t count, size_t bytes,
    const struct shape_malloc_type *type, int flags)
{
	size_t sum;

	if (__builtin_mul_overflow(count, bytes, &sum))
		guest_fail("assertion", __builtin_return_address(0),
		    "mallocarray() is asked for %zu times %zu bytes", count,
		    bytes);
	return (memory_take(sum, type, flags, __builtin_return_address(0)));
}

KPI(void, free, void *memory, const struct shape_malloc_type *type)
{

	(void)type;
	memory_give(memory, "free", __builtin_return_address(0));
}

KPI(void, zfree, void *memory, const struct shape_malloc_type *type)
{

	(void)type;
	if (memory == NULL)
		return;
	memset(memory, 0, items_get(item_given(memory, "zfree",
	    __builtin_return_address(0)))->bytes);
	memory_give(memory, "zfree", __builtin_return_address(0));
}

KPI(void *, realloc, void *memory, size_t bytes,
    const struct shape_malloc_type *type, int flags)
{
	uint32_t before;
	void *other;

	other = memory_take(bytes, type, flags, __builtin_return_address(0));
	if (other == NULL || memory == NULL)
		return (other);
	before = items_get(item_given(memory, "realloc",
	    __builtin_return_address(0)))->bytes;
	memcpy(other, memory, before < bytes ? before : bytes);
	memory_give(memory, "realloc", __builtin_return_address(0));
	return (other);
}

KPI(void *, reallocf, void *memory, size_t bytes,
    const struct shape_malloc_type *type, int flags)
{
	void *other;

	other = kmod_realloc(memory, bytes, type, flags);
	if (other == NULL)
		memory_give(memory, "reallocf", __builtin_return_address(0));
	return (other);
}

/* --- counter(9) ---------------------------------------------------------------------------------- */

KPI(uint64_t *, counter_u64_alloc, int flags)
{

	return (memory_take((size_t)PCPU_BYTES * the.cpu_count, NULL,
	    (flags & ~SHAPE_M_NOWAIT) | SHAPE_M_WAITOK | SHAPE_M_ZERO,
	    __builtin_return_address(0)));
}

KPI(void, counter_u64_free, uint64_t *counter)
{

	memory_give(counter, "counter_u64_free", __builtin_return_address(0));
}

/* --- life ------------------------------------------------------------------------------------------ */

void
memory_begin(void)
{
	size_t pages;

	pages = the.arena.bytes / ARENA_PAGE + 1;
	if (pages > guest.page_room) {
		free(guest.pages);
		guest.pages = malloc(pages);
		if (guest.pages == NULL)
			abort();
		guest.page_room = pages;
	}
	memset(guest.pages, 0, pages);
	if (guest.items != NULL)
		memset(guest.items, 0, guest.item_room * sizeof(*guest.items));
}

/* After MOD_UNLOAD: what it has not given back. */
void
memory_end(void)
{
	const struct guest_item *record;
	const struct guest_zone *zone;
	size_t i, left;
	const char *type;

	for (i = 0; i < guest.zone_count; i++) {
		zone = guest.zones[i];
		if (!zone->dead && !zone->memory)
			guest_report("leak", NULL, "the module is gone, but its "
			    "zone %s was not destroyed (%llu items in use)",
			    zone->name, (unsigned long long)zone->live);
	}
	left = 0;
	type = NULL;
	for (i = 1; i < items.count && i < guest.item_room; i++) {
		record = &guest.items[i];
		if (items_get((uint32_t)i)->state != ITEM_LIVE ||
		    (record->zone == NULL ? record->pages == 0 :
		    !record->zone->memory))
			continue;
		left++;
		if (type == NULL && record->type != NULL)
			type = record->type->name;
	}
	if (left > 0)
		guest_report("leak", NULL, "the module is gone, but %zu of its "
		    "allocations by malloc() were not freed%s%s", left,
		    type == NULL ? "" : ", of type ", type == NULL ? "" : type);
}

/* --- the policy's place ------------------------------------------------------------------------------ */

static void *
guest_create(const struct policy_setup *setup)
{

	(void)setup;
	return (&guest);
}

static void
guest_housekeep(void *policy)
{
	size_t i;

	(void)policy;
	guest.keeping_house = true;
	for (i = 0; i < guest.zone_count; i++)
		if (guest.zones[i]->zone != NULL)
			guest.engine->zone_timeout(guest.zones[i]->zone);
	guest.keeping_house = false;
}

static void
guest_reclaim(void *policy, enum policy_reclaim how)
{
	size_t i;

	(void)policy;
	guest.keeping_house = true;
	for (i = 0; i < guest.zone_count; i++)
		if (guest.zones[i]->zone != NULL)
			guest.engine->zone_reclaim(guest.zones[i]->zone,
			    how == POLICY_TRIM ? ZONE_TRIM :
			    how == POLICY_DRAIN ? ZONE_DRAIN : ZONE_DRAIN_CPU);
	guest.keeping_house = false;
}

static void
guest_census(const void *policy, struct policy_census *census)
{
	struct zone_census found;
	size_t i;

	(void)policy;
	memset(census, 0, sizeof(*census));
	for (i = 0; i < guest.zone_count; i++) {
		if (guest.zones[i]->zone == NULL)
			continue;
		guest.engine->zone_census(guest.zones[i]->zone, &found);
		census->items_total += found.items_total;
		census->items_slab_free += found.items_slab_free;
		census->items_cached += found.items_cached;
		census->slab_bytes += found.slab_bytes;
		census->bucket_bytes += found.bucket_bytes;
	}
	census->items_total += guest.large_live;
}

static void
guest_counters(const void *policy, struct policy_counters *counters)
{
	struct smr_counters sums, one;
	size_t i;

	(void)policy;
	sums = guest.gone;
	for (i = 0; i < guest.domain_count; i++) {
		if (guest.domains[i]->smr == NULL)
			continue;
		guest.engine->counters(guest.domains[i]->smr, &one);
		sums.advance += one.advance;
		sums.advance_wait += one.advance_wait;
		sums.poll += one.poll;
		sums.poll_scan += one.poll_scan;
		sums.poll_fail += one.poll_fail;
	}
	counters->advance = sums.advance;
	counters->advance_wait = sums.advance_wait;
	counters->poll = sums.poll;
	counters->poll_scan = sums.poll_scan;
	counters->poll_fail = sums.poll_fail;
}

static const char *
guest_audit(const void *policy)
{
	const char *broken;
	size_t i;

	(void)policy;
	for (i = 0; i < guest.domain_count; i++) {
		if (guest.domains[i]->smr == NULL)
			continue;
		broken = guest.engine->audit(guest.domains[i]->smr);
		if (broken != NULL)
			return (broken);
	}
	return (NULL);
}

const struct policy_def guest_policy = {
	.part = {
		.name = "kernel_module",
		.about = "the zones and domains that a kernel module makes",
	},
	.safe = true,
	.create = guest_create,
	.housekeep = guest_housekeep,
	.reclaim = guest_reclaim,
	.census = guest_census,
	.counters = guest_counters,
	.audit = guest_audit,
};
