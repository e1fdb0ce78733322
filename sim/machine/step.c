/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "sim/base/words.h"
#include "sim/machine/cpu.h"
#include "sim/machine/heed.h"
#include "sim/machine/hook.h"
#include "sim/machine/shown.h"
#include "sim/machine/step_now.h"

/*
 * The stepped machine.  A CPU runs until it is about to access memory, and
 * waits there; the guide says who goes on.  There is one clock for all,
 * `floor_ps`: it moves with whoever works, and to the next instant that
 * somebody waits for when nobody can step.
 */

struct guide_stay step_asks;

static inline uint32_t
step_cpu_of(uint32_t actor)
{

	return (actor < the.cpu_count ? actor : actor - the.cpu_count);
}

/* The step looks again at what the CPU has been waiting for. */
static bool
step_again(const struct cpu *cpu, uint32_t offset, uint32_t size)
{
	uint32_t i;

	for (i = 0; i < cpu->heeded.count && i < CPU_HEEDS; i++)
		if (cpu->heeded.reads[i].offset == offset &&
		    cpu->heeded.reads[i].size == size)
			return (true);
	return (false);
}

bool
step_may_be_stale(struct cpu *cpu)
{

	return (!the.stepped || cpu->heeded.count == 0);
}

_Static_assert(sizeof(the.steps_next) % sizeof(words_four) == 0,
    "it is cleared by so many bytes");

/* --- who can do what --------------------------------------------------------
 *
 * What everybody does next is kept as it changes: the.steps_next[] has an entry
 * for each actor, zero where it does nothing, and the.ready a bit for each that
 * could go.
 */

static inline uint64_t
bit(uint32_t actor)
{

	return (UINT64_C(1) << actor);
}

/*
 * The CPU waits for its step from now on.  What is said here of a CPU that runs
 * means nothing: it is said again, or taken back, when it waits.
 */
static inline void
step_offer(struct cpu *cpu, uint32_t kinds, uint32_t offset, uint32_t size)
{
	const struct step step = { kinds, offset, size };
	uint64_t self;

	self = bit(cpu->index);
	cpu->at_step = 1;
	cpu->step = step;
	the.steps_next[cpu->index] = step;
	if (the.off_step != 0)
		the.off_step &= ~self;
	if (step_may(cpu, kinds))
		the.ready |= self;
	else
		the.ready &= ~self;
}

/* It waits for something else, or for its turn to go on. */
static inline void
step_withdraw(struct cpu *cpu)
{

	cpu->at_step = 0;
	if (cpu->want_ps == MACHINE_NEVER)
		the.off_step &= ~bit(cpu->index);
	else
		the.off_step |= bit(cpu->index);
	the.ready &= ~bit(cpu->index);
	the.steps_next[cpu->index] = (struct step){ 0 };
}

void
step_pushed(const struct cpu *cpu)
{
	const struct store *store;

	store = &cpu->stores[cpu->store_head];
	if (cpu->store_count == 1)
		step_head(cpu, store->offset, store->size);
}

/* It is next, and nothing but the guide will stop it. */
static inline __attribute__((always_inline)) struct cpu *
step_ready(struct cpu *cpu)
{

	if (cpu->now_ps < the.floor_ps)
		cpu->now_ps = the.floor_ps;
	cpu->earliest_ps = cpu->end_ps = MACHINE_NEVER;
	cpu->limit_ps = 0;
	return (cpu);
}

void
step_begin(void)
{
	unsigned char *steps;
	uint32_t bytes, i;

	the.stepped = 1;
	the.floor_ps = 0;
	the.ready = the.off_step = the.awaiting = 0;
	the.wrote_count = 0;
	for (i = 0; i < the.cpu_count; i++) {
		if (the.cpus[i].want_ps != MACHINE_NEVER)
			the.off_step |= bit(i);
	}
	steps = (unsigned char *)the.steps_next;
	bytes = 2 * the.cpu_count * (uint32_t)sizeof(struct step);
	for (i = 0; i < bytes; i += sizeof(words_four)) {
		WORDS_ALONE;
		*(words_four *)(void *)(steps + i) = (words_four){ 0 };
	}
	/* All others hear of it when they go on. */
	if (the.cpu != NULL)
		(void)step_ready(the.cpu);
}

void
step_pause(struct cpu *cpu)
{

	step_withdraw(cpu);
}

