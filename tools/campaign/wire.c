/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/campaign/wire.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/hist.h"
#include "sim/base/must.h"
#include "tools/store/series.h"

enum { WIRE_VERSION = 2 };

static void
put_histograms(struct wire_buffer *buffer, const struct run_result *result)
{
	unsigned char *scratch;
	size_t i;

	wire_put_number(buffer, result->histogram_count);
	if (result->histogram_count == 0)
		return;
	scratch = must_alloc(1, HIST_ENCODED_MAX);
	for (i = 0; i < result->histogram_count; i++) {
		wire_put_text(buffer, result->histograms[i].name);
		wire_put_text(buffer, result->histograms[i].unit);
		wire_put_blob(buffer, scratch, hist_encode(
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

	wire_put_number(buffer, result->series_count);
	for (i = 0; i < result->series_count; i++) {
		series = &result->series[i];
		wire_put_text(buffer, series->name);
		wire_put_text(buffer, series->unit);
		wire_put_number(buffer, series->step_ps);
		wire_put_blob(buffer, scratch, series_encode(series->points,
		    series->point_count, scratch));
	}
}

static void
put_findings(struct wire_buffer *buffer, const struct run_result *result)
{
	const struct run_finding *finding;
	size_t i, j;

	wire_put_number(buffer, result->finding_count);
	for (i = 0; i < result->finding_count; i++) {
		finding = &result->findings[i];
		wire_put_text(buffer, finding->check);
		wire_put_number(buffer, finding->at_ps);
		wire_put_number(buffer, finding->cpu);
		wire_put_number(buffer, finding->repeats);
		wire_put_text(buffer, finding->summary);
		wire_put_number(buffer, finding->where_count);
		for (j = 0; j < finding->where_count; j++)
			wire_put_number(buffer, finding->where[j]);
	}
}

void
wire_encode(const struct run_result *result, struct wire_buffer *buffer)
{
	size_t i;

	wire_put_number(buffer, WIRE_VERSION);
	wire_put_number(buffer, result->status);
	wire_put_text(buffer, result->digest);
	wire_put_number(buffer, result->sim_ps);
	wire_put_number(buffer, result->accesses);
	wire_put_number(buffer, result->switches);
	wire_put_number(buffer, result->metric_count);
	for (i = 0; i < result->metric_count; i++) {
		wire_put_text(buffer, result->metrics[i].name);
		wire_put_text(buffer, result->metrics[i].stat);
		wire_put_text(buffer, result->metrics[i].unit);
		wire_buffer_add(buffer, &result->metrics[i].value,
		    sizeof(double));
	}
	put_histograms(buffer, result);
	put_series(buffer, result);
	put_findings(buffer, result);
	wire_put_number(buffer, result->coverage_count);
	for (i = 0; i < result->coverage_count; i++) {
		wire_put_text(buffer, result->coverage[i].name);
		wire_put_text(buffer, result->coverage[i].about == NULL ? "" :
		    result->coverage[i].about);
		wire_put_number(buffer, result->coverage[i].hits);
	}
}

void
wire_encode_departure(const struct wire_departure *departure,
    struct wire_buffer *buffer)
{

	wire_put_number(buffer, departure->count);
	wire_put_number(buffer, departure->kind);
	wire_put_number(buffer, departure->cpu);
	wire_put_number(buffer, departure->nth);
}

static void
get_departure(struct wire_reader *reader, struct wire_departure *departure)
{

	departure->count = wire_get_number(reader);
	departure->kind = (uint32_t)wire_get_count(reader,
	    CHOICE_KIND_COUNT - 1);
	departure->cpu = (uint32_t)wire_get_count(reader, UINT16_MAX);
	departure->nth = wire_get_number(reader);
}

static void
get_answer(struct wire_reader *reader, struct wire_result *result)
{
	struct run_metric *metric;
	size_t i;

	result->status = (enum run_status)wire_get_count(reader,
	    RUN_STATUS_COUNT - 1);
	wire_get_text_into(reader, result->digest, sizeof(result->digest));
	result->sim_ps = wire_get_number(reader);
	result->accesses = wire_get_number(reader);
	result->switches = wire_get_number(reader);
	result->metric_count = wire_get_count(reader, RUN_METRICS_MAX);
	for (i = 0; i < result->metric_count && !reader->bad; i++) {
		metric = &result->metrics[i];
		metric->name = wire_get_text(reader);
		metric->stat = wire_get_text(reader);
		metric->unit = wire_get_text(reader);
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
get_finding(struct wire_reader *reader, struct run_finding *finding)
{
	size_t i;

	finding->check = wire_get_text(reader);
	finding->at_ps = wire_get_number(reader);
	finding->cpu = wire_get_number(reader);
	finding->repeats = wire_get_number(reader);
	wire_get_text_into(reader, finding->summary, sizeof(finding->summary));
	finding->where_count = wire_get_count(reader, RUN_WHERE_MAX);
	for (i = 0; i < finding->where_count; i++)
		finding->where[i] = wire_get_number(reader);
}

static void
get_observations(struct wire_reader *reader, struct wire_result *result)
{
	struct wire_blob *blob;
	size_t i;

	result->histogram_count = wire_get_count(reader, RUN_HISTOGRAMS_MAX);
	for (i = 0; i < result->histogram_count && !reader->bad; i++) {
		blob = &result->histograms[i];
		blob->name = wire_get_text(reader);
		blob->unit = wire_get_text(reader);
		blob->bytes = wire_get_blob(reader, &blob->length);
	}
	result->series_count = wire_get_count(reader, RUN_SERIES_MAX);
	for (i = 0; i < result->series_count && !reader->bad; i++) {
		blob = &result->series[i];
		blob->name = wire_get_text(reader);
		blob->unit = wire_get_text(reader);
		blob->step_ps = wire_get_number(reader);
		blob->bytes = wire_get_blob(reader, &blob->length);
	}
	result->finding_count = wire_get_count(reader, RUN_FINDINGS_MAX);
	for (i = 0; i < result->finding_count && !reader->bad; i++)
		get_finding(reader, &result->findings[i]);
	result->coverage_count = wire_get_count(reader, RUN_COVERAGE_MAX);
	for (i = 0; i < result->coverage_count && !reader->bad; i++) {
		result->coverage[i].name = wire_get_text(reader);
		result->coverage[i].about = wire_get_text(reader);
		result->coverage[i].hits = wire_get_number(reader);
	}
}

int
wire_decode(const unsigned char *bytes, size_t length,
    struct wire_result *result)
{
	struct wire_reader reader = { bytes, length, 0 };

	memset(result, 0, sizeof(*result));
	if (wire_get_number(&reader) != WIRE_VERSION)
		return (-1);
	get_answer(&reader, result);
	if (!reader.bad)
		get_observations(&reader, result);
	if (!reader.bad && reader.left != 0)
		get_departure(&reader, &result->departure);
	return (reader.bad || reader.left != 0 ? -1 : 0);
}
