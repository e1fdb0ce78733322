/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <string.h>

#include "sim/memory/memory.h"
#include "tests/litmus/generate.h"

enum {
	ACCESSES_MAX = 9,	/* of all threads: the judge is exponential */
	STORES_MAX = 6,
	APART = 64,
};

struct maker {
	uint64_t state;
	struct litmus_program *program;
	unsigned locations, accesses, stores;
	unsigned profile;
};

/* SplitMix64, as published by Steele, Lea and Flood (OOPSLA 2014). */
static unsigned
below(struct maker *maker, unsigned bound)
{
	uint64_t z = maker->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return ((unsigned)((z ^ z >> 31) % bound));
}

/* Mostly seq_cst, mostly weak, or anything; so that both meet often. */
static uint8_t
order_of(struct maker *maker, enum litmus_op op)
{
	static const uint8_t loads[] = { ORDER_RELAXED, ORDER_ACQUIRE,
	    ORDER_SEQ_CST };
	static const uint8_t stores[] = { ORDER_RELAXED, ORDER_RELEASE,
	    ORDER_SEQ_CST };
	static const uint8_t fences[] = { ORDER_ACQUIRE, ORDER_RELEASE,
	    ORDER_ACQ_REL, ORDER_SEQ_CST };
	static const uint8_t changes[] = { ORDER_RELAXED, ORDER_ACQUIRE,
	    ORDER_RELEASE, ORDER_ACQ_REL, ORDER_SEQ_CST, ORDER_LOCKED };

	if (maker->profile == 0 && below(maker, 3) != 0)
		return (ORDER_SEQ_CST);
	if (maker->profile == 1 && op != LITMUS_FENCE)
		return (op == LITMUS_LOAD ? loads[below(maker, 2)] :
		    op == LITMUS_STORE ? stores[below(maker, 2)] :
		    changes[below(maker, 4)]);
	switch (op) {
	case LITMUS_LOAD:
		return (loads[below(maker, 3)]);
	case LITMUS_STORE:
		return (stores[below(maker, 3)]);
	case LITMUS_FENCE:
		return (fences[below(maker, 4)]);
	default:
		return (changes[below(maker, 6)]);
	}
}

static enum litmus_op
op_of(struct maker *maker)
{
	enum litmus_op op;

	switch (below(maker, 16)) {
	case 0: case 1: case 2: case 3: case 4:
		op = LITMUS_LOAD;
		break;
	case 5: case 6: case 7: case 8: case 9:
		op = LITMUS_STORE;
		break;
	case 10: case 11: case 12:
		op = LITMUS_FENCE;
		break;
	case 13:
		op = LITMUS_EXCHANGE;
		break;
	case 14:
		op = LITMUS_FETCH;
		break;
	default:
		op = LITMUS_COMPARE;
		break;
	}
	if (op != LITMUS_FENCE && maker->accesses == ACCESSES_MAX)
		return (LITMUS_FENCE);
	if (op != LITMUS_FENCE && op != LITMUS_LOAD &&
	    maker->stores == STORES_MAX)
		return (LITMUS_LOAD);
	return (op);
}

static int16_t
result(struct maker *maker, unsigned thread)
{
	struct litmus_program *program = maker->program;
	const int16_t reg =
	    (int16_t)program->threads[thread].register_count++;

	program->observed[program->observed_count++] =
	    (struct litmus_observed) { .thread = (int16_t)thread, .reg = reg,
	    .size = 4, .sign = true };
	return (reg);
}

static struct litmus_instr *
append(struct litmus_thread *thread, enum litmus_op op)
{
	struct litmus_instr *instr = &thread->code[thread->length++];

	*instr = (struct litmus_instr) { .op = (uint8_t)op, .size = 4,
	    .sign = true, .to = LITMUS_NOWHERE, .to2 = LITMUS_NOWHERE,
	    .a.reg = LITMUS_NOWHERE, .b.reg = LITMUS_NOWHERE,
	    .line = (uint32_t)thread->length };
	return (instr);
}

