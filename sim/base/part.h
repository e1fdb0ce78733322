/*
 * part - which member of a registry, with which settings?
 *
 * Faults, workloads, policies, checks and machine models are members of
 * registries.  A part_def is what they have in common; a part is one member
 * chosen by a scenario, with its own config as plain bytes.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_BASE_PART_H
#define SIM_BASE_PART_H

#include <stddef.h>

#include "sim/base/knob.h"

enum { PART_CONFIG_BYTES = 832 };

struct part_def {
	const char *name;		/* file = row = YAML key = database value */
	const char *about;		/* one sentence */
	const char *source;		/* where it is described, or NULL */
	const struct knob *knobs;	/* NULL: none */
	size_t knob_count;
	size_t config_bytes;		/* at most PART_CONFIG_BYTES */
};

struct part {
	const struct part_def *def;
	_Alignas(16) unsigned char config[PART_CONFIG_BYTES];
};

/* Chooses `def` with its defaults; every byte of the part is determined. */
void part_init(struct part *part, const struct part_def *def);

#endif
