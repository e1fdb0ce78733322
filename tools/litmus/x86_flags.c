/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/litmus/x86_flags.h"

#include <string.h>

#include "sim/base/err.h"
#include "tools/litmus/names.h"

/* What the flags say of a and b, or of a result a and b = 0. */
static const struct x86_condition {
	const char *name;
	enum litmus_alu alu, inverse;
	bool order;		/* needs more than equality and the sign */
	bool unsigned_;
	bool sign;		/* of the difference */
} conditions[] = {
	{ "e", LITMUS_EQ, LITMUS_NE, false, false, false },
	{ "z", LITMUS_EQ, LITMUS_NE, false, false, false },
	{ "ne", LITMUS_NE, LITMUS_EQ, false, false, false },
	{ "nz", LITMUS_NE, LITMUS_EQ, false, false, false },
	{ "l", LITMUS_LT, LITMUS_GE, true, false, false },
	{ "lt", LITMUS_LT, LITMUS_GE, true, false, false },
	{ "le", LITMUS_LE, LITMUS_GT, true, false, false },
	{ "g", LITMUS_GT, LITMUS_LE, true, false, false },
	{ "gt", LITMUS_GT, LITMUS_LE, true, false, false },
	{ "ge", LITMUS_GE, LITMUS_LT, true, false, false },
	{ "b", LITMUS_LT, LITMUS_GE, true, true, false },
	{ "c", LITMUS_LT, LITMUS_GE, true, true, false },
	{ "be", LITMUS_LE, LITMUS_GT, true, true, false },
	{ "a", LITMUS_GT, LITMUS_LE, true, true, false },
	{ "ae", LITMUS_GE, LITMUS_LT, true, true, false },
	{ "nb", LITMUS_GE, LITMUS_LT, true, true, false },
	{ "nc", LITMUS_GE, LITMUS_LT, true, true, false },
	{ "s", LITMUS_LT, LITMUS_GE, false, false, true },
	{ "ns", LITMUS_GE, LITMUS_LT, false, false, true },
};

bool
x86_lower(const struct scan_token *token, char name[16])
{
	size_t i;
	char c;

	if (token->kind != SCAN_NAME || token->length >= 16)
		return (false);
	for (i = 0; i < token->length; i++) {
		c = token->text[i];
		name[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	name[i] = '\0';
	return (true);
}

const struct x86_condition *
x86_condition_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(conditions) / sizeof(*conditions); i++)
		if (strcmp(conditions[i].name, name) == 0)
			return (&conditions[i]);
	return (NULL);
}

bool
x86_flags_wanted(const struct scan *from)
{
	struct scan scan;
	struct err ignored;
	char name[16];

	scan = *from;
	scan.err = &ignored;
	for (; scan.token.kind != SCAN_END; scan_next(&scan))
		if (x86_lower(&scan.token, name) && (name[0] == 'j' ||
		    strncmp(name, "set", 3) == 0 ||
		    strncmp(name, "cmov", 4) == 0))
			return (true);
	return (false);
}

static int16_t
hidden(struct reader *reader, const struct scan_token *token, const char *name)
{

	return (reader_names(reader)->registers[names_register_make(reader,
	    reader->thread, token, name, strlen(name), type_int, true)].index);
}

void
x86_flags_set(struct reader *reader, const struct scan_token *name,
    struct litmus_operand a, struct litmus_operand b, uint8_t width,
    bool order)
{
	struct thread_names *names;

	if (!reader->flags_wanted)
		return;
	names = reader_names(reader);
	if (!names->flags_known) {
		names->flag_a = hidden(reader, name, "(compared)");
		names->flag_b = hidden(reader, name, "(with)");
	}
	names->flags_known = true;
	names->flags_order = order;
	names->flag_size = width;
	code_compute_to(reader, names->flag_a, LITMUS_SET,
	    code_cut(reader, a, width, true), code_constant(0));
	code_compute_to(reader, names->flag_b, LITMUS_SET,
	    code_cut(reader, b, width, true), code_constant(0));
}

struct litmus_operand
x86_flags_test(struct reader *reader, const struct scan_token *name,
    const struct x86_condition *condition, bool inverse)
{
	const struct thread_names *names;
	struct litmus_operand a, b, top;
	char quote[SCAN_QUOTE_SIZE];

	names = reader_names(reader);
	if (!names->flags_known) {
		scan_fail(&reader->scan, name, "%s looks at flags that "
		    "no instruction before it has set",
		    scan_quote(name, quote));
		return (code_constant(0));
	}
	if (condition->order && !names->flags_order) {
		scan_fail(&reader->scan, name, "%s after an instruction "
		    "of which gusim keeps only zero and sign; expected CMP, "
		    "TEST, SUB, DEC, AND, OR or XOR before it",
		    scan_quote(name, quote));
		return (code_constant(0));
	}
	a = code_register(names->flag_a);
	b = code_register(names->flag_b);
	if (condition->unsigned_) {
		top = code_constant(INT64_MIN);
		a = code_compute(reader, LITMUS_XOR, a, top);
		b = code_compute(reader, LITMUS_XOR, b, top);
	}
	if (condition->sign) {
		a = code_cut(reader, code_compute(reader, LITMUS_SUB, a, b),
		    names->flag_size, true);
		b = code_constant(0);
	}
	return (code_compute(reader, inverse ? condition->inverse :
	    condition->alu, a, b));
}
