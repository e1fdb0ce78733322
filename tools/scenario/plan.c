/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/scenario/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/scenario/module.h"
#include "tools/scenario/scenario_source.h"
#include "tools/scenario/scenario_sweep.h"
#include "tools/scenario/where.h"

/* A plan while its points are enumerated, depth first, last joint fastest. */
struct planner {
	struct plan *plan;
	const struct scenario *scenario;
	struct err *err;
	size_t policy;
	/* For this policy: which axes it has, and rows that are thus equal. */
	bool active[SCENARIO_AXES_MAX];
	bool *repeats[SCENARIO_JOINTS_MAX];
	/* The choices so far. */
	uint32_t rows[SCENARIO_JOINTS_MAX];
	size_t depth;
	/* The policy's spec under the preset that was chosen. */
	const struct run_spec *spec;
	const struct preset *preset;
	size_t candidates;
};

/* The axis of that knob and the row that was chosen; NULL where it has none. */
static const struct scenario_axis *
chosen(const struct planner *planner, const char *knob, size_t *row)
{
	const struct scenario_joint *joint;
	const struct scenario *scenario;
	size_t i, j;

	scenario = planner->scenario;
	for (i = 0; i < planner->depth; i++) {
		joint = &scenario->joints[i];
		for (j = joint->axis; planner->rows[i] != PLAN_NO_ROW &&
		    j < joint->axis + joint->axis_count; j++)
			if (planner->active[j] &&
			    strcmp(scenario->axes[j].knob, knob) == 0) {
				*row = planner->rows[i];
				return (&scenario->axes[j]);
			}
	}
	return (NULL);
}

static bool
holds(const struct planner *planner, const char *knob, const char *value)
{
	const struct scenario_policy *policy;
	const struct scenario_axis *axis;
	struct err err;
	char text[KNOB_TEXT_MAX];
	size_t row;

	policy = &planner->scenario->policies[planner->policy];
	if (strcmp(knob, settings_policy) == 0)
		return (strcmp(policy->label, value) == 0 ||
		    strcmp(policy->spec.policy.def->name, value) == 0);
	axis = chosen(planner, knob, &row);
	if (axis != NULL)
		return (strcmp(axis->canonical[row], value) == 0);
	if (strcmp(knob, settings_preset) == 0)
		return (planner->preset != NULL &&
		    strcmp(planner->preset->name, value) == 0);
	/* A knob of another policy: the condition does not hold. */
	return (spec_get(planner->spec, knob, text, sizeof(text), NULL,
	    &err) == 0 && strcmp(text, value) == 0);
}

static bool
applies(const struct planner *planner, const struct scenario_joint *joint)
{
	size_t i;

	for (i = 0; i < joint->axis_count &&
	    !planner->active[joint->axis + i]; i++)
		continue;
	if (i == joint->axis_count)
		return (false);
	for (i = 0; i < joint->when_count; i++)
		if (!holds(planner, joint->when_knobs[i],
		    joint->when_values[i]))
			return (false);
	return (true);
}

/* --- filters --------------------------------------------------------------- */

static bool
number_at(void *context, const char *knob, double *number)
{
	const struct planner *planner = context;
	const struct scenario_axis *axis;
	struct err err;
	char text[KNOB_TEXT_MAX];
	size_t row;

	axis = chosen(planner, knob, &row);
	if (axis != NULL) {
		*number = axis->numbers[row];
		return (true);
	}
	return (scenario_concerns(planner->scenario, planner->policy, knob) &&
	    spec_get(planner->spec, knob, text, sizeof(text), number, &err) ==
	    0);
}

static bool
has(void *context, const char *knob)
{
	double number;

	return (strcmp(knob, settings_policy) == 0 ||
	    strcmp(knob, settings_preset) == 0 ||
	    number_at(context, knob, &number));
}

static bool
is(void *context, const char *knob, const char *word)
{

	return (holds(context, knob, word));
}

