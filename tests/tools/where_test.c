/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/scenario/where.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"

/* Knobs of a world of its own; `number` is as knob_number() gives it. */
static const struct {
	const char *name;
	enum knob_kind kind;
	double number;
	const char *word;
	const char *words;	/* all that it may be */
} knobs[] = {
	{ "zone.bucket", KNOB_COUNT, 16, NULL, NULL },
	{ "zone.limit", KNOB_COUNT, 0, NULL, NULL },
	{ "zone.item", KNOB_SIZE, 144, NULL, NULL },
	{ "run.duration", KNOB_TIME, 20e9, NULL, NULL },	/* 20ms */
	{ "machine.hz", KNOB_FREQUENCY, 1000, NULL, NULL },
	{ "faults.smi[2].rate", KNOB_RATE, 2500.000001, NULL, NULL },
	{ "workload.share", KNOB_SHARE, 250000, NULL, NULL },	/* 25% */
	{ "workload.section", KNOB_TIME_DIST, 3000000, NULL, NULL },
	{ "zone.growth", KNOB_FLAG, 1, NULL, NULL },
	{ "core.mode", KNOB_CHOICE, 1, "lazy", " eager lazy deferred " },
	{ "machine.preset", KNOB_WORDS, 0, "xeon-2s", " xeon-2s epyc-1s " },
	{ "policy", KNOB_WORDS, 0, "gus", " gus leak " },
	/* What this point has not got. */
	{ "policy.other.scan", KNOB_COUNT, -1, NULL, NULL },
	{ "policy.other.flag", KNOB_FLAG, -1, NULL, NULL },
	{ "policy.other.word", KNOB_CHOICE, -1, NULL, " a b " },
};

static size_t
row_of(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(knobs) / sizeof(knobs[0]) &&
	    strcmp(knobs[i].name, name) != 0; i++)
		continue;
	return (i);
}

static int
kind_of(void *context, const char *name, enum knob_kind *kind, struct err *err)
{
	size_t row;

	(void)context;
	row = row_of(name);
	if (row == sizeof(knobs) / sizeof(knobs[0]))
		return (err_set(err, "no knob %s", name));
	*kind = knobs[row].kind;
	return (0);
}

static int
word_of(void *context, const char *name, const char *word,
    char canonical[KNOB_TEXT_MAX], struct err *err)
{
	char all[64];

	(void)context;
	snprintf(all, sizeof(all), " %s ", word);
	if (strstr(knobs[row_of(name)].words, all) == NULL)
		return (err_set(err, "%s is never %s", name, word));
	snprintf(canonical, KNOB_TEXT_MAX, "%s", word);
	return (0);
}

static bool
has(void *context, const char *name)
{

	(void)context;
	return (strncmp(name, "policy.other", 12) != 0);
}

static bool
number_of(void *context, const char *name, double *number)
{

	*number = knobs[row_of(name)].number;
	return (has(context, name));
}

static bool
is(void *context, const char *name, const char *word)
{

	(void)context;
	return (strcmp(knobs[row_of(name)].word, word) == 0);
}

static const struct where_scope scope = { kind_of, word_of, NULL };
static const struct where_point here = { number_of, has, is, NULL };

static struct where *
parse(const char *text)
{
	struct where *where;
	struct err err;
	size_t at;

	where = where_parse(text, &scope, &at, &err);
	cr_assert_not_null(where, "%s: at %zu: %s", text, at, err.text);
	return (where);
}

static void
expect(const char *text, bool wanted)
{
	struct where *where;
	struct err err;
	size_t at;
	bool holds;

	where = parse(text);
	cr_assert_eq(where_holds(where, &here, &holds, &at, &err), 0, "%s: %s",
	    text, err.text);
	cr_expect_eq(holds, wanted, "%s is %s", text, holds ? "true" :
	    "false");
	where_free(where);
}

static void
refuse(const char *text, size_t offset, const char *words)
{
	struct where *where;
	struct err err;
	size_t at;

	where = where_parse(text, &scope, &at, &err);
	cr_assert_null(where, "%s was taken", text);
	cr_expect_eq(at, offset, "%s: blamed at %zu, not %zu", text, at,
	    offset);
	cr_expect(strstr(err.text, words) != NULL, "%s: want %s\n got %s", text,
	    words, err.text);
}

