/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/scenario/scenario_keys.h"
#include "tools/scenario/scenario_sweep.h"
#include "tools/scenario/where.h"
#include "tools/scenario/yaml.h"
#include "tools/scenario/yaml_place.h"

static int
kind_of(void *context, const char *name, enum knob_kind *kind, struct err *err)
{
	struct scenario_reader *reader = context;
	const struct knob *knob;
	struct run_spec trial;
	void *config;

	*kind = KNOB_WORDS;
	if (strcmp(name, settings_policy) == 0 ||
	    strcmp(name, settings_preset) == 0)
		return (0);
	trial = *sweep_spec(reader->scenario, name);
	knob = spec_find(&trial, name, &config, err);
	if (knob == NULL)
		return (-1);
	*kind = knob->kind;
	return (0);
}

static int
word_of(void *context, const char *name, const char *word,
    char canonical[KNOB_TEXT_MAX], struct err *err)
{
	struct scenario_reader *reader = context;
	enum sweep_fault fault;
	double number;

	if (strcmp(name, settings_policy) == 0) {
		if (!sweep_has_policy(reader, word))
			return (err_set(err, "this scenario has no policy "
			    "\"%.60s\"", word));
		snprintf(canonical, KNOB_TEXT_MAX, "%s", word);
		return (0);
	}
	if (sweep_canonical(reader, name, word, canonical, &number, &fault) ==
	    0)
		return (0);
	return (err_at(err, "%s", name));
}

int
sweep_read_filter(struct scenario_reader *reader,
    const struct yaml_value *value)
{
	struct where_scope scope = { kind_of, word_of, reader };
	struct scenario_filter *filter;
	struct scenario *scenario;
	struct yaml_place place;
	size_t at;

	scenario = reader->scenario;
	if (value->kind != YAML_TEXT || yaml_is_null(value))
		return (yaml_blame(reader->path, value, reader->err,
		    "where: given %s, allowed is a condition, as in "
		    "\"zone.bucket_size * core.deferral <= 1024\"",
		    yaml_kind_name(value)));
	if (scenario->filter_count == SCENARIO_FILTERS_MAX)
		return (yaml_blame(reader->path, value, reader->err,
		    "sweep: more than %d filters", SCENARIO_FILTERS_MAX));
	filter = &scenario->filters[scenario->filter_count];
	filter->where = where_parse(value->text, &scope, &at, reader->err);
	place = yaml_place(scenario->text, scenario->text_bytes, value,
	    filter->where == NULL ? at : 0);
	if (filter->where == NULL)
		return (err_at(reader->err, "%.400s:%zu:%zu: where",
		    reader->path, place.line, place.column));
	scenario->filter_count++;
	filter->text = must_copy(value->text);
	filter->line = place.line;
	filter->column = place.column;
	return (0);
}
