/*
 * plan_sweep_test - do ranges, zips, designs and filters make the points that
 * arithmetic says?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "tools/scenario/plan.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "tools/stats/design.h"

static struct scenario *
read_text(const char *text, const char *set)
{
	struct scenario *scenario;
	struct err err;

	scenario = scenario_parse("x.yaml", text, strlen(text), &set,
	    set != NULL, &err);
	cr_assert_not_null(scenario, "%s\n%s", err.text, text);
	return (scenario);
}

/* One line for each point: "label knob=value knob=value". */
static void
expect_points(const char *text, const char *set, const char *points)
{
	const struct plan_point *point;
	struct scenario *scenario;
	struct plan *plan;
	struct err err;
	char shown[4096];
	size_t i, j, used;

	scenario = read_text(text, set);
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
			    sizeof(shown) - used, " %s",
			    point->knobs[j].value);
		used += (size_t)snprintf(shown + used, sizeof(shown) - used,
		    "\n");
	}
	cr_expect_str_eq(shown, points);
	plan_free(plan);
	scenario_free(scenario);
}

static void
expect_refused(const char *text, const char *words)
{
	struct scenario *scenario;
	struct plan *plan;
	struct err err;

	err.text[0] = '\0';
	scenario = scenario_parse("x.yaml", text, strlen(text), NULL, 0, &err);
	if (scenario != NULL) {
		plan = plan_make(scenario, 0, &err);
		cr_expect_null(plan, "%s was taken", text);
		plan_free(plan);
	}
	scenario_free(scenario);
	cr_expect(strstr(err.text, words) != NULL, "want %s\n got %s", words,
	    err.text);
}

static size_t
count_points(const char *text)
{
	struct scenario *scenario;
	struct plan *plan;
	struct err err;
	size_t count;

	scenario = read_text(text, NULL);
	plan = plan_make(scenario, 0, &err);
	cr_assert_not_null(plan, "%s", err.text);
	count = plan->point_count;
	plan_free(plan);
	scenario_free(scenario);
	return (count);
}

/* --- ranges ---------------------------------------------------------------- */

Test(plan_sweep, ranges_are_written_in_the_units_of_the_knob)
{

	expect_points("sweep: [{knob: zone.bucket_size, over: {linear: {from: "
	    "4, to: 20, step: 4}}}]\n", NULL,
	    "gus 4\ngus 8\ngus 12\ngus 16\ngus 20\n");
	/* A step that does not meet the end stops before it. */
	expect_points("sweep: [{knob: run.duration, over: {linear: {from: "
	    "1ms, to: 2ms, step: 400us}}}]\n", NULL,
	    "gus 1ms\ngus 1.4ms\ngus 1.8ms\n");
	expect_points("sweep: [{knob: zone.item_size, over: {linear: {from: "
	    "128B, to: 1KiB, count: 4}}}]\n", NULL,
	    "gus 128B\ngus 427B\ngus 725B\ngus 1KiB\n");
	expect_points("sweep: [{knob: zone.bucket_size, over: {log: {from: 4, "
	    "to: 256, count: 7}}}]\nzone: {bucket_size_max: 256}\n", NULL,
	    "gus 4\ngus 8\ngus 16\ngus 32\ngus 64\ngus 128\ngus 256\n");
	expect_points("sweep: [{knob: run.duration, over: {log: {from: 1ms, "
	    "to: 10ms, count: 3}}}]\n", NULL, "gus 1ms\ngus 3162us\n"
	    "gus 10ms\n");
	expect_points("faults: [smi]\nsweep: [{knob: faults.smi.for, over: "
	    "{linear: {from: 1us, to: 3us, count: 3}}}]\n", NULL,
	    "gus 1us\ngus 2us\ngus 3us\n");
	/* What is one value after rounding is one point. */
	expect_points("sweep: [{knob: core.lazy_grace, over: {log: {from: 1, "
	    "to: 8, count: 10}}}]\n", NULL,
	    "gus 1\ngus 2\ngus 3\ngus 4\ngus 5\ngus 6\ngus 8\n");
}

