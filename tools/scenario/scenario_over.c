/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"
#include "tools/scenario/range.h"
#include "tools/scenario/scenario_keys.h"
#include "tools/scenario/scenario_sweep.h"
#include "tools/scenario/yaml.h"

static const char *const linear_keys[] = { "from", "to", "step", "count",
	NULL };
static const char *const log_keys[] = { "from", "to", "count", NULL };

/* --- numbers --------------------------------------------------------------- */

int
sweep_number_init(struct sweep_number *number,
    struct scenario_reader *reader, const struct scenario_axis *axis,
    const struct yaml_value *at, const char *why)
{
	const struct knob *knob;
	struct run_spec trial;
	void *config;

	knob = NULL;
	if (strcmp(axis->knob, settings_preset) != 0) {
		trial = *sweep_spec(reader->scenario, axis->knob);
		knob = spec_find(&trial, axis->knob, &config, reader->err);
		if (knob == NULL)
			return (err_at(reader->err, "%.400s:%zu:%zu: sweep",
			    reader->path, axis->line, axis->column));
	}
	if (knob == NULL || knob->kind == KNOB_FLAG ||
	    knob->kind == KNOB_CHOICE || knob->kind == KNOB_WORDS)
		return (yaml_blame(reader->path, at, reader->err, "%s: %.90s "
		    "is no number; allowed is a list of its values: over: "
		    "[VALUES]", why, axis->knob));
	number->knob = *knob;
	number->knob.offset = 0;
	memset(&number->config, 0, sizeof(number->config));
	return (0);
}

int
sweep_number_read(struct sweep_number *number, struct scenario_reader *reader,
    const char *key, const struct yaml_value *value, uint64_t *result)
{
	char text[KNOB_TEXT_MAX];

	if (knob_text(reader->path, key, value, text, reader->err) != 0)
		return (-1);
	if (knob_parse(&number->knob, text, &number->config, reader->err) != 0)
		return (err_at(reader->err, "%.400s:%zu:%zu: %s",
		    reader->path, value->line, value->column, key));
	*result = number->config.number;
	if (number->knob.kind == KNOB_TIME_DIST ||
	    number->knob.kind == KNOB_COUNT_DIST) {
		if (number->config.dist.kind != DIST_FIXED)
			return (yaml_blame(reader->path, value, reader->err,
			    "%s: given \"%.60s\", allowed is one number; list "
			    "distributions one by one", key, text));
		*result = number->config.dist.a;
	}
	return (0);
}

void
sweep_number_push(struct sweep_number *number, struct scenario_axis *axis,
    uint64_t value)
{
	char text[KNOB_TEXT_MAX];

	memset(&number->config, 0, sizeof(number->config));
	if (number->knob.kind == KNOB_TIME_DIST ||
	    number->knob.kind == KNOB_COUNT_DIST) {
		number->config.dist.kind = DIST_FIXED;
		number->config.dist.a = value;
	} else
		number->config.number = value;
	knob_format(&number->knob, &number->config, text, sizeof(text));
	sweep_axis_push(axis, text, text, knob_number(&number->knob,
	    &number->config));
}

bool
sweep_number_is_fine(const struct sweep_number *number)
{

	return (number->knob.kind == KNOB_TIME ||
	    number->knob.kind == KNOB_TIME_DIST ||
	    number->knob.kind == KNOB_RATE);
}

/* --- ranges ---------------------------------------------------------------- */

/* A range as it is read. */
struct reading {
	struct scenario_reader *reader;
	struct scenario_axis *axis;
	const struct yaml_value *map;
	const char *kind;		/* "linear", "log" */
	struct sweep_number number;
	uint64_t from;
	uint64_t to;
};

static int
read_ends(struct reading *reading)
{
	struct scenario_reader *reader;
	const struct yaml_value *from, *to;

	reader = reading->reader;
	from = yaml_get(reading->map, "from");
	to = yaml_get(reading->map, "to");
	if (from == NULL || to == NULL)
		return (yaml_blame(reader->path, reading->map, reader->err,
		    "%s: the key \"%s\" is missing", reading->kind,
		    from == NULL ? "from" : "to"));
	if (sweep_number_read(&reading->number, reader, "from", from,
	    &reading->from) != 0 || sweep_number_read(&reading->number,
	    reader, "to", to, &reading->to) != 0)
		return (-1);
	if (reading->to <= reading->from)
		return (yaml_blame(reader->path, to, reader->err,
		    "to: given %.60s, allowed is more than what it is from, "
		    "which is %.60s", to->text, from->text));
	if (strcmp(reading->kind, "log") == 0 && reading->from == 0)
		return (yaml_blame(reader->path, from, reader->err,
		    "from: given %.60s, allowed for log is more than 0",
		    from->text));
	return (0);
}

static int
read_count(struct reading *reading, const struct yaml_value *value,
    uint64_t *count)
{
	static const struct knob knob = { "count", KNOB_COUNT, 0, "2", "65536",
		"2", NULL, "how many values" };

	return (knob_read(reading->reader->path, "", &knob, value, count,
	    reading->reader->err));
}

