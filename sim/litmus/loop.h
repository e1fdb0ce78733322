/*
 * loop - would the next round of a loop do the same again?
 *
 * A loop of a litmus test waits if a round of it wrote nothing, read
 * something, and left every register that matters to the next one as it was at
 * the round's beginning: the next round then differs only if memory does.  A
 * loop that counts, or that tries a compare-exchange with what it has just
 * seen, does not wait, however often it reads.
 *
 * Cost        preparing is a fixed point over the code, once for each test.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_LITMUS_LOOP_H
#define SIM_LITMUS_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/litmus/program.h"

/* Where a thread is: what it holds, and how often it has touched memory. */
struct loop_place {
	int64_t registers[LITMUS_REGISTERS_MAX];
	uint64_t reads;
	uint64_t writes;
};

struct loop_heads {
	/* Bit n: what register n holds here matters later on. */
	uint32_t live[LITMUS_CODE_MAX + 1];
	bool head[LITMUS_CODE_MAX + 1];		/* a jump leads back here */
	struct loop_place began[LITMUS_CODE_MAX + 1];	/* at a head */
};

/* `observed`: bit n, the final state shows register n. */
void loop_prepare(struct loop_heads *heads, const struct litmus_thread *thread,
    uint32_t observed);
/* The thread comes to instruction `pc`, by a jump or by going on. */
void loop_pass(struct loop_heads *heads, size_t pc,
    const struct loop_place *now);
/* The thread is about to go back to the head `pc`. */
bool loop_waits(const struct loop_heads *heads, size_t pc,
    const struct loop_place *now);

#endif
