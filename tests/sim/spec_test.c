/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/spec.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/dist.h"
#include "sim/base/err.h"
#include "sim/base/rng.h"
#include "sim/lab.h"

enum { TEXT_SIZE = 1 << 16 };

static struct run_spec *
fresh(void)
{
	struct run_spec *spec;

	spec = malloc(sizeof(*spec));
	cr_assert_not_null(spec);
	spec_init(spec);
	return (spec);
}

static char *
written(const struct run_spec *spec)
{
	char *text;
	size_t length;

	text = malloc(TEXT_SIZE);
	cr_assert_not_null(text);
	length = spec_write(spec, text, TEXT_SIZE);
	cr_assert_lt(length, TEXT_SIZE);
	cr_assert_eq(strlen(text), length);
	return (text);
}

static void
must_set(struct run_spec *spec, const char *dotted, const char *value)
{
	struct err err;

	cr_assert_eq(spec_set(spec, dotted, value, &err), 0, "%s", err.text);
}

static size_t
count_of(enum spec_registry registry)
{
	size_t count;

	for (count = 0; spec_part_at(registry, count) != NULL; count++)
		continue;
	cr_assert_gt(count, 0);
	return (count);
}

/* Member `index` of the registry, counted round and round. */
static const char *
name_of(enum spec_registry registry, size_t index)
{

	return (spec_part_at(registry, index % count_of(registry))->name);
}

/* The first fault of the registry that has a knob. */
static const struct part_def *
some_fault(void)
{
	const struct part_def *def;
	size_t i;

	for (i = 0; (def = spec_part_at(SPEC_FAULTS, i)) != NULL; i++)
		if (def->knob_count > 0)
			return (def);
	cr_assert_fail("no fault has a knob");
	return (NULL);
}

Test(spec, defaults_obey_every_rule)
{
	struct run_spec *spec;
	struct err err;
	char blamed[SPEC_NAME_SIZE];

	spec = fresh();
	cr_expect_eq(spec_check(spec, blamed, sizeof(blamed), &err), 0,
	    "%s: %s", blamed, err.text);
	cr_expect_eq(spec->machine.cpus, 8);
	cr_expect_eq(spec->machine.switch_ps, 1500000);
	cr_expect_eq(spec->machine.pages, 1073741824);
	cr_expect_eq(spec->machine.memory, MACHINE_TSO);
	cr_expect_eq(spec->run.duration_ps, 20000000000);
	cr_expect_eq(spec->zone.reclaim_every_ps, 20000000000000);
	cr_expect_eq(spec->seed, 1);
	free(spec);
}

Test(spec, defaults_need_no_line_but_their_parts)
{
	struct run_spec *spec;
	char *text;

	spec = fresh();
	text = written(spec);
	cr_expect_str_eq(text, "policy gus\nworkload idle\n");
	free(text);
	free(spec);
}

/* Every part of the registries, in turn: each of its names is its own. */
Test(spec, every_knob_is_found_by_its_name)
{
	struct run_spec *spec;
	const struct knob *found, *knob;
	const void *config;
	void *found_config;
	struct err err;
	char dotted[SPEC_NAME_SIZE], text[KNOB_TEXT_MAX];
	size_t count, i, round;

	for (round = 0; round < count_of(SPEC_POLICIES) ||
	    round < count_of(SPEC_WORKLOADS) || round < count_of(SPEC_FAULTS);
	    round++) {
		spec = fresh();
		cr_assert_eq(spec_set_policy(spec, name_of(SPEC_POLICIES,
		    round), &err), 0);
		cr_assert_eq(spec_set_workload(spec, name_of(SPEC_WORKLOADS,
		    round), &err), 0);
		for (i = 0; i < 3; i++)
			cr_assert_eq(spec_add_fault(spec, name_of(SPEC_FAULTS,
			    round + i / 2), &err), 0);
		count = 0;
		while ((knob = spec_knob_at(spec, count, dotted, &config)) !=
		    NULL) {
			found = spec_find(spec, dotted, &found_config, &err);
			cr_assert_eq(found, knob, "%s", dotted);
			cr_assert_eq(found_config, config, "%s", dotted);
			cr_expect(spec_is_preset(knob, config), "%s", dotted);
			knob_format(knob, config, text, sizeof(text));
			must_set(spec, dotted, text);
			cr_expect(spec_is_preset(knob, config), "%s", dotted);
			count++;
		}
		cr_expect_gt(count, 50);
		free(spec);
	}
}

/* A value of the knob other than `value` where there is one. */
static void
vary(struct run_spec *spec, const char *dotted, const struct knob *knob,
    struct rng *rng)
{
	static const char *const tries[] = { "1", "2", "3", "7", "100", "true",
		"false", "1us", "3.2us", "700ns", "2ms", "64B", "5KiB", "1MiB",
		"2%", "31ppm", "10/s", "2.5k/s", "250", "{exp: 3us}",
		"{uniform: [1us, 9us]}", "{lognormal: {median: 2us, p99: 9us}}",
		"{uniform: [1, 3]}", "1s" };
	struct err err;
	size_t choices, i;

