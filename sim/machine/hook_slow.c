/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "sim/machine/straight.h"
#include "sim/memory/memory.h"

/*
 * The long way of an access: giving way, the caches' transactions, the store
 * buffer, the guide's questions, the checks.
 */

volatile struct machine_halt machine_halt;

/* A place for a breakpoint, so the compiler may not look into it. */
__attribute__((noinline)) void
machine_halted(void)
{

	__asm__ volatile ("" ::: "memory");
}

/* Nobody in the program calls it. */
__attribute__((noinline, used)) void
machine_halt_at(uint32_t cpu, uint64_t access)
{

	machine_halt.cpu = cpu;
	machine_halt.access = access;
	step_look();
	machine_watch_all();
}

void
hook_foreign_write(const void *address, const void *where)
{
	const struct fiber *fiber;
	const unsigned char *byte;
	char summary[160];

	(void)where;
	if (the.cpu == NULL || the.bytes == 0)
		return;
	fiber = &the.cpu->current->fiber;
	byte = address;
	if (byte >= fiber->stack && byte < fiber->stack + FIBER_STACK_BYTES)
		return;
	snprintf(summary, sizeof(summary),
	    "a store outside the simulated memory and its thread's stack "
	    "by thread %s", the.cpu->current->name);
	the.ports.report("crash", summary);
	machine_stop();
	machine_sync();
}

/* It goes the way of straight.h, if it is of a size that does. */
static inline bool
hook_is_straight(uint32_t offset, uint32_t size, unsigned how)
{

	return (the.straight != STRAIGHT_NEVER && how == 0 &&
	    (offset & (size - 1)) == 0);
}

static inline struct line *
hook_line(uint32_t number)
{
	struct line *line;

	line = &the.lines[number];
	line_ready(&the.arena, line);
	return (line);
}

/*
 * A line in either private cache needs no transaction; nor does anybody else
 * notice when it is used, so the CPU need not wait for its turn.
 */
static bool
hook_has(const struct cpu *cpu, const struct line *line, uint32_t number,
    bool write)
{

	if (write && line->owner != cpu->index)
		return (false);
	return (cpu->tags[number % CPU_TAGS] == line->version ||
	    cpu->tags_near[number % CPU_TAGS_NEAR] == line->version);
}

/* Gives way before the access to `offset`. */
static void
hook_sync(uint32_t offset)
{

	the.resume[the.cpu->index].offset = offset;
	machine_sync();
}

/* ... until it is this CPU's turn. */
static void
hook_turn(uint32_t offset)
{

	the.resume[the.cpu->index].offset = offset;
	machine_turn();
}

/* Has its line now, or gets it at the cost of a transaction. */
static void
hook_take(struct cpu *cpu, struct line *line, uint32_t offset, bool write)
{
	uint32_t number;

	number = offset >> ARENA_LINE_SHIFT;
	if (hook_has(cpu, line, number, write)) {
		if (cpu->tags[number % CPU_TAGS] == line->version)
			cpu->now_ps += cpu->hit_ps;
		else
			cpu->now_ps += cache_again(cpu, line, offset);
		cpu->tags[number % CPU_TAGS] = line->version;
		line->touched_ps = cpu->now_ps;
		return;
	}
	cpu->now_ps += cache_fetch(cpu, line, offset, write);
	if (!line->watched)
		hook_fill(cpu, number, line);
}

/* The guide may stop this CPU here; giving way may move the thread. */
static void
hook_ask(uint32_t kinds, uint32_t offset, uint32_t size, const void *where)
{
	struct cpu *cpu;
	uint64_t answer, ps;

	cpu = the.cpu;
	cpu->where = where;
	cpu->step.kinds = kinds;
	cpu->step.offset = offset;
	cpu->step.size = size;
	answer = the.guide->choose(the.guide->context, CHOICE_DELAY,
	    cpu->index, 0);
	if (answer == 0)
		return;
	machine_event_at(STREAM_CHOICE, NULL, CHOICE_DELAY, answer, where);
	ps = answer >> 2;
	switch (answer & 3) {
	case DELAY_PREEMPT:
		cpu_preempt(cpu, cpu->now_ps, ps);
		break;
	case DELAY_SMI:
		cpu_stall(cpu, cpu->now_ps, ps, STREAM_SMI);
		break;
	default:
		cpu_stall(cpu, cpu->now_ps, ps, STREAM_HYPERVISOR);
		break;
	}
	machine_sync();
}

