/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/litmus/code.h"

#include <string.h>

static struct litmus_thread *
thread_of(struct reader *reader)
{

	return (&reader->test->program.threads[reader->thread]);
}

/* Temporary registers come right after those with names. */
static int16_t
moved(const struct thread_names *names, int16_t reg)
{

	if (reg == LITMUS_NOWHERE || reg < names->temp_low)
		return (reg);
	return ((int16_t)((int)names->count + LITMUS_REGISTERS_MAX - 1 - reg));
}

void
code_finish(struct reader *reader, size_t number)
{
	struct thread_names *names;
	struct litmus_thread *thread;
	struct litmus_instr *instr;
	size_t i;

	reader->thread = number;
	names = reader_names(reader);
	thread = thread_of(reader);
	for (i = 0; i < thread->length; i++) {
		instr = &thread->code[i];
		instr->to = moved(names, instr->to);
		instr->to2 = moved(names, instr->to2);
		instr->a.reg = moved(names, instr->a.reg);
		instr->b.reg = moved(names, instr->b.reg);
	}
	thread->register_count = names->count +
	    (size_t)(LITMUS_REGISTERS_MAX - names->temp_low);
}

struct litmus_instr *
code_emit(struct reader *reader, enum litmus_op op)
{
	struct litmus_thread *thread;
	struct litmus_instr *instr;

	thread = thread_of(reader);
	if (thread->length == LITMUS_CODE_MAX) {
		scan_fail(&reader->scan, &reader->scan.token, "P%zu needs more "
		    "than %d instructions", reader->thread, LITMUS_CODE_MAX);
		thread->length--;
	}
	instr = &thread->code[thread->length++];
	memset(instr, 0, sizeof(*instr));
	instr->op = (uint8_t)op;
	instr->size = 8;
	instr->to = instr->to2 = LITMUS_NOWHERE;
	instr->a.reg = instr->b.reg = LITMUS_NOWHERE;
	instr->line = (uint32_t)reader->scan.token.line;
	return (instr);
}

int16_t
code_temp(struct reader *reader)
{
	struct thread_names *names;

	names = reader_names(reader);
	if (names->temp_next <= (int)names->count) {
		scan_fail(&reader->scan, &reader->scan.token, "P%zu needs more "
		    "than %d registers, those for the parts of expressions "
		    "counted", reader->thread, LITMUS_REGISTERS_MAX);
		return (LITMUS_REGISTERS_MAX - 1);
	}
	names->temp_next--;
	if (names->temp_next < names->temp_low)
		names->temp_low = names->temp_next;
	return ((int16_t)names->temp_next);
}

void
code_release(struct reader *reader)
{

	reader_names(reader)->temp_next = LITMUS_REGISTERS_MAX;
}

void
code_compute_to(struct reader *reader, int16_t to, enum litmus_alu alu,
    struct litmus_operand a, struct litmus_operand b)
{
	struct litmus_instr *instr;

	instr = code_emit(reader, LITMUS_COMPUTE);
	instr->alu = (uint8_t)alu;
	instr->to = to;
	instr->a = a;
	instr->b = b;
}

struct litmus_operand
code_compute(struct reader *reader, enum litmus_alu alu,
    struct litmus_operand a, struct litmus_operand b)
{
	int16_t to;

	if (code_is_constant(a) && code_is_constant(b))
		return (code_constant(litmus_compute(alu, a.constant,
		    b.constant)));
	to = code_temp(reader);
	code_compute_to(reader, to, alu, a, b);
	return (code_register(to));
}

void
code_move(struct reader *reader, int16_t to, struct litmus_operand a)
{
	struct thread_names *names;
	struct litmus_thread *thread;
	struct litmus_instr *last;

	names = reader_names(reader);
	thread = thread_of(reader);
	if (!code_is_constant(a) && a.reg >= names->temp_low &&
	    thread->length > names->join) {
		last = &thread->code[thread->length - 1];
		if (last->to == a.reg) {
			last->to = to;
			return;
		}
		if (last->to2 == a.reg) {
			last->to2 = to;
			return;
		}
	}
	code_compute_to(reader, to, LITMUS_SET, a, code_constant(0));
}

struct litmus_operand
code_cut(struct reader *reader, struct litmus_operand a, uint8_t size,
    bool sign)
{
	int64_t top;

	if (size >= 8 || size == 0)
		return (a);
	top = INT64_C(1) << (size * 8 - 1);
	a = code_compute(reader, LITMUS_AND, a, code_constant(top * 2 - 1));
	if (!sign)
		return (a);
	a = code_compute(reader, LITMUS_XOR, a, code_constant(top));
	return (code_compute(reader, LITMUS_SUB, a, code_constant(top)));
}

size_t
code_here(struct reader *reader)
{
	size_t here;

	here = thread_of(reader)->length;
	reader_names(reader)->join = here;
	return (here);
}

size_t
code_jump(struct reader *reader, struct litmus_operand a)
{

	code_emit(reader, LITMUS_JUMP)->a = a;
	return (thread_of(reader)->length - 1);
}

void
code_jump_back(struct reader *reader, struct litmus_operand a, size_t target)
{
	struct litmus_instr *instr;

	instr = code_emit(reader, LITMUS_JUMP);
	instr->a = a;
	instr->target = (uint16_t)target;
}

void
code_land(struct reader *reader, size_t jump)
{

	thread_of(reader)->code[jump].target = (uint16_t)code_here(reader);
}

struct litmus_instr *
code_access(struct reader *reader, enum litmus_op op, uint32_t offset,
    struct type type, int order)
{
	struct litmus_instr *instr;

	if (type.size > 0 && offset % type.size != 0)
		scan_fail(&reader->scan, &reader->scan.token, "an access of %u "
		    "bytes at offset %u; accesses have to be aligned",
		    (unsigned)type.size,
		    (unsigned)(offset % READER_SLOT_BYTES));
	instr = code_emit(reader, op);
	instr->offset = offset;
	instr->size = type.size;
	instr->sign = type.sign;
	instr->order = (uint8_t)order;
	return (instr);
}
