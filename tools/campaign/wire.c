/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/campaign/wire.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/hist.h"
#include "tools/must.h"
#include "tools/store/series.h"

enum { WIRE_VERSION = 2 };

void
wire_buffer_add(struct wire_buffer *buffer, const void *bytes, size_t length)
{
	size_t room;

	if (buffer->room - buffer->length < length) {
		room = buffer->room < 4096 ? 4096 : buffer->room;
		while (room - buffer->length < length)
			room *= 2;
		buffer->bytes = realloc(buffer->bytes, room);
		if (buffer->bytes == NULL)
			abort();
		buffer->room = room;
	}
	if (length > 0)
		memcpy(buffer->bytes + buffer->length, bytes, length);
	buffer->length += length;
}

void
wire_buffer_free(struct wire_buffer *buffer)
{

	free(buffer->bytes);
	memset(buffer, 0, sizeof(*buffer));
}

static void
put_number(struct wire_buffer *buffer, uint64_t value)
{

	wire_buffer_add(buffer, &value, sizeof(value));
}

static void
put_text(struct wire_buffer *buffer, const char *text)
{

	wire_buffer_add(buffer, text, strlen(text) + 1);
}

static void
put_blob(struct wire_buffer *buffer, const unsigned char *bytes, size_t length)
{

	put_number(buffer, length);
	wire_buffer_add(buffer, bytes, length);
}

static void
put_histograms(struct wire_buffer *buffer, const struct run_result *result)
{
	unsigned char *scratch;
	size_t i;

	put_number(buffer, result->histogram_count);
	if (result->histogram_count == 0)
		return;
	scratch = must_alloc(1, HIST_ENCODED_MAX);
	for (i = 0; i < result->histogram_count; i++) {
		put_text(buffer, result->histograms[i].name);
		put_text(buffer, result->histograms[i].unit);
		put_blob(buffer, scratch, hist_encode(
		    result->histograms[i].hist, scratch, HIST_ENCODED_MAX));
	}
	free(scratch);
}

static void
put_series(struct wire_buffer *buffer, const struct run_result *result)
{
	unsigned char scratch[SERIES_ENCODED_MAX(RUN_SERIES_POINTS_MAX)];
	const struct run_series *series;
	size_t i;

	put_number(buffer, result->series_count);
	for (i = 0; i < result->series_count; i++) {
		series = &result->series[i];
		put_text(buffer, series->name);
		put_text(buffer, series->unit);
		put_number(buffer, series->step_ps);
		put_blob(buffer, scratch, series_encode(series->points,
		    series->point_count, scratch));
	}
}

static void
put_findings(struct wire_buffer *buffer, const struct run_result *result)
{
	const struct run_finding *finding;
	size_t i, j;

	put_number(buffer, result->finding_count);
	for (i = 0; i < result->finding_count; i++) {
		finding = &result->findings[i];
		put_text(buffer, finding->check);
		put_number(buffer, finding->at_ps);
		put_number(buffer, finding->cpu);
		put_number(buffer, finding->repeats);
		put_text(buffer, finding->summary);
		put_number(buffer, finding->where_count);
		for (j = 0; j < finding->where_count; j++)
			put_number(buffer, finding->where[j]);
	}
}

void
wire_encode(const struct run_result *result, struct wire_buffer *buffer)
{
	size_t i;

	put_number(buffer, WIRE_VERSION);
	put_number(buffer, result->status);
	put_text(buffer, result->digest);
	put_number(buffer, result->sim_ps);
	put_number(buffer, result->accesses);
	put_number(buffer, result->switches);
	put_number(buffer, result->metric_count);
	for (i = 0; i < result->metric_count; i++) {
		put_text(buffer, result->metrics[i].name);
		put_text(buffer, result->metrics[i].stat);
		put_text(buffer, result->metrics[i].unit);
		wire_buffer_add(buffer, &result->metrics[i].value,
		    sizeof(double));
	}
	put_histograms(buffer, result);
	put_series(buffer, result);
	put_findings(buffer, result);
	put_number(buffer, result->coverage_count);
	for (i = 0; i < result->coverage_count; i++) {
		put_text(buffer, result->coverage[i].name);
		put_text(buffer, result->coverage[i].about == NULL ? "" :
		    result->coverage[i].about);
		put_number(buffer, result->coverage[i].hits);
	}
}

/* What is left to read; `bad` once something did not fit. */
struct reader {
	const unsigned char *bytes;
	size_t left;
	int bad;
};

