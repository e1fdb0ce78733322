/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/scenario/scenario.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "tools/scenario/library.h"

static struct scenario *
read_with(const char *text, const char *const *sets, size_t count)
{
	struct scenario *scenario;
	struct err err;

	scenario = scenario_parse("x.yaml", text, strlen(text), sets, count,
	    &err);
	cr_assert_not_null(scenario, "%s", err.text);
	return (scenario);
}

static struct scenario *
read_text(const char *text)
{

	return (read_with(text, NULL, 0));
}

/* The knob's canonical text in the spec of a policy. */
static const char *
value(const struct scenario *scenario, size_t policy, const char *knob)
{
	static char text[KNOB_TEXT_MAX];
	struct err err;

	cr_assert_eq(spec_get(&scenario->policies[policy].spec, knob, text,
	    sizeof(text), NULL, &err), 0, "%s", err.text);
	return (text);
}

static void
refused(const char *text, const char *const *sets, size_t count,
    const char *words)
{
	struct scenario *scenario;
	struct err err;

	scenario = scenario_parse("x.yaml", text, strlen(text), sets, count,
	    &err);
	cr_assert_null(scenario, "%s was taken", words);
	cr_expect(strstr(err.text, words) != NULL, "want %s\n got %s", words,
	    err.text);
}

static const char whole[] =
    "name: radix-churn\n"
    "about: Nodes replaced at a high rate.\n"
    "machine: {preset: xeon-2s, cpus: 16, memory: tso, hz: 250}\n"
    "core: {name: gus, mode: deferred, deferral: 8}\n"
    "zone: {item_size: 144B, bucket_size: 62}\n"
    "policy: gus\n"
    "workload: {slot_churn: {slots: 64}}\n"
    "faults:\n"
    "  - smi: {every: 1s, for: 150us, scope: all}\n"
    "  - hypervisor_stall:\n"
    "      rate: 20/s\n"
    "      for: {lognormal: {median: 200us, p99: 5ms}}\n"
    "run: {warmup: 2ms, duration: 20ms}\n"
    "sweep:\n"
    "  - {knob: zone.bucket_size, over: [4, 16, 62, 254]}\n"
    "  - {knob: core.deferral, over: [1, 4, 16]}\n"
    "seeds: {from: 3, count: 8}\n"
    "expect:\n"
    "  - {check: use_after_free, fires: never}\n"
    "  - {metric: footprint_bytes, stat: peak, at_most: 4MiB}\n"
    "tune: {minimize: footprint_bytes.p99}\n";

Test(scenario, every_key_arrives)
{
	struct scenario *scenario;

	scenario = read_text(whole);
	cr_expect_str_eq(scenario->name, "radix-churn");
	cr_expect_str_eq(scenario->about, "Nodes replaced at a high rate.");
	cr_expect_eq(scenario->policy_count, 1);
	cr_expect_str_eq(scenario->policies[0].label, "gus");
	cr_expect_str_eq(value(scenario, 0, "machine.cpus"), "16");
	cr_expect_str_eq(value(scenario, 0, "machine.hz"), "250");
	cr_expect_str_eq(value(scenario, 0, "core.mode"), "deferred");
	cr_expect_str_eq(value(scenario, 0, "zone.item_size"), "144B");
	cr_expect_str_eq(value(scenario, 0, "workload.slot_churn.slots"), "64");
	cr_expect_str_eq(value(scenario, 0, "faults.smi.for"), "150us");
	cr_expect_str_eq(value(scenario, 0, "faults.hypervisor_stall.for"),
	    "{lognormal: {median: 200us, p99: 5ms}}");
	cr_expect_str_eq(value(scenario, 0, "run.duration"), "20ms");
	cr_expect_eq(scenario->axis_count, 2);
	cr_expect_str_eq(scenario->axes[0].knob, "zone.bucket_size");
	cr_expect_eq(scenario->axes[0].value_count, 4);
	cr_expect_str_eq(scenario->axes[0].values[3], "254");
	cr_expect_eq(scenario->axes[1].numbers[2], 16.0);
	cr_expect_eq(scenario->seed_from, 3);
	cr_expect_eq(scenario->seed_count, 8);
	cr_expect_eq(scenario->expect_count, 2);
	cr_expect_eq(scenario->expects[0].kind, EXPECT_NEVER);
	cr_expect_eq(scenario->expects[1].kind, EXPECT_AT_MOST);
	cr_expect_eq(scenario->expects[1].bound, 4194304.0);
	cr_expect_str_eq(scenario->expects[1].bound_text, "4MiB");
	cr_expect_eq(scenario->expects[1].line, 20);
	cr_expect_eq(scenario->text_bytes, sizeof(whole) - 1);
	cr_expect(memcmp(scenario->text, whole, sizeof(whole) - 1) == 0);
	scenario_free(scenario);
}

