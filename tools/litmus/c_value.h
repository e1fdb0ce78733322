/*
 * c_value - what does this expression of C stand for?
 *
 * Expressions make their code as they are read.  A local variable or a place
 * in memory stays what it is until its value is wanted, so that it can be
 * assigned to.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_LITMUS_C_VALUE_H
#define TOOLS_LITMUS_C_VALUE_H

#include "tools/litmus/code.h"

enum value_kind {
	VALUE_NONE,		/* of a call that gives nothing */
	VALUE_NUMBER,		/* in `operand` */
	VALUE_VARIABLE,		/* a local one: register `named` of the thread */
	VALUE_MEMORY,		/* what lies at `offset` */
	VALUE_ADDRESS,		/* of `offset`, in bytes of `type` */
	VALUE_VARIABLE_ADDRESS,	/* &r, for compare-exchange */
};

struct value {
	enum value_kind kind;
	struct type type;
	struct litmus_operand operand;
	int named;
	uint32_t offset;
	int location;		/* for messages, and its limits */
	struct scan_token token;
};

struct c_parameter {
	char name[LITMUS_NAME_SIZE];
	int location;
	struct type type;	/* of what it points to */
};

enum { C_PARAMETERS_MAX = LITMUS_LOCATIONS_MAX, C_EXITS_MAX = 32 };

struct c_loop {
	struct c_loop *outer;
	size_t breaks[C_EXITS_MAX], break_count;
	size_t continues[C_EXITS_MAX], continue_count;
};

struct c_state {
	struct c_parameter parameters[C_PARAMETERS_MAX];
	size_t parameter_count;
	struct c_loop *loop;
	size_t returns[C_EXITS_MAX], return_count;
};

/* A whole expression, but for the comma operator. */
struct value c_expression(struct reader *reader);

/* The number that a value is, loaded if need be; complains if it is none. */
struct litmus_operand c_number(struct reader *reader, struct value value);
struct value c_value(struct litmus_operand operand, struct type type);

/* Types of results, as C has them. */
struct type c_promoted(struct type type);
struct type c_common(struct type a, struct type b);

/* A number as one of another type. */
struct litmus_operand c_convert(struct reader *reader,
    struct litmus_operand operand, struct type from, struct type to);

/* Puts a number into a variable or into memory; what that leaves. */
struct value c_assign(struct reader *reader, struct value to,
    struct value from);

/* a `mark` b: of numbers, or of an address and a constant. */
struct value c_operate(struct reader *reader, const struct scan_token *token,
    int mark, struct value a, struct value b);
struct value c_compute(struct reader *reader, int mark,
    struct litmus_operand a, struct type type_a, struct litmus_operand b,
    struct type type_b);
struct value c_move_address(struct reader *reader, struct value address,
    struct value by, const struct scan_token *token, int mark);

/* a `mark`= b, also for ++ and --; an atomic object changes in one step. */
struct value c_change(struct reader *reader, const struct scan_token *token,
    int mark, struct value a, struct value b, bool want_old);

/* The call of a function; its name has been read, '(' comes next. */
struct value c_call(struct reader *reader, const struct scan_token *name);

/* The functions P0, P1, ... up to what follows them. */
void c_read(struct reader *reader);

#endif
