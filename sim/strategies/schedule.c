/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/strategies/schedule.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"

/* Counters are kept for so many CPUs at least. */
enum { SCHEDULE_CPUS_LEAST = 64 };

/* Its slot is 0 as well: they count for all CPUs. */
static_assert(CHOICE_NEXT == 0, "slot_of(CHOICE_NEXT, 0) is CHOICE_NEXT");

/* --- lists ------------------------------------------------------------------- */

void
schedule_fini(struct schedule *schedule)
{

	free(schedule->entries);
	memset(schedule, 0, sizeof(*schedule));
}

void
schedule_clear(struct schedule *schedule)
{

	schedule->stepped = false;
	schedule->count = 0;
}

static void
make_room(struct schedule *schedule, size_t count)
{
	size_t room;

	if (count <= schedule->room)
		return;
	room = schedule->room < 32 ? 32 : schedule->room;
	while (room < count)
		room *= 2;
	schedule->entries = must_resize(schedule->entries, room,
	    sizeof(*schedule->entries));
	schedule->room = room;
}

void
schedule_copy(struct schedule *to, const struct schedule *from)
{

	make_room(to, from->count);
	if (from->count > 0)
		memcpy(to->entries, from->entries,
		    from->count * sizeof(*to->entries));
	to->count = from->count;
	to->stepped = from->stepped;
}

void
schedule_add(struct schedule *schedule, enum choice_kind kind, uint32_t cpu,
    uint32_t nth, uint64_t answer)
{
	struct schedule_entry *entry;

	assert(kind < CHOICE_KIND_COUNT && cpu <= UINT16_MAX && answer != 0);
	make_room(schedule, schedule->count + 1);
	entry = &schedule->entries[schedule->count++];
	entry->answer = answer;
	entry->nth = nth;
	entry->cpu = (uint16_t)cpu;
	entry->kind = (uint16_t)kind;
}

static int
compare(const void *left, const void *right)
{
	const struct schedule_entry *a = left, *b = right;

	if (a->kind != b->kind)
		return (a->kind < b->kind ? -1 : 1);
	if (a->cpu != b->cpu)
		return (a->cpu < b->cpu ? -1 : 1);
	if (a->nth != b->nth)
		return (a->nth < b->nth ? -1 : 1);
	return (0);
}

void
schedule_sort(struct schedule *schedule)
{

	if (schedule->count > 1)
		qsort(schedule->entries, schedule->count,
		    sizeof(*schedule->entries), compare);
}

static bool
entry_valid(const struct schedule_entry *entry, bool stepped)
{

	if (entry->answer == 0)
		return (false);
	switch (entry->kind) {
	case CHOICE_NEXT:
		return (stepped && entry->cpu == 0 &&
		    entry->answer < STEP_ACTORS_MAX);
	case CHOICE_READ:
	case CHOICE_PLACE:
		return (entry->answer < SCHEDULE_ALTERNATIVES_MAX);
	case CHOICE_DELAY:
		return (!stepped && (entry->answer & 3) <= DELAY_PREEMPT &&
		    entry->answer >> 2 <= SCHEDULE_DELAY_MAX_PS);
	case CHOICE_HOLD:
		return (!stepped && entry->answer <= SCHEDULE_HOLD_MAX_PS);
	default:
		return (false);
	}
}

bool
schedule_valid(const struct schedule *schedule, uint64_t cpus)
{
	const struct schedule_entry *entry;
	size_t i;

	if (schedule->stepped && cpus > STEP_ACTORS_MAX / 2)
		return (false);
	for (i = 0; i < schedule->count; i++) {
		entry = &schedule->entries[i];
		if (!entry_valid(entry, schedule->stepped) ||
		    entry->cpu >= cpus ||
		    (i > 0 && compare(entry - 1, entry) >= 0))
			return (false);
	}
	return (true);
}

/* --- ranks ------------------------------------------------------------------- */

/* The ready actors in the order in which ranks count them. */
static uint64_t
turned(uint64_t ready, uint32_t usual)
{

	return (usual == 0 ? ready :
	    ready >> usual | ready << (STEP_ACTORS_MAX - usual));
}

uint32_t
schedule_rank(uint64_t ready, uint32_t usual, uint32_t actor)
{
	uint64_t before;
	uint32_t place;

	place = (actor - usual) % STEP_ACTORS_MAX;
	before = turned(ready, usual) & ((UINT64_C(1) << place) - 1);
	return ((uint32_t)__builtin_popcountll(before));
}

