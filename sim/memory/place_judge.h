/*
 * place_judge - is it plain that this access races with nothing?
 *
 * Of an access to a place, in line: whether all that it could race with is
 * known to its CPU.  Then it is put into the log and at the head of the place's
 * chain, and that is all.  Which of the chain it makes superfluous, and which of
 * two alike is the one to be told of, is not asked before it matters:
 * sim/checks/data_race_slot.c then goes through the chain once more.
 *
 * Cost        some twenty instructions.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MEMORY_PLACE_JUDGE_H
#define SIM_MEMORY_PLACE_JUDGE_H

#include "sim/machine/machine.h"
#include "sim/memory/place.h"

/* By ACCESS_WRITE and ACCESS_ATOMIC. */
enum race_kind {
	PLAIN_READ,
	PLAIN_WRITE,
	ATOMIC_READ,
	ATOMIC_WRITE,
	RACE_KINDS
};

/* All of a CPU's clock. */
PLACE_INLINE clock_lanes
place_clock(uint32_t cpu)
{

	return (((const clock_lanes *)(const void *)clock_rows.hb)[cpu]);
}

PLACE_INLINE uint32_t
place_epoch(uint32_t cpu)
{

	return (clock_rows.hb[cpu * (PLACE_CPUS + 1)]);
}

PLACE_INLINE uint32_t *
place_lane(clock_lanes *lanes, uint32_t cpu)
{

	return ((uint32_t *)(void *)lanes + cpu);
}

/* Does an access of this kind race with nothing that the place has? */
PLACE_INLINE bool
place_is_known(const struct place *place, unsigned kind, clock_lanes known)
{
	clock_lanes unknown;

	unknown = place->writes > known;
	if (kind == PLAIN_WRITE || kind == ATOMIC_WRITE)
		unknown |= place->reads > known;
	return (!place_any(unknown));
}

/* Has the place nothing of the CPU's epoch that would stand for the access? */
PLACE_INLINE bool
place_is_new(struct place *place, unsigned kind, uint32_t cpu, uint32_t epoch)
{

	return (*place_lane(&place->writes, cpu) != epoch &&
	    ((kind != PLAIN_READ && kind != ATOMIC_READ) ||
	    *place_lane(&place->reads, cpu) != epoch));
}

/* The current CPU's access is in the log, for which there is room. */
PLACE_INLINE struct place_entry *
place_note(unsigned kind, const struct cpu *cpu, clock_lanes known,
    const void *where)
{
	struct place_entry *entry;

	entry = places.next;
	places.next = entry + 1;
	entry->known = known;
	entry->where = where;
	entry->at_ps = cpu->now_ps;
	entry->interrupts = (uint8_t)cpu->interrupts;
	entry->lane = (uint8_t)(kind * PLACE_CPUS + cpu->index);
	entry->thread = (uint16_t)cpu->current->number;
	entry->opened_ps = cpu->current->opened_ps;
	return (entry);
}

/* It is in the place's chain; `again`: the CPU has written in this epoch. */
PLACE_INLINE void
place_chain(struct place *place, unsigned kind, const struct cpu *cpu,
    clock_lanes known, const void *where, uint32_t epoch, bool again)
{
	static const clock_lanes nothing;
	struct place_entry *entry;

	entry = place_note(kind, cpu, known, where);
	if (kind == PLAIN_WRITE && !again) {
		/* It stands for all that came before. */
		entry->older = places.nothing;
		place->writes = known & clock_alone[cpu->index];
		place->reads = nothing;
	} else {
		entry->older = place->newest;
		*place_lane(kind == PLAIN_WRITE || kind == ATOMIC_WRITE ?
		    &place->writes : &place->reads, cpu->index) = epoch;
	}
	place->newest = place_link(entry);
}

/*
 * The run's first access to all of a granule; there is room in the log.  An
 * atomic one leaves a clock of which nobody learns anything, so that what has
 * been accessed in this way is found with one look.
 */
PLACE_INLINE void
place_first_whole(struct place_page *page, uint32_t offset, unsigned kind,
    const struct cpu *cpu, clock_lanes known, const void *where)
{
	static const clock_lanes nothing;
	struct place_entry *entry;
	struct place *first;
	clock_lanes own;
	bool plain, reads;

	place_mark(page, offset);
	first = place_first(page, offset);
	entry = place_note(kind, cpu, known, where);
	entry->older = places.nothing;
	plain = kind == PLAIN_READ || kind == PLAIN_WRITE;
	reads = kind == PLAIN_READ || kind == ATOMIC_READ;
	own = known & clock_alone[cpu->index];
	first->writes = reads ? nothing : own;
	first->reads = reads ? own : nothing;
	first->newest = place_link(entry);
	if (plain) {
		first->is.race = places.whole.race | PLACE_PLAIN;
	} else {
		first->is = places.whole;
		first->row = nothing;
		first->heads = 0;
	}
	first = place_second(first);
	first->is.race = places.key | PLACE_OTHER;
	first->newest = places.nothing;
}

/*
 * The current CPU's access to such a place, of the granule with this first one,
 * by what the CPU knows; false: it takes a closer look.  What is in its own
 * half is a chain beside that of the other half, as long as no loop goes over
 * both: that is one access.
 */
PLACE_INLINE bool
place_judge_at(struct place *first, uint32_t offset, uint32_t size,
    unsigned kind, const struct cpu *cpu, clock_lanes known, const void *where)
{
	struct place *beside, *place;
	uint32_t epoch;
	bool plain;

	place = first;
	beside = place_second(first);
	if (size <= PLACE_HALF_BYTES && (offset & PLACE_HALF_BYTES) != 0) {
		place = beside;
		beside = first;
	}
	plain = kind == PLAIN_READ || kind == PLAIN_WRITE;
	if (size > PLACE_GRANULE_BYTES || __builtin_expect(place->is.race !=
	    places.key + (size << PLACE_SHAPE_SHIFT) +
	    offset % PLACE_GRANULE_BYTES + (plain ? PLACE_PLAIN : 0), 0))
		return (false);
	epoch = place_epoch(cpu->index);
	if (!place_is_new(place, kind, cpu->index, epoch))
		return (false);
	if (plain && __builtin_expect(!place_is_known(place, kind, known), 0))
		return (false);
	if (size <= PLACE_HALF_BYTES && __builtin_expect(
	    place_entry(beside->newest)->where == where, 0))
		return (false);
	if (__builtin_expect(places.next == places.end, 0))
		return (false);
	place_chain(place, kind, cpu, known, where, epoch, false);
	return (true);
}

/* The same of an access anywhere. */
PLACE_INLINE bool
place_judge(uint32_t offset, uint32_t size, unsigned kind, const void *where)
{
	struct place_page *page;
	const struct cpu *cpu;

	page = places_find(offset);
	if (__builtin_expect(page == NULL, 0))
		return (false);
	cpu = the.cpu;
	return (place_judge_at(place_first(page, offset), offset, size, kind,
	    cpu, place_clock(cpu->index), where));
}

#endif