Test(scenario, what_is_absent_has_its_default)
{
	struct scenario *scenario;

	scenario = read_text("{}\n");
	cr_expect_str_eq(scenario->name, "x");
	cr_expect_str_eq(scenario->policies[0].label, "gus");
	cr_expect_str_eq(scenario->policies[0].spec.workload.def->name, "idle");
	cr_expect_eq(scenario->seed_from, 1);
	cr_expect_eq(scenario->seed_count, 1);
	scenario_free(scenario);
}

Test(scenario, line_ends_and_byte_order_mark_do_not_matter)
{
	static const char *const texts[] = {
		"name: a\nzone:\n  bucket_size: 4\n",
		"name: a\r\nzone:\r\n  bucket_size: 4\r\n",
		"\357\273\277name: a\nzone:\n  bucket_size: 4\n",
		"%YAML 1.1\n---\nname: a\nzone: {bucket_size: 4}\n...\n",
		"# caf\303\251\nzone: {bucket_size: \"4\"}\nname: 'a'\n",
	};
	struct scenario *first, *other;
	size_t i;

	first = read_text(texts[0]);
	for (i = 1; i < sizeof(texts) / sizeof(texts[0]); i++) {
		other = read_text(texts[i]);
		cr_expect_str_eq(other->name, "a");
		cr_expect_str_eq(value(other, 0, "zone.bucket_size"), "4");
		cr_expect_str_eq(other->digest, first->digest);
		scenario_free(other);
	}
	scenario_free(first);
}

Test(scenario, policies_have_labels_and_knobs_of_their_own)
{
	struct scenario *scenario;

	scenario = read_text("core: {mode: eager}\nzone: {bucket_size: 16}\n"
	    "policies:\n"
	    "  - gus\n"
	    "  - {name: gus, label: gus-lazy, set: {core.mode: lazy,\n"
	    "     zone.bucket_size: 62}}\n"
	    "  - leak: {}\n");
	cr_assert_eq(scenario->policy_count, 3);
	cr_expect_str_eq(scenario->policies[1].label, "gus-lazy");
	cr_expect_str_eq(value(scenario, 0, "core.mode"), "eager");
	cr_expect_str_eq(value(scenario, 1, "core.mode"), "lazy");
	cr_expect_str_eq(value(scenario, 1, "zone.bucket_size"), "62");
	cr_expect_str_eq(value(scenario, 2, "core.mode"), "eager");
	cr_expect_str_eq(scenario->policies[2].spec.policy.def->name, "leak");
	scenario_free(scenario);
}

/* --- --set ----------------------------------------------------------------- */

Test(scenario, set_is_stronger_than_file_and_policy)
{
	static const char *const sets[] = { "core.mode=lazy",
		"zone.bucket_size=7", "faults.smi.for={exp: 3us}" };
	struct scenario *scenario;

	scenario = read_with("core: {mode: eager}\nfaults: [smi]\n"
	    "policies: [gus, {name: gus, label: b, set: {zone.bucket_size: 62}}"
	    "]\n", sets, 3);
	cr_expect_str_eq(value(scenario, 0, "core.mode"), "lazy");
	cr_expect_str_eq(value(scenario, 1, "zone.bucket_size"), "7");
	cr_expect_str_eq(value(scenario, 0, "faults.smi.for"), "{exp: 3us}");
	scenario_free(scenario);
}

Test(scenario, a_knob_that_is_set_is_not_swept)
{
	static const char *const sets[] = { "core.deferral=3" };
	struct scenario *scenario;

	scenario = read_with("sweep:\n"
	    "  - {knob: core.deferral, over: [1, 2]}\n"
	    "  - {knob: zone.bucket_size, over: [4, 8], when: "
	    "{core.deferral: 3}}\n", sets, 1);
	cr_assert_eq(scenario->axis_count, 1);
	cr_expect_str_eq(scenario->axes[0].knob, "zone.bucket_size");
	cr_expect_str_eq(value(scenario, 0, "core.deferral"), "3");
	scenario_free(scenario);
}

