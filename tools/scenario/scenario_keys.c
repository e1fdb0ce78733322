/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/scenario/scenario_keys.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"
#include "tools/scenario/yaml.h"

static const char *
key_at(const void *context, size_t i)
{

	return (((const char *const *)context)[i]);
}

void
keys_list(const char *const *keys, char *text, size_t room)
{
	size_t i, used;

	used = 0;
	text[0] = '\0';
	for (i = 0; keys[i] != NULL && used < room; i++)
		used += (size_t)snprintf(text + used, room - used, "%s%s",
		    i == 0 ? "" : ", ", keys[i]);
}

int
keys_check(const char *path, const struct yaml_value *map,
    const char *const *keys, struct err *err)
{
	const struct yaml_value *key;
	const char *nearest;
	char allowed[256];
	size_t i, j;

	for (i = 0; i < map->count; i++) {
		key = map->entries[i].key;
		for (j = 0; keys[j] != NULL; j++)
			if (strcmp(keys[j], key->text) == 0)
				break;
		if (keys[j] != NULL)
			continue;
		nearest = knob_nearest(key->text, key_at, keys);
		keys_list(keys, allowed, sizeof(allowed));
		return (yaml_blame(path, key, err, "the key \"%.60s\" is "
		    "unknown; allowed are %s%s%s%s", key->text, allowed,
		    nearest == NULL ? "" : "; did you mean \"",
		    nearest == NULL ? "" : nearest,
		    nearest == NULL ? "" : "\"?"));
	}
	return (0);
}

/* The text of a flow mapping or list under construction. */
struct flow {
	const char *path;
	const char *name;
	char *text;
	size_t used;
	struct err *err;
};

static int
flow_put(struct flow *flow, const struct yaml_value *at, const char *text)
{
	size_t length;

	length = strlen(text);
	if (flow->used + length >= KNOB_TEXT_MAX)
		return (yaml_blame(flow->path, at, flow->err,
		    "%s: the value is too long", flow->name));
	memcpy(flow->text + flow->used, text, length + 1);
	flow->used += length;
	return (0);
}

/*
 * A text in quotes could contain marks of the flow syntax, and would then be
 * read as something that the file does not say.
 */
static bool
is_word(const char *text)
{

	return (text[0] != '\0' && strcspn(text, " ,:{}[]\"'#\t\r\n") ==
	    strlen(text));
}

static int
flow_write(struct flow *flow, const struct yaml_value *value)
{
	size_t i;

	if (value->kind == YAML_TEXT) {
		if (!is_word(value->text) || yaml_is_null(value))
			return (yaml_blame(flow->path, value, flow->err,
			    "%s: given \"%.60s\", allowed is one word",
			    flow->name, value->text));
		return (flow_put(flow, value, value->text));
	}
	if (flow_put(flow, value, value->kind == YAML_MAP ? "{" : "[") != 0)
		return (-1);
	for (i = 0; i < value->count; i++) {
		if (i > 0 && flow_put(flow, value, ", ") != 0)
			return (-1);
		if (value->kind == YAML_MAP &&
		    (flow_write(flow, value->entries[i].key) != 0 ||
		    flow_put(flow, value, ": ") != 0))
			return (-1);
		if (flow_write(flow, value->entries[i].value) != 0)
			return (-1);
	}
	return (flow_put(flow, value, value->kind == YAML_MAP ? "}" : "]"));
}

int
knob_text(const char *path, const char *name, const struct yaml_value *value,
    char text[KNOB_TEXT_MAX], struct err *err)
{
	struct flow flow = { path, name, text, 0, err };

	if (value->kind == YAML_TEXT)
		return (plain_text(path, name, value, text, KNOB_TEXT_MAX,
		    err));
	text[0] = '\0';
	return (flow_write(&flow, value));
}

int
knob_read(const char *path, const char *within, const struct knob *knob,
    const struct yaml_value *value, void *config, struct err *err)
{
	char text[KNOB_TEXT_MAX];

	if (value == NULL) {
		knob_preset_all(knob, 1, config);
		return (0);
	}
	if (knob_text(path, knob->name, value, text, err) != 0)
		return (-1);
	if (knob_parse(knob, text, config, err) == 0)
		return (0);
	return (err_at(err, "%.400s:%zu:%zu: %s%s", path, value->line,
	    value->column, within, knob->name));
}

int
plain_text(const char *path, const char *name, const struct yaml_value *value,
    char *text, size_t room, struct err *err)
{

	if (value->kind != YAML_TEXT || yaml_is_null(value) ||
	    value->text[0] == '\0')
		return (yaml_blame(path, value, err,
		    "%s: given %s, allowed is a text", name,
		    value->kind == YAML_TEXT ? "nothing" :
		    yaml_kind_name(value)));
	if (strlen(value->text) >= room)
		return (yaml_blame(path, value, err,
		    "%s: the text is longer than %zu bytes", name, room - 1));
	memcpy(text, value->text, strlen(value->text) + 1);
	return (0);
}
