/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/memory/relaxed_history.h"

#include <assert.h>

#include "sim/memory/clock_order.h"

/* A CPU that has read a store without having known of it. */
struct reader {
	uint32_t epoch;
	uint16_t cpu;
	uint32_t next;		/* 0: none */
};

struct history_counts history_counts;

struct history_table history_table;

static uint16_t *const buckets = history_table.buckets;
static struct history_key *const keys = history_table.keys;
static struct location *const locations = history_table.locations + 1;

static uint32_t location_used;		/* ever, in this run */
static uint16_t location_free;		/* number + 1, by `next` */
static uint32_t location_hand;

static uint32_t live[HISTORY_LOCATIONS];
static uint32_t live_count;

/* Of locations without history: what stands last before a load there. */
static order_id bare[HISTORY_BUCKETS];
static uint32_t bare_used[HISTORY_BUCKETS];
static uint32_t bare_count;

static struct reader readers[HISTORY_READERS];	/* number 0 is none */
static uint32_t reader_used;
static uint32_t reader_free;
static uint32_t reader_lanes;	/* where clock_few(): so many are there */

static order_id lost_order;	/* as location.fence, of those evicted */
static uint64_t lost_release;	/* as location.dropped, of those evicted */

uint64_t
history_bytes(uint32_t offset, uint32_t size)
{
	uint64_t value;

	value = 0;
	for (; size > 0; size--)
		value = value << 8 | value_get(the.base + offset + size - 1, 1);
	return (value);
}

void
history_bytes_set(uint32_t offset, uint32_t size, uint64_t value)
{

	for (; size > 0; size--, offset++, value >>= 8)
		value_set(the.base + offset, 1, value);
}

void
history_reset(void)
{
	uint32_t i;

	/* Their stamps went with the clocks. */
	for (i = 0; i < live_count; i++)
		buckets[history_bucket(keys[live[i]].offset)] = 0;
	for (i = 0; i < bare_count; i++)
		bare[bare_used[i]] = 0;
	live_count = 0;
	bare_count = 0;
	location_used = 0;
	location_free = 0;
	location_hand = 0;
	reader_used = 1;
	reader_free = 0;
	reader_lanes = 0;
	history_table.lost = (struct past_stamp){ .id = 0 };
	lost_order = 0;
	lost_release = 0;
	history_counts = (struct history_counts){ 0 };
}

/* --- readers ------------------------------------------------------------- */

bool
history_read_by(struct past_store *store, uint32_t cpu, uint32_t epoch)
{
	uint32_t number;

	if (store->reader_count == HISTORY_READERS_EACH)
		return (false);
	if (clock_few()) {
		/* As many as there would be elsewhere, to do the same. */
		if (reader_lanes == HISTORY_READERS - 1)
			return (false);
		reader_lanes++;
		store->reader_count++;
		if (epoch < (uint32_t)store->told[cpu])
			store->told[cpu] = (int32_t)epoch;
		return (true);
	}
	if (reader_free != 0) {
		number = reader_free;
		reader_free = readers[number].next;
	} else if (reader_used < HISTORY_READERS) {
		number = reader_used++;
	} else {
		return (false);
	}
	readers[number].cpu = (uint16_t)cpu;
	readers[number].epoch = epoch;
	readers[number].next = store->readers;
	store->readers = number;
	store->reader_count++;
	return (true);
}

bool
history_reader_seen(const struct past_store *store, uint32_t cpu)
{
	uint32_t number;

	for (number = store->readers; number != 0;
	    number = readers[number].next)
		if (clock_has_seen(cpu, readers[number].cpu,
		    readers[number].epoch))
			return (true);
	return (false);
}

static void
readers_drop(struct past_store *store)
{
	uint32_t next, number;

	if (clock_few())
		reader_lanes -= store->reader_count;
	for (number = store->readers; number != 0; number = next) {
		next = readers[number].next;
		readers[number].next = reader_free;
		reader_free = number;
	}
	store->readers = 0;
	store->reader_count = 0;
}

/* --- stores -------------------------------------------------------------- */

/* Something that was dropped came after this. */
static inline void
dropped_after(struct location *location, order_id order)
{

	/* Mostly there was nothing, or the same again. */
	if (order != 0 && order != location->fence)
		location->fence = order_later(location->fence, order);
}

