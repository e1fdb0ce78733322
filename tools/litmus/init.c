/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/litmus/init.h"

#include "tools/litmus/names.h"
#include "tools/litmus/types.h"
#include "tools/litmus/x86_register.h"

int
init_register(struct reader *reader, size_t thread,
    const struct scan_token *token, struct type type, bool typed,
    uint8_t *width)
{
	struct x86_register reg;
	char quote[SCAN_QUOTE_SIZE];

	*width = 0;
	if (reader->test->dialect == LITMUS_C)
		return (names_register_make(reader, thread, token, token->text,
		    token->length, type, typed));
	if (!x86_register_find(token, reader->test->dialect, &reg)) {
		scan_fail(&reader->scan, token, "expected a register such as "
		    "%s, found %s", reader->test->dialect == LITMUS_X86 ?
		    "EAX" : "rax or eax", scan_quote(token, quote));
		return (0);
	}
	*width = reg.size;
	return (x86_register_use(reader, thread, token, &reg));
}

static bool
check_fits(struct reader *reader, const struct scan_token *token,
    int64_t value, struct type type)
{

	if (names_fits(value, type.size))
		return (true);
	return (scan_fail(&reader->scan, token, "%lld does not fit into %u "
	    "byte%s", (long long)value, (unsigned)type.size,
	    type.size == 1 ? "" : "s"));
}

/* A number, also as ATOMIC_INIT(1). */
static int64_t
value(struct reader *reader, struct type type)
{
	struct scan *scan;
	struct scan_token token;
	int64_t number;
	bool wrapped;

	scan = &reader->scan;
	wrapped = scan_take_name(scan, "ATOMIC_INIT") ||
	    scan_take_name(scan, "ATOMIC_VAR_INIT");
	if (wrapped)
		scan_need(scan, '(', "after ATOMIC_INIT");
	token = scan->token;
	if (token.kind == SCAN_NAME || scan_is(scan, '&')) {
		scan_fail(scan, &token, "the address of a location as the value "
		    "of another; gusim follows addresses only in registers "
		    "(as in 0:%s=x), expected a number",
		    reader->test->dialect == LITMUS_C ? "p" : "rdi");
		return (0);
	}
	number = scan_number(scan, "a number");
	if (wrapped)
		scan_need(scan, ')', "after the number");
	check_fits(reader, &token, number, type);
	return (number);
}

/* The address of a location, for a register: x, &x, t[1]. */
static void
address(struct reader *reader, struct named_register *reg)
{
	struct scan *scan;
	struct scan_token token;
	struct location *location;
	uint64_t element;
	int found;

	scan = &reader->scan;
	scan_take(scan, '&');
	token = scan->token;
	if (token.kind != SCAN_NAME) {
		scan_unexpected(scan, "a number or the name of a location");
		return;
	}
	scan_next(scan);
	found = names_location_make(reader, &token, type_int, false, 0);
	location = &reader->locations[found];
	reg->address_of = found;
	reg->address_plus = 0;
	if (!scan_take(scan, '['))
		return;
	element = scan->token.number;
	token = scan->token;
	scan_number(scan, "the number of an element");
	scan_need(scan, ']', "after the number of the element");
	if (!scan->failed && element >= location->count) {
		scan_fail(scan, &token, "element %llu of %s, which has %u",
		    (unsigned long long)element, location->name,
		    (unsigned)location->count);
		return;
	}
	reg->address_plus = (uint32_t)element * location->type.size;
}

static void
register_item(struct reader *reader, struct type type, bool typed)
{
	struct scan *scan;
	struct scan_token token;
	struct named_register *reg;
	struct litmus_thread *program;
	int64_t number;
	uint8_t width;
	int thread, found;

	scan = &reader->scan;
	token = scan->token;
	thread = scan_thread(&token, true);
	if (!names_thread(reader, &token, thread))
		return;
	scan_next(scan);
	if (!scan_need(scan, ':', "after the thread"))
		return;
	scan_take(scan, '%');
	token = scan->token;
	if (token.kind != SCAN_NAME) {
		scan_unexpected(scan, "a register");
		return;
	}
	scan_next(scan);
	found = init_register(reader, (size_t)thread, &token, type, typed,
	    &width);
	if (scan->failed)
		return;
	reg = &reader->threads[thread].registers[found];
	if (typed) {
		reg->type = type;
		reg->typed = true;
	}
	if (!scan_take(scan, '='))
		return;
	if (scan->token.kind == SCAN_NAME || scan_is(scan, '&')) {
		address(reader, reg);
		return;
	}
	token = scan->token;
	number = scan_number(scan, "a number or the name of a location");
	if (width > 0)
		type.size = width;
	else if (!typed)
		type.size = 8;
	check_fits(reader, &token, number, type);
	program = &reader->test->program.threads[thread];
	if (width == 1 || width == 2 || width == 4)
		number &= (INT64_C(1) << (width * 8)) - 1;
	program->registers[reg->index] = number;
}

