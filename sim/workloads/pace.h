/*
 * pace - when is the next one due?
 *
 * An open-loop source of work: events fall at random (a Poisson process of a
 * given rate) whether or not the machine keeps up.  Who is late still counts
 * latency from the instant at which the event was due; that is what keeps a
 * stall from hiding the waiting that it caused.
 *
 * The instants come from a stream of their own, so they are the same under
 * every policy, however many other draws its speed leaves time for.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_WORKLOADS_PACE_H
#define SIM_WORKLOADS_PACE_H

#include "sim/base/rng.h"
#include "sim/lab.h"

struct pace {
	uint64_t due_ps;	/* UINT64_MAX: never */
	struct dist gap;
	struct rng rng;
};

/*
 * `rate` in millionths of an event per second, as KNOB_RATE; 0: never due.
 * Call before the thread does anything that depends on time.
 */
static inline void
pace_init(struct pace *pace, struct lab_thread *thread, uint64_t rate)
{
	static const uint64_t second_ps = 1000000000000;

	rng_init(&pace->rng, lab_draw(thread, UINT64_MAX), "pace", 0);
	pace->gap = (struct dist){ .kind = DIST_EXP };
	pace->due_ps = UINT64_MAX;
	if (rate == 0)
		return;
	/* Below a rate of one in a million seconds nothing would happen. */
	pace->gap.a = rate >= 1000000 ? second_ps / (rate / 1000000) :
	    second_ps * (1000000 / rate);
	pace->due_ps = lab_now_ps(thread) + dist_sample(&pace->gap, &pace->rng);
}

/* The source was silent until now; the first event is one gap away. */
static inline void
pace_resume(struct pace *pace, uint64_t now_ps)
{

	if (pace->due_ps != UINT64_MAX)
		pace->due_ps = now_ps + dist_sample(&pace->gap, &pace->rng);
}

static inline bool
pace_is_due(const struct pace *pace, const struct lab_thread *thread)
{

	return (lab_now_ps(thread) >= pace->due_ps);
}

/* Takes the event that is next; returns the instant at which it was due. */
static inline uint64_t
pace_take(struct pace *pace)
{
	uint64_t due_ps;

	due_ps = pace->due_ps;
	pace->due_ps += dist_sample(&pace->gap, &pace->rng);
	return (due_ps);
}

#endif
