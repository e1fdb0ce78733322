/*
 * Reported by the machine when it has nothing left to carry out.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/checks/check.h"

const struct check check_deadlock = {
	.def = {
		.name = "deadlock",
		.about = "no CPU can go on and nothing is due",
	},
};
