/*
 * calibrate_text - in which words is a measurement told?
 *
 * The same in a preset, in a table and in JSON.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CALIBRATE_CALIBRATE_TEXT_H
#define TOOLS_CALIBRATE_CALIBRATE_TEXT_H

#include <stddef.h>

#include "tools/calibrate/quantity.h"

/* As a knob takes it: "1.11ns", "250". */
void calibrate_value_text(enum quantity_unit unit, double value, char *text,
    size_t room);

/* Where the number is from: how, spread, repetitions. */
void calibrate_source_text(const struct quantity *quantity,
    const struct estimate *estimate, char *text, size_t room);

#endif
