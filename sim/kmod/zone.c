/*
 * uma(9) as a module meets it: zones of the engine.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "sim/checks/check.h"
#include "sim/kmod/guest.h"
#include "sim/metrics/metrics.h"
#include "sim/oracle/items.h"

enum {
	FLAG_ZINIT = 0x2,
	FLAG_NOBUCKET = 0x400,
	FLAG_MAXBUCKET = 0x800,
	FLAG_UNMANAGED = 0x1,
	FLAG_PCPU = 0x8000,
	FLAG_FIRSTTOUCH = 0x10000,
	FLAG_ROUNDROBIN = 0x20000,
	FLAG_SMR = 0x40000,

	PCPU_BYTES = 128,
};

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
		return;		/* guest_zone_give() has called it */
	self = guest_self();
	self->busy++;
	zone->dtor(item, (int)zone->size, NULL);
	self->busy--;
}

void
guest_zone_make(struct guest_zone *zone, const void *where)
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

struct guest_zone *
guest_zone_new(const char *name, size_t size, unsigned align, uint32_t flags)
{
	const struct zone_config *config;
	struct guest_zone *zone;

	zone = must_alloc(1, sizeof(*zone));
	guest.zones = must_grow(guest.zones, guest.zone_count,
	    sizeof(struct guest_zone *));
	guest.zones[guest.zone_count++] = zone;
	config = &lab.spec->zone;
	guest_name(zone->name, sizeof(zone->name), name);
	zone->size = (uint32_t)size;
	zone->flags = flags;
	zone->setup.name = zone->name;
	/* The oracle tells items apart that begin in different granules. */
	align |= (1u << ARENA_GRANULE_SHIFT) - 1;
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
	    (flags & GUEST_ZONE_NOFREE ? ZONE_NOFREE : 0) |
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
	zone = guest_zone_new(name, size, (unsigned)align, flags);
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
	guest_zone_make(zone, __builtin_return_address(0));
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

/* --- allocation --------------------------------------------------------- */

void *
guest_zone_take(struct guest_zone *zone, bool smr, void *argument, int flags,
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
		guest_item_out(item, zone->size, zone, NULL, 0, start, where);
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
		guest_item_back(items_number(item), false, where);
		zone->live--;
		if (smr)
			guest.engine->zone_free_smr(from, item);
		else
			guest.engine->zone_free(from, item);
		return (NULL);
	}
	return (item);
}

void
guest_zone_give(struct guest_zone *zone, void *item, bool smr, void *argument,
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
	number = guest_item_of(item, what, where);
	if (guest.items[number].zone != zone)
		guest_fail("assertion", where, "%s() gives an item to zone %s "
		    "that is not one of its", what, zone->name);
	if (!smr && zone->dtor != NULL)
		zone->dtor(item, (int)zone->size, argument);
	start = the.cpu->now_ps;
	guest_item_back(number, smr, where);
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

	return (guest_zone_take(zone, false, argument, flags, "uma_zalloc",
	    __builtin_return_address(0)));
}

KPI(void, uma_zfree_arg, struct guest_zone *zone, void *item, void *argument)
{

	guest_zone_give(zone, item, false, argument, "uma_zfree",
	    __builtin_return_address(0));
}

KPI(void *, uma_zalloc_smr, struct guest_zone *zone, int flags)
{

	return (guest_zone_take(zone, true, NULL, flags, "uma_zalloc_smr",
	    __builtin_return_address(0)));
}

KPI(void, uma_zfree_smr, struct guest_zone *zone, void *item)
{

	guest_zone_give(zone, item, true, NULL, "uma_zfree_smr",
	    __builtin_return_address(0));
}

KPI(void *, uma_zalloc_pcpu_arg, struct guest_zone *zone, void *argument,
    int flags)
{

	return (guest_zone_take(zone, false, argument, flags, "uma_zalloc_pcpu",
	    __builtin_return_address(0)));
}

KPI(void, uma_zfree_pcpu_arg, struct guest_zone *zone, void *item,
    void *argument)
{

	guest_zone_give(zone, item, false, argument, "uma_zfree_pcpu",
	    __builtin_return_address(0));
}

/* --- limits and reclaim ------------------------------------------------- */

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
	zone->flags |= GUEST_ZONE_NOFREE;
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
	taken = must_alloc((size_t)count, sizeof(*taken));
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
