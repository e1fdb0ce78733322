/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/conform/course.h"

#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "sim/base/rng.h"
#include "sim/machine/choice.h"
#include "tools/scenario/plan.h"

enum {
	COURSE_CPUS_LEAST = 2,
	COURSE_CPUS_MOST = 6,
	COURSE_DEFERRAL_MOST = 8,
	COURSE_START_MOST = 200,	/* advances before the wrap */
	COURSE_OWN_START_ONE_IN = 4,	/* runs that start where the profile does */
};

/* What is varied, unless it is set. */
struct axis {
	const char *knob;
	const char *values[4];
};

static const struct axis axes[] = {
	{ "core.mode", { "eager", "deferred", "lazy", NULL } },
	{ "core.profile", { "production", "wrap", NULL } },
	{ "machine.memory", { "sc", "tso", NULL } },
	{ "machine.arch", { "amd64", "arm64", NULL } },
};

enum { AXES = sizeof(axes) / sizeof(axes[0]) };

/* Random calls: small machines, and a clock that ticks within a run. */
static const char calls_path[] = "calls";
static const char calls_text[] =
    "name: calls\n"
    "about: Random calls of the core itself.\n"
    "machine: {cpus: 4, pages: 4MiB, hz: 100000}\n"
    "policy: gus\n"
    "workload: {calls: {operations: 250}}\n"
    "run: {warmup: 0, duration: 1ms, series_points: 1}\n";

static bool
is_set(const char *const *sets, size_t set_count, const char *knob)
{
	size_t i, length;

	length = strlen(knob);
	for (i = 0; i < set_count; i++)
		if (strncmp(sets[i], knob, length) == 0 &&
		    sets[i][length] == '=')
			return (true);
	return (false);
}

/* The base point of the scenario's first policy that is a core. */
static int
plan_core(const struct plan *plan, struct run_spec *spec, struct err *err)
{
	size_t i;

	for (i = 0; i < plan->point_count; i++) {
		if (plan_spec(plan, i, plan->seed_from, spec, err) != 0)
			return (-1);
		if (strcmp(spec->policy.def->name, "gus") == 0)
			return (0);
	}
	return (err_set(err, "%s: conform compares cores of the policy gus, "
	    "and this scenario has no run of it", plan->scenario->name));
}

/* NULL: the random calls. */
static int
scenario_spec(const char *file, const char *const *sets, size_t set_count,
    struct course *course, struct err *err)
{
	struct scenario *scenario;
	struct plan *plan;
	int status;

	scenario = file != NULL ?
	    scenario_load(file, sets, set_count, err) :
	    scenario_parse(calls_path, calls_text, strlen(calls_text), sets,
	    set_count, err);
	if (scenario == NULL)
		return (-1);
	plan = plan_make(scenario, 1, err);
	status = plan == NULL ? -1 : plan_core(plan, &course->spec, err);
	snprintf(course->name, sizeof(course->name), "%s", scenario->name);
	plan_free(plan);
	scenario_free(scenario);
	return (status);
}

/* What every run of a comparison has. */
static int
align(struct course *course, const char *const *sets, size_t set_count,
    struct err *err)
{
	struct run_spec *spec = &course->spec;

	if (!is_set(sets, set_count, "run.step_tick") &&
	    spec_set(spec, "run.step_tick", "200ns", err) != 0)
		return (-1);
	if (spec->machine.cpus > STEP_ACTORS_MAX / 2)
		return (err_set(err, "%s: cores are compared step by step, "
		    "which is for machines of at most %d CPUs; this one has "
		    "%llu (--set machine.cpus=N)", course->name,
		    STEP_ACTORS_MAX / 2,
		    (unsigned long long)spec->machine.cpus));
	if (spec->machine.memory == MACHINE_RELAXED)
		return (err_set(err, "%s: two cores have other orderings, by "
		    "design, and under relaxed no schedule fits both; "
		    "machine.memory must be sc or tso", course->name));
	return (0);
}

/* The original opens a section by a locked instruction on amd64, not elsewhere. */
static int
add_one(struct course_list *list, const struct course *course, bool chosen,
    struct err *err)
{
	struct course *added;
	char blamed[SPEC_NAME_SIZE];

	list->courses = must_grow(list->courses, list->count,
	    sizeof(*list->courses));
	added = &list->courses[list->count++];
	*added = *course;
	if (!chosen)
		added->spec.run.lockstep =
		    added->spec.machine.arch == MACHINE_ARCH_ARM64 ?
		    RUN_STEPS_STORED : RUN_STEPS_LOCKED;
	if (spec_check(&added->spec, blamed, sizeof(blamed), err) != 0)
		return (err_at(err, "%s: %s", course->name, blamed));
	return (0);
}

static int
add_along(struct course_list *list, const struct course *course,
    const char *const *sets, size_t set_count, size_t axis, struct err *err)
{
	struct course next;
	size_t i;

	if (axis == AXES)
		return (add_one(list, course,
		    is_set(sets, set_count, "run.lockstep"), err));
	if (is_set(sets, set_count, axes[axis].knob))
		return (add_along(list, course, sets, set_count, axis + 1,
		    err));
	for (i = 0; axes[axis].values[i] != NULL; i++) {
		next = *course;
		if (spec_set(&next.spec, axes[axis].knob,
		    axes[axis].values[i], err) != 0 ||
		    add_along(list, &next, sets, set_count, axis + 1,
		    err) != 0)
			return (-1);
	}
	return (0);
}

int
course_add(struct course_list *list, const char *scenario,
    const char *const *sets, size_t set_count, struct err *err)
{
	struct course course;

	memset(&course, 0, sizeof(course));
	if (scenario_spec(scenario, sets, set_count, &course, err) != 0 ||
	    align(&course, sets, set_count, err) != 0)
		return (-1);
	course.draws_cpus = scenario == NULL &&
	    !is_set(sets, set_count, "machine.cpus");
	course.draws_deferral = !is_set(sets, set_count, "core.deferral");
	course.draws_start = !is_set(sets, set_count,
	    "core.start_before_wrap");
	return (add_along(list, &course, sets, set_count, 0, err));
}

void
course_fini(struct course_list *list)
{

	free(list->courses);
	memset(list, 0, sizeof(*list));
}

void
course_spec(const struct course *course, uint64_t seed, uint64_t number,
    struct run_spec *spec)
{
	uint64_t cpus, deferral, start;
	struct rng rng;

	*spec = course->spec;
	spec->seed = seed + number;
	rng_init(&rng, seed, "conform", number);
	cpus = COURSE_CPUS_LEAST +
	    rng_below(&rng, COURSE_CPUS_MOST - COURSE_CPUS_LEAST + 1);
	deferral = 1 + rng_below(&rng, COURSE_DEFERRAL_MOST);
	start = rng_below(&rng, COURSE_OWN_START_ONE_IN) == 0 ? 0 :
	    1 + rng_below(&rng, COURSE_START_MOST);
	if (course->draws_cpus)
		spec->machine.cpus = cpus;
	if (course->draws_deferral)
		spec->core.deferral = deferral;
	if (course->draws_start)
		spec->core.start_before_wrap = start;
}
