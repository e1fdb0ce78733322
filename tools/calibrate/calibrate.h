/*
 * calibrate - what would a preset of this computer say?
 *
 * Measures all quantities in turn, round after round, until the time is over.
 * What comes out reaches a simulation only through a preset file.
 *
 * Errors      calibrate_run() is -1 with err set where there is too little
 *             memory; 1 where it was interrupted.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CALIBRATE_CALIBRATE_H
#define TOOLS_CALIBRATE_CALIBRATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "tools/calibrate/quantity.h"
#include "tools/calibrate/rig.h"

struct err;

enum { CALIBRATE_QUANTITIES_MAX = 40 };

struct calibration {
	struct topology topology;
	struct estimate estimates[CALIBRATE_QUANTITIES_MAX];
	uint64_t rounds;
	double wall_ns;
	bool huge;			/* there were huge pages */
	bool apart;			/* cores of one group do not look it */
	bool steal_known;
	double steal_share;		/* of the time, taken by the hypervisor */
	double stalls_per_s;		/* long gaps with nobody switched in */
	double stall_ns;		/* the middle one */
	size_t stall_count;
	double stalls_watched_ns;
	size_t curve_bytes[RIG_SIZES_MAX];
	double curve_ns[RIG_SIZES_MAX];
	size_t curve_count;
};

/* `look` is called now and then with the time that has passed. */
int calibrate_run(struct calibration *calibration, uint64_t time_ns,
    void (*look)(void *context, uint64_t passed_ns), void *context,
    struct err *err);

/* For a signal handler: the run ends soon. */
void calibrate_stop(void);

/* The estimate of that name. */
const struct estimate *calibrate_of(const struct calibration *calibration,
    const char *name);

/*
 * The texts of it, as a preset file: name, about, machine, and comments.
 * `stream` is checked by whoever opened it.
 */
void calibrate_preset(const struct calibration *calibration, const char *name,
    FILE *stream);

/* For people, and for machines; to standard output. */
void calibrate_table(const struct calibration *calibration);
void calibrate_json(const struct calibration *calibration);

#endif