static uint64_t
get_number(struct reader *reader)
{
	uint64_t value;

	if (reader->left < sizeof(value)) {
		reader->bad = 1;
		return (0);
	}
	memcpy(&value, reader->bytes, sizeof(value));
	reader->bytes += sizeof(value);
	reader->left -= sizeof(value);
	return (value);
}

static const char *
get_text(struct reader *reader)
{
	const unsigned char *start = reader->bytes;
	const unsigned char *end;

	end = reader->left == 0 ? NULL : memchr(start, '\0', reader->left);
	if (end == NULL) {
		reader->bad = 1;
		return ("");
	}
	reader->left -= (size_t)(end - start) + 1;
	reader->bytes = end + 1;
	return ((const char *)start);
}

static void
get_text_into(struct reader *reader, char *text, size_t room)
{
	const char *from;

	from = get_text(reader);
	if (strlen(from) >= room) {
		reader->bad = 1;
		from = "";
	}
	memcpy(text, from, strlen(from) + 1);
}

static size_t
get_count(struct reader *reader, size_t most)
{
	uint64_t count;

	count = get_number(reader);
	if (count > most) {
		reader->bad = 1;
		return (0);
	}
	return (count);
}

static void
get_blob(struct reader *reader, struct wire_blob *blob)
{

	blob->length = get_count(reader, reader->left);
	if (blob->length > reader->left) {
		reader->bad = 1;
		blob->length = 0;
	}
	blob->bytes = reader->bytes;
	reader->bytes += blob->length;
	reader->left -= blob->length;
}

static void
get_answer(struct reader *reader, struct wire_result *result)
{
	struct run_metric *metric;
	size_t i;

	result->status = (enum run_status)get_count(reader,
	    RUN_STATUS_COUNT - 1);
	get_text_into(reader, result->digest, sizeof(result->digest));
	result->sim_ps = get_number(reader);
	result->accesses = get_number(reader);
	result->switches = get_number(reader);
	result->metric_count = get_count(reader, RUN_METRICS_MAX);
	for (i = 0; i < result->metric_count && !reader->bad; i++) {
		metric = &result->metrics[i];
		metric->name = get_text(reader);
		metric->stat = get_text(reader);
		metric->unit = get_text(reader);
		if (reader->left < sizeof(double)) {
			reader->bad = 1;
			return;
		}
		memcpy(&metric->value, reader->bytes, sizeof(double));
		reader->bytes += sizeof(double);
		reader->left -= sizeof(double);
	}
}

static void
get_finding(struct reader *reader, struct run_finding *finding)
{
	size_t i;

	finding->check = get_text(reader);
	finding->at_ps = get_number(reader);
	finding->cpu = get_number(reader);
	finding->repeats = get_number(reader);
	get_text_into(reader, finding->summary, sizeof(finding->summary));
	finding->where_count = get_count(reader, RUN_WHERE_MAX);
	for (i = 0; i < finding->where_count; i++)
		finding->where[i] = get_number(reader);
}

static void
get_observations(struct reader *reader, struct wire_result *result)
{
	struct wire_blob *blob;
	size_t i;

	result->histogram_count = get_count(reader, RUN_HISTOGRAMS_MAX);
	for (i = 0; i < result->histogram_count && !reader->bad; i++) {
		blob = &result->histograms[i];
		blob->name = get_text(reader);
		blob->unit = get_text(reader);
		get_blob(reader, blob);
	}
	result->series_count = get_count(reader, RUN_SERIES_MAX);
	for (i = 0; i < result->series_count && !reader->bad; i++) {
		blob = &result->series[i];
		blob->name = get_text(reader);
		blob->unit = get_text(reader);
		blob->step_ps = get_number(reader);
		get_blob(reader, blob);
	}
	result->finding_count = get_count(reader, RUN_FINDINGS_MAX);
	for (i = 0; i < result->finding_count && !reader->bad; i++)
		get_finding(reader, &result->findings[i]);
	result->coverage_count = get_count(reader, RUN_COVERAGE_MAX);
	for (i = 0; i < result->coverage_count && !reader->bad; i++) {
		result->coverage[i].name = get_text(reader);
		result->coverage[i].about = get_text(reader);
		result->coverage[i].hits = get_number(reader);
	}
}

int
wire_decode(const unsigned char *bytes, size_t length,
    struct wire_result *result)
{
	struct reader reader = { bytes, length, 0 };

	memset(result, 0, sizeof(*result));
	if (get_number(&reader) != WIRE_VERSION)
		return (-1);
	get_answer(&reader, result);
	if (!reader.bad)
		get_observations(&reader, result);
	return (reader.bad || reader.left != 0 ? -1 : 0);
}
