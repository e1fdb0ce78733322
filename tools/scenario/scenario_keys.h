/*
 * scenario_keys - are these the keys, and is this a value?
 *
 * What reading a scenario and reading a preset have in common.
 *
 * Errors      "PATH:LINE:COLUMN: ..." with what was given and what is allowed.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SCENARIO_SCENARIO_KEYS_H
#define TOOLS_SCENARIO_SCENARIO_KEYS_H

#include <stddef.h>

#include "sim/base/knob.h"

struct err;
struct yaml_value;

/* Every key of the mapping is one of `keys` (NULL ends them). */
int keys_check(const char *path, const struct yaml_value *map,
    const char *const *keys, struct err *err);

/* "a, b, c" */
void keys_list(const char *const *keys, char *text, size_t room);

/*
 * The value as knob_parse() wants it: a text as it stands, a mapping or list
 * in flow syntax.  `name` is the knob that a complaint names.
 */
int knob_text(const char *path, const char *name,
    const struct yaml_value *value, char text[KNOB_TEXT_MAX], struct err *err);

/*
 * Sets the knob to the value, or to its default where that is NULL.  `within` is
 * what a complaint says before the knob's name, as in "tune.search.".
 */
int knob_read(const char *path, const char *within, const struct knob *knob,
    const struct yaml_value *value, void *config, struct err *err);

/* A text that is not empty, in `room` bytes. */
int plain_text(const char *path, const char *name,
    const struct yaml_value *value, char *text, size_t room, struct err *err);

#endif
