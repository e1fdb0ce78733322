/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "tools/scenario/scenario_keys.h"
#include "tools/scenario/scenario_source.h"
#include "tools/scenario/yaml.h"

static const char *const seed_keys[] = { "from", "count", "until", "most",
	"of", NULL };

struct seeds {
	uint64_t from;
	uint64_t count;
	uint64_t until_ppm;
	uint64_t most;
};

/* SQLite keeps a seed as a signed number. */
static const struct knob from_knob = { "from", KNOB_COUNT,
	offsetof(struct seeds, from), "0", "9223372036854775807", "1", NULL,
	"the first seed" };
static const struct knob count_knob = { "count", KNOB_COUNT,
	offsetof(struct seeds, count), "1", "1000000", "1", NULL,
	"how many seeds each point gets" };
/* Two values are the least that have a spread. */
static const struct knob least_knob = { "count", KNOB_COUNT,
	offsetof(struct seeds, count), "2", "1000000", "4", NULL,
	"how many seeds each point gets at least" };
static const struct knob until_knob = { "until", KNOB_SHARE,
	offsetof(struct seeds, until_ppm), "0.01%", "100%", "5%", NULL,
	"how wide an interval may be on either side, of its mean" };
static const struct knob most_knob = { "most", KNOB_COUNT,
	offsetof(struct seeds, most), "2", "1000000", "64", NULL,
	"how many seeds each point gets at most" };

/* The value of that key, if there is one; the default otherwise. */
static int
read_seed(struct scenario_reader *reader, const struct yaml_value *map,
    const struct knob *knob, struct seeds *seeds)
{

	return (knob_read(reader->path, "seeds.", knob,
	    yaml_get(map, knob->name), seeds, reader->err));
}

static int
read_of(struct scenario_reader *reader, const struct yaml_value *of)
{
	const struct yaml_value *value;
	struct scenario *scenario;
	struct scenario_stat *stat;
	size_t i, j;

	scenario = reader->scenario;
	if (of->kind != YAML_LIST || of->count == 0 ||
	    of->count > SCENARIO_SEED_STATS_MAX)
		return (yaml_blame(reader->path, of, reader->err,
		    "seeds.of: given %s, allowed is a list of up to %d, as in "
		    "[footprint_bytes.mean, free_to_use_ns.p99]",
		    of->kind != YAML_LIST ? yaml_kind_name(of) :
		    of->count == 0 ? "an empty list" : "a longer list",
		    SCENARIO_SEED_STATS_MAX));
	for (i = 0; i < of->count; i++) {
		value = of->entries[i].value;
		stat = &scenario->seed_of[i];
		if (scenario_read_stat(reader, "seeds.of", value, stat) != 0)
			return (-1);
		for (j = 0; j < i; j++)
			if (memcmp(&scenario->seed_of[j], stat,
			    sizeof(*stat)) == 0)
				return (yaml_blame(reader->path, value,
				    reader->err, "seeds.of: %s.%s is there "
				    "twice", stat->metric, stat->stat));
		scenario->seed_of_count++;
	}
	return (0);
}

/* More seeds than the least, while an interval is too wide. */
static int
read_until(struct scenario_reader *reader, const struct yaml_value *map,
    struct seeds *seeds)
{
	static const char *const needing[] = { "most", "of", NULL };
	const struct yaml_value *most, *of, *value;
	struct scenario *scenario;
	size_t i;

	scenario = reader->scenario;
	seeds->most = seeds->count;
	for (i = 0; yaml_get(map, "until") == NULL; i++) {
		if (needing[i] == NULL)
			return (0);
		value = yaml_get(map, needing[i]);
		if (value != NULL)
			return (yaml_blame(reader->path, value, reader->err,
			    "seeds.%s: this is only for seeds with \"until\", "
			    "as in {until: 5%%, most: 64}", needing[i]));
	}
	most = yaml_get(map, "most");
	if (read_seed(reader, map, &until_knob, seeds) != 0 ||
	    read_seed(reader, map, &most_knob, seeds) != 0)
		return (-1);
	scenario->seed_until = (double)seeds->until_ppm / 1e6;
	if (most == NULL && seeds->most < seeds->count)
		seeds->most = seeds->count;
	if (seeds->most < seeds->count)
		return (yaml_blame(reader->path, most, reader->err,
		    "seeds.most: given %llu, allowed is at least the count, "
		    "which is %llu", (unsigned long long)seeds->most,
		    (unsigned long long)seeds->count));
	of = yaml_get(map, "of");
	if (of != NULL)
		return (read_of(reader, of));
	/* What every policy and workload has. */
	snprintf(scenario->seed_of[0].metric,
	    sizeof(scenario->seed_of[0].metric), "footprint_bytes");
	snprintf(scenario->seed_of[0].stat, sizeof(scenario->seed_of[0].stat),
	    "mean");
	scenario->seed_of_count = 1;
	return (0);
}

int
scenario_read_seeds(struct scenario_reader *reader)
{
	const struct yaml_value *map;
	struct scenario *scenario;
	struct seeds seeds;

	scenario = reader->scenario;
	map = yaml_get(reader->root, "seeds");
	if (map != NULL && map->kind != YAML_MAP)
		return (yaml_blame(reader->path, map, reader->err,
		    "seeds: given %s, allowed is {from: N, count: N}",
		    yaml_kind_name(map)));
	memset(&seeds, 0, sizeof(seeds));
	if ((map != NULL && keys_check(reader->path, map, seed_keys,
	    reader->err) != 0) ||
	    read_seed(reader, map, &from_knob, &seeds) != 0 ||
	    read_seed(reader, map, yaml_get(map, "until") == NULL ?
	    &count_knob : &least_knob, &seeds) != 0 ||
	    read_until(reader, map, &seeds) != 0)
		return (-1);
	if (seeds.from > (uint64_t)INT64_MAX - seeds.most + 1)
		return (yaml_blame(reader->path, map, reader->err,
		    "seeds: the last seed would be above %lld",
		    (long long)INT64_MAX));
	scenario->seed_from = seeds.from;
	scenario->seed_count = seeds.count;
	scenario->seed_most = seeds.most;
	return (0);
}
