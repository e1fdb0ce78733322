/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/litmus/c_value.h"

#include <string.h>

#include "tools/litmus/names.h"
#include "tools/litmus/types.h"

static const struct type type_long = { .size = 8, .sign = true };

/* --- operands --------------------------------------------------------------------- */

static struct value
name_value(struct reader *reader, const struct scan_token *token)
{
	const struct named_register *named;
	struct value value;
	char quote[SCAN_QUOTE_SIZE];
	size_t i;
	int found;

	memset(&value, 0, sizeof(value));
	value.token = *token;
	found = names_register(reader, reader->thread, token->text,
	    token->length);
	if (found >= 0) {
		named = &reader_names(reader)->registers[found];
		value.kind = VALUE_VARIABLE;
		value.named = found;
		value.type = named->type;
		if (named->address_of >= 0) {
			value.kind = VALUE_ADDRESS;
			value.location = named->address_of;
			value.offset = named->address_plus + reader->locations[
			    named->address_of].offset;
			if (!named->typed)
				value.type = reader->locations[
				    named->address_of].type;
		}
		return (value);
	}
	for (i = 0; i < reader->c->parameter_count; i++) {
		if (!scan_same(token, reader->c->parameters[i].name))
			continue;
		value.kind = VALUE_ADDRESS;
		value.location = reader->c->parameters[i].location;
		value.offset = reader->locations[value.location].offset;
		value.type = reader->c->parameters[i].type;
		return (value);
	}
	if (scan_same(token, "true") || scan_same(token, "false") ||
	    scan_same(token, "NULL"))
		return (c_value(code_constant(scan_same(token, "true")),
		    type_int));
	scan_fail(&reader->scan, token, "%s is neither a variable nor a "
	    "parameter of P%zu", scan_quote(token, quote), reader->thread);
	return (value);
}

/* What has been computed begins, for messages, where its text does. */
static struct value
placed(struct value value, const struct scan_token *token)
{

	if (value.token.line == 0)
		value.token = *token;
	return (value);
}

static struct value unary(struct reader *reader);

static struct value
cast(struct reader *reader)
{
	struct value value;
	struct type type;

	if (!types_read(reader, &type) ||
	    !scan_need(&reader->scan, ')', "after the type"))
		return (c_value(code_constant(0), type_int));
	value = unary(reader);
	if (value.kind == VALUE_ADDRESS) {
		if (type.pointers == 1 && type.size > 0)
			value.type = type;
		if (type.pointers == 0 && type.size > 0)
			c_number(reader, value);
		value.type.pointers = 0;
		return (value);
	}
	if (type.pointers > 0) {
		scan_fail(&reader->scan, &value.token, "a number as an "
		    "address; gusim follows only addresses of locations");
		return (value);
	}
	if (type.size == 0) {
		if (value.kind == VALUE_MEMORY)
			c_number(reader, value);
		value.kind = VALUE_NONE;
		return (value);
	}
	return (c_value(c_convert(reader, c_number(reader, value),
	    value.type, type), type));
}

static struct value
primary(struct reader *reader)
{
	struct scan *scan;
	struct scan_token token;
	struct value value;
	int64_t number;

	scan = &reader->scan;
	token = scan->token;
	if (token.kind == SCAN_NUMBER) {
		number = (int64_t)token.number;
		scan_next(scan);
		value = c_value(code_constant(number), type_int);
		if (number < 0)
			value.type = (struct type){ .size = 8 };
		else if (number > INT32_MAX)
			value.type = type_long;
	} else if (token.kind == SCAN_NAME) {
		scan_next(scan);
		value = scan_is(scan, '(') ? c_call(reader, &token) :
		    name_value(reader, &token);
	} else if (scan_take(scan, '(')) {
		if (types_begin(&scan->token))
			return (cast(reader));
		value = c_expression(reader);
		scan_need(scan, ')', "to close the parenthesis");
	} else {
		scan_unexpected(scan, "a value");
		value = c_value(code_constant(0), type_int);
	}
	value.token = token;
	return (value);
}

