/*
 * XNU's integration of GUS: the same idea as FreeBSD's, in another allocator.
 *
 * Model       the core has 64-bit sequences and an eager clock only.  Freed items
 *             fill a magazine of the CPU (zone.bucket_size items).  Whoever puts
 *             in the last one stamps it with the next value of the sequence,
 *             and writes nothing: a deferred goal, always.  Full magazines stay
 *             in a depot of the CPU; when there are more than `depot`, all move
 *             to a depot that CPUs share, and there, under its lock, the step to
 *             the newest goal is taken unless somebody has.  An allocation polls
 *             the oldest magazine of its CPU; where that one's readers have not
 *             left, all move to the shared depot to age there, whose oldest it
 *             polls next; then it takes new memory.  A poll makes one full fence
 *             before it looks at the CPUs' words and one before it publishes.
 * Guarantees  an item is reused after all sections that were open when its
 *             magazine was stamped have ended.
 * Limits      not robust: a stalled reader keeps all that is freed after it.  A
 *             CPU that frees no more keeps what is in its magazine, and up to
 *             `depot` full ones whose goals nobody may have committed.  Without
 *             memory for a magazine a free waits for readers.
 *             Not here: depots that adapt to contention, sections that sleep,
 *             smr_call().
 * Source      apple-oss-distributions/xnu @ e3723e1f: osfmk/kern/smr.c, zalloc.c.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/bucket.h"
#include "engine/kern.h"
#include "engine/mutex.h"
#include "engine/zone.h"
#include "policies/limbo.h"
#include "policies/xnu_core.h"
#include "policies/zoned.h"

struct xnu_config {
	uint64_t depot;
};

static const struct knob xnu_knobs[] = {
	{ "depot", KNOB_COUNT, offsetof(struct xnu_config, depot), "0",
	    "1000000", "2", NULL,
	    "full magazines that a CPU keeps before it hands them on" },
};

struct xnu_magazine {
	struct xnu_magazine *next;
	uint64_t goal;
	uint64_t count;
	void *item[];
};

/* First in, first out: the goals of a CPU's never go down. */
struct xnu_depot {
	struct xnu_magazine *head;
	struct xnu_magazine *tail;
	uint64_t count;
};

struct xnu_cpu {
	_Alignas(2 * KERN_LINE_SIZE) struct xnu_magazine *alloc;
	struct xnu_magazine *free;	/* never full */
	struct xnu_depot depot;
};

struct xnu {
	struct limbo limbo;
	struct zone *magazines;
	struct xnu_core *core;
	uint64_t size;		/* items of a magazine */
	uint64_t depot;
	unsigned cpu_count;
	_Alignas(2 * KERN_LINE_SIZE) struct mutex lock;
	struct xnu_depot shared;	/* under the lock */
	_Atomic(uint64_t) shared_count;	/* a hint */
	_Alignas(2 * KERN_LINE_SIZE) struct xnu_cpu cpu[];
};

/* --- depots --------------------------------------------------------------------- */

static void
depot_push(struct xnu_depot *depot, struct xnu_magazine *magazine)
{

	magazine->next = NULL;
	if (depot->tail == NULL)
		depot->head = magazine;
	else
		depot->tail->next = magazine;
	depot->tail = magazine;
	depot->count++;
}

static struct xnu_magazine *
depot_pop(struct xnu_depot *depot)
{
	struct xnu_magazine *magazine;

	magazine = depot->head;
	if (magazine == NULL)
		return (NULL);
	depot->head = magazine->next;
	if (depot->head == NULL)
		depot->tail = NULL;
	depot->count--;
	return (magazine);
}

static struct xnu_depot
depot_take(struct xnu_depot *from)
{
	struct xnu_depot all;

	all = *from;
	from->head = NULL;
	from->tail = NULL;
	from->count = 0;
	return (all);
}

/* --- sections ------------------------------------------------------------------ */

static void
xnu_enter(void *policy)
{

	xnu_core_enter(((struct xnu *)policy)->core);
}

static void
xnu_exit(void *policy)
{

	xnu_core_exit(((struct xnu *)policy)->core);
}

static void
xnu_synchronize(void *policy)
{
	struct xnu_core *core;

	core = ((struct xnu *)policy)->core;
	xnu_core_wait(core, xnu_core_goal(core));
}

/* --- freeing ---------------------------------------------------------------------- */

