/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/unit.h"
#include "sim/run.h"
#include "tools/scenario/scenario_keys.h"
#include "tools/scenario/scenario_source.h"
#include "tools/scenario/yaml.h"

static const char *const check_keys[] = { "check", "fires", NULL };
static const char *const metric_keys[] = { "metric", "stat", "at_most",
	"at_least", NULL };

/* Ratios and counts: decimals with up to six places, or a percentage. */
static const struct unit number_units[] = {
	{ "ppm", 1, false },
	{ "%", 10000, false },
	{ "", 0, false },
};
static const struct unit_system number_system = { "millionths", 1000000,
	number_units };

/* How a bound on a metric of that unit is written, and what it becomes. */
struct bound_unit {
	const char *unit;
	const struct unit_system *system;
	double per;		/* units of the system in one of the metric */
	const char *allowed;
};

static const struct bound_unit bound_units[] = {
	{ "ns", &unit_time, 1e3, "a time (ps, ns, us, ms, s, m, min, h)" },
	{ "bytes", &unit_size, 1, "a size (B, KiB, MiB, GiB, kB, MB, GB)" },
	{ "1/s", &unit_rate, 1e6, "a rate, as in 1000/s" },
	{ "1", &number_system, 1e6, "a number" },
};

static const char *
check_at(const void *context, size_t i)
{

	(void)context;
	return (i < check_table_count ? check_table[i]->name : NULL);
}

static int
unknown_check(struct scenario_reader *reader, const struct yaml_value *at)
{
	const char *nearest;

	nearest = knob_nearest(at->text, check_at, NULL);
	if (nearest != NULL)
		return (yaml_blame(reader->path, at, reader->err,
		    "there is no check \"%.60s\"; did you mean \"%s\"?",
		    at->text, nearest));
	return (yaml_blame(reader->path, at, reader->err,
	    "there is no check \"%.60s\"; `gusim list checks` names them",
	    at->text));
}

static int
read_check(struct scenario_reader *reader, const struct yaml_value *map,
    struct scenario_expect *expect)
{
	const struct yaml_value *fires, *name;
	size_t i;

	if (keys_check(reader->path, map, check_keys, reader->err) != 0)
		return (-1);
	name = yaml_get(map, "check");
	if (plain_text(reader->path, "check", name, expect->name,
	    sizeof(expect->name), reader->err) != 0)
		return (-1);
	for (i = 0; i < check_table_count; i++)
		if (strcmp(check_table[i]->name, expect->name) == 0)
			break;
	if (i == check_table_count)
		return (unknown_check(reader, name));
	fires = yaml_get(map, "fires");
	if (fires == NULL)
		return (yaml_blame(reader->path, map, reader->err,
		    "expect: the key \"fires\" is missing"));
	if (fires->kind == YAML_TEXT && strcmp(fires->text, "never") == 0)
		expect->kind = EXPECT_NEVER;
	else if (fires->kind == YAML_TEXT &&
	    strcmp(fires->text, "always") == 0)
		expect->kind = EXPECT_ALWAYS;
	else
		return (yaml_blame(reader->path, fires, reader->err,
		    "fires: given \"%.60s\", allowed are never, always",
		    fires->kind == YAML_TEXT ? fires->text :
		    yaml_kind_name(fires)));
	return (0);
}

int
scenario_parse_bound(const char *unit, const char *text, double *bound,
    char *reason, size_t room, const char **allowed)
{
	const struct bound_unit *row;
	uint64_t number;
	size_t i;

	row = NULL;
	for (i = 0; i < sizeof(bound_units) / sizeof(bound_units[0]); i++)
		if (strcmp(bound_units[i].unit, unit) == 0)
			row = &bound_units[i];
	if (row == NULL)
		row = &bound_units[i - 1];
	*allowed = row->allowed;
	if (unit_parse(row->system, text, strlen(text), &number, reason,
	    room) != 0)
		return (-1);
	*bound = (double)number / row->per;
	return (0);
}