static struct value
element(struct reader *reader, struct value address)
{
	struct scan_token token;
	struct value index;

	token = reader->scan.token;
	index = c_expression(reader);
	scan_need(&reader->scan, ']', "after the index");
	if (address.kind != VALUE_ADDRESS) {
		scan_fail(&reader->scan, &address.token, "only an address has "
		    "elements");
		return (address);
	}
	address = c_move_address(reader, address, index, &token, '+');
	address.kind = VALUE_MEMORY;
	return (address);
}

static struct value
postfix(struct reader *reader)
{
	struct scan *scan;
	struct scan_token first, token;
	struct value value, one;

	scan = &reader->scan;
	first = scan->token;
	value = primary(reader);
	one = c_value(code_constant(1), type_int);
	for (;;) {
		value = placed(value, &first);
		token = scan->token;
		if (scan_take(scan, '['))
			value = element(reader, value);
		else if (scan_take(scan, MARK_UP))
			value = c_change(reader, &token, '+', value, one, true);
		else if (scan_take(scan, MARK_DOWN))
			value = c_change(reader, &token, '-', value, one, true);
		else
			return (value);
		if (scan->failed)
			return (value);
	}
}

static struct value
dereference(struct reader *reader, const struct scan_token *token)
{
	struct value value;

	value = unary(reader);
	if (value.kind == VALUE_ADDRESS && value.type.size == 0)
		scan_fail(&reader->scan, token, "what a void * points to has no "
		    "size");
	if (value.kind == VALUE_ADDRESS)
		value.kind = VALUE_MEMORY;
	else
		scan_fail(&reader->scan, token, "a number as an address; gusim "
		    "follows only addresses of locations, expected a parameter "
		    "of P%zu after '*'", reader->thread);
	value.token = *token;
	return (value);
}

static struct value
sign(struct reader *reader, int mark)
{
	struct value value;
	struct litmus_operand operand;
	struct type type;

	value = unary(reader);
	operand = c_number(reader, value);
	if (mark == '!')
		return (c_value(code_compute(reader, LITMUS_EQ, operand,
		    code_constant(0)), type_int));
	if (mark == '-')
		return (c_compute(reader, '-', code_constant(0), type_int,
		    operand, value.type));
	type = c_promoted(value.type);
	if (mark == '~') {
		operand = code_compute(reader, LITMUS_XOR, operand,
		    code_constant(-1));
		if (!type.sign)
			operand = code_cut(reader, operand, type.size, false);
	}
	return (c_value(operand, type));
}

static struct value
address_of(struct reader *reader, const struct scan_token *token)
{
	struct value value;

	value = unary(reader);
	if (value.kind == VALUE_MEMORY)
		value.kind = VALUE_ADDRESS;
	else if (value.kind == VALUE_VARIABLE)
		value.kind = VALUE_VARIABLE_ADDRESS;
	else if (value.kind != VALUE_ADDRESS)	/* spin_lock(&s): as it is */
		scan_fail(&reader->scan, token, "this has no address");
	return (value);
}

static struct value
unary(struct reader *reader)
{
	struct scan *scan;
	struct scan_token token;
	struct value value, one;

	scan = &reader->scan;
	token = scan->token;
	one = c_value(code_constant(1), type_int);
	if (!reader_enter(reader))
		return (placed(one, &token));
	if (scan_take(scan, '*'))
		value = dereference(reader, &token);
	else if (scan_take(scan, '&'))
		value = address_of(reader, &token);
	else if (scan_take(scan, '-') || scan_take(scan, '+') ||
	    scan_take(scan, '!') || scan_take(scan, '~'))
		value = sign(reader, token.mark);
	else if (scan_take(scan, MARK_UP))
		value = c_change(reader, &token, '+', unary(reader),
		    one, false);
	else if (scan_take(scan, MARK_DOWN))
		value = c_change(reader, &token, '-', unary(reader),
		    one, false);
	else
		value = postfix(reader);
	reader_leave(reader);
	return (placed(value, &token));
}

