/*
 * The only file that knows libyaml.  The tree is built from the parser's
 * events rather than by yaml_parser_load(): the limits then hold before
 * anything is built, and anchors, aliases and tags are still visible.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "tools/scenario/yaml.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "sim/base/err.h"
#include "tools/scenario/utf8.h"

struct builder {
	const char *path;
	struct err *err;
	yaml_parser_t parser;
	struct yaml_value *root;
	/* The open mappings and lists, outermost first. */
	struct yaml_value *open[YAML_DEPTH_MAX];
	struct yaml_value *key[YAML_DEPTH_MAX];	/* read, waits for its value */
	size_t depth;
	bool ended;				/* the document is over */
};

static int __attribute__((format(printf, 4, 5)))
refuse(struct builder *builder, size_t line, size_t column, const char *format,
    ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return (err_set(builder->err, "%.400s:%zu:%zu: %s", builder->path, line,
	    column, text));
}

static int
refuse_at(struct builder *builder, const yaml_mark_t *mark, const char *why)
{

	return (refuse(builder, mark->line + 1, mark->column + 1, "%s", why));
}

/* What libyaml has to say, with the place that it means. */
static int
refuse_syntax(struct builder *builder)
{
	const yaml_parser_t *parser;
	const yaml_mark_t *mark;

	parser = &builder->parser;
	mark = &parser->problem_mark;
	/* What never ends is to blame where it starts. */
	if (parser->context != NULL && parser->problem != NULL &&
	    strstr(parser->problem, "end of stream") != NULL)
		mark = &parser->context_mark;
	if (parser->error == YAML_MEMORY_ERROR)
		return (refuse(builder, 1, 1, "not enough memory"));
	if (parser->context != NULL)
		return (refuse(builder, mark->line + 1, mark->column + 1,
		    "this is not YAML: %s (%s that starts in line %zu)",
		    parser->problem, parser->context,
		    parser->context_mark.line + 1));
	return (refuse(builder, mark->line + 1, mark->column + 1,
	    "this is not YAML: %s",
	    parser->problem == NULL ? "unknown reason" : parser->problem));
}

static struct yaml_value *
value_new(struct builder *builder, enum yaml_kind kind, const yaml_mark_t *mark)
{
	struct yaml_value *value;

	value = calloc(1, sizeof(*value));
	if (value == NULL) {
		refuse_at(builder, mark, "not enough memory");
		return (NULL);
	}
	value->kind = kind;
	value->line = mark->line + 1;
	value->column = mark->column + 1;
	return (value);
}

void
yaml_discard(struct yaml_value *value)
{
	size_t i;

	if (value == NULL)
		return;
	/* No deeper than YAML_DEPTH_MAX. */
	for (i = 0; i < value->count; i++) {
		yaml_discard(value->entries[i].key);
		yaml_discard(value->entries[i].value);
	}
	free(value->entries);
	free(value->text);
	free(value);
}

/* The key of a mapping must be a text that no other key of it equals. */
static int
take_key(struct builder *builder, struct yaml_value *map,
    struct yaml_value *key)
{
	size_t i;

	if (key->kind != YAML_TEXT)
		return (refuse(builder, key->line, key->column,
		    "a key must be a plain word, not %s", yaml_kind_name(key)));
	if (!key->quoted && strcmp(key->text, "<<") == 0)
		return (refuse(builder, key->line, key->column,
		    "merge keys (<<) are not understood; write the keys out"));
	for (i = 0; i < map->count; i++)
		if (strcmp(map->entries[i].key->text, key->text) == 0)
			return (refuse(builder, key->line, key->column,
			    "the key \"%.60s\" is given twice; it is already "
			    "in line %zu", key->text,
			    map->entries[i].key->line));
	if (map->count == YAML_KEYS_MAX)
		return (refuse(builder, key->line, key->column,
		    "a mapping may have %d keys", YAML_KEYS_MAX));
	return (0);
}