/* "gus with core.deferral=4, zone.bucket_size=8", or "gus" */
static void
describe_point(const struct plan_point *point, char *text, size_t room)
{
	size_t i, used;

	used = (size_t)snprintf(text, room, "%s", point->policy->label);
	for (i = 0; i < point->knob_count && used < room; i++)
		used += (size_t)snprintf(text + used, room - used, "%s%s=%s",
		    i == 0 ? " with " : ", ", point->knobs[i].knob,
		    point->knobs[i].value);
}

/* The knobs of the choices so far, as a point. */
static void
fill_point(const struct planner *planner, struct plan_point *point)
{
	const struct scenario_joint *joint;
	const struct scenario_axis *axis;
	struct plan_knob *knob;
	size_t i, j;

	point->policy = &planner->scenario->policies[planner->policy];
	point->knobs = must_alloc(planner->scenario->axis_count,
	    sizeof(*point->knobs));
	point->knob_count = 0;
	for (i = 0; i < planner->depth; i++) {
		joint = &planner->scenario->joints[i];
		for (j = joint->axis; planner->rows[i] != PLAN_NO_ROW &&
		    j < joint->axis + joint->axis_count; j++) {
			if (!planner->active[j])
				continue;
			axis = &planner->scenario->axes[j];
			knob = &point->knobs[point->knob_count++];
			knob->knob = axis->knob;
			knob->value = axis->values[planner->rows[i]];
			knob->number = axis->numbers[planner->rows[i]];
		}
	}
}

static int
blame_filter(struct planner *planner, const struct scenario_filter *filter,
    size_t at)
{
	struct plan_point point;
	char text[300];

	fill_point(planner, &point);
	describe_point(&point, text, sizeof(text));
	free(point.knobs);
	return (err_at(planner->err, "%.300s:%zu:%zu: where: at letter %zu, "
	    "for the point of %s", planner->scenario->path, filter->line,
	    filter->column, at + 1, text));
}

/* 1: a filter took the point; 0: it stays; -1: a filter failed. */
static int
filtered(struct planner *planner)
{
	struct where_point point = { number_at, has, is, planner };
	const struct scenario *scenario;
	size_t at, i;
	bool stays;

	scenario = planner->scenario;
	for (i = 0; i < scenario->filter_count; i++) {
		if (where_holds(scenario->filters[i].where, &point, &stays,
		    &at, planner->err) != 0)
			return (blame_filter(planner, &scenario->filters[i],
			    at));
		if (stays)
			continue;
		planner->plan->taken[i]++;
		return (1);
	}
	return (0);
}

/* --- points ---------------------------------------------------------------- */

static int
add_point(struct planner *planner)
{
	struct plan_point *point;
	struct plan *plan;
	size_t joints;

	plan = planner->plan;
	if (plan->point_count == PLAN_POINTS_MAX)
		return (err_set(planner->err, "%.400s: the sweep has more "
		    "than %d points; sweep fewer knobs or values at once",
		    planner->scenario->path, PLAN_POINTS_MAX));
	plan->points = must_grow(plan->points, plan->point_count,
	    sizeof(*plan->points));
	joints = planner->scenario->joint_count;
	plan->rows = must_grow(plan->rows, plan->point_count,
	    sizeof(*plan->rows) * (joints == 0 ? 1 : joints));
	memcpy(plan->rows + plan->point_count * joints, planner->rows,
	    joints * sizeof(*plan->rows));
	point = &plan->points[plan->point_count];
	fill_point(planner, point);
	point->ordinal = plan->point_count++;
	return (0);
}

static int
try_point(struct planner *planner)
{
	int took;

	if (planner->scenario->filter_count > 0 &&
	    planner->candidates++ == PLAN_CANDIDATES_MAX)
		return (err_set(planner->err, "%.400s: the sweep has more "
		    "than %d points before its filters; sweep fewer knobs or "
		    "values at once", planner->scenario->path,
		    PLAN_CANDIDATES_MAX));
	took = filtered(planner);
	return (took == 0 ? add_point(planner) : took < 0 ? -1 : 0);
}

