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

/* How the record of a thread's owner begins. */
struct thread_owner {
	struct thread *thread;
	uint64_t section;	/* the serial of the one it is in; 0: none */
	uint64_t opened_ps;
};

/* What a place's chain is about: bits of `race`, below the key of the run. */
enum {
	/* A shape is size << 3 | first byte, or one of these. */
	PLACE_SHAPE_SHIFT = 3,
	PLACE_HALF = 9 << PLACE_SHAPE_SHIFT,	/* all eight, of sixteen */
	PLACE_EMPTY = 1,	/* there is none; the other half has its own */
	PLACE_OTHER = 2,	/* the first place is for all eight bytes */
	PLACE_LIST = 3,		/* there is a list instead */
	PLACE_CELL = 4,		/* there is a cell: its number is in `reads` */
	PLACE_SHAPE_MASK = 0x7f,
	PLACE_PLAIN = 0x80,	/* some access in it was not atomic */
	PLACE_RUN_SHIFT = 8,
	PLACE_RUN_MAX = (1 << 24) - 1,
};

/* Did a comparison of vectors hold for any lane? */
PLACE_INLINE bool
place_any(clock_lanes compared)
{

#if defined(__SSE2__)
	typedef char bytes __attribute__((vector_size(sizeof(compared))));

	return (__builtin_ia32_pmovmskb128((bytes)compared) != 0);
#else
	return ((compared[0] | compared[1] | compared[2] | compared[3]) != 0);
#endif
}

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

/* The current CPU's access is in the log, for which there is room. */
PLACE_INLINE struct place_entry *
place_note(unsigned kind, const struct cpu *cpu, clock_lanes known,
    const void *where)
{
	const struct thread_owner *owner;
	struct place_entry *entry;

	entry = places.next;
	places.next = entry + 1;
	entry->known = known;
	entry->where = where;
	entry->at_ps = cpu->now_ps;
	entry->interrupts = (uint8_t)cpu->interrupts;
	entry->lane = (uint8_t)(kind * PLACE_CPUS + cpu->index);
	entry->thread = (uint16_t)cpu->current->number;
	owner = cpu->current->owner;
	entry->opened_ps = owner != NULL && owner->section != 0 ?
	    owner->opened_ps : UINT64_MAX;
	return (entry);
}

/* It is in the place's chain; `again`: the CPU has written in this epoch. */
PLACE_INLINE void
place_chain(struct place *place, unsigned kind, const struct cpu *cpu,
    clock_lanes known, const void *where, bool again)
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
		    &place->writes : &place->reads, cpu->index) =
		    place_epoch(cpu->index);
	}
	place->newest = place_link(entry);
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
	bool plain, reads;

	place = first;
	beside = place_second(first);
	if (size <= PLACE_HALF_BYTES && (offset & PLACE_HALF_BYTES) != 0) {
		place = beside;
		beside = first;
	}
	plain = kind == PLAIN_READ || kind == PLAIN_WRITE;
	if (size > PLACE_GRANULE_BYTES || __builtin_expect(place->race !=
	    places.key + (size << PLACE_SHAPE_SHIFT) +
	    offset % PLACE_GRANULE_BYTES + (plain ? PLACE_PLAIN : 0), 0))
		return (false);
	epoch = place_epoch(cpu->index);
	reads = kind == PLAIN_READ || kind == ATOMIC_READ;
	if (*place_lane(&place->writes, cpu->index) == epoch ||
	    (reads && *place_lane(&place->reads, cpu->index) == epoch))
		return (false);
	if (plain && __builtin_expect(!place_is_known(place, kind, known), 0))
		return (false);
	if (size <= PLACE_HALF_BYTES && __builtin_expect(
	    place_entry(beside->newest)->where == where, 0))
		return (false);
	if (__builtin_expect(places.next == places.end, 0))
		return (false);
	place_chain(place, kind, cpu, known, where, false);
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
