/*
 * machine - what happens next?
 *
 * The simulated computer: CPUs with clocks of their own, threads on fibers,
 * timers, memory with caches and store buffers.  It carries out one thing at a
 * time; the order is total: (time, rank, insertion), where timers rank before
 * CPUs, timers among themselves go by insertion, and CPUs by number.
 *
 * A CPU runs ahead of the others for at most `window_ps`, the smallest time in
 * which another CPU could see what it did, and only while its accesses hit its
 * own cache; anything that needs a coherence transaction first waits for its
 * turn (machine_turn()).  So most accesses need no switch, and no CPU could
 * have noticed the difference.
 *
 * All instrumented code enters through sim/machine/hook*.c.  A hook gives way
 * to others before its access, never after it: what it loads is what the
 * thread gets.
 *
 * There is one machine at a time (`the`): hooks have no argument to carry it.
 *
 * Units       _ps simulated picoseconds.
 * Errors      what the code under test does wrong is reported to `the->report`.
 * Cost        a hit is about 5 ns, a change of CPU about 30 ns, nearly
 *             independent of the number of CPUs; nothing allocates in a run.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_MACHINE_H
#define SIM_MACHINE_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/kern.h"
#include "sim/base/rng.h"
#include "sim/machine/arena.h"
#include "sim/machine/choice.h"
#include "sim/machine/config.h"
#include "sim/machine/fiber.h"
#include "sim/machine/lockstep.h"
#include "sim/machine/stream.h"
#include "sim/machine/timer.h"

enum {
	CPU_TAGS = 512,		/* lines in the first-level cache: 32 KiB */
	CPU_TAGS_NEAR = 2048,	/* lines in the second-level cache: 128 KiB */
	CPU_STORES_MAX = 128,	/* the largest store buffer */
	CPU_HEEDS = 8,		/* reads of a waiting loop that are told apart */
	STEP_WROTE = 1024,	/* writes before a look at who may wait for them */
	MACHINE_CPUS_MAX = 1024,
	MACHINE_THREADS_MAX = 8192,
	MACHINE_NOTES_AT = 128,	/* in the page of the ticks: kern_notes() */
};

_Static_assert(CPU_TAGS % ARENA_SETS == 0 && CPU_TAGS_NEAR % ARENA_SETS == 0,
    "a place in a cache is for lines of one set");

#define MACHINE_NEVER UINT64_MAX

/* A store that other CPUs cannot see yet. */
struct store {
	uint64_t due_ps;
	uint32_t offset;	/* in the arena; bytes */
	uint16_t size;
	uint16_t atomic;	/* 1: `stamp` is for whoever reads it */
	uint32_t stamp;		/* sim/memory/clock.h */
	uint64_t past;		/* sim/machine/causality.h */
	unsigned char value[16];	/* new while unapplied, old while applied */
};

enum cpu_pending {
	CPU_TICK = 1,		/* a clock interrupt waits */
	CPU_STALL = 2,		/* the hypervisor or an SMI stops this CPU */
	CPU_PREEMPT = 4,	/* the thread is to be taken off */
	CPU_RESCHED = 8,	/* another thread may run */
	CPU_CALL = 16,		/* other CPUs have called: sim/machine/call.c */
};

struct thread;
struct call;
struct memory_history;

struct cpu {
	/* The hook's line. */
	uint64_t now_ps;
	uint64_t limit_ps;	/* end_ps, or 0 where each access is looked at */
	uint64_t hit_ps;
	uint64_t accesses;
	uint64_t hash;
	uint64_t earliest_ps;	/* the last instant at which nobody comes before */
	uint32_t index;
	uint32_t store_count;
	struct thread *current;

