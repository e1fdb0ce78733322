/*
 * Reported by the lab at the clock ticks of CPU 0.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/checks/check.h"

const struct check check_livelock = {
	.def = {
		.name = "livelock",
		.about = "many accesses, but no operation of the workload ends (run.patience)",
	},
};
