/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/scenario/plan.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"

static struct scenario *
read_text(const char *text)
{
	struct scenario *scenario;
	struct err err;

	scenario = scenario_parse("x.yaml", text, strlen(text), NULL, 0, &err);
	cr_assert_not_null(scenario, "%s", err.text);
	return (scenario);
}

/* One line for each point: "label knob=value knob=value". */
static void
expect_points(const char *text, const char *points)
{
	const struct plan_point *point;
	struct scenario *scenario;
	struct plan *plan;
	struct err err;
	char shown[4096];
	size_t i, j, used;

	scenario = read_text(text);
	plan = plan_make(scenario, 0, &err);
	cr_assert_not_null(plan, "%s", err.text);
	used = 0;
	shown[0] = '\0';
	for (i = 0; i < plan->point_count; i++) {
		point = &plan->points[i];
		cr_expect_eq(point->ordinal, i);
		used += (size_t)snprintf(shown + used, sizeof(shown) - used,
		    "%s", point->policy->label);
		for (j = 0; j < point->knob_count; j++)
			used += (size_t)snprintf(shown + used,
			    sizeof(shown) - used, " %s=%s",
			    point->knobs[j].knob, point->knobs[j].value);
		used += (size_t)snprintf(shown + used, sizeof(shown) - used,
		    "\n");
	}
	cr_expect_str_eq(shown, points);
	plan_free(plan);
	scenario_free(scenario);
}

Test(plan, no_sweep_is_one_point_for_each_policy)
{

	expect_points("{}\n", "gus\n");
	expect_points("policies: [gus, leak]\n", "gus\nleak\n");
}

Test(plan, the_last_axis_turns_fastest)
{

	expect_points("sweep:\n"
	    "  - {knob: zone.bucket_size, over: [4, 8]}\n"
	    "  - {knob: run.duration, over: [1ms, 1000ns]}\n",
	    "gus zone.bucket_size=4 run.duration=1ms\n"
	    "gus zone.bucket_size=4 run.duration=1000ns\n"
	    "gus zone.bucket_size=8 run.duration=1ms\n"
	    "gus zone.bucket_size=8 run.duration=1000ns\n");
}

Test(plan, axes_that_do_not_apply_collapse)
{

	expect_points("sweep:\n"
	    "  - {knob: core.mode, over: [eager, deferred, lazy]}\n"
	    "  - {knob: core.deferral, over: [2, 4], when: "
	    "{core.mode: deferred}}\n"
	    "  - {knob: core.lazy_grace, over: [2, 3], when: "
	    "{core.mode: lazy}}\n",
	    "gus core.mode=eager\n"
	    "gus core.mode=deferred core.deferral=2\n"
	    "gus core.mode=deferred core.deferral=4\n"
	    "gus core.mode=lazy core.lazy_grace=2\n"
	    "gus core.mode=lazy core.lazy_grace=3\n");
}

Test(plan, conditions_look_at_the_base_and_at_the_policy)
{

	expect_points("core: {mode: lazy}\n"
	    "policies: [gus, {name: gus, label: e, set: {core.mode: eager}}, "
	    "leak]\n"
	    "sweep:\n"
	    "  - {knob: core.lazy_grace, over: [2, 3], when: "
	    "{core.mode: lazy, policy: gus}}\n",
	    "gus core.lazy_grace=2\n"
	    "gus core.lazy_grace=3\n"
	    "e\n"
	    "leak\n");
	/* Values are compared, not their texts. */
	expect_points("run: {duration: 1ms}\nsweep: [{knob: core.deferral, "
	    "over: [1, 2], when: {run.duration: 1000us}}]\n",
	    "gus core.deferral=1\ngus core.deferral=2\n");
	expect_points("run: {duration: 1ms}\nsweep: [{knob: core.deferral, "
	    "over: [1, 2], when: {run.duration: 2ms}}]\n", "gus\n");
}

Test(plan, what_a_policy_sets_for_itself_is_not_swept_for_it)
{

	expect_points("policies: [gus, {name: gus, label: b, set: "
	    "{zone.bucket_size: 62}}]\n"
	    "sweep:\n"
	    "  - {knob: zone.bucket_size, over: [4, 8]}\n",
	    "gus zone.bucket_size=4\n"
	    "gus zone.bucket_size=8\n"
	    "b\n");
}

Test(plan, base_only_leaves_the_sweep_out)
{
	struct scenario *scenario;
	struct run_spec spec;
	struct plan *plan;
	struct err err;

	scenario = read_text("zone: {bucket_size: 5}\npolicies: [gus, leak]\n"
	    "sweep: [{knob: zone.bucket_size, over: [4, 8]}]\n"
	    "seeds: {from: 7, count: 3}\n");
	plan = plan_make(scenario, 1, &err);
	cr_assert_not_null(plan, "%s", err.text);
	cr_assert_eq(plan->point_count, 2);
	cr_expect_eq(plan->seed_from, 7);
	cr_expect_eq(plan->seed_count, 3);
	cr_assert_eq(plan_spec(plan, 1, 42, &spec, &err), 0);
	cr_expect_eq(spec.zone.bucket_size, 5);
	cr_expect_eq(spec.seed, 42);
	cr_expect_str_eq(spec.policy.def->name, "leak");
	plan_free(plan);
	scenario_free(scenario);
}

