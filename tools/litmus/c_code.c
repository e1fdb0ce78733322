/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "tools/litmus/c_value.h"
#include "tools/litmus/names.h"
#include "tools/litmus/types.h"

static void statement(struct reader *reader);

/* --- declarations --------------------------------------------------------------- */

static struct named_register *
variable(struct reader *reader, const struct scan_token *token,
    struct type type)
{
	struct named_register *named;
	char quote[SCAN_QUOTE_SIZE];
	int found;

	found = names_register_make(reader, reader->thread, token, token->text,
	    token->length, type, true);
	named = &reader_names(reader)->registers[found];
	if (named->typed && !reader->scan.failed &&
	    (named->type.size != type.size || named->type.sign != type.sign ||
	    (named->address_of >= 0) != (type.pointers > 0))) {
		scan_fail(&reader->scan, token, "%s has been declared before "
		    "with another type; gusim has one variable of a name in a "
		    "function", scan_quote(token, quote));
	}
	named->type = type;
	named->type.atomic = false;
	named->typed = true;
	return (named);
}

/* int *p = x: another name for an address. */
static void
pointer(struct reader *reader, const struct scan_token *token,
    struct type type)
{
	struct named_register *named;
	struct value value;

	if (type.pointers > 1 || !scan_take(&reader->scan, '=')) {
		scan_fail(&reader->scan, token, "a pointer that is not set "
		    "where it is declared; gusim follows only addresses that "
		    "stay the same, as in int *p = x;");
		return;
	}
	value = c_expression(reader);
	if (value.kind != VALUE_ADDRESS || type.size == 0) {
		scan_fail(&reader->scan, token, "expected the address of a "
		    "location as the value of this pointer");
		return;
	}
	if (names_register(reader, reader->thread, token->text,
	    token->length) >= 0) {
		scan_fail(&reader->scan, token, "this name has been declared "
		    "before");
		return;
	}
	named = &reader_names(reader)->registers[names_register_make(reader,
	    reader->thread, token, token->text, token->length, type, true)];
	named->address_of = value.location;
	named->address_plus = value.offset -
	    reader->locations[value.location].offset;
	named->type.pointers = 0;
}

static void
declaration(struct reader *reader)
{
	struct scan *scan;
	struct scan_token token;
	struct named_register *named;
	struct type type;
	struct value to;

	scan = &reader->scan;
	if (!types_read(reader, &type))
		return;
	do {
		token = scan->token;
		if (token.kind != SCAN_NAME) {
			scan_unexpected(scan, "the name of a variable");
			return;
		}
		scan_next(scan);
		if (type.pointers > 0) {
			pointer(reader, &token, type);
			continue;
		}
		if (type.size == 0) {
			scan_fail(scan, &token, "a variable cannot be void");
			return;
		}
		named = variable(reader, &token, type);
		if (!scan_take(scan, '='))
			continue;
		memset(&to, 0, sizeof(to));
		to.kind = VALUE_VARIABLE;
		to.type = named->type;
		to.named = (int)(named - reader_names(reader)->registers);
		to.token = token;
		c_assign(reader, to, c_expression(reader));
		code_release(reader);
	} while (scan_take(scan, ','));
	scan_need(scan, ';', "after the declaration");
}

/* --- statements ------------------------------------------------------------------- */

static void
leave_by(struct reader *reader, size_t *exits, size_t *count)
{

	if (*count == C_EXITS_MAX) {
		scan_fail(&reader->scan, &reader->scan.token, "more than %d "
		    "ways out of a loop or function", C_EXITS_MAX);
		return;
	}
	exits[(*count)++] = code_jump(reader, code_constant(0));
}

static void
land_all(struct reader *reader, const size_t *exits, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		code_land(reader, exits[i]);
}

static struct litmus_operand
condition(struct reader *reader)
{
	struct litmus_operand operand;

	scan_need(&reader->scan, '(', "before the condition");
	operand = c_number(reader, c_expression(reader));
	scan_need(&reader->scan, ')', "after the condition");
	return (operand);
}

static void
branch(struct reader *reader)
{
	size_t past_then, past_else;

	past_then = code_jump(reader, condition(reader));
	code_release(reader);
	statement(reader);
	if (!scan_take_name(&reader->scan, "else")) {
		code_land(reader, past_then);
		return;
	}
	past_else = code_jump(reader, code_constant(0));
	code_land(reader, past_then);
	statement(reader);
	code_land(reader, past_else);
}