	/* The line of whoever gives way or misses. */
	uint64_t end_ps;	/* give way when the clock gets here */
	uint64_t want_ps;	/* when its thread wants to go on */
	const void *where;	/* whose the last access is that took the long way */
	uint64_t transfers;	/* lines that came from another CPU's cache */
	uint64_t misses;
	uint32_t pending;	/* enum cpu_pending */
	uint32_t interrupts;	/* depth: 1 while a handler runs */
	uint32_t store_head;
	uint32_t socket;
	uint32_t domain;
	uint32_t slow_ppm;	/* added to every cost by slow_cpu */

	uint32_t at_rest;	/* 1: its idle loop waits for anybody to run */
	uint32_t runnable_count;
	uint64_t stall_until_ps;
	uint32_t stall_kind;
	uint32_t deaf;		/* 1: stopped; interrupts wait */
	uint32_t entering;	/* 1: has read wr, has not published it */
	uint32_t in_core;	/* advances and polls that it is in */
	uint64_t preempt_ps;
	uint64_t slice_end_ps;
	uint64_t lost_ps;	/* stalled */
	uint64_t first_tick_ps;
	struct thread *run_head;	/* runnable, not running */
	struct thread *run_tail;
	struct thread *spare;	/* runnable, for when nobody else is */
	struct call *call_head;	/* arrived, not yet answered */
	struct call *call_tail;
	uint32_t at_step;	/* 1: it waits for its step */
	uint32_t awaits;	/* 1: ... for somebody to write what it read */

	/* From here on a new run clears nothing: see machine_reset(). */
	struct thread *idle;
	uint32_t core;
	struct step step;	/* guided: what it is about to do */
	struct cpu_heed {	/* what it has read since it last waited */
		uint32_t count;	/* at most CPU_HEEDS + 1: more than that */
		uint32_t stale;	/* 1: somebody has written there since */
		struct cpu_read {
			uint32_t offset;
			uint32_t size;
			uint32_t before;	/* the write of this number */
		} reads[CPU_HEEDS + 1];		/* the last: all that follow */
	} heed, heeded;		/* the latter: before it last waited */
	struct store stores[CPU_STORES_MAX];
	/*
	 * Versions of the lines that are there; those of older runs are none.
	 * All lines that can be in one place are of one set.
	 */
	uint16_t tags[CPU_TAGS];
	uint16_t tags_near[CPU_TAGS_NEAR];
} __attribute__((aligned(128)));

enum thread_state {
	THREAD_NEW,
	THREAD_RUNNABLE,
	THREAD_RUNNING,
	THREAD_SLEEPING,
	THREAD_DONE,
};

struct thread {
	struct fiber fiber;
	uint32_t number;	/* 0: an idle loop; 1, 2, ... */
	uint32_t state;
	uint32_t cpu;		/* runs or last ran here */
	uint32_t critical;	/* depth */
	int32_t pinned;		/* CPU, or -1 */
	int32_t unbound;	/* what pinned was before thread_bind() */
	uint32_t bound;		/* 1: between thread_bind() and thread_unbind() */
	uint32_t urgent;	/* 1: goes before all others when it wakes */
	uint32_t background;	/* 1: runs where the CPU would be idle */
	uint32_t calls_off;	/* depth: calls of other CPUs wait */
	uint32_t wake_serial;	/* outdates older wake-up timers */
	uint32_t begun;		/* an idle loop: 1, it is not as it was made */
	const char *name;
	void (*body)(void *argument);
	void *argument;
	struct thread *next;	/* in a run queue */
	void *owner;		/* the lab's own record */
	uint64_t opened_ps;	/* the section it is in; MACHINE_NEVER: none */
	uintptr_t word;		/* the policy's own: kern_thread_word() */
	uint32_t stamp;		/* of what it did where it last ran */
};

enum access_how {
	ACCESS_WRITE = 1,
	ACCESS_ATOMIC = 2,
	ACCESS_ORDERED = 4,	/* seq_cst */
	ACCESS_LATER = 8,	/* goes into the store buffer */
	ACCESS_UPDATE = 16,	/* reads what it overwrites */
};