/* What the store, and loads of it, came after, and what it released. */
static inline void
store_account(struct location *location, const struct past_store *store)
{

	if (!past_stamp_none(&store->release, clock_few()))
		location->dropped |= UINT64_C(1) << store->cpu % 64;
	dropped_after(location, store->fence);
	dropped_after(location, store->fence_read);
	dropped_after(location, store->ordered);
	dropped_after(location, store->ordered_read);
}

static void
store_drop(struct location *location, struct past_store *store)
{

	store_account(location, store);
	if (store->reader_count != 0)
		readers_drop(store);
	if (store->stamp.id != store->release.id)
		past_stamp_drop(&store->stamp, clock_few());
	past_stamp_drop(&store->release, clock_few());
}

void
history_cut(struct location *location, uint32_t index)
{
	struct past_store *oldest;
	uint32_t i;

	if (index == 0)
		return;
	assert(index < location->count);
	for (i = 0; i < index; i++)
		store_drop(location, history_at(location, i));
	location->order = location->order >> 8 * index |
	    location->order << (64 - 8 * index);
	location->count = (uint8_t)(location->count - index);
	/* Nobody can see anything older than the oldest. */
	oldest = history_at(location, 0);
	oldest->told = (clock_lanes){ 0 };
	if (oldest->reader_count != 0)
		readers_drop(oldest);
}

void
history_cut_older(struct location *location, uint64_t since_ps)
{
	const struct past_store *store;
	uint64_t oldest_ps;
	uint32_t index;

	oldest_ps = UINT64_MAX;
	for (index = location->count - 1U; index > 0; index--) {
		store = history_at(location, index);
		if (store->since_ps < since_ps) {
			history_cut(location, index);
			break;
		}
		if (store->since_ps < oldest_ps)
			oldest_ps = store->since_ps;
	}
	location->oldest_ps = oldest_ps;
}

struct past_store *
history_insert(struct location *location, uint32_t index, uint64_t since_ps)
{
	struct past_store *newest;
	uint64_t below, order, slot, upto;
	uint32_t count;

	count = location->count;
	assert(index < count);
	newest = location->newest;
	order = location->order;
	slot = order >> 8 * count & 0xff;
	below = (UINT64_C(1) << 8 * index) - 1;
	upto = (UINT64_C(1) << 8 * count) - 1;
	history_append(location, since_ps);
	location->order = (order & below) | slot << 8 * index |
	    (order & upto & ~below) << 8 |
	    (order & ~upto & ~(UINT64_C(0xff) << 8 * count));
	location->newest = newest;
	return (history_at(location, index));
}

/* --- locations ----------------------------------------------------------- */

static bool
overlap(uint32_t number, uint32_t offset, uint64_t bytes)
{
	const struct history_key *key;

	key = &keys[number];
	return (key->offset < offset + bytes &&
	    offset < key->offset + (uint64_t)key->size);
}

bool
history_overlapped(uint32_t number, uint32_t offset, uint32_t size)
{

	for (; number != 0; number = keys[number - 1].next)
		if (overlap(number - 1, offset, size))
			return (true);
	return (false);
}

struct location *
history_look_behind(uint32_t number, uint32_t offset, uint32_t size)
{
	struct location *location;

	while ((number = keys[number - 1].next) != 0)
		if (keys[number - 1].offset == offset &&
		    keys[number - 1].size == size) {
			location = &locations[number - 1];
			location->recent = true;
			return (location);
		}
	return (NULL);
}

/* Takes it out; its last stamp, and what else remains, is the caller's. */
static struct past_stamp
location_remove(struct location *location)
{
	struct location *other;
	struct past_stamp stamp;
	uint32_t number;
	uint16_t *link;

	history_cut(location, location->count - 1U);
	stamp = (struct past_stamp){ .id = 0 };
	past_stamp_hold(&stamp, &history_at(location, 0)->stamp, clock_few());
	store_drop(location, history_at(location, 0));
	number = (uint32_t)(location - locations);
	link = &buckets[history_bucket(location->offset)];
	while (*link != number + 1)
		link = &keys[*link - 1].next;
	*link = keys[number].next;
	other = &locations[live[--live_count]];
	live[location->live] = live[live_count];
	other->live = location->live;
	location->count = 0;
	keys[number].next = location_free;
	location_free = (uint16_t)(number + 1);
	return (stamp);
}

