/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/scenario/where.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/base/err.h"
#include "tools/scenario/where_node.h"

/* What is said of a point may also be about something that it has not got. */
enum truth { FALSE, TRUE, ABSENT, FAILED };

struct look {
	const struct where *where;
	const struct where_point *point;
	bool absent;
	bool failed;
	size_t at;
	struct err *err;
};

static double
fail(struct look *look, const struct where_node *node, const char *why)
{

	if (!look->failed) {
		look->at = node->at;
		err_set(look->err, "%s", why);
	}
	look->failed = true;
	return (0);
}

static double number(struct look *look, size_t index);

static double
combine(struct look *look, const struct where_node *node)
{
	double left, right, result;

	left = number(look, node->left) * node->left_factor;
	right = number(look, node->right) * node->right_factor;
	/* What is not there is no zero. */
	if (look->absent || look->failed)
		return (0);
	switch (node->op) {
	case WHERE_ADD:
		result = left + right;
		break;
	case WHERE_SUBTRACT:
		result = left - right;
		break;
	case WHERE_MULTIPLY:
		result = left * right;
		break;
	default:
		if (right == 0)
			return (fail(look, node, "this divides by zero; put a "
			    "condition before it, as in \"zone.limit == 0 or "
			    "...\""));
		result = left / right;
		break;
	}
	return (isfinite(result) ? result :
	    fail(look, node, "the result is too large to be represented"));
}

static double
number(struct look *look, size_t index)
{
	const struct where_node *node;
	double value;

	node = &look->where->nodes[index];
	switch (node->op) {
	case WHERE_NUMBER:
		return (node->number);
	case WHERE_KNOB:
		if (!look->point->number(look->point->context, node->name,
		    &value)) {
			look->absent = true;
			return (0);
		}
		/* Rates are kept in millionths. */
		return (node->kind == KNOB_RATE ? rint(value * 1e6) : value);
	case WHERE_NEGATE:
		return (-number(look, node->left));
	default:
		return (combine(look, node));
	}
}

static enum truth
compare(struct look *look, const struct where_node *node)
{
	double left, right;
	bool holds;

	left = number(look, node->left) * node->left_factor;
	right = number(look, node->right) * node->right_factor;
	if (look->failed)
		return (FAILED);
	if (look->absent) {
		look->absent = false;
		return (ABSENT);
	}
	switch (node->op) {
	case WHERE_EQUAL:
		holds = left == right;
		break;
	case WHERE_UNEQUAL:
		holds = left != right;
		break;
	case WHERE_LESS:
		holds = left < right;
		break;
	case WHERE_AT_MOST:
		holds = left <= right;
		break;
	case WHERE_MORE:
		holds = left > right;
		break;
	default:
		holds = left >= right;
		break;
	}
	return (holds ? TRUE : FALSE);
}

static enum truth truth(struct look *look, size_t index);

/* The second is not looked at where the first decides. */
static enum truth
join(struct look *look, const struct where_node *node)
{
	enum truth decides, left, right;

	decides = node->op == WHERE_AND ? FALSE : TRUE;
	left = truth(look, node->left);
	if (left == decides || left == FAILED)
		return (left);
	right = truth(look, node->right);
	if (right == decides || right == FAILED)
		return (right);
	return (left == ABSENT ? ABSENT : right);
}

static enum truth
same_truth(struct look *look, const struct where_node *node)
{
	enum truth left, right;

	left = truth(look, node->left);
	if (left == FAILED)
		return (FAILED);
	right = truth(look, node->right);
	if (right == FAILED || right == ABSENT || left == ABSENT)
		return (right == FAILED ? FAILED : ABSENT);
	return ((left == right) == (node->op == WHERE_EQUAL) ? TRUE : FALSE);
}

static enum truth
truth(struct look *look, size_t index)
{
	const struct where_point *point;
	const struct where_node *node;
	enum truth inner;
	double flag;

	node = &look->where->nodes[index];
	point = look->point;
	switch (node->op) {
	case WHERE_TRUE:
		return (TRUE);
	case WHERE_FALSE:
		return (FALSE);
	case WHERE_FLAG:
		if (!point->number(point->context, node->name, &flag))
			return (ABSENT);
		return (flag != 0 ? TRUE : FALSE);
	case WHERE_IS:
		if (!point->has(point->context, node->name))
			return (ABSENT);
		return (point->is(point->context, node->name, node->word) ?
		    TRUE : FALSE);
	case WHERE_AND:
	case WHERE_OR:
		return (join(look, node));
	case WHERE_NOT:
		inner = truth(look, node->left);
		return (inner == TRUE ? FALSE : inner == FALSE ? TRUE : inner);
	default:
		if (look->where->nodes[node->left].type.sort == WHERE_A_TRUTH)
			return (same_truth(look, node));
		return (compare(look, node));
	}
}

int
where_holds(const struct where *where, const struct where_point *point,
    bool *holds, size_t *at, struct err *err)
{
	struct look look = { where, point, false, false, 0, err };
	enum truth result;

	result = truth(&look, where->count - 1);
	*at = look.at;
	*holds = result != FALSE;
	return (result == FAILED ? -1 : 0);
}

/* --- as text --------------------------------------------------------------- */

static const char *const signs[] = {
	[WHERE_ADD] = "+", [WHERE_SUBTRACT] = "-", [WHERE_MULTIPLY] = "*",
	[WHERE_DIVIDE] = "/", [WHERE_NEGATE] = "-", [WHERE_EQUAL] = "==",
	[WHERE_UNEQUAL] = "!=", [WHERE_LESS] = "<", [WHERE_AT_MOST] = "<=",
	[WHERE_MORE] = ">", [WHERE_AT_LEAST] = ">=", [WHERE_TRUE] = "true",
	[WHERE_FALSE] = "false", [WHERE_AND] = "and", [WHERE_OR] = "or",
	[WHERE_NOT] = "not", [WHERE_WORD] = "",
};

static void
put(FILE *out, const struct where *where, size_t index)
{
	const struct where_node *node;

	node = &where->nodes[index];
	switch (node->op) {
	case WHERE_NUMBER:
		/* Whole, whatever the unit was. */
		fprintf(out, "%.0fe%d.%d.%d", node->number, node->type.scale,
		    node->type.time, node->type.bytes);
		break;
	case WHERE_KNOB:
	case WHERE_FLAG:
		fputs(node->name, out);
		break;
	case WHERE_IS:
		fprintf(out, "(is %s %s)", node->name, node->word);
		break;
	case WHERE_TRUE:
	case WHERE_FALSE:
		fputs(signs[node->op], out);
		break;
	default:
		fprintf(out, "(%s ", signs[node->op]);
		put(out, where, node->left);
		if (node->op != WHERE_NEGATE && node->op != WHERE_NOT) {
			fputc(' ', out);
			put(out, where, node->right);
		}
		fputc(')', out);
		break;
	}
}

char *
where_canonical(const struct where *where)
{
	char *text;
	size_t bytes;
	FILE *out;

	out = open_memstream(&text, &bytes);
	if (out == NULL)
		abort();
	put(out, where, where->count - 1);
	if (fclose(out) != 0)
		abort();
	return (text);
}

void
where_free(struct where *where)
{
	size_t i;

	if (where == NULL)
		return;
	for (i = 0; i < where->count; i++) {
		free(where->nodes[i].name);
		free(where->nodes[i].word);
	}
	free(where);
}
