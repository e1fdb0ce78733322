/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/memory/sync_small.h"

#include <stdlib.h>
#include <string.h>

enum {
	HALF_BYTES = SYNC_GRANULE_BYTES / 2,
	HALF_WHOLE = (1 << HALF_BYTES) - 1,	/* all of its bytes, as bits */
	WHOLE = (1 << SYNC_GRANULE_BYTES) - 1,
	HALF_HEADS = (1 << SYNC_SMALL_CPUS) - 1,
};

/* How a clock comes to a location. */
enum put {
	PUT_ADD,	/* a read-modify-write goes on with all sequences */
	PUT_STORE,	/* a store behind a fence, with its CPU's own */
	PUT_RELEASE,	/* a release store, with none */
};

struct sync_small sync_small;

/*
 * Any page may stand for any of the arena: what it holds bears another tag than
 * its own, once it is taken again.
 */
static struct sync_page *pages_used, *pages_free;

/* The rows of second halves, which stay their granule's until the run ends. */
static struct {
	struct second {
		clock_lanes row;
		uint32_t granule;	/* its number */
	} *table;
	uint32_t count;
	uint32_t room;
} seconds;

static void
pages_release(void)
{
	struct sync_page *page;

	while ((page = pages_used) != NULL) {
		pages_used = page->next;
		sync_small.pages[page->number] = NULL;
		page->next = pages_free;
		pages_free = page;
	}
}

struct sync_page *
sync_small_page_slow(uint32_t offset)
{
	struct sync_page *page;
	uint32_t life;

	page = pages_free;
	if (page != NULL) {
		pages_free = page->next;
	} else {
		page = aligned_alloc(_Alignof(struct sync_page),
		    sizeof(*page));
		if (page == NULL)
			abort();
		memset(page, 0, sizeof(*page));
	}
	life = (page->tag & SYNC_TAG_LIFE) + 1;
	if (life > SYNC_TAG_LIFE) {
		memset(page->granules, 0, sizeof(page->granules));
		life = 1;
	}
	page->tag = life | SYNC_TAG_BYTES;
	page->number = offset >> SYNC_PAGE_SHIFT;
	page->next = pages_used;
	pages_used = page;
	sync_small.pages[page->number] = page;
	return (page);
}

void
sync_small_reset(uint32_t cpus)
{
	uint32_t i;

	assert(cpus <= SYNC_SMALL_CPUS);
	if (sync_small.pages == NULL) {
		sync_small.pages = calloc(SYNC_PAGES,
		    sizeof(*sync_small.pages));
		if (sync_small.pages == NULL)
			abort();
	}
	pages_release();
	seconds.count = 0;
	for (i = 0; i < cpus; i++) {
		sync_small.noted[i] = (clock_lanes){ 0 };
		sync_small.fenced[i] = 0;
		sync_small.next[i] = 0;
	}
}

void
sync_small_fini(void)
{
	struct sync_page *page;

	if (sync_small.pages != NULL)
		pages_release();
	while ((page = pages_free) != NULL) {
		pages_free = page->next;
		free(page);
	}
	free(sync_small.pages);
	sync_small.pages = NULL;
	free(seconds.table);
	memset(&seconds, 0, sizeof(seconds));
}

/* --- granules and their halves ------------------------------------------------ */

#define FOR_GRANULES(at, offset, size)					\
	for (uint64_t at = (offset) & ~(uint64_t)(SYNC_GRANULE_BYTES - 1); \
	    at < (uint64_t)(offset) + (size); at += SYNC_GRANULE_BYTES)

/* The bytes of the granule at `at` that lie in [offset, end), as bits. */
static inline unsigned
bytes_of(uint64_t at, uint64_t offset, uint64_t end)
{
	uint64_t first, beyond;

	first = offset > at ? offset - at : 0;
	beyond = end - at < SYNC_GRANULE_BYTES ? end - at :
	    SYNC_GRANULE_BYTES;
	return ((1U << beyond) - (1U << first));
}

static inline unsigned
tag_bytes(const struct sync_granule *granule)
{

	return (granule->tag >> SYNC_TAG_BYTES_SHIFT & WHOLE);
}

static inline unsigned
half_of(unsigned bytes, unsigned half)
{

	return (bytes >> half * HALF_BYTES & HALF_WHOLE);
}

static inline bool
half_headed(const struct sync_granule *granule, unsigned half, uint32_t cpu)
{

	return (granule->heads >> (half * SYNC_SMALL_CPUS + cpu) & 1);
}