Test(plan, specs_carry_the_point_and_the_seed)
{
	struct scenario *scenario;
	struct run_spec spec;
	struct plan *plan;
	struct err err;
	size_t i;

	scenario = read_text("faults: [smi, smi]\n"
	    "sweep:\n"
	    "  - {knob: machine.cpus, over: [1, 2, 4]}\n"
	    "  - {knob: 'faults.smi[2].for', over: [1us, {exp: 2us}]}\n");
	plan = plan_make(scenario, 0, &err);
	cr_assert_not_null(plan, "%s", err.text);
	cr_assert_eq(plan->point_count, 6);
	for (i = 0; i < plan->point_count; i++) {
		cr_assert_eq(plan_spec(plan, i, i + 10, &spec, &err), 0);
		cr_expect_eq(spec.seed, i + 10);
		cr_expect_eq(spec.machine.cpus, (uint64_t)1 << (i / 2));
	}
	cr_expect_str_eq(plan->points[5].knobs[1].value, "{exp: 2us}");
	cr_expect_eq(plan->points[5].knobs[1].number, 2000000.0);
	plan_free(plan);
	scenario_free(scenario);
}

Test(plan, a_swept_preset_makes_the_same_spec_as_a_written_one)
{
	struct scenario *swept, *written;
	struct run_spec one, other;
	struct plan *plan;
	struct err err;
	size_t i;
	char text[200];
	const char *names[] = { "xeon-2s", "epyc-1s" };

	swept = read_text("machine: {hz: 250, preset: guest-4}\n"
	    "sweep:\n"
	    "  - {knob: machine.memory, over: [sc]}\n"
	    "  - {knob: machine.preset, over: [xeon-2s, epyc-1s]}\n"
	    "  - {knob: core.deferral, over: [3], when: "
	    "{machine.preset: epyc-1s}}\n");
	plan = plan_make(swept, 0, &err);
	cr_assert_not_null(plan, "%s", err.text);
	cr_assert_eq(plan->point_count, 2);
	cr_expect_eq(plan->points[0].knob_count, 2);
	cr_expect_eq(plan->points[1].knob_count, 3);
	cr_expect(isnan(plan->points[0].knobs[1].number));
	for (i = 0; i < 2; i++) {
		snprintf(text, sizeof(text), "machine: {hz: 250, memory: sc, "
		    "preset: %s}\ncore: {deferral: %d}\n", names[i],
		    i == 0 ? 8 : 3);
		written = read_text(text);
		other = written->policies[0].spec;
		cr_assert_eq(plan_spec(plan, i, 1, &one, &err), 0, "%s",
		    err.text);
		cr_expect(memcmp(&one, &other, sizeof(one)) == 0, "%s",
		    names[i]);
		scenario_free(written);
	}
	plan_free(plan);
	scenario_free(swept);
}

Test(plan, a_point_that_breaks_a_rule_is_named)
{
	struct scenario *scenario;
	struct err err;

	scenario = read_text("machine: {cpus: 4, sockets: 2}\n"
	    "sweep:\n"
	    "  - {knob: core.deferral, over: [1]}\n"
	    "  - {knob: machine.cpus, over: [4, 1]}\n");
	cr_assert_null(plan_make(scenario, 0, &err));
	cr_expect(strstr(err.text, "x.yaml:4:12: ") == err.text &&
	    strstr(err.text, "core.deferral=1, machine.cpus=1") != NULL &&
	    strstr(err.text, "machine.sockets: 2 sockets") != NULL, "%s",
	    err.text);
	scenario_free(scenario);
}

Test(plan, too_many_points_are_refused_quickly, .timeout = 30)
{
	struct scenario *scenario;
	struct plan *plan;
	struct err err;
	FILE *out;
	char *text;
	size_t bytes, i, j;
	static const char *const knobs[] = { "core.deferral", "zone.limit",
		"zone.cache_limit", "core.start_before_wrap",
		"zone.advance_every", "run.accesses_max", "core.lazy_grace",
		"machine.store_buffer" };

	/* 20^8 points: their number does not fit 32 bits, nor the memory. */
	out = open_memstream(&text, &bytes);
	cr_assert_not_null(out);
	fputs("sweep:\n", out);
	for (i = 0; i < sizeof(knobs) / sizeof(knobs[0]); i++) {
		fprintf(out, "  - {knob: %s, over: [1", knobs[i]);
		for (j = 2; j <= 20; j++)
			fprintf(out, ", %zu", j);
		fputs("]}\n", out);
	}
	fclose(out);
	scenario = read_text(text);
	plan = plan_make(scenario, 0, &err);
	cr_assert_null(plan);
	cr_expect(strstr(err.text, "more than 1000000 points") != NULL, "%s",
	    err.text);
	plan_free(plan);
	scenario_free(scenario);
	free(text);
}
