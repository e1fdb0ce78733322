/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/shrink/reduce.h"

#include <string.h>

#include "sim/base/err.h"
#include "sim/strategies/strategy.h"
#include "tools/shrink/choices.h"
#include "tools/shrink/knobs.h"
#include "tools/shrink/shrink.h"

enum {
	LEAP_SHIFT_MAX = 8,
	LEAP_RUNS = 400,
	LEAP_ACCESSES = 2000000,
	LEAP_CHOICES = 3,		/* few enough: no more is looked for */
	LEAP_DURATION_LEAST_PS = 5000000,
	SEEK_RUNS = 100,
	SEEK_ACCESSES = 500000,
	SEEK_SEEDS = 10000,		/* from one search to the next */
	OTHERS_CHOICES = 5,
	OTHERS_SEARCHES = 10,
	OTHERS_RUNS = 2000,
	OTHERS_ACCESSES = 10000000,
	DURATION_LEAST_PS = 1000000,
};

/* --- searches -------------------------------------------------------------------- */

/* A run of this spec that fails becomes the best, whatever the best was. */
static bool
seek(struct shrink *shrink, const struct run_spec *spec, const char *strategy,
    uint64_t runs, uint64_t accesses)
{
	struct trial *trial = &shrink->trial;
	struct schedule schedule;
	struct run_spec seeded;
	char blamed[SPEC_NAME_SIZE];
	struct err err;
	bool found;

	seeded = *spec;
	seeded.seed = 1 + SEEK_SEEDS * shrink->searches++;
	if (spec_check(&seeded, blamed, sizeof(blamed), &err) != 0 ||
	    !trial_seek(trial, &seeded, strategy_find(strategy), runs,
	    accesses))
		return (false);
	seeded.seed = trial->answer.seed;
	memset(&schedule, 0, sizeof(schedule));
	found = trial_schedule(trial, seeded.machine.cpus, &schedule) &&
	    shrink_try(shrink, &seeded, &schedule);
	schedule_fini(&schedule);
	return (found);
}

/* ... unless it takes more choices. */
static bool
seek_better(struct shrink *shrink, const struct run_spec *spec,
    const char *strategy, uint64_t runs, uint64_t accesses)
{
	struct shrink_run before;
	bool better;

	memset(&before, 0, sizeof(before));
	shrink_run_copy(&before, &shrink->best);
	better = seek(shrink, spec, strategy, runs, accesses);
	if (better) {
		choices_fewer(shrink);
		better = shrink->best.schedule.count <= before.schedule.count;
		if (!better)
			shrink_run_copy(&shrink->best, &before);
	}
	shrink_run_fini(&before);
	return (better);
}

/* The same schedule, or another one. */
static bool
try_spec(struct shrink *shrink, const struct run_spec *spec, bool search)
{

	if (shrink_try(shrink, spec, &shrink->best.schedule))
		return (true);
	/* What delays find is soon left with what it needs. */
	return (search && seek_better(shrink, spec, "delay", SEEK_RUNS,
	    SEEK_ACCESSES));
}

/* --- time -------------------------------------------------------------------------- */

static void
set_duration(struct run_spec *spec, uint64_t ps)
{

	spec->run.warmup_ps = 0;
	spec->run.duration_ps = choices_round(ps < DURATION_LEAST_PS ?
	    DURATION_LEAST_PS : ps);
}

static uint64_t
whole(const struct run_spec *spec)
{

	return (spec->run.warmup_ps + spec->run.duration_ps);
}

static bool
try_duration(struct shrink *shrink, uint64_t ps, bool search)
{
	struct run_spec spec;

	spec = shrink->best.spec;
	set_duration(&spec, ps);
	if (whole(&spec) > whole(&shrink->best.spec) ||
	    (spec.run.duration_ps == shrink->best.spec.run.duration_ps &&
	    shrink->best.spec.run.warmup_ps == 0))
		return (false);
	return (try_spec(shrink, &spec, search));
}

/* Just past the finding; then less, as long as it comes. */
static void
cut_duration(struct shrink *shrink, bool search)
{

	(void)try_duration(shrink, shrink->best.answer.finding.at_ps, false);
	(void)try_duration(shrink, whole(&shrink->best.spec), false);
	while (!shrink_over(shrink) && (try_duration(shrink,
	    whole(&shrink->best.spec) / 2, search) ||
	    try_duration(shrink, whole(&shrink->best.spec) / 4 * 3, false)))
		continue;
	(void)try_duration(shrink, shrink->best.answer.finding.at_ps, false);
}

