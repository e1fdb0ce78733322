/*
 * probe - what does one thing cost, measured once?
 *
 * Each probe is one repetition: some short batches, and the middle one of
 * them, so that an interrupt in one batch does not count.  A repetition takes
 * at most some milliseconds; whoever calls repeats it over the whole time that
 * there is, since what disturbs a computer comes and goes.
 *
 * Units       nanoseconds, unless said otherwise.
 * Errors      NAN: not to be measured here, or not this time.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CALIBRATE_PROBE_H
#define TOOLS_CALIBRATE_PROBE_H

#include <stddef.h>
#include <stdint.h>

struct rig;

typedef double probe_function(struct rig *rig);

/* probe_load.c: loads by level; the last three have no knob. */
probe_function probe_hit, probe_near, probe_shared, probe_dram,
    probe_dram_remote, probe_dram_small, probe_hit_many, probe_page,
    probe_page_fault;
void probe_curve(struct rig *rig);

/* probe_alone.c: one CPU by itself. */
probe_function probe_atomic, probe_fence, probe_fence_full, probe_lock,
    probe_pause;

/* probe_pair.c: two CPUs and a line. */
probe_function probe_transfer_core, probe_transfer_group,
    probe_transfer_remote, probe_invalidate, probe_rmw_transfer,
    probe_rmw_contended, probe_bounce;

/* probe_buffer.c: entries, not time. */
probe_function probe_store_buffer;

/* probe_kernel.c: threads, ticks, gaps. */
probe_function probe_switch, probe_slice, probe_clock;

/* The gaps that clock interrupts have made, of those seen so far. */
size_t probe_ticks(const struct rig *rig, double *ns, size_t most);

/* probe_hold.c: mean load after a wait, rung by rung. */
double probe_hold_near(struct rig *rig, size_t rung);
double probe_hold_shared(struct rig *rig, size_t rung);

#endif
