/*
 * scenario_tune - what is to be tuned, for what, and how is it judged?
 *
 * The key `tune` of a scenario, read and checked as far as one file can be: the
 * further scenarios that it names are read by who tunes (tools/tune/field.h).
 *
 *	tune:
 *	  minimize: footprint_bytes.p99		  # or a list, or {metric, weight}
 *	  maximize: ops_per_s.mean		  # as well, or instead
 *	  subject_to: [free_to_use_ns.p99 <= 1ms] # or one text
 *	  scenarios: [connection-churn, {name: smi-server, weight: 2}]
 *	  weight: 1				  # of this scenario itself
 *	  across: worst				  # or mean
 *	  default: {zone.bucket_size: 62}	  # or the base of each scenario
 *	  indifference: 3%
 *	  seeds: 40				  # at most, for each candidate
 *	  held_out: {from: 1000001, count: 20}
 *	  search: {budget: 2000, seed: 1}	  # or racing over all points
 *	  robust: [{machine.preset: epyc-1s}, {faults: [smi]}]
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SCENARIO_SCENARIO_TUNE_H
#define TOOLS_SCENARIO_SCENARIO_TUNE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/scenario/scenario.h"
#include "tools/scenario/settings.h"

struct scenario_reader;

enum {
	TUNE_GOALS_MAX = 6,
	TUNE_LIMITS_MAX = 8,
	TUNE_SCENES_MAX = 15,	/* beside the scenario itself */
	TUNE_ROBUST_MAX = 8,
	TUNE_FAULTS_MAX = 4,
	TUNE_TEXT_SIZE = 160,
};

struct tune_goal {
	struct scenario_stat stat;
	const char *unit;
	double weight;
	bool largest;
};

struct tune_limit {
	struct scenario_stat stat;
	const char *unit;
	bool least;		/* >= */
	double bound;		/* in the unit */
	char text[TUNE_TEXT_SIZE];	/* "free_to_use_ns.p99 <= 1ms" */
};

struct tune_scene {
	char *name;		/* a path, or a name of the library */
	double weight;
	struct place place;
};

/* A fault on top of those that the scenario has; knobs without its name. */
struct tune_fault {
	char *name;
	struct settings knobs;
	struct place place;
};

/* What else the recommendation should stand. */
struct tune_robust {
	char label[TUNE_TEXT_SIZE];
	struct settings knobs;
	struct tune_fault faults[TUNE_FAULTS_MAX];
	size_t fault_count;
	struct place place;
};

struct scenario_tune {
	struct tune_goal goals[TUNE_GOALS_MAX];
	size_t goal_count;
	struct tune_limit limits[TUNE_LIMITS_MAX];
	size_t limit_count;
	struct tune_scene scenes[TUNE_SCENES_MAX];
	size_t scene_count;
	double weight;
	bool mean;			/* across scenarios; else the worst */
	struct settings preset;		/* `default`; empty: each one's base */
	double indifference;
	uint64_t seeds;
	uint64_t held_from;
	uint64_t held_count;
	uint64_t search_budget;		/* runs; 0: no search, all points race */
	uint64_t search_seed;
	struct tune_robust robust[TUNE_ROBUST_MAX];
	size_t robust_count;
};

/* Sets scenario->tune where the file has the key. */
int scenario_read_tune(struct scenario_reader *reader);
void scenario_tune_free(struct scenario_tune *tune);

/*
 * Changes a spec as the entry says: knobs first, then faults.  A preset is the
 * caller's to choose, before.  The message has its place.
 */
int tune_robust_apply(const struct tune_robust *robust, struct run_spec *spec,
    struct err *err);

/* --- the inside ------------------------------------------------------------- */

struct yaml_value;

/* Sets err to what was given for tune.KEY and what is allowed; always -1. */
int tune_blame(struct scenario_reader *reader, const struct yaml_value *at,
    const char *key, const char *allowed);
/* tools/scenario/scenario_tune_robust.c: `default` and `robust`. */
int tune_read_default(struct scenario_reader *reader,
    const struct yaml_value *map);
int tune_read_robust(struct scenario_reader *reader,
    const struct yaml_value *map);

#endif
