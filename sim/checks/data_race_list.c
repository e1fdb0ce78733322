/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/checks/data_race_list.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "sim/lab_run.h"
#include "sim/memory/clock.h"
#include "sim/memory/shadow.h"

enum { GRANULES = (1 << SHADOW_SHIFT) / RACE_GRANULE_BYTES };

_Static_assert(sizeof(struct race_record) * GRANULES == SHADOW_PAGE_BYTES,
    "a shadow page holds the first records of a page");

static struct shadow granules;	/* the newest record of each list */

/* The older ones; 0 is nobody. */
static struct {
	struct race_record *table;
	uint32_t count;
	uint32_t room;
	uint32_t free;		/* head of a list */
} pool;

void
race_lists_begin(void)
{

	shadow_reset(&granules);
	pool.count = 1;
	pool.free = 0;
}

void
race_lists_fini(void)
{

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
		pool.table = must_resize(pool.table, pool.room,
		    sizeof(*pool.table));
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
	    offset / RACE_GRANULE_BYTES % GRANULES);
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

/* Accesses go by value, so that all of them can stay in registers. */
#define LIST static inline __attribute__((always_inline))

/* The rare call that wants an address: of the current CPU's access. */
static __attribute__((noinline, cold)) void
list_tell(const struct race_record *old, uint32_t offset, uint32_t size,
    unsigned kind, unsigned bytes, const void *where)
{
	struct race_access access;

	access = (struct race_access){ .where = where, .offset = offset,
	    .cpu = the.cpu->index, .epoch = clock_epoch(the.cpu->index),
	    .size = size, .kind = kind, .bytes = bytes };
	race_tell(old, &access);
}

/*
 * The new access against an older one, which has a byte of it: they race, or
 * the new one stands for the old, or both stay.  Once told, a race is over.
 * `known` is what the CPU knows of others.
 */
LIST void
record_meet(struct race_record *old, const struct race_access access,
    const uint32_t *known)
{
	unsigned old_kind;

	old_kind = old->how & RACE_KIND_MASK;
	if (old->cpu != access.cpu && known[old->cpu] < old->epoch) {
		if (__builtin_expect((race_conflicts[access.kind] >> old_kind &
		    1) == 0, 1))
			return;
		list_tell(old, access.offset, access.size, access.kind,
		    access.bytes, access.where);
	}
	if (race_stands_for[access.kind] >> old_kind & 1)
		old->bytes = (uint8_t)(old->bytes & ~access.bytes);
}

/* The first of a CPU, an epoch and a kind stays for all of them. */
LIST bool
record_covers(const struct race_record *old, const struct race_access access)
{

	return (old->cpu == access.cpu && old->epoch == access.epoch &&
	    (race_stands_for[old->how & RACE_KIND_MASK] >> access.kind &
	    1) != 0 &&
	    (access.bytes & ~old->bytes) == 0);
}

/*
 * Meets all but the head, and drops those that stand for nothing any more.
 * Returns the number of one that covers the new one, or 0.
 */
