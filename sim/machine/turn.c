/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/machine/drain_now.h"
#include "sim/machine/shown.h"
#include "sim/machine/step_now.h"

/*
 * Turns without a question: the lease stands, but what it says of the current
 * CPU is used up, or the CPU cannot go on, or a store has waited long enough.
 * Where the guide has said by what chance that goes on, it is drawn here.
 */

/* Where either has stores in its buffer. */
static __attribute__((noinline)) void
turn_switch_stored(struct cpu *self, struct cpu *next, bool shown)
{

	if (shown && self->store_count > 0)
		stores_hide(self);
	turn_switch(&self->current->fiber, next);
}

/* The current CPU waits for this. */
static inline void
turn_offer(const struct cpu *cpu, uint32_t kinds, uint32_t offset,
    uint32_t size)
{

	the.steps_next[cpu->index] = (struct step){ kinds, offset, size };
	the.floor_ps = cpu->now_ps;
	the.ready |= UINT64_C(1) << cpu->index;
}

/* ... and then for its own buffer. */
static inline void
turn_withhold(const struct cpu *cpu, uint32_t kinds)
{

	if (!step_may(cpu, kinds))
		the.ready ^= UINT64_C(1) << cpu->index;
}

/*
 * What was loaded before this is loaded again where it is needed: there are not
 * registers enough to keep it that need not be saved.
 */
static inline __attribute__((always_inline)) void
turn_forget(void)
{

	__asm__ volatile("" : : : "memory");
}

/* The current CPU's step is one of the lease. */
static inline bool
turn_stays(uint32_t offset, uint32_t size)
{

	if (size > 0 && causality_shared(offset, size)) {
		if (the.lease.shared == 0)
			return (false);
		the.lease.shared--;
	}
	the.lease.steps--;
	return (true);
}

/*
 * Anybody who is ready goes on.  The lease goes on too: what has been taken of
 * it counts as if it were of the new row.
 */
static inline __attribute__((always_inline)) struct cpu *
turn_draw(uint64_t cpus)
{
	struct guide_stay *stay;
	struct chance *chance;
	struct cpu *next;
	uint32_t row, steps, who;

	chance = the.stay->chance;
	who = chance_turn(chance, cpus, &the.lease.shared);
	row = chance->row - 1;
	turn_forget();
	stay = the.stay;
	stay->who = the.last_actor = who;
	next = &the.cpus[who];
	steps = --the.lease.steps;
	stay->steps = row + the.lease.granted - steps;
	next->now_ps = the.floor_ps;
	next->earliest_ps = next->end_ps = MACHINE_NEVER;
	if (__builtin_expect(steps > row || next->heeded.count != 0 ||
	    (next->pending & CPU_CALL) != 0, 0))
		step_look();
	return (next);
}

/* Whoever is next goes on; somebody is there. */
static inline __attribute__((always_inline)) void
turn_go(struct cpu *cpu, struct cpu *next, bool shown)
{

	if (next == cpu) {
		if (!shown && cpu->store_count > 0)
			stores_show(cpu);
		return;
	}
	if (__builtin_expect(cpu->store_count > 0 || next->store_count > 0, 0))
		turn_switch_stored(cpu, next, shown);
	else
		turn_switch(&cpu->current->fiber, next);
}

static void turn_asked(uint32_t kinds, uint32_t offset, uint32_t size);

/*
 * Memory still shows the stores of the current CPU, while others' drain.  What
 * follows is cut into functions between which nothing else lives, so that none
 * has to save registers for the next.
 */
static bool turn_shows;

/* The CPUs that could go on. */
static inline uint64_t
turn_ready(void)
{

	return (the.ready & ((UINT64_C(1) << the.cpu_count) - 1));
}

/* Nobody can step, or stores have waited for their time: one is due. */
static inline bool
turn_due(void)
{
	uint64_t buffers;

	buffers = the.ready >> the.cpu_count;
	if (the.ready != buffers << the.cpu_count) {
		if (buffers == 0)
			return (false);
		if (the.lease.stored > 0) {
			the.lease.stored--;
			return (false);
		}
	}
	return (buffers != 0);
}

/* Whose oldest store becomes visible, where one is due; NULL: no lease is left. */
static __attribute__((noinline)) struct cpu *
turn_whose(void)
{
	uint64_t buffers;
	uint32_t who;
	bool stuck;

	/* The last step of the lease is for whoever looks around. */
	if (__builtin_expect(the.lease.steps < 2, 0))
		return (NULL);
	buffers = the.ready >> the.cpu_count;
	stuck = the.ready == buffers << the.cpu_count;
	who = chance_drain(the.stay->chance, buffers);
	turn_forget();
	if (!stuck)
		the.lease.stored = chance_wait(the.stay->chance);
	turn_forget();
	the.steps++;
	the.lease.steps--;
	the.lease.granted--;
	return (&the.cpus[who]);
}

static __attribute__((noinline)) void
turn_drain_rare(struct cpu *who)
{

	if (turn_shows && shown_disturbs(who)) {
		turn_shows = false;
		stores_hide(the.cpu);
	}
	stores_step(who, turn_shows && who == the.cpu);
}

/* Of another CPU than the current one, whose stores are taken out before. */
static __attribute__((noinline)) void
turn_drain_hidden(struct cpu *who)
{

	turn_shows = false;
	stores_hide(the.cpu);
	if (!drain_now(who, false))
		stores_step(who, false);
}

static __attribute__((noinline)) void
turn_drain(struct cpu *who)
{

	if (turn_shows && who != the.cpu && the.cpu->store_count > 0)
		turn_drain_hidden(who);
	else if (!drain_now(who, turn_shows && who == the.cpu))
		turn_drain_rare(who);
}