static int enumerate(struct planner *planner);

/* The axis that changes the machine under all knobs, or NULL. */
static const struct scenario_axis *
preset_axis(const struct planner *planner, const struct scenario_joint *joint)
{
	size_t i;

	for (i = joint->axis; i < joint->axis + joint->axis_count; i++)
		if (planner->active[i] && strcmp(planner->scenario->
		    axes[i].knob, settings_preset) == 0)
			return (&planner->scenario->axes[i]);
	return (NULL);
}

static int
enumerate_rows(struct planner *planner, size_t index)
{
	const struct preset *preset_before;
	const struct run_spec *spec_before;
	const struct scenario_axis *presets;
	const struct scenario_joint *joint;
	struct run_spec *spec;
	size_t i;
	int failed;

	joint = &planner->scenario->joints[index];
	presets = preset_axis(planner, joint);
	preset_before = planner->preset;
	spec_before = planner->spec;
	spec = presets == NULL ? NULL : must_alloc(1, sizeof(*spec));
	failed = 0;
	for (i = 0; i < joint->row_count && !failed; i++) {
		if (planner->repeats[index] != NULL &&
		    planner->repeats[index][i])
			continue;
		planner->rows[index] = (uint32_t)i;
		if (presets != NULL) {
			planner->preset = scenario_preset_loaded(
			    planner->scenario, presets->canonical[i]);
			planner->spec = spec;
			failed = scenario_resolve(planner->scenario,
			    planner->policy, planner->preset, spec,
			    planner->err) != 0;
		}
		failed = failed || enumerate(planner) != 0;
	}
	planner->preset = preset_before;
	planner->spec = spec_before;
	free(spec);
	return (failed ? -1 : 0);
}

static int
enumerate(struct planner *planner)
{
	size_t index;
	int failed;
	bool apply;

	index = planner->depth;
	if (index == planner->scenario->joint_count)
		return (try_point(planner));
	/* Where it does not apply there is one branch, not one per row. */
	planner->rows[index] = PLAN_NO_ROW;
	apply = applies(planner, &planner->scenario->joints[index]);
	planner->depth++;
	failed = apply ? enumerate_rows(planner, index) : enumerate(planner);
	planner->depth--;
	return (failed);
}

/* Which axes the policy has; what it sets for itself is not swept for it. */
static void
begin_policy(struct planner *planner, size_t policy)
{
	const struct scenario *scenario;
	const struct scenario_joint *joint;
	const char *knob;
	size_t i, j;
	bool all;

	scenario = planner->scenario;
	planner->policy = policy;
	planner->spec = &scenario->policies[policy].spec;
	planner->preset = scenario->source->policies[policy].preset;
	for (i = 0; i < scenario->axis_count; i++) {
		knob = scenario->axes[i].knob;
		planner->active[i] = scenario_concerns(scenario, policy,
		    knob) && settings_find(&scenario->source->
		    policies[policy].pins, knob) == NULL;
	}
	for (i = 0; i < scenario->joint_count; i++) {
		joint = &scenario->joints[i];
		planner->rows[i] = PLAN_NO_ROW;
		all = true;
		for (j = 0; j < joint->axis_count; j++)
			all = all && planner->active[joint->axis + j];
		if (all)
			continue;
		planner->repeats[i] = must_alloc(joint->row_count,
		    sizeof(bool));
		sweep_joint_repeats(scenario, joint,
		    &planner->active[joint->axis], planner->repeats[i]);
	}
}

static void
end_policy(struct planner *planner)
{
	size_t i;

	for (i = 0; i < SCENARIO_JOINTS_MAX; i++) {
		free(planner->repeats[i]);
		planner->repeats[i] = NULL;
	}
}

/* A rule between knobs is broken in this point: say which and where. */
static int
blame_point(const struct plan *plan, size_t index, const char *blamed,
    struct err *err)
{
	const struct scenario_axis *axis;
	const struct plan_point *point;
	char text[360];
	size_t i, line, column;

