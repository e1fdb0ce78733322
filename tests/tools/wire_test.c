/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/hist.h"
#include "sim/base/rng.h"
#include "tools/store/series.h"
#include "tools/campaign/wire.h"

static struct hist hist;
static struct run_series series[2];

static struct run_result *
sample(void)
{
	struct run_result *result;
	size_t i;

	result = calloc(1, sizeof(*result));
	result->status = RUN_FINDING;
	strcpy(result->digest, "0123456789abcdef0123456789abcdef");
	result->sim_ps = UINT64_MAX;
	result->accesses = 12345678901234;
	result->switches = 3;
	result->metrics[0] = (struct run_metric){ "footprint_bytes", "peak",
		"bytes", 1.5e9 };
	result->metrics[1] = (struct run_metric){ "free_to_use_ns", "p99",
		"ns", NAN };
	result->metric_count = 2;
	hist_init(&hist);
	for (i = 0; i < 1000; i++)
		hist_add(&hist, i * i);
	result->histograms[0] = (struct run_histogram){ "free_to_use_ns", "ps",
		&hist };
	result->histogram_count = 1;
	for (i = 0; i < 100; i++)
		series[1].points[i] = i % 3 == 0 ? UINT64_MAX : i;
	series[0].name = "live";
	series[1].name = "unsafe";
	series[0].unit = series[1].unit = "bytes";
	series[0].step_ps = series[1].step_ps = 1000000;
	series[0].point_count = 0;
	series[1].point_count = 100;
	result->series = series;
	result->series_count = 2;
	result->findings[0].check = "use_after_free";
	result->findings[0].at_ps = 99;
	result->findings[0].cpu = 3;
	result->findings[0].repeats = 4;
	strcpy(result->findings[0].summary, "CPU 3 read item 7, \xc3\xa4");
	result->findings[0].where[0] = 0x1234;
	result->findings[0].where[1] = UINT64_MAX;
	result->findings[0].where_count = 2;
	result->finding_count = 1;
	result->coverage[0] = (struct run_coverage){ "stall", "a stall", 8 };
	result->coverage[1] = (struct run_coverage){ "poll", NULL, 0 };
	result->coverage_count = 2;
	return (result);
}

Test(wire, an_answer_arrives_as_it_was_sent)
{
	struct wire_buffer buffer = { 0 };
	struct wire_result *got;
	struct run_result *sent;
	struct hist decoded;
	uint64_t points[100];
	size_t count;

	sent = sample();
	got = malloc(sizeof(*got));
	wire_encode(sent, &buffer);
	cr_assert_eq(wire_decode(buffer.bytes, buffer.length, got), 0);
	cr_assert_eq(got->status, RUN_FINDING);
	cr_assert_str_eq(got->digest, sent->digest);
	cr_assert_eq(got->sim_ps, UINT64_MAX);
	cr_assert_eq(got->accesses, 12345678901234);
	cr_assert_eq(got->switches, 3);
	cr_assert_eq(got->metric_count, 2);
	cr_assert_str_eq(got->metrics[0].name, "footprint_bytes");
	cr_assert_str_eq(got->metrics[0].stat, "peak");
	cr_assert_str_eq(got->metrics[0].unit, "bytes");
	cr_assert_eq(got->metrics[0].value, 1.5e9);
	cr_assert(isnan(got->metrics[1].value));
	cr_assert_eq(got->histogram_count, 1);
	cr_assert_eq(hist_decode(&decoded, got->histograms[0].bytes,
	    got->histograms[0].length), 0);
	cr_assert_eq(memcmp(&decoded, &hist, sizeof(hist)), 0);
	cr_assert_eq(got->series_count, 2);
	cr_assert_eq(series_decode(got->series[0].bytes, got->series[0].length,
	    points, 100, &count), 0);
	cr_assert_eq(count, 0);
	cr_assert_eq(series_decode(got->series[1].bytes, got->series[1].length,
	    points, 100, &count), 0);
	cr_assert_eq(count, 100);
	cr_assert_eq(memcmp(points, series[1].points, sizeof(points)), 0);
	cr_assert_eq(got->series[1].step_ps, 1000000);
	cr_assert_eq(got->finding_count, 1);
	cr_assert_str_eq(got->findings[0].check, "use_after_free");
	cr_assert_str_eq(got->findings[0].summary, "CPU 3 read item 7, \xc3\xa4");
	cr_assert_eq(got->findings[0].repeats, 4);
	cr_assert_eq(got->findings[0].where_count, 2);
	cr_assert_eq(got->findings[0].where[0], 0x1234);
	cr_assert_eq(got->findings[0].where[1], UINT64_MAX);
	cr_assert_eq(got->coverage_count, 2);
	cr_assert_str_eq(got->coverage[0].about, "a stall");
	cr_assert_str_eq(got->coverage[1].about, "");
	wire_buffer_free(&buffer);
	free(sent);
	free(got);
}

