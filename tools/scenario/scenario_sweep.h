/*
 * scenario_sweep - what does an entry of `sweep` stand for?
 *
 * The inside of tools/scenario/scenario_{sweep,joint,over,design,filter}.c.
 *
 * Errors      -1 with err, "PATH:LINE:COLUMN: ...".
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SCENARIO_SCENARIO_SWEEP_H
#define TOOLS_SCENARIO_SCENARIO_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/dist.h"
#include "sim/base/knob.h"
#include "tools/scenario/scenario_source.h"

struct yaml_value;

/* --- scenario_sweep.c: knobs and their values ------------------------------ */

/* The spec of a policy that has this knob; the first where none has. */
const struct run_spec *sweep_spec(const struct scenario *scenario,
    const char *knob);

/* Checks `text` as a value of the knob.  The message has no place yet, but ... */
enum sweep_fault {
	SWEEP_FAULT_VALUE,
	SWEEP_FAULT_NAME,	/* of the knob */
	SWEEP_FAULT_PRESET,	/* ... where the mistake is in a preset's file */
};
int sweep_canonical(struct scenario_reader *reader, const char *knob,
    const char *text, char canonical[KNOB_TEXT_MAX], double *number,
    enum sweep_fault *fault);

/* The same, blamed on where the name or the value stands. */
int sweep_value(struct scenario_reader *reader, const char *knob,
    const char *text, const struct yaml_value *name_at,
    const struct yaml_value *value_at, char canonical[KNOB_TEXT_MAX],
    double *number);

/* Whether the scenario has a policy of that label or name. */
bool sweep_has_policy(const struct scenario_reader *reader, const char *text);

/* --- scenario_joint.c: axes and rows --------------------------------------- */

/* A new joint without axes; NULL where there are too many. */
struct scenario_joint *sweep_joint_add(struct scenario_reader *reader,
    const struct yaml_value *at);

/*
 * A new axis for the last joint, for the knob that `map` names; NULL where it
 * names none, or one that is swept already.
 */
struct scenario_axis *sweep_axis_add(struct scenario_reader *reader,
    const struct yaml_value *map);

void sweep_axis_push(struct scenario_axis *axis, const char *text,
    const char *canonical, double number);

/*
 * repeats[row]: a row before it has the same values in those axes of the joint
 * for which `active` is true.  How many there are of them.
 */
size_t sweep_joint_repeats(const struct scenario *scenario,
    const struct scenario_joint *joint, const bool *active, bool *repeats);

/* Of equal rows the first stays. */
void sweep_joint_unify(struct scenario *scenario, struct scenario_joint *joint);

/* Takes an axis out of its joint, and the joint out where it was the last. */
void sweep_axis_remove(struct scenario *scenario, size_t axis);

/* --- scenario_over.c: lists and ranges ------------------------------------- */

/* A knob whose values are whole numbers of base units. */
struct sweep_number {
	struct knob knob;	/* its value is the first of what follows */
	union {
		uint64_t number;
		struct dist dist;
	} config;
};

/* `why` is the key that wants numbers. */
int sweep_number_init(struct sweep_number *number,
    struct scenario_reader *reader, const struct scenario_axis *axis,
    const struct yaml_value *at, const char *why);
int sweep_number_read(struct sweep_number *number,
    struct scenario_reader *reader, const char *key,
    const struct yaml_value *value, uint64_t *result);
/* As a new value of the axis. */
void sweep_number_push(struct sweep_number *number, struct scenario_axis *axis,
    uint64_t value);
/* Whether nobody needs its last digits: a time, a rate. */
bool sweep_number_is_fine(const struct sweep_number *number);

/* Where values may come twice, `repeats` is true. */
int sweep_read_over(struct scenario_reader *reader, struct scenario_axis *axis,
    const struct yaml_value *name, const struct yaml_value *over,
    bool repeats);

/* --- scenario_design.c, scenario_filter.c ---------------------------------- */

/* {points, seed, knobs}, as axes and rows of the last joint. */
int sweep_read_design(struct scenario_reader *reader, const char *kind,
    const struct yaml_value *design);

int sweep_read_filter(struct scenario_reader *reader,
    const struct yaml_value *where);

#endif