	point = &plan->points[index];
	line = column = 1;
	for (i = point->knob_count; i > 0; i--) {
		for (axis = plan->scenario->axes; axis->knob !=
		    point->knobs[i - 1].knob; axis++)
			continue;
		if (line == 1 || strcmp(axis->knob, blamed) == 0) {
			line = axis->line;
			column = axis->column;
		}
	}
	describe_point(point, text, sizeof(text));
	return (err_at(err, "%.300s:%zu:%zu: the sweep makes a point of %s: "
	    "%s", plan->scenario->path, line, column, text, blamed));
}

static int
check_points(const struct plan *plan, struct err *err)
{
	char blamed[SPEC_NAME_SIZE];
	struct run_spec *spec;
	size_t i;
	int failed;

	spec = must_alloc(1, sizeof(*spec));
	failed = 0;
	for (i = 0; i < plan->point_count && !failed; i++) {
		failed = plan_spec(plan, i, plan->seed_from, spec, err);
		if (!failed && spec_check(spec, blamed, sizeof(blamed), err) !=
		    0)
			failed = blame_point(plan, i, blamed, err);
	}
	free(spec);
	return (failed);
}

struct plan *
plan_make(const struct scenario *scenario, int base_only, struct err *err)
{
	struct planner planner;
	struct plan *plan;
	size_t i;
	int failed;

	plan = must_alloc(1, sizeof(*plan));
	plan->scenario = scenario;
	plan->seed_from = scenario->seed_from;
	plan->seed_count = scenario->seed_count;
	plan->seed_until = scenario->seed_until;
	plan->seed_most = scenario->seed_most;
	memcpy(plan->seed_of, scenario->seed_of, sizeof(plan->seed_of));
	plan->seed_of_count = scenario->seed_of_count;
	memset(&planner, 0, sizeof(planner));
	planner.plan = plan;
	planner.scenario = scenario;
	planner.err = err;
	failed = 0;
	for (i = 0; i < scenario->policy_count && !failed; i++) {
		begin_policy(&planner, i);
		failed = base_only ? add_point(&planner) :
		    enumerate(&planner);
		end_policy(&planner);
	}
	if (!failed && plan->point_count == 0)
		failed = err_set(err, "%.400s:%zu:%zu: where: the filters "
		    "leave no point of the sweep", scenario->path,
		    scenario->filters[0].line, scenario->filters[0].column);
	/* The base of each policy was checked when the file was read. */
	if (!failed && !base_only)
		failed = check_points(plan, err);
	if (!failed)
		return (plan);
	plan_free(plan);
	return (NULL);
}

void
plan_free(struct plan *plan)
{
	size_t i;

	if (plan == NULL)
		return;
	for (i = 0; i < plan->point_count; i++)
		free(plan->points[i].knobs);
	free(plan->points);
	free(plan->rows);
	free(plan);
}

int
plan_spec(const struct plan *plan, size_t point, uint64_t seed,
    struct run_spec *spec, struct err *err)
{
	const struct plan_point *at;
	const struct plan_knob *knob;
	const struct preset *preset;
	size_t i;

	at = &plan->points[point];
	*spec = at->policy->spec;
	for (i = 0; i < at->knob_count; i++) {
		knob = &at->knobs[i];
		if (strcmp(knob->knob, settings_preset) != 0)
			continue;
		preset = scenario_preset_loaded(plan->scenario, knob->value);
		if (scenario_resolve(plan->scenario, (size_t)(at->policy -
		    plan->scenario->policies), preset, spec, err) != 0)
			return (-1);
	}
	for (i = 0; i < at->knob_count; i++) {
		knob = &at->knobs[i];
		if (strcmp(knob->knob, module_file) == 0)
			module_forget(spec);
		if (strcmp(knob->knob, settings_preset) != 0 &&
		    spec_set(spec, knob->knob, knob->value, err) != 0)
			return (-1);
	}
	spec->seed = seed;
	return (module_read(spec, plan->scenario->path, err));
}
