/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/validate/native_clock.h"

uint64_t native_clock_ps;
uint64_t native_clock_ticks;

enum { CLOCK_OPEN_NS = 10000000 };

static uint64_t
monotonic_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec);
}

/*
 * The tick and the nanosecond of the same moment: of some tries the one that
 * took the shortest time.
 */
static void
clock_pair(uint64_t *ticks, uint64_t *ns)
{
	uint64_t after, before, best, now;
	int i;

	best = UINT64_MAX;
	for (i = 0; i < 32; i++) {
		before = native_ticks();
		now = monotonic_ns();
		after = native_ticks();
		if (after - before >= best)
			continue;
		best = after - before;
		*ticks = before + best / 2;
		*ns = now;
	}
}

void
native_clock_open(void)
{
	uint64_t begin_ns, begin_ticks, ns, ticks;

	if (native_clock_ps != 0)
		return;
	clock_pair(&begin_ticks, &begin_ns);
	while (monotonic_ns() - begin_ns < CLOCK_OPEN_NS)
		continue;
	clock_pair(&ticks, &ns);
	native_clock_ps = (uint64_t)(((wide_uint)(ns - begin_ns) * 1000 << 32) /
	    (ticks - begin_ticks));
	native_clock_ticks = (uint64_t)(((wide_uint)1 << 96) / native_clock_ps);
}
