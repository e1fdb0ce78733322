/*
 * relaxed_program - what can a tiny program do?
 *
 * A program is a line of text: threads are separated by `|`, operations by
 * blanks.
 *
 *	Wx1	a store of 1 to x		Rx	a load of x
 *	Ux1	a fetch-and-add of 1 to x	Xx1	an exchange
 *	Cx12	a compare-exchange, 1 to 2	F	a fence
 *	Px1	a plain store of 1 to x
 *
 * An order may follow: r release, a acquire, q both, s seq_cst, l locked as by
 * an x86 prefix; a full stop is relaxed, as is nothing.  A compare-exchange may
 * have a second one, of failure.
 *
 * An outcome is a text: what the loads returned, a digit for each in the order
 * in which they stand in the program, and, where asked for, a slash and the
 * last values of the locations by name.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TESTS_SIM_MEMORY_RELAXED_PROGRAM_H
#define TESTS_SIM_MEMORY_RELAXED_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

enum {
	PROGRAM_THREADS = 4,
	PROGRAM_OPS = 8,	/* of one thread */
	PROGRAM_LOCATIONS = 4,	/* x, y, z, w */
	OUTCOME_BYTES = 24,
	OUTCOMES_MAX = 4096,
};

struct program {
	struct program_thread {
		struct program_op {
			char kind;	/* W R U X C P F */
			int location;
			int value;	/* of a C: the one expected */
			int other;
			int order;	/* enum memory_order_number */
			int fail_order;
		} ops[PROGRAM_OPS];
		int count;
	} threads[PROGRAM_THREADS];
	int thread_count;
	int location_count;
	bool last_values;	/* outcomes end with them */
};

/* A sorted set. */
struct outcomes {
	char texts[OUTCOMES_MAX][OUTCOME_BYTES];
	int count;
	uint64_t executions;
};

void program_parse(struct program *program, const char *text);
/* The text of a program, for messages; overwritten by the next call. */
const char *program_text(const struct program *program);

void outcomes_add(struct outcomes *outcomes, const char *text);
bool outcomes_has(const struct outcomes *outcomes, const char *text);
/* All in one line; overwritten by the next call. */
const char *outcomes_text(const struct outcomes *outcomes);

/*
 * The model has more than one way to do the same: where somebody guides, on a
 * machine of few CPUs; on such a machine else; and on a larger one.
 */
enum program_way { WAY_QUICK, WAY_FEW, WAY_MANY, WAYS };

/*
 * All that the model under test does: every order, every answer.  Outside of
 * this, the answers are the usual ones.
 */
void program_run_all(const struct program *program, enum program_way way,
    struct outcomes *outcomes);

#endif
