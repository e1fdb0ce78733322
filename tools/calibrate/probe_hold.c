/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/calibrate/probe.h"
#include "tools/calibrate/rig.h"
#include "tools/calibrate/watch.h"

/* On the CPU, without any access that matters. */
static void
wait_ns(double ns)
{
	uint64_t from;

	from = watch_read();
	while (watch_ns(from, watch_read()) < ns)
		watch_pause();
}

/* Uses some lines, waits, and uses them again: the mean of the second use. */
double
probe_hold_near(struct rig *rig, size_t rung)
{
	struct chain *chain = &rig->level[LEVEL_NEAR];

	chain_walk(chain, 2 * chain->lines);
	wait_ns(rig_rungs_ns[rung]);
	return (chain_time(chain, chain->lines));
}

double
probe_hold_shared(struct rig *rig, size_t rung)
{
	struct chain *chain = &rig->level[LEVEL_SHARED];

	/* A whole round; what was used first is in no private cache. */
	chain_walk(chain, chain->lines);
	wait_ns(rig_rungs_ns[rung]);
	return (chain_time(chain, chain->lines / 2));
}
