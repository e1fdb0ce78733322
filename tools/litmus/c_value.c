/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/litmus/c_value.h"

#include <string.h>

#include "tools/litmus/names.h"

/* --- values ------------------------------------------------------------------- */

struct value
c_value(struct litmus_operand operand, struct type type)
{
	struct value value;

	memset(&value, 0, sizeof(value));
	value.kind = VALUE_NUMBER;
	value.operand = operand;
	value.type = type;
	value.type.atomic = false;
	return (value);
}

struct litmus_operand
c_number(struct reader *reader, struct value value)
{
	struct litmus_instr *instr;

	switch (value.kind) {
	case VALUE_NUMBER:
		return (value.operand);
	case VALUE_VARIABLE:
		return (code_register(
		    reader_names(reader)->registers[value.named].index));
	case VALUE_MEMORY:
		instr = code_access(reader, LITMUS_LOAD, value.offset,
		    value.type, value.type.atomic ? ORDER_SEQ_CST :
		    ORDER_RELAXED);
		instr->plain = !value.type.atomic;
		instr->to = code_temp(reader);
		return (code_register(instr->to));
	case VALUE_ADDRESS:
	case VALUE_VARIABLE_ADDRESS:
		scan_fail(&reader->scan, &value.token, "an address where a "
		    "number is wanted; to load from a location write *%.*s or "
		    "atomic_load(%.*s)", (int)value.token.length,
		    value.token.text, (int)value.token.length,
		    value.token.text);
		break;
	case VALUE_NONE:
		scan_fail(&reader->scan, &value.token, "this gives no value");
		break;
	}
	return (code_constant(0));
}

struct litmus_operand
c_convert(struct reader *reader, struct litmus_operand operand,
    struct type from, struct type to)
{

	if (to.size == from.size && to.sign == from.sign)
		return (operand);
	if (to.size > from.size && (to.sign || !from.sign || to.size == 8))
		return (operand);
	return (code_cut(reader, operand, to.size, to.sign));
}

struct value
c_assign(struct reader *reader, struct value to, struct value from)
{
	struct named_register *named;
	struct litmus_operand operand;
	struct litmus_instr *instr;
	char quote[SCAN_QUOTE_SIZE];

	if (to.kind == VALUE_VARIABLE) {
		named = &reader_names(reader)->registers[to.named];
		operand = c_convert(reader, c_number(reader, from), from.type,
		    named->type);
		code_move(reader, named->index, operand);
		return (to);
	}
	operand = c_number(reader, from);
	if (to.kind != VALUE_MEMORY) {
		scan_fail(&reader->scan, &to.token, "%s cannot be assigned to; "
		    "expected a variable or *x", scan_quote(&to.token, quote));
		return (from);
	}
	instr = code_access(reader, LITMUS_STORE, to.offset, to.type,
	    to.type.atomic ? ORDER_SEQ_CST : ORDER_RELAXED);
	instr->plain = !to.type.atomic;
	instr->a = operand;
	return (c_value(c_convert(reader, operand, from.type, to.type),
	    to.type));
}

/* --- operators ------------------------------------------------------------------ */

struct type
c_promoted(struct type type)
{

	return (type.size < 4 ? type_int : type);
}

struct type
c_common(struct type a, struct type b)
{

	a = c_promoted(a);
	b = c_promoted(b);
	if (a.size != b.size)
		return (a.size > b.size ? a : b);
	return (a.sign ? b : a);
}

static bool
alu_of(int mark, enum litmus_alu *alu)
{

	switch (mark) {
	case '+': *alu = LITMUS_ADD; break;
	case '-': *alu = LITMUS_SUB; break;
	case '*': *alu = LITMUS_MUL; break;
	case '&': *alu = LITMUS_AND; break;
	case '|': *alu = LITMUS_OR; break;
	case '^': *alu = LITMUS_XOR; break;
	case MARK_SHL: *alu = LITMUS_SHL; break;
	case MARK_SHR: *alu = LITMUS_SHR; break;
	case MARK_EQ: *alu = LITMUS_EQ; break;
	case MARK_NE: *alu = LITMUS_NE; break;
	case '<': *alu = LITMUS_LT; break;
	case MARK_LE: *alu = LITMUS_LE; break;
	case '>': *alu = LITMUS_GT; break;
	case MARK_GE: *alu = LITMUS_GE; break;
	default:
		return (false);
	}
	return (true);
}

/* The program shifts in zeros; C shifts in the sign. */
static struct litmus_operand
shift_right(struct reader *reader, struct litmus_operand a,
    struct litmus_operand b, struct type type)
{
	struct litmus_operand top;

	if (!type.sign)
		return (code_compute(reader, LITMUS_SHR, a, b));
	top = code_constant(INT64_MIN);
	a = code_compute(reader, LITMUS_XOR, a, top);
	a = code_compute(reader, LITMUS_SHR, a, b);
	return (code_compute(reader, LITMUS_SUB, a,
	    code_compute(reader, LITMUS_SHR, top, b)));
}