void
history_bare_load(uint32_t offset, order_id order)
{
	uint32_t bucket;

	bucket = history_bucket(offset);
	if (order == 0 || bare[bucket] == order)
		return;
	if (bare[bucket] == 0)
		bare_used[bare_count++] = bucket;
	bare[bucket] = order_later(bare[bucket], order);
}

void
history_lose(const struct past_stamp *stamp)
{

	past_stamp_add(&history_table.lost, stamp);
}

/*
 * The least interesting: nothing but a value, or else the first that has not
 * been used while the hand went round.
 */
static void
evict(void)
{
	struct location *location;
	struct past_stamp stamp;
	uint32_t look;

	for (look = 0;; look++) {
		location = &locations[location_hand];
		location_hand = (location_hand + 1) % HISTORY_LOCATIONS;
		if (!location->recent || (location->count == 1 &&
		    past_stamp_none(&history_at(location, 0)->stamp,
		    clock_few())))
			break;
		location->recent = false;
		assert(look <= 2 * HISTORY_LOCATIONS);
	}
	history_counts.evicted++;
	stamp = location_remove(location);
	history_lose(&stamp);
	past_stamp_drop(&stamp, clock_few());
	lost_release |= location->dropped;
	lost_order = order_later(lost_order, location->fence);
}

/* Byte i is i. */
static const uint64_t in_order = UINT64_C(0x0706050403020100);

/* What a location takes over; the stamp with its reference. */
struct legacy {
	struct past_stamp stamp;
	order_id fence;
	uint64_t dropped;
};

/* A record that is free, for a location that has this from others. */
static inline __attribute__((always_inline)) struct location *
location_make(uint32_t offset, uint32_t size, const struct legacy *legacy)
{
	struct location *location;
	uint32_t bucket, number;

	bucket = history_bucket(offset);
	if (location_free != 0) {
		number = location_free - 1U;
		location_free = keys[number].next;
	} else {
		number = location_used++;
	}
	keys[number].offset = offset;
	keys[number].size = (uint8_t)size;
	keys[number].next = buckets[bucket];
	buckets[bucket] = (uint16_t)(number + 1);
	location = &locations[number];
	HISTORY_FOUND(location);
	location->offset = offset;
	location->size = (uint8_t)size;
	location->live = live_count;
	live[live_count++] = number;
	location->fence = legacy->fence;
	location->dropped = legacy->dropped;
	location->recent = true;
	location->plain = false;
	location->count = 1;
	location->oldest_ps = UINT64_MAX;
	location->order = in_order;
	location->newest = location->stores;
	location->stores[0] = (struct past_store){
		.value = history_memory(offset, size),
		.stamp = legacy->stamp,
		.fence_read = bare[bucket],
		.ordered_read = bare[bucket],
	};
	return (location);
}

/* One where there are others, which it may have to replace. */
static __attribute__((noinline)) struct location *
make_among(uint32_t offset, uint32_t size)
{
	struct location *other;
	struct past_stamp theirs;
	struct legacy legacy;
	uint32_t next, number;

	legacy.stamp = (struct past_stamp){ .id = 0 };
	past_stamp_hold(&legacy.stamp, history_lost(), clock_few());
	legacy.dropped = lost_release;
	legacy.fence = lost_order;
	/* Those of another width give to this one what they had last. */
	for (number = buckets[history_bucket(offset)]; number != 0;
	    number = next) {
		other = &locations[number - 1];
		next = keys[number - 1].next;
		if (!overlap(number - 1, offset, size))
			continue;
		history_counts.mixed++;
		theirs = location_remove(other);
		legacy.dropped |= other->dropped;
		legacy.fence = order_later(legacy.fence, other->fence);
		past_stamp_add(&legacy.stamp, &theirs);
		past_stamp_drop(&theirs, clock_few());
	}
	if (location_free == 0 && location_used == HISTORY_LOCATIONS)
		evict();
	return (location_make(offset, size, &legacy));
}