Test(scenario, a_bad_set_is_quoted)
{
	static const struct {
		const char *set;
		const char *words;
	} cases[] = {
		{ "machine.cpus", "--set machine.cpus: given no knob" },
		{ "=4", "--set =4: " },
		{ "", "--set : " },
		{ "machine.cpsu=4", "--set machine.cpsu=4: there is no knob" },
		{ "machine.cpus=many", "--set machine.cpus=many: given" },
		{ "machine.cpus=", "--set machine.cpus=: given" },
		{ "machine.preset=vax", "there is no machine preset \"vax\"" },
		{ "run.duration=20", "ps, ns, us, ms, s, m, min or h" },
		{ "workload.radix.depth=2", "is of the workload radix, which" },
		{ "policy.none.x=2", "there is no knob" },
		{ "machine.sockets=9", "more than 8" },
		{ "machine.sockets=8", "--set machine.sockets=8: "
		    "machine.sockets: 8 sockets" },
		{ "machine.cpus=1", "--set machine.cpus=1: machine.sockets: 2" },
	};
	static const char *const twice[] = { "core.deferral=1",
		"core.deferral=2" };
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		refused("machine: {cpus: 4, sockets: 2}\n", &cases[i].set, 1,
		    cases[i].words);
	refused("name: x\n", twice, 2, "set twice");
}

/* --- presets --------------------------------------------------------------- */

/* A folder with a scenario's name in it and machines/toy.yaml. */
static void
make_folder(char *path, size_t room, const char *preset)
{
	char file[256], folder[] = "/tmp/gusim-test-XXXXXX";
	FILE *out;

	cr_assert_not_null(mkdtemp(folder));
	snprintf(file, sizeof(file), "%s/machines", folder);
	cr_assert_eq(mkdir(file, 0700), 0);
	snprintf(file, sizeof(file), "%s/machines/toy.yaml", folder);
	out = fopen(file, "w");
	cr_assert_not_null(out);
	fputs(preset, out);
	fclose(out);
	snprintf(path, room, "%s/x.yaml", folder);
}

static void
remove_folder(const char *path)
{
	char file[300], folder[256];

	snprintf(folder, sizeof(folder), "%.*s", (int)(strrchr(path, '/') -
	    path), path);
	snprintf(file, sizeof(file), "%s/machines/toy.yaml", folder);
	unlink(file);
	snprintf(file, sizeof(file), "%s/machines", folder);
	rmdir(file);
	rmdir(folder);
}

static const char toy[] =
    "name: toy\n"
    "about: A machine that does not exist.\n"
    "machine:\n"
    "  cpus: 3\n"
    "  dram: {value: 77ns, source: \"nowhere\"}\n"
    "  switch: {value: 2us}\n";

static const char *
loaded(const char *path, const char *text, const char *const *sets,
    size_t count, const char *knob)
{
	static char shown[KNOB_TEXT_MAX];
	struct scenario *scenario;
	struct err err;

	scenario = scenario_parse(path, text, strlen(text), sets, count, &err);
	cr_assert_not_null(scenario, "%s", err.text);
	snprintf(shown, sizeof(shown), "%s", value(scenario, 0, knob));
	scenario_free(scenario);
	return (shown);
}

Test(scenario, a_preset_is_the_weakest_layer_wherever_it_stands)
{
	static const char *const preset_set[] = { "machine.dram=5ns",
		"machine.preset=toy" };
	char path[256];

	make_folder(path, sizeof(path), toy);
	cr_expect_str_eq(loaded(path, "machine: {preset: toy}\n", NULL, 0,
	    "machine.dram"), "77ns");
	cr_expect_str_eq(loaded(path, "machine: {dram: 9ns, preset: toy}\n",
	    NULL, 0, "machine.dram"), "9ns");
	cr_expect_str_eq(loaded(path, "machine: {preset: toy, dram: 9ns}\n",
	    NULL, 0, "machine.dram"), "9ns");
	cr_expect_str_eq(loaded(path, "machine: {preset: toy, dram: 9ns}\n",
	    NULL, 0, "machine.switch"), "2us");
	cr_expect_str_eq(loaded(path, "name: x\n", preset_set, 2,
	    "machine.dram"), "5ns");
	cr_expect_str_eq(loaded(path, "name: x\n", preset_set, 2,
	    "machine.cpus"), "3");
	cr_expect_str_eq(loaded(path, "policies: [{name: gus, set: "
	    "{machine.preset: toy}}]\n", NULL, 0, "machine.cpus"), "3");
	remove_folder(path);
}

