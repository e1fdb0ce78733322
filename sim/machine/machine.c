/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/machine/machine.h"

#include "sim/machine/causality.h"
#include "sim/machine/cpu.h"
#include "sim/machine/prefetch.h"
#include "sim/machine/straight.h"
#include "sim/memory/clock.h"
#include "sim/memory/memory.h"
#include "sim/memory/sync.h"

#include <string.h>

struct machine the;

/* --- the index of clocks --------------------------------------------------
 *
 * A tournament over (time, CPU number) packed into one word: the winner of all
 * is at the root, and the second is among those that the winner met on its way
 * up.  Both walks are as long as the logarithm of the number of CPUs and have
 * no branch that depends on the data, which predictors would get wrong.
 */
enum {
	CLOCK_BITS = 10,	/* for the number; the rest is ps: five hours */
	CLOCK_MASK = (1 << CLOCK_BITS) - 1,
};

static inline uint64_t
clock_key(uint32_t index, uint64_t at_ps)
{

	return (at_ps == MACHINE_NEVER ? MACHINE_NEVER :
	    at_ps << CLOCK_BITS | index);
}

static inline uint64_t
clock_time(uint64_t key)
{

	return (key == MACHINE_NEVER ? MACHINE_NEVER : key >> CLOCK_BITS);
}

static inline void
clock_set(uint32_t index, uint64_t at_ps)
{
	uint64_t *clocks, key, rival;
	size_t node;

	clocks = the.clocks;
	key = clock_key(index, at_ps);
	node = the.clock_leaves + index;
	clocks[node] = key;
	while (node > 1) {
		rival = clocks[node ^ 1];
		key = rival < key ? rival : key;
		node >>= 1;
		clocks[node] = key;
	}
}

static inline uint64_t
clock_of(const struct cpu *cpu)
{
	uint64_t due;

	if (cpu->store_count == 0)
		return (cpu->want_ps);
	due = cpu->stores[cpu->store_head].due_ps;
	return (due < cpu->want_ps ? due : cpu->want_ps);
}

/* The key of whoever comes after `index`, which is first. */
static inline uint64_t
clock_second(uint32_t index)
{
	const uint64_t *clocks;
	uint64_t second, rival;
	size_t node;

	clocks = the.clocks;
	second = MACHINE_NEVER;
	for (node = the.clock_leaves + index; node > 1; node >>= 1) {
		rival = clocks[node ^ 1];
		second = rival < second ? rival : second;
	}
	return (second);
}

/* The last instant at which `index` still comes before the one with this key. */
static inline uint64_t
clock_before(uint32_t index, uint64_t key)
{
	uint64_t at;

	at = clock_time(key);
	if (at == MACHINE_NEVER || at == 0 ||
	    (key & CLOCK_MASK) > index)
		return (at);
	return (at - 1);
}

enum { EXPECT_CPUS = 8 };

/*
 * This CPU is likely to be next: fetch what going on with it will touch, while
 * the first is still at work: the frames from fiber_jump() up to the code under
 * test, and the line that it is about to access.
 */
static inline void
machine_expect(uint32_t index)
{
	const struct machine_resume *resume;
	const struct cpu *cpu;
	uint32_t line;

	/* All of a small machine is in the host's caches. */
	if (the.cpu_count < EXPECT_CPUS)
		return;
	/* A prefetch of nothing, as of the stack of an idle CPU, does nothing. */
	resume = &the.resume[index];
	cpu = &the.cpus[index];
	prefetch(cpu);
	prefetch(&cpu->end_ps);
	prefetch(resume->thread);
	prefetch(resume->stack);
	prefetch(resume->stack + 64);
	prefetch(resume->stack + 128);
	prefetch(resume->stack + 192);
	prefetch(resume->stack + 256);
	prefetch(resume->stack + 320);
	line = (uint32_t)(resume->offset >> ARENA_LINE_SHIFT);
	prefetch(&cpu->tags[line % CPU_TAGS]);
	prefetch(&cpu->tags_near[line % CPU_TAGS_NEAR]);
	prefetch(&the.lines[line]);
}

/* The current CPU may go on by itself until then. */
static inline void
cpu_end(struct cpu *cpu, uint64_t at_ps)
{

	cpu->end_ps = at_ps;
	cpu->limit_ps = the.every ? 0 : at_ps;
}

/* --- what happens next ---------------------------------------------------- */

