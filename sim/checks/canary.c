/*
 * Reported by lab_canary().
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/checks/check.h"

const struct check check_canary = {
	.def = {
		.name = "canary",
		.about = "always fires in the workload canary: tests the testing",
	},
};