/* Hooks of the layers above; set by sim/run.c before the first step. */
struct machine_ports {
	void (*event)(const struct stream_event *event);
	void (*tick)(struct cpu *cpu);			/* the policy's tick */
	void (*context_switch)(struct cpu *cpu);
	void (*idle)(struct cpu *cpu);
	void (*busy)(struct cpu *cpu);	/* an idle CPU is about to run a thread */
	void (*task_wake)(unsigned number);	/* a kernel thread of the policy */
	bool (*fails)(enum kern_fail site);
	/* A watched line is accessed by the current thread. */
	void (*watched)(uint32_t offset, uint32_t size, bool write,
	    const void *where);
	/*
	 * Every access, just before it happens; NULL: nobody listens.  `how`
	 * has the bits of enum access_how.
	 */
	void (*accessed)(uint32_t offset, uint32_t size, unsigned how,
	    const void *where);
	/* Pages that have changed hands. */
	void (*forget)(uint32_t offset, uint32_t bytes);
	void (*watch)(void);	/* now and then in a stepped run; may be NULL */
	void (*company)(void);	/* another CPU is about to do something */
	/* The last thread has ended; NULL: the machine stops. */
	void (*threads_gone)(void);
	/* Delay of this CPU's next tick, from faults; 0 usually. */
	uint64_t (*tick_delay)(unsigned cpu);
	void (*panic)(const char *file, int line, const char *message)
	    __attribute__((noreturn));
	/* Something that is wrong with the code under test itself. */
	void (*report)(const char *check, const char *summary);
};

struct machine {
	/* A new run finds zeros here: see machine_reset(). */
	struct cpu *cpu;	/* the one that runs; NULL outside a run */
	size_t bytes;		/* that hooks see: those of the arena, or 0 */
	uint32_t careful;	/* 1: atomic: also histories, clocks, steps */
	uint32_t heard;		/* 1: timed, unguided, and the port listens */
	uint32_t ordering;	/* 1: happens-before is kept */
	uint32_t stepped;	/* 1: each access is a step */
	uint32_t every;		/* 1: no access takes the short way */
	uint32_t swift;		/* 1: steps, and no lockstep */
	uint32_t straight;	/* as sim/machine/straight.h has it */
	uint32_t watching;	/* 1: there are watched lines */
	uint32_t causal;	/* 1: the order of accesses is digested */
	const struct guide *guide;	/* who answers; NULL: always 0 */
	/*
	 * Steps that the current CPU takes without a look at anybody else:
	 * what the guide has granted, until something comes in between.
	 */
	struct step_lease {
		uint64_t until_ps;	/* the next timer's */
		uint32_t steps;
		uint32_t shared;
		uint32_t stored;
		uint32_t granted;	/* of `steps`, at first */
		uint32_t own;		/* 1: the CPU's buffer is drained */
	} lease;
	uint64_t listen;	/* bit for each stream_kind that somebody hears */
	uint64_t floor_ps;	/* stepped: the machine's only clock */
	uint64_t steps;		/* but for those of the lease: steps_taken() */
	uint64_t ready;		/* a bit for each actor that could step now */
	uint64_t off_step;	/* ... for each CPU that is not at a step */
	uint64_t awaiting;	/* ... that waits for a write to what it read */
	uint32_t wrote_count;	/* writes that wrote[] has seen */
	uint32_t last_actor;	/* whose step was the last */
	uint32_t in_window;
	uint32_t thread_count;	/* numbers 1 to this */
	uint32_t threads_alive;
	struct lockstep lockstep;
	uint64_t switches;
	uint64_t ipis;		/* sent in the measured window */
	bool stopping;		/* go back to the host at the next step */
	bool abandoned;		/* the guide did not want to see the end */

