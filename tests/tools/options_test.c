/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "sim/base/err.h"
#include "tools/cli/human.h"
#include "tools/cli/verb.h"

static const struct verb verb = {
	.name = "try",
	.arguments = "SCENARIO",
	.details = "",
	.options = VERB_TAKES(SEED) | VERB_TAKES(SET) | VERB_TAKES(JOBS) |
	    VERB_TAKES(JSON) | VERB_TAKES(TIMEOUT) | VERB_TAKES(PROGRESS) |
	    VERB_TAKES(MEMORY),
	.arguments_least = 1,
	.arguments_most = 2,
};

static struct options options;
static struct err err;

static int
parse(const char *a, const char *b, const char *c, const char *d)
{
	const char *words[] = { "try", a, b, c, d, NULL };
	int count;

	for (count = 1; words[count] != NULL; count++)
		continue;
	return (options_parse(&options, &verb, count, (char **)words, &err));
}

Test(options, are_found_wherever_they_stand)
{

	cr_assert_eq(parse("-j", "3", "file", "--seed=9"), 0, "%s", err.text);
	cr_assert_str_eq(options.values[OPTION_JOBS], "3");
	cr_assert_str_eq(options.values[OPTION_SEED], "9");
	cr_assert_eq(options.argument_count, 1);
	cr_assert_str_eq(options.arguments[0], "file");
	cr_assert_eq(parse("file", "-j3", "--json", NULL), 0);
	cr_assert(options_given(&options, OPTION_JSON));
	cr_assert_not(options_given(&options, OPTION_SEED));
	cr_assert_eq(parse("--", "--json", NULL, NULL), 0);
	cr_assert_str_eq(options.arguments[0], "--json");
}

Test(options, set_keeps_its_order)
{

	cr_assert_eq(parse("f", "--set", "a=1", "--set=b=2"), 0);
	cr_assert_eq(options.set_count, 2);
	cr_assert_str_eq(options.sets[0], "a=1");
	cr_assert_str_eq(options.sets[1], "b=2");
}

static void
check_refused(const char *a, const char *b, const char *c, const char *word)
{

	cr_assert_eq(parse(a, b, c, NULL), -1);
	cr_assert(strstr(err.text, word) != NULL, "%s", err.text);
}

Test(options, mistakes_are_named)
{

	check_refused("f", "--sead", "1", "did you mean --seed?");
	check_refused("f", "--sead=1", NULL, "did you mean --seed?");
	check_refused("f", "--qqqqqq", NULL, "--qqqqqq");
	check_refused("f", "-x", NULL, "-x");
	check_refused("f", "--seed", NULL, "--seed needs a value");
	check_refused("f", "--json=1", NULL, "takes no value");
	check_refused("--seed=1", "--seed=2", "f", "given twice");
	check_refused("--json", NULL, NULL, "missing");
	check_refused("a", "b", "c", "one argument too many");
	/* An option that other verbs have. */
	check_refused("f", "--db", "x", "no option --db");
}