/* --- the leap ----------------------------------------------------------------------- */

static void
lower_all(struct run_spec *spec, unsigned shift)
{
	struct knobs_count count;
	uint64_t least, value;
	size_t i;

	for (i = 0; knobs_count_at(spec, i, &count); i++) {
		least = count.least;
		if (strcmp(count.dotted, "machine.cpus") == 0 && least < 2)
			least = 2;
		value = count.value >> shift;
		knobs_count_set(spec, count.dotted,
		    count.value <= least ? count.value :
		    value < least ? least : value);
	}
}

/* A small program is no gain if it takes more choices. */
static bool
land(struct shrink *shrink, const struct run_spec *spec, const char *strategy)
{
	struct shrink_run before;
	size_t most;
	bool landed;

	memset(&before, 0, sizeof(before));
	shrink_run_copy(&before, &shrink->best);
	most = before.schedule.count < OTHERS_CHOICES ? OTHERS_CHOICES :
	    before.schedule.count;
	landed = seek(shrink, spec, strategy, LEAP_RUNS, LEAP_ACCESSES);
	if (landed) {
		choices_fewer(shrink);
		landed = shrink->best.schedule.count <= most;
		if (!landed)
			shrink_run_copy(&shrink->best, &before);
	}
	shrink_run_fini(&before);
	return (landed);
}

static bool
leap(struct shrink *shrink, unsigned shift)
{
	struct run_spec spec;
	uint64_t ps;

	spec = shrink->first.spec;
	/* What this check does not need costs only time. */
	if (strcmp(shrink->trial.target.check, "data_race") != 0)
		spec.run.data_race = 0;
	/* Strategies stop CPUs as faults do. */
	spec.fault_count = 0;
	lower_all(&spec, shift);
	ps = shrink->first.answer.finding.at_ps;
	if (ps == 0 || ps > whole(&spec))
		ps = whole(&spec);
	ps >>= shift;
	set_duration(&spec, ps < LEAP_DURATION_LEAST_PS ?
	    LEAP_DURATION_LEAST_PS : ps);
	return (land(shrink, &spec, "delay") || land(shrink, &spec, "mixed"));
}

/* From the smallest program up. */
static bool
leap_down(struct shrink *shrink)
{
	unsigned shift;

	for (shift = LEAP_SHIFT_MAX + 1; shift-- > 0;)
		if (leap(shrink, shift))
			return (true);
	return (false);
}

bool
reduce_leap(struct shrink *shrink, bool anywhere)
{
	struct trial_target *target = &shrink->trial.target;
	bool landed;

	if (anywhere && (target->crashed || target->place_count == 0))
		return (false);
	target->anywhere = anywhere;
	landed = leap_down(shrink);
	target->anywhere = false;
	if (landed && anywhere)
		trial_aim(&shrink->trial, &shrink->best.answer);
	/* Few choices are better than a small program. */
	while (landed && !shrink_over(shrink) &&
	    shrink->best.schedule.count > LEAP_CHOICES)
		if (!seek_better(shrink, &shrink->best.spec, "delay",
		    LEAP_RUNS, LEAP_ACCESSES))
			break;
	return (landed);
}

/*
 * Choices that are minimal may still be many: others may be fewer.  Delays are
 * few to begin with.
 */
void
reduce_others(struct shrink *shrink)
{
	unsigned i;

	for (i = 0; i < OTHERS_SEARCHES && !shrink_over(shrink) &&
	    shrink->best.schedule.count > OTHERS_CHOICES; i++)
		(void)seek_better(shrink, &shrink->best.spec,
		    i % 2 == 0 ? "delay" : "mixed", OTHERS_RUNS,
		    OTHERS_ACCESSES);
}

/* --- steps -------------------------------------------------------------------------- */