void
step_release(struct cpu *cpu)
{

	step_look();
	cpu->awaits = 0;
	the.awaiting &= ~bit(cpu->index);
	cpu->want_ps = 0;
	step_withdraw(cpu);
}

void
step_interrupt(struct cpu *cpu)
{

	if (cpu->awaits)
		step_release(cpu);
}

void
step_kick(const struct cpu *cpu)
{

	step_look();
	if (!cpu->at_step)
		the.off_step |= bit(cpu->index);
}

/* Going on with whoever went last, its buffer first: the fewest changes. */
static inline uint32_t
step_usual(uint64_t ready)
{
	uint32_t cpu;

	cpu = step_cpu_of(the.last_actor);
	if (ready >> (the.cpu_count + cpu) & 1)
		return (the.cpu_count + cpu);
	if (ready >> cpu & 1)
		return (cpu);
	return ((uint32_t)__builtin_ctzll(ready));
}

/* For whoever draws the run: somebody else goes on than would have. */
static void
step_tell(uint32_t actor)
{
	struct stream_event event;
	const struct cpu *cpu;

	cpu = &the.cpus[step_cpu_of(actor)];
	memset(&event, 0, sizeof(event));
	event.at_ps = the.floor_ps;
	event.a = CHOICE_NEXT;
	event.b = actor;
	event.where = actor < the.cpu_count ? cpu->where : NULL;
	event.kind = STREAM_CHOICE;
	event.cpu = cpu->index;
	event.thread = cpu->current->number;
	event.in_window = the.in_window;
	the.ports.event(&event);
}

/* The actor that goes on, or STEP_STOP. */
static inline uint32_t
step_choose(uint64_t ready)
{
	uint32_t actor, usual;

	usual = step_usual(ready);
	actor = the.guide->next(the.guide->context, the.steps_next,
	    2 * the.cpu_count, ready, usual);
	if (__builtin_expect(the.listen >> STREAM_CHOICE & 1, 0)) {
		/* Whoever draws the run wants to hear of each step. */
		the.stay = &step_asks;
		if (actor != usual && actor != STEP_STOP &&
		    (ready >> actor & 1) != 0)
			step_tell(actor);
	}
	if (__builtin_expect(actor != STEP_STOP && (ready >> actor & 1) == 0,
	    0)) {
		the.stay->steps = 0;
		return (usual);
	}
	return (actor);
}

/* A CPU that works on something else than a step, or the next instant. */
static inline struct cpu *
step_worker(uint64_t *soon_ps)
{
	struct cpu *cpu;
	uint64_t who;

	for (who = the.off_step; who != 0; who &= who - 1) {
		cpu = &the.cpus[__builtin_ctzll(who)];
		if (cpu->want_ps <= the.floor_ps)
			return (cpu);
		if (cpu->want_ps < *soon_ps)
			*soon_ps = cpu->want_ps;
	}
	return (NULL);
}

static inline __attribute__((always_inline)) struct cpu *
step_resume(struct cpu *cpu, bool *shown)
{

	if (the.buffered)
		shown_set(shown, cpu == the.cpu);
	return (step_ready(cpu));
}

/*
 * The CPU goes on, and for how many steps more if nothing comes in between.  A
 * debugger wants each step looked at.
 */
static inline __attribute__((always_inline)) void
step_lease(const struct cpu *cpu, uint64_t soon_ps)
{
	const struct guide_stay *stay;
	uint64_t due_ps;
	uint32_t steps;

	stay = the.stay;
	if (stay->steps == 0 || stay->who != cpu->index ||
	    (the.ready & stay->unless) != 0 || cpu->heeded.count != 0 ||
	    (cpu->pending & CPU_CALL) != 0 || machine_halt.access != 0)
		return;
	steps = STEP_WATCH - 1 - the.steps % STEP_WATCH;
	if (steps > stay->steps)
		steps = stay->steps;
	due_ps = timers_next(&the.timers);
	the.lease.until_ps = due_ps < soon_ps ? due_ps : soon_ps;
	the.lease.shared = stay->shared;
	the.lease.stored = stay->stored;
	the.lease.own = the.buffered && stay->chance == NULL &&
	    stay->before != UINT64_MAX;
	/* A buffer that goes first is looked at before each step. */
	if (the.lease.own && stay->unless >> (the.cpu_count + cpu->index) & 1)
		the.lease.stored = 0;
	the.lease.granted = the.lease.steps = steps;
}

