/*
 * Reported by kern_panic() and by the lab where a workload asks for the impossible.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/checks/check.h"

const struct check check_assertion = {
	.def = {
		.name = "assertion",
		.about = "an assertion of the code under test or of the workload failed",
	},
};
