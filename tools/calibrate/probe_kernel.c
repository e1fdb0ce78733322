/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE	/* RUSAGE_THREAD */
#include <math.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "sim/base/must.h"
#include "tools/calibrate/partner.h"
#include "tools/calibrate/probe.h"
#include "tools/calibrate/rig.h"
#include "tools/calibrate/watch.h"

enum {
	ROUND_TRIPS = 16,	/* with others on the CPU each may take long */
	RUNS_MAX = 64,
	PHASES = 100,		/* parts of the period of a tick */
};

/* A gap is what takes longer than reading the clock some times. */
static const double gap_least_ns = 300;
/* No interrupt takes less; a handler that takes longer was interrupted. */
static const double tick_least_ns = 500, tick_most_ns = 100000;
/* Who was away for so long was switched out. */
static const double away_least_ns = 300000;

/* --- two threads on one CPU ---------------------------------------------------- */

struct pipes {
	int there[2];
	int back[2];
};

static void
job_echo(void *argument)
{
	const struct pipes *pipes = argument;
	char byte;
	int i;

	for (i = 0; i < ROUND_TRIPS; i++) {
		if (read(pipes->there[0], &byte, 1) != 1 ||
		    write(pipes->back[1], &byte, 1) != 1)
			return;
	}
}

/* Writing to a pipe and reading from it, with nobody else in it. */
static double
pipe_alone(const int *ends)
{
	double trips[ROUND_TRIPS];
	uint64_t from, to;
	char byte;
	int i;

	byte = 0;
	for (i = 0; i < ROUND_TRIPS; i++) {
		from = watch_read();
		if (write(ends[1], &byte, 1) != 1 ||
		    read(ends[0], &byte, 1) != 1)
			return ((double)NAN);
		to = watch_read();
		trips[i] = watch_ns(from, to);
	}
	return (rig_quantile(trips, ROUND_TRIPS, 0.25));
}

static double
pipe_round(const struct pipes *pipes)
{
	double trips[ROUND_TRIPS];
	uint64_t from, to;
	char byte;
	int i;

	byte = 0;
	for (i = 0; i < ROUND_TRIPS; i++) {
		from = watch_read();
		if (write(pipes->there[1], &byte, 1) != 1 ||
		    read(pipes->back[0], &byte, 1) != 1)
			return ((double)NAN);
		to = watch_read();
		trips[i] = watch_ns(from, to);
	}
	return (rig_quantile(trips, ROUND_TRIPS, 0.25));
}

double
probe_switch(struct rig *rig)
{
	struct pipes pipes;
	double alone, round;

	if (!rig->partner || pipe(pipes.there) != 0)
		return ((double)NAN);
	if (pipe(pipes.back) != 0) {
		close(pipes.there[0]);
		close(pipes.there[1]);
		return ((double)NAN);
	}
	alone = pipe_alone(pipes.there);
	partner_move(rig->home);
	partner_begin(job_echo, &pipes);
	round = pipe_round(&pipes);
	partner_wait();
	close(pipes.there[0]);
	close(pipes.there[1]);
	close(pipes.back[0]);
	close(pipes.back[1]);
	return (round > 2 * alone ? (round - 2 * alone) / 2 : 0);
}

static void
job_spin(void *argument)
{
	uint64_t from;

	from = watch_read();
	while (watch_ns(from, watch_read()) < *(const double *)argument)
		watch_pause();
}

/* For how long one runs before the other does; whole runs only. */
double
probe_slice(struct rig *rig)
{
	double runs[RUNS_MAX], spin_ns = 4e7;
	uint64_t begin, from, last, now;
	size_t count;
	bool whole;

	if (!rig->partner)
		return ((double)NAN);
	partner_move(rig->home);
	partner_begin(job_spin, &spin_ns);
	count = 0;
	whole = false;
	begin = from = last = watch_read();
	while (watch_ns(begin, last) < spin_ns && count < RUNS_MAX) {
		now = watch_read();
		if (watch_ns(last, now) > away_least_ns) {
			if (whole)
				runs[count++] = watch_ns(from, last);
			whole = true;
			from = now;
		}
		last = now;
	}
	partner_wait();
	return (rig_median(runs, count));
}

/* --- gaps ------------------------------------------------------------------------ */

static uint64_t
clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * UINT64_C(1000000000) +
	    (uint64_t)now.tv_nsec);
}

static long
switches(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return (usage.ru_nivcsw + usage.ru_nvcsw);
}

/* Notes a gap, and whether it was another thread's. */
static void
note_gap(struct rig *rig, uint64_t from, uint64_t to, long *before)
{
	struct rig_gap *gap;
	long now;

	now = switches();
	if (rig->gap_count < RIG_GAPS_MAX) {
		gap = &rig->gaps[rig->gap_count++];
		gap->at_ns = from;
		gap->ns = (double)(to - from);
		gap->switched = now != *before;
	}
	*before = now;
}

/*
 * Reads the clock for two periods of the clock interrupt and notes when it
 * jumped; returns what a reading costs.
 */
double
probe_clock(struct rig *rig)
{
	uint64_t begin, end, last, now, readings, run_ns;
	long before;

	run_ns = readings = 0;
	before = switches();
	begin = last = clock_ns();
	end = begin + 2 * UINT64_C(1000000000) /
	    (rig->hz == 0 ? 200 : rig->hz) + 100000;
	while (last < end) {
		now = clock_ns();
		if ((double)(now - last) > gap_least_ns) {
			note_gap(rig, last, now, &before);
			now = clock_ns();
		} else {
			run_ns += now - last;
			readings++;
		}
		last = now;
	}
	rig->watched_ns += (double)run_ns;
	return (readings == 0 ? (double)NAN :
	    (double)run_ns / (double)readings);
}

/*
 * Clock interrupts come at one phase of their period; everything else comes
 * at all phases.  So the fullest part of the period is theirs.
 */
size_t
probe_ticks(const struct rig *rig, double *ns, size_t most)
{
	size_t best, count, i, part, *parts;
	uint64_t period;

	if (rig->hz == 0)
		return (0);
	period = UINT64_C(1000000000) / rig->hz;
	parts = must_alloc(PHASES, sizeof(*parts));
#define PART(gap) ((size_t)((gap)->at_ns % period * PHASES / period))
	for (i = 0; i < rig->gap_count; i++)
		if (rig->gaps[i].ns > tick_least_ns)
			parts[PART(&rig->gaps[i])]++;
	best = 0;
	for (i = 0; i < PHASES; i++)
		if (parts[i] + parts[(i + 1) % PHASES] > parts[best] +
		    parts[(best + 1) % PHASES])
			best = i;
	count = 0;
	for (i = 0; i < rig->gap_count && count < most; i++) {
		part = PART(&rig->gaps[i]);
		if ((part == best || part == (best + 1) % PHASES) &&
		    !rig->gaps[i].switched && rig->gaps[i].ns >
		    tick_least_ns && rig->gaps[i].ns < tick_most_ns)
			ns[count++] = rig->gaps[i].ns;
	}
#undef PART
	free(parts);
	return (count);
}