/* --- zips ------------------------------------------------------------------ */

#define ZIP "sweep: [{zip: [{knob: machine.cpus, over: [4, 4, 8]}, " \
	"{knob: core.deferral, over: [1, 2, 2]}]}]\n"

Test(plan_sweep, a_zip_turns_its_knobs_together)
{

	expect_points(ZIP, NULL, "gus 4 1\ngus 4 2\ngus 8 2\n");
	expect_points("sweep:\n"
	    "  - {knob: core.mode, over: [eager, deferred]}\n"
	    "  - {zip: [{knob: core.deferral, over: [1, 2]}, "
	    "{knob: zone.limit, over: {linear: {from: 5, to: 6, step: 1}}}], "
	    "when: {core.mode: deferred}}\n"
	    "  - {knob: zone.cache_limit, over: [7, 8], when: "
	    "{core.deferral: 2}}\n", NULL,
	    "gus eager\ngus deferred 1 5\n"
	    "gus deferred 2 6 7\ngus deferred 2 6 8\n");
}

Test(plan_sweep, what_is_set_leaves_a_zip_and_equal_rows_become_one)
{

	expect_points(ZIP, "core.deferral=9", "gus 4\ngus 8\n");
	expect_points(ZIP, "machine.cpus=2", "gus 1\ngus 2\n");
	expect_points("sweep: [{zip: [{knob: core.deferral, over: [1, 2]}]}, "
	    "{knob: zone.limit, over: [3, 4]}]\n", "core.deferral=9",
	    "gus 3\ngus 4\n");
	/* A policy that has the knob for itself meets the rest of the row. */
	expect_points("policies: [gus, {name: gus, label: b, set: "
	    "{core.deferral: 5}}]\n" ZIP, NULL,
	    "gus 4 1\ngus 4 2\ngus 8 2\nb 4\nb 8\n");
}

Test(plan_sweep, a_preset_may_be_zipped)
{
	struct scenario *scenario, *written;
	struct run_spec spec;
	struct plan *plan;
	struct err err;

	scenario = read_text("sweep: [{zip: [{knob: machine.preset, over: "
	    "[xeon-2s, epyc-1s]}, {knob: core.deferral, over: [3, 4]}]}, "
	    "{where: machine.preset != xeon-2s or core.deferral == 4}]\n",
	    NULL);
	plan = plan_make(scenario, 0, &err);
	cr_assert_not_null(plan, "%s", err.text);
	cr_assert_eq(plan->point_count, 1);
	cr_expect_eq(plan->taken[0], 1);
	cr_assert_eq(plan_spec(plan, 0, 1, &spec, &err), 0);
	written = read_text("machine: {preset: epyc-1s}\ncore: {deferral: "
	    "4}\n", NULL);
	cr_expect_eq(memcmp(&spec, &written->policies[0].spec, sizeof(spec)),
	    0);
	scenario_free(written);
	plan_free(plan);
	scenario_free(scenario);
}

/* --- designs --------------------------------------------------------------- */

#define DESIGN(kind, points, seed) "sweep: [{" kind ": {points: " points \
	", seed: " seed ", knobs: [" \
	"{knob: zone.bucket_size, from: 4, to: 254, scale: log}, " \
	"{knob: core.deferral, from: 1, to: 16}, " \
	"{knob: core.mode, over: [eager, deferred, lazy]}, " \
	"{knob: run.duration, from: 1ms, to: 2ms}]}}]\n"

