/*
 * A wild store is reported by the hooks; a lost process by whoever ran it.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/checks/check.h"

const struct check check_crash = {
	.def = {
		.name = "crash",
		.about = "the code under test ended the process, ran away or wrote outside its memory",
	},
};
