/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/litmus/loop.h"

#include <string.h>

static uint32_t
bit(int reg)
{

	return (reg == LITMUS_NOWHERE ? 0 : (uint32_t)1 << reg);
}

static uint32_t
reads(const struct litmus_instr *instr)
{

	switch (instr->op) {
	case LITMUS_LOAD:
	case LITMUS_FENCE:
		return (0);
	case LITMUS_COMPARE:
	case LITMUS_COMPUTE:
		return (bit(instr->a.reg) | bit(instr->b.reg));
	default:
		return (bit(instr->a.reg));
	}
}

static uint32_t
writes(const struct litmus_instr *instr)
{

	switch (instr->op) {
	case LITMUS_LOAD:
	case LITMUS_EXCHANGE:
	case LITMUS_FETCH:
	case LITMUS_COMPUTE:
		return (bit(instr->to));
	case LITMUS_COMPARE:
		return (bit(instr->to) | bit(instr->to2));
	default:
		return (0);
	}
}

static uint32_t
live_before(const struct loop_heads *heads, const struct litmus_instr *instr,
    size_t pc)
{
	uint32_t live;

	live = heads->live[pc + 1];
	if (instr->op == LITMUS_JUMP)
		live |= heads->live[instr->target];
	/* What only counts itself, and is looked at nowhere, is of no use. */
	if (instr->op == LITMUS_COMPUTE && (live & writes(instr)) == 0)
		return (live);
	return ((live & ~writes(instr)) | reads(instr));
}

void
loop_prepare(struct loop_heads *heads, const struct litmus_thread *thread,
    uint32_t observed)
{
	const struct litmus_instr *instr;
	uint32_t live;
	size_t pc;
	bool more;

	memset(heads, 0, sizeof(*heads));
	heads->live[thread->length] = observed;
	do {
		more = false;
		for (pc = thread->length; pc-- > 0;) {
			instr = &thread->code[pc];
			live = live_before(heads, instr, pc);
			if (live != heads->live[pc])
				more = true;
			heads->live[pc] = live;
			if (instr->op == LITMUS_JUMP && instr->target <= pc)
				heads->head[instr->target] = true;
		}
	} while (more);
}

void
loop_pass(struct loop_heads *heads, size_t pc, const struct loop_place *now)
{

	if (heads->head[pc])
		heads->began[pc] = *now;
}

bool
loop_waits(const struct loop_heads *heads, size_t pc,
    const struct loop_place *now)
{
	const struct loop_place *began;
	size_t i;

	began = &heads->began[pc];
	if (now->writes != began->writes || now->reads == began->reads)
		return (false);
	for (i = 0; i < LITMUS_REGISTERS_MAX; i++)
		if ((heads->live[pc] >> i & 1) != 0 &&
		    now->registers[i] != began->registers[i])
			return (false);
	return (true);
}