	/* ... and here what it was, or what machine_reset() makes of it. */
	unsigned char *base;
	struct line *lines;
	uint32_t buffered;	/* 1: stores wait in a buffer (tso) */
	uint32_t clocked;	/* 1: some CPU is in `clocks` */
	struct guide_stay *stay;	/* the guide's, or one that never does */
	const struct memory_history *history;	/* relaxed; or NULL */
	uint64_t window_ps;
	struct cpu *cpus;
	uint32_t cpu_count;
	uint32_t cpus_cached;	/* so many have tags that mean something */
	/* Where each CPU will go on: known early, so that it can be fetched. */
	struct machine_resume {
		const char *stack;
		const struct thread *thread;
		uint64_t offset;	/* in the arena: what it waits to access */
	} *resume;
	uint32_t clock_leaves;	/* a power of two, at least cpu_count */
	uint64_t *clocks;	/* tournament of when each CPU wants to go on */
	struct timers timers;
	/* In lanes of four words: compared with each run's. */
	struct machine_config config __attribute__((aligned(16)));
	struct machine_ports ports;
	struct arena arena;

	struct thread **threads;
	/* The last writes, for those who may come to wait: see step.c. */
	struct cpu_wrote {
		uint32_t offset;
		uint16_t size;
		uint16_t by;
	} wrote[STEP_WROTE];
	struct step steps_next[STEP_ACTORS_MAX];
	struct rng lockstep_draws;
	uint32_t thread_room;
	struct fiber host;

	uint64_t tick_ps;	/* length of one */
	uint32_t *ticks;	/* the global counter, in the arena */
	uint64_t seed;
	bool configured;	/* what `config` settles by itself is settled */
};

extern struct machine the;

/* --- life, called by the host ------------------------------------------ */

/* Memory for the largest machine; false when there is none. */
bool machine_open(void);
void machine_close(void);
/* A new machine at time 0: no threads, no timers, empty memory. */
void machine_reset(const struct machine_config *config, uint64_t seed);
/* Carries on until machine_stop(). */
void machine_run(void);
void machine_stop(void);
/*
 * From now on the guide answers, and time is real or counted in steps.  Part
 * of a run's beginning; NULL: nobody does.
 */
void machine_guide(const struct guide *guide);
/* Nobody will ask for the digest of this run (causality_digest()). */
void machine_undigested(void);
/* There are watched lines from now on. */
void machine_watches(void);
/* Happens-before is kept, from before the first access on. */
void machine_order(void);
/* No access takes the short way from now on: somebody listens to each. */
void machine_watch_all(void);
/* What the current CPU has done is in the past of all others too. */
void machine_publish(void);
/* All accesses so far. */
uint64_t machine_accesses(void);
/*
 * While quiet, instrumented code runs as if natively: it sees memory as it is
 * and costs nothing.  For audits.  Returns what was before.
 */
bool machine_quiet(bool quiet);
/* Calls back at an instant; not in the past of any CPU. */
void machine_timer(uint64_t at_ps, timer_call *call, void *argument,
    uint64_t value);
/* For the layers below machine.c: gives way until `want_ps`. */
void machine_wait(struct cpu *self, uint64_t want_ps);

/* --- steps, in a stepped run --------------------------------------------- */

/* The lease is over: from its next step on the CPU looks at all again. */
static inline void
step_look(void)
{
	uint32_t taken;

	if (the.lease.granted == 0)
		return;
	taken = the.lease.granted - the.lease.steps;
	the.lease.granted = the.lease.steps = 0;
	the.steps += taken;
	the.stay->steps -= taken;
	the.stay->shared = the.lease.shared;
	the.stay->stored = the.lease.stored;
}

/* All so far. */
static inline uint64_t
steps_taken(void)
{

	return (the.steps + the.lease.granted - the.lease.steps);
}

/* From now on there are steps; part of machine_guide(). */
void step_begin(void);
/* Of a guide that wants to be asked about each step. */
extern struct guide_stay step_asks;
/* A store has come into the CPU's buffer. */
void step_pushed(const struct cpu *cpu);
/* In the core's region, where not every access is a step. */
static inline bool
lockstep_inside(uint32_t offset)
{

	return (offset < the.lockstep.to && offset >= the.lockstep.from);
}

