/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/run.h"
#include "tools/scenario/scenario_keys.h"
#include "tools/scenario/scenario_source.h"
#include "tools/scenario/yaml.h"

static const char *
metric_at(const void *context, size_t i)
{

	(void)context;
	return (i < metric_def_count ? metric_defs[i].name : NULL);
}

const struct metric_def *
scenario_metric(struct scenario_reader *reader, const struct yaml_value *at,
    const char *name)
{
	const char *nearest;
	size_t i;

	for (i = 0; i < metric_def_count; i++)
		if (strcmp(metric_defs[i].name, name) == 0)
			return (&metric_defs[i]);
	nearest = knob_nearest(name, metric_at, NULL);
	if (nearest != NULL)
		yaml_blame(reader->path, at, reader->err, "there is no metric "
		    "\"%.60s\"; did you mean \"%s\"?", name, nearest);
	else
		yaml_blame(reader->path, at, reader->err, "there is no metric "
		    "\"%.60s\"; `gusim list metrics` names them", name);
	return (NULL);
}

/* Whether `stat` is one of the words of `stats`. */
static bool
has_stat(const char *stats, const char *stat)
{
	const char *at;
	size_t length;

	length = strlen(stat);
	for (at = stats; (at = strstr(at, stat)) != NULL; at++)
		if (length > 0 && (at == stats || at[-1] == ' ') &&
		    (at[length] == ' ' || at[length] == '\0'))
			return (true);
	return (false);
}

int
scenario_metric_stat(struct scenario_reader *reader,
    const struct yaml_value *at, const struct metric_def *metric,
    const char *stat)
{

	if (has_stat(metric->stats, stat))
		return (0);
	return (yaml_blame(reader->path, at, reader->err,
	    "stat: given \"%.31s\", allowed for %s are: %s", stat,
	    metric->name, metric->stats));
}

static bool
ends_with(const char *text, const char *end)
{

	return (strlen(text) >= strlen(end) &&
	    strcmp(text + strlen(text) - strlen(end), end) == 0);
}

const char *
scenario_metric_unit(const char *name, const char *stat)
{
	size_t i;

	/* Some stats of a metric are counts or flags, whatever the metric is. */
	if (strcmp(stat, "count") == 0 || strcmp(stat, "unstable") == 0 ||
	    ends_with(stat, "_is_bound"))
		return ("1");
	if (ends_with(stat, "_ns"))
		return ("ns");
	for (i = 0; i < metric_def_count; i++)
		if (strcmp(metric_defs[i].name, name) == 0)
			return (metric_defs[i].unit);
	return ("1");
}

int
scenario_read_stat(struct scenario_reader *reader, const char *key,
    const struct yaml_value *value, struct scenario_stat *stat)
{
	const struct metric_def *metric;
	const char *only;
	char text[sizeof(stat->metric) + sizeof(stat->stat)];
	char *point;

	if (plain_text(reader->path, key, value, text, sizeof(text),
	    reader->err) != 0)
		return (-1);
	point = strchr(text, '.');
	if (point != NULL)
		*point = '\0';
	metric = scenario_metric(reader, value, text);
	if (metric == NULL)
		return (-1);
	only = point == NULL ? metric->stats : point + 1;
	/* Without a point: is there a choice? */
	if (point == NULL && strchr(metric->stats, ' ') != NULL)
		return (yaml_blame(reader->path, value, reader->err,
		    "%s: given \"%s\" without a stat, allowed is %s.STAT with "
		    "one of %s", key, metric->name, metric->name,
		    metric->stats));
	if (scenario_metric_stat(reader, value, metric, only) != 0)
		return (-1);
	snprintf(stat->metric, sizeof(stat->metric), "%s", metric->name);
	snprintf(stat->stat, sizeof(stat->stat), "%s", only);
	return (0);
}