Test(where, numbers_are_reckoned_as_in_school)
{

	expect("zone.bucket == 16", true);
	expect("zone.bucket + 2 * 3 == 22", true);
	expect("(zone.bucket + 2) * 3 == 54", true);
	expect("zone.bucket - 6 - 5 == 5", true);
	expect("zone.bucket / 4 / 2 == 2", true);
	expect("-zone.bucket < 0", true);
	expect("- - zone.bucket == 16", true);
	expect("1.5 * zone.bucket == 24", true);
	expect("zone.bucket / 3 * 3 == 16", true);
	expect("zone.bucket < 16", false);
	expect("zone.bucket <= 16", true);
	expect("zone.bucket > 16", false);
	expect("zone.bucket >= 16", true);
	expect("zone.bucket != 16", false);
}

Test(where, quantities_keep_their_units)
{

	expect("run.duration == 20ms", true);
	expect("run.duration == 20000us", true);
	expect("run.duration > 0.019999s", true);
	expect("run.duration * machine.hz == 20", true);
	expect("1 / machine.hz == 1ms", true);
	expect("zone.item * zone.bucket == 2304B", true);
	expect("zone.item * zone.bucket <= 2.25KiB", true);
	expect("zone.item * zone.bucket / zone.item == 16", true);
	expect("faults.smi[2].rate * run.duration >= 50", true);
	expect("faults.smi[2].rate == 2500.000001/s", true);
	expect("faults.smi[2].rate > 2.5k/s", true);
	expect("faults.smi[2].rate < 2501/s", true);
	expect("faults.smi[2].rate > 2/ms", true);
	expect("workload.share == 25%", true);
	expect("workload.share == 0.25", true);
	expect("workload.share * zone.bucket == 4", true);
	expect("workload.section == 3us", true);
	/* Nothing is nothing in every unit; hertz go without one. */
	expect("run.duration > 0", true);
	expect("machine.hz == 1000", true);
	expect("machine.hz == 1kHz", true);
	expect("machine.hz / 2 == 500Hz", true);
}

Test(where, words_and_truths)
{

	expect("core.mode == lazy", true);
	expect("lazy == core.mode", true);
	expect("core.mode != lazy", false);
	expect("machine.preset == xeon-2s", true);
	expect("machine.preset == 'epyc-1s'", false);
	expect("policy == \"gus\"", true);
	expect("zone.growth", true);
	expect("not zone.growth", false);
	expect("zone.growth == true", true);
	expect("zone.growth != (core.mode == eager)", true);
	expect("true and not false", true);
	expect("false or core.mode == lazy and zone.bucket == 1", false);
	expect("(true or false) and false", false);
	expect("true or false and false", true);
	expect("not zone.bucket == 4", true);
}

Test(where, what_a_point_has_not_got_decides_nothing)
{

	expect("policy.other.scan > 4", true);
	expect("policy.other.scan <= 4", true);
	expect("not policy.other.scan > 4", true);
	expect("policy.other.flag", true);
	expect("not policy.other.flag", true);
	expect("policy.other.word == a", true);
	expect("policy.other.word != a", true);
	expect("policy.other.flag == false", true);
	/* In either order. */
	expect("policy.other.scan > 4 and zone.bucket == 1", false);
	expect("zone.bucket == 1 and policy.other.scan > 4", false);
	expect("policy.other.scan > 4 and zone.bucket == 16", true);
	expect("policy.other.scan > 4 or zone.bucket == 1", true);
	/* It is no zero either. */
	expect("1 / policy.other.scan > 4", true);
}

Test(where, a_division_by_zero_is_blamed_unless_a_condition_is_before_it)
{
	struct where *where;
	struct err err;
	size_t at;
	bool holds;

	expect("zone.limit == 0 or zone.bucket / zone.limit > 2", true);
	expect("zone.limit != 0 and zone.bucket / zone.limit > 2", false);
	where = parse("zone.growth and zone.bucket / zone.limit > 2");
	cr_assert_eq(where_holds(where, &here, &holds, &at, &err), -1);
	cr_expect_eq(at, 28);
	cr_expect(strstr(err.text, "divides by zero") != NULL, "%s", err.text);
	where_free(where);
}