/* Waits until the guide lets the current CPU do this: see step_now.h. */
void step_wait(uint32_t kinds, uint32_t offset, uint32_t size);
/* A waiting loop's turn is over: goes on when something it read has changed. */
void step_await(void);
/*
 * Whether a load may see an older store.  Not while a waiting loop looks again:
 * what it waits for comes at last.
 */
bool step_may_be_stale(struct cpu *cpu);
/* Somebody is waiting, or the list of writes is full. */
void step_written_slow(void);

/* Somebody's write is visible now: whoever waits for it need not any more. */
static inline void
step_written(const struct cpu *by, uint32_t offset, uint32_t size)
{
	struct cpu_wrote *wrote;
	uint32_t number;

	number = the.wrote_count++;
	wrote = &the.wrote[number % STEP_WROTE];
	wrote->offset = offset;
	wrote->size = (uint16_t)size;
	wrote->by = (uint16_t)by->index;
	if (__builtin_expect(the.awaiting != 0 ||
	    number % STEP_WROTE == STEP_WROTE - 1, 0))
		step_written_slow();
}

/* A CPU that is not at a step waits, until cpu->want_ps. */
void step_pause(struct cpu *cpu);
/* ... or for less long than it wanted to. */
void step_kick(const struct cpu *cpu);
/* An interrupt has come for a CPU that may be waiting for somebody's write. */
void step_interrupt(struct cpu *cpu);
/*
 * The machine's next CPU, by steps; NULL when the run is over.  The current
 * CPU's stores show before, and after if it is the next one.
 */
struct cpu *step_next(void);

/* --- threads ------------------------------------------------------------ */

/* Made but not runnable; NULL when there are too many. */
struct thread *thread_create(const char *name, int pinned,
    void (*body)(void *), void *argument);
void thread_start(struct thread *thread, uint64_t at_ps);
/* The current thread ends. */
_Noreturn void thread_exit(void);
void thread_sleep_until(uint64_t at_ps);
void thread_yield(void);
/* As thread_yield(), and background threads get a turn as well. */
void thread_yield_all(void);
/* Moves the current thread to `cpu` and keeps it there; and lets it go. */
void thread_bind(uint32_t cpu);
void thread_unbind(void);
/* Wakes a thread that sleeps without a limit (MACHINE_NEVER). */
void thread_wake(struct thread *thread, uint64_t at_ps);

/* The CPU gets a new idle loop; part of machine_reset(). */
void thread_idle(struct cpu *cpu);

/* --- time --------------------------------------------------------------- */

/* Lets others go first where the current CPU's clock has reached its limit. */
void machine_sync(void);
/* Waits until nobody else could still act before the current CPU's clock. */
void machine_turn(void);
/* Busy for so long, interruptible at every instant. */
void machine_spend(uint64_t ps);
/* An idle or waiting CPU shall look at its pending interrupts. */
void cpu_kick(struct cpu *cpu, uint64_t at_ps);

/* Faults: stops a CPU; takes its thread off. */
void cpu_stall(struct cpu *cpu, uint64_t at_ps, uint64_t for_ps,
    enum stream_stall kind);
void cpu_preempt(struct cpu *cpu, uint64_t at_ps, uint64_t for_ps);
/* Every cost on this CPU grows by so many parts per million. */
void cpu_slow(struct cpu *cpu, uint32_t ppm);
/* Handles what is pending on the current CPU, as far as it may now. */
void cpu_service(void);
/* An instruction boundary where a deferred preemption may happen. */
static inline bool
cpu_may_preempt(const struct cpu *cpu)
{

	return (cpu->interrupts == 0 && cpu->current->critical == 0);
}

/*
 * Has `body(argument)` called on a CPU as an interrupt's handler, by an
 * interprocessor interrupt or, on the current one, at once.  Calls of one CPU
 * to another arrive in order.
 */
void call_send(struct cpu *cpu, void (*body)(void *), void *argument);
/* All calls that have come are answered, on the current CPU. */
void call_service(struct cpu *cpu);
/* No call is under way; and gives back what calls are made of. */
void calls_reset(void);
void calls_fini(void);

