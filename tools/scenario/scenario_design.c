/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/scenario/range.h"
#include "tools/scenario/scenario_keys.h"
#include "tools/scenario/scenario_sweep.h"
#include "tools/scenario/yaml.h"
#include "tools/stats/design.h"

static const char *const design_keys[] = { "points", "seed", "knobs", NULL };
static const char *const between_keys[] = { "knob", "from", "to", "scale",
	NULL };
static const char *const among_keys[] = { "knob", "over", NULL };

struct design {
	uint64_t points;
	uint64_t seed;
};

static const struct knob design_knobs[] = {
	{ "points", KNOB_COUNT, offsetof(struct design, points), "1", "65536",
	    "64", NULL, "how many points" },
	{ "seed", KNOB_COUNT, offsetof(struct design, seed), NULL, NULL, "1",
	    NULL, "which of many such designs" },
};

/* What a coordinate of the design becomes. */
struct coordinate {
	bool between;			/* two ends, or else some values */
	struct sweep_number number;
	struct range range;
	struct scenario_axis some;	/* its values are those of `over` */
};

static int
read_number(struct scenario_reader *reader, const struct knob *knob,
    const struct yaml_value *map, struct design *design)
{

	return (knob_read(reader->path, "", knob, yaml_get(map, knob->name),
	    design, reader->err));
}

/* "linear" unless it says "log". */
static int
read_scale(struct scenario_reader *reader, const struct yaml_value *map,
    bool *log)
{
	const struct yaml_value *scale;

	scale = yaml_get(map, "scale");
	*log = scale != NULL && scale->kind == YAML_TEXT &&
	    strcmp(scale->text, "log") == 0;
	if (scale == NULL || *log || (scale->kind == YAML_TEXT &&
	    strcmp(scale->text, "linear") == 0))
		return (0);
	return (yaml_blame(reader->path, scale, reader->err,
	    "scale: given %.60s, allowed are linear, log",
	    scale->kind == YAML_TEXT ? scale->text : yaml_kind_name(scale)));
}

static int
read_between(struct scenario_reader *reader, const struct yaml_value *map,
    const struct scenario_axis *axis, struct coordinate *coordinate)
{
	const struct yaml_value *from, *to;
	uint64_t least, most;
	bool log;

	from = yaml_get(map, "from");
	to = yaml_get(map, "to");
	if (from == NULL || to == NULL)
		return (yaml_blame(reader->path, map, reader->err, "knobs: "
		    "the key \"%s\" is missing; allowed is {knob: NAME, from: "
		    "A, to: B, scale: linear|log} or {knob: NAME, over: "
		    "[VALUES]}", from == NULL ? "from" : "to"));
	if (keys_check(reader->path, map, between_keys, reader->err) != 0 ||
	    read_scale(reader, map, &log) != 0 ||
	    sweep_number_init(&coordinate->number, reader, axis, map,
	    "from") != 0 ||
	    sweep_number_read(&coordinate->number, reader, "from", from,
	    &least) != 0 ||
	    sweep_number_read(&coordinate->number, reader, "to", to,
	    &most) != 0)
		return (-1);
	if (most <= least)
		return (yaml_blame(reader->path, to, reader->err,
		    "to: given %.60s, allowed is more than what it is from, "
		    "which is %.60s", to->text, from->text));
	if (log && least == 0)
		return (yaml_blame(reader->path, from, reader->err,
		    "from: given %.60s, allowed for log is more than 0",
		    from->text));
	range_init(&coordinate->range, least, most, log);
	coordinate->between = true;
	return (0);
}

static int
read_coordinate(struct scenario_reader *reader, const struct yaml_value *map,
    struct coordinate *coordinate)
{
	const struct yaml_value *over;
	struct scenario_axis *axis, *some;

	if (map->kind != YAML_MAP)
		return (yaml_blame(reader->path, map, reader->err, "knobs: "
		    "given %s, allowed is {knob: NAME, from: A, to: B, scale: "
		    "linear|log} or {knob: NAME, over: [VALUES]}",
		    yaml_kind_name(map)));
	axis = sweep_axis_add(reader, map);
	if (axis == NULL)
		return (-1);
	over = yaml_get(map, "over");
	if (over == NULL)
		return (read_between(reader, map, axis, coordinate));
	if (keys_check(reader->path, map, among_keys, reader->err) != 0)
		return (-1);
	/* The axis itself gets the values that the design picks. */
	some = &coordinate->some;
	some->knob = axis->knob;
	some->line = axis->line;
	some->column = axis->column;
	return (sweep_read_over(reader, some, yaml_get(map, "knob"), over,
	    false));
}

