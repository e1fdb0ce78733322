/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/base/knob.h"

#include <criterion/criterion.h>
#include <string.h>

#include "sim/base/dist.h"
#include "sim/base/err.h"
#include "sim/base/rng.h"

static const char *const colours[] = { "red", "green", "blue", NULL };

/* One knob of each kind, without limits. */
static const struct knob open_knobs[] = {
	[KNOB_COUNT] = { "items", KNOB_COUNT, 0, NULL, NULL, "1", NULL, "" },
	[KNOB_TIME] = { "wait", KNOB_TIME, 0, NULL, NULL, "1us", NULL, "" },
	[KNOB_SIZE] = { "bytes", KNOB_SIZE, 0, NULL, NULL, "1B", NULL, "" },
	[KNOB_RATE] = { "often", KNOB_RATE, 0, NULL, NULL, "1/s", NULL, "" },
	[KNOB_SHARE] = { "part", KNOB_SHARE, 0, NULL, NULL, "1%", NULL, "" },
	[KNOB_FREQUENCY] = { "hz", KNOB_FREQUENCY, 0, NULL, NULL, "100", NULL,
	    "" },
	[KNOB_FLAG] = { "flag", KNOB_FLAG, 0, NULL, NULL, "true", NULL, "" },
	[KNOB_CHOICE] = { "colour", KNOB_CHOICE, 0, NULL, NULL, "red", colours,
	    "" },
	[KNOB_TIME_DIST] = { "for", KNOB_TIME_DIST, 0, NULL, NULL, "1us", NULL,
	    "" },
	[KNOB_COUNT_DIST] = { "depth", KNOB_COUNT_DIST, 0, NULL, NULL, "8",
	    NULL, "" },
	[KNOB_WORDS] = { "file", KNOB_WORDS, 0, NULL, NULL, "", NULL, "" },
};
enum { KIND_COUNT = sizeof(open_knobs) / sizeof(open_knobs[0]) };

static const uint64_t UNTOUCHED = 0x5a5a5a5a5a5a5a5a;

/* The value, or UNTOUCHED where the text is refused. */
static uint64_t
parsed(enum knob_kind kind, const char *text)
{
	struct err err = { "" };
	uint64_t value;

	value = UNTOUCHED;
	if (knob_parse(&open_knobs[kind], text, &value, &err) != 0)
		cr_assert_neq(err.text[0], '\0');
	return (value);
}

Test(knob, words_are_kept_as_they_are_and_zero_follows)
{
	char value[KNOB_WORDS_SIZE], text[KNOB_TEXT_MAX], longest[300];
	struct err err;

	memset(value, 'x', sizeof(value));
	cr_assert_eq(knob_parse(&open_knobs[KNOB_WORDS], "a b/c: {d}", value,
	    &err), 0);
	cr_assert_str_eq(value, "a b/c: {d}");
	cr_assert_eq(value[KNOB_WORDS_SIZE - 1], '\0');
	knob_format(&open_knobs[KNOB_WORDS], value, text, sizeof(text));
	cr_assert_str_eq(text, "a b/c: {d}");
	memset(longest, 'y', sizeof(longest));
	longest[KNOB_WORDS_SIZE - 1] = '\0';
	cr_assert_eq(knob_parse(&open_knobs[KNOB_WORDS], longest, value,
	    &err), 0);
	knob_format(&open_knobs[KNOB_WORDS], value, text, sizeof(text));
	cr_assert_str_eq(text, longest);
	longest[KNOB_WORDS_SIZE - 1] = 'y';
	longest[KNOB_WORDS_SIZE] = '\0';
	cr_assert_neq(knob_parse(&open_knobs[KNOB_WORDS], longest, value,
	    &err), 0);
	cr_assert(strstr(err.text, "at most 255 bytes") != NULL);
	cr_assert_neq(knob_parse(&open_knobs[KNOB_WORDS], "a\nb", value,
	    &err), 0);
	cr_assert_eq(value[0], 'y', "a refused text changes nothing");
}

