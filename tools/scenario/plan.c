/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/scenario/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "tools/must.h"
#include "tools/scenario/module.h"
#include "tools/scenario/scenario_source.h"

/* A plan while its points are enumerated, depth first, last axis fastest. */
struct planner {
	struct plan *plan;
	const struct scenario *scenario;
	struct err *err;
	size_t policy;
	/* The choices so far: axis and value. */
	size_t axes[SCENARIO_AXES_MAX];
	size_t values[SCENARIO_AXES_MAX];
	size_t depth;
	/* The policy's spec under the preset that was chosen. */
	const struct run_spec *spec;
	const struct preset *preset;
};

static const char *
chosen(const struct planner *planner, const char *knob)
{
	const struct scenario_axis *axis;
	size_t i;

	for (i = 0; i < planner->depth; i++) {
		axis = &planner->scenario->axes[planner->axes[i]];
		if (strcmp(axis->knob, knob) == 0)
			return (axis->canonical[planner->values[i]]);
	}
	return (NULL);
}

static bool
holds(const struct planner *planner, const char *knob, const char *value)
{
	const struct scenario_policy *policy;
	struct err err;
	char text[KNOB_TEXT_MAX];
	const char *choice;

	policy = &planner->scenario->policies[planner->policy];
	if (strcmp(knob, "policy") == 0)
		return (strcmp(policy->label, value) == 0 ||
		    strcmp(policy->spec.policy.def->name, value) == 0);
	choice = chosen(planner, knob);
	if (choice != NULL)
		return (strcmp(choice, value) == 0);
	if (strcmp(knob, settings_preset) == 0)
		return (planner->preset != NULL &&
		    strcmp(planner->preset->name, value) == 0);
	/* A knob of another policy: the condition does not hold. */
	return (spec_get(planner->spec, knob, text, sizeof(text), NULL,
	    &err) == 0 && strcmp(text, value) == 0);
}

static bool
applies(const struct planner *planner, const struct scenario_axis *axis)
{
	size_t i;

	if (!scenario_concerns(planner->scenario, planner->policy,
	    axis->knob) || settings_find(&planner->scenario->source->
	    policies[planner->policy].pins, axis->knob) != NULL)
		return (false);
	for (i = 0; i < axis->when_count; i++)
		if (!holds(planner, axis->when_knobs[i], axis->when_values[i]))
			return (false);
	return (true);
}

static int
add_point(struct planner *planner)
{
	const struct scenario_axis *axis;
	struct plan_point *point;
	struct plan *plan;
	size_t i;

	plan = planner->plan;
	if (plan->point_count == PLAN_POINTS_MAX)
		return (err_set(planner->err, "%.400s: the sweep has more "
		    "than %d points; sweep fewer knobs or values at once",
		    planner->scenario->path, PLAN_POINTS_MAX));
	plan->points = must_grow(plan->points, plan->point_count,
	    sizeof(*plan->points));
	point = &plan->points[plan->point_count];
	point->ordinal = plan->point_count++;
	point->policy = &planner->scenario->policies[planner->policy];
	point->knob_count = planner->depth;
	point->knobs = must_alloc(planner->depth, sizeof(*point->knobs));
	for (i = 0; i < planner->depth; i++) {
		axis = &planner->scenario->axes[planner->axes[i]];
		point->knobs[i].knob = axis->knob;
		point->knobs[i].value = axis->values[planner->values[i]];
		point->knobs[i].number = axis->numbers[planner->values[i]];
	}
	return (0);
}

static int enumerate(struct planner *planner, size_t axis);

/* The axis that changes the machine under all knobs: specs start anew. */
static int
enumerate_presets(struct planner *planner, size_t index)
{
	const struct preset *preset_before;
	const struct run_spec *spec_before;
	const struct scenario_axis *axis;
	struct run_spec *spec;
	size_t i;
	int failed;

	axis = &planner->scenario->axes[index];
	preset_before = planner->preset;
	spec_before = planner->spec;
	spec = must_alloc(1, sizeof(*spec));
	failed = 0;
	for (i = 0; i < axis->value_count && !failed; i++) {
		planner->values[planner->depth - 1] = i;
		planner->preset = scenario_preset_loaded(planner->scenario,
		    axis->canonical[i]);
		planner->spec = spec;
		failed = scenario_resolve(planner->scenario, planner->policy,
		    planner->preset, spec, planner->err) != 0 ||
		    enumerate(planner, index + 1) != 0;
	}
	planner->preset = preset_before;
	planner->spec = spec_before;
	free(spec);
	return (failed ? -1 : 0);
}

static int
enumerate(struct planner *planner, size_t index)
{
	const struct scenario_axis *axis;
	size_t i;
	int failed;

	if (index == planner->scenario->axis_count)
		return (add_point(planner));
	axis = &planner->scenario->axes[index];
	/* Where it does not apply there is one branch, not one per value. */
	if (!applies(planner, axis))
		return (enumerate(planner, index + 1));
	planner->axes[planner->depth++] = index;
	failed = 0;
	if (strcmp(axis->knob, settings_preset) == 0)
		failed = enumerate_presets(planner, index);
	else
		for (i = 0; i < axis->value_count && !failed; i++) {
			planner->values[planner->depth - 1] = i;
			failed = enumerate(planner, index + 1);
		}
	planner->depth--;
	return (failed);
}

/* A rule between knobs is broken in this point: say which and where. */
static int
blame_point(const struct plan *plan, size_t index, const char *blamed,
    struct err *err)
{
	const struct scenario_axis *axis;
	const struct plan_point *point;
	char values[300];
	size_t i, line, column, used;

	point = &plan->points[index];
	line = column = 1;
	used = 0;
	values[0] = '\0';
	for (i = point->knob_count; i > 0; i--) {
		for (axis = plan->scenario->axes; axis->knob !=
		    point->knobs[i - 1].knob; axis++)
			continue;
		if (line == 1 || strcmp(axis->knob, blamed) == 0) {
			line = axis->line;
			column = axis->column;
		}
	}
	for (i = 0; i < point->knob_count && used < sizeof(values); i++)
		used += (size_t)snprintf(values + used, sizeof(values) - used,
		    "%s%s=%s", i == 0 ? "" : ", ", point->knobs[i].knob,
		    point->knobs[i].value);
	return (err_at(err, "%.300s:%zu:%zu: the sweep makes a point of %s "
	    "with %s: %s", plan->scenario->path, line, column,
	    point->policy->label, values, blamed));
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
		planner.policy = i;
		planner.spec = &scenario->policies[i].spec;
		planner.preset = scenario->source->policies[i].preset;
		failed = base_only ? add_point(&planner) :
		    enumerate(&planner, 0);
	}
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