/* In memory of exactly that size, so that ASan sees a read beyond it. */
static int
decode_exact(const unsigned char *bytes, size_t length,
    struct wire_result *result)
{
	unsigned char *copy;
	int status;

	copy = malloc(length == 0 ? 1 : length);
	memcpy(copy, bytes, length);
	status = wire_decode(copy, length, result);
	free(copy);
	return (status);
}

Test(wire, a_message_that_is_cut_short_or_too_long_is_refused)
{
	struct wire_buffer buffer = { 0 };
	struct wire_result *got;
	struct run_result *sent;
	size_t length;

	sent = sample();
	got = malloc(sizeof(*got));
	wire_encode(sent, &buffer);
	for (length = 0; length < buffer.length; length++)
		cr_assert_eq(decode_exact(buffer.bytes, length, got), -1,
		    "cut to %zu", length);
	wire_buffer_add(&buffer, "", 1);
	cr_assert_eq(decode_exact(buffer.bytes, buffer.length, got), -1);
	wire_buffer_free(&buffer);
	free(sent);
	free(got);
}

Test(wire, a_trampled_message_is_never_out_of_bounds)
{
	struct wire_buffer buffer = { 0 };
	unsigned char *bytes;
	struct wire_result *got;
	struct run_result *sent;
	struct rng rng;
	size_t i, j, refused;

	sent = sample();
	got = malloc(sizeof(*got));
	wire_encode(sent, &buffer);
	bytes = malloc(buffer.length);
	rng_init(&rng, 1, "wire_test", 0);
	refused = 0;
	for (i = 0; i < 20000; i++) {
		memcpy(bytes, buffer.bytes, buffer.length);
		for (j = 0; j <= i % 8; j++)
			bytes[rng_below(&rng, buffer.length)] =
			    (unsigned char)rng_next(&rng);
		refused += decode_exact(bytes, buffer.length, got) != 0;
	}
	cr_assert_gt(refused, 1000);
	free(bytes);
	wire_buffer_free(&buffer);
	free(sent);
	free(got);
}

Test(series, points_come_back_whatever_they_are)
{
	static const uint64_t hard[] = { 0, UINT64_MAX, 0, 1,
		UINT64_C(1) << 63, (UINT64_C(1) << 63) - 1, 5, 5, 5, 4 };
	unsigned char bytes[SERIES_ENCODED_MAX(10)];
	uint64_t points[10];
	size_t count, length, i;

	length = series_encode(hard, 10, bytes);
	cr_assert_leq(length, sizeof(bytes));
	cr_assert_eq(series_decode(bytes, length, points, 10, &count), 0);
	cr_assert_eq(count, 10);
	cr_assert_eq(memcmp(points, hard, sizeof(hard)), 0);
	cr_assert_eq(series_decode(bytes, length, points, 9, &count), -1,
	    "more points than room");
	cr_assert_eq(series_decode(bytes, 0, points, 10, &count), -1);
	bytes[0] = 2;
	cr_assert_eq(series_decode(bytes, length, points, 10, &count), -1,
	    "another version");
	bytes[0] = 1;
	for (i = 1; i < length; i++)
		bytes[i] |= 0x80;
	cr_assert_eq(series_decode(bytes, length, points, 10, &count), -1,
	    "no number ends");
}