struct value
c_compute(struct reader *reader, int mark, struct litmus_operand a,
    struct type type_a, struct litmus_operand b, struct type type_b)
{
	struct litmus_operand top, result;
	struct type type;
	enum litmus_alu alu;

	alu_of(mark, &alu);
	if (alu == LITMUS_SHL || alu == LITMUS_SHR) {
		type = c_promoted(type_a);
		result = alu == LITMUS_SHR ? shift_right(reader, a, b, type) :
		    code_compute(reader, alu, a, b);
		if (alu == LITMUS_SHL)
			result = code_cut(reader, result, type.size, type.sign);
		return (c_value(result, type));
	}
	type = c_common(type_a, type_b);
	a = c_convert(reader, a, type_a, type);
	b = c_convert(reader, b, type_b, type);
	if (alu >= LITMUS_EQ) {
		if (alu >= LITMUS_LT && type.size == 8 && !type.sign) {
			top = code_constant(INT64_MIN);
			a = code_compute(reader, LITMUS_XOR, a, top);
			b = code_compute(reader, LITMUS_XOR, b, top);
		}
		return (c_value(code_compute(reader, alu, a, b),
		    type_int));
	}
	result = code_compute(reader, alu, a, b);
	/* A sum of unsigned numbers wraps, one of signed does not overflow. */
	if (!type.sign && (alu == LITMUS_ADD || alu == LITMUS_SUB ||
	    alu == LITMUS_MUL))
		result = code_cut(reader, result, type.size, false);
	return (c_value(result, type));
}

/* x + 1 where x is an address. */
struct value
c_move_address(struct reader *reader, struct value address, struct value by,
    const struct scan_token *token, int mark)
{
	const struct location *location;
	struct litmus_operand number;
	int64_t elements, from, bytes;

	number = c_number(reader, by);
	location = &reader->locations[address.location];
	if (!code_is_constant(number)) {
		scan_fail(&reader->scan, token, "an address that depends on a "
		    "value; the index has to be a constant");
		return (address);
	}
	elements = mark == '-' ? -number.constant : number.constant;
	bytes = (int64_t)location->type.size *
	    (location->count == 0 ? 1 : location->count);
	from = (int64_t)address.offset - location->offset;
	if (address.type.size == 0 || elements > bytes || elements < -bytes ||
	    from + elements * address.type.size < 0 ||
	    from + (elements + 1) * address.type.size > bytes) {
		scan_fail(&reader->scan, token, "this leads out of %s, which "
		    "has %lld byte%s", location->name, (long long)bytes,
		    bytes == 1 ? "" : "s");
		return (address);
	}
	address.offset += (uint32_t)(elements * address.type.size);
	return (address);
}

struct value
c_operate(struct reader *reader, const struct scan_token *token, int mark,
    struct value a, struct value b)
{

	if (a.kind == VALUE_ADDRESS && (mark == '+' || mark == '-'))
		return (c_move_address(reader, a, b, token, mark));
	if (b.kind == VALUE_ADDRESS && mark == '+')
		return (c_move_address(reader, b, a, token, mark));
	return (c_compute(reader, mark, c_number(reader, a), a.type,
	    c_number(reader, b), b.type));
}

/* a op= b, also ++ and --; an atomic object is changed in one step. */
struct value
c_change(struct reader *reader, const struct scan_token *token, int mark,
    struct value a, struct value b, bool want_old)
{
	struct litmus_operand old, by;
	struct litmus_instr *instr;
	struct value made;
	enum litmus_alu alu;
	int16_t copy;

	if (a.kind == VALUE_MEMORY && a.type.atomic) {
		alu_of(mark, &alu);
		by = c_number(reader, b);
		if (alu == LITMUS_MUL || alu > LITMUS_XOR) {
			scan_fail(&reader->scan, token, "an atomic object can "
			    "be changed by +=, -=, &=, |=, ^=, ++ and --");
			return (a);
		}
		instr = code_access(reader, LITMUS_FETCH, a.offset, a.type,
		    ORDER_SEQ_CST);
		instr->alu = (uint8_t)alu;
		instr->a = by;
		instr->to = code_temp(reader);
		old = code_register(instr->to);
		if (want_old)
			return (c_value(old, a.type));
		made = c_compute(reader, mark, old, a.type, by, b.type);
		made.operand = c_convert(reader, made.operand, made.type,
		    a.type);
		made.type = a.type;
		return (made);
	}
	old = c_number(reader, a);
	if (want_old && a.kind == VALUE_VARIABLE) {
		copy = code_temp(reader);
		code_compute_to(reader, copy, LITMUS_SET, old,
		    code_constant(0));
		old = code_register(copy);
	}
	made = c_compute(reader, mark, old, a.type, c_number(reader, b),
	    b.type);
	made = c_assign(reader, a, made);
	return (want_old ? c_value(old, a.type) : made);
}