uint32_t
schedule_actor(uint64_t ready, uint32_t usual, uint64_t rank)
{
	uint64_t left;

	left = turned(ready, usual);
	for (; left != 0 && rank > 0; rank--)
		left &= left - 1;
	if (left == 0)
		return (STEP_STOP);
	return (((uint32_t)__builtin_ctzll(left) + usual) % STEP_ACTORS_MAX);
}

/* --- from a schedule -------------------------------------------------------- */

static size_t
slot_of(enum choice_kind kind, uint32_t cpu)
{

	return ((size_t)cpu * CHOICE_KIND_COUNT + kind);
}

static size_t
room_for(uint32_t cpu)
{
	size_t room;

	for (room = SCHEDULE_CPUS_LEAST; room <= cpu;)
		room *= 2;
	return (room);
}

/* Counters of further CPUs; none of theirs has been asked for yet. */
static void
replay_widen(struct replay *replay, uint32_t cpu)
{
	size_t from, to, i;

	if (cpu < replay->room)
		return;
	from = replay->room * CHOICE_KIND_COUNT;
	replay->room = room_for(cpu);
	to = replay->room * CHOICE_KIND_COUNT;
	replay->asked = must_resize(replay->asked, to, sizeof(*replay->asked));
	replay->at = must_resize(replay->at, to, sizeof(*replay->at));
	memset(replay->asked + from, 0, (to - from) * sizeof(*replay->asked));
	for (i = from; i < to; i++)
		replay->at[i] = SIZE_MAX;
}

static void
depart(struct replay *replay, const struct schedule_entry *entry)
{

	if (replay->departures++ == 0)
		replay->parted = *entry;
}

/* The entry for the question that is being asked now, or NULL. */
static const struct schedule_entry *
replay_take(struct replay *replay, enum choice_kind kind, uint32_t cpu)
{
	const struct schedule_entry *entry, *next;
	uint32_t nth;
	size_t slot;

	if (cpu >= replay->room)
		return (NULL);
	slot = slot_of(kind, cpu);
	nth = replay->asked[slot]++;
	if (replay->at[slot] == SIZE_MAX)
		return (NULL);
	entry = &replay->schedule->entries[replay->at[slot]];
	if (entry->nth != nth)
		return (NULL);
	next = entry + 1;
	if (next < replay->schedule->entries + replay->schedule->count &&
	    next->kind == kind && next->cpu == cpu)
		replay->at[slot]++;
	else
		replay->at[slot] = SIZE_MAX;
	return (entry);
}

/*
 * Up to the next entry, whoever went goes on, unless it can be its buffer's
 * turn: all those answers are 0.
 */
static void
replay_stay(struct replay *replay, uint32_t actor, uint32_t cpus)
{
	const struct schedule_entry *entry;
	uint32_t steps;

	if (actor >= cpus)
		return;
	steps = UINT32_MAX;
	if (replay->room > 0 && replay->at[CHOICE_NEXT] != SIZE_MAX) {
		entry = &replay->schedule->entries[replay->at[CHOICE_NEXT]];
		steps = entry->nth - replay->asked[CHOICE_NEXT];
	}
	replay->stay.who = actor;
	replay->stay.unless = UINT64_C(1) << (cpus + actor);
	replay->stay.shared = replay->stay.stored = UINT32_MAX;
	replay->stay.steps = replay->said = steps;
}

/* Steps of which it was not asked. */
static void
replay_settle(struct replay *replay)
{

	if (replay->room > 0)
		replay->asked[CHOICE_NEXT] += replay->said -
		    replay->stay.steps;
	replay->said = replay->stay.steps = 0;
}

static uint32_t
replay_next(void *context, const struct step *steps, uint32_t actors,
    uint64_t ready, uint32_t usual)
{
	struct replay *replay = context;
	const struct schedule_entry *entry;
	uint32_t actor;

	(void)steps;
	replay_settle(replay);
	entry = replay_take(replay, CHOICE_NEXT, 0);
	actor = entry == NULL ? usual :
	    schedule_actor(ready, usual, entry->answer);
	if (actor == STEP_STOP) {
		depart(replay, entry);
		actor = usual;
	}
	replay_stay(replay, actor, actors / 2);
	return (actor);
}

