/*
 * Two CPUs access the same byte, one of them writes, one of them is not
 * atomic, and nothing orders the two.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/checks/data_race.h"

#include <stdlib.h>
#include <string.h>

#include "sim/checks/check.h"
#include "sim/lab_run.h"
#include "sim/memory/clock.h"
#include "sim/memory/shadow.h"

enum {
	GRANULE_BYTES = 8,
	GRANULES = (1 << SHADOW_SHIFT) / GRANULE_BYTES,
	KIND_MASK = RACE_WRITE | RACE_ATOMIC,
};

_Static_assert(sizeof(struct race_record) * GRANULES == SHADOW_PAGE_BYTES,
    "a shadow page holds the first records of a page");

enum { PLAIN_READ, PLAIN_WRITE, ATOMIC_READ, ATOMIC_WRITE };
#define KIND(kind)	(1U << (kind))

/* With which kinds does one conflict? */
static const uint8_t conflicts[] = {
	[PLAIN_READ] = KIND(PLAIN_WRITE) | KIND(ATOMIC_WRITE),
	[PLAIN_WRITE] = KIND(PLAIN_READ) | KIND(PLAIN_WRITE) |
	    KIND(ATOMIC_READ) | KIND(ATOMIC_WRITE),
	[ATOMIC_READ] = KIND(PLAIN_WRITE),
	[ATOMIC_WRITE] = KIND(PLAIN_READ) | KIND(PLAIN_WRITE),
};

/*
 * For which kinds does one stand, if it comes after them?  For those that
 * conflict with nothing that it does not conflict with itself.
 */
static const uint8_t stands_for[] = {
	[PLAIN_READ] = KIND(PLAIN_READ) | KIND(ATOMIC_READ),
	[PLAIN_WRITE] = KIND(PLAIN_READ) | KIND(PLAIN_WRITE) |
	    KIND(ATOMIC_READ) | KIND(ATOMIC_WRITE),
	[ATOMIC_READ] = KIND(ATOMIC_READ),
	[ATOMIC_WRITE] = KIND(ATOMIC_READ) | KIND(ATOMIC_WRITE),
};

static bool race_on;
static struct shadow granules;	/* the newest record of each list */

/* The older ones; 0 is nobody. */
static struct {
	struct race_record *table;
	uint32_t count;
	uint32_t room;
	uint32_t free;		/* head of a list */
} pool;

static struct race_pair {
	uint32_t now;
	uint32_t before;
} pairs[RACE_PAIRS_MAX];
static uint32_t pair_count;

void
data_race_begin(bool on)
{

	race_on = on;
	if (!on)
		return;
	shadow_reset(&granules);
	pool.count = 1;
	pool.free = 0;
	pair_count = 0;
}

void
data_race_fini(void)
{

	race_on = false;
	shadow_fini(&granules);
	free(pool.table);
	memset(&pool, 0, sizeof(pool));
}

/* --- lists ------------------------------------------------------------------ */

static uint32_t
pool_take(void)
{
	uint32_t number;

	number = pool.free;
	if (number != 0) {
		pool.free = pool.table[number].next;
		return (number);
	}
	if (pool.count >= pool.room) {
		pool.room = pool.room == 0 ? 1024 : pool.room * 2;
		pool.table = realloc(pool.table,
		    pool.room * sizeof(*pool.table));
		if (pool.table == NULL)
			abort();
	}
	return (pool.count++);
}

static void
pool_give(uint32_t number)
{

	pool.table[number].next = pool.free;
	pool.free = number;
}

/* The rest of a list. */
static void
pool_give_all(uint32_t number)
{
	uint32_t next;

	for (; number != 0; number = next) {
		next = pool.table[number].next;
		pool_give(number);
	}
}

static inline struct race_record *
granule_in(struct shadow_page *page, uint32_t offset)
{

	return ((struct race_record *)(void *)page->cells +
	    offset / GRANULE_BYTES % GRANULES);
}

/* Room for a new record at the head of the list. */
static void
list_push(struct race_record *head)
{
	uint32_t number;

	if (head->bytes == 0)
		return;		/* its chain stays where it is */
	number = pool_take();
	pool.table[number] = *head;
	head->next = number;
}

/* --- one access -------------------------------------------------------------- */

/* What the current CPU does to the bytes of one granule. */
struct race_access {
	const void *where;
	uint32_t offset;	/* of the granule */
	uint32_t cpu;
	uint32_t epoch;
	uint32_t size;		/* of all of it */
	unsigned kind;
	unsigned bytes;
};

