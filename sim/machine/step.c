/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "sim/machine/hook.h"
#include "sim/machine/hook_now.h"

/*
 * The stepped machine.  A CPU runs until it is about to access memory, and
 * waits there; the guide says who goes on.  There is one clock for all,
 * `floor_ps`: it moves with whoever works, and to the next instant that
 * somebody waits for when nobody can step.
 */

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
		if (cpu->heeded.offsets[i] == offset &&
		    cpu->heeded.sizes[i] == size)
			return (true);
	return (false);
}

bool
step_may_be_stale(struct cpu *cpu)
{

	return (!the.stepped || cpu->heeded.count == 0);
}

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

/* Whether nothing but its own buffer is in the way of the CPU's step. */
static inline bool
step_may(const struct cpu *cpu)
{
	const struct step *step;

	step = &cpu->step;
	if (cpu->store_count == 0)
		return (true);
	if (step->kinds & STEP_EMPTY)
		return (false);
	if (step->kinds & STEP_PUSH)
		return (cpu->store_count < the.config.store_buffer);
	return (true);
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
	if (__builtin_expect(cpu->store_count == 0, 1) || step_may(cpu))
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
step_buffer(struct cpu *cpu)
{
	const struct store *store;
	struct step *step;
	uint32_t actor;

	actor = the.cpu_count + cpu->index;
	step = &the.steps_next[actor];
	if (cpu->store_count == 0) {
		*step = (struct step){ 0 };
		the.ready &= ~bit(actor);
	} else {
		store = &cpu->stores[cpu->store_head];
		step->kinds = STEP_WRITE | STEP_DRAIN;
		step->offset = store->offset;
		step->size = store->size;
		the.ready |= bit(actor);
	}
	if (!cpu->at_step || cpu->awaits)
		return;
	if (step_may(cpu))
		the.ready |= bit(cpu->index);
	else
		the.ready &= ~bit(cpu->index);
}

void
step_begin(void)
{
	uint32_t i;

	the.stepped = 1;
	the.floor_ps = 0;
	the.ready = the.off_step = the.heeding = 0;
	for (i = 0; i < the.cpu_count; i++) {
		the.cpus[i].earliest_ps = MACHINE_NEVER;
		the.cpus[i].end_ps = MACHINE_NEVER;
		step_withdraw(&the.cpus[i]);
		step_buffer(&the.cpus[i]);
	}
}

void
step_pause(struct cpu *cpu)
{

	step_withdraw(cpu);
}

/* It goes on with whatever it does next, up to its next step. */
static void
step_release(struct cpu *cpu)
{

	cpu->awaits = 0;
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

	if (!cpu->at_step)
		the.off_step |= bit(cpu->index);
}

void
step_written(const struct cpu *by, uint32_t offset, uint32_t size)
{
	struct cpu_heed *heed;
	struct cpu *cpu;
	uint64_t who;
	uint32_t n;

	for (who = the.heeding & ~bit(by->index); who != 0; who &= who - 1) {
		cpu = &the.cpus[__builtin_ctzll(who)];
		heed = &cpu->heed;
		heed->stale = heed->count > CPU_HEEDS;
		for (n = 0; n < heed->count && n < CPU_HEEDS; n++)
			if (offset < heed->offsets[n] + heed->sizes[n] &&
			    heed->offsets[n] < offset + size)
				heed->stale = 1;
		if (!heed->stale)
			continue;
		the.heeding &= ~bit(cpu->index);
		if (cpu->awaits)
			step_release(cpu);
	}
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
	if (actor == STEP_STOP || (ready >> actor & 1) == 0)
		return (actor == STEP_STOP ? actor : usual);
	if (actor != usual && (the.listen >> STREAM_CHOICE & 1))
		step_tell(actor);
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

/* Memory shows what the current CPU sees, or what all see. */
static inline void
step_show(bool *shown, bool show)
{
	struct cpu *cpu;

	cpu = the.cpu;
	if (*shown == show || cpu == NULL)
		return;
	*shown = show;
	if (cpu->store_count == 0)
		return;
	if (show)
		stores_show(cpu);
	else
		stores_hide(cpu);
}

static inline __attribute__((always_inline)) struct cpu *
step_resume(struct cpu *cpu, bool *shown)
{

	if (cpu->now_ps < the.floor_ps)
		cpu->now_ps = the.floor_ps;
	cpu->earliest_ps = MACHINE_NEVER;
	cpu->end_ps = MACHINE_NEVER;
	cpu->limit_ps = 0;
	if (the.buffered)
		step_show(shown, cpu == the.cpu);
	return (cpu);
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

static inline __attribute__((always_inline)) struct cpu *
step_goes_on(void)
{
	struct cpu *cpu;
	uint64_t soon;
	uint32_t actor;
	bool shown;

	shown = true;
	if (the.cpu != NULL && the.cpu->now_ps > the.floor_ps)
		the.floor_ps = the.cpu->now_ps;
	while (!the.stopping) {
		soon = MACHINE_NEVER;
		if (the.off_step != 0) {
			cpu = step_worker(&soon);
			if (cpu != NULL)
				return (step_resume(cpu, &shown));
		}
		if (the.ready == 0 || timers_next(&the.timers) <=
		    the.floor_ps) {
			step_show(&shown, false);
			step_time(soon);
			continue;
		}
		if (++the.steps % 1024 == 0 && the.ports.watch != NULL)
			the.ports.watch();
		actor = step_choose(the.ready);
		if (actor == STEP_STOP) {
			the.abandoned = true;
			the.stopping = true;
			break;
		}
		the.last_actor = actor;
		if (actor < the.cpu_count)
			return (step_resume(&the.cpus[actor], &shown));
		cpu = &the.cpus[actor - the.cpu_count];
		/* What another CPU's store meets is what all see; and whoever
		 * hears of a store finds it in memory. */
		if (cpu != the.cpu || (the.listen >> STREAM_STORE_DRAIN & 1))
			step_show(&shown, false);
		stores_step(cpu, shown && cpu == the.cpu);
	}
	step_show(&shown, false);
	return (NULL);
}

struct cpu *
step_next(void)
{

	return (step_goes_on());
}

/* --- one step --------------------------------------------------------------- */

/* What a loop that waits must see change, and whether it has begun anew. */
static inline void
step_heed(struct cpu *cpu, uint32_t offset, uint32_t size)
{
	uint32_t n;

	n = cpu->heed.count++;
	if (n < CPU_HEEDS) {
		cpu->heed.offsets[n] = offset;
		cpu->heed.sizes[n] = size;
	}
	if (!cpu->heed.stale)
		the.heeding |= bit(cpu->index);
}

static inline __attribute__((always_inline)) void
wait_for_step(uint32_t kinds, uint32_t offset, uint32_t size)
{
	struct cpu *cpu, *next;

	/* Interrupts come between two steps. */
	if (the.cpu->pending & CPU_CALL)
		cpu_service();
	cpu = the.cpu;
	if (cpu->heeded.count > 0 &&
	    ((kinds & STEP_READ) == 0 || !step_again(cpu, offset, size)))
		cpu->heeded.count = 0;
	cpu->want_ps = MACHINE_NEVER;
	step_offer(cpu, kinds, offset, size);
	next = step_goes_on();
	if (next != cpu)
		machine_switch(cpu, next);
	if (kinds & STEP_READ)
		step_heed(cpu, offset, size);
}

void
step_wait(uint32_t kinds, uint32_t offset, uint32_t size)
{

	wait_for_step(kinds, offset, size);
}

void
step_await(void)
{
	struct cpu *cpu, *next;

	cpu = the.cpu;
	if (!cpu->heed.stale) {
		cpu->want_ps = MACHINE_NEVER;
		step_withdraw(cpu);
		cpu->at_step = 1;
		cpu->awaits = 1;
		next = step_next();
		if (next != cpu)
			machine_switch(cpu, next);
	}
	cpu->heeded = cpu->heed;
	cpu->heed.count = 0;
	cpu->heed.stale = 0;
	the.heeding &= ~bit(cpu->index);
}

void
step_access(uint32_t kinds, uint32_t offset, uint32_t size, unsigned how,
    const void *where)
{
	struct cpu *cpu;

	if ((how & ACCESS_ORDERED) && the.history != NULL)
		kinds |= STEP_ORDERED;
	the.cpu->where = where;
	wait_for_step(kinds, offset, size);
	cpu = the.cpu;
	hook_count(cpu, offset);
	cpu->now_ps += cpu->hit_ps;
	hook_now(&the.lines[offset >> ARENA_LINE_SHIFT], offset, size, how,
	    where);
	/* Whether a read-modify-write changes anything is not known yet. */
	if ((kinds & STEP_WRITE) != 0 && (how & ACCESS_UPDATE) == 0)
		step_written(cpu, offset, size);
}