/* The guide has said already that this CPU goes on. */
static inline bool
step_stays(uint64_t ready)
{
	struct guide_stay *stay;
	bool stored;

	stay = the.stay;
	if (stay->steps == 0 || (ready >> stay->who & 1) == 0 ||
	    (ready & stay->unless) != 0)
		return (false);
	stored = ready >> the.cpu_count != 0;
	if (stored && stay->stored == 0)
		return (false);
	if (choice_shared(&the.steps_next[stay->who])) {
		if (stay->shared == 0)
			return (false);
		stay->shared--;
	}
	stay->stored -= stored;
	stay->steps--;
	return (true);
}

/* Nobody can step: it gets later.  False when there is no later. */
static bool
step_later(uint64_t at_ps)
{
	uint32_t i;

	if (at_ps == MACHINE_NEVER) {
		the.ports.report("deadlock",
		    "every thread waits for another one");
		the.stopping = true;
		return (false);
	}
	the.floor_ps = at_ps;
	/* Those who wait for time to pass look again. */
	for (i = 0; i < the.cpu_count; i++)
		if (the.cpus[i].awaits)
			step_release(&the.cpus[i]);
	return (true);
}

/* What the clock brings: a timer that is due, or later. */
static __attribute__((noinline)) void
step_time(uint64_t soon_ps)
{
	struct timer timer;
	uint64_t at;

	at = timers_next(&the.timers);
	if (at > the.floor_ps) {
		(void)step_later(at < soon_ps ? at : soon_ps);
		return;
	}
	timer = timers_take(&the.timers);
	timer.call(timer.argument, timer.value, timer.at_ps);
}

/*
 * Everything but the common case of step_goes_on(): whoever works, what the
 * clock brings, stores that become visible.  `actor` has been chosen already,
 * or it is STEP_ACTORS_MAX.
 */
static __attribute__((noinline)) struct cpu *
step_goes_on_slow(uint32_t actor)
{
	struct cpu *cpu;
	uint64_t soon;
	bool shown;

	shown = true;
	soon = MACHINE_NEVER;
	if (actor != STEP_ACTORS_MAX)
		goto chosen;
	while (!the.stopping) {
		soon = MACHINE_NEVER;
		if (the.off_step != 0) {
			cpu = step_worker(&soon);
			if (cpu != NULL)
				return (cpu_rouse(step_resume(cpu, &shown)));
		}
		if (the.ready == 0 || timers_next(&the.timers) <=
		    the.floor_ps) {
			shown_set(&shown, false);
			step_time(soon);
			continue;
		}
		if (++the.steps % STEP_WATCH == 0 && the.ports.watch != NULL)
			the.ports.watch();
		actor = step_stays(the.ready) ? the.stay->who :
		    step_choose(the.ready);
chosen:
		if (actor == STEP_STOP) {
			the.abandoned = true;
			the.stopping = true;
			break;
		}
		the.last_actor = actor;
		if (actor < the.cpu_count) {
			cpu = step_resume(&the.cpus[actor], &shown);
			/* Whoever watches may have seen enough just now. */
			if (!the.stopping)
				step_lease(cpu, soon);
			return (cpu);
		}
		shown_drain(&the.cpus[actor - the.cpu_count], &shown);
	}
	shown_set(&shown, false);
	return (NULL);
}

/*
 * Threads that have just come to idle CPUs go on up to their first steps, one
 * after the other, before anybody is asked.  Whatever else there may be to it is
 * not looked at here.
 */
static __attribute__((noinline)) struct cpu *
step_begins(const struct cpu *self)
{
	struct thread *to;
	struct cpu *cpu;

	cpu = &the.cpus[__builtin_ctzll(the.off_step)];
	to = cpu->run_head;
	if (cpu == self || !cpu->at_rest || cpu->want_ps > the.floor_ps ||
	    the.stopping || (self != NULL && self->store_count > 0) ||
	    to == NULL || to->stamp != 0 || cpu->pending != 0 ||
	    the.ports.busy != NULL || (the.listen >> STREAM_SWITCH & 1) != 0)
		return (step_goes_on_slow(STEP_ACTORS_MAX));
	(void)queue_pop(cpu);
	cpu->at_rest = 0;
	(void)step_ready(cpu);
	cpu_take_quietly(cpu, to);
	return (cpu);
}

