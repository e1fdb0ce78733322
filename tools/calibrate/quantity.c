/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/calibrate/quantity.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/calibrate/rig.h"

enum {
	PARTS = 8,		/* of the time, each with its own result */
	PART_LEAST = 5,		/* values that a part needs for that */
};

#define LOWEST	0.05
#define LOW	0.25
#define MIDDLE	0.5

static const char one_core[] = "no two CPUs here share a core";
static const char one_group[] =
    "no two cores here share a last-level cache";
static const char all_near[] =
    "all CPUs here share a last-level cache";
static const char one_cpu[] = "there is only one CPU";

#define KNOB(name, unit, every, share, probe, method, missing) \
	{ name, true, unit, every, share, false, probe, method, missing }
#define BETWEEN(name, knob, every, probe, method, missing) \
	{ name, knob, QUANTITY_NS, every, MIDDLE, true, probe, method, missing }
#define OTHER(name, unit, every, share, probe, method, missing) \
	{ name, false, unit, every, share, false, probe, method, missing }

const struct quantity quantities[] = {
	KNOB("hz", QUANTITY_HZ, 0, MIDDLE, NULL,
	    "resolution of CLOCK_MONOTONIC_COARSE", "the kernel does not say"),
	KNOB("hit", QUANTITY_NS, 1, LOW, probe_hit,
	    "dependent loads in a third of the first-level cache", ""),
	KNOB("near", QUANTITY_NS, 1, LOW, probe_near,
	    "dependent loads in a quarter of the second-level cache", ""),
	KNOB("shared", QUANTITY_NS, 1, LOWEST, probe_shared,
	    "dependent loads in a cycle of one and a half times the "
	    "second-level cache", ""),
	KNOB("dram", QUANTITY_NS, 1, MIDDLE, probe_dram,
	    "dependent loads in four times the last-level cache, huge pages",
	    ""),
	KNOB("dram_remote", QUANTITY_NS, 1, MIDDLE, probe_dram_remote,
	    "as dram, in memory of another NUMA domain",
	    "there is one NUMA domain"),
	BETWEEN("transfer_core", true, 1, probe_transfer_core,
	    "dependent loads of lines that the sibling thread has just "
	    "changed", one_core),
	BETWEEN("transfer_socket", true, 1, probe_transfer_group,
	    "dependent loads of lines that another core has just changed",
	    one_group),
	BETWEEN("transfer_remote", true, 1, probe_transfer_remote,
	    "dependent loads of lines that a core elsewhere has just changed",
	    all_near),
	BETWEEN("invalidate", true, 1, probe_invalidate,
	    "locked additions to lines that another core has just read, less "
	    "atomic", one_cpu),
	KNOB("atomic", QUANTITY_NS, 1, LOW, probe_atomic,
	    "locked additions to one word, each with the result of the last, "
	    "less hit", ""),
	KNOB("fence", QUANTITY_NS, 1, LOW, probe_fence,
	    "sequentially consistent fences with no stores between", ""),
	KNOB("store_buffer", QUANTITY_COUNT, 2, MIDDLE, probe_store_buffer,
	    "stores between two loads from memory until the second one waits "
	    "for the first", "no step is to be seen"),
	KNOB("near_hold", QUANTITY_NS, 0, MIDDLE, NULL,
	    "half of the lines are slower than halfway between near and "
	    "shared, on a CPU that waits", ""),
	KNOB("shared_hold", QUANTITY_NS, 0, MIDDLE, NULL,
	    "half of the lines are slower than halfway between shared and "
	    "dram, on a CPU that waits", ""),
	KNOB("pause", QUANTITY_NS, 1, LOW, probe_pause, "spin-wait hints", ""),
	KNOB("switch", QUANTITY_NS, 1, LOW, probe_switch,
	    "round trip through two pipes of two threads on one CPU, less the "
	    "same pipes without a switch, halved", "no second thread"),
	KNOB("tick", QUANTITY_NS, 0, LOW, NULL,
	    "jumps of a clock that is read all the time, at the phase at "
	    "which they are most frequent", "no phase stands out"),
	KNOB("page", QUANTITY_NS, 1, LOW, probe_page,
	    "clearing 4 KiB that no cache has", ""),
	KNOB("slice", QUANTITY_NS, 8, MIDDLE, probe_slice,
	    "how long one of two busy threads on one CPU runs",
	    "no second thread"),

	OTHER("hit_independent", QUANTITY_NS, 2, LOW, probe_hit_many,
	    "loads in the first-level cache that do not wait for each other",
	    ""),
	OTHER("dram_small_pages", QUANTITY_NS, 2, MIDDLE, probe_dram_small,
	    "as dram, in pages of 4 KiB", ""),
	BETWEEN("rmw_transfer", false, 2, probe_rmw_transfer,
	    "locked additions to lines that another core has just changed",
	    one_cpu),
	BETWEEN("rmw_contended", false, 2, probe_rmw_contended,
	    "locked additions of two cores to one word, each", one_cpu),
	BETWEEN("bounce", false, 2, probe_bounce,
	    "compare-and-exchange to and fro between two cores, one way",
	    one_cpu),
	OTHER("fence_full", QUANTITY_NS, 2, LOW, probe_fence_full,
	    "32 stores to lines in no private cache and a fence", ""),
	OTHER("lock", QUANTITY_NS, 2, LOW, probe_lock,
	    "an uncontended pthread mutex, taken and given back", ""),
	OTHER("page_fault", QUANTITY_NS, 2, LOW, probe_page_fault,
	    "the first store to a page of 4 KiB", ""),
	OTHER("clock", QUANTITY_NS, 1, LOW, probe_clock,
	    "reading CLOCK_MONOTONIC", ""),
};
const size_t quantity_count = sizeof(quantities) / sizeof(quantities[0]);

