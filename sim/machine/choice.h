/*
 * choice - what could have gone differently?
 *
 * Whatever the machine itself does not settle is a question to whoever guides
 * the run: a strategy, a recorded schedule, the exhaustive search.  The answer
 * 0 is what the timed machine would do, so a run without a guide is the run
 * whose answers are all 0, and a schedule is the sparse list of the others.
 *
 * A run is of one of two kinds.  In a timed one, accesses cost what the
 * machine's configuration says, clock interrupts come, and the guide may delay
 * CPUs and stores.  In a stepped one every access is a step, the guide says
 * whose step is next, store buffers drain when it says so, and time is only
 * counted; no timer of the machine expires while anybody can step.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_CHOICE_H
#define SIM_MACHINE_CHOICE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/machine/causality.h"
#include "sim/machine/chance.h"

enum choice_kind {
	CHOICE_NEXT,	/* stepped: whose step is next; the answer is a rank */
	CHOICE_READ,	/* relaxed: the store that a load sees; 0: the newest,
			 * 1: the next older, ... */
	CHOICE_PLACE,	/* relaxed: the place of a store in modification
			 * order; 0: last, 1: before the last, ... */
	CHOICE_DELAY,	/* timed: before an access, the CPU is stopped; the
			 * answer is ps << 2 | enum choice_delay */
	CHOICE_HOLD,	/* timed, tso: a store waits so many ps longer */
	CHOICE_KIND_COUNT
};

/*
 * In a timed run nobody chooses to keep a store from another CPU for longer
 * than this, or than a quarter of a tick: neither in a store buffer nor behind
 * invalidations that wait to be heeded.  What holds a store back on real
 * machines is a cache line in contention, or a bus lock, so 20 us is generous,
 * and far from a tick: reclamation that counts ticks relies on that.
 */
#define CHOICE_HIDDEN_MAX_PS UINT64_C(20000000)

/* What stops a CPU in CHOICE_DELAY. */
enum choice_delay { DELAY_STALL, DELAY_SMI, DELAY_PREEMPT };

/*
 * In a stepped run CPU i is actor i, and its store buffer is actor
 * cpu_count + i.  What an actor does next, as far as others can notice.
 */
enum step_kind {
	STEP_READ = 1,		/* reads size bytes at offset */
	STEP_WRITE = 2,		/* writes them, for all to see */
	STEP_ORDERED = 4,	/* takes a place among seq_cst operations */
	STEP_PUSH = 8,		/* puts a store into the CPU's own buffer */
	STEP_DRAIN = 16,	/* the oldest store of a buffer becomes visible */
	STEP_EMPTY = 32,	/* can only be done with an empty buffer */
};

struct step {
	uint32_t kinds;		/* bits of enum step_kind; 0: nothing at all */
	uint32_t offset;	/* in the arena; bytes */
	uint32_t size;
};

enum { STEP_ACTORS_MAX = 64 };	/* so at most 32 CPUs */

#define STEP_STOP	UINT32_MAX	/* from next(): abandon this run */

/*
 * For how long a guide need not be asked whose step is next: the CPU `who` goes
 * on as long as it is ready, none of `unless` is, and there is something left of
 * what the step takes.  Steps that are taken so are taken off here before the
 * guide is asked again.  Asked about each of them, it would have answered the
 * same, and counted it itself.
 *
 * Where there is a `chance`, what comes after that is drawn: who goes on when
 * `who` is not ready or at a shared step when `shared` is 0, and which store
 * becomes visible when `stored` is 0 or no CPU is ready.  The machine draws by
 * itself, and changes `who` and the counts, as the guide would have.
 *
 * Where there is none, and nobody of `before` is ready, the oldest store of
 * `who` becomes visible whenever `who` itself may not go on; that is a step like
 * its others.  `stored` is no limit then.
 */
struct guide_stay {
	uint64_t unless;	/* a bit for each actor */
	uint64_t before;	/* ... that goes before the buffer of `who`;
				 * all bits: that one's drains are asked for */
	uint32_t who;
	uint32_t steps;		/* in all; 0: ask, or draw */
	uint32_t shared;	/* steps on memory that CPUs share */
	uint32_t stored;	/* steps while a buffer holds a store */
	struct chance *chance;	/* the guide's own, or NULL: ask */
};

struct guide {
	bool stepped;
	/*
	 * Stepped: the actor whose step is next.  `ready` has a bit for each
	 * actor that could go; `usual` is the one with the answer 0.
	 */
	uint32_t (*next)(void *context, const struct step *steps,
	    uint32_t actors, uint64_t ready, uint32_t usual);
	/* All other kinds: below `alternatives`, which is 0 for delays. */
	uint64_t (*choose)(void *context, enum choice_kind kind, uint32_t cpu,
	    uint64_t alternatives);
	void *context;
	struct guide_stay *stay;	/* NULL: asked about each step */
};

/*
 * Whether CPUs were seen to share that memory, one of them writing, in the runs
 * between choice_learn(true) and choice_learn(false).
 */
void choice_learn(bool on);
static inline bool
choice_shared(const struct step *step)
{

	return (step->size > 0 && causality_shared(step->offset, step->size));
}
/* While a question other than CHOICE_NEXT is asked: of the access at hand. */
bool choice_conflicts(void);

/* What a CPU is about to do, and whose code says so: to tell of a run. */
struct choice_scene {
	struct step step;
	uint64_t place;		/* of the access, as stream_place(); 0: none */
	uint64_t at_ps;
	uint32_t thread;	/* 1, 2, ...; 0: the idle loop */
	const char *name;	/* the thread's, for as long as the run lasts */
};
void choice_scene(uint32_t cpu, struct choice_scene *scene);

extern const char *const choice_kind_names[CHOICE_KIND_COUNT];

#endif