static inline bool
is_split(const struct sync_granule *granule)
{

	return ((granule->tag & SYNC_TAG_SPLIT) != 0);
}

static inline clock_lanes *
half_row(struct sync_granule *granule, unsigned half)
{

	return (half == 1 && is_split(granule) ?
	    &seconds.table[granule->second].row : &granule->row);
}

static void
seconds_grow(void)
{
	struct second *larger;
	uint32_t room;

	room = seconds.room == 0 ? 64 : seconds.room * 2;
	larger = aligned_alloc(_Alignof(struct second),
	    room * sizeof(*larger));
	if (larger == NULL)
		abort();
	if (seconds.count > 0)
		memcpy(larger, seconds.table,
		    seconds.count * sizeof(*larger));
	free(seconds.table);
	seconds.table = larger;
	seconds.room = room;
}

/* The second half is like the first, and has its own row from now on. */
static void
granule_split(struct sync_granule *granule, uint64_t at)
{
	uint32_t number;

	number = (uint32_t)(at / SYNC_GRANULE_BYTES);
	/* What it bears may be of an earlier run. */
	if (granule->second >= seconds.count ||
	    seconds.table[granule->second].granule != number) {
		if (seconds.count == seconds.room)
			seconds_grow();
		granule->second = seconds.count++;
		seconds.table[granule->second].granule = number;
	}
	seconds.table[granule->second].row = granule->row;
	granule->tag |= SYNC_TAG_SPLIT;
}

static void
half_clear(struct sync_granule *granule, unsigned half)
{

	if (half == 0 && is_split(granule))
		granule->row = *half_row(granule, 1);
	granule->tag &= ~((uint32_t)HALF_WHOLE << (SYNC_TAG_BYTES_SHIFT +
	    half * HALF_BYTES) | SYNC_TAG_SPLIT);
	granule->heads &= ~((uint32_t)HALF_HEADS << half * SYNC_SMALL_CPUS);
}

/* NULL: nothing was stored there with a clock. */
static inline struct sync_granule *
granule_find(uint64_t at)
{
	struct sync_page *page;
	struct sync_granule *granule;

	page = sync_small_find((uint32_t)at);
	if (page == NULL)
		return (NULL);
	granule = sync_small_granule(page, (uint32_t)at);
	return (sync_small_lives(granule, page) ? granule : NULL);
}

static inline struct sync_granule *
granule_get(uint64_t at)
{
	struct sync_page *page;
	struct sync_granule *granule;

	page = sync_small_page((uint32_t)at);
	granule = sync_small_granule(page, (uint32_t)at);
	if (!sync_small_lives(granule, page)) {
		granule->tag = page->tag & SYNC_TAG_LIFE;
		granule->heads = 0;
	}
	return (granule);
}

/* --- loads ------------------------------------------------------------------ */

