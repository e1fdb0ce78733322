/*
 * Random calls of the core itself: sections, advances, polls of goals that are
 * new, old, somebody else's, not yet issued or nobody's, waiting and not.  No
 * memory is reclaimed, so there is nothing to break but the answers: gusim
 * conform compares those of two cores.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/lab.h"
#include "sim/workloads/crew.h"

enum {
	CALLS_GOALS = 16,	/* that a thread remembers */
	CALLS_BOARD = 64,	/* that all threads share */
	CALLS_FUTURE = 16,	/* sequence numbers ahead, at most */
	CALLS_AHEAD_ONE_IN = 4,	/* runs in which wr runs ahead */
	CALLS_MAGNITUDES = 7,	/* of how often a call is made: 1 to 64 */
};

enum call {
	CALL_ENTER,		/* leaves, where the thread is in a section */
	CALL_ADVANCE,
	CALL_POLL_OWN,
	CALL_POLL_OTHERS,
	CALL_POLL_FUTURE,
	CALL_POLL_ANY,
	CALL_WAIT,
	CALL_SYNCHRONIZE,
	CALL_SEQUENCE,
	CALL_COUNT
};

struct calls_config {
	struct crew_config crew;
	uint64_t operations;
};

#define FIELD(name) offsetof(struct calls_config, name)
static const struct knob calls_knobs[] = {
	CREW_KNOBS(struct calls_config),
	{ "operations", KNOB_COUNT, FIELD(operations), "1", "1000000000",
	    "200", NULL, "calls that each thread makes" },
};
#undef FIELD

struct calls {
	const struct calls_config *config;
	uint64_t ahead;		/* 1: in this run hardly anybody polls */
	_Atomic(uint32_t) board[CALLS_BOARD];
};

/* One thread's own; on its stack. */
struct caller {
	struct calls *calls;
	uint32_t goals[CALLS_GOALS];
	uint32_t goal_count;
	uint32_t weights[CALL_COUNT];
	uint32_t weight_sum;
	bool inside;
};

/* How often a thread makes this call, in proportion. */
static uint32_t
weight_draw(struct lab_thread *thread, const struct calls *calls,
    enum call call)
{

	if (calls->ahead == 0)
		return (1U << lab_draw(thread, CALLS_MAGNITUDES));
	return (call == CALL_ADVANCE ? 64 : call == CALL_ENTER ? 16 :
	    lab_draw(thread, 4) == 0);
}

/*
 * Some threads mostly read and some mostly free, in every run others; and in
 * some runs hardly anybody polls, so that wr runs ahead.
 */
static void
caller_begin(struct lab_thread *thread, struct caller *caller,
    struct calls *calls)
{
	uint32_t i;

	caller->calls = calls;
	caller->goal_count = 0;
	caller->inside = false;
	caller->weight_sum = 0;
	for (i = 0; i < CALL_COUNT; i++) {
		caller->weights[i] = weight_draw(thread, calls, (enum call)i);
		caller->weight_sum += caller->weights[i];
	}
}

static enum call
caller_draw(struct lab_thread *thread, const struct caller *caller)
{
	uint32_t draw, i;

	draw = (uint32_t)lab_draw(thread, caller->weight_sum);
	for (i = 0; draw >= caller->weights[i]; i++)
		draw -= caller->weights[i];
	return ((enum call)i);
}

static void
call_section(struct lab_thread *thread, struct caller *caller)
{

	if (caller->inside)
		lab_exit(thread);
	else
		lab_enter(thread);
	caller->inside = !caller->inside;
}

static void
call_advance(struct lab_thread *thread, struct caller *caller)
{
	uint32_t goal;

	goal = lab_advance(thread);
	caller->goals[caller->goal_count++ % CALLS_GOALS] = goal;
	atomic_store_explicit(
	    &caller->calls->board[lab_draw(thread, CALLS_BOARD)], goal,
	    memory_order_relaxed);
}

