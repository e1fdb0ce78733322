/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/litmus/clause.h"

#include <string.h>

#include "tools/litmus/names.h"
#include "tools/litmus/observe.h"
#include "tools/litmus/reader.h"
#include "tools/litmus/types.h"

static uint16_t
part(struct reader *reader, struct litmus_clause *clause,
    enum litmus_part_kind kind, uint16_t a, uint16_t b)
{
	struct litmus_part *made;

	if (clause->length == LITMUS_PARTS_MAX) {
		scan_fail(&reader->scan, &reader->scan.token, "a clause of more "
		    "than %d parts", LITMUS_PARTS_MAX);
		return (0);
	}
	made = &clause->parts[clause->length];
	memset(made, 0, sizeof(*made));
	made->kind = (uint8_t)kind;
	made->a = a;
	made->b = b;
	return ((uint16_t)clause->length++);
}

/* A value as it would be seen in something of this width. */
static int64_t
as_seen(const struct litmus_observed *observed, int64_t value)
{
	uint64_t top;

	if (observed->size >= 8)
		return (value);
	top = UINT64_C(1) << (observed->size * 8 - 1);
	value &= (int64_t)(top * 2 - 1);
	if (observed->sign && ((uint64_t)value & top) != 0)
		value -= (int64_t)(top * 2);
	return (value);
}

static uint16_t
value_part(struct reader *reader, struct litmus_clause *clause, int a)
{
	const struct litmus_observed *observed;
	struct scan *scan;
	struct scan_token token;
	uint16_t made;
	int64_t value;
	int thread;

	scan = &reader->scan;
	observed = &reader->test->program.observed[a];
	token = scan->token;
	thread = scan_thread(&token, true);
	if (thread >= 0) {
		scan_next(scan);
		if (scan_is(scan, ':') || token.kind == SCAN_NAME)
			return (part(reader, clause, PART_SAME, (uint16_t)a,
			    (uint16_t)observe_register(reader, &token,
			    thread)));
		value = (int64_t)token.number;
	} else if (scan_is(scan, '[')) {
		return (part(reader, clause, PART_SAME, (uint16_t)a,
		    (uint16_t)observe_location(reader)));
	} else if (token.kind == SCAN_NAME) {
		scan_fail(scan, &token, "an address as a value; only numbers "
		    "can be compared, for the value of a location write [%.*s]",
		    (int)(token.length > 32 ? 32 : token.length), token.text);
		return (0);
	} else
		value = scan_number(scan, "a number");
	made = part(reader, clause, PART_VALUE, (uint16_t)a, 0);
	clause->parts[made].never = !names_fits(value, observed->size);
	clause->parts[made].value = clause->parts[made].never ? value :
	    as_seen(observed, value);
	return (made);
}

static uint16_t
atom(struct reader *reader, struct litmus_clause *clause)
{
	struct scan *scan;
	uint16_t made;
	int a;

	scan = &reader->scan;
	if (scan_take_name(scan, "true"))
		return (part(reader, clause, PART_TRUE, 0, 0));
	if (scan_take_name(scan, "false"))
		return (part(reader, clause, PART_FALSE, 0, 0));
	if (scan_is_name(scan, "fault") || scan_is_name(scan, "Fault")) {
		scan_unexpected(scan, "a register or a location; faults are "
		    "not part of these dialects");
		return (0);
	}
	a = observe_item(reader);
	if (scan_take(scan, MARK_NE)) {
		made = value_part(reader, clause, a);
		return (part(reader, clause, PART_NOT, made, 0));
	}
	if (!scan_take(scan, MARK_EQ) &&
	    !scan_need(scan, '=', "after what is looked at"))
		return (0);
	return (value_part(reader, clause, a));
}

static uint16_t proposition(struct reader *reader,
    struct litmus_clause *clause);

static uint16_t
unary(struct reader *reader, struct litmus_clause *clause)
{
	struct scan *scan;
	uint16_t made;

	scan = &reader->scan;
	if (!reader_enter(reader))
		return (0);
	if (scan_take(scan, '~') || scan_take_name(scan, "not")) {
		made = unary(reader, clause);
		made = part(reader, clause, PART_NOT, made, 0);
	} else if (scan_take(scan, '(')) {
		made = proposition(reader, clause);
		scan_need(scan, ')', "to close the parenthesis");
	} else
		made = atom(reader, clause);
	reader_leave(reader);
	return (made);
}