Test(knob, quantities_are_exact_integers)
{
	static const struct {
		enum knob_kind kind;
		const char *text;
		uint64_t value;
	} cases[] = {
		{ KNOB_COUNT, "62", 62 },
		{ KNOB_COUNT, "0", 0 },
		{ KNOB_COUNT, "2.000", 2 },
		{ KNOB_COUNT, "18446744073709551615", UINT64_MAX },
		{ KNOB_TIME, "3.2us", 3200000 },
		{ KNOB_TIME, "0.001ns", 1 },
		{ KNOB_TIME, "1.5s", 1500000000000 },
		{ KNOB_TIME, "5m", 300000000000000 },
		{ KNOB_TIME, "5min", 300000000000000 },
		{ KNOB_TIME, "1.5h", 5400000000000000 },
		{ KNOB_TIME, "20ms", 20000000000 },
		{ KNOB_TIME, "7ps", 7 },
		{ KNOB_TIME, "0", 0 },
		{ KNOB_TIME, "0.0s", 0 },
		/* The largest that fits, to the picosecond. */
		{ KNOB_TIME, "18446744.073709551615s", UINT64_MAX },
		{ KNOB_SIZE, "64KiB", 65536 },
		{ KNOB_SIZE, "1.5KiB", 1536 },
		{ KNOB_SIZE, "4MiB", 4194304 },
		{ KNOB_SIZE, "1GiB", 1073741824 },
		{ KNOB_SIZE, "144B", 144 },
		{ KNOB_SIZE, "2kB", 2000 },
		{ KNOB_SIZE, "1MB", 1000000 },
		{ KNOB_SIZE, "1GB", 1000000000 },
		{ KNOB_RATE, "1000/s", 1000000000 },
		{ KNOB_RATE, "2.5k/s", 2500000000 },
		{ KNOB_RATE, "0.000001/s", 1 },
		{ KNOB_RATE, "1M/s", 1000000000000 },
		{ KNOB_RATE, "3/ms", 3000000000 },
		{ KNOB_RATE, "3/us", 3000000000000 },
		{ KNOB_SHARE, "25%", 250000 },
		{ KNOB_SHARE, "0.0001%", 1 },
		{ KNOB_SHARE, "50ppm", 50 },
		{ KNOB_FREQUENCY, "1000", 1000 },
		{ KNOB_FREQUENCY, "1000Hz", 1000 },
		{ KNOB_FREQUENCY, "1kHz", 1000 },
		{ KNOB_FREQUENCY, "0.1kHz", 100 },
		{ KNOB_FLAG, "true", 1 },
		{ KNOB_FLAG, "false", 0 },
		{ KNOB_CHOICE, "blue", 2 },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_eq(parsed(cases[i].kind, cases[i].text),
		    cases[i].value, "%s", cases[i].text);
}

Test(knob, what_is_not_one_plain_quantity_is_refused)
{
	static const struct {
		enum knob_kind kind;
		const char *text;
	} cases[] = {
		{ KNOB_COUNT, "" }, { KNOB_COUNT, " 1" }, { KNOB_COUNT, "1 " },
		{ KNOB_COUNT, "-1" }, { KNOB_COUNT, "+1" },
		{ KNOB_COUNT, "010" }, { KNOB_COUNT, "00" },
		{ KNOB_COUNT, "0x1f" }, { KNOB_COUNT, "1e6" },
		{ KNOB_COUNT, "1_000" }, { KNOB_COUNT, "1,5" },
		{ KNOB_COUNT, "1.5" }, { KNOB_COUNT, "1." },
		{ KNOB_COUNT, ".5" }, { KNOB_COUNT, "1.2.3" },
		{ KNOB_COUNT, "nan" }, { KNOB_COUNT, "inf" },
		{ KNOB_COUNT, "12abc" }, { KNOB_COUNT, "64k" },
		{ KNOB_COUNT, "18446744073709551616" },
		{ KNOB_COUNT, "99999999999999999999999999999999" },
		{ KNOB_COUNT, "1.0000000000000000000000000000000000001" },
		{ KNOB_TIME, "20" }, { KNOB_TIME, "20 us" },
		{ KNOB_TIME, "20US" }, { KNOB_TIME, "us" },
		{ KNOB_TIME, "0.5ps" }, { KNOB_TIME, "0.0001ns" },
		{ KNOB_TIME, "1M" }, { KNOB_TIME, "1h30m" },
		{ KNOB_TIME, "1mi" }, { KNOB_TIME, "1e3ns" },
		{ KNOB_TIME, "5125h" },
		{ KNOB_TIME, "18446744.073709551616s" },
		{ KNOB_TIME, "18446745s" },
		{ KNOB_SIZE, "64" }, { KNOB_SIZE, "64K" },
		{ KNOB_SIZE, "64kib" }, { KNOB_SIZE, "0.3KiB" },
		{ KNOB_SIZE, "17179869184GiB" },
		{ KNOB_RATE, "1000" }, { KNOB_RATE, "1000 /s" },
		{ KNOB_RATE, "10/m" }, { KNOB_RATE, "0.0000001/s" },
		{ KNOB_SHARE, "0.25" }, { KNOB_SHARE, "25 %" },
		{ KNOB_SHARE, "0.00001%" },
		{ KNOB_FREQUENCY, "1MHz" }, { KNOB_FREQUENCY, "0.5" },
		{ KNOB_FLAG, "yes" }, { KNOB_FLAG, "1" },
		{ KNOB_FLAG, "True" }, { KNOB_FLAG, "" },
		{ KNOB_CHOICE, "Blue" }, { KNOB_CHOICE, "" },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cr_expect_eq(parsed(cases[i].kind, cases[i].text), UNTOUCHED,
		    "\"%s\" was taken", cases[i].text);
}

/* A value near powers of two and ten, of any magnitude. */
static uint64_t
any_value(struct rng *rng)
{
	uint64_t scale, value;

	value = rng_next(rng) >> rng_below(rng, 64);
	for (scale = rng_below(rng, 19); scale > 0 && value < UINT64_MAX / 10;
	    scale--)
		value *= 10;
	return (rng_chance(rng, 500000) ? value :
	    value & UINT64_MAX << rng_below(rng, 40));
}

Test(knob, canonical_text_parses_back_to_the_same_bits)
{
	struct rng rng;
	struct err err;
	char text[KNOB_TEXT_MAX];
	uint64_t back, value;
	int kind, round;

	rng_init(&rng, 1, "knob_test", 0);
	for (kind = KNOB_COUNT; kind <= KNOB_FREQUENCY; kind++)
		for (round = 0; round < 20000; round++) {
			value = any_value(&rng);
			knob_format(&open_knobs[kind], &value, text,
			    sizeof(text));
			back = ~value;
			cr_assert_eq(knob_parse(&open_knobs[kind], text, &back,
			    &err), 0, "%s: %s", text, err.text);
			cr_assert_eq(back, value, "%s", text);
		}
}

Test(knob, canonical_text_is_the_shortest)
{
	static const struct {
		enum knob_kind kind;
		const char *given;
		const char *canonical;
	} cases[] = {
		{ KNOB_TIME, "3200ns", "3.2us" },
		{ KNOB_TIME, "1000us", "1ms" },
		{ KNOB_TIME, "0.1ms", "100us" },
		{ KNOB_TIME, "0.02s", "20ms" },
		{ KNOB_TIME, "1500ns", "1.5us" },
		{ KNOB_TIME, "0s", "0" },
		{ KNOB_TIME, "5m", "300s" },
		{ KNOB_TIME, "1.5h", "5400s" },
		{ KNOB_SIZE, "65536B", "64KiB" },
		{ KNOB_SIZE, "0.5KiB", "512B" },
		{ KNOB_SIZE, "1000B", "1kB" },
		{ KNOB_SIZE, "1024KiB", "1MiB" },
		{ KNOB_RATE, "1/ms", "1k/s" },
		{ KNOB_RATE, "20/s", "20/s" },
		{ KNOB_SHARE, "30000ppm", "3%" },
		{ KNOB_SHARE, "0.0001%", "1ppm" },
		{ KNOB_FREQUENCY, "1kHz", "1000" },
		{ KNOB_COUNT, "2.0", "2" },
		{ KNOB_FLAG, "true", "true" },
		{ KNOB_CHOICE, "green", "green" },
	};
	char text[KNOB_TEXT_MAX];
	uint64_t value;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		value = parsed(cases[i].kind, cases[i].given);
		knob_format(&open_knobs[cases[i].kind], &value, text,
		    sizeof(text));
		cr_expect_str_eq(text, cases[i].canonical);
	}
}

Test(knob, distributions_keep_every_parameter)
{
	static const struct {
		enum knob_kind kind;
		const char *text;
		struct dist dist;
	} cases[] = {
		{ KNOB_TIME_DIST, "200us", { DIST_FIXED, 200000000, 0, 0 } },
		{ KNOB_TIME_DIST, "{exp: 1us}", { DIST_EXP, 1000000, 0, 0 } },
		{ KNOB_TIME_DIST, "{uniform: [1us, 2us]}",
		    { DIST_UNIFORM, 1000000, 2000000, 0 } },
		{ KNOB_TIME_DIST, "{lognormal: {median: 200us, p99: 5ms}}",
		    { DIST_LOGNORMAL, 200000000, 5000000000, 0 } },
		{ KNOB_TIME_DIST,
		    "{pareto: {least: 1ms, shape: 1.5, most: 100ms}}",
		    { DIST_PARETO, 1000000000, 1500, 100000000000 } },
		{ KNOB_TIME_DIST,
		    "{bimodal: {mostly: 1us, rarely: 1ms, chance: 1%}}",
		    { DIST_BIMODAL, 1000000, 1000000000, 10000 } },
		{ KNOB_COUNT_DIST, "{uniform: [1, 64]}",
		    { DIST_UNIFORM, 1, 64, 0 } },
	};
	char text[KNOB_TEXT_MAX];
	struct dist dist;
	struct err err;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cr_assert_eq(knob_parse(&open_knobs[cases[i].kind],
		    cases[i].text, &dist, &err), 0, "%s", err.text);
		cr_expect(memcmp(&dist, &cases[i].dist, sizeof(dist)) == 0,
		    "%s", cases[i].text);
		knob_format(&open_knobs[cases[i].kind], &dist, text,
		    sizeof(text));
		cr_expect_str_eq(text, cases[i].text);
	}
}