/* To the shared depot; the newest goal is committed, and so are all. */
static void
xnu_recirculate(struct xnu *xnu, struct xnu_depot *full)
{
	struct xnu_magazine *magazine;

	mutex_lock(&xnu->lock);
	if (full->tail->goal != 0)
		xnu_core_commit(xnu->core, full->tail->goal);
	while ((magazine = depot_pop(full)) != NULL)
		depot_push(&xnu->shared, magazine);
	atomic_store_explicit(&xnu->shared_count, xnu->shared.count,
	    memory_order_relaxed);
	mutex_unlock(&xnu->lock);
}

static struct xnu_magazine *
xnu_magazine(struct xnu *xnu)
{
	struct xnu_magazine *magazine;

	if (kern_fails(KERN_FAIL_BUCKET))
		return (NULL);
	magazine = zone_alloc(xnu->magazines);
	if (magazine != NULL) {
		magazine->goal = 0;
		magazine->count = 0;
	}
	return (magazine);
}

/* There is no memory for a magazine: wait for the readers of this item. */
static void
xnu_free_alone(struct xnu *xnu, void *item)
{
	uint64_t goal;

	goal = xnu_core_goal(xnu->core);
	kern_items(KERN_ITEMS_STAMPED, xnu, &item, 1, goal);
	xnu_core_wait(xnu->core, goal);
	kern_items(KERN_ITEMS_KNOWN, xnu, &item, 1, goal);
	limbo_discard(xnu, item);
}

/* A magazine to free to, in a critical section; NULL: none, and not in one. */
static struct xnu_magazine *
xnu_open(struct xnu *xnu)
{
	struct xnu_magazine *magazine;
	struct xnu_cpu *cpu;

	kern_critical_enter();
	cpu = &xnu->cpu[kern_cpu()];
	while (cpu->free == NULL) {
		kern_critical_exit();
		magazine = xnu_magazine(xnu);
		if (magazine == NULL)
			return (NULL);
		kern_critical_enter();
		cpu = &xnu->cpu[kern_cpu()];
		if (cpu->free == NULL) {
			cpu->free = magazine;
			break;
		}
		/* Another thread was quicker. */
		kern_critical_exit();
		zone_free(xnu->magazines, magazine);
		kern_critical_enter();
		cpu = &xnu->cpu[kern_cpu()];
	}
	return (cpu->free);
}

static void
xnu_retire(void *policy, void *item)
{
	struct xnu_depot full = { 0 };
	struct xnu_magazine *magazine;
	struct xnu_cpu *cpu;
	struct xnu *xnu;

	xnu = policy;
	limbo_cached(&xnu->limbo, item);
	magazine = xnu_open(xnu);
	if (magazine == NULL) {
		xnu_free_alone(xnu, item);
		return;
	}
	cpu = &xnu->cpu[kern_cpu()];
	magazine->item[magazine->count++] = item;
	if (magazine->count == xnu->size) {
		/*
		 * [X4] behind the last item.
		 * Claim   all of them were unlinked before the goal was taken.
		 * Breaks  the goal says nothing of those that come later.
		 * Mutant  xnu-stamped-when-opened
		 */
		magazine->goal = xnu_core_goal(xnu->core);
		kern_items(KERN_ITEMS_STAMPED, xnu, magazine->item,
		    magazine->count, magazine->goal);
		cpu->free = NULL;
		depot_push(&cpu->depot, magazine);
		if (cpu->depot.count > xnu->depot)
			full = depot_take(&cpu->depot);
	}
	kern_critical_exit();
	if (full.count > 0)
		xnu_recirculate(xnu, &full);
}

/* --- allocation ------------------------------------------------------------------- */

/* The oldest of the shared depot, if its readers have left. */
static struct xnu_magazine *
xnu_fetch_shared(struct xnu *xnu)
{
	struct xnu_magazine *magazine;

	if (atomic_load_explicit(&xnu->shared_count, memory_order_relaxed) == 0)
		return (NULL);
	mutex_lock(&xnu->lock);
	magazine = NULL;
	if (xnu->shared.head != NULL &&
	    xnu_core_poll(xnu->core, xnu->shared.head->goal, false))
		magazine = depot_pop(&xnu->shared);
	atomic_store_explicit(&xnu->shared_count, xnu->shared.count,
	    memory_order_relaxed);
	mutex_unlock(&xnu->lock);
	return (magazine);
}

