/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/litmus/observe.h"

#include <stdio.h>
#include <string.h>

#include "tools/litmus/init.h"
#include "tools/litmus/names.h"

static int
observe(struct reader *reader, const struct scan_token *token,
    const struct litmus_observed *wanted, const char *text)
{
	struct litmus_program *program;
	size_t i;

	program = &reader->test->program;
	for (i = 0; i < program->observed_count; i++)
		if (strcmp(reader->test->observed[i], text) == 0)
			return ((int)i);
	if (i == LITMUS_OBSERVED_MAX) {
		scan_fail(&reader->scan, token, "more than %d registers and "
		    "locations are looked at", LITMUS_OBSERVED_MAX);
		return (0);
	}
	program->observed[i] = *wanted;
	snprintf(reader->test->observed[i], sizeof(reader->test->observed[i]),
	    "%s", text);
	program->observed_count++;
	return ((int)i);
}

static bool
known_register(struct reader *reader, size_t thread,
    const struct scan_token *token)
{
	const struct thread_names *names;
	char quote[SCAN_QUOTE_SIZE];

	if (reader->test->dialect != LITMUS_C ||
	    names_register(reader, thread, token->text, token->length) >= 0)
		return (true);
	names = &reader->threads[thread];
	return (scan_fail(&reader->scan, token, "P%zu has no variable %s%s%s",
	    thread, scan_quote(token, quote), names->count == 0 ? "" :
	    "; it has ", names->count == 0 ? "" : names->registers[0].name));
}

/* "0:r0" or "P0:r0"; the thread's number has been read. */
int
observe_register(struct reader *reader, const struct scan_token *first,
    int thread)
{
	struct scan *scan;
	struct scan_token token;
	struct litmus_observed observed;
	const struct named_register *named;
	char text[LITMUS_NAME_SIZE + 8];
	uint8_t width;
	size_t i;

	scan = &reader->scan;
	scan_need(scan, ':', "after the thread");
	scan_take(scan, '%');
	token = scan->token;
	if (scan->failed || !names_thread(reader, first, thread))
		return (0);
	if ((size_t)thread >= reader->test->program.thread_count) {
		scan_fail(scan, first, "there is no P%d, the test has %zu "
		    "thread%s", thread, reader->test->program.thread_count,
		    reader->test->program.thread_count == 1 ? "" : "s");
		return (0);
	}
	if (token.kind != SCAN_NAME) {
		scan_unexpected(scan, "a register");
		return (0);
	}
	if (!known_register(reader, (size_t)thread, &token))
		return (0);
	scan_next(scan);
	named = &reader->threads[thread].registers[init_register(reader,
	    (size_t)thread, &token, type_int, false, &width)];
	if (scan->failed)
		return (0);
	if (named->address_of >= 0) {
		scan_fail(scan, &token, "this register holds the address of "
		    "%s; only numbers can be compared",
		    reader->locations[named->address_of].name);
		return (0);
	}
	memset(&observed, 0, sizeof(observed));
	observed.thread = (int16_t)thread;
	observed.reg = named->index;
	observed.size = named->type.size;
	observed.sign = named->type.sign;
	if (width > 0 && (width < 4 || (width == 4 && !named->typed)))
		observed.size = width;
	snprintf(text, sizeof(text), "%d:%.*s", thread, (int)token.length,
	    token.text);
	/* Registers are written in the case of their dialect. */
	for (i = 0; reader->test->dialect != LITMUS_C && text[i] != '\0'; i++) {
		if (reader->test->dialect == LITMUS_X86 && text[i] >= 'a' &&
		    text[i] <= 'z')
			text[i] = (char)(text[i] - 'a' + 'A');
		if (reader->test->dialect == LITMUS_X86_64 && text[i] >= 'A' &&
		    text[i] <= 'Z')
			text[i] = (char)(text[i] - 'A' + 'a');
	}
	return (observe(reader, &token, &observed, text));
}