Test(knob, blanks_and_order_do_not_matter_in_a_distribution)
{
	struct dist dist;
	struct err err;

	cr_assert_eq(knob_parse(&open_knobs[KNOB_TIME_DIST],
	    "{lognormal:{p99:5ms,median:200us}}", &dist, &err), 0, "%s",
	    err.text);
	cr_expect_eq(dist.a, 200000000);
	cr_expect_eq(dist.b, 5000000000);
}

Test(knob, a_malformed_distribution_is_refused)
{
	static const char *const texts[] = {
		"{", "{}", "{exp}", "{exp: }", "{exp: 1us", "{exp: 1us}}",
		"{exp: 5}", "{exp: 1us} x", "{normal: 1us}", "{exp: [1us]}",
		"{uniform: 1us}", "{uniform: [1us]}", "{uniform: [2us, 1us]}",
		"{uniform: [1us, 2us, 3us]}", "{uniform: [1us 2us]}",
		"{lognormal: {median: 1us}}", "{lognormal: {p99: 1us}}",
		"{lognormal: {median: 2us, p99: 1us}}",
		"{lognormal: {median: 0, p99: 1us}}",
		"{lognormal: {median: 1us, p99: 2us, p50: 1us}}",
		"{lognormal: {median: 1us, median: 1us}}",
		"{pareto: {least: 1us, shape: 0, most: 1ms}}",
		"{pareto: {least: 1us, shape: 1.5}}",
		"{pareto: {least: 1ms, shape: 1.5, most: 1us}}",
		"{pareto: {least: 1ms, shape: 1.5001, most: 1s}}",
		"{bimodal: {mostly: 1us, rarely: 1ms, chance: 101%}}",
		"{bimodal: {mostly: 1us, rarely: 1ms, chance: 0.5}}",
		"1us}", "[1us, 2us]", "exp: 1us",
	};
	struct dist dist;
	struct err err;
	size_t i;

	memset(&dist, 0x5a, sizeof(dist));
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		cr_expect_neq(knob_parse(&open_knobs[KNOB_TIME_DIST], texts[i],
		    &dist, &err), 0, "\"%s\" was taken", texts[i]);
		cr_expect_eq(dist.kind, UNTOUCHED, "%s", texts[i]);
	}
}