/* What comes before any access of a timed run. */
static inline void
hook_time(uint32_t kinds, uint32_t offset, uint32_t size, const void *where)
{

	if (the.guide != NULL)
		hook_ask(kinds, offset, size, where);
	if (the.cpu->now_ps >= the.cpu->end_ps)
		hook_sync(offset);
}

/* No step: nobody else can tell when it happens. */
static void
hook_own(uint32_t offset, uint32_t size, unsigned how, const void *where)
{

	hook_count(the.cpu, offset);
	hook_now(&the.lines[offset >> ARENA_LINE_SHIFT], offset, size, how,
	    where);
}

/* hook_read_slow(), but for what straight.h has. */
static __attribute__((noinline)) void
hook_read_rest(uint32_t offset, uint32_t size, unsigned how,
    const void *where)
{
	struct cpu *cpu;
	struct line *line;
	uint32_t number;

	if (the.swift) {
		swift_plain_read(offset, size, where, false);
		return;
	}
	if (the.stepped) {
		if (__builtin_expect(!lockstep_inside(offset), 1))
			step_access(STEP_READ, offset, size, how, where);
		else if (lockstep_own(offset, size, false))
			hook_own(offset, size, how, where);
		else
			step_access(STEP_READ | lockstep_needs(offset), offset,
			    size, how, where);
		return;
	}
	if (the.guide != NULL)
		hook_ask(STEP_READ, offset, size, where);
	cpu = the.cpu;
	number = offset >> ARENA_LINE_SHIFT;
	line = hook_line(number);
	/* What would have gone the short way costs no more on this one. */
	if (cpu->now_ps < cpu->end_ps &&
	    cpu->tags[number % CPU_TAGS] == line->version) {
		hook_hit(cpu, line, offset);
		hook_now(line, offset, size, how, where);
		return;
	}
	if (cpu->now_ps >= cpu->end_ps)
		hook_sync(offset);
	cpu = the.cpu;
	/* Mostly it was only late. */
	if (!the.every && cpu->store_count == 0 &&
	    cpu->tags[number % CPU_TAGS] == line->version) {
		hook_hit(cpu, line, offset);
		cpu->where = where;
		if (__builtin_expect(line->watched, 0))
			the.ports.watched(offset, size, false, where);
		return;
	}
	if (cpu->store_count > 0) {
		stores_drain_due(cpu, cpu->now_ps, true);
		if (stores_cover(cpu, offset, size)) {
			hook_count(cpu, offset);
			cpu->now_ps += cpu->hit_ps;
			hook_now(line, offset, size, how, where);
			return;
		}
	}
	if (!hook_has(the.cpu, line, number, false))
		hook_turn(offset);
	cpu = the.cpu;
	hook_count(cpu, offset);
	hook_take(cpu, line, offset, false);
	hook_now(line, offset, size, how, where);
}

/* What would have gone the short way, but for a check that listens. */
static __attribute__((noinline)) void
hook_read_heard(uint32_t offset, uint32_t size, unsigned how,
    const void *where)
{
	struct cpu *cpu;
	struct line *line;
	uint32_t number;

	cpu = the.cpu;
	number = offset >> ARENA_LINE_SHIFT;
	line = &the.lines[number];
	if (__builtin_expect(cpu->now_ps >= cpu->end_ps ||
	    cpu->tags[number % CPU_TAGS] != line->version || line->watched ||
	    machine_halt.access != 0, 0)) {
		hook_read_rest(offset, size, how, where);
		return;
	}
	hook_hit(cpu, line, offset);
	cpu->where = where;
	the.ports.accessed(offset, size, how, where);
}

