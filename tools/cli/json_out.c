/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cli/json_out.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "sim/spec.h"
#include "sim/strategies/strategy.h"
#include "tools/campaign/wire.h"
#include "tools/hunt/hunt.h"

/* NULL: out of memory, or a text that is not UTF-8, which a bug of ours made. */
static json_t *
sure(json_t *value)
{

	if (value == NULL)
		abort();
	return (value);
}

static json_t *
text_or_null(const char *text)
{

	return (text == NULL || text[0] == '\0' ? json_null() :
	    sure(json_string(text)));
}

static json_t *
metrics_json(const struct wire_result *result)
{
	const struct run_metric *metric;
	json_t *list, *item;
	size_t i;

	list = sure(json_array());
	for (i = 0; i < result->metric_count; i++) {
		metric = &result->metrics[i];
		item = sure(json_object());
		json_object_set_new(item, "name", text_or_null(metric->name));
		json_object_set_new(item, "stat", text_or_null(metric->stat));
		json_object_set_new(item, "unit", text_or_null(metric->unit));
		json_object_set_new(item, "value", isfinite(metric->value) ?
		    sure(json_real(metric->value)) : json_null());
		json_array_append_new(list, item);
	}
	return (list);
}

static json_t *
findings_json(const struct wire_result *result, const char *token)
{
	json_t *list, *item;
	size_t i;

	list = sure(json_array());
	for (i = 0; i < result->finding_count; i++) {
		item = sure(json_object());
		json_object_set_new(item, "check",
		    text_or_null(result->findings[i].check));
		json_object_set_new(item, "summary",
		    text_or_null(result->findings[i].summary));
		json_object_set_new(item, "token", text_or_null(token));
		json_array_append_new(list, item);
	}
	return (list);
}

void
json_out_run(const char *scenario, const char *policy,
    const struct run_spec *spec, const struct wire_result *result,
    const char *token)
{
	json_t *document;

	document = sure(json_object());
	json_object_set_new(document, "scenario", text_or_null(scenario));
	json_object_set_new(document, "policy", text_or_null(policy));
	/* JSON integers here are signed, as in the database: the same bits. */
	json_object_set_new(document, "seed",
	    sure(json_integer((json_int_t)spec->seed)));
	json_object_set_new(document, "status",
	    text_or_null(run_status_name(result->status)));
	json_object_set_new(document, "digest", text_or_null(result->digest));
	json_object_set_new(document, "token", text_or_null(token));
	json_object_set_new(document, "metrics", metrics_json(result));
	json_object_set_new(document, "findings",
	    findings_json(result, token));
	json_dumpf(document, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
	putc('\n', stdout);
	json_decref(document);
}

static json_t *
number(uint64_t value)
{

	return (sure(json_integer((json_int_t)value)));
}

static json_t *
hunt_finding_json(const struct hunt_finding *finding)
{
	const struct run_finding *first = &finding->result->findings[0];
	json_t *item;

	item = sure(json_object());
	json_object_set_new(item, "check", text_or_null(first->check));
	json_object_set_new(item, "summary", text_or_null(first->summary));
	json_object_set_new(item, "token", text_or_null(finding->token));
	json_object_set_new(item, "count", number(finding->count));
	json_object_set_new(item, "run", number(finding->number));
	json_object_set_new(item, "seed", number(finding->seed));
	json_object_set_new(item, "strategy",
	    text_or_null(finding->strategy));
	json_object_set_new(item, "status",
	    text_or_null(run_status_name(finding->result->status)));
	json_object_set_new(item, "digest",
	    text_or_null(finding->result->digest));
	json_object_set_new(item, "defect", text_or_null(finding->defect));
	return (item);
}

void
json_out_hunt(const struct hunt *hunt)
{
	json_t *document, *list, *item;
	size_t i;

	document = sure(json_object());
	json_object_set_new(document, "scenario",
	    text_or_null(hunt->settings.scenario));
	json_object_set_new(document, "strategy",
	    text_or_null(hunt->settings.strategy->name));
	json_object_set_new(document, "seed", number(hunt->settings.seed));
	json_object_set_new(document, "runs", number(hunt->runs));
	json_object_set_new(document, "wall_ns", number(hunt->wall_ns));
	json_object_set_new(document, "accesses", number(hunt->accesses));
	json_object_set_new(document, "behaviours",
	    number(hunt->behaviours.count));
	json_object_set_new(document, "given_up", number(hunt->given_up));
	json_object_set_new(document, "complete",
	    sure(json_boolean(hunt->spent)));
	list = sure(json_array());
	for (i = 0; i < hunt->coverage_count; i++) {
		item = sure(json_object());
		json_object_set_new(item, "name",
		    text_or_null(hunt->coverage[i].name));
		json_object_set_new(item, "hits",
		    number(hunt->coverage[i].hits));
		json_array_append_new(list, item);
	}
	json_object_set_new(document, "coverage", list);
	list = sure(json_array());
	for (i = 0; i < hunt->finding_count; i++)
		json_array_append_new(list,
		    hunt_finding_json(&hunt->findings[i]));
	json_object_set_new(document, "findings", list);
	json_object_set_new(document, "unlisted", number(hunt->unlisted));
	json_object_set_new(document, "unlisted_causes",
	    number(hunt->further.count));
	json_dumpf(document, stdout, JSON_INDENT(2));
	putc('\n', stdout);
	json_decref(document);
}
