/*
 * x86 - what does this table of instructions do?
 *
 * The program section of the dialects X86 (destination first, as Intel has it)
 * and X86_64 (source first, as AT&T has it): a column for each thread.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_LITMUS_X86_H
#define TOOLS_LITMUS_X86_H

#include "tools/litmus/reader.h"

/* From the line of P0, P1, ... up to what follows the table. */
void x86_read(struct reader *reader);

#endif
