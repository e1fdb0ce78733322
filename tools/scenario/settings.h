/*
 * settings - what was set, and where was that written?
 *
 * A setting is a knob's dotted name and its text, with the place that a
 * complaint points at: a file, or the command line.  Settings are collected
 * first and applied in layers (preset, file, policy, --set), so that their
 * order within a file does not matter.
 *
 * Errors      "PATH:LINE:COLUMN: ..." or "--set KNOB=VALUE: ...".
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SCENARIO_SETTINGS_H
#define TOOLS_SCENARIO_SETTINGS_H

#include <stddef.h>

struct err;
struct run_spec;
struct yaml_value;

struct place {
	const char *path;	/* NULL: the command line */
	size_t line;
	size_t column;
};

struct setting {
	char *knob;
	char *text;
	struct place name_place;
	struct place text_place;
};

struct settings {
	struct setting *items;
	size_t count;
};

/* The names that only the scenario layer knows; spec.h does not have them. */
extern const char settings_preset[];	/* "machine.preset" */
extern const char settings_policy[];	/* "policy" */

struct place place_of(const char *path, const struct yaml_value *value);

/* Takes over nothing: both texts are copied. */
void settings_add(struct settings *settings, const char *knob,
    const char *text, struct place name_place, struct place text_place);

/* The last setting of that knob, or NULL. */
const struct setting *settings_find(const struct settings *settings,
    const char *knob);

/* Applies one; leaves the spec alone on failure. */
int setting_apply(const struct setting *setting, struct run_spec *spec,
    struct err *err);

/* Puts the place in front of the message; always -1. */
int setting_blame(const struct setting *setting, const struct place *place,
    struct err *err);

void settings_fini(struct settings *settings);

#endif
