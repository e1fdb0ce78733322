/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/scenario/preset.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "sim/spec.h"
#include "tools/scenario/library.h"
#include "tools/scenario/scenario_keys.h"
#include "tools/scenario/yaml.h"

static const char *const preset_keys[] = { "name", "about", "machine", NULL };
static const char *const value_keys[] = { "value", "source", NULL };

static const char *
list_at(const void *context, size_t i)
{

	return (((const struct library_list *)context)->names[i]);
}

static void
unknown_preset(const char *name, const char *beside, struct err *err)
{
	struct library_list list;
	const char *nearest;
	char names[400];
	size_t i, used;

	if (library_is_path(name)) {
		err_set(err, "there is no machine preset \"%.160s\": no file "
		    "of that name can be read, neither from the scenario's "
		    "folder nor from the current one", name);
		return;
	}
	library_list(&list, LIBRARY_MACHINES, beside);
	nearest = knob_nearest(name, list_at, &list);
	names[0] = '\0';
	used = 0;
	for (i = 0; i < list.count && used < sizeof(names); i++)
		used += (size_t)snprintf(names + used, sizeof(names) - used,
		    "%s%s", i == 0 ? "" : ", ", list.names[i]);
	err_set(err, "there is no machine preset \"%.60s\"; there are: %s%s%s%s",
	    name, list.count == 0 ? "none" : names,
	    nearest == NULL ? "" : "; did you mean \"",
	    nearest == NULL ? "" : nearest, nearest == NULL ? "" : "\"?");
	library_list_fini(&list);
}

/* A preset is called as its file, without folders and .yaml. */
static bool
is_called(const struct preset *preset, const char *name)
{
	const char *base;
	size_t length;

	base = strrchr(preset->path, '/');
	base = base == NULL ? preset->path : base + 1;
	length = strlen(base);
	if (length > 5 && strcmp(base + length - 5, ".yaml") == 0)
		length -= 5;
	return (strlen(name) == length && strncmp(name, base, length) == 0);
}

/* 90ns, or {value: 90ns, source: "..."}. */
static int
read_cost(struct preset *preset, const struct yaml_entry *entry,
    struct err *err)
{
	const struct yaml_value *source, *value;
	char dotted[SPEC_NAME_SIZE], text[KNOB_TEXT_MAX];

	value = entry->value;
	if (value->kind == YAML_MAP) {
		if (keys_check(preset->path, value, value_keys, err) != 0)
			return (-1);
		source = yaml_get(value, "source");
		if (source != NULL && (source->kind != YAML_TEXT ||
		    yaml_is_null(source)))
			return (yaml_blame(preset->path, source, err,
			    "source: given %s, allowed is a text",
			    yaml_kind_name(source)));
		value = yaml_get(value, "value");
		if (value == NULL)
			return (yaml_blame(preset->path, entry->value, err,
			    "%.60s: the key \"value\" is missing",
			    entry->key->text));
	}
	snprintf(dotted, sizeof(dotted), "machine.%.60s", entry->key->text);
	if (strcmp(dotted, settings_preset) == 0)
		return (yaml_blame(preset->path, entry->key, err,
		    "a preset cannot name a preset"));
	if (knob_text(preset->path, dotted, value, text, err) != 0)
		return (-1);
	settings_add(&preset->settings, dotted, text,
	    place_of(preset->path, entry->key),
	    place_of(preset->path, value));
	return (0);
}

static int
read_preset(struct preset *preset, const struct yaml_value *root,
    struct err *err)
{
	const struct yaml_value *about, *machine, *name;
	struct run_spec trial;
	size_t i;

	if (root->kind != YAML_MAP)
		return (yaml_blame(preset->path, root, err,
		    "a machine preset is a mapping, not %s",
		    yaml_kind_name(root)));
	if (keys_check(preset->path, root, preset_keys, err) != 0)
		return (-1);
	name = yaml_get(root, "name");
	if (name != NULL && (name->kind != YAML_TEXT ||
	    !is_called(preset, name->text)))
		return (yaml_blame(preset->path, name, err,
		    "name: must be that of the file, without .yaml, or left "
		    "out; given %.100s", name->kind == YAML_TEXT ? name->text :
		    yaml_kind_name(name)));
	about = yaml_get(root, "about");
	if (about != NULL && about->kind != YAML_TEXT)
		return (yaml_blame(preset->path, about, err,
		    "about: given %s, allowed is a text",
		    yaml_kind_name(about)));
	preset->about = must_copy(about == NULL ? "" : about->text);
	machine = yaml_get(root, "machine");
	if (machine == NULL || machine->kind != YAML_MAP)
		return (yaml_blame(preset->path,
		    machine == NULL ? root : machine, err,
		    "machine: a mapping of the machine's knobs is missing"));
	for (i = 0; i < machine->count; i++)
		if (read_cost(preset, &machine->entries[i], err) != 0)
			return (-1);
	/* A mistake is the preset's, whoever uses it. */
	spec_init(&trial);
	for (i = 0; i < preset->settings.count; i++)
		if (setting_apply(&preset->settings.items[i], &trial,
		    err) != 0)
			return (-1);
	return (0);
}

struct preset *
preset_load(const char *name, const char *beside, int *unknown,
    struct err *err)
{
	struct preset *preset;
	struct yaml_value *root;
	char *path, *text;
	size_t bytes;
	int failed;

	path = library_find(LIBRARY_MACHINES, name, beside);
	*unknown = path == NULL;
	if (path == NULL) {
		unknown_preset(name, beside, err);
		return (NULL);
	}
	preset = must_alloc(1, sizeof(*preset));
	preset->path = path;
	preset->name = must_copy(name);
	root = NULL;
	text = library_read(path, YAML_BYTES_MAX, &bytes, err);
	if (text != NULL)
		root = yaml_parse(path, text, bytes, err);
	failed = root == NULL || read_preset(preset, root, err) != 0;
	yaml_discard(root);
	free(text);
	if (!failed)
		return (preset);
	preset_free(preset);
	return (NULL);
}

void
preset_free(struct preset *preset)
{

	if (preset == NULL)
		return;
	settings_fini(&preset->settings);
	free(preset->about);
	free(preset->name);
	free(preset->path);
	free(preset);
}
