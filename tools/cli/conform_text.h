/*
 * conform_text - how do two cores compare, for a person?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLI_CONFORM_TEXT_H
#define TOOLS_CLI_CONFORM_TEXT_H

#include <stdbool.h>

#include "tools/conform/pair.h"

struct conform;

/* A line for each course, and the first difference; or that of each course. */
void conform_text_print(const struct conform *conform, bool all);

/* Where two runs part: the operation, and what each core answered and held. */
void conform_text_difference(const struct pair_core cores[2],
    const struct pair_answer *answer, const char *const tokens[2]);

#endif