/* This CPU has nothing to allocate from: in a critical section, and ends it. */
static struct xnu_magazine *
xnu_fetch(struct xnu *xnu, struct xnu_cpu *cpu)
{
	struct xnu_magazine *magazine;
	struct xnu_depot full = { 0 };

	magazine = NULL;
	if (cpu->depot.head != NULL &&
	    xnu_core_poll(xnu->core, cpu->depot.head->goal, false))
		magazine = depot_pop(&cpu->depot);
	else
		full = depot_take(&cpu->depot);
	kern_critical_exit();
	if (full.count > 0)
		xnu_recirculate(xnu, &full);
	if (magazine == NULL)
		magazine = xnu_fetch_shared(xnu);
	if (magazine != NULL && magazine->goal != 0) {
		kern_items(KERN_ITEMS_KNOWN, xnu, magazine->item,
		    magazine->count, magazine->goal);
		magazine->goal = 0;
	}
	return (magazine);
}

static void *
xnu_alloc(void *policy)
{
	struct xnu_magazine *empty, *magazine;
	struct xnu_depot full = { 0 };
	struct xnu_cpu *cpu;
	struct xnu *xnu;
	void *item;

	xnu = policy;
	kern_critical_enter();
	cpu = &xnu->cpu[kern_cpu()];
	if (cpu->alloc != NULL && cpu->alloc->count > 0) {
		item = cpu->alloc->item[--cpu->alloc->count];
		kern_critical_exit();
		return (item);
	}
	magazine = xnu_fetch(xnu, cpu);
	if (magazine == NULL)
		return (limbo_alloc(xnu));
	item = magazine->item[--magazine->count];
	kern_critical_enter();
	cpu = &xnu->cpu[kern_cpu()];
	empty = cpu->alloc;
	if (empty != NULL && empty->count > 0) {
		/* Another thread was quicker: what is left needs no wait. */
		kern_critical_exit();
		if (magazine->count == 0) {
			zone_free(xnu->magazines, magazine);
			return (item);
		}
		depot_push(&full, magazine);
		xnu_recirculate(xnu, &full);
		return (item);
	}
	cpu->alloc = magazine;
	if (cpu->free == NULL) {
		cpu->free = empty;
		empty = NULL;
	}
	kern_critical_exit();
	if (empty != NULL)
		zone_free(xnu->magazines, empty);
	return (item);
}

/* --- life --------------------------------------------------------------------------- */

/* The items, whose readers have left, and the magazine; NULL is none. */
static void
xnu_dismantle(struct xnu *xnu, struct xnu_magazine *magazine)
{

	if (magazine == NULL)
		return;
	if (magazine->count > 0 && magazine->goal != 0)
		kern_items(KERN_ITEMS_KNOWN, xnu, magazine->item,
		    magazine->count, magazine->goal);
	while (magazine->count > 0)
		zone_free(xnu->limbo.zone, magazine->item[--magazine->count]);
	zone_free(xnu->magazines, magazine);
}

/* Gives back the shared depot; waits for the readers of each magazine. */
static void
xnu_reclaim(void *policy, enum policy_reclaim how)
{
	struct xnu_magazine *magazine;
	struct xnu_depot all;
	struct xnu *xnu;

	xnu = policy;
	if (how != POLICY_TRIM) {
		mutex_lock(&xnu->lock);
		all = depot_take(&xnu->shared);
		atomic_store_explicit(&xnu->shared_count, 0,
		    memory_order_relaxed);
		mutex_unlock(&xnu->lock);
		while ((magazine = depot_pop(&all)) != NULL) {
			xnu_core_wait(xnu->core, magazine->goal);
			xnu_dismantle(xnu, magazine);
		}
	}
	limbo_reclaim(xnu, how);
	zoned_reclaim(xnu->magazines, how);
}

static void
xnu_destroy(void *policy)
{
	struct xnu_magazine *magazine;
	struct xnu_cpu *cpu;
	struct xnu *xnu;
	unsigned i;

	xnu = policy;
	for (i = 0; i < xnu->cpu_count && xnu->magazines != NULL; i++) {
		cpu = &xnu->cpu[i];
		xnu_dismantle(xnu, cpu->alloc);
		xnu_dismantle(xnu, cpu->free);
		while ((magazine = depot_pop(&cpu->depot)) != NULL)
			xnu_dismantle(xnu, magazine);
	}
	while ((magazine = depot_pop(&xnu->shared)) != NULL)
		xnu_dismantle(xnu, magazine);
	limbo_fini(&xnu->limbo);
	if (xnu->magazines != NULL)
		(void)zone_destroy(xnu->magazines);
	if (xnu->core != NULL)
		xnu_core_destroy(xnu->core);
	mutex_fini(&xnu->lock);
	kern_pages_free(xnu, limbo_pages(sizeof(*xnu), sizeof(xnu->cpu[0])));
}

