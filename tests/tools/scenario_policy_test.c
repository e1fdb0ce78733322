/*
 * Tests of --set policy=NAME.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/knob.h"
#include "sim/spec.h"
#include "tools/scenario/scenario.h"

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

static const char *
value(const struct scenario *scenario, const char *knob)
{
	static char text[KNOB_TEXT_MAX];
	struct err err;
	double number;

	cr_assert_eq(spec_get(&scenario->policies[0].spec, knob, text,
	    sizeof(text), &number, &err), 0, "%s", err.text);
	return (text);
}

static const char three_policies[] =
    "policies:\n"
    "  - {name: gus, label: plain}\n"
    "  - {name: gus, label: late, set: {zone.advance_every: 4}}\n"
    "  - epoch: {rule: 2018}\n"
    "workload: {stress: {}}\n"
    "sweep:\n"
    "  - {knob: core.deferral, over: [1, 2], when: {policy: plain}}\n";

Test(policy_choice, one_policy_of_the_list_can_be_chosen_on_the_command_line)
{
	const char *late = "policy=late", *epoch = "policy=epoch";
	struct scenario *scenario;

	scenario = read_with(three_policies, &late, 1);
	cr_expect_eq(scenario->policy_count, 1);
	cr_expect_str_eq(scenario->policies[0].label, "late");
	cr_expect_str_eq(value(scenario, "zone.advance_every"), "4");
	scenario_free(scenario);
	scenario = read_with(three_policies, &epoch, 1);
	cr_expect_eq(scenario->policy_count, 1);
	cr_expect_str_eq(value(scenario, "policy.epoch.rule"), "2018");
	scenario_free(scenario);
}

Test(policy_choice, a_policy_beside_the_list_comes_with_its_defaults)
{
	const char *const sets[] = { "policy=rwlock",
		"policy.rwlock.prefer=readers" };
	struct scenario *scenario;

	scenario = read_with(three_policies, sets, 1);
	cr_expect_eq(scenario->policy_count, 1);
	cr_expect_str_eq(scenario->policies[0].label, "rwlock");
	cr_expect_str_eq(value(scenario, "policy.rwlock.prefer"), "writers");
	scenario_free(scenario);
	scenario = read_with(three_policies, sets, 2);
	cr_expect_str_eq(value(scenario, "policy.rwlock.prefer"), "readers");
	scenario_free(scenario);
}

Test(policy_choice, a_policy_that_does_not_exist_is_blamed_on_the_command_line)
{
	const char *bad = "policy=rwlok";
	struct err err;

	cr_assert_null(scenario_parse("x.yaml", three_policies,
	    strlen(three_policies), &bad, 1, &err));
	cr_expect(strncmp(err.text, "--set policy=rwlok: ", 20) == 0, "%s",
	    err.text);
	cr_expect_not_null(strstr(err.text, "rwlock"), "%s", err.text);
}
