/*
 * versus - do the machine and the axioms see the same final states?
 *
 * Explores a program on the simulated machine, judges it by the axioms of the
 * same model, and compares the sets of states.  Under sc and tso they must be
 * equal.  Under relaxed the machine may add nothing, and may miss only states
 * of which every execution has its seq_cst operations against the order in
 * which a machine performs them; those are counted.
 *
 * A program with a data race between plain accesses has no meaning in C11 and
 * is not compared under relaxed.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TESTS_LITMUS_VERSUS_H
#define TESTS_LITMUS_VERSUS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "tests/litmus/axioms.h"

struct versus {
	bool agree;
	bool compared;		/* the judge has judged */
	uint64_t missed;	/* states, all of the permitted kind */
	uint64_t executions;	/* of the machine */
	const char *reason;	/* why it was not compared */
};

/* The names of models are those of sim/memory/memories.def, in this order. */
extern const char *const versus_models[AXIOMS_MODELS];

/* Differences are told to `out`. */
struct versus versus(const struct litmus_program *program,
    enum axioms_model model, bool prune, FILE *out);

#endif
