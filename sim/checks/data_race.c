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

static void
record_fill(struct race_record *record, uint32_t size, unsigned how,
    const void *where)
{
	const struct lab_thread *thread;
	const struct cpu *cpu;
	uint64_t open_ns;

	cpu = the.cpu;
	record->at_ps = cpu->now_ps;
	record->epoch = clock_epoch(cpu->index);
	record->where = (uint32_t)stream_place(where);
	record->cpu = (uint16_t)cpu->index;
	record->thread = (uint16_t)cpu->current->number;
	record->how = (uint8_t)(how | (size - 1) << RACE_SIZE_SHIFT |
	    (cpu->interrupts > 0 ? RACE_HANDLER : 0));
	record->inside_ns = 0;
	thread = lab_current(cpu);
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

/*
 * The new access against an older one: they race, or the new one stands for
 * the old, or both stay.  Once told, a race is over.
 */
static inline void
record_meet(struct race_record *old, const struct race_record *new,
    uint32_t offset)
{
	unsigned kind, old_kind;
	uint8_t common;

	common = old->bytes & new->bytes;
	if (common == 0)
		return;
	kind = new->how & KIND_MASK;
	old_kind = old->how & KIND_MASK;
	if (old->cpu != new->cpu &&
	    !clock_knows(new->cpu, old->cpu, old->epoch)) {
		if ((conflicts[kind] >> old_kind & 1) == 0)
			return;
		if (pair_is_new(new->where, old->where))
			data_race_report(new, old, offset +
			    (uint32_t)__builtin_ctz(common));
	}
	if (stands_for[kind] >> old_kind & 1)
		old->bytes &= (uint8_t)~common;
}

/* The first of a CPU, an epoch and a kind stays for all of them. */
static inline bool
record_covers(const struct race_record *old, unsigned how, uint32_t cpu,
    uint32_t epoch, uint8_t bytes)
{

	return (old->cpu == cpu && old->epoch == epoch &&
	    (stands_for[old->how & KIND_MASK] >> how & 1) != 0 &&
	    (bytes & ~old->bytes) == 0);
}

/*
 * Meets all, and drops those that stand for nothing any more.  Returns the
 * number of one that covers the new one, or 0.
 */
static uint32_t
list_meet(struct race_record *head, const struct race_record *new,
    uint32_t offset)
{
	struct race_record *old;
	uint32_t *link, covering, number, next, length;

	covering = 0;
	length = 1;
	record_meet(head, new, offset);
	link = &head->next;
	for (number = head->next; number != 0; number = next) {
		old = &pool.table[number];
		next = old->next;
		if (covering == 0 && record_covers(old, new->how & KIND_MASK,
		    new->cpu, new->epoch, new->bytes))
			covering = number;
		else
			record_meet(old, new, offset);
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

static __attribute__((noinline)) void
granule_access_slow(struct shadow_page *page, struct race_record *head,
    uint32_t offset, uint8_t bytes, uint32_t size, unsigned how,
    const void *where)
{
	struct race_record new;
	uint32_t covering;

	if (head->life != page->life) {
		head->life = page->life;
		head->bytes = 0;
		head->next = 0;
	}
	record_fill(&new, size, how, where);
	new.bytes = bytes;
	covering = list_meet(head, &new, offset);
	if (covering != 0) {
		list_swap(head, &pool.table[covering]);
		return;
	}
	/* A loop over small parts is one access. */
	if (head->bytes != 0 && head->cpu == new.cpu &&
	    head->epoch == new.epoch && head->how == new.how &&
	    head->where == new.where) {
		head->bytes |= bytes;
		return;
	}
	list_push(head);
	new.next = head->next;
	new.life = head->life;
	*head = new;
}

/*
 * Where this CPU came last, nobody has come since, so whoever could race with
 * it has met the record that is there.
 */
static inline void
granule_access(uint32_t offset, uint8_t bytes, uint32_t size, unsigned how,
    const void *where)
{
	struct shadow_page *page;
	struct race_record *head;
	uint32_t cpu;

	cpu = the.cpu->index;
	page = shadow_page(&granules, offset);
	head = granule_in(page, offset);
	if (__builtin_expect(head->life == page->life &&
	    record_covers(head, how, cpu, clock_epoch(cpu), bytes), 1))
		return;
	granule_access_slow(page, head, offset & ~(GRANULE_BYTES - 1U), bytes,
	    size, how, where);
}

void
data_race_access(uint32_t offset, uint32_t size, unsigned how,
    const void *where)
{
	uint32_t first, left, part;

	if (!race_on)
		return;
	for (left = size; left > 0; left -= part, offset += part) {
		first = offset % GRANULE_BYTES;
		part = GRANULE_BYTES - first;
		if (part > left)
			part = left;
		granule_access(offset, (uint8_t)(((1U << part) - 1) << first),
		    size, how & KIND_MASK, where);
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
