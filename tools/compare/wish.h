/*
 * wish - would one rather have more of it, or less?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_COMPARE_WISH_H
#define TOOLS_COMPARE_WISH_H

#include <stdbool.h>

#include "tools/compare/compare.h"

enum compare_wish wish_of(const char *name, const char *stat);

/* Whether a comparison shows it without being asked for all. */
bool wish_is_main(const char *name, const char *stat);

#endif