static void
array(struct reader *reader, const struct scan_token *name, struct type type,
    bool typed)
{
	struct scan *scan;
	struct scan_token token;
	struct location *location;
	int64_t count;
	size_t i;

	scan = &reader->scan;
	token = scan->token;
	count = scan_number(scan, "the number of elements");
	if (!scan->failed && (count < 1 || count > READER_VALUES_MAX)) {
		scan_fail(scan, &token, "an array of %lld elements; it may "
		    "have 1 to %d", (long long)count, READER_VALUES_MAX);
	}
	if (!scan_need(scan, ']', "after the number of elements"))
		return;
	if (names_location(reader, name) >= 0) {
		scan_fail(scan, name, "an array has to come before registers "
		    "that hold its address");
		return;
	}
	location = &reader->locations[names_location_make(reader, name, type,
	    typed, (uint32_t)count)];
	location->given = true;
	if (scan->failed || !scan_take(scan, '='))
		return;
	scan_need(scan, '{', "before the elements");
	for (i = 0; i < (size_t)count && !scan->failed; i++) {
		location->values[i] = value(reader, type);
		if (i + 1 < (size_t)count)
			scan_need(scan, ',', "before the next element");
	}
	scan_need(scan, '}', "after the elements, as many as the array has");
}

static void
location_item(struct reader *reader, struct type type, bool typed)
{
	struct scan *scan;
	struct scan_token token;
	struct location *location;
	char quote[SCAN_QUOTE_SIZE];
	bool bracket;
	int found;

	scan = &reader->scan;
	bracket = scan_take(scan, '[');
	token = scan->token;
	if (token.kind != SCAN_NAME) {
		scan_unexpected(scan, "a location such as x, or a register "
		    "such as 0:r0");
		return;
	}
	scan_next(scan);
	if (bracket && !scan_need(scan, ']', "after the location"))
		return;
	found = names_location(reader, &token);
	if (found >= 0 && reader->locations[found].given) {
		scan_fail(scan, &token, "%s has been given a value before",
		    scan_quote(&token, quote));
		return;
	}
	if (!bracket && scan_take(scan, '[')) {
		array(reader, &token, type, typed);
		return;
	}
	location = &reader->locations[names_location_make(reader, &token, type,
	    typed, 0)];
	location->given = true;
	if (typed) {
		/* It may have been guessed, where its address was taken. */
		location->type = type;
		location->typed = true;
	}
	if (!scan->failed && scan_take(scan, '=')) {
		/* Without a type, a wide value makes a wide location. */
		if (!typed && scan->token.kind == SCAN_NUMBER &&
		    !names_fits((int64_t)scan->token.number, 4))
			location->type.size = 8;
		location->values[0] = value(reader, location->type);
	}
}

static void
item(struct reader *reader)
{
	struct scan *scan;
	struct scan_token first;
	struct type type;
	bool typed;

	scan = &reader->scan;
	first = scan->token;
	type = type_int;
	typed = types_begin(&first);
	if (typed) {
		if (!types_read(reader, &type))
			return;
		if (type.pointers > 0 || type.size == 0) {
			scan_fail(scan, &first, "a location that holds an "
			    "address; gusim follows addresses only in "
			    "registers, expected a type of whole numbers");
			return;
		}
	} else if (scan_is(scan, '*')) {
		scan_unexpected(scan, "a location that holds a number");
		return;
	}
	if (scan->token.kind == SCAN_NUMBER ||
	    scan_thread(&scan->token, false) >= 0)
		register_item(reader, type, typed);
	else
		location_item(reader, type, typed);
}

void
init_read(struct reader *reader)
{
	struct scan *scan;

	scan = &reader->scan;
	scan_need(scan, '{', "before what locations hold at the start");
	for (;;) {
		while (scan_take(scan, ';'))
			continue;
		if (scan->failed || scan_take(scan, '}'))
			return;
		item(reader);
		if (!scan_is(scan, '}'))
			scan_need(scan, ';', "or '}' after a value");
	}
}