size_t
quantity_find(const char *name)
{
	size_t i;

	for (i = 0; i < quantity_count; i++)
		if (strcmp(quantities[i].name, name) == 0)
			break;
	assert(i < quantity_count);
	return (i);
}

/* The least that a spread is to either side; see quantity.h. */
static const double spread_least = 0.05;
static const double spread_few = 20;

static void
widen(struct estimate *estimate, double value)
{

	if (value < estimate->low)
		estimate->low = value;
	if (value > estimate->high)
		estimate->high = value;
}

/* By ratios, since a time is never negative and a disturbance may be large. */
static void
scale(struct estimate *estimate, double power)
{

	if (estimate->low > 0)
		estimate->low = estimate->value *
		    pow(estimate->low / estimate->value, power);
	if (estimate->value > 0)
		estimate->high = estimate->value *
		    pow(estimate->high / estimate->value, power);
}

struct estimate
estimate_make(const double *values, size_t count, double share)
{
	struct estimate estimate;
	double *all, *part;
	size_t begin, end, i, n;

	memset(&estimate, 0, sizeof(estimate));
	all = must_alloc(count, sizeof(*all));
	part = must_alloc(count, sizeof(*part));
	n = 0;
	for (i = 0; i < count; i++)
		if (!isnan(values[i]))
			all[n++] = values[i];
	estimate.n = n;
	estimate.measured = n >= ESTIMATE_LEAST;
	estimate.low = INFINITY;
	estimate.high = -INFINITY;
	for (i = 0; i < PARTS && n / PARTS >= PART_LEAST; i++) {
		begin = n * i / PARTS;
		end = n * (i + 1) / PARTS;
		memcpy(part, all + begin, (end - begin) * sizeof(*part));
		widen(&estimate, rig_quantile(part, end - begin, share));
	}
	if (estimate.measured) {
		estimate.value = rig_quantile(all, n, share);
		estimate.median = rig_median(all, n);
		widen(&estimate, rig_quantile(all, n, 0.05));
		widen(&estimate, rig_quantile(all, n, 0.95));
		widen(&estimate, estimate.value * (1 - spread_least));
		widen(&estimate, estimate.value * (1 + spread_least));
		scale(&estimate, 1 + fmin(1, spread_few / (double)n));
	}
	free(all);
	free(part);
	return (estimate);
}

/* The wait at which the loads cross the limit, between two rungs. */
static double
crossing(const double *rungs, double limit, enum quantity_bound *bound)
{
	double part;
	size_t i;

	for (i = 0; i < RIG_RUNGS && !(rungs[i] > limit); i++)
		;
	*bound = i == 0 ? BOUND_MOST : i == RIG_RUNGS ? BOUND_LEAST :
	    BOUND_NONE;
	if (i == 0)
		return (rig_rungs_ns[0]);
	if (i == RIG_RUNGS)
		return (rig_rungs_ns[RIG_RUNGS - 1]);
	part = (limit - rungs[i - 1]) / (rungs[i] - rungs[i - 1]);
	return (exp(log(rig_rungs_ns[i - 1]) + part *
	    (log(rig_rungs_ns[i]) - log(rig_rungs_ns[i - 1]))));
}

struct estimate
estimate_hold(double *const *values, const size_t *counts, double limit)
{
	static const double shares[3] = { 0.9, 0.5, 0.1 };
	enum quantity_bound bound[3];
	struct estimate estimate;
	double at[3], rung, rungs[RIG_RUNGS];
	size_t i, j;

	memset(&estimate, 0, sizeof(estimate));
	for (j = 0; j < 3; j++) {
		for (i = 0; i < RIG_RUNGS; i++)
			rungs[i] = rig_quantile(values[i], counts[i],
			    shares[j]);
		at[j] = crossing(rungs, limit, &bound[j]);
	}
	for (i = 0; i < RIG_RUNGS; i++)
		estimate.n += counts[i];
	estimate.measured = estimate.n > 0;
	/* The waits are so far from each other; nothing is finer. */
	rung = pow(rig_rungs_ns[RIG_RUNGS - 1] / rig_rungs_ns[0],
	    (1 + fmin(1, spread_few / fmax(1, (double)estimate.n))) /
	    (RIG_RUNGS - 1));
	estimate.low = at[0] / rung;
	estimate.value = estimate.median = at[1];
	estimate.high = at[2] * rung;
	estimate.bound = bound[1];
	return (estimate);
}