static int
append(struct builder *builder, struct yaml_value *into,
    struct yaml_value *key, struct yaml_value *value)
{
	struct yaml_entry *entries;

	/* Room doubles at each power of two. */
	if ((into->count & (into->count - 1)) == 0) {
		entries = realloc(into->entries, (into->count == 0 ? 1 :
		    into->count * 2) * sizeof(*entries));
		if (entries == NULL)
			return (refuse(builder, value->line, value->column,
			    "not enough memory"));
		into->entries = entries;
	}
	into->entries[into->count].key = key;
	into->entries[into->count].value = value;
	into->count++;
	return (0);
}

/* Hangs the value where it belongs.  On failure the caller still owns it. */
static int
place(struct builder *builder, struct yaml_value *value)
{
	struct yaml_value *into;
	size_t top;

	if (builder->depth == 0) {
		builder->root = value;
		return (0);
	}
	top = builder->depth - 1;
	into = builder->open[top];
	if (into->kind == YAML_LIST) {
		if (into->count == YAML_LIST_MAX)
			return (refuse(builder, value->line, value->column,
			    "a list may have %d values", YAML_LIST_MAX));
		return (append(builder, into, NULL, value));
	}
	if (builder->key[top] == NULL) {
		if (take_key(builder, into, value) != 0)
			return (-1);
		builder->key[top] = value;
		return (0);
	}
	if (append(builder, into, builder->key[top], value) != 0)
		return (-1);
	builder->key[top] = NULL;
	return (0);
}

static int
plain_only(struct builder *builder, const yaml_mark_t *mark,
    const yaml_char_t *anchor, const yaml_char_t *tag)
{

	if (anchor != NULL)
		return (refuse_at(builder, mark,
		    "anchors (&name) are not understood"));
	if (tag != NULL)
		return (refuse_at(builder, mark,
		    "tags (!name) are not understood"));
	return (0);
}

static int
open_value(struct builder *builder, enum yaml_kind kind,
    const yaml_mark_t *mark)
{
	struct yaml_value *value;

	if (builder->depth == YAML_DEPTH_MAX)
		return (refuse(builder, mark->line + 1, mark->column + 1,
		    "the nesting is deeper than %d", YAML_DEPTH_MAX));
	value = value_new(builder, kind, mark);
	if (value == NULL)
		return (-1);
	if (place(builder, value) != 0) {
		yaml_discard(value);
		return (-1);
	}
	builder->open[builder->depth] = value;
	builder->key[builder->depth] = NULL;
	builder->depth++;
	return (0);
}

static int
add_text(struct builder *builder, const yaml_event_t *event)
{
	struct yaml_value *value;
	size_t length;

	length = event->data.scalar.length;
	if (memchr(event->data.scalar.value, '\0', length) != NULL)
		return (refuse_at(builder, &event->start_mark,
		    "the text contains a NUL byte"));
	value = value_new(builder, YAML_TEXT, &event->start_mark);
	if (value == NULL)
		return (-1);
	value->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	value->text = malloc(length + 1);
	if (value->text != NULL) {
		memcpy(value->text, event->data.scalar.value, length);
		value->text[length] = '\0';
		if (place(builder, value) == 0)
			return (0);
	} else
		refuse_at(builder, &event->start_mark, "not enough memory");
	yaml_discard(value);
	return (-1);
}

