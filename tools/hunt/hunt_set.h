/*
 * hunt_set - has this been seen before?
 *
 * A set of 64-bit hashes.  It grows up to HUNT_SET_MAX of them; then it is
 * full, and what is not in it is no longer counted.
 *
 * Errors      none.  Running out of memory ends the process.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_HUNT_HUNT_SET_H
#define TOOLS_HUNT_HUNT_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HUNT_SET_MAX = 1 << 22 };

/* All zero is empty. */
struct hunt_set {
	uint64_t *hashes;	/* 0: a free place */
	size_t room;		/* a power of two, or 0 */
	size_t count;
};

/* True if it was not in the set and now is. */
bool hunt_set_add(struct hunt_set *set, uint64_t hash);
bool hunt_set_full(const struct hunt_set *set);
void hunt_set_fini(struct hunt_set *set);

#endif