/* The CPU of this key is first, and may go on until somebody else is. */
static inline struct cpu *
machine_grant(struct cpu *cpu, uint64_t first, uint64_t soon)
{
	uint64_t second, at;

	at = clock_time(first);
	if (cpu->now_ps < at)
		cpu->now_ps = at;
	second = clock_second((uint32_t)(first & CLOCK_MASK));
	machine_expect((uint32_t)(second & CLOCK_MASK));
	at = clock_before((uint32_t)(first & CLOCK_MASK), second);
	cpu->earliest_ps = at < soon ? at : soon - 1;
	second = clock_time(second);
	second = second > MACHINE_NEVER - the.window_ps ?
	    MACHINE_NEVER : second + the.window_ps;
	cpu_end(cpu, second < soon ? second : soon);
	return (cpu);
}

static inline bool
machine_drains(const struct cpu *cpu, uint64_t at)
{

	return (cpu->store_count > 0 &&
	    cpu->stores[cpu->store_head].due_ps <= at);
}

/*
 * Carries out the timers and drains that come first and returns the CPU whose
 * turn it then is; NULL when the run is over.
 */
static __attribute__((noinline)) struct cpu *
machine_events(void)
{
	struct timer timer;
	struct cpu *cpu;
	uint64_t first, soon, at;

	for (;;) {
		if (the.stopping)
			return (NULL);
		first = the.clocks[1];
		at = clock_time(first);
		soon = timers_next(&the.timers);
		if (soon <= at) {
			if (soon == MACHINE_NEVER) {
				the.ports.report("deadlock",
				    "no CPU can go on and no timer is set");
				the.stopping = true;
				return (NULL);
			}
			timer = timers_take(&the.timers);
			timer.call(timer.argument, timer.value, timer.at_ps);
			continue;
		}
		cpu = &the.cpus[first & CLOCK_MASK];
		if (!machine_drains(cpu, at))
			return (machine_grant(cpu, first, soon));
		stores_drain_due(cpu, at, false);
		clock_set(cpu->index, clock_of(cpu));
	}
}

/* The same; mostly nothing else comes first. */
static inline __attribute__((always_inline)) struct cpu *
machine_next(void)
{
	struct cpu *cpu;
	uint64_t first, soon, at;

	first = the.clocks[1];
	at = clock_time(first);
	soon = timers_next(&the.timers);
	cpu = &the.cpus[first & CLOCK_MASK];
	if (__builtin_expect(soon <= at || the.stopping ||
	    machine_drains(cpu, at), 0))
		return (machine_events());
	return (machine_grant(cpu, first, soon));
}

static inline __attribute__((always_inline)) struct cpu *
machine_after(struct cpu *self, uint64_t want_ps)
{
	struct cpu *next;

	self->want_ps = want_ps;
	if (the.stepped) {
		step_pause(self);
		return (step_next());
	}
	clock_set(self->index, clock_of(self));
	if (self->store_count > 0)
		stores_hide(self);
	next = machine_next();
	if (next == self && self->store_count > 0)
		stores_show(self);
	return (next);
}

static inline __attribute__((always_inline)) void
machine_give_way(struct cpu *self, uint64_t want_ps)
{
	struct cpu *next;

	next = machine_after(self, want_ps);
	if (next != self)
		machine_switch(self, next);
}

void
machine_wait(struct cpu *self, uint64_t want_ps)
{

	machine_give_way(self, want_ps);
}

void
machine_rest(struct cpu *cpu, struct fiber *from)
{
	struct cpu *next;

	next = machine_after(cpu, MACHINE_NEVER);
	if (next != cpu)
		machine_switch_from(from, next);
	else
		fiber_switch(from, &cpu->idle->fiber);
}

/* In line here: it is what large machines do all the time. */
void
machine_sync(void)
{
	struct cpu *cpu;

	do {
		cpu = the.cpu;
		machine_give_way(cpu, cpu->now_ps);
		if (__builtin_expect(cpu->pending != 0, 0)) {
			cpu_service();
			cpu = the.cpu;
		}
	} while (cpu->now_ps >= cpu->end_ps);
}

void
machine_turn(void)
{
	struct cpu *cpu;

	cpu = the.cpu;
	while (cpu->now_ps > cpu->earliest_ps) {
		machine_wait(cpu, cpu->now_ps);
		if (cpu->pending != 0) {
			cpu_service();
			cpu = the.cpu;
		}
	}
}

void
machine_spend(uint64_t ps)
{
	struct cpu *cpu;
	uint64_t start, gone;

	ps = cpu_scale(the.cpu, ps);
	for (;;) {
		cpu = the.cpu;
		if (cpu->now_ps + ps < cpu->end_ps) {
			cpu->now_ps += ps;
			return;
		}
		start = cpu->now_ps;
		machine_wait(cpu, start + ps);
		gone = cpu->now_ps - start;
		ps = gone < ps ? ps - gone : 0;
		if (cpu->pending != 0)
			cpu_service();
		else if (ps == 0)
			return;
	}
}

