/*
 * yaml - what does the file say, and where?
 *
 * A small tree over the part of YAML that scenarios need: texts, mappings and
 * lists in one document of UTF-8.  Every node knows its line and column, so
 * that each later complaint can point at it.  Refused with a place: anchors,
 * aliases, tags, merge keys, further documents, keys that are no texts or come
 * twice, NUL bytes, nesting beyond YAML_DEPTH_MAX, files beyond
 * YAML_BYTES_MAX.  docs/decisions/yaml-reader.md says why.
 *
 * Errors      "PATH:LINE:COLUMN: ...", both counted from 1, columns in
 *             characters.
 * Cost        linear in the bytes.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SCENARIO_YAML_H
#define TOOLS_SCENARIO_YAML_H

#include <stdbool.h>
#include <stddef.h>

struct err;

enum {
	YAML_BYTES_MAX = 1 << 18,
	YAML_DEPTH_MAX = 16,
	YAML_KEYS_MAX = 512,	/* of one mapping */
	YAML_LIST_MAX = 8192,	/* values of one list */
};

enum yaml_kind { YAML_TEXT, YAML_MAP, YAML_LIST };

struct yaml_value {
	enum yaml_kind kind;
	bool quoted;			/* a text in quotes or as a block */
	size_t line;
	size_t column;
	char *text;			/* YAML_TEXT; no NUL inside */
	struct yaml_entry *entries;	/* of a mapping or list, in order */
	size_t count;
};

struct yaml_entry {
	struct yaml_value *key;		/* a text; NULL in a list */
	struct yaml_value *value;
};

/* NULL on failure.  `path` is only used in messages. */
struct yaml_value *yaml_parse(const char *path, const char *text,
    size_t bytes, struct err *err);
/* Not yaml_free(): libyaml exports that name and would call ours. */
void yaml_discard(struct yaml_value *value);

/* The value of that key, or NULL; `map` may be NULL. */
const struct yaml_value *yaml_get(const struct yaml_value *map,
    const char *key);

/* Nothing was written: an empty plain text, ~ or null. */
bool yaml_is_null(const struct yaml_value *value);

/* "a text", "a mapping", "a list", "nothing". */
const char *yaml_kind_name(const struct yaml_value *value);

/* Sets err to "PATH:LINE:COLUMN: ..." for this value; always -1. */
int yaml_blame(const char *path, const struct yaml_value *value,
    struct err *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