/* Arms the clock interrupts of all CPUs; and one interrupt's handler. */
void tick_start(void);
void tick_service(struct cpu *cpu);

/* --- memory ------------------------------------------------------------- */

static inline uint32_t
machine_offset(const void *address)
{

	return ((uint32_t)((const unsigned char *)address - the.base));
}

/*
 * A coherence transaction for the line: returns its cost and changes who holds
 * the line.  The current CPU must have its turn.
 */
uint64_t cache_fetch(struct cpu *cpu, struct line *line, uint32_t offset,
    bool write);
/* No line is in any cache; part of machine_reset(), after the arena's. */
void caches_reset(void);
/* The cost of a line that this CPU had and nobody took, by its age. */
uint64_t cache_again(const struct cpu *cpu, const struct line *line,
    uint32_t offset);
/* What a write would cost now; changes nothing. */
uint64_t cache_quote(const struct cpu *cpu, const struct line *line,
    uint32_t offset);

/* The store buffer (tso, sim/memory/tso.c). */
struct store *stores_push(struct cpu *cpu, uint32_t offset, uint32_t size,
    uint64_t cost_ps);
void stores_drain_due(struct cpu *cpu, uint64_t by_ps, bool applied);
void stores_drain_all(void);	/* the current CPU's; takes the time it takes */
void stores_flush(struct cpu *cpu);		/* at once: interrupts, stalls */
void stores_hide(struct cpu *cpu);	/* memory shows what all CPUs see */
void stores_show(struct cpu *cpu);	/* memory shows what this CPU sees */
/* The oldest leaves, at the guide's wish; `applied`: the stores are shown. */
void stores_step(struct cpu *cpu, bool applied);
/* The newest buffered store that the load overlaps has all of its bytes. */
bool stores_cover(const struct cpu *cpu, uint32_t offset, uint32_t size);
/* The current CPU's buffer is empty after this, without cost. */
void stores_settle(void);

/* The CPU that runs is another one from now on; NULL: the host. */
static inline __attribute__((always_inline)) void
machine_switch_from(struct fiber *from, struct cpu *next)
{

	the.switches++;
	if (next == NULL) {
		the.cpu = NULL;
		fiber_switch(from, &the.host);
		return;
	}
	the.cpu = next;
	if (next->store_count > 0)
		stores_show(next);
	/* Where it will give way again, or near. */
	the.resume[next->index].stack = next->current->fiber.stack_pointer;
	the.resume[next->index].thread = next->current;
	fiber_switch(from, &next->current->fiber);
}

static inline __attribute__((always_inline)) void
machine_switch(struct cpu *self, struct cpu *next)
{

	machine_switch_from(&self->current->fiber, next);
}

static inline uint64_t
cpu_scale(const struct cpu *cpu, uint64_t ps)
{

	return (cpu->slow_ppm == 0 ? ps : ps + ps * cpu->slow_ppm / 1000000);
}

/* --- events ------------------------------------------------------------- */

/* An event of another CPU than the one that runs. */
void machine_event_on(struct cpu *cpu, enum stream_kind kind, uint64_t at_ps,
    uint64_t a, uint64_t b);

static inline void
machine_event_at(enum stream_kind kind, const void *object, uint64_t a,
    uint64_t b, const void *where)
{
	struct stream_event event;

	if ((the.listen >> kind & 1) == 0)
		return;
	event.at_ps = the.cpu->now_ps;
	event.a = a;
	event.b = b;
	event.object = object;
	event.text = NULL;
	event.where = where;
	event.kind = kind;
	event.cpu = the.cpu->index;
	event.thread = the.cpu->current->number;
	event.in_window = the.in_window;
	the.ports.event(&event);
}

static inline void
machine_event(enum stream_kind kind, const void *object, uint64_t a, uint64_t b)
{

	machine_event_at(kind, object, a, b, NULL);
}

#endif
