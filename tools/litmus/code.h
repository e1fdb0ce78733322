/*
 * code - how is the next instruction of the thread put down?
 *
 * Appends to the thread that the reader is at.  Values that the program does
 * not name live in temporary registers until code_release().
 *
 * Errors      more instructions or registers than sim/litmus/program.h allows
 *             is a complaint at the current token; what is put down after that
 *             goes nowhere.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_LITMUS_CODE_H
#define TOOLS_LITMUS_CODE_H

#include "sim/memory/memory.h"
#include "tools/litmus/reader.h"

/* When all registers of the thread have got their names. */
void code_finish(struct reader *reader, size_t thread);

/* One more instruction, with all that is not said yet at "nothing". */
struct litmus_instr *code_emit(struct reader *reader, enum litmus_op op);

int16_t code_temp(struct reader *reader);
void code_release(struct reader *reader);

static inline struct litmus_operand
code_register(int16_t reg)
{

	return ((struct litmus_operand){ .reg = reg });
}

static inline struct litmus_operand
code_constant(int64_t value)
{

	return ((struct litmus_operand){ .reg = LITMUS_NOWHERE,
	    .constant = value });
}

static inline bool
code_is_constant(struct litmus_operand operand)
{

	return (operand.reg == LITMUS_NOWHERE);
}

/* a ALU b: a constant if both are, else a temporary register. */
struct litmus_operand code_compute(struct reader *reader, enum litmus_alu alu,
    struct litmus_operand a, struct litmus_operand b);

/* to = a ALU b */
void code_compute_to(struct reader *reader, int16_t to, enum litmus_alu alu,
    struct litmus_operand a, struct litmus_operand b);

/*
 * to = a.  Where the last instruction has just made `a` in a temporary
 * register, that instruction gets the other register instead.
 */
void code_move(struct reader *reader, int16_t to, struct litmus_operand a);

/* The value cut to so many bytes, and extended again. */
struct litmus_operand code_cut(struct reader *reader, struct litmus_operand a,
    uint8_t size, bool sign);

/*
 * Jumps: code_jump() if `a` is zero, to where code_land() is called with its
 * answer or to an instruction that is there already.
 */
size_t code_here(struct reader *reader);
size_t code_jump(struct reader *reader, struct litmus_operand a);
void code_jump_back(struct reader *reader, struct litmus_operand a,
    size_t target);
void code_land(struct reader *reader, size_t jump);

/* An access: where, how wide. */
struct litmus_instr *code_access(struct reader *reader, enum litmus_op op,
    uint32_t offset, struct type type, int order);

#endif
