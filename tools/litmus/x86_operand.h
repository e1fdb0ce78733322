/*
 * x86_operand - what does this instruction work on?
 *
 * Reading an operand makes no code; the functions below it do.  A register
 * of the program holds 64 bits: a write of four bytes clears the upper ones, a
 * write of one or two leaves them, as the processor does.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_LITMUS_X86_OPERAND_H
#define TOOLS_LITMUS_X86_OPERAND_H

#include "tools/litmus/code.h"

enum x86_kind { X86_NONE, X86_NUMBER, X86_REGISTER, X86_MEMORY };

struct x86_operand {
	enum x86_kind kind;
	struct scan_token token;
	int64_t number;
	int named;		/* register of the thread */
	uint8_t size;		/* as the register is spelt; 0: nothing said */
	int location;
	uint32_t plus;		/* bytes from its start */
};

struct x86_operand x86_operand_read(struct reader *reader);

/* The location is accessed so wide: is there room? */
void x86_operand_reach(struct reader *reader,
    const struct x86_operand *operand, uint8_t width);

/* An access to memory, in the order of a MOV or of a locked instruction. */
struct litmus_instr *x86_operand_access(struct reader *reader,
    const struct x86_operand *operand, enum litmus_op op, uint8_t width,
    bool locked);

/* Its value; bits above the width are of no meaning, unless it is a load. */
struct litmus_operand x86_operand_value(struct reader *reader,
    const struct x86_operand *operand, uint8_t width);

/* Puts a value there; `clean`: it is zero above the width. */
void x86_operand_set(struct reader *reader, const struct x86_operand *operand,
    struct litmus_operand value, uint8_t width, bool clean);

#endif
