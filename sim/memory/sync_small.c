/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/memory/sync_small.h"

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

void
sync_small_reset(uint32_t cpus)
{
	uint32_t i;

	assert(cpus <= SYNC_SMALL_CPUS);
	places_release();
	for (i = 0; i < cpus; i++) {
		sync_small.noted[i] = (clock_lanes){ 0 };
		sync_small.fenced[i] = 0;
		sync_small.next[i] = 0;
	}
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
tag_bytes(const struct place *granule)
{

	return (granule->is.tag >> SYNC_TAG_BYTES_SHIFT & WHOLE);
}

static inline unsigned
half_of(unsigned bytes, unsigned half)
{

	return (bytes >> half * HALF_BYTES & HALF_WHOLE);
}

static inline bool
half_headed(const struct place *granule, unsigned half, uint32_t cpu)
{

	return (granule->heads >> (half * SYNC_SMALL_CPUS + cpu) & 1);
}

static inline bool
is_split(const struct place *granule)
{

	return ((granule->is.tag & SYNC_TAG_SPLIT) != 0);
}

static inline clock_lanes *
half_row(struct place *granule, unsigned half)
{

	return (half == 1 && is_split(granule) ?
	    &place_second(granule)->row : &granule->row);
}

/* The second half is like the first, and has its own row from now on. */
static void
granule_split(struct place *granule)
{

	place_second(granule)->row = granule->row;
	granule->is.tag |= SYNC_TAG_SPLIT;
}

static void
half_clear(struct place *granule, unsigned half)
{

	if (half == 0 && is_split(granule))
		granule->row = *half_row(granule, 1);
	granule->is.tag &= ~((uint32_t)HALF_WHOLE << (SYNC_TAG_BYTES_SHIFT +
	    half * HALF_BYTES) | SYNC_TAG_SPLIT);
	granule->heads &= ~((uint32_t)HALF_HEADS << half * SYNC_SMALL_CPUS);
}

/* NULL: nothing was stored there with a clock. */
static inline struct place *
granule_find(uint64_t at)
{
	struct place_page *page;
	struct place *granule;

	page = places_find((uint32_t)at);
	if (page == NULL)
		return (NULL);
	granule = place_first(page, (uint32_t)at);
	return (sync_small_lives(granule) ? granule : NULL);
}

/* Of a clock of which nobody learns anything no byte is kept. */
static inline struct place *
granule_get(uint64_t at)
{
	static const clock_lanes nothing;
	struct place *granule;

	granule = place_first(places_page((uint32_t)at), (uint32_t)at);
	if (!sync_small_lives(granule)) {
		granule->is.tag = places.tag & SYNC_TAG_LIFE;
		granule->heads = 0;
	} else if (!is_split(granule) && !place_any(granule->row != nothing))
		granule->is.tag &= ~(uint32_t)SYNC_TAG_BYTES;
	return (granule);
}

/* --- loads ------------------------------------------------------------------ */

void
sync_small_load_slow(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{
	struct place *granule;
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
put_ends(const struct place *granule, unsigned half, uint32_t cpu,
    unsigned bytes, enum put put)
{
	unsigned old;

	old = half_of(tag_bytes(granule), half);
	return (old == 0 || ((old & ~bytes) == 0 && (put == PUT_RELEASE ||
	    (put == PUT_STORE && !half_headed(granule, half, cpu)))));
}

static void
half_put(struct place *granule, unsigned half, uint32_t cpu, unsigned bytes,
    clock_lanes row, enum put put)
{
	clock_lanes *mine;
	unsigned shift;

	if (!is_split(granule) && half_of(tag_bytes(granule), !half) != 0)
		granule_split(granule);
	mine = half_row(granule, half);
	shift = half * SYNC_SMALL_CPUS;
	if (put_ends(granule, half, cpu, bytes, put)) {
		*mine = row;
		granule->heads &= ~((uint32_t)HALF_HEADS << shift);
	} else
		*mine = lanes_max(*mine, row);
	granule->heads |= UINT32_C(1) << (shift + cpu);
	granule->is.tag |= (uint32_t)bytes << (SYNC_TAG_BYTES_SHIFT +
	    half * HALF_BYTES);
}

/* The halves are alike, and stay so. */
static inline void
granule_put(struct place *granule, uint32_t cpu, clock_lanes row,
    enum put put)
{

	if (put_ends(granule, 0, cpu, HALF_WHOLE, put)) {
		granule->row = row;
		granule->heads = 0;
	} else
		granule->row = lanes_max(granule->row, row);
	granule->heads |= sync_small_heads(cpu, SYNC_TAG_BYTES);
	granule->is.tag |= SYNC_TAG_BYTES;
}

static void
put_row(uint32_t cpu, uint32_t offset, uint32_t size, clock_lanes row,
    enum put put)
{
	struct place *granule;
	unsigned bytes, half, old;

	FOR_GRANULES(at, offset, size) {
		granule = granule_get(at);
		bytes = bytes_of(at, offset, (uint64_t)offset + size);
		old = tag_bytes(granule);
		if (bytes == WHOLE && put == PUT_RELEASE)
			granule->is.tag &= ~(uint32_t)SYNC_TAG_SPLIT;
		if (bytes == WHOLE && !is_split(granule) &&
		    (old == 0 || put == PUT_RELEASE ||
		    (half_of(old, 0) != 0 && half_of(old, 1) != 0))) {
			granule_put(granule, cpu, row, put);
			continue;
		}
		for (half = 0; half < 2; half++)
			if (half_of(bytes, half) != 0)
				half_put(granule, half, cpu,
				    half_of(bytes, half), row, put);
	}
}

/* A store without a clock: it goes on with a sequence, or ends it. */
static void
put_nothing(uint32_t cpu, uint32_t offset, uint32_t size)
{
	struct place *granule;
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
	struct place *granule;
	unsigned part, half;

	FOR_GRANULES(at, offset, bytes) {
		if (places_find((uint32_t)at) == NULL) {
			at |= (1 << PLACE_PAGE_SHIFT) - SYNC_GRANULE_BYTES;
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