static void
loop_begin(struct reader *reader, struct c_loop *loop)
{

	memset(loop, 0, sizeof(*loop));
	loop->outer = reader->c->loop;
	reader->c->loop = loop;
}

static void
loop_end(struct reader *reader, struct c_loop *loop)
{

	land_all(reader, loop->breaks, loop->break_count);
	reader->c->loop = loop->outer;
}

static void
while_loop(struct reader *reader)
{
	struct c_loop loop;
	size_t top, done;

	loop_begin(reader, &loop);
	top = code_here(reader);
	done = code_jump(reader, condition(reader));
	code_release(reader);
	statement(reader);
	land_all(reader, loop.continues, loop.continue_count);
	code_jump_back(reader, code_constant(0), top);
	code_land(reader, done);
	loop_end(reader, &loop);
}

static void
do_loop(struct reader *reader)
{
	struct litmus_operand operand;
	struct c_loop loop;
	size_t top;

	loop_begin(reader, &loop);
	top = code_here(reader);
	statement(reader);
	land_all(reader, loop.continues, loop.continue_count);
	if (!scan_take_name(&reader->scan, "while"))
		scan_unexpected(&reader->scan, "'while' after the body of do");
	operand = condition(reader);
	scan_need(&reader->scan, ';', "after do ... while (...)");
	code_jump_back(reader, code_compute(reader, LITMUS_EQ, operand,
	    code_constant(0)), top);
	code_release(reader);
	loop_end(reader, &loop);
}

/* Past the third part of for (...), which is read after the body. */
static void
skip_step(struct scan *scan)
{
	unsigned depth;

	for (depth = 1; scan->token.kind != SCAN_END; scan_next(scan)) {
		depth += scan_is(scan, '(');
		depth -= scan_is(scan, ')');
		if (depth == 0) {
			scan_next(scan);
			return;
		}
	}
	scan_unexpected(scan, "')' after the three parts of for");
}

static void
for_loop(struct reader *reader)
{
	struct scan *scan, step, behind;
	struct c_loop loop;
	size_t top, done;

	scan = &reader->scan;
	scan_need(scan, '(', "after for");
	if (types_begin(&scan->token))
		declaration(reader);
	else {
		if (!scan_is(scan, ';'))
			c_expression(reader);
		scan_need(scan, ';', "after the first part of for");
	}
	code_release(reader);
	loop_begin(reader, &loop);
	top = code_here(reader);
	done = code_jump(reader, scan_is(scan, ';') ? code_constant(1) :
	    c_number(reader, c_expression(reader)));
	scan_need(scan, ';', "after the second part of for");
	code_release(reader);
	step = *scan;
	skip_step(scan);
	statement(reader);
	land_all(reader, loop.continues, loop.continue_count);
	behind = *scan;
	if (!scan->failed && !(step.token.kind == SCAN_MARK &&
	    step.token.mark == ')')) {
		*scan = step;
		c_expression(reader);
		if (!scan_is(scan, ')'))
			scan_unexpected(scan, "')' after the three parts of "
			    "for");
		if (!scan->failed)
			*scan = behind;
	}
	code_release(reader);
	code_jump_back(reader, code_constant(0), top);
	code_land(reader, done);
	loop_end(reader, &loop);
}

static void
way_out(struct reader *reader)
{
	struct scan *scan;
	struct scan_token token;
	struct c_state *c;

	scan = &reader->scan;
	token = scan->token;
	c = reader->c;
	scan_next(scan);
	if (scan_same(&token, "return"))
		leave_by(reader, c->returns, &c->return_count);
	else if (c->loop == NULL)
		scan_fail(scan, &token, "%.*s outside of a loop",
		    (int)token.length, token.text);
	else if (scan_same(&token, "break"))
		leave_by(reader, c->loop->breaks, &c->loop->break_count);
	else
		leave_by(reader, c->loop->continues,
		    &c->loop->continue_count);
	scan_need(scan, ';', "after this");
}

static void
block(struct reader *reader)
{

	while (!scan_is(&reader->scan, '}')) {
		if (reader->scan.token.kind == SCAN_END) {
			scan_unexpected(&reader->scan, "a statement or '}'");
			return;
		}
		statement(reader);
	}
}

static void
simple(struct reader *reader)
{
	struct scan_token token;
	struct value value;

	token = reader->scan.token;
	if (scan_same(&token, "goto") || scan_same(&token, "switch") ||
	    scan_same(&token, "else") || scan_same(&token, "asm")) {
		scan_unexpected(&reader->scan, "a declaration, an expression, "
		    "if, while, do, for, break, continue or return");
		return;
	}
	value = c_expression(reader);
	/* *x; loads, though nobody wants the value. */
	if (value.kind == VALUE_MEMORY)
		c_number(reader, value);
	scan_need(&reader->scan, ';', "after the expression");
	code_release(reader);
}