Test(where, what_does_not_fit_is_refused_before_any_point)
{

	refuse("", 0, "empty");
	refuse("  ", 2, "empty");
	refuse("zone.bucket", 0, "given a number, allowed is a condition");
	refuse("zone.bucket +", 13, "ends where a knob");
	refuse("zone.bucket == 4 5", 17, "where the condition could end");
	refuse("zone.bucket == 4 zone.limit", 17, "could end");
	refuse("(zone.bucket == 4", 0, "not closed");
	refuse("zone.bucket == 4)", 16, "given \")\"");
	refuse("zone.bucket = 4", 12, "write \"==\"");
	refuse("zone.growth && true", 12, "write \"and\"");
	refuse("zone.growth || true", 12, "write \"or\"");
	refuse("!zone.growth", 0, "write \"not\"");
	refuse("1 < zone.bucket < 4", 16, "do not chain");
	refuse("zone.buckt > 4", 0, "no knob zone.buckt");
	refuse("bucket > 4", 7, "a word > a number");
	refuse("bucket * 4 > 4", 0, "given the word \"bucket\", allowed is");
	refuse("core.mode > 4", 10, "given a word > a number");
	refuse("core.mode > lazy", 10, "allowed are == and !=");
	refuse("core.mode == lasy", 13, "core.mode is never lasy");
	refuse("core.mode == machine.preset", 10, "two knobs");
	refuse("lazy == lazy", 5, "two words");
	refuse("core.mode", 0, "given a word");
	refuse("zone.growth > false", 12, "between conditions");
	refuse("zone.growth + 1 > 2", 0, "given true or false, allowed is a "
	    "number");
	refuse("not zone.bucket", 4, "given a number, allowed is a condition");
	refuse("zone.bucket and true", 0, "given a number");
	refuse("true or zone.bucket", 8, "given a number");
	refuse("zone.item > 4", 10, "given a size > a number");
	refuse("run.duration > 4KiB", 13, "given a time > a size");
	refuse("run.duration + zone.item > 0", 13, "a time + a size");
	refuse("run.duration * zone.item > 5", 25, "time^1 * size^1");
	refuse("faults.smi[2].rate > 5", 19, "a rate > a number");
	refuse("zone.bucket == 5x", 15, "whose unit is none of");
	refuse("zone.bucket == 5.", 15, "no digit after the point");
	refuse("zone.bucket == 0x10", 15, "none of");
	refuse("zone.bucket == 1e3", 15, "none of");
	refuse("zone.bucket == 99999999999999999999", 15, "too large");
	refuse("core.mode == 'lazy", 13, "not closed");
	refuse("zone.bucket == $4", 15, "has no meaning");
	refuse("zone.bucket == \303\2444", 15, "has no meaning");
	/* A minus between words is part of one. */
	refuse("zone.bucket-zone.limit > 2", 0, "no knob zone.bucket-zone");
	refuse("run.duration * run.duration * run.duration * run.duration * "
	    "run.duration * run.duration * run.duration > 0", 88, "powers");
}

Test(where, size_and_depth_are_bounded)
{
	char text[4096];
	size_t i, used;

	memset(text, '(', 33);
	strcpy(text + 33, "true");
	refuse(text, 32, "deeper than 32");
	memset(text, '-', 33);
	strcpy(text + 33, "1 > 0");
	refuse(text, 32, "deeper than 32");
	memset(text, ' ', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	refuse(text, 0, "longer than 1024");
	for (i = used = 0; i < 130; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "1+");
	snprintf(text + used, sizeof(text) - used, "1 > 0");
	refuse(text, 255, "more than 256 parts");
}

static void
expect_canonical(const char *one, const char *other, bool equal)
{
	struct where *left, *right;
	char *left_text, *right_text;

	left = parse(one);
	right = parse(other);
	left_text = where_canonical(left);
	right_text = where_canonical(right);
	cr_expect_eq(strcmp(left_text, right_text) == 0, equal, "%s: %s\n"
	    "%s: %s", one, left_text, other, right_text);
	free(left_text);
	free(right_text);
	where_free(left);
	where_free(right);
}

Test(where, the_canonical_text_is_of_the_meaning)
{

	expect_canonical("run.duration >= 1ms", "  run.duration>=1000us",
	    true);
	expect_canonical("(zone.bucket) == 4.0", "zone.bucket == 4", true);
	expect_canonical("workload.share == 5%", "workload.share == 0.05",
	    true);
	expect_canonical("core.mode == lazy", "'lazy' == core.mode", true);
	expect_canonical("zone.bucket - (4 - 1) > 0",
	    "zone.bucket - 4 - 1 > 0", false);
	expect_canonical("zone.bucket > 4", "zone.bucket >= 4", false);
	expect_canonical("zone.item > 4B", "zone.item > 4kB", false);
	expect_canonical("core.mode == lazy", "core.mode != lazy", false);
	expect_canonical("true or true and false", "(true or true) and false",
	    false);
}
