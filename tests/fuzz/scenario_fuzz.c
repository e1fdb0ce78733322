/*
 * scenario_fuzz - can any bytes upset the reader of scenarios?
 *
 * A libFuzzer target over scenario_parse(), plan_make() and the canonical text
 * of specs.  What follows a NUL byte is one --set.  Beyond memory errors it
 * checks that
 *
 *	- a refusal names file, line and column, or the --set, in one line,
 *	- what is taken is within its limits and its text reads back the same,
 *	- every point of the plan is so too, and has its place in the order.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "tools/scenario/plan.h"
#include "tools/scenario/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Larger plans are legal, but slow to build a million times. */
enum { POINTS_MAX = 5000 };

static void
demand(int condition, const char *what, const char *detail)
{

	if (condition)
		return;
	fprintf(stderr, "%s: %s\n", what, detail);
	abort();
}

static void
check_message(const struct err *err, const char *set)
{
	char word[16];
	size_t line, column;
	const char *c;

	demand(err->text[0] != '\0', "refused without a word", "");
	for (c = err->text; *c != '\0'; c++)
		demand((unsigned char)*c >= ' ' && *c != 0x7f,
		    "a message that steers the terminal", err->text);
	if (set != NULL && strncmp(err->text, "--set ", 6) == 0)
		return;
	/* A mistake in a preset of ours would name the preset. */
	demand(sscanf(err->text, "%15[a-z.]:%zu:%zu: ", word, &line,
	    &column) == 3 && strcmp(word, "fuzz.yaml") == 0 && line > 0 &&
	    column > 0, "a message without a place", err->text);
}

static void
check_spec(const struct run_spec *spec)
{
	static struct run_spec back;
	struct err err;
	char blamed[SPEC_NAME_SIZE];
	char *text;
	size_t length;

	demand(spec_check(spec, blamed, sizeof(blamed), &err) == 0,
	    "a spec that breaks a rule", blamed);
	length = spec_write(spec, NULL, 0);
	text = malloc(length + 1);
	demand(text != NULL && spec_write(spec, text, length + 1) == length,
	    "a length that changes", "");
	demand(spec_read(&back, text, &err) == 0, "a text that is not read",
	    err.text);
	demand(memcmp(&back, spec, sizeof(back)) == 0, "a spec that changes",
	    text);
	free(text);
}

static int
is_small(const struct scenario *scenario)
{
	size_t i, points;

	points = scenario->policy_count;
	for (i = 0; i < scenario->joint_count; i++) {
		points *= scenario->joints[i].row_count;
		if (points > POINTS_MAX)
			return (0);
	}
	return (1);
}

/* Each point once. */
static void
check_order(const struct plan *plan)
{
	size_t *order;
	size_t i;
	char *there;

	order = calloc(plan->point_count, sizeof(*order));
	there = calloc(plan->point_count, 1);
	demand(order != NULL && there != NULL, "no memory", "");
	plan_order(plan, order);
	for (i = 0; i < plan->point_count; i++) {
		demand(order[i] < plan->point_count && !there[order[i]],
		    "an order that is none", "");
		there[order[i]] = 1;
	}
	free(order);
	free(there);
}

static void
check_plan(const struct scenario *scenario)
{
	static struct run_spec spec;
	struct plan *plan;
	struct err err;
	size_t i;

	plan = plan_make(scenario, 0, &err);
	if (plan == NULL) {
		check_message(&err, NULL);
		return;
	}
	demand(plan->point_count >= (scenario->filter_count > 0 ? 1 :
	    scenario->policy_count), "a policy is lost", "");
	check_order(plan);
	for (i = 0; i < plan->point_count; i += plan->point_count / 8 + 1) {
		demand(plan_spec(plan, i, scenario->seed_from, &spec, &err) ==
		    0, "a point without a spec", err.text);
		check_spec(&spec);
	}
	plan_free(plan);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *set;
	const uint8_t *end;
	struct scenario *scenario;
	struct err err;
	size_t bytes, i;

	set = NULL;
	bytes = size;
	end = size == 0 ? NULL : memchr(data, '\0', size);
	if (end != NULL) {
		bytes = (size_t)(end - data);
		set = strndup((const char *)end + 1, size - bytes - 1);
	}
	err.text[0] = '\0';
	scenario = scenario_parse("fuzz.yaml", (const char *)data, bytes, &set,
	    set != NULL, &err);
	if (scenario == NULL)
		check_message(&err, set);
	else {
		for (i = 0; i < scenario->policy_count; i++)
			check_spec(&scenario->policies[i].spec);
		if (is_small(scenario))
			check_plan(scenario);
	}
	scenario_free(scenario);
	free((void *)(uintptr_t)set);
	return (0);
}
