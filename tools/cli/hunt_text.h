/*
 * hunt_text - how does a hunt read to a person?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLI_HUNT_TEXT_H
#define TOOLS_CLI_HUNT_TEXT_H

#include "tools/cli/progress.h"

struct hunt;

/* What was looked at, what occurred in it, and each finding. */
void hunt_text_print(const struct hunt *hunt);

/* How far it is, on standard error. */
void hunt_text_progress(const struct hunt *hunt, struct progress *progress);

#endif
