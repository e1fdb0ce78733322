/*
 * course - which runs are two cores compared in?
 *
 * A course is a scenario in one mode, one profile and one memory model.  Each
 * of its runs has a seed of its own, and by that seed other numbers where the
 * scenario leaves them open: how many advances before the wrap the sequence
 * starts, how many advances share a write, how many CPUs make random calls.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CONFORM_COURSE_H
#define TOOLS_CONFORM_COURSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/spec.h"

struct err;

enum { COURSE_NAME_SIZE = 64 };

struct course {
	char name[COURSE_NAME_SIZE];	/* of the scenario */
	struct run_spec spec;		/* but for what each run draws */
	bool draws_cpus;
	bool draws_deferral;
	bool draws_start;
};

struct course_list {
	struct course *courses;
	size_t count;
};

/*
 * Adds the courses of the base point of a scenario file; NULL: of random calls
 * of the core.  `sets` are settings that go before all others, and what they
 * fix is not varied.
 */
int course_add(struct course_list *list, const char *scenario,
    const char *const *sets, size_t set_count, struct err *err);
void course_fini(struct course_list *list);

/* Run `number` of a comparison with this seed. */
void course_spec(const struct course *course, uint64_t seed, uint64_t number,
    struct run_spec *spec);

#endif
