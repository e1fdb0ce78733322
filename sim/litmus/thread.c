/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/litmus/thread.h"

#include <string.h>

#include "sim/litmus/loop.h"
#include "sim/machine/hook.h"
#include "sim/machine/value.h"
#include "sim/memory/memory.h"

enum { LOOPS_MAX = 200 };	/* backward jumps that wait for nothing */

static struct context {
	const struct litmus_thread *thread;
	unsigned char *memory;
	struct loop_place now;
	struct loop_heads heads;
	unsigned loops;
} contexts[LITMUS_THREADS_MAX];

void
litmus_thread_prepare(size_t number, const struct litmus_program *program)
{
	uint32_t observed;
	size_t i;

	observed = 0;
	for (i = 0; i < program->observed_count; i++)
		if (program->observed[i].thread == (int)number)
			observed |= (uint32_t)1 << program->observed[i].reg;
	loop_prepare(&contexts[number].heads, &program->threads[number],
	    observed);
}

void
litmus_thread_begin(size_t number, const struct litmus_thread *thread,
    unsigned char *memory)
{
	struct context *context;

	context = &contexts[number];
	context->thread = thread;
	context->memory = memory;
	memcpy(context->now.registers, thread->registers,
	    sizeof(context->now.registers));
	context->now.reads = context->now.writes = 0;
	context->loops = 0;
}

void *
litmus_thread_context(size_t number)
{

	return (&contexts[number]);
}

int64_t
litmus_thread_register(size_t number, size_t reg)
{

	return (contexts[number].now.registers[reg]);
}

int64_t
litmus_extend(uint64_t value, uint32_t size, bool sign)
{

	switch (size) {
	case 1:
		return (sign ? (int8_t)value : (int64_t)(uint8_t)value);
	case 2:
		return (sign ? (int16_t)value : (int64_t)(uint16_t)value);
	case 4:
		return (sign ? (int32_t)value : (int64_t)(uint32_t)value);
	default:
		return ((int64_t)value);
	}
}

static int64_t
operand(const struct context *context, const struct litmus_operand *operand)
{

	return (operand->reg == LITMUS_NOWHERE ? operand->constant :
	    context->now.registers[operand->reg]);
}

static enum atomic_change
change_of(const struct litmus_instr *instr)
{

	if (instr->op == LITMUS_EXCHANGE)
		return (CHANGE_EXCHANGE);
	switch (instr->alu) {
	case LITMUS_ADD:
		return (CHANGE_ADD);
	case LITMUS_SUB:
		return (CHANGE_SUB);
	case LITMUS_AND:
		return (CHANGE_AND);
	case LITMUS_OR:
		return (CHANGE_OR);
	case LITMUS_XOR:
		return (CHANGE_XOR);
	default:
		return (CHANGE_EXCHANGE);
	}
}

/* --- memory --------------------------------------------------------------------- */

static void
load(struct context *context, const struct litmus_instr *instr,
    unsigned char *at)
{
	uint64_t value;

	if (instr->plain) {
		hook_read(at, instr->size, instr);
		value = value_get(at, instr->size);
	} else
		value = atomic_read(at, instr->size, instr->order, instr);
	context->now.reads++;
	if (instr->to != LITMUS_NOWHERE)
		context->now.registers[instr->to] = litmus_extend(value,
		    instr->size, instr->sign);
}

static void
store(struct context *context, const struct litmus_instr *instr,
    unsigned char *at)
{
	uint64_t value;

	value = (uint64_t)operand(context, &instr->a);
	context->now.writes++;
	if (!instr->plain) {
		atomic_write(at, instr->size, value, instr->order, instr);
		return;
	}
	hook_write(at, instr->size, instr);
	value_set(at, instr->size, value);
}

static void
change(struct context *context, const struct litmus_instr *instr,
    unsigned char *at)
{
	uint64_t old;

	old = atomic_change(at, instr->size, change_of(instr),
	    (uint64_t)operand(context, &instr->a), instr->order, instr);
	context->now.reads++;
	/* An exchange that leaves all as it was is what a loop waits with. */
	if (instr->op != LITMUS_EXCHANGE || litmus_extend(old, instr->size,
	    false) != litmus_extend((uint64_t)operand(context, &instr->a),
	    instr->size, false))
		context->now.writes++;
	if (instr->to != LITMUS_NOWHERE)
		context->now.registers[instr->to] = litmus_extend(old,
		    instr->size, instr->sign);
}

static void
compare(struct context *context, const struct litmus_instr *instr,
    unsigned char *at)
{
	uint64_t old, expected, value;
	bool same;

	expected = (uint64_t)operand(context, &instr->a);
	value = (uint64_t)operand(context, &instr->b);
	old = atomic_compare(at, instr->size, expected, value, instr->order,
	    instr->order_fail, instr);
	same = litmus_extend(old, instr->size, false) ==
	    litmus_extend(expected, instr->size, false);
	context->now.reads++;
	if (same)
		context->now.writes++;
	if (instr->to != LITMUS_NOWHERE)
		context->now.registers[instr->to] = litmus_extend(old,
		    instr->size, instr->sign);
	if (instr->to2 != LITMUS_NOWHERE)
		context->now.registers[instr->to2] = same;
}

/* A loop that only looks waits until what it looks at has changed. */
static bool
turn(struct context *context, size_t target)
{

	if (loop_waits(&context->heads, target, &context->now))
		step_await();
	else if (++context->loops > LOOPS_MAX)
		return (false);
	return (true);
}

static void
give_up(enum litmus_end end)
{

	litmus_give_up(end);
	machine_sync();
}

void
litmus_thread_body(void *argument)
{
	struct context *context = argument;
	const struct litmus_instr *instr;
	unsigned char *at;
	size_t pc;

	for (pc = 0; pc < context->thread->length; pc++) {
		instr = &context->thread->code[pc];
		loop_pass(&context->heads, pc, &context->now);
		at = context->memory + instr->offset;
		switch (instr->op) {
		case LITMUS_LOAD:
			load(context, instr, at);
			break;
		case LITMUS_STORE:
			store(context, instr, at);
			break;
		case LITMUS_EXCHANGE:
		case LITMUS_FETCH:
			change(context, instr, at);
			break;
		case LITMUS_COMPARE:
			compare(context, instr, at);
			break;
		case LITMUS_FENCE:
			atomic_fence(instr->order);
			break;
		case LITMUS_COMPUTE:
			context->now.registers[instr->to] = litmus_compute(
			    (enum litmus_alu)instr->alu,
			    operand(context, &instr->a),
			    operand(context, &instr->b));
			break;
		case LITMUS_JUMP:
			if (operand(context, &instr->a) != 0)
				break;
			if (instr->target <= pc &&
			    !turn(context, instr->target))
				give_up(LITMUS_ENDLESS);
			pc = (size_t)instr->target - 1;
			break;
		case LITMUS_ASSUME:
			if (operand(context, &instr->a) == 0)
				give_up(LITMUS_FILTERED);
			break;
		}
	}
}