/* All but `next` and `life`. */
static inline void
record_fill(struct race_record *record, const struct race_access *access)
{
	const struct lab_thread *thread;
	const struct cpu *cpu;
	uint64_t open_ns;

	cpu = the.cpu;
	record->at_ps = cpu->now_ps;
	record->epoch = access->epoch;
	record->where = (uint32_t)stream_place(access->where);
	record->cpu = (uint16_t)access->cpu;
	record->thread = (uint16_t)cpu->current->number;
	record->bytes = (uint8_t)access->bytes;
	record->how = (uint8_t)(access->kind |
	    (access->size - 1) << RACE_SIZE_SHIFT |
	    (cpu->interrupts > 0 ? RACE_HANDLER : 0));
	record->inside_ns = 0;
	thread = cpu->current->owner;
	if (thread != NULL && thread->section.serial != 0) {
		open_ns = (cpu->now_ps - thread->section.opened_ps) / 1000;
		record->inside_ns = open_ns < UINT32_MAX - 1 ?
		    (uint32_t)open_ns + 1 : UINT32_MAX;
	}
}

/* Each pair of places once, in either order. */
static bool
pair_is_new(uint32_t now, uint32_t before)
{
	uint32_t i;

	for (i = 0; i < pair_count; i++)
		if ((pairs[i].now == now && pairs[i].before == before) ||
		    (pairs[i].now == before && pairs[i].before == now))
			return (false);
	if (pair_count == RACE_PAIRS_MAX)
		return (false);
	pairs[pair_count].now = now;
	pairs[pair_count++].before = before;
	return (true);
}

static __attribute__((noinline)) void
record_races(const struct race_record *old, const struct race_access *access)
{
	struct race_record now;

	if (!pair_is_new((uint32_t)stream_place(access->where), old->where))
		return;
	memset(&now, 0, sizeof(now));
	record_fill(&now, access);
	data_race_report(&now, old, access->offset +
	    (uint32_t)__builtin_ctz((unsigned)(old->bytes & access->bytes)));
}

/*
 * The new access against an older one: they race, or the new one stands for
 * the old, or both stay.  Once told, a race is over.
 */
static inline __attribute__((always_inline)) void
record_meet(struct race_record *old, const struct race_access *access)
{
	unsigned old_kind;

	if (__builtin_expect((old->bytes & access->bytes) == 0, 0))
		return;
	old_kind = old->how & KIND_MASK;
	if (old->cpu != access->cpu &&
	    !clock_knows(access->cpu, old->cpu, old->epoch)) {
		if (__builtin_expect((conflicts[access->kind] >> old_kind &
		    1) == 0, 1))
			return;
		record_races(old, access);
	}
	if (stands_for[access->kind] >> old_kind & 1)
		old->bytes = (uint8_t)(old->bytes & ~access->bytes);
}

/* The first of a CPU, an epoch and a kind stays for all of them. */
static inline bool
record_covers(const struct race_record *old, const struct race_access *access)
{

	return (old->cpu == access->cpu && old->epoch == access->epoch &&
	    (stands_for[old->how & KIND_MASK] >> access->kind & 1) != 0 &&
	    (access->bytes & ~old->bytes) == 0);
}

/*
 * Meets all but the head, and drops those that stand for nothing any more.
 * Returns the number of one that covers the new one, or 0.
 */
static __attribute__((noinline)) uint32_t
list_meet(struct race_record *head, const struct race_access *access)
{
	struct race_record *old;
	uint32_t *link, covering, number, next, length;

	covering = 0;
	length = 1;
	link = &head->next;
	for (number = head->next; number != 0; number = next) {
		old = &pool.table[number];
		next = old->next;
		if (covering == 0 && record_covers(old, access))
			covering = number;
		else
			record_meet(old, access);
		if (covering == number || (old->bytes != 0 &&
		    ++length < RACE_RECORDS_MAX)) {
			link = &old->next;
			continue;
		}
		/* It stands for nothing, or is one of the oldest of many. */
		*link = next;
		pool_give(number);
	}
	return (covering);
}

/* The head of a list changes places with another of its records. */
static void
list_swap(struct race_record *head, struct race_record *other)
{
	struct race_record old;

	old = *head;
	*head = *other;
	head->next = old.next;
	old.next = other->next;
	*other = old;
}