static int
take_event(struct builder *builder, const yaml_event_t *event)
{
	const yaml_mark_t *mark;

	mark = &event->start_mark;
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (builder->ended)
			return (refuse_at(builder, mark,
			    "a second document starts; a file holds one"));
		return (0);
	case YAML_DOCUMENT_END_EVENT:
		builder->ended = true;
		return (0);
	case YAML_ALIAS_EVENT:
		return (refuse_at(builder, mark,
		    "aliases (*name) are not understood"));
	case YAML_SCALAR_EVENT:
		if (plain_only(builder, mark, event->data.scalar.anchor,
		    event->data.scalar.tag) != 0)
			return (-1);
		return (add_text(builder, event));
	case YAML_SEQUENCE_START_EVENT:
		if (plain_only(builder, mark, event->data.sequence_start.anchor,
		    event->data.sequence_start.tag) != 0)
			return (-1);
		return (open_value(builder, YAML_LIST, mark));
	case YAML_MAPPING_START_EVENT:
		if (plain_only(builder, mark, event->data.mapping_start.anchor,
		    event->data.mapping_start.tag) != 0)
			return (-1);
		return (open_value(builder, YAML_MAP, mark));
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		builder->depth--;
		return (0);
	default:
		return (0);
	}
}

static int
build(struct builder *builder)
{
	yaml_event_t event;
	int failed;
	bool more;

	do {
		if (!yaml_parser_parse(&builder->parser, &event))
			return (refuse_syntax(builder));
		more = event.type != YAML_STREAM_END_EVENT;
		failed = take_event(builder, &event);
		yaml_event_delete(&event);
	} while (!failed && more);
	if (failed)
		return (-1);
	if (builder->root == NULL)
		return (refuse(builder, 1, 1, "the file is empty"));
	return (0);
}

struct yaml_value *
yaml_parse(const char *path, const char *text, size_t bytes, struct err *err)
{
	struct builder builder = { .path = path, .err = err };
	const char *problem;
	size_t column, i, line;
	int failed;

	if (bytes > YAML_BYTES_MAX) {
		refuse(&builder, 1, 1, "the file is larger than %d KiB",
		    YAML_BYTES_MAX >> 10);
		return (NULL);
	}
	problem = utf8_problem(text, bytes, &line, &column);
	if (problem != NULL) {
		refuse(&builder, line, column, "%s", problem);
		return (NULL);
	}
	if (!yaml_parser_initialize(&builder.parser)) {
		refuse(&builder, 1, 1, "not enough memory");
		return (NULL);
	}
	/* The bytes were checked: libyaml need not guess the encoding. */
	if (bytes >= 3 && memcmp(text, "\357\273\277", 3) == 0) {
		text += 3;
		bytes -= 3;
	}
	yaml_parser_set_encoding(&builder.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&builder.parser,
	    (const unsigned char *)text, bytes);
	failed = build(&builder);
	yaml_parser_delete(&builder.parser);
	if (!failed)
		return (builder.root);
	/* Keys that still wait for a value hang nowhere yet. */
	for (i = 0; i < builder.depth; i++)
		yaml_discard(builder.key[i]);
	yaml_discard(builder.root);
	return (NULL);
}

const struct yaml_value *
yaml_get(const struct yaml_value *map, const char *key)
{
	size_t i;

	if (map == NULL || map->kind != YAML_MAP)
		return (NULL);
	for (i = 0; i < map->count; i++)
		if (strcmp(map->entries[i].key->text, key) == 0)
			return (map->entries[i].value);
	return (NULL);
}

bool
yaml_is_null(const struct yaml_value *value)
{

	return (value->kind == YAML_TEXT && !value->quoted &&
	    (value->text[0] == '\0' || strcmp(value->text, "~") == 0 ||
	    strcmp(value->text, "null") == 0));
}

const char *
yaml_kind_name(const struct yaml_value *value)
{

	if (yaml_is_null(value))
		return ("nothing");
	switch (value->kind) {
	case YAML_MAP:
		return ("a mapping");
	case YAML_LIST:
		return ("a list");
	case YAML_TEXT:
		break;
	}
	return ("a text");
}

int
yaml_blame(const char *path, const struct yaml_value *value, struct err *err,
    const char *format, ...)
{
	char text[ERR_TEXT_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return (err_set(err, "%.400s:%zu:%zu: %.600s", path, value->line,
	    value->column, text));
}
