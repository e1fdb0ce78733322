/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <stdatomic.h>

#include "tools/calibrate/partner.h"
#include "tools/calibrate/probe.h"
#include "tools/calibrate/rig.h"
#include "tools/calibrate/watch.h"

enum { BATCHES = 3, TURNS = 500 };

static _Alignas(256) _Atomic uint64_t ball;
static _Alignas(256) _Atomic bool playing;

/* --- what the partner does -------------------------------------------------- */

static void
job_store(void *argument)
{
	struct rig *rig = argument;

	chain_store(&rig->partner_lines);
}

static void
job_read(void *argument)
{
	struct rig *rig = argument;

	chain_walk(&rig->partner_lines, rig->partner_lines.lines);
}

static MEASURED void
job_return(void *argument)
{
	uint64_t expected, turn;

	(void)argument;
	for (turn = 0; turn < TURNS; turn++) {
		expected = 2 * turn + 1;
		while (!atomic_compare_exchange_weak_explicit(&ball, &expected,
		    2 * turn + 2, memory_order_seq_cst, memory_order_relaxed))
			expected = 2 * turn + 1;
	}
}

static MEASURED void
job_add(void *argument)
{

	(void)argument;
	while (atomic_load_explicit(&playing, memory_order_relaxed))
		(void)atomic_fetch_add_explicit(&ball, 1,
		    memory_order_seq_cst);
}

/* --- two CPUs at a distance --------------------------------------------------- */

/* Both threads go to the next pair at that distance; false: there is none. */
static bool
take_places(struct rig *rig, enum distance distance)
{
	int one, other;

	if (!rig->partner || !topology_pair(&rig->topology, distance,
	    rig->round, &one, &other))
		return (false);
	if (topology_pin(one) != 0)
		return (false);
	partner_move(other);
	return (true);
}

static void
go_home(const struct rig *rig)
{

	(void)topology_pin(rig->home);
}

/* The nearest distance at which the private caches are two. */
static bool
take_usual_places(struct rig *rig)
{

	return (take_places(rig, DISTANCE_GROUP) ||
	    take_places(rig, DISTANCE_REMOTE) ||
	    take_places(rig, DISTANCE_CORE));
}

static double
transfer(struct rig *rig, enum distance distance)
{
	double batch[BATCHES];
	size_t i;

	if (!take_places(rig, distance))
		return ((double)NAN);
	for (i = 0; i < BATCHES; i++) {
		partner_do(job_store, rig);
		batch[i] = chain_time(&rig->lines, rig->lines.lines);
	}
	go_home(rig);
	return (rig_median(batch, BATCHES));
}

double
probe_transfer_core(struct rig *rig)
{

	return (transfer(rig, DISTANCE_CORE));
}

double
probe_transfer_group(struct rig *rig)
{

	return (transfer(rig, DISTANCE_GROUP));
}

double
probe_transfer_remote(struct rig *rig)
{

	return (transfer(rig, DISTANCE_REMOTE));
}

/* A locked addition to each line, after the partner's job. */
static double
add_after(struct rig *rig, void (*job)(void *))
{
	double batch[BATCHES];
	uint64_t from, to;
	size_t i;

	for (i = 0; i < BATCHES; i++) {
		partner_do(job, rig);
		from = watch_read();
		chain_add(&rig->lines);
		to = watch_read();
		batch[i] = watch_ns(from, to) / (double)rig->lines.lines;
	}
	return (rig_median(batch, BATCHES));
}

double
probe_invalidate(struct rig *rig)
{
	double added, all;

	if (!take_usual_places(rig))
		return ((double)NAN);
	/* Each batch leaves the lines changed here, so the partner's reading
	 * makes them shared. */
	chain_store(&rig->lines);
	all = add_after(rig, job_read);
	added = all - probe_atomic(rig);
	go_home(rig);
	return (added > 0.001 ? added : 0.001);
}

double
probe_rmw_transfer(struct rig *rig)
{
	double all;

	if (!take_usual_places(rig))
		return ((double)NAN);
	all = add_after(rig, job_store);
	go_home(rig);
	return (all);
}

/* One way, as others measure it: a compare-and-exchange to and fro. */
double
probe_bounce(struct rig *rig)
{
	uint64_t expected, from, to, turn;

	if (!take_usual_places(rig))
		return ((double)NAN);
	atomic_store(&ball, 0);
	partner_begin(job_return, NULL);
	from = watch_read();
	for (turn = 0; turn < TURNS; turn++) {
		/* The first turn waits until the partner has begun. */
		if (turn == 1)
			from = watch_read();
		expected = 2 * turn;
		while (!atomic_compare_exchange_weak_explicit(&ball, &expected,
		    2 * turn + 1, memory_order_seq_cst, memory_order_relaxed))
			expected = 2 * turn;
	}
	to = watch_read();
	partner_wait();
	go_home(rig);
	return (watch_ns(from, to) / (2 * (TURNS - 1) - 1));
}

/* Both add to one word as fast as they can: for each addition. */
double
probe_rmw_contended(struct rig *rig)
{
	double batch[BATCHES];
	uint64_t from, to, before;
	size_t i, j;

	if (!take_usual_places(rig))
		return ((double)NAN);
	atomic_store(&ball, 0);
	atomic_store(&playing, true);
	partner_begin(job_add, NULL);
	while (atomic_load_explicit(&ball, memory_order_relaxed) == 0)
		watch_pause();
	for (i = 0; i < BATCHES; i++) {
		before = atomic_load(&ball);
		from = watch_read();
		for (j = 0; j < 500; j++)
			(void)atomic_fetch_add_explicit(&ball, 1,
			    memory_order_seq_cst);
		to = watch_read();
		batch[i] = watch_ns(from, to) /
		    (double)(atomic_load(&ball) - before);
	}
	atomic_store(&playing, false);
	partner_wait();
	go_home(rig);
	return (rig_median(batch, BATCHES));
}
