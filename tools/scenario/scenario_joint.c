/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE	/* qsort_r() */
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/scenario/scenario_keys.h"
#include "tools/scenario/scenario_sweep.h"
#include "tools/scenario/where.h"
#include "tools/scenario/yaml.h"

struct scenario_joint *
sweep_joint_add(struct scenario_reader *reader, const struct yaml_value *at)
{
	struct scenario_joint *joint;
	struct scenario *scenario;

	scenario = reader->scenario;
	if (scenario->joint_count == SCENARIO_JOINTS_MAX) {
		yaml_blame(reader->path, at, reader->err,
		    "sweep: more than %d axes", SCENARIO_JOINTS_MAX);
		return (NULL);
	}
	joint = &scenario->joints[scenario->joint_count++];
	joint->axis = scenario->axis_count;
	return (joint);
}

struct scenario_axis *
sweep_axis_add(struct scenario_reader *reader, const struct yaml_value *map)
{
	const struct yaml_value *knob;
	struct scenario_axis *axis;
	struct scenario *scenario;
	char name[SPEC_NAME_SIZE];
	size_t i;

	scenario = reader->scenario;
	knob = yaml_get(map, "knob");
	if (knob == NULL) {
		yaml_blame(reader->path, map, reader->err,
		    "sweep: the key \"knob\" is missing");
		return (NULL);
	}
	if (plain_text(reader->path, "knob", knob, name, sizeof(name),
	    reader->err) != 0)
		return (NULL);
	for (i = 0; i < scenario->axis_count; i++)
		if (strcmp(scenario->axes[i].knob, name) == 0) {
			yaml_blame(reader->path, knob, reader->err,
			    "sweep: %s is swept in line %zu already", name,
			    scenario->axes[i].line);
			return (NULL);
		}
	if (scenario->axis_count == SCENARIO_AXES_MAX) {
		yaml_blame(reader->path, map, reader->err,
		    "sweep: more than %d knobs", SCENARIO_AXES_MAX);
		return (NULL);
	}
	axis = &scenario->axes[scenario->axis_count++];
	axis->knob = must_copy(name);
	axis->line = knob->line;
	axis->column = knob->column;
	scenario->joints[scenario->joint_count - 1].axis_count++;
	return (axis);
}

void
sweep_axis_push(struct scenario_axis *axis, const char *text,
    const char *canonical, double number)
{

	axis->values = must_grow(axis->values, axis->value_count,
	    sizeof(*axis->values));
	axis->canonical = must_grow(axis->canonical, axis->value_count,
	    sizeof(*axis->canonical));
	axis->numbers = must_grow(axis->numbers, axis->value_count,
	    sizeof(*axis->numbers));
	axis->values[axis->value_count] = must_copy(text);
	axis->canonical[axis->value_count] = must_copy(canonical);
	axis->numbers[axis->value_count] = number;
	axis->value_count++;
}

/* --- equal rows ------------------------------------------------------------ */

struct rows {
	const struct scenario_axis *axes;
	size_t axis_count;
	const bool *active;
};

static int
compare_values(const struct rows *rows, size_t left, size_t right)
{
	size_t i;
	int order;

	for (i = 0; i < rows->axis_count; i++) {
		if (!rows->active[i])
			continue;
		order = strcmp(rows->axes[i].canonical[left],
		    rows->axes[i].canonical[right]);
		if (order != 0)
			return (order);
	}
	return (0);
}

static int
compare_rows(const void *left, const void *right, void *context)
{
	size_t a, b;
	int order;

	a = *(const size_t *)left;
	b = *(const size_t *)right;
	order = compare_values(context, a, b);
	return (order != 0 ? order : a < b ? -1 : a > b);
}