Test(knob, limits_hold_for_values_and_for_parameters)
{
	static const struct knob time = { "wait", KNOB_TIME, 0, "1us", "10ms",
		"1us", NULL, "" };
	static const struct knob dist_knob = { "for", KNOB_TIME_DIST, 0, "1us",
		"10ms", "1us", NULL, "" };
	struct dist dist;
	struct err err;
	uint64_t value;

	cr_expect_eq(knob_parse(&time, "1us", &value, &err), 0);
	cr_expect_eq(knob_parse(&time, "10ms", &value, &err), 0);
	cr_expect_neq(knob_parse(&time, "999ns", &value, &err), 0);
	cr_expect_neq(knob_parse(&time, "10.1ms", &value, &err), 0);
	cr_expect(strstr(err.text, "10.1ms") != NULL &&
	    strstr(err.text, "more than 10ms") != NULL &&
	    strstr(err.text, "from 1us to 10ms") != NULL, "%s", err.text);
	cr_expect_eq(knob_parse(&dist_knob, "{exp: 10ms}", &dist, &err), 0);
	cr_expect_neq(knob_parse(&dist_knob, "{exp: 11ms}", &dist, &err), 0);
	cr_expect_neq(knob_parse(&dist_knob,
	    "{lognormal: {median: 1us, p99: 1s}}", &dist, &err), 0);
	cr_expect(strstr(err.text, "p99") != NULL, "%s", err.text);
}

