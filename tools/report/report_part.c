/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/report/report_part.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tools/report/report_conduct.h"
#include "tools/report/report_data.h"
#include "tools/report/report_effects.h"
#include "tools/report/report_front.h"
#include "tools/report/report_quantile.h"
#include "tools/report/report_settled.h"
#include "tools/report/report_shape.h"

typedef unsigned long long count_t;

int
report_part_init(struct report_part *part, const struct report_data *data,
    struct report_experiment *experiment, struct err *err)
{

	memset(part, 0, sizeof(*part));
	part->experiment = experiment;
	part->shape = shape_make(experiment);
	if (quantiles_mark(data, experiment, err) != 0)
		return (-1);
	experiment->front = report_front_make(data, experiment, err);
	if (experiment->front == NULL)
		return (-1);
	part->sensitivity = sensitivity_make(data, part->shape, err);
	if (part->sensitivity == NULL)
		return (-1);
	part->settled = settled_make(data, experiment, err);
	if (part->settled == NULL)
		return (-1);
	part->conduct = conduct_load(data, experiment, err);
	if (part->conduct == NULL)
		return (-1);
	whole_judge(&part->whole, experiment, part->conduct->stop_count > 0);
	return (0);
}

void
report_part_fini(struct report_part *part)
{

	conduct_free(part->conduct);
	settled_free(part->settled);
	sensitivity_free(part->sensitivity);
	shape_free(part->shape);
}

/* Points for which this metric is above zero in some run. */
static size_t
points_with(const struct report_data *data,
    const struct report_experiment *experiment, const char *name,
    const char *stat)
{
	size_t count, i;
	int metric;

	metric = report_metric_find(data, name, stat);
	count = 0;
	for (i = 0; metric >= 0 && i < experiment->point_count; i++)
		count += report_estimate(&experiment->points[i], metric).mean >
		    0;
	return (count);
}

/* A percentile of fewer values than bound it is anybody's guess. */
static size_t
warn_of_few(const struct report_data *data,
    const struct report_experiment *experiment, char (*lines)[WARNING_SIZE])
{
	static const struct {
		uint64_t ppm;
		const char *name;
	} percentiles[] = { { 990000, "p99" }, { 999000, "p99.9" } };
	struct report_estimate done, waiting;
	double items;
	size_t count, i, k, few;

	count = 0;
	for (k = 0; k < sizeof(percentiles) / sizeof(percentiles[0]); k++) {
		few = 0;
		for (i = 0; i < experiment->point_count; i++) {
			done = report_find(data, &experiment->points[i],
			    "free_to_use_ns", "count");
			waiting = report_find(data, &experiment->points[i],
			    "censored_items", "total");
			items = done.mean * (double)done.n + (waiting.n > 0 ?
			    waiting.mean * (double)waiting.n : 0);
			few += done.n > 0 && items <
			    (double)quantile_needs(percentiles[k].ppm);
		}
		if (few > 0)
			snprintf(lines[count++], WARNING_SIZE, "At %zu point%s "
			    "fewer than %llu items were freed in all runs "
			    "together: too few for a 95 %% upper bound on a "
			    "%s of free_to_use_ns.", few, few == 1 ? "" : "s",
			    (count_t)quantile_needs(percentiles[k].ppm),
			    percentiles[k].name);
	}
	return (count);
}

static size_t
warn_of_unsettled(const struct settled *settled,
    char (*lines)[WARNING_SIZE])
{
	static const struct {
		enum warmup_verdict verdict;
		const char *advice;
	} kinds[] = {
		{ WARMUP_LONGER, "lengthen run.warmup" },
		{ WARMUP_SHORT, "lengthen run.duration" },
		{ WARMUP_DRIFT, "a mean over such a run is of no state at "
		    "all" },
	};
	size_t count, i;

	count = 0;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (settled->verdicts[kinds[i].verdict] > 0)
			snprintf(lines[count++], WARNING_SIZE, "Footprint over "
			    "time, %zu of %zu points: %s; %s.",
			    settled->verdicts[kinds[i].verdict],
			    settled->point_count,
			    warmup_words[kinds[i].verdict], kinds[i].advice);
	}
	return (count);
}

size_t
report_warnings(const struct report_data *data,
    const struct report_part *part, char lines[WARNINGS_MAX][WARNING_SIZE])
{
	const struct report_experiment *experiment = part->experiment;
	const uint64_t *status = experiment->status;
	char words[CONDUCT_WORDS_SIZE];
	size_t bounds, count, grows, i, single;

	count = 0;
	if (part->whole.part)
		whole_words(&part->whole, experiment, lines[count++],
		    WARNING_SIZE);
	if (status[REPORT_PENDING] > 0)
		snprintf(lines[count++], WARNING_SIZE, "Incomplete: %llu of "
		    "%llu runs have not been executed; all means are over "
		    "those that have.", (count_t)status[REPORT_PENDING],
		    (count_t)report_runs_all(status));
	if (status[REPORT_CRASHED] + status[REPORT_TIMEOUT] > 0)
		snprintf(lines[count++], WARNING_SIZE, "Runs that crashed: "
		    "%llu, given up after their time limit: %llu. Their "
		    "numbers are in no mean, so points with such runs look "
		    "better than they are.", (count_t)status[REPORT_CRASHED],
		    (count_t)status[REPORT_TIMEOUT]);
	if (status[REPORT_FINDING] > 0)
		snprintf(lines[count++], WARNING_SIZE, "In %llu run%s a check "
		    "fired; see the findings. Points that had one are marked "
		    "(!), and beat others for no good reason.",
		    (count_t)status[REPORT_FINDING],
		    status[REPORT_FINDING] == 1 ? "" : "s");
	grows = points_with(data, experiment, "footprint_bytes", "unstable");
	if (grows > 0)
		snprintf(lines[count++], WARNING_SIZE, "In %zu point%s the "
		    "footprint rose all the time in some run: such figures "
		    "depend on the length of the run.", grows,
		    grows == 1 ? "" : "s");
	bounds = 0;
	for (i = 0; i < experiment->point_count; i++)
		bounds += report_is_bound(data, &experiment->points[i],
		    "free_to_use_ns");
	if (bounds > 0)
		snprintf(lines[count++], WARNING_SIZE, "In %zu point%s so many "
		    "items still waited at the end of some run that its p99 "
		    "is only a lower bound (marked >=).", bounds,
		    bounds == 1 ? "" : "s");
	single = 0;
	for (i = 0; i < experiment->point_count; i++)
		single += report_runs_done(experiment->points[i].status) == 1;
	if (single > 0)
		snprintf(lines[count++], WARNING_SIZE, "%zu point%s a "
		    "single run and therefore no confidence interval.",
		    single, single == 1 ? " has" : "s have");
	count += warn_of_few(data, experiment, &lines[count]);
	count += warn_of_unsettled(part->settled, &lines[count]);
	conduct_stopped(part->conduct, words);
	if (part->conduct->wide > 0)
		snprintf(lines[count++], WARNING_SIZE, "%s", words);
	conduct_audit(part->conduct, words);
	if (part->conduct->differ + part->conduct->lost > 0)
		snprintf(lines[count++], WARNING_SIZE, "%s", words);
	return (count);
}
