/*
 * wire - what did a run answer, as bytes?
 *
 * A worker process hands the result of a run to its parent as one message.
 * The parent trusts nothing in it: the code under test may have trampled over
 * the worker's memory before it was sent.
 *
 * Both ends are the same program on the same machine, so numbers are in the
 * machine's own byte order.  Histograms and series travel in the form in which
 * the database stores them.
 *
 * Errors      wire_decode() returns -1 for anything that wire_encode() did
 *             not write.  Running out of memory ends the process.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CAMPAIGN_WIRE_H
#define TOOLS_CAMPAIGN_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "sim/machine/choice.h"
#include "sim/run.h"
#include "tools/campaign/wire_bytes.h"

/* A histogram, or a series, in its stored form. */
struct wire_blob {
	const char *name;
	const char *unit;
	uint64_t step_ps;		/* of a series; 0 for a histogram */
	const unsigned char *bytes;
	size_t length;
};

/* Where a run left the schedule that it was to follow. */
struct wire_departure {
	uint64_t count;			/* answers that it could not take */
	uint32_t kind;			/* of the first: enum choice_kind */
	uint32_t cpu;
	uint64_t nth;			/* from 0 */
};

/* A run_result as the parent sees it; names point into the message. */
struct wire_result {
	enum run_status status;
	char digest[33];		/* "" where there is none */
	uint64_t sim_ps;
	uint64_t accesses;
	uint64_t switches;
	struct run_metric metrics[RUN_METRICS_MAX];
	size_t metric_count;
	struct wire_blob histograms[RUN_HISTOGRAMS_MAX];
	size_t histogram_count;
	struct wire_blob series[RUN_SERIES_MAX];
	size_t series_count;
	struct run_finding findings[RUN_FINDINGS_MAX];
	size_t finding_count;
	struct run_coverage coverage[RUN_COVERAGE_MAX];
	size_t coverage_count;
	struct wire_departure departure;
};

/* Appends the message to `buffer`. */
void wire_encode(const struct run_result *result, struct wire_buffer *buffer);

/* May follow the message of a run, as its last part. */
void wire_encode_departure(const struct wire_departure *departure,
    struct wire_buffer *buffer);

/* `bytes` must live as long as `result` is used. */
int wire_decode(const unsigned char *bytes, size_t length,
    struct wire_result *result);

#endif