static void
statement(struct reader *reader)
{
	struct scan *scan;

	scan = &reader->scan;
	if (!reader_enter(reader))
		return;
	if (scan_take(scan, '{')) {
		block(reader);
		scan_need(scan, '}', "after the block");
	} else if (scan_take(scan, ';'))
		;
	else if (scan_take_name(scan, "if"))
		branch(reader);
	else if (scan_take_name(scan, "while"))
		while_loop(reader);
	else if (scan_take_name(scan, "do"))
		do_loop(reader);
	else if (scan_take_name(scan, "for"))
		for_loop(reader);
	else if (scan_is_name(scan, "return") ||
	    scan_is_name(scan, "break") || scan_is_name(scan, "continue"))
		way_out(reader);
	else if (types_begin(&scan->token))
		declaration(reader);
	else
		simple(reader);
	reader_leave(reader);
}

/* --- functions -------------------------------------------------------------------- */

/* The parameter x is the address of the location x. */
static void
parameter(struct reader *reader)
{
	struct c_parameter *made;
	struct location *location;
	struct scan *scan;
	struct scan_token token;
	struct type type;

	scan = &reader->scan;
	token = scan->token;
	if (!types_begin(&token)) {
		scan_unexpected(scan, "a parameter such as atomic_int *x");
		return;
	}
	if (!types_read(reader, &type))
		return;
	if (type.pointers != 1) {
		scan_fail(scan, &token, "a parameter of P%zu is the address of "
		    "the location of its name; expected one star, as in "
		    "atomic_int *x", reader->thread);
		return;
	}
	type.pointers = 0;
	token = scan->token;
	if (token.kind != SCAN_NAME) {
		scan_unexpected(scan, "the name of a location");
		return;
	}
	if (reader->c->parameter_count == C_PARAMETERS_MAX) {
		scan_fail(scan, &token, "more than %d parameters",
		    C_PARAMETERS_MAX);
		return;
	}
	made = &reader->c->parameters[reader->c->parameter_count++];
	if (!names_copy(reader, &token, made->name))
		return;
	made->type = type;
	if (type.size == 0)
		type = type_int;
	made->location = names_location_make(reader, &token, type, false, 0);
	location = &reader->locations[made->location];
	if (!location->typed && (!location->used ||
	    location->type.size < type.size))
		location->type = type;
	location->used = true;
	if (!scan->failed && (made->type.size > location->type.size ||
	    !names_fits(location->values[0], location->type.size)))
		scan_fail(scan, &token, "%s is read here as %u byte%s, which "
		    "does not go with what it is at the start", location->name,
		    (unsigned)made->type.size, made->type.size == 1 ? "" : "s");
	scan_next(scan);
}

static void
function(struct reader *reader)
{
	struct litmus_program *program;
	struct scan *scan;
	struct scan_token token;
	struct c_state state;
	int number;

	scan = &reader->scan;
	program = &reader->test->program;
	scan_take_name(scan, "static");
	scan_take_name(scan, "void");
	token = scan->token;
	number = scan_thread(&token, false);
	if (!names_thread(reader, &token, number))
		return;
	if ((size_t)number != program->thread_count) {
		scan_fail(scan, &token, "expected P%zu, the threads are to "
		    "come in order", program->thread_count);
		return;
	}
	scan_next(scan);
	memset(&state, 0, sizeof(state));
	reader->c = &state;
	reader->thread = program->thread_count++;
	scan_need(scan, '(', "before the parameters");
	if (!(scan_take_name(scan, "void") && scan_is(scan, ')')) &&
	    !scan_is(scan, ')'))
		do
			parameter(reader);
		while (scan_take(scan, ','));
	scan_need(scan, ')', "after the parameters");
	scan->code = true;
	scan_need(scan, '{', "before the body of the function");
	block(reader);
	scan->code = false;
	scan_need(scan, '}', "after the body of the function");
	land_all(reader, state.returns, state.return_count);
	reader->c = NULL;
}

void
c_read(struct reader *reader)
{
	struct scan *scan;

	scan = &reader->scan;
	do
		function(reader);
	while (scan_is_name(scan, "static") || scan_is_name(scan, "void") ||
	    scan_thread(&scan->token, false) >= 0);
}