struct location *
history_make(uint32_t offset, uint32_t size)
{
	struct legacy legacy;

	if (buckets[history_bucket(offset)] != 0 ||
	    (location_free == 0 && location_used == HISTORY_LOCATIONS))
		return (make_among(offset, size));
	legacy.fence = lost_order;
	legacy.dropped = lost_release;
	legacy.stamp = *history_lost();
	stamp_hold(legacy.stamp.id);
	return (location_make(offset, size, &legacy));
}

uint32_t
history_live(void)
{

	return (live_count);
}

struct location *
history_live_at(uint32_t index)
{

	return (&locations[live[index]]);
}

/* --- plain accesses, and the end of it ----------------------------------- */

/* The last value is that of a plain store to come. */
static void
overwrite(struct location *location, uint32_t cpu, bool whole)
{
	struct past_store *store;
	uint32_t epoch;

	epoch = clock_epoch(cpu);
	store = history_at(location, 0);
	if (location->plain && location->count == 1 && store->cpu == cpu &&
	    store->epoch == epoch &&
	    past_stamp_none(&store->release, clock_few()) &&
	    (!whole || past_stamp_none(&store->stamp, clock_few())))
		return;
	history_cut(location, location->count - 1U);
	store = history_at(location, 0);
	store_account(location, store);
	if (store->release.id != store->stamp.id)
		past_stamp_drop(&store->release, clock_few());
	past_stamp_clear(&store->release, clock_few());
	/* Who reads the rest of an older store synchronises with it. */
	if (whole) {
		past_stamp_drop(&store->stamp, clock_few());
		past_stamp_clear(&store->stamp, clock_few());
	}
	store->cpu = (uint16_t)cpu;
	store->epoch = epoch;
	store->since_ps = history_now(cpu);
	store->ordered = 0;
	store->fence = order_known(cpu);
	store->fence_read = 0;
	store->ordered_read = 0;
	store->attached = false;
	location->plain = true;
}

enum action { OVERWRITE, FORGET, COLLAPSE };

static void
act(struct location *location, enum action action, uint32_t cpu,
    uint32_t offset, uint64_t bytes)
{
	struct past_stamp stamp;

	if (action == OVERWRITE) {
		overwrite(location, cpu, offset <= location->offset &&
		    location->offset + (uint64_t)location->size <=
		    offset + bytes);
		return;
	}
	stamp = location_remove(location);
	if (action == COLLAPSE) {
		history_lose(&stamp);
		lost_release |= location->dropped;
		lost_order = order_later(lost_order, location->fence);
	}
	past_stamp_drop(&stamp, clock_few());
}

/* Most plain accesses are to where nothing atomic ever was. */
static inline bool
unknown(uint32_t offset, uint32_t size)
{

	return (history_fits(offset, size) &&
	    buckets[history_bucket(offset)] == 0);
}

static void
act_on_all(enum action action, uint32_t cpu, uint32_t offset, uint64_t bytes)
{
	uint64_t at;
	uint32_t i, next, number;

	if (live_count == 0)
		return;
	if (bytes / HISTORY_GRANULE > live_count) {
		for (i = live_count; i-- > 0;) {
			if (overlap(live[i], offset, bytes))
				act(&locations[live[i]], action, cpu, offset,
				    bytes);
		}
		return;
	}
	for (at = offset & ~(uint64_t)(HISTORY_GRANULE - 1);
	    at < offset + bytes; at += HISTORY_GRANULE)
		for (number = buckets[history_bucket((uint32_t)at)];
		    number != 0; number = next) {
			next = keys[number - 1].next;
			if (keys[number - 1].offset >> HISTORY_GRANULE_SHIFT ==
			    at >> HISTORY_GRANULE_SHIFT &&
			    overlap(number - 1, offset, bytes))
				act(&locations[number - 1], action, cpu,
				    offset, bytes);
		}
}

void
history_plain_store(uint32_t cpu, uint32_t offset, uint32_t size)
{

	if (!unknown(offset, size))
		act_on_all(OVERWRITE, cpu, offset, size);
}

void
history_forget(uint32_t offset, uint32_t bytes)
{

	act_on_all(FORGET, 0, offset, bytes);
}

void
history_collapse(uint32_t offset, uint32_t bytes)
{

	act_on_all(COLLAPSE, 0, offset, bytes);
}
