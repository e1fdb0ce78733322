/*
 * scenario - what does the file ask for?
 *
 * A scenario is a YAML file read, checked and resolved: machine preset
 * included, every knob set, every axis of the sweep parsed.  Reading it is the
 * only place where gusim meets YAML.
 *
 * Errors      scenario_load() sets err to one message that starts with
 *             FILE:LINE:COLUMN and names the key, what was given and what is
 *             allowed.  Nothing is printed.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SCENARIO_SCENARIO_H
#define TOOLS_SCENARIO_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/spec.h"

struct err;

enum {
	SCENARIO_NAME_SIZE = 64,
	SCENARIO_POLICIES_MAX = 16,
	SCENARIO_AXES_MAX = 32,		/* swept knobs */
	SCENARIO_JOINTS_MAX = 12,	/* entries of `sweep` that turn */
	SCENARIO_FILTERS_MAX = 16,
	SCENARIO_ROWS_MAX = 65536,	/* of one joint */
	SCENARIO_EXPECTS_MAX = 32,
	SCENARIO_SEED_STATS_MAX = 8,
	SCENARIO_BYTES_MAX = 1 << 18,
};

/* One swept knob: its value in each row of its joint. */
struct scenario_axis {
	char *knob;			/* dotted name */
	char **values;			/* texts as written */
	char **canonical;		/* the same values, as knob_format() */
	double *numbers;		/* in base units; NaN for a preset */
	size_t value_count;
	size_t line;			/* of the knob's name */
	size_t column;
};

/*
 * Axes that turn together, row by row: the one of {knob, over}, those of a
 * zip, or those of a design.  No two rows are equal.  A joint applies where
 * every `when` knob has its value.
 */
struct scenario_joint {
	size_t axis;			/* its first; the others follow it */
	size_t axis_count;
	size_t row_count;
	bool even;			/* its first rows, however few, cover all */
	char **when_knobs;		/* or "policy": a name or label */
	char **when_values;		/* canonical */
	size_t when_count;
};

struct where;				/* tools/scenario/where.h */

/* Points where it does not hold are left out. */
struct scenario_filter {
	char *text;			/* as written */
	struct where *where;
	size_t line;			/* of its first letter */
	size_t column;
};

enum expect_kind {
	EXPECT_NEVER,		/* check does not fire */
	EXPECT_ALWAYS,		/* check fires in each run */
	EXPECT_AT_MOST,		/* metric bound, base unit of the metric */
	EXPECT_AT_LEAST,
};

struct scenario_expect {
	enum expect_kind kind;
	char name[48];		/* check or metric */
	char stat[32];
	double bound;
	char bound_text[48];
	size_t line;
};

/* What of the measured is meant, as in footprint_bytes.mean. */
struct scenario_stat {
	char metric[48];
	char stat[32];
};

/* A policy of the list `policies`, with knobs of its own. */
struct scenario_policy {
	char label[48];		/* what reports call it; the name by default */
	struct run_spec spec;	/* base with this policy and its knobs */
};

struct scenario_source;	/* tools/scenario/scenario_source.h */
struct scenario_tune;	/* tools/scenario/scenario_tune.h */

struct scenario {
	char *path;
	char *text;		/* the bytes of the file */
	size_t text_bytes;
	char name[SCENARIO_NAME_SIZE];
	char about[512];
	char digest[33];	/* of the canonical content, 128 bits in hex */
	struct scenario_policy policies[SCENARIO_POLICIES_MAX];
	size_t policy_count;	/* at least 1 */
	struct scenario_axis axes[SCENARIO_AXES_MAX];
	size_t axis_count;
	struct scenario_joint joints[SCENARIO_JOINTS_MAX];
	size_t joint_count;		/* each axis is of one */
	struct scenario_filter filters[SCENARIO_FILTERS_MAX];
	size_t filter_count;
	struct scenario_expect expects[SCENARIO_EXPECTS_MAX];
	size_t expect_count;
	uint64_t seed_from;
	uint64_t seed_count;		/* at least so many for each point */
	/*
	 * More of them, until the interval of each of these is so narrow on
	 * both sides, as a share of the mean; 0: seed_count and no more.
	 */
	double seed_until;
	uint64_t seed_most;		/* at least seed_count */
	struct scenario_stat seed_of[SCENARIO_SEED_STATS_MAX];
	size_t seed_of_count;
	struct scenario_tune *tune;	/* NULL: none */
	struct scenario_source *source;	/* the layers that specs are made of */
};

/*
 * `overrides` are texts KNOB=VALUE from --set, applied after the file and
 * before the sweep; a bad one is reported as "--set KNOB=VALUE: ...".
 * A swept knob that is overridden is taken out of the sweep; rows of its
 * joint that are then equal become one.
 * NULL on failure.
 */
struct scenario *scenario_load(const char *path, const char *const *overrides,
    size_t override_count, struct err *err);

/* The same from memory; `path` is used in messages and to find presets. */
struct scenario *scenario_parse(const char *path, const char *text,
    size_t bytes, const char *const *overrides, size_t override_count,
    struct err *err);

void scenario_free(struct scenario *scenario);

/*
 * Machine presets and shipped scenarios are looked for in: the folder of the
 * scenario (machines/ beside it), $GUSIM_SCENARIOS, the source tree's
 * scenarios/ that the binary was built from, and the installed one.  See
 * tools/scenario/library.h.  A path that does not exist and is one word, with or
 * without .yaml, names a shipped scenario.
 */

#endif
