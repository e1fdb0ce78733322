/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/tools/litmus_dump.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"

static char text[8192];
static size_t used;

static void __attribute__((format(printf, 1, 2)))
put(const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(text + used, sizeof(text) - used, format, args);
	va_end(args);
	if (length > 0 && used + (size_t)length < sizeof(text))
		used += (size_t)length;
}

static const char *
operand(struct litmus_operand operand, char room[32])
{

	if (operand.reg == LITMUS_NOWHERE)
		snprintf(room, 32, "%" PRId64, operand.constant);
	else
		snprintf(room, 32, "r%d", operand.reg);
	return (room);
}

static void
put_instr(const struct litmus_instr *instr)
{
	static const char *const ops[] = { "load", "store", "exchange",
	    "fetch", "compare", "fence", "compute", "jump", "assume" };
	static const char *const alus[] = { "=", "+", "-", "&", "|", "^", "*",
	    "<<", ">>", "==", "!=", "<", "<=", ">", ">=" };
	static const char *const orders[] = { "relaxed", "consume", "acquire",
	    "release", "acq_rel", "seq_cst", "locked" };
	char a[32], b[32];

	operand(instr->a, a);
	operand(instr->b, b);
	put(" %s", ops[instr->op]);
	if (instr->to != LITMUS_NOWHERE)
		put(" r%d", instr->to);
	if (instr->to2 != LITMUS_NOWHERE)
		put(",r%d", instr->to2);
	if (instr->op <= LITMUS_COMPARE)
		put(" @%u/%u%s", instr->offset, instr->size,
		    instr->sign ? "s" : "");
	if (instr->op == LITMUS_STORE || instr->op == LITMUS_EXCHANGE)
		put(" %s", a);
	if (instr->op == LITMUS_FETCH)
		put(" %s %s", alus[instr->alu], a);
	if (instr->op == LITMUS_COMPARE)
		put(" %s %s", a, b);
	if (instr->op == LITMUS_COMPUTE && instr->alu == LITMUS_SET)
		put(" %s", a);
	else if (instr->op == LITMUS_COMPUTE)
		put(" %s %s %s", a, alus[instr->alu], b);
	if (instr->op == LITMUS_JUMP)
		put(" %s to %u", a, instr->target);
	if (instr->op <= LITMUS_FENCE)
		put(" %s", instr->plain ? "plain" : orders[instr->order]);
	if (instr->op == LITMUS_COMPARE)
		put("/%s", orders[instr->order_fail]);
	put(";");
}

const char *
litmus_dump(const struct litmus_test *test)
{
	size_t i, n;

	used = 0;
	text[0] = '\0';
	for (i = 0; i < test->program.thread_count; i++) {
		put(i == 0 ? "%zu:" : " %zu:", i);
		for (n = 0; n < test->program.threads[i].length; n++)
			put_instr(&test->program.threads[i].code[n]);
	}
	return (text);
}

const char *
litmus_dump_of(const char *source)
{
	struct litmus_test *test;
	struct err err;

	test = litmus_test_read("t", source, strlen(source), &err);
	if (test == NULL) {
		snprintf(text, sizeof(text), "%s", err.text);
		return (text);
	}
	litmus_dump(test);
	litmus_test_free(test);
	return (text);
}

const char *
litmus_dump_c(const char *body)
{
	char source[4096];

	snprintf(source, sizeof(source), "C t\n{}\nP0(atomic_int *x, "
	    "atomic_int *y, int *p, int *q, unsigned char *w, "
	    "unsigned long *u) {\n%s\n}\nexists (x=1)\n", body);
	return (litmus_dump_of(source));
}

const char *
litmus_dump_x86(const char *dialect, const char *init, const char *code)
{
	char source[4096];

	snprintf(source, sizeof(source), "%s t\n{ %s x=0; }\nP0 ;\n%s\n"
	    "exists (x=1)\n", dialect, init, code);
	return (litmus_dump_of(source));
}