static void
coordinate_fini(struct coordinate *coordinate)
{
	struct scenario_axis *some;
	size_t i;

	some = &coordinate->some;
	for (i = 0; i < some->value_count; i++) {
		free(some->values[i]);
		free(some->canonical[i]);
	}
	free(some->values);
	free(some->canonical);
	free(some->numbers);
}

static void
push(struct coordinate *coordinate, struct scenario_axis *axis,
    uint32_t fraction, uint64_t points)
{
	const struct scenario_axis *some;
	uint64_t value;
	size_t level;

	if (!coordinate->between) {
		some = &coordinate->some;
		level = design_level(fraction, some->value_count);
		sweep_axis_push(axis, some->values[level],
		    some->canonical[level], some->numbers[level]);
		return;
	}
	value = range_part(&coordinate->range, fraction);
	if (sweep_number_is_fine(&coordinate->number))
		value = range_readable(&coordinate->range, value, points);
	sweep_number_push(&coordinate->number, axis, value);
}

static void
push_points(struct scenario_reader *reader, struct coordinate *coordinates,
    size_t count, const struct design *design, bool sobol)
{
	const struct scenario_joint *joint;
	struct scenario *scenario;
	uint32_t *points;
	size_t i, j;

	scenario = reader->scenario;
	joint = &scenario->joints[scenario->joint_count - 1];
	points = must_alloc(design->points, count * sizeof(*points));
	if (sobol)
		design_sobol(points, design->points, count, design->seed);
	else
		design_latin_hypercube(points, design->points, count,
		    design->seed);
	for (i = 0; i < design->points; i++)
		for (j = 0; j < count; j++)
			push(&coordinates[j],
			    &scenario->axes[joint->axis + j],
			    points[i * count + j], design->points);
	free(points);
}

int
sweep_read_design(struct scenario_reader *reader, const char *kind,
    const struct yaml_value *map)
{
	const struct yaml_value *knobs;
	struct coordinate *coordinates;
	struct design design;
	size_t i;
	int failed;

	if (map->kind != YAML_MAP)
		return (yaml_blame(reader->path, map, reader->err,
		    "%s: given %s, allowed is {points: N, seed: N, knobs: "
		    "[...]}", kind, yaml_kind_name(map)));
	if (keys_check(reader->path, map, design_keys, reader->err) != 0)
		return (-1);
	knobs = yaml_get(map, "knobs");
	if (knobs == NULL || yaml_get(map, "points") == NULL)
		return (yaml_blame(reader->path, map, reader->err,
		    "%s: the key \"%s\" is missing", kind,
		    knobs == NULL ? "knobs" : "points"));
	if (knobs->kind != YAML_LIST || knobs->count == 0 ||
	    knobs->count > DESIGN_DIMENSIONS)
		return (yaml_blame(reader->path, knobs, reader->err,
		    "knobs: given %s, allowed is a list of 1 to %d knobs",
		    knobs->kind != YAML_LIST ? yaml_kind_name(knobs) :
		    knobs->count == 0 ? "an empty list" : "a longer list",
		    DESIGN_DIMENSIONS));
	if (read_number(reader, &design_knobs[0], map, &design) != 0 ||
	    read_number(reader, &design_knobs[1], map, &design) != 0)
		return (-1);
	coordinates = must_alloc(knobs->count, sizeof(*coordinates));
	failed = 0;
	for (i = 0; i < knobs->count && !failed; i++)
		failed = read_coordinate(reader, knobs->entries[i].value,
		    &coordinates[i]);
	if (!failed)
		push_points(reader, coordinates, knobs->count, &design,
		    strcmp(kind, "sobol") == 0);
	for (i = 0; i < knobs->count; i++)
		coordinate_fini(&coordinates[i]);
	free(coordinates);
	return (failed);
}