/* The head is to be filled anew; false: there is one that covers the access. */
static inline __attribute__((always_inline)) bool
granule_meet(struct race_record *head, const struct race_access *access)
{
	uint32_t covering;

	record_meet(head, access);
	if (head->next != 0) {
		covering = list_meet(head, access);
		if (covering != 0) {
			list_swap(head, &pool.table[covering]);
			return (false);
		}
	}
	if (head->bytes != 0) {
		/* A loop over small parts is one access. */
		if (head->cpu == access->cpu &&
		    head->epoch == access->epoch &&
		    (head->how & KIND_MASK) == access->kind &&
		    head->where == (uint32_t)stream_place(access->where)) {
			head->bytes = (uint8_t)(head->bytes | access->bytes);
			return (false);
		}
		list_push(head);
	}
	return (true);
}

static inline __attribute__((always_inline)) void
granule_access(const struct race_access *access)
{
	struct shadow_page *page;
	struct race_record *head;

	page = shadow_page(&granules, access->offset);
	head = granule_in(page, access->offset);
	if (head->life != page->life) {
		head->life = page->life;
		head->next = 0;
	} else if (record_covers(head, access) ||
	    !granule_meet(head, access)) {
		/*
		 * Where this CPU came last, nobody has come since, so whoever
		 * could race with it has met the record that is there.
		 */
		return;
	}
	record_fill(head, access);
}

static inline __attribute__((always_inline)) void
race_access(uint32_t offset, uint32_t first, uint32_t part, uint32_t size,
    unsigned kind, const void *where)
{
	struct race_access access;

	access.where = where;
	access.offset = offset;
	access.cpu = the.cpu->index;
	access.epoch = clock_epoch(access.cpu);
	access.size = size;
	access.kind = kind;
	access.bytes = ((1U << part) - 1) << first;
	granule_access(&access);
}

/* One that lies across granules. */
static __attribute__((noinline)) void
race_access_parts(uint32_t offset, uint32_t size, unsigned kind,
    const void *where)
{
	uint32_t first, left, part;

	for (left = size; left > 0; left -= part, offset += part) {
		first = offset % GRANULE_BYTES;
		part = GRANULE_BYTES - first;
		if (part > left)
			part = left;
		race_access(offset - first, first, part, size, kind, where);
	}
}

void
data_race_access(uint32_t offset, uint32_t size, unsigned how,
    const void *where)
{
	uint32_t first;

	if (!race_on)
		return;
	first = offset % GRANULE_BYTES;
	if (__builtin_expect(first + size > GRANULE_BYTES, 0))
		race_access_parts(offset, size, how & KIND_MASK, where);
	else
		race_access(offset - first, first, size, size,
		    how & KIND_MASK, where);
}

/* --- memory ------------------------------------------------------------------ */

static void
granule_forget(struct race_record *head, uint8_t bytes)
{
	uint32_t number;

	if (bytes == 0xff) {
		pool_give_all(head->next);
		head->next = 0;
		head->bytes = 0;
		return;
	}
	head->bytes &= (uint8_t)~bytes;
	for (number = head->next; number != 0;
	    number = pool.table[number].next)
		pool.table[number].bytes &= (uint8_t)~bytes;
}

void
data_race_forget(uint32_t offset, uint32_t bytes)
{
	struct shadow_page *page;
	struct race_record *head;
	uint64_t at, end, part;
	uint32_t first;

	if (!race_on)
		return;
	end = (uint64_t)offset + bytes;
	for (at = offset; at < end; at += part) {
		page = shadow_find(&granules, (uint32_t)at);
		if (page == NULL) {
			part = (1U << SHADOW_SHIFT) -
			    at % (1U << SHADOW_SHIFT);
			continue;
		}
		first = (uint32_t)(at % GRANULE_BYTES);
		part = GRANULE_BYTES - first;
		if (part > end - at)
			part = end - at;
		head = granule_in(page, (uint32_t)at);
		if (head->life == page->life)
			granule_forget(head,
			    (uint8_t)(((1U << part) - 1) << first));
	}
}

/* --- the check ---------------------------------------------------------------- */

static void
begin(void)
{

	data_race_begin(lab.spec->run.data_race);
}

const struct check check_data_race = {
	.def = {
		.name = "data_race",
		.about = "two CPUs access the same byte, one writes, one is not atomic, and neither access happens before the other (run.data_race)",
	},
	.begin = begin,
};