Test(scenario, a_preset_is_the_same_as_writing_it_out)
{
	struct scenario *by_name, *written;
	struct err err;
	char path[256];
	const char *name = "machine: {preset: toy}\n";
	const char *same = "machine: {cpus: 3, switch: 2000ns, dram: 0.077us}\n";

	make_folder(path, sizeof(path), toy);
	by_name = scenario_parse(path, name, strlen(name), NULL, 0, &err);
	cr_assert_not_null(by_name, "%s", err.text);
	written = scenario_parse(path, same, strlen(same), NULL, 0, &err);
	cr_assert_not_null(written, "%s", err.text);
	cr_expect_str_eq(by_name->digest, written->digest);
	scenario_free(by_name);
	scenario_free(written);
	remove_folder(path);
}

Test(scenario, a_mistake_in_a_preset_is_blamed_there)
{
	static const struct {
		const char *preset;
		const char *words;
	} cases[] = {
		{ "machine: {dram: 77}\n", "toy.yaml:1:17: machine.dram: " },
		{ "machine:\n  darm: 77ns\n", "toy.yaml:2:3: there is no" },
		{ "machine:\n  dram: {vlaue: 77ns}\n", "toy.yaml:2:10: " },
		{ "machine:\n  dram: {source: x}\n", "\"value\" is missing" },
		{ "machine:\n  dram: {value: 7ns, source: [x]}\n",
		    "toy.yaml:2:30: source" },
		{ "machine:\n  preset: toy\n", "cannot name a preset" },
		{ "name: tony\nmachine: {}\n", "toy.yaml:1:7: name" },
		{ "name: toy\n", "machine: a mapping" },
		{ "- a\n", "a machine preset is a mapping" },
		{ "colour: red\n", "unknown" },
		{ "", "empty" },
		{ "a: [\n", "not YAML" },
	};
	const char *text = "machine: {preset: toy}\n";
	struct err err;
	char path[256];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		make_folder(path, sizeof(path), cases[i].preset);
		cr_expect_null(scenario_parse(path, text, strlen(text), NULL, 0,
		    &err), "%s", cases[i].preset);
		cr_expect(strstr(err.text, cases[i].words) != NULL,
		    "want %s\n got %s", cases[i].words, err.text);
		remove_folder(path);
	}
}

Test(scenario, presets_are_found_by_the_environment)
{
	struct library_list list;
	char path[256];
	bool found;
	size_t i;

	make_folder(path, sizeof(path), toy);
	*strrchr(path, '/') = '\0';
	setenv("GUSIM_SCENARIOS", path, 1);
	cr_expect_str_eq(loaded("x.yaml", "machine: {preset: toy}\n", NULL, 0,
	    "machine.cpus"), "3");
	library_list(&list, LIBRARY_MACHINES, NULL);
	found = false;
	for (i = 0; i < list.count; i++) {
		found = found || strcmp(list.names[i], "toy") == 0;
		cr_expect(i == 0 || strcmp(list.names[i - 1],
		    list.names[i]) < 0);
	}
	cr_expect(found);
	library_list_fini(&list);
	unsetenv("GUSIM_SCENARIOS");
	strcat(path, "/x.yaml");
	remove_folder(path);
}

Test(scenario, shipped_scenarios_are_known_by_name)
{
	struct library_list list;
	struct scenario *scenario;
	struct err err;
	size_t i;

	library_list(&list, LIBRARY_SCENARIOS, NULL);
	cr_assert_gt(list.count, 0);
	for (i = 0; i < list.count; i++) {
		scenario = scenario_load(list.names[i], NULL, 0, &err);
		cr_expect_not_null(scenario, "%s", err.text);
		scenario_free(scenario);
	}
	library_list_fini(&list);
}

/* --- digest ---------------------------------------------------------------- */

static bool
same_digest(const char *one, const char *other)
{
	struct scenario *a, *b;
	bool same;

	a = read_text(one);
	b = read_text(other);
	cr_expect_eq(strlen(a->digest), 32);
	same = strcmp(a->digest, b->digest) == 0;
	scenario_free(a);
	scenario_free(b);
	return (same);
}

