/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/calibrate/rig.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/calibrate/partner.h"
#include "tools/calibrate/watch.h"

enum {
	RIG_LINES = 512,	/* that pass between two CPUs */
	RIG_LINE_STRIDE = 256,	/* neighbours would be fetched along */
};

const double rig_rungs_ns[RIG_RUNGS] = { 3e4, 1e5, 3e5, 1e6, 3e6, 1e7, 3e7 };

static int
compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x < *y ? -1 : *x > *y);
}

double
rig_quantile(double *values, size_t count, double share)
{
	double place;
	size_t below;

	if (count == 0)
		return ((double)NAN);
	qsort(values, count, sizeof(*values), compare);
	place = share * (double)(count - 1);
	below = (size_t)place;
	if (below + 1 >= count)
		return (values[count - 1]);
	return (values[below] + (place - (double)below) *
	    (values[below + 1] - values[below]));
}

double
rig_median(double *values, size_t count)
{

	return (rig_quantile(values, count, 0.5));
}

/* Several times the caches, but not much of what memory there is. */
static size_t
dram_bytes(const struct topology *topology)
{
	size_t bytes, most;
	long pages;

	pages = sysconf(_SC_AVPHYS_PAGES);
	most = pages <= 0 ? (size_t)256 << 20 :
	    (size_t)pages * (size_t)sysconf(_SC_PAGESIZE) / 16;
	if (most > (size_t)512 << 20)
		most = (size_t)512 << 20;
	bytes = 4 * topology->shared_bytes;
	if (bytes < (size_t)64 << 20)
		bytes = (size_t)64 << 20;
	bytes = bytes < most ? bytes : most;
	return (bytes & ~(((size_t)2 << 20) - 1));
}

/*
 * More than the private caches hold: in a cycle of that many lines each is
 * pushed out before it comes up again.  Not much more, since of the last level
 * a guest often has a small share.
 */
static size_t
shared_level_bytes(const struct topology *topology)
{

	return ((topology->near_bytes * 3 / 2) & ~(size_t)4095);
}

/* The first to touch a page decides where it is: the partner does. */
static void
create_elsewhere(void *argument)
{
	struct rig *rig = argument;

	chain_create(&rig->elsewhere, dram_bytes(&rig->topology), CHAIN_LINE,
	    true);
}

static void
create_chains(struct rig *rig)
{
	const struct topology *topology = &rig->topology;
	int cpu;

	chain_create(&rig->level[LEVEL_DRAM], dram_bytes(topology),
	    CHAIN_LINE, true);
	chain_create(&rig->small_pages, dram_bytes(topology), CHAIN_LINE,
	    false);
	chain_create(&rig->level[LEVEL_SHARED], shared_level_bytes(topology),
	    CHAIN_LINE, true);
	chain_create(&rig->level[LEVEL_NEAR],
	    (topology->near_bytes / 4) & ~(size_t)4095, CHAIN_LINE, true);
	chain_create(&rig->level[LEVEL_HIT],
	    (topology->hit_bytes / 3) & ~(size_t)4095, CHAIN_LINE, true);
	chain_create(&rig->lines, RIG_LINES * RIG_LINE_STRIDE,
	    RIG_LINE_STRIDE, true);
	rig->partner_lines = rig->lines;
	rig->partner_lines.memory = NULL;
	cpu = topology_elsewhere(topology);
	if (rig->partner && cpu >= 0) {
		partner_move(cpu);
		partner_do(create_elsewhere, rig);
	}
	rig->scratch_bytes = 2 * topology->shared_bytes;
	rig->scratch = chain_map(rig->scratch_bytes, true);
}

static bool
complete(const struct rig *rig)
{
	size_t i;

	for (i = 0; i < LEVEL_COUNT; i++)
		if (rig->level[i].lines == 0)
			return (false);
	return (rig->small_pages.lines != 0 && rig->lines.lines != 0 &&
	    rig->scratch != NULL);
}

/* The coarse clock moves with the kernel's clock interrupts. */
static uint64_t
kernel_hz(void)
{
	struct timespec step;

	if (clock_getres(CLOCK_MONOTONIC_COARSE, &step) != 0 ||
	    step.tv_sec != 0 || step.tv_nsec <= 0)
		return (0);
	return ((UINT64_C(1000000000) + (uint64_t)step.tv_nsec / 2) /
	    (uint64_t)step.tv_nsec);
}

struct rig *
rig_create(struct err *err)
{
	struct rig *rig;

	rig = must_alloc(1, sizeof(*rig));
	watch_init();
	topology_look(&rig->topology);
	rig->home = rig->topology.cpus[0].number;
	(void)topology_pin(rig->home);
	rig->two_cpus = rig->topology.cpu_count > 1;
	rig->partner = partner_start();
	rig->gaps = must_alloc(RIG_GAPS_MAX, sizeof(*rig->gaps));
	rig->hz = kernel_hz();
	create_chains(rig);
	if (complete(rig))
		return (rig);
	err_set(err, "there is too little memory to measure: %zu MiB are "
	    "needed", (2 * dram_bytes(&rig->topology) +
	    3 * rig->topology.shared_bytes) >> 20);
	rig_destroy(rig);
	return (NULL);
}

void
rig_destroy(struct rig *rig)
{
	size_t i;

	if (rig->partner)
		partner_stop();
	for (i = 0; i < LEVEL_COUNT; i++)
		chain_destroy(&rig->level[i]);
	chain_destroy(&rig->small_pages);
	chain_destroy(&rig->elsewhere);
	chain_destroy(&rig->lines);
	if (rig->scratch != NULL)
		munmap(rig->scratch, rig->scratch_bytes);
	free(rig->gaps);
	free(rig);
}
