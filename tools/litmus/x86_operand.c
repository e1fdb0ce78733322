/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/litmus/x86_operand.h"

#include <string.h>

#include "tools/litmus/names.h"
#include "tools/litmus/x86_register.h"

static void
register_operand(struct reader *reader, struct x86_operand *operand,
    const struct scan_token *token, const struct x86_register *reg)
{

	operand->kind = X86_REGISTER;
	operand->size = reg->size;
	operand->named = x86_register_use(reader, reader->thread, token, reg);
}

/* The rest of an address behind '(' or '['; `plus` bytes are added. */
static void
address(struct reader *reader, struct x86_operand *operand, int64_t plus,
    int close)
{
	struct scan *scan;
	struct scan_token token;
	struct x86_register reg;
	const struct named_register *named;
	char quote[SCAN_QUOTE_SIZE];
	bool percent;
	int found;

	scan = &reader->scan;
	percent = scan_take(scan, '%');
	token = scan->token;
	if (percent && !x86_register_find(&token, reader->test->dialect,
	    &reg)) {
		scan_unexpected(scan, "a register after '%'");
		return;
	}
	if (token.kind != SCAN_NAME) {
		scan_unexpected(scan, "the name of a location, or a register "
		    "that holds the address of one");
		return;
	}
	scan_next(scan);
	operand->kind = X86_MEMORY;
	operand->plus = 0;
	if (x86_register_find(&token, reader->test->dialect, &reg)) {
		found = names_register(reader, reader->thread, reg.whole,
		    strlen(reg.whole));
		named = found < 0 ? NULL :
		    &reader_names(reader)->registers[found];
		if (named == NULL || named->address_of < 0) {
			scan_fail(scan, &token, "%s does not hold an address "
			    "from the start; gusim follows only those, as in "
			    "{ %zu:%s=x; }", scan_quote(&token, quote),
			    reader->thread, reg.whole);
			return;
		}
		operand->location = named->address_of;
		plus += named->address_plus;
	} else
		operand->location = names_location_make(reader, &token,
		    type_int, false, 0);
	if (scan_is(scan, ',')) {
		scan_unexpected(scan, "an address without an index");
		return;
	}
	if (scan_is(scan, '+') || scan_is(scan, '-')) {
		scan_take(scan, '+');
		plus += scan_number(scan, "a number of bytes");
	}
	if (plus < 0 || plus >= LITMUS_MEMORY_BYTES)
		scan_fail(scan, &operand->token, "%lld bytes from the start of "
		    "%s, which is outside of it", (long long)plus,
		    reader->locations[operand->location].name);
	else
		operand->plus = (uint32_t)plus;
	scan_need(scan, close, "after the address");
}

static void
name_operand(struct reader *reader, struct x86_operand *operand)
{
	struct scan *scan;
	struct scan_token token;
	struct x86_register reg;
	char quote[SCAN_QUOTE_SIZE];

	scan = &reader->scan;
	token = scan->token;
	scan_next(scan);
	if (x86_register_find(&token, reader->test->dialect, &reg)) {
		register_operand(reader, operand, &token, &reg);
		return;
	}
	/* x(%rip) */
	if (scan_take(scan, '(')) {
		scan_take(scan, '%');
		if (!scan_take_name(scan, "rip"))
			scan_unexpected(scan, "%rip");
		scan_need(scan, ')', "after rip");
		operand->kind = X86_MEMORY;
		operand->location = names_location_make(reader, &token,
		    type_int, false, 0);
		return;
	}
	scan_fail(scan, &token, "%s is no register; the location of that name "
	    "is %s, a number is $1", scan_quote(&token, quote),
	    reader->test->dialect == LITMUS_X86 ? "[x]" : "(x)");
}

struct x86_operand
x86_operand_read(struct reader *reader)
{
	struct x86_operand operand;
	struct x86_register reg;
	struct scan *scan;
	struct scan_token token;
	bool dollar;

	scan = &reader->scan;
	memset(&operand, 0, sizeof(operand));
	operand.token = scan->token;
	if (scan_take(scan, '%')) {
		token = scan->token;
		if (!x86_register_find(&token, reader->test->dialect, &reg)) {
			scan_unexpected(scan, "a register after '%'");
			return (operand);
		}
		scan_next(scan);
		register_operand(reader, &operand, &token, &reg);
	} else if (scan_take(scan, '['))
		address(reader, &operand, 0, ']');
	else if (scan_take(scan, '('))
		address(reader, &operand, 0, ')');
	else if (scan->token.kind == SCAN_NAME)
		name_operand(reader, &operand);
	else {
		dollar = scan_take(scan, '$');
		operand.kind = X86_NUMBER;
		operand.number = scan_number(scan, dollar ?
		    "a number after '$'" : "a register, $1, [x] or (x)");
		if (!dollar && scan_take(scan, '('))
			address(reader, &operand, operand.number, ')');
		else if (!dollar && scan_take(scan, '['))
			address(reader, &operand, operand.number, ']');
	}
	return (operand);
}

