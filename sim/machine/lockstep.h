/*
 * lockstep - which accesses are no steps, so that two cores take the same ones?
 *
 * Two programs that do the same by other private means (their counters, their
 * notes, their assertions) do not make the same accesses.  In a stepped run in
 * lockstep only the words by which a core works are steps: wr with its tick,
 * rd, and each CPU's c.  Whatever else lies in the core's region is done at
 * once, takes no time and never waits in a store buffer; so does a CPU's look
 * at its own c, which nobody else writes.  All other memory is that of code
 * that both programs have in common, and is stepped as ever.
 *
 * Full fences are where the programs differ on purpose, so they are aligned.
 * While a CPU is in an advance or a poll its word accesses need an empty store
 * buffer and fences are no steps.  With `locked` the store that opens a section
 * needs an empty buffer and goes straight to memory, as a locked instruction
 * would, and the fence behind it is no step.
 *
 * docs/conformance.md says what that hides.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_LOCKSTEP_H
#define SIM_MACHINE_LOCKSTEP_H

#include <stdbool.h>
#include <stdint.h>

/* Offsets in the arena; all zero: this run is not in lockstep. */
struct lockstep {
	uint32_t from;		/* the core's region */
	uint32_t to;		/* ... ends before this; 0: not in lockstep */
	uint32_t wr;		/* 8 bytes */
	uint32_t rd;		/* 4 bytes */
	uint32_t c;		/* 4 bytes: the first CPU's */
	uint32_t c_stride;
	uint32_t locked;	/* 1: sections open by a locked instruction */
};

/* Part of a run's beginning, after machine_guide(); the run is stepped. */
void machine_lockstep(const struct lockstep *lockstep);

/* The access of the current CPU is no step. */
bool lockstep_own(uint32_t offset, uint32_t size, bool write);
/* What the step needs besides: bits of enum step_kind. */
uint32_t lockstep_needs(uint32_t offset);
/* The store goes straight to memory, when the buffer is empty. */
bool lockstep_straight(uint32_t offset);
/* The current CPU's fence is no step. */
bool lockstep_passes_fence(void);

/*
 * A clock for a stepped run, which has no clock interrupts: the tick counter
 * moves about every `mean_ps`, mostly by one and at times by half of all its
 * values, and all store buffers drain, as if the interrupts of all CPUs came
 * at once.  Not for models that keep a
 * history of stores.
 */
void lockstep_clock(uint64_t mean_ps);

#endif