Test(knob, a_time_without_unit_is_told_the_units)
{
	struct err err;
	uint64_t value;

	cr_assert_neq(knob_parse(&open_knobs[KNOB_TIME], "20", &value, &err),
	    0);
	cr_expect(strstr(err.text, "ps, ns, us, ms, s, m, min or h") != NULL, "%s",
	    err.text);
}

Test(knob, what_was_given_is_shown_harmlessly)
{
	char text[600];
	struct err err;
	uint64_t value;

	memset(text, '7', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	text[1] = '\033';
	cr_assert_neq(knob_parse(&open_knobs[KNOB_TIME], text, &value, &err),
	    0);
	cr_expect(strchr(err.text, '\033') == NULL);
	cr_expect_lt(strlen(err.text), 300);
}

static const char *
name_at(const void *context, size_t i)
{

	return (((const char *const *)context)[i]);
}

Test(knob, the_nearest_name_is_suggested_and_nothing_far)
{
	static const char *const names[] = { "zone.bucket_size",
		"zone.bucket_size_max", "zone.limit", "machine.cpus",
		"core.deferral", NULL };
	static const struct {
		const char *given;
		const char *nearest;
	} cases[] = {
		{ "zone.bucket_sise", "zone.bucket_size" },
		{ "zone.bucket-size", "zone.bucket_size" },
		{ "zone.bukcet_size", "zone.bucket_size" },
		{ "bucket_size", "zone.bucket_size" },
		{ "zone.cpus", "machine.cpus" },
		{ "core.defferal", "core.deferral" },
		{ "CORE.DEFERRAL", "core.deferral" },
		{ "quite.another.thing", NULL },
		{ "", NULL },
		{ "x", NULL },
	};
	const char *nearest;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		nearest = knob_nearest(cases[i].given, name_at, names);
		if (cases[i].nearest == NULL)
			cr_expect_null(nearest, "%s: %s", cases[i].given,
			    nearest);
		else
			cr_expect_str_eq(nearest, cases[i].nearest);
	}
}

Test(knob, plots_get_base_units)
{
	uint64_t value;

	value = parsed(KNOB_TIME, "3.2us");
	cr_expect_eq(knob_number(&open_knobs[KNOB_TIME], &value), 3200000.0);
	value = parsed(KNOB_RATE, "2.5k/s");
	cr_expect_eq(knob_number(&open_knobs[KNOB_RATE], &value), 2500.0);
}