/* In herd => binds closer than /\, and that closer than \/. */
static uint16_t
implication(struct reader *reader, struct litmus_clause *clause)
{
	uint16_t made, next;

	if (!reader_enter(reader))
		return (0);
	made = unary(reader, clause);
	if (scan_take(&reader->scan, MARK_IMPLIES)) {
		next = implication(reader, clause);
		made = part(reader, clause, PART_IMPLIES, made, next);
	}
	reader_leave(reader);
	return (made);
}

static uint16_t
conjunction(struct reader *reader, struct litmus_clause *clause)
{
	uint16_t made, next;

	made = implication(reader, clause);
	while (scan_take(&reader->scan, MARK_AND)) {
		next = implication(reader, clause);
		made = part(reader, clause, PART_AND, made, next);
	}
	return (made);
}

static uint16_t
proposition(struct reader *reader, struct litmus_clause *clause)
{
	uint16_t made, next;

	made = conjunction(reader, clause);
	while (scan_take(&reader->scan, MARK_OR)) {
		next = conjunction(reader, clause);
		made = part(reader, clause, PART_OR, made, next);
	}
	return (made);
}

/* --- the sections behind the program -------------------------------------------- */

static void
locations(struct reader *reader)
{
	struct scan *scan;
	struct type ignored;

	scan = &reader->scan;
	scan_need(scan, '[', "after 'locations'");
	while (!scan->failed && !scan_take(scan, ']')) {
		observe_item(reader);
		if (types_begin(&scan->token))
			types_read(reader, &ignored);
		if (!scan_is(scan, ']'))
			scan_need(scan, ';', "or ']' after a location");
	}
}

static void
final(struct reader *reader)
{
	struct litmus_test *test;
	struct scan *scan;

	scan = &reader->scan;
	test = reader->test;
	test->quantifier = LITMUS_EXISTS;
	if (scan->token.kind == SCAN_END) {
		test->quantifier = LITMUS_FORALL;
		part(reader, &test->clause, PART_TRUE, 0, 0);
		return;
	}
	if (scan_take(scan, '~') || scan_take_name(scan, "not")) {
		test->quantifier = LITMUS_NOT_EXISTS;
		if (!scan_take_name(scan, "exists")) {
			scan_unexpected(scan, "'exists' after '~'");
			return;
		}
	} else if (scan_take_name(scan, "forall"))
		test->quantifier = LITMUS_FORALL;
	else if (!scan_take_name(scan, "exists") &&
	    !scan_take_name(scan, "final") && !scan_is(scan, '(')) {
		scan_unexpected(scan, "exists, ~exists, forall, locations or "
		    "filter");
		return;
	}
	proposition(reader, &test->clause);
	scan_take(scan, ';');
	if (!scan->failed && scan->token.kind != SCAN_END)
		scan_unexpected(scan, "'/\\', '\\/' or the end of the file");
}

/* --- the whole -------------------------------------------------------------------- */

static void
mark(const struct litmus_clause *clause, bool *shown)
{
	const struct litmus_part *p;
	size_t i;

	for (i = 0; i < clause->length; i++) {
		p = &clause->parts[i];
		if (p->kind == PART_VALUE || p->kind == PART_SAME)
			shown[p->a] = true;
		if (p->kind == PART_SAME)
			shown[p->b] = true;
	}
}

void
clause_read(struct reader *reader)
{
	bool shown[LITMUS_OBSERVED_MAX] = { false };
	size_t i;

	if (scan_take_name(&reader->scan, "locations"))
		locations(reader);
	for (i = 0; i < reader->test->program.observed_count; i++)
		shown[i] = true;
	if (scan_take_name(&reader->scan, "filter"))
		proposition(reader, &reader->test->filter);
	final(reader);
	if (reader->scan.failed)
		return;
	mark(&reader->test->clause, shown);
	observe_arrange(reader->test, shown);
}