LIST uint32_t
list_meet(struct race_record *head, const struct race_access access,
    const uint32_t *known)
{
	struct race_record *table, *old;
	uint32_t *link, covering, number, next, length;

	table = pool.table;
	covering = 0;
	length = 1;
	link = &head->next;
	for (number = head->next; number != 0; number = next) {
		old = &table[number];
		next = old->next;
		if (__builtin_expect((old->bytes & access.bytes) != 0, 1)) {
			if (__builtin_expect(record_covers(old, access), 0) &&
			    covering == 0) {
				covering = number;
				link = &old->next;
				continue;
			}
			record_meet(old, access, known);
		}
		if (__builtin_expect(old->bytes != 0, 1) &&
		    ++length < RACE_RECORDS_MAX) {
			link = &old->next;
			continue;
		}
		/* It stands for nothing, or is one of the oldest of many. */
		*link = next;
		old->next = pool.free;
		pool.free = number;
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
LIST bool
granule_meet(struct race_record *head, const struct race_access access,
    const uint32_t *known)
{
	uint32_t covering;

	if (__builtin_expect((head->bytes & access.bytes) != 0, 1))
		record_meet(head, access, known);
	if (head->next != 0) {
		covering = list_meet(head, access, known);
		if (__builtin_expect(covering != 0, 0)) {
			list_swap(head, &pool.table[covering]);
			return (false);
		}
	}
	if (head->bytes != 0) {
		/* A loop over small parts is one access. */
		if (head->cpu == access.cpu &&
		    head->epoch == access.epoch &&
		    (head->how & RACE_KIND_MASK) == access.kind &&
		    head->where == (uint32_t)stream_place(access.where)) {
			head->bytes = (uint8_t)(head->bytes | access.bytes);
			return (false);
		}
		list_push(head);
	}
	return (true);
}

LIST void
list_access(const struct race_access access, const uint32_t *known)
{
	struct shadow_page *page;
	struct race_record *head;

	page = shadow_page(&granules, access.offset);
	head = granule_in(page, access.offset);
	if (__builtin_expect(head->life != page->life, 0)) {
		head->life = page->life;
		head->next = 0;
	} else if (record_covers(head, access) ||
	    !granule_meet(head, access, known)) {
		/*
		 * Where this CPU came last, nobody has come since, so whoever
		 * could race with it has met the record that is there.
		 */
		return;
	}
	race_record_fill(head, &access);
}

void
race_list_access(const struct race_access *access)
{

	list_access(*access, clock_known(access->cpu));
}

/* What depends on its kind is known to the compiler. */
LIST void
list_within(uint32_t offset, uint32_t size, unsigned kind, const void *where)
{
	struct race_access access;
	const uint32_t *known;
	uint32_t first;

	first = offset % RACE_GRANULE_BYTES;
	access.where = where;
	access.cpu = the.cpu->index;
	known = clock_known(access.cpu);
	access.epoch = known[access.cpu];
	access.size = size;
	access.kind = kind;
	access.offset = offset - first;
	access.bytes = ((1U << size) - 1) << first;
	list_access(access, known);
}

void
race_list_within(uint32_t offset, uint32_t size, unsigned how,
    const void *where)
{

	switch (how & RACE_KIND_MASK) {
	case PLAIN_READ:
		list_within(offset, size, PLAIN_READ, where);
		break;
	case PLAIN_WRITE:
		list_within(offset, size, PLAIN_WRITE, where);
		break;
	case ATOMIC_READ:
		list_within(offset, size, ATOMIC_READ, where);
		break;
	default:
		list_within(offset, size, ATOMIC_WRITE, where);
		break;
	}
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
race_lists_forget(uint32_t offset, uint32_t bytes)
{
	struct shadow_page *page;
	struct race_record *head;
	uint64_t at, end, part;
	uint32_t first;

	end = (uint64_t)offset + bytes;
	for (at = offset; at < end; at += part) {
		page = shadow_find(&granules, (uint32_t)at);
		if (page == NULL) {
			part = (1U << SHADOW_SHIFT) -
			    at % (1U << SHADOW_SHIFT);
			continue;
		}
		first = (uint32_t)(at % RACE_GRANULE_BYTES);
		part = RACE_GRANULE_BYTES - first;
		if (part > end - at)
			part = end - at;
		head = granule_in(page, (uint32_t)at);
		if (head->life == page->life)
			granule_forget(head,
			    (uint8_t)(((1U << part) - 1) << first));
	}
}

void
race_list_make(uint32_t offset, const struct race_record *records,
    uint32_t count)
{
	struct shadow_page *page;
	struct race_record *head;
	uint32_t i, next;

	page = shadow_page(&granules, offset);
	head = granule_in(page, offset);
	if (head->life != page->life) {
		head->life = page->life;
		head->next = 0;
	}
	granule_forget(head, 0xff);
	for (i = count; i-- > 0;) {
		list_push(head);
		next = head->next;
		*head = records[i];
		head->next = next;
		/* Of all of them: any may come to the head. */
		head->life = page->life;
	}
}