static uint64_t
replay_choose(void *context, enum choice_kind kind, uint32_t cpu,
    uint64_t alternatives)
{
	struct replay *replay = context;
	const struct schedule_entry *entry;

	entry = replay_take(replay, kind, cpu);
	if (entry == NULL)
		return (0);
	if (alternatives == 0 || entry->answer < alternatives)
		return (entry->answer);
	depart(replay, entry);
	return (0);
}

void
replay_begin(struct replay *replay, const struct schedule *schedule)
{
	const struct schedule_entry *entry;
	size_t i, slot;

	replay->guide.stepped = schedule->stepped;
	replay->guide.next = replay_next;
	replay->guide.choose = replay_choose;
	replay->guide.context = replay;
	replay->guide.stay = &replay->stay;
	replay->stay = (struct guide_stay){ .who = STEP_ACTORS_MAX - 1 };
	replay->said = 0;
	replay->schedule = schedule;
	replay->departures = 0;
	memset(&replay->parted, 0, sizeof(replay->parted));
	for (i = 0; i < replay->room * CHOICE_KIND_COUNT; i++) {
		replay->asked[i] = 0;
		replay->at[i] = SIZE_MAX;
	}
	for (i = schedule->count; i-- > 0;) {
		entry = &schedule->entries[i];
		replay_widen(replay, entry->cpu);
		slot = slot_of((enum choice_kind)entry->kind, entry->cpu);
		replay->at[slot] = i;
	}
}

void
replay_end(struct replay *replay)
{
	const struct schedule *schedule = replay->schedule;
	const struct schedule_entry *entry;
	size_t i, slot;

	for (i = 0; i < schedule->count; i++) {
		entry = &schedule->entries[i];
		slot = slot_of((enum choice_kind)entry->kind, entry->cpu);
		if (replay->at[slot] != SIZE_MAX && i >= replay->at[slot])
			depart(replay, entry);
	}
}

void
replay_fini(struct replay *replay)
{

	free(replay->asked);
	free(replay->at);
	memset(replay, 0, sizeof(*replay));
}

/* --- into a schedule -------------------------------------------------------- */

static uint32_t
record_count(struct record *record, enum choice_kind kind, uint32_t cpu)
{
	size_t from;

	if (cpu >= record->room) {
		from = record->room * CHOICE_KIND_COUNT;
		record->room = room_for(cpu);
		record->asked = must_resize(record->asked,
		    record->room * CHOICE_KIND_COUNT, sizeof(*record->asked));
		memset(record->asked + from, 0,
		    (record->room * CHOICE_KIND_COUNT - from) *
		    sizeof(*record->asked));
	}
	return (record->asked[slot_of(kind, cpu)]++);
}

static uint32_t
record_next(void *context, const struct step *steps, uint32_t actors,
    uint64_t ready, uint32_t usual)
{
	struct record *record = context;
	uint32_t actor, nth, rank;

	actor = record->inner->next(record->inner->context, steps, actors,
	    ready, usual);
	nth = record_count(record, CHOICE_NEXT, 0);
	if (actor == STEP_STOP)
		return (actor);
	rank = schedule_rank(ready, usual, actor);
	if (rank != 0)
		schedule_add(&record->schedule, CHOICE_NEXT, 0, nth, rank);
	return (actor);
}

static uint64_t
record_choose(void *context, enum choice_kind kind, uint32_t cpu,
    uint64_t alternatives)
{
	struct record *record = context;
	uint64_t answer;
	uint32_t nth;

	answer = record->inner->choose(record->inner->context, kind, cpu,
	    alternatives);
	nth = record_count(record, kind, cpu);
	if (answer != 0)
		schedule_add(&record->schedule, kind, cpu, nth, answer);
	return (answer);
}

void
record_begin(struct record *record, const struct guide *inner)
{

	record->guide.stepped = inner->stepped;
	record->guide.next = record_next;
	record->guide.choose = record_choose;
	record->guide.context = record;
	record->inner = inner;
	schedule_clear(&record->schedule);
	record->schedule.stepped = inner->stepped;
	if (record->room > 0)
		memset(record->asked, 0, record->room * CHOICE_KIND_COUNT *
		    sizeof(*record->asked));
}

void
record_end(struct record *record)
{

	schedule_sort(&record->schedule);
}

void
record_fini(struct record *record)
{

	schedule_fini(&record->schedule);
	free(record->asked);
	memset(record, 0, sizeof(*record));
}