static void *
xnu_create(const struct policy_setup *setup)
{
	struct zone_config config;
	struct xnu *xnu;

	xnu = kern_pages_alloc(limbo_pages(sizeof(*xnu), sizeof(xnu->cpu[0])),
	    kern_domain());
	if (xnu == NULL)
		return (NULL);
	xnu->cpu_count = kern_cpu_count();
	xnu->depot = setup->config == NULL ? 2 :
	    ((const struct xnu_config *)setup->config)->depot;
	config = setup->zone;
	xnu->size = config.bucket_size != 0 ? config.bucket_size :
	    bucket_size_by_item((size_t)config.item_size);
	mutex_init(&xnu->lock);
	xnu->core = xnu_core_create();
	if (xnu->core != NULL && limbo_init(&xnu->limbo, "xnu", setup, 0)) {
		config.item_size = sizeof(struct xnu_magazine) +
		    xnu->size * sizeof(void *);
		config.bucket_size = 0;
		config.limit = 0;
		config.cache_limit = 0;
		xnu->magazines = zoned_create("xnu magazines", &config, NULL,
		    NULL);
	}
	if (xnu->magazines == NULL) {
		xnu_destroy(xnu);
		return (NULL);
	}
	return (xnu);
}

static void
xnu_housekeep(void *policy)
{
	struct xnu *xnu;

	xnu = policy;
	limbo_housekeep(policy);
	zone_timeout(xnu->magazines);
}

/* --- looking -------------------------------------------------------------------------- */

static KERN_UNSEEN uint64_t
xnu_items(const struct xnu_magazine *magazine)
{

	return (magazine == NULL ? 0 : magazine->count);
}

static KERN_UNSEEN uint64_t
xnu_depot_items(const struct xnu_depot *depot)
{
	const struct xnu_magazine *magazine;
	uint64_t count;

	count = 0;
	for (magazine = depot->head; magazine != NULL;
	    magazine = magazine->next)
		count += magazine->count;
	return (count);
}

static KERN_UNSEEN void
xnu_census(const void *policy, struct policy_census *census)
{
	struct policy_census magazines;
	const struct xnu *xnu;
	unsigned i;

	xnu = policy;
	limbo_census(policy, census);
	zoned_census(xnu->magazines, &magazines);
	census->bucket_bytes += magazines.slab_bytes + magazines.bucket_bytes;
	census->items_cached += xnu_depot_items(&xnu->shared);
	for (i = 0; i < xnu->cpu_count; i++)
		census->items_cached += xnu_items(xnu->cpu[i].alloc) +
		    xnu_items(xnu->cpu[i].free) +
		    xnu_depot_items(&xnu->cpu[i].depot);
}

static KERN_UNSEEN void
xnu_counters(const void *policy, struct policy_counters *counters)
{

	xnu_core_counters(((const struct xnu *)policy)->core, counters);
}

static KERN_UNSEEN const char *
xnu_audit(const void *policy)
{

	return (xnu_core_audit(((const struct xnu *)policy)->core));
}

const struct policy_def policy_xnu = {
	.part = {
		.name = "xnu",
		.about = "XNU's GUS: goals that nobody writes, magazines in depots of a CPU, committed when they are shared.",
		.source = "apple-oss-distributions/xnu @ e3723e1f, osfmk/kern/smr.c, zalloc.c",
		.knobs = xnu_knobs,
		.knob_count = sizeof(xnu_knobs) / sizeof(xnu_knobs[0]),
		.config_bytes = sizeof(struct xnu_config),
	},
	.safe = true,
	.create = xnu_create,
	.destroy = xnu_destroy,
	.enter = xnu_enter,
	.exit = xnu_exit,
	.alloc = xnu_alloc,
	.retire = xnu_retire,
	.discard = limbo_discard,
	.synchronize = xnu_synchronize,
	.housekeep = xnu_housekeep,
	.reclaim = xnu_reclaim,
	.census = xnu_census,
	.counters = xnu_counters,
	.audit = xnu_audit,
};