static void
check_design(const char *text)
{
	size_t deferrals[17] = { 0 }, i, modes[3] = { 0 }, small;
	const struct plan_knob *knobs;
	struct scenario *scenario;
	struct plan *plan;
	struct err err;

	scenario = read_text(text, NULL);
	plan = plan_make(scenario, 0, &err);
	cr_assert_not_null(plan, "%s", err.text);
	cr_expect_eq(plan->point_count, 64);
	small = 0;
	for (i = 0; i < plan->point_count; i++) {
		knobs = plan->points[i].knobs;
		cr_expect(knobs[0].number >= 4 && knobs[0].number <= 254);
		small += knobs[0].number < 32;
		cr_assert(knobs[1].number >= 1 && knobs[1].number <= 16);
		deferrals[(size_t)knobs[1].number]++;
		cr_assert(knobs[2].number >= 0 && knobs[2].number <= 2);
		modes[(size_t)knobs[2].number]++;
		cr_expect(knobs[3].number >= 1e9 && knobs[3].number <= 2e9);
		/* Not "1.38271655...ms". */
		cr_expect_leq(strlen(knobs[3].value), 6, "%s", knobs[3].value);
	}
	for (i = 1; i <= 16; i++)
		cr_expect_eq(deferrals[i], 4, "%zu: %zu", i, deferrals[i]);
	for (i = 0; i < 3; i++)
		cr_expect(modes[i] == 21 || modes[i] == 22, "%zu", modes[i]);
	/* Half of the way from 4 to 255 in ratios is 32. */
	cr_expect(small >= 31 && small <= 33, "%zu", small);
	plan_free(plan);
	scenario_free(scenario);
}

Test(plan_sweep, designs_cover_each_knob_evenly)
{

	check_design(DESIGN("sobol", "64", "1"));
	check_design(DESIGN("sobol", "64", "77"));
	check_design(DESIGN("latin_hypercube", "64", "1"));
}

Test(plan_sweep, a_design_joins_what_is_one_after_rounding)
{

	/* 64 points on 3 x 4 places, 100 on 2. */
	cr_expect_eq(count_points("sweep: [{sobol: {points: 64, knobs: ["
	    "{knob: core.lazy_grace, from: 1, to: 3}, "
	    "{knob: core.deferral, over: [1, 2, 4, 8]}]}}]\n"), 12);
	cr_expect_eq(count_points("sweep: [{latin_hypercube: {points: 100, "
	    "knobs: [{knob: core.lazy_grace, from: 1, to: 2}]}}, "
	    "{knob: zone.limit, over: [1, 2, 3]}]\n"), 6);
	/* A knob that is set is left out; the others keep their places. */
	expect_points("sweep: [{sobol: {points: 32, seed: 3, knobs: ["
	    "{knob: core.lazy_grace, from: 1, to: 2}, "
	    "{knob: core.deferral, from: 1, to: 1000000}]}}, "
	    "{where: core.deferral == 5}]\n", "core.deferral=5",
	    "gus 1\ngus 2\n");
}

static void
get_digest(const char *text, const char *set, char digest[33])
{
	struct scenario *scenario;

	scenario = read_text(text, set);
	memcpy(digest, scenario->digest, 33);
	scenario_free(scenario);
}

static void
expect_digests(const char *one, const char *other, bool equal)
{
	char left[33], right[33];

	get_digest(one, NULL, left);
	get_digest(other, NULL, right);
	cr_expect_eq(strcmp(left, right) == 0, equal, "%s\n%s", one, other);
}

