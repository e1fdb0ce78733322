/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/litmus/clause.h"

#include <inttypes.h>
#include <stdlib.h>

#include "tools/litmus/test.h"

bool
clause_holds(const struct litmus_clause *clause, const int64_t *values)
{
	bool holds[LITMUS_PARTS_MAX] = { false };
	const struct litmus_part *p;
	size_t i;

	for (i = 0; i < clause->length; i++) {
		p = &clause->parts[i];
		switch ((enum litmus_part_kind)p->kind) {
		case PART_TRUE:
			holds[i] = true;
			break;
		case PART_FALSE:
			break;
		case PART_VALUE:
			holds[i] = !p->never && values[p->a] == p->value;
			break;
		case PART_SAME:
			holds[i] = values[p->a] == values[p->b];
			break;
		case PART_NOT:
			holds[i] = !holds[p->a];
			break;
		case PART_AND:
			holds[i] = holds[p->a] && holds[p->b];
			break;
		case PART_OR:
			holds[i] = holds[p->a] || holds[p->b];
			break;
		case PART_IMPLIES:
			holds[i] = !holds[p->a] || holds[p->b];
			break;
		}
	}
	return (clause->length == 0 || holds[clause->length - 1]);
}

/* Whether a part needs parentheses inside another, as herd sets them. */
static bool
wants_parentheses(int above, int here)
{

	if (above == PART_TRUE || above == here)
		return (false);
	if (above == PART_OR)
		return (here == PART_IMPLIES);
	return (here == PART_AND || here == PART_OR || here == PART_IMPLIES);
}

static void
write_part(FILE *out, const struct litmus_test *test,
    const struct litmus_clause *clause, size_t index, int above)
{
	static const char *const between[] = { [PART_AND] = " /\\ ",
	    [PART_OR] = " \\/ ", [PART_IMPLIES] = " => " };
	const struct litmus_part *p;
	const struct litmus_observed *observed;
	bool paren;

	p = &clause->parts[index];
	switch ((enum litmus_part_kind)p->kind) {
	case PART_TRUE:
	case PART_FALSE:
		fputs(p->kind == PART_TRUE ? "true" : "false", out);
		return;
	case PART_VALUE:
		observed = &test->program.observed[p->a];
		fprintf(out, observed->size == 8 && !observed->sign ?
		    "%s=%" PRIu64 : "%s=%" PRId64, test->observed[p->a],
		    p->value);
		return;
	case PART_SAME:
		fprintf(out, "%s=%s", test->observed[p->a],
		    test->observed[p->b]);
		return;
	case PART_NOT:
		fputs("not (", out);
		write_part(out, test, clause, p->a, PART_TRUE);
		fputs(")", out);
		return;
	case PART_AND:
	case PART_OR:
	case PART_IMPLIES:
		break;
	}
	paren = wants_parentheses(above, p->kind);
	fputs(paren ? "(" : "", out);
	write_part(out, test, clause, p->a, p->kind);
	fputs(between[p->kind], out);
	write_part(out, test, clause, p->b, p->kind);
	fputs(paren ? ")" : "", out);
}

char *
clause_text(const struct litmus_test *test, const struct litmus_clause *clause)
{
	FILE *out;
	char *text;
	size_t size;

	out = open_memstream(&text, &size);
	if (out == NULL)
		abort();
	write_part(out, test, clause, clause->length - 1, PART_TRUE);
	if (fclose(out) != 0)
		abort();
	return (text);
}
