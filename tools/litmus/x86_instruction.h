/*
 * x86_instruction - what does MOV, XADD or JNE become?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_LITMUS_X86_INSTRUCTION_H
#define TOOLS_LITMUS_X86_INSTRUCTION_H

#include "tools/litmus/reader.h"

/* One instruction; its name has been read, what it works on comes next. */
void x86_instruction(struct reader *reader, const struct scan_token *name);

/*
 * A jump, where `a` is zero, to the label that comes next in the text; see
 * x86.c.
 */
void x86_jump(struct reader *reader, struct litmus_operand a);

#endif