/* Of neighbours that are one after rounding, the first stays. */
static void
push_count(struct reading *reading, uint64_t count)
{
	struct range range;
	uint64_t before, i, value;
	bool fine;

	range_init(&range, reading->from, reading->to,
	    strcmp(reading->kind, "log") == 0);
	fine = sweep_number_is_fine(&reading->number);
	/* Where the distance is whole there is nothing to round. */
	if (!range.log && (reading->to - reading->from) % (count - 1) == 0)
		fine = false;
	before = 0;
	for (i = 0; i < count; i++) {
		value = range_at(&range, i, count - 1);
		if (fine)
			value = range_readable(&range, value, count);
		if (i == 0 || value != before)
			sweep_number_push(&reading->number, reading->axis,
			    value);
		before = value;
	}
}

static int
push_steps(struct reading *reading, const struct yaml_value *step)
{
	struct scenario_reader *reader;
	uint64_t each, i, last;

	/* Its own limits are not those of the knob. */
	reader = reading->reader;
	reading->number.knob.least = NULL;
	reading->number.knob.most = NULL;
	if (sweep_number_read(&reading->number, reader, "step", step, &each) !=
	    0)
		return (-1);
	if (each == 0)
		return (yaml_blame(reader->path, step, reader->err,
		    "step: given %.60s, allowed is more than 0", step->text));
	last = (reading->to - reading->from) / each;
	if (last >= SCENARIO_ROWS_MAX)
		return (yaml_blame(reader->path, step, reader->err,
		    "step: given %.60s, which makes more than %d values",
		    step->text, SCENARIO_ROWS_MAX));
	for (i = 0; i <= last; i++)
		sweep_number_push(&reading->number, reading->axis,
		    reading->from + i * each);
	return (0);
}

static int
read_range(struct scenario_reader *reader, struct scenario_axis *axis,
    const struct yaml_value *over)
{
	struct reading reading = { .reader = reader, .axis = axis };
	const struct yaml_value *count, *step;
	uint64_t values;
	bool linear;

	linear = yaml_get(over, "linear") != NULL;
	if (over->count != 1 || (!linear && yaml_get(over, "log") == NULL))
		return (yaml_blame(reader->path, over, reader->err,
		    "over: given %s, allowed is a list, {linear: {from: A, "
		    "to: B, step: C}}, {linear: {from: A, to: B, count: N}} or "
		    "{log: {from: A, to: B, count: N}}", over->count == 0 ?
		    "an empty mapping" : over->count > 1 ? "several keys" :
		    "an unknown key"));
	reading.kind = over->entries[0].key->text;
	reading.map = over->entries[0].value;
	if (reading.map->kind != YAML_MAP)
		return (yaml_blame(reader->path, reading.map, reader->err,
		    "%s: given %s, allowed is {from: A, to: B, count: N}",
		    reading.kind, yaml_kind_name(reading.map)));
	if (keys_check(reader->path, reading.map, linear ? linear_keys :
	    log_keys, reader->err) != 0 || sweep_number_init(&reading.number,
	    reader, axis, over, reading.kind) != 0 || read_ends(&reading) != 0)
		return (-1);
	count = yaml_get(reading.map, "count");
	step = yaml_get(reading.map, "step");
	if ((count == NULL) == (step == NULL))
		return (yaml_blame(reader->path, reading.map, reader->err,
		    "%s: given %s, allowed is %s", reading.kind,
		    count == NULL ? "no count" : "both a count and a step",
		    linear ? "one of \"step\" and \"count\"" :
		    "{from: A, to: B, count: N}"));
	if (step != NULL)
		return (push_steps(&reading, step));
	if (read_count(&reading, count, &values) != 0)
		return (-1);
	push_count(&reading, values);
	return (0);
}

/* --- lists ----------------------------------------------------------------- */

int
sweep_read_over(struct scenario_reader *reader, struct scenario_axis *axis,
    const struct yaml_value *name, const struct yaml_value *over, bool repeats)
{
	const struct yaml_value *value;
	char canonical[KNOB_TEXT_MAX], text[KNOB_TEXT_MAX];
	double number;
	size_t i, j;

	if (over->kind == YAML_MAP)
		return (read_range(reader, axis, over));
	if (over->kind != YAML_LIST || over->count == 0)
		return (yaml_blame(reader->path, over, reader->err,
		    "over: given %s, allowed is a list of values of %.90s, or "
		    "a range: {linear: ...}, {log: ...}",
		    over->kind == YAML_LIST ? "an empty list" :
		    yaml_kind_name(over), axis->knob));
	for (i = 0; i < over->count; i++) {
		value = over->entries[i].value;
		if (knob_text(reader->path, axis->knob, value, text,
		    reader->err) != 0 || sweep_value(reader, axis->knob,
		    text, name, value, canonical, &number) != 0)
			return (-1);
		for (j = 0; j < i && !repeats; j++)
			if (strcmp(axis->canonical[j], canonical) == 0)
				return (yaml_blame(reader->path, value,
				    reader->err, "over: %s is the same value "
				    "as %s before", text, axis->values[j]));
		sweep_axis_push(axis, text, canonical, number);
	}
	return (0);
}
