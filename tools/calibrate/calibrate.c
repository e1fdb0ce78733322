/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/calibrate/calibrate.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/campaign/host.h"

enum {
	HOLDS = 2,		/* near_hold, shared_hold */
	ROUNDS_LEAST = 2 * ESTIMATE_LEAST,	/* half are of every other one */
};

/* Longer than a clock interrupt. */
static const double stall_least_ns = 100000;

/* Lines that take so much longer to pass than to fetch from the cache that is
 * said to be shared are not passed within it. */
static const double apart_ratio = 4;

static volatile sig_atomic_t stopped;

/* The values of one quantity, in the order of time. */
struct values {
	double *values;
	size_t count;
};

struct measuring {
	struct rig *rig;
	struct values all[CALIBRATE_QUANTITIES_MAX];
	struct values hold[HOLDS][RIG_RUNGS];
	uint64_t begin_ns;
	uint64_t time_ns;
	void (*look)(void *context, uint64_t passed_ns);
	void *context;
};

void
calibrate_stop(void)
{

	stopped = 1;
}

const struct estimate *
calibrate_of(const struct calibration *calibration, const char *name)
{

	return (&calibration->estimates[quantity_find(name)]);
}

static void
keep(struct values *values, double value)
{

	values->values = must_grow(values->values, values->count,
	    sizeof(*values->values));
	values->values[values->count++] = value;
}

/* --- steal ------------------------------------------------------------------- */

/* All time of all CPUs, and what the hypervisor gave to others. */
static bool
read_steal(double *all, double *steal)
{
	unsigned long long value[8];
	FILE *file;
	size_t i;
	int got;

	file = fopen("/proc/stat", "r");
	if (file == NULL)
		return (false);
	/* user nice system idle iowait irq softirq steal: proc(5) */
	got = fscanf(file, "cpu %llu %llu %llu %llu %llu %llu %llu %llu",
	    &value[0], &value[1], &value[2], &value[3], &value[4], &value[5],
	    &value[6], &value[7]);
	fclose(file);
	if (got != 8)
		return (false);
	*all = 0;
	for (i = 0; i < 8; i++)
		*all += (double)value[i];
	*steal = (double)value[7];
	return (true);
}

/* --- the rounds ----------------------------------------------------------------- */

static bool
over(const struct measuring *measuring)
{

	return (stopped != 0 ||
	    host_clock_ns() - measuring->begin_ns >= measuring->time_ns);
}

static void
one_round(struct measuring *measuring)
{
	struct rig *rig = measuring->rig;
	const struct quantity *quantity;
	size_t i, rung;

	for (i = 0; i < quantity_count && stopped == 0; i++) {
		quantity = &quantities[i];
		if (quantity->every != 0 && rig->round % quantity->every == 0)
			keep(&measuring->all[i], quantity->measure(rig));
	}
	rung = rig->round % RIG_RUNGS;
	if (stopped == 0)
		keep(&measuring->hold[0][rung], probe_hold_near(rig, rung));
	if (stopped == 0)
		keep(&measuring->hold[1][rung], probe_hold_shared(rig, rung));
	rig->round++;
}

static void
rounds(struct measuring *measuring)
{

	/* By then each wait of the holds has had its turn, too. */
	while (stopped == 0 && (!over(measuring) ||
	    measuring->rig->round < ROUNDS_LEAST)) {
		one_round(measuring);
		measuring->look(measuring->context,
		    host_clock_ns() - measuring->begin_ns);
	}
}

/* --- conclusions ------------------------------------------------------------------ */

static struct estimate
hold(const struct values *values, double below, double above)
{
	double *rungs[RIG_RUNGS];
	size_t counts[RIG_RUNGS], i;

	for (i = 0; i < RIG_RUNGS; i++) {
		rungs[i] = values[i].values;
		counts[i] = values[i].count;
	}
	return (estimate_hold(rungs, counts, (below + above) / 2));
}

static void
conclude_holds(struct calibration *calibration,
    const struct measuring *measuring)
{
	struct estimate *near, *shared;
	double ns[3];

	ns[0] = calibrate_of(calibration, "near")->value;
	ns[1] = calibrate_of(calibration, "shared")->value;
	ns[2] = calibrate_of(calibration, "dram")->value;
	near = &calibration->estimates[quantity_find("near_hold")];
	shared = &calibration->estimates[quantity_find("shared_hold")];
	*near = hold(measuring->hold[0], ns[0], ns[1]);
	*shared = hold(measuring->hold[1], ns[1], ns[2]);
	/* In the model a line leaves the private caches first. */
	if (shared->value < near->value)
		shared->value = near->value;
	if (shared->high < shared->value)
		shared->high = shared->value;
}

