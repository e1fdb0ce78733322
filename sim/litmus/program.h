/*
 * program - what does a litmus test do?
 *
 * A litmus test as straight code for a few threads: loads, stores,
 * read-modify-writes and fences on a few shared locations, with registers and
 * forward and backward jumps between them.  Plain data, made by whoever reads
 * the test; nothing in it depends on a dialect.
 *
 * Locations lie in memory at `offset` bytes from a common origin, so that tests
 * of mixed widths can make them overlap; readers place them 64 bytes apart
 * otherwise.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_LITMUS_PROGRAM_H
#define SIM_LITMUS_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	LITMUS_THREADS_MAX = 8,
	LITMUS_LOCATIONS_MAX = 32,
	LITMUS_REGISTERS_MAX = 32,	/* of one thread */
	LITMUS_CODE_MAX = 256,		/* instructions of one thread */
	LITMUS_OBSERVED_MAX = 32,
	LITMUS_MEMORY_BYTES = 4096,
	LITMUS_NOWHERE = -1,		/* no register */
};

enum litmus_op {
	LITMUS_LOAD,		/* to = [location] */
	LITMUS_STORE,		/* [location] = a */
	LITMUS_EXCHANGE,	/* to = [location], [location] = a */
	LITMUS_FETCH,		/* to = [location], [location] = to ALU a */
	LITMUS_COMPARE,		/* if [location] == a: [location] = b, to2 = 1;
				 * else to2 = 0; to = the old value */
	LITMUS_FENCE,
	LITMUS_COMPUTE,		/* to = a ALU b */
	LITMUS_JUMP,		/* to `target`, if a == 0 */
	LITMUS_ASSUME,		/* the run only counts if a != 0 (filter) */
};

enum litmus_alu {
	LITMUS_SET,		/* a */
	LITMUS_ADD, LITMUS_SUB, LITMUS_AND, LITMUS_OR, LITMUS_XOR,
	LITMUS_MUL, LITMUS_SHL, LITMUS_SHR,
	LITMUS_EQ, LITMUS_NE, LITMUS_LT, LITMUS_LE, LITMUS_GT, LITMUS_GE,
};

struct litmus_operand {
	int16_t reg;		/* LITMUS_NOWHERE: the constant */
	int64_t constant;
};

struct litmus_instr {
	uint8_t op;		/* enum litmus_op */
	uint8_t alu;		/* enum litmus_alu */
	uint8_t order;		/* enum memory_order_number */
	uint8_t order_fail;	/* of a LITMUS_COMPARE that fails */
	bool plain;		/* a load or store that is not atomic */
	uint8_t size;		/* 1, 2, 4, 8 bytes */
	bool sign;		/* a load extends the sign */
	int16_t to;		/* register, or LITMUS_NOWHERE */
	int16_t to2;
	uint16_t target;	/* instruction */
	uint32_t offset;	/* of the location, from the origin; bytes */
	struct litmus_operand a, b;
	uint32_t line;		/* in the file, for messages */
};

struct litmus_thread {
	struct litmus_instr code[LITMUS_CODE_MAX];
	size_t length;
	size_t register_count;
	int64_t registers[LITMUS_REGISTERS_MAX];	/* at the start */
};

/* What makes up a final state, in the order in which it is shown. */
struct litmus_observed {
	int16_t thread;		/* LITMUS_NOWHERE: a location */
	int16_t reg;
	uint32_t offset;
	uint8_t size;
	bool sign;
};

struct litmus_program {
	struct litmus_thread threads[LITMUS_THREADS_MAX];
	size_t thread_count;
	struct litmus_location {
		uint32_t offset;
		uint8_t size;
		int64_t value;		/* at the start */
	} locations[LITMUS_LOCATIONS_MAX];
	size_t location_count;
	struct litmus_observed observed[LITMUS_OBSERVED_MAX];
	size_t observed_count;
};

/* A final state that was reached, and in how many executions. */
struct litmus_state {
	int64_t values[LITMUS_OBSERVED_MAX];
	uint64_t count;
};

struct litmus_outcome {
	struct litmus_state *states;	/* sorted by values, first first */
	size_t state_count;
	uint64_t executions;		/* that came to their end */
	uint64_t abandoned;		/* equivalent to others, cut short */
	uint64_t racy;			/* with a data race between plain accesses */
	uint64_t stuck;			/* in which a thread waits for ever */
	uint64_t cut;			/* given up in a loop without end */
	bool complete;			/* every execution has been seen */
};

/* What an operation gives; arithmetic wraps. */
int64_t litmus_compute(enum litmus_alu alu, int64_t left, int64_t right);

/* Whether the program is one that can be run; the reason if not. */
const char *litmus_program_wrong(const struct litmus_program *program);

struct litmus_limits {
	uint64_t executions;		/* give up after so many; 0: never */
	bool prune;			/* leave out equivalent orders */
};

/*
 * All executions under a model of memories.def, by its number.  Pure, as
 * run_execute() is.  litmus_outcome_fini() gives back the memory.
 */
void litmus_explore(const struct litmus_program *program, uint32_t model,
    const struct litmus_limits *limits, struct litmus_outcome *outcome);
void litmus_outcome_fini(struct litmus_outcome *outcome);

#endif
