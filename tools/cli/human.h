/*
 * human - how is a number written for a person?
 *
 * Scales a value to the prefix that leaves one to three digits in front of the
 * point: 3210 ns is "3.21 us", 1572864 bytes is "1.50 MiB".
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLI_HUMAN_H
#define TOOLS_CLI_HUMAN_H

#include <stdint.h>

enum { HUMAN_SIZE = 48, HUMAN_PART_SIZE = 23 };

/*
 * The number and the unit apart, so that a table can align them.  Knows ns,
 * ps, bytes, 1/s and 1; any other unit is left as it is.  NAN is "-".
 */
void human_scale(double value, const char *unit, char number[HUMAN_PART_SIZE],
    char scaled[HUMAN_PART_SIZE]);

/* Both in one text: "3.21 us". */
void human_value(double value, const char *unit, char text[HUMAN_SIZE]);

/* Host time for a progress line: "42 s", "3 min 10 s", "2 h 5 min". */
void human_wait(uint64_t ns, char text[HUMAN_SIZE]);

#endif