Test(plan_sweep, the_digest_is_of_the_points_and_not_of_their_spelling)
{
	char left[33], right[33];

	expect_digests("sweep: [{knob: zone.bucket_size, over: [4, 8, 12]}]\n",
	    "sweep: [{knob: zone.bucket_size, over: {linear: {from: 4, to: "
	    "12, count: 3}}}]\n", true);
	expect_digests("sweep: [{knob: zone.bucket_size, over: {linear: "
	    "{from: 4, to: 13, step: 4}}}]\n", "sweep: [{knob: "
	    "zone.bucket_size, over: {linear: {from: 4, to: 12, count: 3}}}]"
	    "\n", true);
	expect_digests("sweep: [{zip: [{knob: zone.bucket_size, over: [4, 8]}"
	    "]}]\n", "sweep: [{knob: zone.bucket_size, over: [4, 8]}]\n",
	    true);
	expect_digests("sweep: [{where: run.duration > 1ms}]\n",
	    "sweep: [{where: '(run.duration>1000us)'}]\n", true);
	expect_digests(DESIGN("sobol", "8", "1"), DESIGN("sobol", "8", "1"),
	    true);
	expect_digests(DESIGN("sobol", "8", "1"), DESIGN("sobol", "8", "2"),
	    false);
	expect_digests(DESIGN("sobol", "8", "1"), DESIGN("latin_hypercube",
	    "8", "1"), false);
	expect_digests("sweep: [{knob: machine.cpus, over: [4, 8]}, "
	    "{knob: core.deferral, over: [1, 2]}]\n", "sweep: [{zip: [{knob: "
	    "machine.cpus, over: [4, 8]}, {knob: core.deferral, over: [1, "
	    "2]}]}]\n", false);
	expect_digests("sweep: [{where: run.duration > 1ms}]\n", "{}\n",
	    false);
	/* --set of the whole of a zip leaves nothing of it. */
	get_digest("sweep: [{zip: [{knob: core.deferral, over: [1, 2]}]}]\n",
	    "core.deferral=2", left);
	get_digest("core: {deferral: 2}\n", NULL, right);
	cr_expect_str_eq(left, right);
}

/* The list form's digest is what it was before there was any other form. */
Test(plan_sweep, lists_have_the_digest_that_they_had)
{
	char digest[33];

	get_digest("sweep:\n  - {knob: core.mode, over: [eager, deferred]}\n"
	    "  - {knob: core.deferral, over: [1, 4], when: {core.mode: "
	    "deferred}}\n", NULL, digest);
	cr_expect_str_eq(digest, "7b283d6d5ab23f4fc7d34b2dfd4a1e98");
}

/* --- filters --------------------------------------------------------------- */

Test(plan_sweep, filters_take_points_and_are_counted)
{
	struct scenario *scenario;
	struct plan *plan;
	struct err err;
	size_t i, j, kept, first, second;

	scenario = read_text("policies: [gus, leak]\nsweep:\n"
	    "  - {where: zone.bucket_size * core.deferral <= 64 or policy == "
	    "leak}\n"
	    "  - {knob: zone.bucket_size, over: {linear: {from: 1, to: 20, "
	    "step: 1}}}\n"
	    "  - {knob: core.deferral, over: {linear: {from: 1, to: 20, "
	    "step: 1}}}\n"
	    "  - {where: zone.bucket_size > 3}\n", NULL);
	plan = plan_make(scenario, 0, &err);
	cr_assert_not_null(plan, "%s", err.text);
	kept = first = second = 0;
	for (i = 1; i <= 20; i++)
		for (j = 1; j <= 20; j++) {
			first += i * j > 64;
			second += i <= 3;	/* gus, where i * j <= 60 */
			second += i <= 3;
			kept += i > 3 && i * j <= 64;
			kept += i > 3;
		}
	cr_expect_eq(plan->taken[0], first);
	cr_expect_eq(plan->taken[1], second);
	cr_expect_eq(plan->point_count, kept);
	cr_expect_eq(plan->taken[0] + plan->taken[1] + plan->point_count, 800);
	plan_free(plan);
	scenario_free(scenario);
}

Test(plan_sweep, filters_see_what_is_not_swept_and_what_policies_set)
{

	expect_points("run: {duration: 1ms}\nsweep: [{knob: core.deferral, "
	    "over: [1, 2]}, {where: run.duration * machine.hz * core.deferral "
	    "> 1}]\n", NULL, "gus 2\n");
	expect_points("policies: [gus, {name: gus, label: b, set: {core.mode: "
	    "lazy}}]\nsweep: [{knob: core.deferral, over: [1, 2]}, "
	    "{where: core.mode == lazy or core.deferral == 1}]\n", NULL,
	    "gus 1\nb 1\nb 2\n");
	/* By --set too. */
	expect_points("sweep: [{knob: core.deferral, over: [1, 2]}, "
	    "{where: zone.bucket_size == core.deferral}]\n",
	    "zone.bucket_size=2", "gus 2\n");
	/* A knob of another policy decides nothing. */
	expect_points("policies: [hazard, leak]\nsweep: [{knob: "
	    "policy.hazard.slots, over: [2, 4]}, {where: "
	    "policy.hazard.slots > 2}]\n", NULL, "hazard 4\nleak\n");
}