void
sync_small_load_slow(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{
	struct sync_granule *granule;
	unsigned bytes, half;

	FOR_GRANULES(at, offset, size) {
		granule = granule_find(at);
		if (granule == NULL)
			continue;
		bytes = bytes_of(at, offset, (uint64_t)offset + size);
		for (half = 0; half < 2; half++)
			if (half_of(bytes, half) != 0 &&
			    half_of(tag_bytes(granule), half) != 0)
				sync_small_join(cpu, *half_row(granule, half),
				    order);
	}
}

/* --- stores ----------------------------------------------------------------- */

/* May it end what is there, and not only add to it? */
static inline bool
put_ends(const struct sync_granule *granule, unsigned half, uint32_t cpu,
    unsigned bytes, enum put put)
{
	unsigned old;

	old = half_of(tag_bytes(granule), half);
	return (old == 0 || ((old & ~bytes) == 0 && (put == PUT_RELEASE ||
	    (put == PUT_STORE && !half_headed(granule, half, cpu)))));
}

static void
half_put(struct sync_granule *granule, uint64_t at, unsigned half,
    uint32_t cpu, unsigned bytes, clock_lanes row, enum put put)
{
	clock_lanes *mine;
	unsigned shift;

	if (!is_split(granule) && half_of(tag_bytes(granule), !half) != 0)
		granule_split(granule, at);
	mine = half_row(granule, half);
	shift = half * SYNC_SMALL_CPUS;
	if (put_ends(granule, half, cpu, bytes, put)) {
		*mine = row;
		granule->heads &= ~((uint32_t)HALF_HEADS << shift);
	} else
		*mine = lanes_max(*mine, row);
	granule->heads |= UINT32_C(1) << (shift + cpu);
	granule->tag |= (uint32_t)bytes << (SYNC_TAG_BYTES_SHIFT +
	    half * HALF_BYTES);
}

/* The halves are alike, and stay so. */
static inline void
granule_put(struct sync_granule *granule, uint32_t cpu, clock_lanes row,
    enum put put)
{

	if (put_ends(granule, 0, cpu, HALF_WHOLE, put)) {
		granule->row = row;
		granule->heads = 0;
	} else
		granule->row = lanes_max(granule->row, row);
	granule->heads |= sync_small_heads(cpu, SYNC_TAG_BYTES);
	granule->tag |= SYNC_TAG_BYTES;
}

static void
put_row(uint32_t cpu, uint32_t offset, uint32_t size, clock_lanes row,
    enum put put)
{
	struct sync_granule *granule;
	unsigned bytes, half, old;

	FOR_GRANULES(at, offset, size) {
		granule = granule_get(at);
		bytes = bytes_of(at, offset, (uint64_t)offset + size);
		old = tag_bytes(granule);
		if (bytes == WHOLE && put == PUT_RELEASE)
			granule->tag &= ~(uint32_t)SYNC_TAG_SPLIT;
		if (bytes == WHOLE && !is_split(granule) &&
		    (old == 0 || put == PUT_RELEASE ||
		    (half_of(old, 0) != 0 && half_of(old, 1) != 0))) {
			granule_put(granule, cpu, row, put);
			continue;
		}
		for (half = 0; half < 2; half++)
			if (half_of(bytes, half) != 0)
				half_put(granule, at, half, cpu,
				    half_of(bytes, half), row, put);
	}
}

/* A store without a clock: it goes on with a sequence, or ends it. */
static void
put_nothing(uint32_t cpu, uint32_t offset, uint32_t size)
{
	struct sync_granule *granule;
	unsigned bytes, half;

	FOR_GRANULES(at, offset, size) {
		granule = granule_find(at);
		if (granule == NULL)
			continue;
		bytes = bytes_of(at, offset, (uint64_t)offset + size);
		for (half = 0; half < 2; half++)
			if (half_of(bytes, half) != 0 &&
			    put_ends(granule, half, cpu, half_of(bytes, half),
			    PUT_STORE))
				half_clear(granule, half);
	}
}

void
sync_small_store_slow(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{

	if (order_releases(order))
		put_row(cpu, offset, size, sync_small_freeze(cpu),
		    PUT_RELEASE);
	else if (sync_small.fenced[cpu])
		put_row(cpu, offset, size, sync_small.fences[cpu], PUT_STORE);
	else
		put_nothing(cpu, offset, size);
}

void
sync_small_visible_slow(uint32_t cpu, uint32_t offset, uint32_t size,
    uint32_t issued)
{

	if (issued == 0)
		put_nothing(cpu, offset, size);
	else
		put_row(cpu, offset, size, sync_small_issued(cpu, issued),
		    issued >= SYNC_ISSUED_RELEASES ? PUT_RELEASE : PUT_STORE);
}

/* --- read-modify-writes, memory ---------------------------------------------- */

void
sync_small_change_slow(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{

	if (order == ORDER_LOCKED)
		sync_small_fence(cpu, ORDER_SEQ_CST);
	if (!order_acquires(order) || order == ORDER_LOCKED)
		sync_small_load(cpu, offset, size, order);
	if (order_releases(order))
		put_row(cpu, offset, size, sync_small_freeze(cpu), PUT_ADD);
	else if (sync_small.fenced[cpu])
		put_row(cpu, offset, size, sync_small.fences[cpu], PUT_ADD);
	if (order == ORDER_LOCKED)
		sync_small_fence(cpu, ORDER_SEQ_CST);
}

void
sync_small_forget(uint32_t offset, uint32_t bytes)
{
	struct sync_granule *granule;
	unsigned part, half;

	FOR_GRANULES(at, offset, bytes) {
		if (sync_small_find((uint32_t)at) == NULL) {
			at |= (1 << SYNC_PAGE_SHIFT) - SYNC_GRANULE_BYTES;
			continue;
		}
		granule = granule_find(at);
		if (granule == NULL)
			continue;
		part = bytes_of(at, offset, (uint64_t)offset + bytes);
		for (half = 0; half < 2; half++)
			if (half_of(part, half) != 0)
				half_clear(granule, half);
	}
}
