/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/scenario/where.h"
#include "tools/scenario/where_node.h"
#include "tools/scenario/where_token.h"
#include "tools/scenario/where_type.h"

struct parser {
	struct where_token token;	/* the next */
	const struct where_scope *scope;
	struct where *where;
	size_t depth;
	size_t *at;
	struct err *err;
};

static int __attribute__((format(printf, 3, 4)))
blame(struct parser *parser, size_t at, const char *format, ...)
{
	char text[ERR_TEXT_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	*parser->at = at;
	return (err_set(parser->err, "%s", text));
}

static int
advance(struct parser *parser)
{

	if (where_token_next(&parser->token, parser->err) == 0)
		return (0);
	*parser->at = parser->token.at;
	return (-1);
}

/* A new node; on failure the caller's names stay the caller's. */
static int
add(struct parser *parser, enum where_op op, size_t at, size_t *index)
{
	struct where_node *node;

	if (parser->where->count == WHERE_NODES_MAX)
		return (blame(parser, at, "the condition has more than %d "
		    "parts", WHERE_NODES_MAX));
	*index = parser->where->count++;
	node = &parser->where->nodes[*index];
	node->op = op;
	node->at = at;
	node->left_factor = node->right_factor = 1;
	return (0);
}

static struct where_node *
node_of(const struct parser *parser, size_t index)
{

	return (&parser->where->nodes[index]);
}

static int
deeper(struct parser *parser)
{

	if (++parser->depth > WHERE_DEPTH_MAX)
		return (blame(parser, parser->token.at,
		    "the nesting is deeper than %d", WHERE_DEPTH_MAX));
	return (0);
}

static int
want(struct parser *parser, size_t index, enum where_sort sort)
{
	static const char *const wanted[] = { "a number",
		"a condition, as in zone.limit > 0", "a word" };
	const struct where_node *node;
	char given[40];

	node = node_of(parser, index);
	if (node->type.sort == sort)
		return (0);
	if (node->op == WHERE_WORD)
		return (blame(parser, node->at, "given the word \"%.60s\", "
		    "allowed is %s; names of knobs have a point in them",
		    node->word, wanted[sort]));
	where_type_describe(node, given, sizeof(given));
	return (blame(parser, node->at, "given %s, allowed is %s", given,
	    wanted[sort]));
}

/* --- grammar --------------------------------------------------------------- */

static int parse_or(struct parser *parser, size_t *index);

static int
parse_name(struct parser *parser, size_t *index)
{
	const struct where_token *token;
	struct where_node *node;
	enum knob_kind kind;

	token = &parser->token;
	if (add(parser, WHERE_WORD, token->at, index) != 0)
		return (-1);
	node = node_of(parser, *index);
	if (token->kind == WHERE_TOKEN_WORD) {
		node->type.sort = WHERE_A_WORD;
		node->word = must_copy(token->text);
		return (advance(parser));
	}
	if (parser->scope->kind(parser->scope->context, token->text, &kind,
	    parser->err) != 0) {
		*parser->at = token->at;
		return (-1);
	}
	where_type_set(node, kind);
	node->op = node->type.sort == WHERE_A_NUMBER ? WHERE_KNOB :
	    node->type.sort == WHERE_A_TRUTH ? WHERE_FLAG : WHERE_KNOB_WORD;
	node->name = must_copy(token->text);
	return (advance(parser));
}

static int
parse_literal(struct parser *parser, size_t *index)
{
	struct where_node *node;

	if (add(parser, WHERE_NUMBER, parser->token.at, index) != 0)
		return (-1);
	node = node_of(parser, *index);
	where_type_set(node, parser->token.number_kind);
	node->type.hertz = false;
	node->type.scale = parser->token.scale;
	node->type.bare = parser->token.bare;
	node->number = parser->token.number;
	return (advance(parser));
}

static int
parse_primary(struct parser *parser, size_t *index)
{
	size_t open;

	switch (parser->token.kind) {
	case WHERE_TOKEN_NUMBER:
		return (parse_literal(parser, index));
	case WHERE_TOKEN_NAME:
	case WHERE_TOKEN_WORD:
		return (parse_name(parser, index));
	case WHERE_TOKEN_TRUTH:
		if (add(parser, parser->token.truth ? WHERE_TRUE : WHERE_FALSE,
		    parser->token.at, index) != 0)
			return (-1);
		node_of(parser, *index)->type.sort = WHERE_A_TRUTH;
		return (advance(parser));
	case WHERE_TOKEN_OPEN:
		open = parser->token.at;
		if (deeper(parser) != 0 || advance(parser) != 0 ||
		    parse_or(parser, index) != 0)
			return (-1);
		if (parser->token.kind != WHERE_TOKEN_CLOSE)
			return (blame(parser, open,
			    "this parenthesis is not closed"));
		parser->depth--;
		return (advance(parser));
	case WHERE_TOKEN_END:
		return (blame(parser, parser->token.at, "the condition ends "
		    "where a knob, a number or a word should follow"));
	default:
		return (blame(parser, parser->token.at, "given \"%.20s\", "
		    "allowed is a knob, a number, a word or a parenthesis",
		    parser->token.text));
	}
}

static int
parse_unary(struct parser *parser, size_t *index)
{
	size_t at, inner;

	at = parser->token.at;
	if (parser->token.kind != WHERE_TOKEN_SIGN ||
	    parser->token.op != WHERE_SUBTRACT)
		return (parse_primary(parser, index));
	if (deeper(parser) != 0 || advance(parser) != 0 ||
	    parse_unary(parser, &inner) != 0 ||
	    want(parser, inner, WHERE_A_NUMBER) != 0 ||
	    add(parser, WHERE_NEGATE, at, index) != 0)
		return (-1);
	parser->depth--;
	node_of(parser, *index)->left = inner;
	node_of(parser, *index)->type = node_of(parser, inner)->type;
	node_of(parser, *index)->type.bare = false;
	return (0);
}

/* Joins what stands to the left and right of the sign that is at hand. */
static int
parse_right(struct parser *parser, size_t *index,
    int (*parse)(struct parser *parser, size_t *index))
{
	struct where_node *node;
	enum where_op op;
	size_t at, left, right;
	char sign[8];

	left = *index;
	op = parser->token.op;
	at = parser->token.at;
	snprintf(sign, sizeof(sign), "%.7s", parser->token.text);
	if (want(parser, left, WHERE_A_NUMBER) != 0 || advance(parser) != 0 ||
	    parse(parser, &right) != 0 ||
	    want(parser, right, WHERE_A_NUMBER) != 0 ||
	    add(parser, op, at, index) != 0)
		return (-1);
	node = node_of(parser, *index);
	node->left = left;
	node->right = right;
	if ((op == WHERE_MULTIPLY || op == WHERE_DIVIDE ?
	    where_type_product(node, node_of(parser, left),
	    node_of(parser, right), parser->err) :
	    where_type_align(node, node_of(parser, left),
	    node_of(parser, right), sign, parser->err)) == 0)
		return (0);
	*parser->at = at;
	return (-1);
}

static int
parse_product(struct parser *parser, size_t *index)
{

	if (parse_unary(parser, index) != 0)
		return (-1);
	while (parser->token.kind == WHERE_TOKEN_SIGN &&
	    (parser->token.op == WHERE_MULTIPLY ||
	    parser->token.op == WHERE_DIVIDE))
		if (parse_right(parser, index, parse_unary) != 0)
			return (-1);
	return (0);
}

static int
parse_sum(struct parser *parser, size_t *index)
{

	if (parse_product(parser, index) != 0)
		return (-1);
	while (parser->token.kind == WHERE_TOKEN_SIGN &&
	    (parser->token.op == WHERE_ADD ||
	    parser->token.op == WHERE_SUBTRACT))
		if (parse_right(parser, index, parse_product) != 0)
			return (-1);
	return (0);
}

/* A knob and one of its words, on whichever side. */
static int
compare_words(struct parser *parser, struct where_node *node, const char *sign)
{
	struct where_node *knob, *word, *swap;
	char canonical[KNOB_TEXT_MAX];

	knob = node_of(parser, node->left);
	word = node_of(parser, node->right);
	if (knob->op == WHERE_WORD) {
		swap = knob;
		knob = word;
		word = swap;
	}
	if (knob->op != WHERE_KNOB_WORD || word->op != WHERE_WORD)
		return (blame(parser, node->at, "given two %s, allowed is a "
		    "knob and one of its values", knob->op == WHERE_WORD ?
		    "words" : "knobs"));
	if (node->op != WHERE_EQUAL && node->op != WHERE_UNEQUAL)
		return (blame(parser, node->at, "given %s between words, "
		    "allowed are == and !=", sign));
	if (parser->scope->word(parser->scope->context, knob->name, word->word,
	    canonical, parser->err) != 0) {
		*parser->at = word->at;
		return (-1);
	}
	node->name = must_copy(knob->name);
	node->word = must_copy(canonical);
	return (0);
}

/* A knob IS a word, or NOT. */
static int
make_is(struct parser *parser, size_t *index)
{
	struct where_node *node;
	size_t inner;
	bool unequal;

	node = node_of(parser, *index);
	unequal = node->op == WHERE_UNEQUAL;
	node->op = WHERE_IS;
	node->type.sort = WHERE_A_TRUTH;
	if (!unequal)
		return (0);
	inner = *index;
	if (add(parser, WHERE_NOT, node->at, index) != 0)
		return (-1);
	node_of(parser, *index)->left = inner;
	node_of(parser, *index)->type.sort = WHERE_A_TRUTH;
	return (0);
}

static int
compare_sides(struct parser *parser, size_t *index, const char *sign)
{
	struct where_node *node;
	enum where_sort left, right;
	char one[40], other[40];

	node = node_of(parser, *index);
	left = node_of(parser, node->left)->type.sort;
	right = node_of(parser, node->right)->type.sort;
	if (left != right) {
		where_type_describe(node_of(parser, node->left), one,
		    sizeof(one));
		where_type_describe(node_of(parser, node->right), other,
		    sizeof(other));
		return (blame(parser, node->at, "given %s %s %s, allowed is "
		    "the same kind on both sides", one, sign, other));
	}
	if (left == WHERE_A_WORD)
		return (compare_words(parser, node, sign) != 0 ? -1 :
		    make_is(parser, index));
	if (left == WHERE_A_TRUTH && node->op != WHERE_EQUAL &&
	    node->op != WHERE_UNEQUAL)
		return (blame(parser, node->at, "given %s between conditions, "
		    "allowed are == and !=", sign));
	if (left == WHERE_A_NUMBER && where_type_align(node, node_of(parser,
	    node->left), node_of(parser, node->right), sign, parser->err) !=
	    0) {
		*parser->at = node->at;
		return (-1);
	}
	memset(&node->type, 0, sizeof(node->type));
	node->type.sort = WHERE_A_TRUTH;
	return (0);
}

static bool
at_comparison(const struct parser *parser)
{

	return (parser->token.kind == WHERE_TOKEN_SIGN &&
	    parser->token.op >= WHERE_EQUAL &&
	    parser->token.op <= WHERE_AT_LEAST);
}

static int
parse_comparison(struct parser *parser, size_t *index)
{
	size_t at, left, right;
	enum where_op op;
	char sign[8];

	if (parse_sum(parser, index) != 0)
		return (-1);
	if (!at_comparison(parser))
		return (0);
	left = *index;
	op = parser->token.op;
	at = parser->token.at;
	snprintf(sign, sizeof(sign), "%.7s", parser->token.text);
	if (advance(parser) != 0 || parse_sum(parser, &right) != 0 ||
	    add(parser, op, at, index) != 0)
		return (-1);
	node_of(parser, *index)->left = left;
	node_of(parser, *index)->right = right;
	if (compare_sides(parser, index, sign) != 0)
		return (-1);
	if (at_comparison(parser))
		return (blame(parser, parser->token.at, "comparisons do not "
		    "chain; write \"a < b and b < c\""));
	return (0);
}

static int
parse_not(struct parser *parser, size_t *index)
{
	size_t at, inner;

	at = parser->token.at;
	if (parser->token.kind != WHERE_TOKEN_NOT)
		return (parse_comparison(parser, index));
	if (deeper(parser) != 0 || advance(parser) != 0 ||
	    parse_not(parser, &inner) != 0 ||
	    want(parser, inner, WHERE_A_TRUTH) != 0 ||
	    add(parser, WHERE_NOT, at, index) != 0)
		return (-1);
	parser->depth--;
	node_of(parser, *index)->left = inner;
	node_of(parser, *index)->type.sort = WHERE_A_TRUTH;
	return (0);
}

static int
parse_junction(struct parser *parser, size_t *index,
    enum where_token_kind kind, enum where_op op,
    int (*parse)(struct parser *parser, size_t *index))
{
	size_t at, left, right;

	if (parse(parser, index) != 0)
		return (-1);
	while (parser->token.kind == kind) {
		left = *index;
		at = parser->token.at;
		if (want(parser, left, WHERE_A_TRUTH) != 0 ||
		    advance(parser) != 0 || parse(parser, &right) != 0 ||
		    want(parser, right, WHERE_A_TRUTH) != 0 ||
		    add(parser, op, at, index) != 0)
			return (-1);
		node_of(parser, *index)->left = left;
		node_of(parser, *index)->right = right;
		node_of(parser, *index)->type.sort = WHERE_A_TRUTH;
	}
	return (0);
}

static int
parse_and(struct parser *parser, size_t *index)
{

	return (parse_junction(parser, index, WHERE_TOKEN_AND, WHERE_AND,
	    parse_not));
}

static int
parse_or(struct parser *parser, size_t *index)
{

	return (parse_junction(parser, index, WHERE_TOKEN_OR, WHERE_OR,
	    parse_and));
}

static int
parse_whole(struct parser *parser)
{
	size_t index;

	if (advance(parser) != 0)
		return (-1);
	if (parser->token.kind == WHERE_TOKEN_END)
		return (blame(parser, parser->token.at,
		    "the condition is empty"));
	if (parse_or(parser, &index) != 0)
		return (-1);
	if (parser->token.kind != WHERE_TOKEN_END)
		return (blame(parser, parser->token.at, "given \"%.20s\" "
		    "where the condition could end", parser->token.text));
	return (want(parser, index, WHERE_A_TRUTH));
}

struct where *
where_parse(const char *text, const struct where_scope *scope, size_t *at,
    struct err *err)
{
	struct parser parser;

	*at = 0;
	if (strlen(text) > WHERE_TEXT_MAX) {
		err_set(err, "the condition is longer than %d bytes",
		    WHERE_TEXT_MAX);
		return (NULL);
	}
	memset(&parser, 0, sizeof(parser));
	parser.token.rest = text;
	parser.token.start = text;
	parser.scope = scope;
	parser.where = must_alloc(1, sizeof(*parser.where));
	parser.at = at;
	parser.err = err;
	if (parse_whole(&parser) == 0)
		return (parser.where);
	where_free(parser.where);
	return (NULL);
}
