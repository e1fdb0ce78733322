/*
 * knobs - which settings of a run have smaller values?
 *
 * Those that count something of which fewer make a simpler run: CPUs, sockets,
 * items in a bucket, and whatever the workload counts.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SHRINK_KNOBS_H
#define TOOLS_SHRINK_KNOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/spec.h"

struct knobs_count {
	char dotted[SPEC_NAME_SIZE];
	uint64_t value;
	uint64_t least;		/* that makes sense, at most the value */
};

/* Number `index` of the spec, 0, 1, ...; false beyond the last. */
bool knobs_count_at(const struct run_spec *spec, size_t index,
    struct knobs_count *count);

/* `dotted` must be one of those. */
void knobs_count_set(struct run_spec *spec, const char *dotted,
    uint64_t value);

/* Without fault number `index`. */
void knobs_drop_fault(struct run_spec *spec, size_t index);

/*
 * Setting number `index` that is not at its default, and counts for nothing
 * above; `preset` gets the default as text.
 */
bool knobs_setting_at(const struct run_spec *spec, size_t index,
    char dotted[SPEC_NAME_SIZE], const char **preset);

#endif
