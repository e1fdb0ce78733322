/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/litmus/program.h"

static bool
size_wrong(uint32_t size)
{

	return (size != 1 && size != 2 && size != 4 && size != 8);
}

static bool
place_wrong(uint32_t offset, uint32_t size)
{

	return (size_wrong(size) || offset > LITMUS_MEMORY_BYTES - size ||
	    offset % size != 0);
}

static bool
register_wrong(const struct litmus_thread *thread, int reg)
{

	return (reg != LITMUS_NOWHERE &&
	    (reg < 0 || (size_t)reg >= thread->register_count));
}

static const char *
instr_wrong(const struct litmus_thread *thread,
    const struct litmus_instr *instr)
{

	if (instr->op > LITMUS_ASSUME || instr->alu > LITMUS_GE)
		return ("an instruction is none that there is");
	if (register_wrong(thread, instr->to) ||
	    register_wrong(thread, instr->to2) ||
	    register_wrong(thread, instr->a.reg) ||
	    register_wrong(thread, instr->b.reg))
		return ("an instruction names a register that is not there");
	if (instr->op <= LITMUS_COMPARE &&
	    place_wrong(instr->offset, instr->size))
		return ("an access is outside the memory of the test, not "
		    "aligned, or of another width than 1, 2, 4 or 8 bytes");
	if (instr->op == LITMUS_COMPUTE && instr->to == LITMUS_NOWHERE)
		return ("a computation has no register for its result");
	if (instr->op == LITMUS_JUMP && instr->target > thread->length)
		return ("a jump leads out of its thread");
	return (NULL);
}

const char *
litmus_program_wrong(const struct litmus_program *program)
{
	const struct litmus_thread *thread;
	const struct litmus_observed *observed;
	const char *wrong;
	size_t i, n;

	if (program->thread_count < 1 ||
	    program->thread_count > LITMUS_THREADS_MAX)
		return ("a test has one to eight threads");
	if (program->location_count > LITMUS_LOCATIONS_MAX ||
	    program->observed_count > LITMUS_OBSERVED_MAX)
		return ("a test has too many locations, or looks at too many "
		    "values");
	for (i = 0; i < program->location_count; i++)
		if (place_wrong(program->locations[i].offset,
		    program->locations[i].size))
			return ("a location does not lie in the memory of the "
			    "test");
	for (i = 0; i < program->thread_count; i++) {
		thread = &program->threads[i];
		if (thread->length > LITMUS_CODE_MAX ||
		    thread->register_count > LITMUS_REGISTERS_MAX)
			return ("a thread is too long or has too many "
			    "registers");
		for (n = 0; n < thread->length; n++) {
			wrong = instr_wrong(thread, &thread->code[n]);
			if (wrong != NULL)
				return (wrong);
		}
	}
	for (i = 0; i < program->observed_count; i++) {
		observed = &program->observed[i];
		if (observed->thread == LITMUS_NOWHERE) {
			if (place_wrong(observed->offset, observed->size))
				return ("what is looked at is not in the "
				    "memory of the test");
		} else if (observed->thread < 0 ||
		    (size_t)observed->thread >= program->thread_count ||
		    observed->reg < 0 || (size_t)observed->reg >=
		    program->threads[observed->thread].register_count) {
			return ("what is looked at is not a register of the "
			    "test");
		}
	}
	return (NULL);
}

int64_t
litmus_compute(enum litmus_alu alu, int64_t left, int64_t right)
{
	uint64_t a, b;

	a = (uint64_t)left;
	b = (uint64_t)right;
	switch (alu) {
	case LITMUS_SET:
		return (left);
	case LITMUS_ADD:
		return ((int64_t)(a + b));
	case LITMUS_SUB:
		return ((int64_t)(a - b));
	case LITMUS_AND:
		return ((int64_t)(a & b));
	case LITMUS_OR:
		return ((int64_t)(a | b));
	case LITMUS_XOR:
		return ((int64_t)(a ^ b));
	case LITMUS_MUL:
		return ((int64_t)(a * b));
	case LITMUS_SHL:
		return ((int64_t)(a << (b & 63)));
	case LITMUS_SHR:
		return ((int64_t)(a >> (b & 63)));
	case LITMUS_EQ:
		return (left == right);
	case LITMUS_NE:
		return (left != right);
	case LITMUS_LT:
		return (left < right);
	case LITMUS_LE:
		return (left <= right);
	case LITMUS_GT:
		return (left > right);
	case LITMUS_GE:
		return (left >= right);
	}
	return (0);
}