	if (knob->kind == KNOB_CHOICE) {
		for (choices = 0; knob->choices[choices] != NULL; choices++)
			continue;
		must_set(spec, dotted, knob->choices[rng_below(rng, choices)]);
		return;
	}
	for (i = 0; i < 40; i++)
		if (spec_set(spec, dotted, tries[rng_below(rng, sizeof(tries) /
		    sizeof(tries[0]))], &err) == 0)
			return;
}

Test(spec, text_and_spec_are_the_same_thing)
{
	struct run_spec *back, *spec;
	struct rng rng;
	struct err err;
	char dotted[SPEC_NAME_SIZE];
	const struct knob *knob;
	char *again, *text;
	size_t i, round;

	rng_init(&rng, 1, "spec_test", 0);
	for (round = 0; round < 300; round++) {
		spec = fresh();
		spec_set_policy(spec, name_of(SPEC_POLICIES,
		    rng_below(&rng, 1000)), &err);
		spec_set_workload(spec, name_of(SPEC_WORKLOADS,
		    rng_below(&rng, 1000)), &err);
		for (i = rng_below(&rng, SPEC_FAULTS_MAX + 1); i > 0; i--)
			spec_add_fault(spec, name_of(SPEC_FAULTS,
			    rng_below(&rng, 1000)), &err);
		for (i = 0; (knob = spec_knob_at(spec, i, dotted, NULL)) !=
		    NULL; i++)
			if (rng_chance(&rng, 400000))
				vary(spec, dotted, knob, &rng);
		spec->seed = rng_next(&rng) >> rng_below(&rng, 64);
		text = written(spec);
		back = fresh();
		cr_assert_eq(spec_read(back, text, &err), 0, "%s in\n%s",
		    err.text, text);
		cr_assert(memcmp(back, spec, sizeof(*spec)) == 0, "%s", text);
		again = written(back);
		cr_assert_str_eq(again, text);
		free(again);
		free(text);
		free(back);
		free(spec);
	}
}

Test(spec, the_second_fault_of_a_kind_has_a_number)
{
	const struct part_def *fault;
	struct run_spec *spec;
	struct err err;
	char first[SPEC_NAME_SIZE], number[SPEC_NAME_SIZE],
	    second[SPEC_NAME_SIZE], third[SPEC_NAME_SIZE];
	void *config[2];

	fault = some_fault();
	spec = fresh();
	cr_assert_eq(spec_add_fault(spec, fault->name, &err), 0);
	cr_assert_eq(spec_add_fault(spec, fault->name, &err), 0);
	snprintf(first, sizeof(first), "faults.%s.%s", fault->name,
	    fault->knobs[0].name);
	snprintf(number, sizeof(number), "faults.%s[1].%s", fault->name,
	    fault->knobs[0].name);
	snprintf(second, sizeof(second), "faults.%s[2].%s", fault->name,
	    fault->knobs[0].name);
	snprintf(third, sizeof(third), "faults.%s[3].%s", fault->name,
	    fault->knobs[0].name);
	cr_assert_not_null(spec_find(spec, first, &config[0], &err));
	cr_assert_not_null(spec_find(spec, number, &config[1], &err));
	cr_expect_eq(config[0], config[1]);
	cr_expect_eq(config[0], (void *)spec->faults[0].config);
	cr_assert_not_null(spec_find(spec, second, &config[1], &err));
	cr_expect_eq(config[1], (void *)spec->faults[1].config);
	cr_expect_null(spec_find(spec, third, &config[1], &err));
	free(spec);
}

Test(spec, an_unknown_name_gets_a_suggestion_and_changes_nothing)
{
	static const struct {
		const char *name;
		const char *suggestion;
	} cases[] = {
		{ "zone.bucket_sise", "zone.bucket_size" },
		{ "zone.hz", "machine.hz" },
		{ "duration", "run.duration" },
		{ "machine", NULL },
		{ "machine.", NULL },
		{ ".cpus", NULL },
		{ "", NULL },
		{ "faults", NULL },
		{ "faults.smi", NULL },
		{ "faults.[2].x", NULL },
		{ "faults.smi[2.every", NULL },
		{ "faults.smi[].every", NULL },
		{ "faults.smi[99999999999999999999].every", NULL },
		{ "workload.nothing.x", NULL },
	};
	struct run_spec *before, *spec;
	struct err err;
	size_t i;

	spec = fresh();
	before = fresh();
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cr_expect_neq(spec_set(spec, cases[i].name, "1", &err), 0, "%s",
		    cases[i].name);
		if (cases[i].suggestion != NULL)
			cr_expect(strstr(err.text, cases[i].suggestion) != NULL,
			    "%s", err.text);
	}
	/* A name that exists, but not in this run. */
	cr_expect_neq(spec_set(spec, "faults.smi.every", "1s", &err), 0);
	cr_expect(strstr(err.text, "of the fault smi, which this run does not "
	    "have") != NULL, "%s", err.text);
	cr_expect_neq(spec_set_policy(spec, "gsu", &err), 0);
	cr_expect(strstr(err.text, "\"gus\"") != NULL, "%s", err.text);
	cr_expect_neq(spec_set_workload(spec, "ilde", &err), 0);
	cr_expect(strstr(err.text, "\"idle\"") != NULL, "%s", err.text);
	cr_expect_neq(spec_add_fault(spec, "no such fault", &err), 0);
	cr_expect(memcmp(spec, before, sizeof(*spec)) == 0);
	free(before);
	free(spec);
}

