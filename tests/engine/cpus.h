/*
 * cpus - how can one thread play all CPUs, one step after the other?
 *
 * The native port knows a CPU by what it keeps for its thread, so a test that
 * exchanges this state is another CPU from that line on.  Each step of a
 * scenario is then one statement, in the order in which it stands.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TESTS_ENGINE_CPUS_H
#define TESTS_ENGINE_CPUS_H

#include <criterion/criterion.h>

#include "engine/kern.h"
#include "engine/smr.h"
#include "engine/smr_layout.h"

enum { CPUS = 4 };

static struct kern_native_thread cpus_state[CPUS];
static unsigned cpus_now;

/* The clock of tests: it stands unless told to move. */
static uint32_t cpus_ticks;

static uint32_t
cpus_tick_source(void)
{

	return (cpus_ticks);
}

static void
cpus_init(void)
{
	struct kern_native_config config = { .cpus = CPUS, .hz = 1000 };
	unsigned cpu;

	cr_assert_eq(kern_native_configure(&config), 0);
	cr_assert_eq(kern_native_attach(), 0);
	kern_native_tick_source(cpus_tick_source);
	for (cpu = 0; cpu < CPUS; cpu++)
		cpus_state[cpu] = (struct kern_native_thread){
			.cpu_next = cpu + 1,
			.block_next = (cpu + 1) * (size_t)KERN_BLOCK_SIZE,
		};
	cpus_now = 0;
	kern_native_self = cpus_state[0];
}

static inline void
on_cpu(unsigned cpu)
{

	cpus_state[cpus_now] = kern_native_self;
	kern_native_self = cpus_state[cpu];
	cpus_now = cpu;
}

static inline void
enter_on(struct smr *smr, unsigned cpu)
{

	on_cpu(cpu);
	if (smr_is_lazy(smr))
		smr_lazy_enter(smr);
	else
		smr_enter(smr);
	on_cpu(0);
}

static inline void
exit_on(struct smr *smr, unsigned cpu)
{

	on_cpu(cpu);
	if (smr_is_lazy(smr))
		smr_lazy_exit(smr);
	else
		smr_exit(smr);
	on_cpu(0);
}

static inline struct smr_seq
advance_on(struct smr *smr, unsigned cpu)
{
	struct smr_seq goal;

	on_cpu(cpu);
	goal = smr_advance(smr);
	on_cpu(0);
	return (goal);
}

/* rd, which nobody outside the core can ask for. */
static inline struct smr_seq
rd_of(struct smr *smr)
{

	return (smr_seq_make(atomic_load(&smr->cpu[0].shared->rd)));
}

static inline struct smr_counters
counters_of(struct smr *smr)
{
	struct smr_counters counters;

	smr_counters(smr, &counters);
	return (counters);
}

/* For messages of failed assertions: NULL is how an audit says well. */
#define AUDIT(smr) do {							\
	const char *broken_ = smr_audit(smr);				\
									\
	cr_assert(broken_ == NULL, "%s", broken_ == NULL ? "" : broken_); \
} while (0)

#endif