static bool
without_fault(struct shrink *shrink, size_t index)
{
	struct trial *trial = &shrink->trial;
	struct schedule schedule;
	struct run_spec spec;
	bool fails;

	spec = shrink->best.spec;
	knobs_drop_fault(&spec, index);
	if (shrink_try(shrink, &spec, &shrink->best.schedule))
		return (true);
	/* What the faults have stopped is stopped by the schedule instead. */
	fails = false;
	if (!shrink->best.schedule.stepped) {
		memset(&schedule, 0, sizeof(schedule));
		fails = trial_convert(trial, &shrink->best.spec,
		    &shrink->best.schedule) &&
		    trial_schedule(trial, spec.machine.cpus, &schedule) &&
		    shrink_try(shrink, &spec, &schedule);
		schedule_fini(&schedule);
	}
	if (fails)
		choices_fewer(shrink);
	return (fails || seek(shrink, &spec, "mixed", LEAP_RUNS,
	    LEAP_ACCESSES));
}

static void
drop_faults(struct shrink *shrink)
{
	size_t i;

	for (i = shrink->best.spec.fault_count; i-- > 0;)
		if (i < shrink->best.spec.fault_count &&
		    !shrink_over(shrink))
			(void)without_fault(shrink, i);
}

static bool
try_count(struct shrink *shrink, const char *dotted, uint64_t value,
    bool search)
{
	struct run_spec spec;

	spec = shrink->best.spec;
	knobs_count_set(&spec, dotted, value);
	return (try_spec(shrink, &spec, search));
}

static void
lower_count(struct shrink *shrink, size_t index)
{
	struct knobs_count count;
	struct shrink_run before;

	if (!knobs_count_at(&shrink->best.spec, index, &count))
		return;
	if (count.value == 0) {
		/* One may be more than what 0 stands for. */
		memset(&before, 0, sizeof(before));
		shrink_run_copy(&before, &shrink->best);
		if (try_count(shrink, count.dotted, 1, false) &&
		    shrink->best.answer.accesses >= before.answer.accesses)
			shrink_run_copy(&shrink->best, &before);
		shrink_run_fini(&before);
		return;
	}
	if (count.value > count.least &&
	    try_count(shrink, count.dotted, count.least, true))
		return;
	while (count.value > count.least && !shrink_over(shrink)) {
		if (!try_count(shrink, count.dotted, count.least +
		    (count.value - count.least) / 2, true) &&
		    !try_count(shrink, count.dotted, count.value - 1, false))
			return;
		if (!knobs_count_at(&shrink->best.spec, index, &count))
			return;
	}
}

/* A stricter memory model is a simpler one. */
static void
stricter_memory(struct shrink *shrink)
{
	static const char *const models[] = { "sc", "tso" };
	struct run_spec spec;
	struct err err;
	size_t i;

	for (i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
		spec = shrink->best.spec;
		if (spec_set(&spec, "machine.memory", models[i], &err) != 0 ||
		    spec.machine.memory >= shrink->best.spec.machine.memory)
			return;
		if (try_spec(shrink, &spec, true))
			return;
	}
}

void
reduce_steps(struct shrink *shrink)
{
	struct knobs_count count;
	struct run_spec spec;
	size_t i;

	if (strcmp(shrink->trial.target.check, "data_race") != 0 &&
	    shrink->best.spec.run.data_race != 0) {
		spec = shrink->best.spec;
		spec.run.data_race = 0;
		(void)shrink_try(shrink, &spec, &shrink->best.schedule);
	}
	cut_duration(shrink, false);
	drop_faults(shrink);
	stricter_memory(shrink);
	for (i = 0; knobs_count_at(&shrink->best.spec, i, &count); i++) {
		if (shrink_over(shrink))
			return;
		lower_count(shrink, i);
	}
	cut_duration(shrink, true);
}

void
reduce_end(struct shrink *shrink)
{
	struct run_spec spec;
	char dotted[SPEC_NAME_SIZE];
	const char *preset;
	struct err err;
	size_t i;

	for (i = 0; !shrink_over(shrink) &&
	    knobs_setting_at(&shrink->best.spec, i, dotted, &preset);) {
		spec = shrink->best.spec;
		/* What stays as it is makes the next one number i + 1. */
		if (spec_set(&spec, dotted, preset, &err) != 0 ||
		    !shrink_try(shrink, &spec, &shrink->best.schedule))
			i++;
	}
	cut_duration(shrink, false);
}