/* Something was set for `at_ps`: whoever runs now must not run past it. */
static void
machine_soon(uint64_t at_ps)
{

	if (the.cpu == NULL)
		return;
	if (at_ps <= the.cpu->earliest_ps)
		the.cpu->earliest_ps = at_ps == 0 ? 0 : at_ps - 1;
	if (at_ps < the.cpu->end_ps)
		cpu_end(the.cpu, at_ps);
}

void
cpu_kick(struct cpu *cpu, uint64_t at_ps)
{
	uint64_t at;

	if (cpu->deaf)
		return;
	at = at_ps > cpu->now_ps ? at_ps : cpu->now_ps;
	if (at < cpu->want_ps) {
		cpu->want_ps = at;
		/* The current CPU's clock is not in the index while it runs. */
		if (the.stepped) {
			step_kick(cpu);
		} else {
			the.clocked = 1;
			clock_set(cpu->index, clock_of(cpu));
		}
	}
	if (cpu == the.cpu && at < cpu->end_ps)
		cpu_end(cpu, at);
	machine_soon(at);
}

void
machine_timer(uint64_t at_ps, timer_call *call, void *argument, uint64_t value)
{

	timers_add(&the.timers, at_ps, call, argument, value);
	step_look();
	machine_soon(at_ps);
}

void
cpu_slow(struct cpu *cpu, uint32_t ppm)
{

	cpu->slow_ppm = ppm;
	cpu->hit_ps = cpu_scale(cpu, the.config.hit_ps);
}

void
machine_event_on(struct cpu *cpu, enum stream_kind kind, uint64_t at_ps,
    uint64_t a, uint64_t b)
{
	struct stream_event event;

	memset(&event, 0, sizeof(event));
	event.at_ps = at_ps;
	event.a = a;
	event.b = b;
	event.kind = kind;
	event.cpu = cpu->index;
	event.thread = cpu->current->number;
	event.in_window = the.in_window;
	the.ports.event(&event);
}

uint64_t
machine_accesses(void)
{
	uint64_t sum;
	uint32_t i;

	sum = 0;
	for (i = 0; i < the.cpu_count; i++)
		sum += the.cpus[i].accesses;
	return (sum);
}

bool
machine_quiet(bool quiet)
{
	bool before;

	before = the.bytes == 0;
	the.bytes = quiet ? 0 : the.arena.bytes;
	return (before);
}

/* --- life ------------------------------------------------------------------ */

void
machine_order(void)
{

	if (the.ordering)
		return;
	if (the.history != NULL) {
		the.history->reset(the.cpu_count);
	} else {
		clocks_reset(the.cpu_count);
		sync_reset(the.cpu_count);
	}
	the.ordering = 1;
	the.careful = 1;
	straight_settle();
}

void
machine_watch_all(void)
{
	uint32_t i;

	the.every = 1;
	for (i = 0; i < the.cpu_count; i++)
		the.cpus[i].limit_ps = 0;
}

void
machine_guide(const struct guide *guide)
{

	the.guide = guide;
	if (guide == NULL) {
		the.heard = the.every && the.ports.accessed != NULL;
		return;
	}
	the.stay = guide->stay != NULL ? guide->stay : &step_asks;
	if (!the.every)
		machine_watch_all();
	causality_begin();
	the.causal = 1;
	the.careful = 1;
	if (guide->stepped)
		step_begin();
	the.swift = guide->stepped;
	straight_settle();
}

void
machine_undigested(void)
{

	the.causal = 0;
	straight_settle();
}

void
machine_watches(void)
{

	the.watching = 1;
	straight_settle();
}

void
machine_publish(void)
{
	stamp_id stamp;
	uint32_t i;

	if (!the.ordering)
		return;
	stamp = stamp_take(the.cpu->index, 0);
	for (i = 0; i < the.cpu_count; i++)
		if (i != the.cpu->index)
			stamp_join(i, stamp);
	stamp_drop(stamp);
}

void
machine_run(void)
{
	struct cpu *next;

	if (the.stepped) {
		next = step_next();
	} else {
		the.clocked = 1;
		next = machine_events();
	}
	if (next == NULL)
		return;
	the.cpu = next;
	the.bytes = the.arena.bytes;
	if (next->store_count > 0)
		stores_show(next);
	fiber_switch(&the.host, &next->current->fiber);
	the.cpu = NULL;
	the.bytes = 0;
}

void
machine_stop(void)
{

	the.stopping = true;
	step_look();
	if (the.cpu != NULL)
		cpu_end(the.cpu, 0);
}
