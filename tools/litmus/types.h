/*
 * types - how wide is this, and has it a sign?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_LITMUS_TYPES_H
#define TOOLS_LITMUS_TYPES_H

#include "tools/litmus/reader.h"

/* Whether a type of C begins here. */
bool types_begin(const struct scan_token *token);

/* Reads a type with its stars; complains if it is none that can be had. */
bool types_read(struct reader *reader, struct type *type);

#endif