void
x86_operand_reach(struct reader *reader, const struct x86_operand *operand,
    uint8_t width)
{
	struct location *location;
	uint32_t bytes, room;

	if (reader->scan.failed)
		return;
	location = &reader->locations[operand->location];
	if (operand->plus % width != 0) {
		scan_fail(&reader->scan, &operand->token, "an access of %u "
		    "bytes at byte %u of %s; accesses have to be aligned",
		    (unsigned)width, (unsigned)operand->plus, location->name);
		return;
	}
	bytes = operand->plus + width;
	room = location->type.size *
	    (location->count == 0 ? 1 : location->count);
	/* Nobody has said how wide it is. */
	if (!location->typed && location->count == 0 && bytes <= 8 &&
	    bytes > room) {
		location->type.size = 8;
		return;
	}
	if (bytes > room)
		scan_fail(&reader->scan, &operand->token, "this is %u byte%s "
		    "wide%s, %s has %u; give it a type in { ... }, as in "
		    "uint64_t %s=0;", (unsigned)width, width == 1 ? "" : "s",
		    operand->plus > 0 ? " and behind its start" : "",
		    location->name, (unsigned)room, location->name);
}

struct litmus_instr *
x86_operand_access(struct reader *reader, const struct x86_operand *operand,
    enum litmus_op op, uint8_t width, bool locked)
{
	struct type type;

	x86_operand_reach(reader, operand, width);
	type = (struct type){ .size = width };
	return (code_access(reader, op,
	    reader->locations[operand->location].offset + operand->plus, type,
	    locked ? ORDER_LOCKED : ORDER_RELAXED));
}

struct litmus_operand
x86_operand_value(struct reader *reader, const struct x86_operand *operand,
    uint8_t width)
{
	const struct named_register *named;
	struct litmus_instr *instr;

	switch (operand->kind) {
	case X86_NUMBER:
		if (!names_fits(operand->number, width))
			scan_fail(&reader->scan, &operand->token, "%lld does "
			    "not fit into %u byte%s",
			    (long long)operand->number, (unsigned)width,
			    width == 1 ? "" : "s");
		return (code_constant(operand->number));
	case X86_REGISTER:
		named = &reader_names(reader)->registers[operand->named];
		if (named->address_of >= 0)
			scan_fail(&reader->scan, &operand->token, "%s holds an "
			    "address; gusim uses addresses only to access "
			    "what lies there", named->name);
		return (code_register(named->index));
	case X86_MEMORY:
		instr = x86_operand_access(reader, operand, LITMUS_LOAD, width,
		    false);
		instr->to = code_temp(reader);
		return (code_register(instr->to));
	case X86_NONE:
		break;
	}
	return (code_constant(0));
}

static void
set_register(struct reader *reader, const struct x86_operand *operand,
    struct litmus_operand value, uint8_t width, bool clean)
{
	struct named_register *named;
	struct litmus_operand whole;
	int64_t mask;

	named = &reader_names(reader)->registers[operand->named];
	if (named->address_of >= 0) {
		scan_fail(&reader->scan, &operand->token, "%s holds the address "
		    "of %s; gusim uses such registers only for access",
		    named->name, reader->locations[named->address_of].name);
		return;
	}
	if (width == 8) {
		if (!named->typed)
			named->type.size = 8;
		code_move(reader, named->index, value);
		return;
	}
	if (!clean || code_is_constant(value))
		value = code_cut(reader, value, width, false);
	if (width < 4) {
		mask = (INT64_C(1) << (width * 8)) - 1;
		whole = code_compute(reader, LITMUS_AND,
		    code_register(named->index), code_constant(~mask));
		value = code_compute(reader, LITMUS_OR, whole, value);
	}
	code_move(reader, named->index, value);
}

void
x86_operand_set(struct reader *reader, const struct x86_operand *operand,
    struct litmus_operand value, uint8_t width, bool clean)
{

	if (operand->kind == X86_REGISTER)
		set_register(reader, operand, value, width, clean);
	else if (operand->kind == X86_MEMORY)
		x86_operand_access(reader, operand, LITMUS_STORE, width,
		    false)->a = value;
	else
		scan_fail(&reader->scan, &operand->token, "a number cannot be "
		    "written to; %s", reader->test->dialect == LITMUS_X86 ?
		    "in the dialect X86 the destination comes first" :
		    "in the dialect X86_64 the destination comes last");
}
