/*
 * altered - which copies of our core does this program have?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TESTS_CONFORM_ALTERED_H
#define TESTS_CONFORM_ALTERED_H

#include <stddef.h>

#include "policies/policy.h"

struct altered_core {
	const char *name;	/* of the patch; "none": as it is */
	const struct policy_def *def;
};

extern const struct altered_core altered_cores[];
extern const size_t altered_core_count;

/* Or NULL. */
const struct altered_core *altered_find(const char *name);

#endif