Test(spec, rules_between_knobs_blame_one_of_them)
{
	static const struct {
		const char *sets[2][2];
		const char *blamed;
	} cases[] = {
		{ { { "machine.sockets", "4" }, { "machine.cpus", "2" } },
		    "machine.sockets" },
		{ { { "machine.domains", "4" }, { "machine.cpus", "2" } },
		    "machine.domains" },
		{ { { "machine.near_hold", "1s" }, { "machine.hz", "100" } },
		    "machine.near_hold" },
		{ { { "machine.hz", "100000" }, { "machine.tick", "6us" } },
		    "machine.hz" },
		{ { { "zone.bucket_size", "300" }, { "machine.hz", "100" } },
		    "zone.bucket_size" },
	};
	struct run_spec *spec;
	struct err err;
	char blamed[SPEC_NAME_SIZE];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		spec = fresh();
		must_set(spec, cases[i].sets[0][0], cases[i].sets[0][1]);
		must_set(spec, cases[i].sets[1][0], cases[i].sets[1][1]);
		cr_expect_neq(spec_check(spec, blamed, sizeof(blamed), &err),
		    0);
		cr_expect_str_eq(blamed, cases[i].blamed);
		free(spec);
	}
}

Test(spec, an_item_must_hold_what_the_workload_keeps_in_it)
{
	struct run_spec *spec;
	struct err err;
	char blamed[SPEC_NAME_SIZE];
	size_t i, small;

	small = 0;
	for (i = 0; i < workload_def_count; i++) {
		if (workload_defs[i]->item_bytes_least <= 16)
			continue;
		spec = fresh();
		cr_assert_eq(spec_set_workload(spec,
		    workload_defs[i]->part.name, &err), 0);
		must_set(spec, "zone.item_size", "16B");
		cr_expect_neq(spec_check(spec, blamed, sizeof(blamed), &err),
		    0);
		cr_expect_str_eq(blamed, "zone.item_size");
		small++;
		free(spec);
	}
	cr_expect_gt(small, 0);
}

Test(spec, hostile_text_is_refused_and_changes_nothing)
{
	static const char *const texts[] = {
		"policy gus",			/* no end of line */
		"policy\n", " gus\n", "\n", "policy  gus\n",
		"policy gus\npolicy gus\n",
		"workload idle\nworkload idle\n",
		"seed 1\nseed 2\n", "seed -1\n", "seed\n", "seed 0x1\n",
		"machine.cpus 4\nmachine.cpus 5\n",
		"machine.cpus 4\npolicy gus\n",
		"machine.cpus 0\n", "machine.cpus\n", "machine.cpus 4 \n",
		"fault none\n", "faults.smi.every 1s\n", "colour red\n",
	};
	struct run_spec *before, *spec;
	struct err err;
	char *text;
	size_t i;

	spec = fresh();
	must_set(spec, "machine.cpus", "3");
	before = malloc(sizeof(*before));
	*before = *spec;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		cr_expect_neq(spec_read(spec, texts[i], &err), 0, "\"%s\"",
		    texts[i]);
	/* A line, and a number of lines, beyond the bounds. */
	text = malloc(1 << 20);
	memset(text, 'x', 1 << 20);
	text[600] = '\n';
	text[601] = '\0';
	cr_expect_neq(spec_read(spec, text, &err), 0);
	for (i = 0; i < 1 << 16; i++)
		memcpy(text + i * 8, "fault x\n", 8);
	text[8 << 16] = '\0';
	cr_expect_neq(spec_read(spec, text, &err), 0);
	cr_expect(memcmp(spec, before, sizeof(*spec)) == 0);
	free(text);
	free(before);
	free(spec);
}

Test(spec, the_length_is_known_without_room)
{
	struct run_spec *spec;
	char *text, little[8];

	spec = fresh();
	must_set(spec, "run.warmup", "5ms");
	text = written(spec);
	cr_expect_eq(spec_write(spec, NULL, 0), strlen(text));
	cr_expect_eq(spec_write(spec, little, sizeof(little)), strlen(text));
	cr_expect(strncmp(little, text, 7) == 0 && little[7] == '\0');
	free(text);
	free(spec);
}
