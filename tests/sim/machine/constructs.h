/*
 * constructs - in which ways does C code touch memory?
 *
 * One function for each source construct for which gcc 12 or clang 14 emits an
 * entry point of its own.  `at` is 256 bytes of simulated memory.  Beside each
 * stands how many accesses it makes at least, so that a test can tell one that
 * nobody saw.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TESTS_SIM_MACHINE_CONSTRUCTS_H
#define TESTS_SIM_MACHINE_CONSTRUCTS_H

#include <stddef.h>
#include <stdint.h>

struct construct {
	const char *name;
	void (*run)(unsigned char *at);
	unsigned accesses;	/* at least so many steps of up to 16 bytes */
	unsigned locked;	/* at least so many of them lock the line */
};

extern const struct construct constructs[];
extern const size_t construct_count;

#endif
