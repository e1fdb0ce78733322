/*
 * utf8 - is this text, and where does it stop being so?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SCENARIO_UTF8_H
#define TOOLS_SCENARIO_UTF8_H

#include <stddef.h>

/*
 * NULL where all bytes are well-formed UTF-8 without control characters but
 * tab and line ends; otherwise what is wrong, and where, counted from 1 in
 * lines and characters.
 */
const char *utf8_problem(const char *text, size_t bytes, size_t *line,
    size_t *column);

#endif
