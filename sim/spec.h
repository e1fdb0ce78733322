/*
 * spec - what is one run?
 *
 * A run_spec is the whole question that a run answers: machine, policy,
 * workload, faults, times, seed.  It is plain data: no file, no clock, no
 * environment.  Equal specs give equal results on the same build.
 *
 * Every scalar in it has a dotted name (zone.bucket_size,
 * workload.slot_churn.slots, faults.smi.every) that the scenario reader,
 * --set and sweeps share.  A second fault of the same kind is
 * faults.smi[2].every.
 *
 * Errors      set err and leave the spec as it was.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_SPEC_H
#define SIM_SPEC_H

#include <stddef.h>
#include <stdint.h>

#include "policies/policy.h"
#include "sim/base/part.h"
#include "sim/machine/config.h"

struct err;

enum { SPEC_FAULTS_MAX = 16 };

/* Which steps a stepped run has (sim/machine/lockstep.h). */
enum run_lockstep {
	RUN_STEPS_ALL,		/* every access */
	RUN_STEPS_STORED,	/* the core's words; sections open by a store */
	RUN_STEPS_LOCKED,	/* ... or by a locked instruction */
};

struct run_config {
	uint64_t warmup_ps;
	uint64_t duration_ps;
	uint64_t accesses_max;	/* gives up (status timeout) after so many; 0: never */
	uint64_t patience;	/* accesses without any progress that mean livelock */
	uint64_t series_points;	/* samples of the footprint over time */
	uint64_t data_race;	/* flag: the check data_race looks on */
	uint64_t lockstep;	/* enum run_lockstep */
	uint64_t step_tick_ps;	/* stepped: the clock ticks about so often; 0: never */
};

struct run_spec {
	struct machine_config machine;
	struct core_config core;
	struct zone_config zone;
	struct run_config run;
	struct part policy;
	struct part workload;
	struct part faults[SPEC_FAULTS_MAX];
	size_t fault_count;
	uint64_t seed;
};

/*
 * The policy as this run has it: on the core that core.name and the machine
 * choose.  NULL where the program was built without that core, which
 * spec_check() says in words.
 */
const struct policy_def *spec_policy(const struct run_spec *spec);

/* The members of a registry, in its order; NULL ends them. */
enum spec_registry { SPEC_POLICIES, SPEC_WORKLOADS, SPEC_FAULTS };
const struct part_def *spec_part_at(enum spec_registry registry, size_t index);

/* Everything at its default: policy gus, workload idle, no faults, seed 1. */
void spec_init(struct run_spec *spec);

/* Chooses a registry member by name; its config gets its defaults. */
int spec_set_policy(struct run_spec *spec, const char *name, struct err *err);
int spec_set_workload(struct run_spec *spec, const char *name, struct err *err);
int spec_add_fault(struct run_spec *spec, const char *name, struct err *err);

/* Sets the knob with this dotted name; `text` as a user would write it. */
int spec_set(struct run_spec *spec, const char *dotted, const char *text,
    struct err *err);

/* Looks the knob up; `config` gets the struct that holds its value. */
const struct knob *spec_find(struct run_spec *spec, const char *dotted,
    void **config, struct err *err);

/* The value as canonical text; and as a number in base units. */
int spec_get(const struct run_spec *spec, const char *dotted, char *text,
    size_t room, double *number, struct err *err);

/*
 * Knob number `index` of this spec, 0, 1, ...: those of the policy, the
 * workload and each fault, then the fixed sections.  `dotted` gets its name,
 * `config` (may be NULL) the struct that holds its value.  NULL ends them.
 */
enum { SPEC_NAME_SIZE = 96 };
const struct knob *spec_knob_at(const struct run_spec *spec, size_t index,
    char dotted[SPEC_NAME_SIZE], const void **config);

/* Whether the knob has its default value. */
int spec_is_preset(const struct knob *knob, const void *config);

/*
 * Rules that hold between knobs (item size and workload, deferral and mode).
 * `dotted` gets the name of the knob to blame.
 */
int spec_check(const struct run_spec *spec, char *dotted, size_t room,
    struct err *err);

/*
 * The canonical text: one "dotted value" line for each knob that differs from
 * its default, in table order, parts first.  Two specs are equal if and only
 * if their texts are.  spec_read() is the inverse and trusts nothing.
 * Returns the length (without the final NUL), which may exceed `room`.
 */
size_t spec_write(const struct run_spec *spec, char *text, size_t room);
int spec_read(struct run_spec *spec, const char *text, struct err *err);

/* The tables of the fixed sections: "machine", "core", "zone", "run". */
struct spec_section {
	const char *name;
	const char *about;
	const struct knob *knobs;
	size_t knob_count;
	size_t offset;			/* of the config in struct run_spec */
};
extern const struct spec_section spec_sections[];
extern const size_t spec_section_count;

#endif