void
hook_read_slow(uint32_t offset, uint32_t size, unsigned how,
    const void *where)
{

	if (!hook_is_straight(offset, size, how)) {
		if (the.heard)
			hook_read_heard(offset, size, how, where);
		else
			hook_read_rest(offset, size, how, where);
	} else if (size == PLACE_GRANULE_BYTES)
		straight_read_word(offset, where);
	else if (size == PLACE_HALF_BYTES)
		straight_read_half(offset, where);
	else
		hook_read_rest(offset, size, how, where);
}

/* A place in the store buffer, waiting for the oldest entry if need be. */
static void
hook_room(void)
{
	struct cpu *cpu;

	for (;;) {
		cpu = the.cpu;
		stores_drain_due(cpu, cpu->now_ps, true);
		if (cpu->store_count < the.config.store_buffer)
			return;
		cpu->now_ps = cpu->stores[cpu->store_head].due_ps;
		if (cpu->now_ps >= cpu->end_ps)
			machine_sync();
	}
}

/* Into the buffer, or NULL: straight to a line that is here already. */
static struct store *
hook_buffer(struct line *line, uint32_t offset, uint32_t size,
    const void *where)
{
	struct store *store;
	struct cpu *cpu;
	uint64_t cost, hold;

	if (the.cpu->store_count > 0)
		hook_room();
	cpu = the.cpu;
	cpu->where = where;
	hold = the.guide == NULL ? 0 : the.guide->choose(the.guide->context,
	    CHOICE_HOLD, cpu->index, 0);
	/* The next clock interrupt of this CPU would drain it anyway. */
	if (hold > the.tick_ps / 4)
		hold = the.tick_ps / 4;
	if (hold != 0)
		machine_event_at(STREAM_CHOICE, NULL, CHOICE_HOLD, hold, where);
	if (cpu->store_count == 0 && line->owner == cpu->index && hold == 0)
		return (NULL);
	hook_count(cpu, offset);
	cost = line->owner == cpu->index ? cpu->hit_ps :
	    cache_quote(cpu, line, offset);
	cpu->now_ps += cpu->hit_ps;
	store = stores_push(cpu, offset, size, cost + hold);
	machine_event_at(STREAM_STORE_PUSH, NULL, offset, size, where);
	return (store);
}

static inline struct store *
hook_write_step(uint32_t offset, uint32_t size, unsigned how,
    const void *where)
{
	struct store *store;

	if (__builtin_expect(lockstep_inside(offset), 0)) {
		if (lockstep_own(offset, size, true)) {
			hook_own(offset, size, how, where);
			return (NULL);
		}
		if (lockstep_straight(offset)) {
			step_access(STEP_WRITE |
			    (the.buffered ? STEP_EMPTY : 0), offset, size, how,
			    where);
			return (NULL);
		}
	}
	if (!the.buffered) {
		step_access(STEP_WRITE, offset, size, how, where);
		return (NULL);
	}
	step_access(STEP_PUSH, offset, size, how | ACCESS_LATER, where);
	store = stores_push(the.cpu, offset, size, 0);
	machine_event_at(STREAM_STORE_PUSH, NULL, offset, size, where);
	return (store);
}

static __attribute__((noinline)) struct store *
hook_write_rest(uint32_t offset, uint32_t size, unsigned how,
    const void *where)
{
	struct cpu *cpu;
	struct line *line;
	struct store *store;
	uint32_t number;

	if (the.swift && how == 0)
		return (swift_plain_write(offset, size, where, false));
	how |= ACCESS_WRITE;
	if (the.stepped) {
		store = hook_write_step(offset, size, how, where);
	} else {
		hook_time(STEP_WRITE, offset, size, where);
		number = offset >> ARENA_LINE_SHIFT;
		line = hook_line(number);
		store = NULL;
		if (the.buffered)
			store = hook_buffer(line, offset, size, where);
		else if (!hook_has(the.cpu, line, number, true))
			hook_turn(offset);
		if (store == NULL) {
			cpu = the.cpu;
			hook_count(cpu, offset);
			hook_take(cpu, line, offset, true);
		}
		hook_now(line, offset, size,
		    store == NULL ? how : how | ACCESS_LATER, where);
	}
	if (the.history != NULL && (how & ACCESS_ATOMIC) == 0)
		the.history->plain_store(the.cpu->index, offset, size);
	return (store);
}

