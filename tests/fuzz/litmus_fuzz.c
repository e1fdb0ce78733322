/*
 * litmus_fuzz - can any bytes upset the reader of litmus tests?
 *
 * A libFuzzer target over litmus_test_read().  Beyond memory errors it checks
 * that
 *
 *	- a refusal names file, line and column, in one line, and the place is
 *	  one that the text has,
 *	- what is taken is a program that can be run, whose clause can be judged
 *	  and written,
 *	- the same bytes read again make the same test.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "tools/litmus/test.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
demand(int condition, const char *what, const char *detail)
{

	if (condition)
		return;
	fprintf(stderr, "%s: %s\n", what, detail);
	abort();
}

static void
check_message(const struct err *err, const char *text, size_t size)
{
	size_t line, column, lines, i;
	const char *c;

	for (c = err->text; *c != '\0'; c++)
		demand((unsigned char)*c >= ' ' && *c != 0x7f,
		    "a message that steers the terminal", err->text);
	demand(sscanf(err->text, "fuzz.litmus:%zu:%zu: ", &line, &column) == 2,
	    "a message without a place", err->text);
	lines = 1;
	for (i = 0; i < size; i++)
		lines += text[i] == '\n';
	demand(line >= 1 && line <= lines && column >= 1 && column <= size + 1,
	    "a place that the text does not have", err->text);
}

static void
check_test(const struct litmus_test *test)
{
	int64_t values[LITMUS_OBSERVED_MAX] = { 0 };
	const char *wrong;
	char *text;

	wrong = litmus_program_wrong(&test->program);
	demand(wrong == NULL, "a program that cannot be run", wrong);
	demand(test->shown_count <= test->program.observed_count,
	    "more is shown than there is", test->name);
	clause_holds(&test->clause, values);
	clause_holds(&test->filter, values);
	text = clause_text(test, &test->clause);
	demand(text[0] != '\0', "a clause without words", test->name);
	free(text);
}

static int
same_operand(struct litmus_operand a, struct litmus_operand b)
{

	return (a.reg == b.reg && a.constant == b.constant);
}

static int
same_instr(const struct litmus_instr *a, const struct litmus_instr *b)
{

	return (a->op == b->op && a->alu == b->alu && a->order == b->order &&
	    a->order_fail == b->order_fail && a->plain == b->plain &&
	    a->size == b->size && a->sign == b->sign && a->to == b->to &&
	    a->to2 == b->to2 && a->target == b->target &&
	    a->offset == b->offset && a->line == b->line &&
	    same_operand(a->a, b->a) && same_operand(a->b, b->b));
}

/* Field by field: what lies between them may differ. */
static int
same_test(const struct litmus_test *a, const struct litmus_test *b)
{
	const struct litmus_thread *x, *y;
	size_t i, n;

	if (strcmp(a->name, b->name) != 0 ||
	    a->program.thread_count != b->program.thread_count ||
	    a->program.location_count != b->program.location_count ||
	    a->program.observed_count != b->program.observed_count ||
	    memcmp(a->observed, b->observed, sizeof(a->observed)) != 0)
		return (0);
	for (i = 0; i < a->program.thread_count; i++) {
		x = &a->program.threads[i];
		y = &b->program.threads[i];
		if (x->length != y->length || memcmp(x->registers,
		    y->registers, sizeof(x->registers)) != 0)
			return (0);
		for (n = 0; n < x->length; n++)
			if (!same_instr(&x->code[n], &y->code[n]))
				return (0);
	}
	return (1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct litmus_test *test, *again;
	struct err err;
	char *text;

	/* A block of just this size, so that reading behind it is seen. */
	text = malloc(size == 0 ? 1 : size);
	demand(text != NULL, "out of memory", "");
	if (size > 0)
		memcpy(text, data, size);
	err.text[0] = '\0';
	test = litmus_test_read("fuzz.litmus", text, size, &err);
	if (test == NULL)
		check_message(&err, text, size);
	else {
		check_test(test);
		again = litmus_test_read("fuzz.litmus", text, size, &err);
		demand(again != NULL && same_test(test, again),
		    "another test the second time", test->name);
		litmus_test_free(again);
		litmus_test_free(test);
	}
	free(text);
	return (0);
}
