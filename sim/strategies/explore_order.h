/*
 * explore_order - which steps of a run had to come before which?
 *
 * The steps of one run in the order in which they happened, with the partial
 * order behind it: each step has a vector clock, which says for every actor
 * how many of its steps come before.  Two steps are ordered by the program of
 * their actor, by depending on each other (sim/strategies/explore.h), and by
 * one having made the other's actor ready.
 *
 * A step is put at the end, and the end can be cut off; so the search pays for
 * what is new in a run and not for what it shares with the run before.
 *
 * Cost        a step looks, for each 8-byte granule that it touches, at the
 *             newest access of every other actor that touched it, and at the
 *             older ones as long as they are not ordered before it anyway.
 *             Clocks are joined as vectors: of up to eight actors, at once.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_STRATEGIES_EXPLORE_ORDER_H
#define SIM_STRATEGIES_EXPLORE_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/machine/choice.h"

enum {
	/* Three granules for 16 bytes anywhere, and one that stands for the
	 * order of all STEP_ORDERED steps. */
	ORDER_CHAINS = 4,
	ORDER_STEP_BYTES = 16,
	ORDER_LANES = 8,	/* rows of clocks are multiples of so many */
};

/* One step that happened.  Indices of steps count from 1; 0 is none. */
struct order_event {
	struct step step;
	uint32_t actor;
	uint32_t number;	/* among the steps of its actor, from 1 */
	uint32_t before;	/* the step of its actor before this one */
	uint32_t chain_count;
	uint32_t chains[ORDER_CHAINS];	/* of which heads it is one */
	uint32_t older[ORDER_CHAINS];	/* in that chain */
	uint32_t unused;		/* 64 bytes */
};

/* What happened to one granule: two chains for each actor. */
struct order_place {
	uint64_t key;
	uint64_t readers;	/* actors that have a chain of reads */
	uint64_t writers;
	uint64_t unused;	/* 32 bytes */
};

struct order_pushes {
	uint32_t *events;	/* the n-th STEP_PUSH of a CPU */
	uint32_t room;
	uint32_t pushed;
	uint32_t drained;
};

struct order {
	uint32_t cpus;
	uint32_t actors;	/* 0: not known yet */
	uint32_t lanes_shift;
	uint32_t lanes;		/* of a clock: one for each actor, at least */

	/* [0] is nothing; [count] is what order_look() found. */
	struct order_event *events;
	uint32_t *clocks;
	uint32_t count;			/* of events, with [0] */
	uint32_t room;
	uint32_t last[STEP_ACTORS_MAX];	/* of each actor */
	uint64_t buffers[STEP_ACTORS_MAX];	/* a bit for each CPU's own */

	struct order_place *places;
	uint32_t *heads;	/* newest read, newest write, of each lane */
	uint32_t place_count;
	uint32_t place_room;
	uint32_t *table;	/* from hashed keys to places, from 1 */
	uint32_t table_size;

	struct order_pushes pushes[STEP_ACTORS_MAX];

	/* What order_look() found beside it. */
	uint32_t *rivals;	/* could have come later: not in base */
	uint32_t rival_count;
	uint32_t rival_room;
	uint32_t base[STEP_ACTORS_MAX];	/* comes before, come what may */
};

void order_fini(struct order *order);
/* No steps, and nothing known of the program. */
void order_reset(struct order *order, uint32_t cpus);
/* So many actors: before the first step. */
void order_actors(struct order *order, uint32_t actors);

/* Would it matter who of the two goes first, were both ready now? */
bool order_depend(const struct order *order, uint32_t actor,
    const struct step *step, uint32_t other, const struct step *other_step);

/* Looks at the next step of an actor as if it happened now. */
void order_look(struct order *order, uint32_t actor, const struct step *step);
/* After order_look(): it happens.  `maker` made its actor ready, or 0. */
void order_put(struct order *order, uint32_t maker);
/* Only the first `steps` steps have happened. */
void order_cut(struct order *order, uint32_t steps);

/* The CPU's own buffer holds something. */
bool order_buffered(const struct order *order, uint32_t cpu);

/*
 * After order_look(): suppose that the step happened before `rival`, after
 * those steps behind the rival that do not need the rival.  Who could begin
 * this sequence?  If one of `wanted` can, the answer has at least one of them.
 */
uint64_t order_initials(const struct order *order, uint32_t rival,
    uint32_t actor, const struct step *step, uint64_t wanted);

#endif
