/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/lab_run.h"

/* The core of the policy, for workloads that go straight at it. */

bool
lab_has_core(const struct lab_thread *thread)
{

	(void)thread;
	return (lab.policy_def->core != NULL);
}

bool
lab_core_waits(const struct lab_thread *thread)
{

	(void)thread;
	return (lab.spec->core.mode != CORE_LAZY);
}

static void
core_event(enum lab_core call, uint64_t argument, uint64_t answer,
    const void *where)
{

	lab.steps++;
	machine_event_at(STREAM_CORE, NULL, (uint64_t)call << 32 | argument,
	    answer, where);
}

uint32_t
lab_advance(struct lab_thread *thread)
{
	uint32_t goal;

	(void)thread;
	goal = lab.policy_def->core->advance(lab.policy);
	core_event(LAB_ADVANCE, 0, goal, __builtin_return_address(0));
	return (goal);
}

bool
lab_poll(struct lab_thread *thread, uint32_t goal, bool wait)
{
	bool met;

	(void)thread;
	met = lab.policy_def->core->poll(lab.policy, goal, wait);
	core_event(wait ? LAB_WAIT : LAB_POLL, goal, met,
	    __builtin_return_address(0));
	return (met);
}

uint32_t
lab_sequence(struct lab_thread *thread)
{
	uint32_t seq;

	(void)thread;
	seq = lab.policy_def->core->current(lab.policy);
	core_event(LAB_SEQUENCE, 0, seq, __builtin_return_address(0));
	return (seq);
}
