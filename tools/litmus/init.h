/*
 * init - what do locations and registers hold at the start?
 *
 * The section { ... } of a litmus test.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_LITMUS_INIT_H
#define TOOLS_LITMUS_INIT_H

#include "tools/litmus/reader.h"

/* From '{' to '}'. */
void init_read(struct reader *reader);

/*
 * The register that a token means, as it is called in this dialect, with the
 * width that it is spelt with (0: not said): "eax" is rax, of four bytes.
 * Complains of names that are no register, for x86.
 */
int init_register(struct reader *reader, size_t thread,
    const struct scan_token *token, struct type type, bool typed,
    uint8_t *width);

#endif