struct store *
hook_write_slow(uint32_t offset, uint32_t size, unsigned how,
    const void *where)
{

	if (!hook_is_straight(offset, size, how))
		return (hook_write_rest(offset, size, how, where));
	if (size == PLACE_GRANULE_BYTES)
		return (straight_write_word(offset, where));
	if (size == PLACE_HALF_BYTES)
		return (straight_write_half(offset, where));
	return (hook_write_rest(offset, size, how, where));
}

/*
 * One step of a store that needs several: nothing of it may wait in the store
 * buffer.  The program stores after the last step, and giving way in a later
 * one could make an entry leave before, with the old bytes in it, over what
 * another CPU has stored there meanwhile.
 */
void
hook_write_own(uint32_t offset, uint32_t size, const void *where)
{
	struct line *line;
	uint32_t number;

	if (the.stepped) {
		if (lockstep_own(offset, size, true))
			hook_own(offset, size, ACCESS_WRITE, where);
		else
			step_access(STEP_WRITE | STEP_EMPTY, offset, size,
			    ACCESS_WRITE, where);
		return;
	}
	hook_time(STEP_WRITE, offset, size, where);
	if (the.cpu->store_count > 0)
		stores_drain_all();
	number = (uint32_t)(offset >> ARENA_LINE_SHIFT);
	line = hook_line(number);
	if (!hook_has(the.cpu, line, number, true))
		hook_turn(offset);
	hook_count(the.cpu, (uint32_t)offset);
	hook_take(the.cpu, line, (uint32_t)offset, true);
	hook_now(line, offset, size, ACCESS_WRITE, where);
}

void
hook_locked(const void *address, uint32_t size, unsigned how,
    const void *where)
{
	struct cpu *cpu;
	struct line *line;
	uint64_t offset;

	how |= ACCESS_WRITE | ACCESS_ATOMIC | ACCESS_UPDATE;
	offset = (uint64_t)((const unsigned char *)address - the.base);
	if (offset >= the.bytes) {
		/* On the stack a locked operation is still a full fence. */
		hook_foreign_write(address, where);
		if (the.cpu != NULL && the.bytes != 0 &&
		    the.cpu->store_count > 0)
			stores_drain_all();
		return;
	}
	if (the.stepped) {
		if (lockstep_own((uint32_t)offset, size, true))
			hook_own((uint32_t)offset, size, how, where);
		else
			step_access(STEP_READ | STEP_WRITE |
			    (the.buffered ? STEP_EMPTY : 0), (uint32_t)offset,
			    size, how, where);
		return;
	}
	hook_time(STEP_READ | STEP_WRITE, (uint32_t)offset, size, where);
	if (the.cpu->store_count > 0)
		stores_drain_all();
	line = hook_line((uint32_t)(offset >> ARENA_LINE_SHIFT));
	if (!hook_has(the.cpu, line, (uint32_t)(offset >> ARENA_LINE_SHIFT),
	    true))
		hook_turn((uint32_t)offset);
	cpu = the.cpu;
	hook_count(cpu, (uint32_t)offset);
	hook_take(cpu, line, (uint32_t)offset, true);
	cpu->now_ps += cpu_scale(cpu, the.config.atomic_ps);
	line->busy_ps = cpu->now_ps;
	hook_now(line, (uint32_t)offset, size, how, where);
}

void
hook_fence(void)
{

	if (the.cpu == NULL)
		return;
	if (the.stepped) {
		if (lockstep_passes_fence())
			return;
		if (the.buffered)
			step_wait(STEP_EMPTY, 0, 0);
		else if (the.history != NULL)
			step_wait(STEP_ORDERED, 0, 0);
		return;
	}
	hook_time(0, 0, 0, the.cpu->where);
	if (the.cpu->store_count > 0)
		stores_drain_all();
	the.cpu->now_ps += cpu_scale(the.cpu, the.config.fence_ps);
}