static int
read_bound(struct scenario_reader *reader, const struct yaml_value *value,
    const char *key, struct scenario_expect *expect)
{
	char reason[UNIT_REASON_MAX];
	const char *allowed;

	if (plain_text(reader->path, key, value, expect->bound_text,
	    sizeof(expect->bound_text), reader->err) != 0)
		return (-1);
	if (scenario_parse_bound(scenario_metric_unit(expect->name,
	    expect->stat), expect->bound_text, &expect->bound, reason,
	    sizeof(reason), &allowed) != 0)
		return (yaml_blame(reader->path, value, reader->err,
		    "%s: given \"%.47s\", which %s; allowed for %s %s is %s",
		    key, expect->bound_text, reason, expect->name,
		    expect->stat, allowed));
	return (0);
}

static int
read_stat(struct scenario_reader *reader, const struct yaml_value *map,
    const struct metric_def *metric, struct scenario_expect *expect)
{
	const struct yaml_value *stat;

	stat = yaml_get(map, "stat");
	if (stat == NULL) {
		/* Nothing to choose: the metric has one only. */
		if (strchr(metric->stats, ' ') != NULL)
			return (yaml_blame(reader->path, map, reader->err,
			    "expect: the key \"stat\" is missing; %s has %s",
			    metric->name, metric->stats));
		snprintf(expect->stat, sizeof(expect->stat), "%s",
		    metric->stats);
		return (0);
	}
	if (plain_text(reader->path, "stat", stat, expect->stat,
	    sizeof(expect->stat), reader->err) != 0)
		return (-1);
	return (scenario_metric_stat(reader, stat, metric, expect->stat));
}

static int
read_metric(struct scenario_reader *reader, const struct yaml_value *map,
    struct scenario_expect *expect)
{
	const struct yaml_value *least, *most, *name;
	const struct metric_def *metric;

	if (keys_check(reader->path, map, metric_keys, reader->err) != 0)
		return (-1);
	name = yaml_get(map, "metric");
	if (plain_text(reader->path, "metric", name, expect->name,
	    sizeof(expect->name), reader->err) != 0)
		return (-1);
	metric = scenario_metric(reader, name, expect->name);
	if (metric == NULL)
		return (-1);
	if (read_stat(reader, map, metric, expect) != 0)
		return (-1);
	most = yaml_get(map, "at_most");
	least = yaml_get(map, "at_least");
	if ((most == NULL) == (least == NULL))
		return (yaml_blame(reader->path, map, reader->err,
		    "expect: a metric wants one of \"at_most\" and "
		    "\"at_least\"; given %s", most == NULL ? "none" : "both"));
	expect->kind = most != NULL ? EXPECT_AT_MOST : EXPECT_AT_LEAST;
	return (read_bound(reader, most != NULL ? most : least,
	    most != NULL ? "at_most" : "at_least", expect));
}

int
scenario_read_expects(struct scenario_reader *reader)
{
	const struct yaml_value *list, *map;
	struct scenario_expect *expect;
	struct scenario *scenario;
	size_t i;
	int failed;

	list = yaml_get(reader->root, "expect");
	if (list == NULL)
		return (0);
	if (list->kind != YAML_LIST)
		return (yaml_blame(reader->path, list, reader->err,
		    "expect: given %s, allowed is a list of expectations",
		    yaml_kind_name(list)));
	scenario = reader->scenario;
	for (i = 0; i < list->count; i++) {
		map = list->entries[i].value;
		if (scenario->expect_count == SCENARIO_EXPECTS_MAX)
			return (yaml_blame(reader->path, map, reader->err,
			    "expect: more than %d expectations",
			    SCENARIO_EXPECTS_MAX));
		expect = &scenario->expects[scenario->expect_count++];
		expect->line = map->line;
		if (yaml_get(map, "check") != NULL)
			failed = read_check(reader, map, expect);
		else if (yaml_get(map, "metric") != NULL)
			failed = read_metric(reader, map, expect);
		else
			failed = yaml_blame(reader->path, map, reader->err,
			    "expect: given %s, allowed is {check: NAME, "
			    "fires: never|always} or {metric: NAME, stat: "
			    "STAT, at_most|at_least: BOUND}",
			    map->kind == YAML_MAP ? "neither a check nor a "
			    "metric" : yaml_kind_name(map));
		if (failed)
			return (-1);
	}
	return (0);
}