/* "x", "[x]" or "x[1]". */
int
observe_location(struct reader *reader)
{
	struct scan *scan;
	struct scan_token token, element;
	struct litmus_observed observed;
	const struct location *location;
	char text[LITMUS_NAME_SIZE + 8], quote[SCAN_QUOTE_SIZE];
	bool bracket;
	int found;

	scan = &reader->scan;
	bracket = scan_take(scan, '[');
	token = scan->token;
	if (token.kind != SCAN_NAME) {
		scan_unexpected(scan, "a location such as x, or a register "
		    "such as 0:r0");
		return (0);
	}
	scan_next(scan);
	found = names_location(reader, &token);
	if (found < 0) {
		scan_fail(scan, &token, "there is no location %s in this test",
		    scan_quote(&token, quote));
		return (0);
	}
	if (bracket)
		scan_need(scan, ']', "after the location");
	location = &reader->locations[found];
	memset(&observed, 0, sizeof(observed));
	observed.thread = observed.reg = LITMUS_NOWHERE;
	observed.offset = location->offset;
	observed.size = location->type.size;
	observed.sign = location->type.sign;
	snprintf(text, sizeof(text), "[%s]", location->name);
	if (!bracket && scan_take(scan, '[')) {
		element = scan->token;
		scan_number(scan, "the number of an element");
		scan_need(scan, ']', "after the number of the element");
		if (scan->failed)
			return (0);
		if (element.number >= location->count) {
			scan_fail(scan, &element, "%s has %u elements",
			    location->name, (unsigned)location->count);
			return (0);
		}
		observed.offset += (uint32_t)element.number * observed.size;
		snprintf(text, sizeof(text), "%s[%u]", location->name,
		    (unsigned)element.number);
	} else if (location->count > 0) {
		scan_fail(scan, &token, "%s is an array; name an element, as "
		    "in %s[0]", location->name, location->name);
		return (0);
	}
	return (observe(reader, &token, &observed, text));
}

int
observe_item(struct reader *reader)
{
	struct scan_token token;
	int thread;

	token = reader->scan.token;
	thread = scan_thread(&token, true);
	if (thread < 0)
		return (observe_location(reader));
	scan_next(&reader->scan);
	return (observe_register(reader, &token, thread));
}

/* --- in the order of herd --------------------------------------------------------- */

static int
compare(const struct litmus_test *test, size_t a, size_t b)
{
	const struct litmus_observed *x, *y;

	x = &test->program.observed[a];
	y = &test->program.observed[b];
	if ((x->thread == LITMUS_NOWHERE) != (y->thread == LITMUS_NOWHERE))
		return (x->thread == LITMUS_NOWHERE ? 1 : -1);
	if (x->thread != y->thread)
		return (x->thread - y->thread);
	return (strcmp(test->observed[a], test->observed[b]));
}

static void
rename_parts(struct litmus_clause *clause, const uint16_t *place)
{
	struct litmus_part *p;
	size_t i;

	for (i = 0; i < clause->length; i++) {
		p = &clause->parts[i];
		if (p->kind == PART_VALUE || p->kind == PART_SAME)
			p->a = place[p->a];
		if (p->kind == PART_SAME)
			p->b = place[p->b];
	}
}

void
observe_arrange(struct litmus_test *test, const bool *shown)
{
	struct litmus_observed observed[LITMUS_OBSERVED_MAX];
	char names[LITMUS_OBSERVED_MAX][LITMUS_NAME_SIZE + 8];
	uint16_t place[LITMUS_OBSERVED_MAX];
	size_t i, n, count;

	count = test->program.observed_count;
	test->shown_count = 0;
	for (i = 0; i < count; i++) {
		test->shown_count += shown[i];
		place[i] = 0;
		for (n = 0; n < count; n++)
			if (n != i && (shown[n] != shown[i] ? shown[n] :
			    compare(test, n, i) < 0))
				place[i]++;
	}
	memcpy(observed, test->program.observed, sizeof(observed));
	memcpy(names, test->observed, sizeof(names));
	for (i = 0; i < count; i++) {
		test->program.observed[place[i]] = observed[i];
		memcpy(test->observed[place[i]], names[i], sizeof(names[i]));
	}
	rename_parts(&test->clause, place);
	rename_parts(&test->filter, place);
}
