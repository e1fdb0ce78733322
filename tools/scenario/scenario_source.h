/*
 * scenario_source - from which layers is a run's spec made?
 *
 * The inside of tools/scenario*.c and tools/scenario/plan.c.  A spec is made from, in
 * this order: defaults, the machine preset, the sections of the file, the
 * policy's own knobs, its `set`, --set.  A swept knob comes last of all, but
 * does not apply to a policy that has it in its `set`.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SCENARIO_SCENARIO_SOURCE_H
#define TOOLS_SCENARIO_SCENARIO_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/spec.h"
#include "tools/scenario/preset.h"
#include "tools/scenario/scenario.h"
#include "tools/scenario/settings.h"

struct err;
struct metric_def;
struct yaml_value;

enum { SCENARIO_PRESETS_MAX = 64 };

struct scenario_policy_source {
	struct part part;		/* with its defaults */
	struct settings knobs;		/* policy.NAME.* */
	struct settings pins;		/* `set` */
	const struct preset *preset;	/* of its base, or NULL */
};

struct scenario_source {
	struct run_spec base;		/* parts chosen, knobs at their defaults */
	struct settings file;		/* machine, core, zone, run, parts */
	struct settings overrides;	/* --set */
	struct scenario_policy_source policies[SCENARIO_POLICIES_MAX];
	struct preset *presets[SCENARIO_PRESETS_MAX];
	size_t preset_count;
};

/* A scenario while it is read. */
struct scenario_reader {
	struct scenario *scenario;
	struct scenario_source *source;
	const char *path;
	const struct yaml_value *root;
	struct err *err;
};

/* What of the file goes into settings and parts: tools/scenario/scenario_read.c. */
int scenario_read_sections(struct scenario_reader *reader);
int scenario_read_policies(struct scenario_reader *reader);
/* tools/scenario/scenario_policy.c: --set policy=NAME, if that was said. */
int scenario_choose_policy(struct scenario_reader *reader);
/* tools/scenario/scenario_sweep.c, after the policies' specs are made. */
int scenario_read_sweep(struct scenario_reader *reader);
/* tools/scenario/scenario_joint.c */
void scenario_sweep_fini(struct scenario *scenario);
/* tools/scenario/scenario_seeds.c */
int scenario_read_seeds(struct scenario_reader *reader);
/* tools/scenario/scenario_expect.c */
int scenario_read_expects(struct scenario_reader *reader);

/*
 * tools/scenario/scenario_metric.c.  The metric of that name, or NULL; whether
 * it has that stat; and both in one word, METRIC.STAT, where a metric with one
 * stat needs no second half.  `key` says whose value it is.
 */
const struct metric_def *scenario_metric(struct scenario_reader *reader,
    const struct yaml_value *at, const char *name);
int scenario_metric_stat(struct scenario_reader *reader,
    const struct yaml_value *at, const struct metric_def *metric,
    const char *stat);
int scenario_read_stat(struct scenario_reader *reader, const char *key,
    const struct yaml_value *value, struct scenario_stat *stat);
/* The unit of a stat of a metric, both known. */
const char *scenario_metric_unit(const char *name, const char *stat);
/*
 * tools/scenario/scenario_expect.c.  A bound on something of that unit.  On
 * failure `reason` is the end of a sentence, `*allowed` what would have done.
 */
int scenario_parse_bound(const char *unit, const char *text, double *bound,
    char *reason, size_t room, const char **allowed);

/*
 * The preset of that name, loaded once; NULL on failure.  Where no such preset
 * exists the message has no place yet, and `*unknown` is 1.
 */
const struct preset *scenario_preset(struct scenario *scenario,
    const char *name, int *unknown, struct err *err);

/* The preset of that name if it was loaded, or NULL. */
const struct preset *scenario_preset_loaded(const struct scenario *scenario,
    const char *name);

/* The base spec of a policy with this preset (NULL: none). */
int scenario_resolve(const struct scenario *scenario, size_t policy,
    const struct preset *preset, struct run_spec *spec, struct err *err);

/* False for policy.OTHER.knob where a policy OTHER is in the scenario too. */
bool scenario_concerns(const struct scenario *scenario, size_t policy,
    const char *knob);

/* Sets the digest from everything that decides what a run is. */
void scenario_digest(struct scenario *scenario);

#endif
