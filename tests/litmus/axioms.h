/*
 * axioms - which final states do the axioms of a memory model allow?
 *
 * An independent judge for small litmus programs.  It builds every candidate
 * execution (which store each load reads from, and in which order the stores
 * to a location come) and keeps those that the axioms of the model accept.
 * It knows nothing of buffers, histories, views or schedules and shares no
 * code with the simulated machine, so that the two can be held against each
 * other.
 *
 * SC      acyclic (po | rf | mo | fr).
 * TSO     coherence, atomicity, and acyclic (po without store-to-load | rfe |
 *         mo | fr), where locked operations and full fences keep store-to-load
 *         pairs in order.  C11 operations mean what x86 compilers emit: a
 *         seq_cst store is XCHG, all read-modify-writes are locked, a seq_cst
 *         fence is MFENCE, all else is MOV or nothing.
 * RC11    as in the paper: coherence, atomicity, psc acyclic, sb | rf acyclic.
 *         An x86 locked operation is one between two seq_cst fences.
 *
 * A loop is followed for LOOP_MAX rounds; executions that need more are left
 * out.  Accesses must be of one size for each location.
 *
 * Errors      axioms_judge() returns the reason of a refusal, or NULL.
 * Cost        exponential in the number of accesses: milliseconds for four
 *             threads of two accesses.
 * Source      Alglave, Maranget, Tautschnig, "Herding cats", TOPLAS 2014 (SC,
 *             TSO); Lahav et al., "Repairing sequential consistency in
 *             C/C++11", PLDI 2017, section 3 (RC11).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TESTS_LITMUS_AXIOMS_H
#define TESTS_LITMUS_AXIOMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/litmus/program.h"

enum axioms_model { AXIOMS_SC, AXIOMS_TSO, AXIOMS_RC11, AXIOMS_MODELS };

struct axioms_state {
	int64_t values[LITMUS_OBSERVED_MAX];
	/*
	 * RC11: there is an execution with this state in which psc agrees
	 * with sb | rf, so that a machine which performs seq_cst operations
	 * in their order can have it.  Always true elsewhere.
	 */
	bool in_order;
};

struct axioms_verdict {
	struct axioms_state *states;	/* sorted by values */
	size_t state_count;
	uint64_t executions;
	bool racy;	/* RC11: a data race with a plain access in some one */
};

const char *axioms_judge(const struct litmus_program *program,
    enum axioms_model model, struct axioms_verdict *verdict);
void axioms_verdict_fini(struct axioms_verdict *verdict);

#endif