/* The newest, mostly; 0 where there is none. */
static uint32_t
goal_own(struct lab_thread *thread, const struct caller *caller)
{
	uint64_t age, known;

	known = caller->goal_count < CALLS_GOALS ? caller->goal_count :
	    CALLS_GOALS;
	if (known == 0)
		return (0);
	age = lab_draw(thread, 2) == 0 ? 0 : lab_draw(thread, known);
	return (caller->goals[(caller->goal_count - 1 - age) % CALLS_GOALS]);
}

static uint32_t
goal_of_others(struct lab_thread *thread, struct caller *caller)
{

	return (atomic_load_explicit(
	    &caller->calls->board[lab_draw(thread, CALLS_BOARD)],
	    memory_order_relaxed));
}

/* Goals that no advance has returned are answered, whatever the answer is. */
static void
call_poll(struct lab_thread *thread, struct caller *caller, enum call call)
{
	uint32_t goal;

	switch (call) {
	case CALL_POLL_OWN:
		goal = goal_own(thread, caller);
		break;
	case CALL_POLL_OTHERS:
		goal = goal_of_others(thread, caller);
		break;
	case CALL_POLL_FUTURE:
		/* Even, or an advance might return it before it is polled. */
		goal = (lab_sequence(thread) +
		    (uint32_t)lab_draw(thread, CALLS_FUTURE)) & ~UINT32_C(1);
		break;
	default:
		goal = (uint32_t)lab_draw(thread, UINT64_C(1) << 32);
		break;
	}
	(void)lab_poll(thread, goal, false);
}

/* Only for a goal that is one, and where waiting is allowed. */
static void
call_wait(struct lab_thread *thread, struct caller *caller)
{
	uint32_t goal;

	goal = lab_draw(thread, 2) == 0 ? goal_own(thread, caller) :
	    goal_of_others(thread, caller);
	if (goal != 0)
		(void)lab_poll(thread, goal,
		    !caller->inside && lab_core_waits(thread));
}

static void
call_one(struct lab_thread *thread, struct caller *caller, enum call call)
{

	switch (call) {
	case CALL_ENTER:
		call_section(thread, caller);
		break;
	case CALL_ADVANCE:
	case CALL_SYNCHRONIZE:
		/* Neither is allowed inside: the section ends first. */
		if (caller->inside)
			call_section(thread, caller);
		else if (call == CALL_ADVANCE)
			call_advance(thread, caller);
		else
			lab_synchronize(thread);
		break;
	case CALL_WAIT:
		call_wait(thread, caller);
		break;
	case CALL_SEQUENCE:
		(void)lab_sequence(thread);
		break;
	default:
		call_poll(thread, caller, call);
		break;
	}
}

static void
calls_body(struct lab_thread *thread, void *argument)
{
	struct calls *calls = argument;
	struct caller caller;
	uint64_t i;

	caller_begin(thread, &caller, calls);
	for (i = 0; i < calls->config->operations; i++) {
		call_one(thread, &caller, caller_draw(thread, &caller));
		lab_done(thread, 1);
	}
	if (caller.inside)
		call_section(thread, &caller);
}

static void
calls_setup(struct lab_thread *thread, const void *argument)
{
	const struct calls_config *config = argument;
	struct calls *calls;

	if (!lab_has_core(thread)) {
		lab_complain(thread, "the workload calls makes calls of a GUS "
		    "core, and this policy has none");
		return;
	}
	calls = lab_memory(thread, sizeof(*calls));
	calls->config = config;
	calls->ahead = lab_draw(thread, CALLS_AHEAD_ONE_IN) == 0;
	crew_spawn(thread, &config->crew, lab_cpu_count(thread), "caller",
	    calls_body, calls);
}

const struct workload_def workload_calls = {
	.part = {
		.name = "calls",
		.about = "random calls of the GUS core itself: sections, "
		    "advances, polls of goals of all ages",
		.source = "for gusim conform",
		.knobs = calls_knobs,
		.knob_count = sizeof(calls_knobs) / sizeof(calls_knobs[0]),
		.config_bytes = sizeof(struct calls_config),
	},
	.setup = calls_setup,
};
