/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cli/json_out.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "sim/spec.h"
#include "tools/campaign/wire.h"

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