Test(plan_sweep, filters_come_before_the_rules_between_knobs)
{

	expect_refused("machine: {cpus: 4, sockets: 2}\nsweep: [{knob: "
	    "machine.cpus, over: [4, 1]}]\n", "machine.sockets: 2 sockets");
	expect_points("machine: {cpus: 4, sockets: 2}\nsweep: [{knob: "
	    "machine.cpus, over: [4, 1]}, {where: machine.cpus >= "
	    "machine.sockets}]\n", NULL, "gus 4\n");
}

Test(plan_sweep, a_filter_may_not_take_all_or_divide_by_zero)
{

	expect_refused("sweep:\n  - {where: machine.cpus > 1000}\n",
	    "x.yaml:2:13: where: the filters leave no point");
	expect_refused("sweep:\n  - {knob: zone.limit, over: [1, 0]}\n"
	    "  - {where: 5 / zone.limit > 1}\n", "x.yaml:3:13: where: at "
	    "letter 3, for the point of gus with zone.limit=0: this divides");
}

/* 20^6 candidates are too many to look at, whatever the filters say. */
Test(plan_sweep, too_many_candidates_are_refused_quickly, .timeout = 30)
{

	expect_refused("sweep:\n"
	    "  - {knob: core.deferral, over: {linear: {from: 1, to: 2000, "
	    "step: 1}}}\n"
	    "  - {knob: zone.limit, over: {linear: {from: 1, to: 2001, step: "
	    "1}}}\n  - {where: zone.limit == 2001 and core.deferral == 1}\n",
	    "more than 4000000 points before its filters");
}

/* --- where complaints point ------------------------------------------------ */

Test(plan_sweep, a_mistake_in_a_condition_is_blamed_at_its_letter)
{

	expect_refused("sweep:\n  - where: zone.limit > 1 and zone.limt > 2\n",
	    "x.yaml:2:31: where: ");
	expect_refused("sweep:\n  - where: 'core.mode == ''lasy'' '\n",
	    "x.yaml:2:26: where: core.mode: given \"lasy\"");
	expect_refused("sweep:\n  - where: \"core.mode == \\\"lazy\\\" and "
	    "zone.limit\"\n", "x.yaml:2:39: where: given a number");
	expect_refused("sweep:\n  - where: >\n      zone.limit > 1\n\n"
	    "      and zone.limit\n", "x.yaml:5:11: where: given a number");
	expect_refused("sweep:\r\n  - where: |\r\n      zone.limit > 1\r\n"
	    "        and\r\n      zone.limit\r\n",
	    "x.yaml:5:7: where: given a number");
	expect_refused("sweep:\n  - where: zone.limit > 1\n      and\n\n"
	    "      zone.limit\n", "x.yaml:5:7: where: given a number");
	expect_refused("sweep: # \303\244\n  - where: zone.limit > 1 and "
	    "'\303\244\303\266' + 1 > 2\n", "x.yaml:2:31: where: given the "
	    "word");
	expect_refused("sweep:\n  - where: \"zone.limit > 1 and \\x7aone\"\n",
	    "x.yaml:2:32: where: given the word");
	/* What was written as the number of its letter: the beginning. */
	expect_refused("sweep:\n  - where: \"\\x7aone.limit > 1 and x\"\n",
	    "x.yaml:2:12: where: given the word");
	expect_refused("\357\273\277sweep: [{where: x}]\n",
	    "x.yaml:1:17: where: ");
}