/*
 * The guide has said by what chance somebody goes on, and is not asked; true
 * where that is all there is to be settled.
 */
static inline bool
step_drawn(uint64_t ready)
{
	struct guide_stay *stay;

	stay = the.stay;
	if (stay->chance == NULL || (ready & stay->unless) != 0 ||
	    ready >> the.cpu_count != 0 ||
	    (the.listen >> STREAM_CHOICE & 1) != 0)
		return (false);
	stay->who = chance_turn(stay->chance, ready, &stay->shared);
	stay->steps = stay->chance->row - 1;
	return (true);
}

/* The guide says who goes on, or has said so already. */
static __attribute__((noinline)) struct cpu *
step_guided(struct cpu *cpu)
{
	uint32_t actor;

	if (__builtin_expect(cpu == NULL || the.ready == 0 ||
	    the.stopping || timers_next(&the.timers) <= the.floor_ps ||
	    the.steps % STEP_WATCH == STEP_WATCH - 1, 0))
		return (step_goes_on_slow(STEP_ACTORS_MAX));
	the.steps++;
	actor = step_stays(the.ready) || step_drawn(the.ready) ?
	    the.stay->who : step_choose(the.ready);
	if (__builtin_expect(actor >= the.cpu_count, 0))
		return (step_goes_on_slow(actor));
	the.last_actor = actor;
	if (actor != cpu->index && cpu->store_count > 0)
		stores_hide(cpu);
	cpu = step_ready(&the.cpus[actor]);
	step_lease(cpu, MACHINE_NEVER);
	return (cpu);
}

static inline __attribute__((always_inline)) struct cpu *
step_goes_on(void)
{
	struct cpu *cpu;

	step_look();
	cpu = the.cpu;
	if (cpu != NULL && cpu->now_ps > the.floor_ps)
		the.floor_ps = cpu->now_ps;
	return (the.off_step != 0 ? step_begins(cpu) : step_guided(cpu));
}

struct cpu *
step_next(void)
{

	return (step_goes_on());
}

void
step_rest_asked(struct cpu *cpu, struct fiber *from)
{
	struct cpu *next;

	next = the.stopping ? NULL : step_next();
	if (next == NULL)
		machine_switch_from(from, next);
	else if (next != cpu)
		turn_switch(from, next);
	else
		fiber_switch(from, &cpu->idle->fiber);
}

void
step_rest(struct cpu *cpu, struct fiber *from)
{

	cpu->want_ps = MACHINE_NEVER;
	step_withdraw(cpu);
	turn_rest(cpu, from);
}

/* --- one step --------------------------------------------------------------- */

static inline __attribute__((always_inline)) struct cpu *
step_asked(struct cpu *cpu, uint32_t kinds, uint32_t offset, uint32_t size)
{

	if (cpu->heeded.count > 0 &&
	    ((kinds & STEP_READ) == 0 || !step_again(cpu, offset, size)))
		cpu->heeded.count = 0;
	cpu->want_ps = MACHINE_NEVER;
	step_offer(cpu, kinds, offset, size);
	return (step_goes_on());
}

/* Interrupts come between two steps. */
static __attribute__((noinline)) struct cpu *
step_interrupted(uint32_t kinds, uint32_t offset, uint32_t size)
{

	cpu_service();
	return (step_asked(the.cpu, kinds, offset, size));
}

struct cpu *
step_ask(struct cpu *cpu, uint32_t kinds, uint32_t offset, uint32_t size)
{

	if (__builtin_expect((cpu->pending & CPU_CALL) != 0, 0))
		return (step_interrupted(kinds, offset, size));
	return (step_asked(cpu, kinds, offset, size));
}

void
step_wait(uint32_t kinds, uint32_t offset, uint32_t size)
{

	(void)step_take(kinds, offset, size);
}

void
step_await(void)
{
	struct cpu *cpu, *next;

	step_look();
	cpu = the.cpu;
	if (!heed_settle(cpu)) {
		cpu->want_ps = MACHINE_NEVER;
		step_withdraw(cpu);
		cpu->at_step = 1;
		cpu->awaits = 1;
		the.awaiting |= bit(cpu->index);
		next = step_next();
		if (next != cpu)
			machine_switch(cpu, next);
	}
	cpu->heeded = cpu->heed;
	cpu->heed.count = 0;
	cpu->heed.stale = 0;
}
