/*
 * fault - what does the machine do to the program?
 *
 * Faults act on the machine, never on the algorithm.  Each is one file with a
 * `const struct fault_def fault_NAME` and a row FAULT(NAME) in faults.def.
 * Each draws on streams of its own, so switching one on moves nothing else.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_FAULTS_FAULT_H
#define SIM_FAULTS_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/dist.h"
#include "sim/base/part.h"
#include "sim/base/rng.h"
#include "sim/machine/machine.h"

/* A fault in a run. */
struct fault {
	const struct fault_def *def;
	const void *config;
	uint32_t ordinal;	/* its place in the scenario */
	struct rng *rngs;	/* one stream for each CPU */
	uint64_t until_ps;	/* for faults that come in spells */
};

struct fault_def {
	struct part_def part;
	/* The clock of the run starts. */
	void (*start)(struct fault *fault, uint64_t at_ps);
	/* Must this allocation fail?  NULL: never. */
	bool (*fails)(struct fault *fault, enum kern_fail site);
	/* How late is the next tick of this CPU?  NULL: never late. */
	uint64_t (*tick_delay)(struct fault *fault, unsigned cpu);
};

extern const struct fault_def *const fault_defs[];
extern const size_t fault_def_count;

struct run_spec;
void faults_begin(const struct run_spec *spec);
void faults_start(uint64_t at_ps);
bool faults_fail(enum kern_fail site);
uint64_t faults_tick_delay(unsigned cpu);

/*
 * A Poisson process of this rate begins on each CPU: `call` gets the fault and
 * the number of the CPU.
 */
void fault_each_cpu(struct fault *fault, uint64_t at_ps, uint64_t rate,
    timer_call *call);

/* Time to the next event of a process with this rate; never 0. */
uint64_t fault_gap(uint64_t rate, struct rng *rng);

#endif