static void
conclude_gaps(struct calibration *calibration, const struct rig *rig)
{
	struct estimate *hz, *tick;
	double *ns;
	size_t count, i;

	hz = &calibration->estimates[quantity_find("hz")];
	tick = &calibration->estimates[quantity_find("tick")];
	hz->measured = hz->counted = rig->hz != 0;
	hz->value = hz->low = hz->high = hz->median = (double)rig->hz;
	ns = must_alloc(rig->gap_count, sizeof(*ns));
	count = probe_ticks(rig, ns, rig->gap_count);
	/* A phase by chance has a few; a clock that ticks has many. */
	if (count >= 10)
		*tick = estimate_make(ns, count,
		    quantities[quantity_find("tick")].share);
	count = 0;
	for (i = 0; i < rig->gap_count; i++)
		if (!rig->gaps[i].switched && rig->gaps[i].ns > stall_least_ns)
			ns[count++] = rig->gaps[i].ns;
	calibration->stall_count = count;
	calibration->stalls_watched_ns = rig->watched_ns;
	calibration->stalls_per_s = rig->watched_ns > 0 ?
	    (double)count / rig->watched_ns * 1e9 : 0;
	calibration->stall_ns = count > 0 ? rig_median(ns, count) : 0;
	free(ns);
}

/*
 * The system may say that cores share a cache while lines between them take
 * the long way.  Presets keep to what the system says: of the model's costs
 * only that of a clean line that another core has depends on it.
 */
static void
conclude_groups(struct calibration *calibration)
{
	const struct estimate *group;

	group = calibrate_of(calibration, "transfer_socket");
	calibration->apart = group->measured && group->value >
	    apart_ratio * calibrate_of(calibration, "shared")->value;
}

/*
 * What passes between CPUs: from the nearest cache that two can share to
 * memory.  And the shared cache may have been full of what others of the host
 * had in it all the time; then nothing that was measured was a hit.
 */
static void
conclude_places(struct calibration *calibration)
{
	const struct estimate *dram, *near;
	struct estimate *estimate, *shared;
	size_t i;

	near = calibrate_of(calibration, "near");
	dram = calibrate_of(calibration, "dram");
	shared = &calibration->estimates[quantity_find("shared")];
	if (calibration->topology.guest && shared->low > near->value)
		shared->low = near->value;
	for (i = 0; i < quantity_count; i++) {
		estimate = &calibration->estimates[i];
		if (!calibration->topology.guest || !quantities[i].between ||
		    !estimate->measured)
			continue;
		estimate->placed = true;
		if (estimate->low > near->value)
			estimate->low = near->value;
		if (estimate->high < dram->value)
			estimate->high = dram->value;
	}
}

static void
conclude(struct calibration *calibration, const struct measuring *measuring)
{
	const struct rig *rig = measuring->rig;
	size_t i;

	calibration->topology = rig->topology;
	calibration->rounds = rig->round;
	calibration->wall_ns = (double)(host_clock_ns() - measuring->begin_ns);
	calibration->huge = rig->level[LEVEL_DRAM].huge;
	for (i = 0; i < quantity_count; i++)
		if (quantities[i].measure != NULL)
			calibration->estimates[i] = estimate_make(
			    measuring->all[i].values, measuring->all[i].count,
			    quantities[i].share);
	conclude_holds(calibration, measuring);
	conclude_gaps(calibration, rig);
	conclude_groups(calibration);
	conclude_places(calibration);
	calibration->curve_count = rig->curve_count;
	memcpy(calibration->curve_bytes, rig->curve_bytes,
	    sizeof(rig->curve_bytes));
	memcpy(calibration->curve_ns, rig->curve_ns, sizeof(rig->curve_ns));
}

static void
release(struct measuring *measuring)
{
	size_t i, j;

	for (i = 0; i < quantity_count; i++)
		free(measuring->all[i].values);
	for (i = 0; i < HOLDS; i++)
		for (j = 0; j < RIG_RUNGS; j++)
			free(measuring->hold[i][j].values);
	rig_destroy(measuring->rig);
}

int
calibrate_run(struct calibration *calibration, uint64_t time_ns,
    void (*look)(void *context, uint64_t passed_ns), void *context,
    struct err *err)
{
	double all[2], steal[2];
	struct measuring measuring;

	assert(quantity_count <= CALIBRATE_QUANTITIES_MAX);
	memset(calibration, 0, sizeof(*calibration));
	memset(&measuring, 0, sizeof(measuring));
	measuring.begin_ns = host_clock_ns();
	measuring.time_ns = time_ns;
	measuring.look = look;
	measuring.context = context;
	calibration->steal_known = read_steal(&all[0], &steal[0]);
	measuring.rig = rig_create(err);
	if (measuring.rig == NULL)
		return (-1);
	if (stopped == 0)
		probe_curve(measuring.rig);
	rounds(&measuring);
	if (stopped == 0)
		conclude(calibration, &measuring);
	calibration->steal_known = calibration->steal_known &&
	    read_steal(&all[1], &steal[1]) && all[1] > all[0];
	if (calibration->steal_known)
		calibration->steal_share = (steal[1] - steal[0]) /
		    (all[1] - all[0]);
	release(&measuring);
	return (stopped != 0);
}
