/*
 * yaml_place - where in the file is this letter of a text?
 *
 * What libyaml hands out has lost its quotes, its escapes and the breaks of
 * its lines.  This goes through the file beside the text, as far as both agree
 * by the rules of YAML 1.1; where they do not, or the letter was written as an
 * escape of its number, it is the beginning of the text.
 *
 * Cost        linear in the bytes of the file.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SCENARIO_YAML_PLACE_H
#define TOOLS_SCENARIO_YAML_PLACE_H

#include <stddef.h>

struct yaml_value;

struct yaml_place {
	size_t line;		/* from 1 */
	size_t column;		/* from 1, in characters */
};

/* Byte `offset` of a text that was read from these bytes; its length is legal. */
struct yaml_place yaml_place(const char *file, size_t bytes,
    const struct yaml_value *value, size_t offset);

#endif
