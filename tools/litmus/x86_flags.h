/*
 * x86_flags - did the last comparison come out like this?
 *
 * The flags are kept as the two numbers that were compared (or a result, and
 * zero), in two registers that the text cannot name, and only where some
 * instruction of the test looks at flags at all.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_LITMUS_X86_FLAGS_H
#define TOOLS_LITMUS_X86_FLAGS_H

#include "tools/litmus/code.h"

struct x86_condition;

/* "e", "ne", "l", ...; or NULL. */
const struct x86_condition *x86_condition_find(const char *name);

/* A token in lower case; false if it is no name or too long. */
bool x86_lower(const struct scan_token *token, char name[16]);

/* Whether any instruction from here on looks at flags. */
bool x86_flags_wanted(const struct scan *scan);

/* Keeps what was compared; `order`: less and greater mean something too. */
void x86_flags_set(struct reader *reader, const struct scan_token *name,
    struct litmus_operand a, struct litmus_operand b, uint8_t width,
    bool order);

/* Whether the condition holds, or with `inverse` that it does not. */
struct litmus_operand x86_flags_test(struct reader *reader,
    const struct scan_token *name, const struct x86_condition *condition,
    bool inverse);

#endif