static void
operation(struct maker *maker, unsigned index, unsigned nth)
{
	struct litmus_thread *thread = &maker->program->threads[index];
	const unsigned known = (unsigned)thread->register_count;
	const enum litmus_op op = op_of(maker);
	struct litmus_instr *instr;

	/* A branch over the operation, on something that was read. */
	if (known > 0 && below(maker, 8) == 0) {
		instr = append(thread, LITMUS_JUMP);
		instr->a.reg = (int16_t)below(maker, known);
		instr->target = (uint16_t)(thread->length + 1);
	}
	instr = append(thread, op);
	instr->order = order_of(maker, op);
	if (op == LITMUS_FENCE) {
		if (instr->order == ORDER_LOCKED)
			instr->order = ORDER_SEQ_CST;
		return;
	}
	/* A locked instruction is one whether or not it stores. */
	instr->order_fail = instr->order >= ORDER_SEQ_CST ? instr->order :
	    below(maker, 2) == 0 ? ORDER_RELAXED : ORDER_ACQUIRE;
	instr->offset = below(maker, maker->locations) * APART;
	instr->a.constant = index * 4 + nth + 1;
	maker->accesses++;
	if (op != LITMUS_LOAD)
		maker->stores++;
	if (op != LITMUS_STORE)
		instr->to = result(maker, index);
	switch (op) {
	case LITMUS_STORE:
		if (known > 0 && below(maker, 6) == 0)
			instr->a.reg = (int16_t)below(maker, known);
		break;
	case LITMUS_FETCH:
		instr->alu = LITMUS_ADD;
		instr->a.constant = 32;
		break;
	case LITMUS_COMPARE:
		instr->to2 = result(maker, index);
		instr->b.constant = instr->a.constant;
		instr->a.constant = below(maker, 2) == 0 ? 0 :
		    (int64_t)below(maker, 8) + 1;
		break;
	default:
		break;
	}
}

void
generate(uint64_t number, struct litmus_program *program)
{
	struct maker maker = { .state = number, .program = program };
	unsigned i, nth, count;

	memset(program, 0, sizeof *program);
	maker.profile = below(&maker, 3);
	maker.locations = 2 + (below(&maker, 4) == 0);
	program->thread_count = 2 + below(&maker, 3);
	for (i = 0; i < maker.locations; i++)
		program->locations[program->location_count++] =
		    (struct litmus_location) { .offset = i * APART,
		    .size = 4 };
	for (i = 0; i < program->thread_count; i++) {
		count = 1 + below(&maker, program->thread_count > 3 ? 3 : 4);
		for (nth = 0; nth < count; nth++)
			operation(&maker, i, nth);
	}
	for (i = 0; i < maker.locations; i++)
		program->observed[program->observed_count++] =
		    (struct litmus_observed) { .thread = LITMUS_NOWHERE,
		    .reg = LITMUS_NOWHERE, .offset = i * APART, .size = 4,
		    .sign = true };
}

static const char *
operand_text(const struct litmus_operand *operand, char text[24])
{

	if (operand->reg == LITMUS_NOWHERE)
		snprintf(text, 24, "%" PRId64, operand->constant);
	else
		snprintf(text, 24, "r%d", operand->reg);
	return (text);
}

static void
instr_print(const struct litmus_instr *instr, FILE *out)
{
	static const char *const names[] = { "load", "store", "exchange",
	    "fetch", "compare", "fence", "compute", "jump", "assume" };
	static const char *const orders[] = { "relaxed", "consume", "acquire",
	    "release", "acq_rel", "seq_cst", "locked" };
	char a[24], b[24];

	fprintf(out, "\t%s", names[instr->op]);
	if (instr->op <= LITMUS_COMPARE)
		fprintf(out, " [%" PRIu32 "].%d", instr->offset, instr->size);
	if (instr->op <= LITMUS_FENCE)
		fprintf(out, " %s%s", instr->plain ? "plain " : "",
		    orders[instr->order]);
	if (instr->op == LITMUS_COMPARE)
		fprintf(out, "/%s", orders[instr->order_fail]);
	if (instr->op != LITMUS_LOAD && instr->op != LITMUS_FENCE)
		fprintf(out, " a=%s", operand_text(&instr->a, a));
	if (instr->op == LITMUS_COMPARE || instr->op == LITMUS_COMPUTE)
		fprintf(out, " b=%s", operand_text(&instr->b, b));
	if (instr->op == LITMUS_FETCH || instr->op == LITMUS_COMPUTE)
		fprintf(out, " alu %d", instr->alu);
	if (instr->op == LITMUS_JUMP)
		fprintf(out, " to %d", instr->target);
	if (instr->to != LITMUS_NOWHERE)
		fprintf(out, " -> r%d", instr->to);
	if (instr->to2 != LITMUS_NOWHERE)
		fprintf(out, ", r%d", instr->to2);
	fputc('\n', out);
}

void
generate_print(const struct litmus_program *program, FILE *out)
{
	size_t i, n;

	for (i = 0; i < program->thread_count; i++) {
		fprintf(out, "P%zu:\n", i);
		for (n = 0; n < program->threads[i].length; n++)
			instr_print(&program->threads[i].code[n], out);
	}
}