Test(options, values_have_limits)
{
	static const char *const choices[] = { "one", "two", NULL };
	uint64_t value;
	size_t choice;

	cr_assert_eq(parse("f", "-j", "12", NULL), 0);
	cr_assert_eq(options_count(&options, OPTION_JOBS, 1, 20, 4, &value,
	    &err), 0);
	cr_assert_eq(value, 12);
	cr_assert_eq(options_count(&options, OPTION_JOBS, 1, 11, 4, &value,
	    &err), -1);
	cr_assert(strstr(err.text, "from 1 to 11") != NULL, "%s", err.text);
	cr_assert_eq(options_count(&options, OPTION_SEED, 1, 9, 4, &value,
	    &err), 0);
	cr_assert_eq(value, 4, "the preset");
	cr_assert_eq(parse("f", "-j", "1x", NULL), 0);
	cr_assert_eq(options_count(&options, OPTION_JOBS, 1, 20, 4, &value,
	    &err), -1);
	cr_assert_eq(parse("f", "-j", "-1", NULL), 0);
	cr_assert_eq(options_count(&options, OPTION_JOBS, 0, UINT64_MAX, 4,
	    &value, &err), -1);
	cr_assert_eq(parse("f", "--progress", "two", NULL), 0);
	cr_assert_eq(options_choice(&options, OPTION_PROGRESS, choices, 0,
	    &choice, &err), 0);
	cr_assert_eq(choice, 1);
	cr_assert_eq(parse("f", "--progress", "three", NULL), 0);
	cr_assert_eq(options_choice(&options, OPTION_PROGRESS, choices, 0,
	    &choice, &err), -1);
	cr_assert(strstr(err.text, "one, two") != NULL, "%s", err.text);
	cr_assert_eq(parse("f", "--timeout", "1.5s", NULL), 0);
	cr_assert_eq(options_time_ns(&options, OPTION_TIMEOUT, 1, &value,
	    &err), 0, "%s", err.text);
	cr_assert_eq(value, 1500000000);
	cr_assert_eq(parse("f", "--memory", "1.5GiB", NULL), 0);
	cr_assert_eq(options_size(&options, OPTION_MEMORY, 1, &value, &err), 0,
	    "%s", err.text);
	cr_assert_eq(value, (uint64_t)3 << 29);
	cr_assert_eq(parse("f", "--memory", "7s", NULL), 0);
	cr_assert_eq(options_size(&options, OPTION_MEMORY, 1, &value, &err),
	    -1);
	cr_assert(strstr(err.text, "--memory") != NULL, "%s", err.text);
	cr_assert_eq(parse("f", "--timeout", "7", NULL), 0);
	cr_assert_eq(options_time_ns(&options, OPTION_TIMEOUT, 1, &value,
	    &err), -1, "a time without a unit");
}

Test(options, a_seed_has_64_bits)
{
	static const struct { const char *text; uint64_t seed; } good[] = {
		{ "0", 0 }, { "18446744073709551615", UINT64_MAX },
		{ "0xff", 255 }, { "-1", UINT64_MAX },
		{ "-9223372036854775808", UINT64_C(1) << 63 },
		{ "007", 7 },
	};
	static const char *const bad[] = { "", "x", "1e6",
		"18446744073709551616", "-9223372036854775809", "1 ", " 1",
		"+1", "1_000", "0x" };
	uint64_t seed;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		cr_assert_eq(parse("f", "--seed", good[i].text, NULL), 0);
		cr_assert_eq(options_seed(&options, OPTION_SEED, 5, &seed,
		    &err), 0, "%s", good[i].text);
		cr_assert_eq(seed, good[i].seed, "%s", good[i].text);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		cr_assert_eq(parse("f", "--seed", bad[i], NULL), 0);
		cr_assert_eq(options_seed(&options, OPTION_SEED, 5, &seed,
		    &err), -1, "'%s'", bad[i]);
	}
}

Test(options, the_command_is_quoted_for_a_shell)
{

	cr_assert_eq(parse("it's here", "--set", "faults.smi.for={exp: 1us}",
	    "plain-word_1.yaml"), 0);
	cr_assert_str_eq(options.command, "gusim try 'it'\\''s here' --set "
	    "'faults.smi.for={exp: 1us}' plain-word_1.yaml");
}

Test(human, values_are_scaled)
{
	static const struct {
		double value;
		const char *unit, *text;
	} cases[] = {
		{ 3210, "ns", "3.21 us" }, { 0, "ns", "0 ns" },
		{ 999.96, "ns", "1.00 us" }, { 0.5, "ns", "500 ps" },
		{ 1.5e9, "ns", "1.50 s" }, { 2e6, "ps", "2 us" },
		{ 1572864, "bytes", "1.50 MiB" }, { 12, "bytes", "12 B" },
		{ 12345, "1/s", "12.3 k/s" }, { 2, "1/s", "2/s" },
		{ 17, "1", "17" }, { 0.25, "1", "0.25" },
		{ -3210, "ns", "-3.21 us" }, { 7, "widgets", "7 widgets" },
	};
	char text[HUMAN_SIZE];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		human_value(cases[i].value, cases[i].unit, text);
		cr_assert_str_eq(text, cases[i].text);
	}
	human_value(NAN, "ns", text);
	cr_assert_str_eq(text, "-");
}
