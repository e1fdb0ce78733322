/*
 * toy - what may a machine do that is small enough to see it all?
 *
 * Threads over a few bytes of shared memory, under sc or with store buffers,
 * one step at a time.  It shares no code with sim/: what the search finds is
 * held against a plain walk over all states and all orders.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TESTS_SIM_STRATEGIES_TOY_H
#define TESTS_SIM_STRATEGIES_TOY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/machine/choice.h"

enum {
	TOY_THREADS = 8,
	TOY_CODE = 32,
	TOY_REGS = 8,
	TOY_BYTES = 64,
	TOY_BUFFER = 4,
	TOY_STEPS = 96,
};

enum toy_op {
	TOY_END,
	TOY_LOAD,	/* r = [at] */
	TOY_STORE,	/* [at] = value */
	TOY_KEEP,	/* [at] = r */
	TOY_ADD,	/* r = [at], [at] += value, locked */
	TOY_SWAP,	/* r = [at], [at] = value, locked */
	TOY_FENCE,	/* empties the buffer; nothing under sc */
	TOY_ORDER,	/* takes its place among its like */
	TOY_LOCK,	/* waits for [at] == 0 and sets it, locked */
	TOY_AWAIT,	/* waits for [at] == value */
	TOY_SPIN,	/* reads until [at] == value, waiting for changes */
	TOY_PICK,	/* r = any of so many values; nothing shared */
	TOY_TAKE,	/* r = [at] of so many values older */
	TOY_INDEX,	/* r = [at + 8 * register other] */
	/* From here on no step: part of the one before. */
	TOY_UNLESS,	/* skips `value` steps unless r is zero */
	TOY_BEHIND,	/* skips them if r is not 0 and below value of other */
	TOY_PLUS,	/* r = other + value */
	TOY_POISON,	/* a step: [at + 8 * r] = value */
};

struct toy_code {
	enum toy_op op;
	uint8_t at;
	uint8_t size;
	uint8_t reg;
	uint8_t other;
	uint8_t skip;
	uint8_t value;
};

struct toy_program {
	bool tso;
	uint32_t threads;
	uint32_t capacity;	/* of a buffer */
	struct toy_code code[TOY_THREADS][TOY_CODE];
	uint8_t bytes[TOY_BYTES];	/* in the beginning */
};

struct toy_store {
	uint8_t at;
	uint8_t size;
	uint64_t value;
};

struct toy_state {
	uint8_t bytes[TOY_BYTES];
	uint64_t regs[TOY_THREADS][TOY_REGS];
	uint64_t seen[TOY_THREADS];	/* by TOY_SPIN */
	bool spun[TOY_THREADS];
	uint8_t pc[TOY_THREADS];
	uint8_t held[TOY_THREADS];
	struct toy_store buffer[TOY_THREADS][TOY_BUFFER];
};

struct toy_pick {
	uint32_t (*pick)(void *context, uint32_t alternatives);
	void *context;
};

/* What happened, for canonical forms. */
struct toy_event {
	struct step step;
	uint32_t actor;
	uint32_t value;		/* what was picked */
};

uint32_t toy_actors(const struct toy_program *program);
void toy_start(const struct toy_program *program, struct toy_state *state);
/* Every actor's next step; returns who is ready. */
uint64_t toy_steps(const struct toy_program *program,
    const struct toy_state *state, struct step *steps);
/* Returns what was picked. */
uint32_t toy_go(const struct toy_program *program, struct toy_state *state,
    uint32_t actor, const struct toy_pick *pick);

/* A set of digests. */
struct toy_set {
	uint64_t *digests;
	size_t count;
	size_t room;
};

void toy_set_add(struct toy_set *set, uint64_t digest);
/* Sorted, each once. */
void toy_set_close(struct toy_set *set);
bool toy_set_equal(const struct toy_set *one, const struct toy_set *other);
void toy_set_fini(struct toy_set *set);

uint64_t toy_digest(const struct toy_state *state);
/* Of the class of equivalent runs that this one belongs to. */
uint64_t toy_class(const struct toy_program *program,
    const struct toy_event *events, uint32_t count);

/* The plain walks.  Final states, by a search over states. */
void toy_states(const struct toy_program *program, struct toy_set *finals);
/*
 * All runs, and the classes that they belong to; gives up above `most` runs
 * and returns 0.
 */
uint64_t toy_runs(const struct toy_program *program, uint64_t most,
    struct toy_set *classes);

#endif
