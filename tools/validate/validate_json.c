/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <stdio.h>

#include <jansson.h>

#include "tools/campaign/host.h"
#include "tools/validate/validate.h"

static json_t *
number(double value)
{

	return (isnan(value) ? json_null() : json_real(value));
}

static json_t *
estimate(const struct validate_estimate *from)
{

	return (json_pack("{s:o, s:o, s:o}", "median", number(from->value),
	    "low", number(from->low), "high", number(from->high)));
}

static json_t *
rows(const struct validate_case *one)
{
	static const char *const words[] = {
		[VALIDATE_WITHIN] = "within",
		[VALIDATE_OFF] = "off",
		[VALIDATE_NOTHING] = "nothing",
	};
	const struct validate_row_def *def;
	struct validate_verdict verdict;
	json_t *list;
	size_t row;

	list = json_array();
	for (row = 0; row < VALIDATE_ROWS; row++) {
		def = &validate_rows[row];
		validate_judge(one, (enum validate_row)row, &verdict);
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:o, "
		    "s:o, s:o, s:[f, f], s:s}", "name", def->name, "stat",
		    def->stat, "unit", def->unit, "measured",
		    estimate(&verdict.measured), "predicted",
		    estimate(&verdict.predicted), "ratio",
		    number(verdict.ratio), "allowed", def->least, def->most,
		    "verdict", words[verdict.word]));
	}
	return (list);
}

static json_t *
rounds(const struct validate_sample *samples, size_t count, bool native)
{
	const struct validate_sample *sample;
	json_t *list, *object, *values;
	size_t row;

	list = json_array();
	for (sample = samples; sample < samples + count; sample++) {
		values = json_array();
		for (row = 0; row < VALIDATE_ROWS; row++)
			json_array_append_new(values,
			    number(sample->values[row]));
		object = json_pack("{s:o, s:I, s:s}", "values", values,
		    "trouble", (json_int_t)sample->trouble, "words",
		    sample->words);
		if (native)
			json_object_update_new(object, json_pack(
			    "{s:b, s:b, s:b, s:f, s:f, s:f, s:f, s:f, s:I, "
			    "s:I}",
			    "kept", sample->kept, "disturbed",
			    sample->disturbed, "moved", sample->moved,
			    "transfer_ns", (double)sample->transfer_ps / 1e3,
			    "invalidate_ns", (double)sample->invalidate_ps /
			    1e3, "keeps_ns", (double)sample->keeps_ps / 1e3,
			    "lost", sample->lost,
			    "unpaid", sample->unpaid, "switches",
			    (json_int_t)sample->switches, "steal_ms",
			    (json_int_t)sample->steal_ms));
		json_array_append_new(list, object);
	}
	return (list);
}

static json_t *
stops(const struct validate_host *host)
{
	const struct validate_stops *kind;
	json_t *list;

	list = json_array();
	for (kind = host->stops; kind < host->stops + VALIDATE_STOPS; kind++)
		json_array_append_new(list, json_pack("{s:f, s:f, s:f}",
		    "rate_per_s", kind->rate, "median_ns",
		    (double)kind->median_ps / 1e3, "p99_ns",
		    (double)kind->p99_ps / 1e3));
	return (list);
}

void
validate_json_print(const struct validate_case *cases, size_t count)
{
	const struct validate_case *one;
	char host[HOST_TEXT_SIZE];
	json_t *document, *list;

	list = json_array();
	for (one = cases; one < cases + count; one++)
		json_array_append_new(list, json_pack("{s:s, s:I, s:b, "
		    "s:f, s:o, s:o, s:o, s:{s:o, s:f}}", "case", one->name,
		    "threads", (json_int_t)one->spec.machine.cpus, "fitted",
		    one->fitted, "hit_ns",
		    (double)one->spec.machine.hit_ps / 1e3, "rows",
		    rows(one), "rounds", rounds(one->rounds,
		    one->round_count, true), "runs", rounds(one->runs,
		    one->run_count, false), "host", "stops",
		    stops(&one->host), "caches_keep_ns",
		    (double)one->host.keeps_ps / 1e3));
	host_describe(host);
	document = json_pack("{s:s, s:o}", "host", host, "cases", list);
	json_dumpf(document, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
	putchar('\n');
	json_decref(document);
}