size_t
sweep_joint_repeats(const struct scenario *scenario,
    const struct scenario_joint *joint, const bool *active, bool *repeats)
{
	struct rows rows;
	size_t *order;
	size_t count, i;

	rows.axes = &scenario->axes[joint->axis];
	rows.axis_count = joint->axis_count;
	rows.active = active;
	order = must_alloc(joint->row_count, sizeof(*order));
	for (i = 0; i < joint->row_count; i++)
		order[i] = i;
	qsort_r(order, joint->row_count, sizeof(*order), compare_rows, &rows);
	count = 0;
	for (i = 0; i < joint->row_count; i++) {
		repeats[order[i]] = i > 0 && compare_values(&rows,
		    order[i - 1], order[i]) == 0;
		count += repeats[order[i]];
	}
	free(order);
	return (count);
}

static void
axis_keep(struct scenario_axis *axis, const bool *repeats)
{
	size_t i, kept;

	kept = 0;
	for (i = 0; i < axis->value_count; i++) {
		if (repeats[i]) {
			free(axis->values[i]);
			free(axis->canonical[i]);
			continue;
		}
		axis->values[kept] = axis->values[i];
		axis->canonical[kept] = axis->canonical[i];
		axis->numbers[kept] = axis->numbers[i];
		kept++;
	}
	axis->value_count = kept;
}

void
sweep_joint_unify(struct scenario *scenario, struct scenario_joint *joint)
{
	bool *repeats, active[SCENARIO_AXES_MAX];
	size_t count, i;

	memset(active, true, sizeof(active));
	repeats = must_alloc(joint->row_count, sizeof(*repeats));
	count = sweep_joint_repeats(scenario, joint, active, repeats);
	for (i = 0; count > 0 && i < joint->axis_count; i++)
		axis_keep(&scenario->axes[joint->axis + i], repeats);
	joint->row_count -= count;
	free(repeats);
}

/* --- the end --------------------------------------------------------------- */

static void
axis_fini(struct scenario_axis *axis)
{
	size_t i;

	for (i = 0; i < axis->value_count; i++) {
		free(axis->values[i]);
		free(axis->canonical[i]);
	}
	free(axis->knob);
	free(axis->values);
	free(axis->canonical);
	free(axis->numbers);
	memset(axis, 0, sizeof(*axis));
}

static void
joint_fini(struct scenario_joint *joint)
{
	size_t i;

	for (i = 0; i < joint->when_count; i++) {
		free(joint->when_knobs[i]);
		free(joint->when_values[i]);
	}
	free(joint->when_knobs);
	free(joint->when_values);
	memset(joint, 0, sizeof(*joint));
}

void
sweep_axis_remove(struct scenario *scenario, size_t index)
{
	struct scenario_axis *axis;
	struct scenario_joint *joint;
	size_t i;

	axis = &scenario->axes[index];
	axis_fini(axis);
	scenario->axis_count--;
	memmove(axis, axis + 1, (scenario->axis_count - index) *
	    sizeof(*axis));
	memset(&scenario->axes[scenario->axis_count], 0, sizeof(*axis));
	joint = scenario->joints;
	while (index >= joint->axis + joint->axis_count)
		joint++;
	joint->axis_count--;
	for (i = (size_t)(joint - scenario->joints) + 1;
	    i < scenario->joint_count; i++)
		scenario->joints[i].axis--;
	if (joint->axis_count > 0) {
		sweep_joint_unify(scenario, joint);
		return;
	}
	joint_fini(joint);
	scenario->joint_count--;
	memmove(joint, joint + 1, (scenario->joint_count -
	    (size_t)(joint - scenario->joints)) * sizeof(*joint));
	memset(&scenario->joints[scenario->joint_count], 0, sizeof(*joint));
}

void
scenario_sweep_fini(struct scenario *scenario)
{
	size_t i;

	for (i = 0; i < scenario->axis_count; i++)
		axis_fini(&scenario->axes[i]);
	for (i = 0; i < scenario->joint_count; i++)
		joint_fini(&scenario->joints[i]);
	for (i = 0; i < scenario->filter_count; i++) {
		free(scenario->filters[i].text);
		where_free(scenario->filters[i].where);
	}
}