Test(scenario, digest_is_of_what_runs_would_be)
{
	static const char *const same[][2] = {
		{ "run: {duration: 1ms}\nzone: {limit: 4}\n",
		    "# note\nzone:\n  limit: 4\nrun:\n  duration: 1000us\n" },
		{ "name: a\n", "name: b\nabout: c\n" },
		{ "seeds: {from: 1}\n", "seeds: {from: 9, count: 4}\n" },
		{ "{}\n", "expect: [{check: leak, fires: never}]\n" },
		{ "{}\n", "machine: {cpus: 8}\n" },
		{ "policy: gus\n", "policies: [gus]\n" },
		{ "sweep: [{knob: run.duration, over: [1ms]}]\n",
		    "sweep: [{knob: run.duration, over: [1000us]}]\n" },
	};
	static const char *const different[][2] = {
		{ "machine: {cpus: 8}\n", "machine: {cpus: 9}\n" },
		{ "{}\n", "policy: leak\n" },
		{ "{}\n", "faults: [smi]\n" },
		{ "faults: [smi]\n", "faults: [smi, smi]\n" },
		{ "faults: [smi, preemption]\n", "faults: [preemption, smi]\n" },
		{ "{}\n", "sweep: [{knob: core.deferral, over: [1]}]\n" },
		{ "sweep: [{knob: core.deferral, over: [1]}]\n",
		    "sweep: [{knob: core.deferral, over: [1, 2]}]\n" },
		{ "sweep: [{knob: core.deferral, over: [1, 2]}]\n",
		    "sweep: [{knob: core.deferral, over: [1, 2], "
		    "when: {core.mode: lazy}}]\n" },
		{ "policies: [{name: gus}]\n",
		    "policies: [{name: gus, label: other}]\n" },
	};
	size_t i;

	for (i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		cr_expect(same_digest(same[i][0], same[i][1]), "%s and %s",
		    same[i][0], same[i][1]);
	for (i = 0; i < sizeof(different) / sizeof(different[0]); i++)
		cr_expect(!same_digest(different[i][0], different[i][1]),
		    "%s and %s", different[i][0], different[i][1]);
}

/* --- expectations ---------------------------------------------------------- */

Test(scenario, bounds_are_in_the_unit_of_the_metric)
{
	static const struct {
		const char *expect;
		double bound;
		enum expect_kind kind;
	} cases[] = {
		{ "{metric: free_to_use_ns, stat: p99, at_most: 1.5us}", 1500,
		    EXPECT_AT_MOST },
		{ "{metric: free_to_use_ns, stat: p99, at_least: 500ps}", 0.5,
		    EXPECT_AT_LEAST },
		{ "{metric: footprint_bytes, stat: peak, at_most: 4MiB}",
		    4194304, EXPECT_AT_MOST },
		{ "{metric: ops_per_s, at_least: 2.5k/s}", 2500,
		    EXPECT_AT_LEAST },
		{ "{metric: cold_reuse_ratio, stat: mean, at_most: 25%}", 0.25,
		    EXPECT_AT_MOST },
		{ "{metric: cold_reuse_ratio, stat: mean, at_most: 0.125}",
		    0.125, EXPECT_AT_MOST },
		{ "{metric: free_to_use_ns, stat: count, at_least: 100}", 100,
		    EXPECT_AT_LEAST },
		{ "{metric: poll, stat: total, at_most: 0}", 0,
		    EXPECT_AT_MOST },
		{ "{check: leak, fires: always}", 0, EXPECT_ALWAYS },
	};
	struct scenario *scenario;
	char text[256];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), "expect: [%s]\n", cases[i].expect);
		scenario = read_text(text);
		cr_assert_eq(scenario->expect_count, 1);
		cr_expect_eq(scenario->expects[0].bound, cases[i].bound, "%s",
		    cases[i].expect);
		cr_expect_eq(scenario->expects[0].kind, cases[i].kind);
		scenario_free(scenario);
	}
}

/* --- parts that fail in the middle ----------------------------------------- */

/* Every prefix of a whole scenario: no crash, no leak, one clear message. */
Test(scenario, a_file_that_is_cut_anywhere_is_handled)
{
	struct scenario *scenario;
	struct err err;
	size_t length, taken;

	taken = 0;
	for (length = 0; length < sizeof(whole); length++) {
		err.text[0] = '\0';
		scenario = scenario_parse("x.yaml", whole, length, NULL, 0,
		    &err);
		if (scenario != NULL)
			taken++;
		else
			cr_expect(strncmp(err.text, "x.yaml:", 7) == 0, "%s",
			    err.text);
		scenario_free(scenario);
	}
	cr_expect_gt(taken, 5);
}