/* One is due.  Who could go on then; 0: nobody, or the lease is over. */
static inline uint64_t
turn_drained(void)
{
	struct cpu *who;

	do {
		who = turn_whose();
		if (__builtin_expect(who == NULL, 0))
			return (0);
		turn_drain(who);
		if (__builtin_expect(the.lease.steps == 0, 0))
			return (0);
	} while (turn_due());
	return (turn_ready());
}

/* The guide is to be asked, where the lease is over now. */
static __attribute__((noinline)) void
turn_ends(void)
{
	const struct step *step;

	if (!turn_shows)
		stores_show(the.cpu);
	step = &the.steps_next[the.cpu->index];
	turn_asked(step->kinds, step->offset, step->size);
}

/* It is the turn of one of these; 0: the lease is over. */
static __attribute__((noinline)) void
turn_of(uint64_t cpus)
{
	const struct step *step;
	struct cpu *cpu;

	if (__builtin_expect(cpus == 0, 0)) {
		turn_ends();
		return;
	}
	cpu = the.cpu;
	step = &the.steps_next[cpu->index];
	if ((cpus >> cpu->index & 1) != 0 &&
	    turn_stays(step->offset, step->size)) {
		turn_go(cpu, cpu, turn_shows);
		return;
	}
	turn_forget();
	turn_go(the.cpu, turn_draw(cpus), turn_shows);
}

static __attribute__((noinline)) void
turn_drains(void)
{

	turn_shows = true;
	turn_of(turn_drained());
}

/* Stores of others may wait in buffers. */
static __attribute__((noinline)) void
turn_rest_stored(struct cpu *cpu, struct fiber *from)
{
	uint64_t cpus;

	turn_shows = false;
	cpus = turn_due() ? turn_drained() : turn_ready();
	if (cpus == 0)
		step_rest_asked(cpu, from);
	else
		turn_switch(from, turn_draw(cpus));
}

void
turn_rest(struct cpu *cpu, struct fiber *from)
{
	struct cpu *next;

	if (__builtin_expect(the.lease.steps == 0 ||
	    cpu->now_ps >= the.lease.until_ps || the.stay->chance == NULL ||
	    the.ready == 0, 0)) {
		step_rest_asked(cpu, from);
		return;
	}
	the.floor_ps = cpu->now_ps;
	if (the.buffered) {
		turn_rest_stored(cpu, from);
		return;
	}
	turn_forget();
	next = turn_draw(the.ready);
	the.switches++;
	the.cpu = next;
	fiber_switch(from, &next->current->fiber);
}

/*
 * By chance, where stores wait in buffers.  If none is due, the current CPU is not
 * ready, or its step is shared and one too many.
 */
static __attribute__((noinline)) void
turn_buffered(void)
{

	if (turn_due())
		turn_drains();
	else
		turn_go(the.cpu, turn_draw(turn_ready()), true);
}

/*
 * The current CPU, where none that goes before it is ready; its buffer, where
 * that goes before it, or where it waits for its buffer.  NULL: the guide is to
 * be asked.
 */
static struct cpu *
turn_own(struct cpu *cpu, uint32_t kinds, uint32_t offset, uint32_t size)
{
	const struct guide_stay *stay;
	const struct step *step;
	bool shown;

	stay = the.stay;
	shown = true;
	turn_offer(cpu, kinds, offset, size);
	turn_withhold(cpu, kinds);
	for (;;) {
		step = &the.steps_next[cpu->index];
		if ((the.ready & stay->unless) != 0 ||
		    (the.ready >> cpu->index & 1) == 0) {
			if ((the.ready & stay->before) != 0 ||
			    cpu->store_count == 0 || the.lease.steps < 2)
				break;
			step = &the.steps_next[the.cpu_count + cpu->index];
		}
		if (choice_shared(step) && the.lease.shared-- == 0) {
			the.lease.shared = 0;
			break;
		}
		the.lease.steps--;
		if (step == &the.steps_next[cpu->index]) {
			shown_set(&shown, true);
			return (cpu);
		}
		shown_drain(cpu, &shown);
		if (the.lease.steps == 0)
			break;
	}
	shown_set(&shown, true);
	return (step_ask(cpu, kinds, offset, size));
}

/* The guide does, or a store of the current CPU goes first. */
static __attribute__((noinline)) void
turn_asked(uint32_t kinds, uint32_t offset, uint32_t size)
{
	struct cpu *cpu, *next;

	cpu = the.cpu;
	if (the.lease.steps > 0 && cpu->now_ps < the.lease.until_ps &&
	    the.lease.own)
		next = turn_own(cpu, kinds, offset, size);
	else
		next = step_ask(cpu, kinds, offset, size);
	/* What it was asked to do first may have moved the thread. */
	cpu = the.cpu;
	if (next == cpu)
		return;
	if (__builtin_expect(next == NULL, 0)) {
		machine_switch(cpu, next);
		return;
	}
	turn_switch(&cpu->current->fiber, next);
}

/*
 * What is not common is left to others to end, so that no register is saved here
 * which the switch saves anyway.
 */
__attribute__((noinline)) void
step_wait_slow(uint32_t kinds, uint32_t offset, uint32_t size)
{
	const struct cpu *cpu;

	cpu = the.cpu;
	if (__builtin_expect(the.lease.steps == 0 ||
	    cpu->now_ps >= the.lease.until_ps || the.stay->chance == NULL, 0)) {
		turn_asked(kinds, offset, size);
		return;
	}
	turn_offer(cpu, kinds, offset, size);
	if (the.buffered) {
		turn_withhold(cpu, kinds);
		turn_buffered();
		return;
	}
	turn_forget();
	/* Its step is shared, and one too many. */
	turn_go(the.cpu, turn_draw(the.ready), true);
}