/* --- expressions ------------------------------------------------------------------ */

/* How close an operator binds; 0: it is none of these. */
static int
binds(const struct scan_token *token)
{

	if (token->kind != SCAN_MARK)
		return (0);
	switch (token->mark) {
	case MARK_EITHER: return (1);
	case MARK_BOTH: return (2);
	case '|': return (3);
	case '^': return (4);
	case '&': return (5);
	case MARK_EQ: case MARK_NE: return (6);
	case '<': case '>': case MARK_LE: case MARK_GE: return (7);
	case MARK_SHL: case MARK_SHR: return (8);
	case '+': case '-': return (9);
	case '*': case '/': case '%': return (10);
	default: return (0);
	}
}

static struct value binary(struct reader *reader, int least);

/* && and ||: the right side only where it matters. */
static struct value
lazily(struct reader *reader, struct value left, bool both)
{
	struct litmus_operand zero, go;
	size_t jump;
	int16_t to;

	zero = code_constant(0);
	to = code_temp(reader);
	code_move(reader, to, code_compute(reader, LITMUS_NE,
	    c_number(reader, left), zero));
	go = code_register(to);
	if (!both)
		go = code_compute(reader, LITMUS_EQ, go, zero);
	jump = code_jump(reader, go);
	code_move(reader, to, code_compute(reader, LITMUS_NE,
	    c_number(reader, binary(reader, both ? 3 : 2)), zero));
	code_land(reader, jump);
	return (c_value(code_register(to), type_int));
}

static struct value
binary(struct reader *reader, int least)
{
	struct scan *scan;
	struct scan_token first, token;
	struct value left, right;
	int level;

	scan = &reader->scan;
	first = scan->token;
	left = unary(reader);
	for (;;) {
		left = placed(left, &first);
		token = scan->token;
		level = binds(&token);
		if (level < least || level == 0 || scan->failed)
			return (left);
		if (token.mark == '/' || token.mark == '%') {
			scan_unexpected(scan, "another operator; division is "
			    "not part of what gusim runs");
			return (left);
		}
		scan_next(scan);
		if (level <= 2) {
			left = lazily(reader, left, level == 2);
			continue;
		}
		/* What is in memory is loaded in the order of the text. */
		if (left.kind == VALUE_MEMORY)
			left = c_value(c_number(reader, left), left.type);
		right = binary(reader, level + 1);
		left = c_operate(reader, &token, token.mark, left, right);
	}
}

static struct value
conditional(struct reader *reader)
{
	struct scan_token first;
	struct value value, other;
	size_t past_first, past_second;
	int16_t to;

	first = reader->scan.token;
	value = binary(reader, 1);
	if (!scan_take(&reader->scan, '?'))
		return (value);
	to = code_temp(reader);
	past_first = code_jump(reader, c_number(reader, value));
	value = c_expression(reader);
	code_move(reader, to, c_number(reader, value));
	past_second = code_jump(reader, code_constant(0));
	code_land(reader, past_first);
	scan_need(&reader->scan, ':', "between the two values");
	other = conditional(reader);
	code_move(reader, to, c_number(reader, other));
	code_land(reader, past_second);
	value = c_value(code_register(to), c_common(value.type, other.type));
	return (placed(value, &first));
}

struct value
c_expression(struct reader *reader)
{
	struct scan *scan;
	struct scan_token first, token;
	struct value value;

	scan = &reader->scan;
	first = scan->token;
	if (!reader_enter(reader))
		return (placed(c_value(code_constant(0), type_int), &first));
	value = conditional(reader);
	token = scan->token;
	if (scan_take(scan, '='))
		value = c_assign(reader, value, c_expression(reader));
	else if (scan_take(scan, MARK_BECOMES))
		value = c_change(reader, &token, token.operator, value,
		    c_expression(reader), false);
	reader_leave(reader);
	return (placed(value, &first));
}
