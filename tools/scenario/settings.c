/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/scenario/settings.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "sim/spec.h"
#include "tools/scenario/yaml.h"

const char settings_preset[] = "machine.preset";
const char settings_policy[] = "policy";

struct place
place_of(const char *path, const struct yaml_value *value)
{
	struct place place;

	place.path = path;
	place.line = value->line;
	place.column = value->column;
	return (place);
}

void
settings_add(struct settings *settings, const char *knob, const char *text,
    struct place name_place, struct place text_place)
{
	struct setting *setting;

	settings->items = must_grow(settings->items, settings->count,
	    sizeof(*settings->items));
	setting = &settings->items[settings->count++];
	setting->knob = must_copy(knob);
	setting->text = must_copy(text);
	setting->name_place = name_place;
	setting->text_place = text_place;
}

const struct setting *
settings_find(const struct settings *settings, const char *knob)
{
	size_t i;

	for (i = settings->count; i > 0; i--)
		if (strcmp(settings->items[i - 1].knob, knob) == 0)
			return (&settings->items[i - 1]);
	return (NULL);
}

int
setting_blame(const struct setting *setting, const struct place *place,
    struct err *err)
{

	if (place->path == NULL)
		return (err_at(err, "--set %.90s=%.90s", setting->knob,
		    setting->text));
	return (err_at(err, "%.400s:%zu:%zu", place->path, place->line,
	    place->column));
}

int
setting_apply(const struct setting *setting, struct run_spec *spec,
    struct err *err)
{
	const struct knob *knob;
	void *config;

	knob = spec_find(spec, setting->knob, &config, err);
	if (knob == NULL)
		return (setting_blame(setting, &setting->name_place, err));
	if (knob_parse(knob, setting->text, config, err) == 0)
		return (0);
	if (setting->text_place.path != NULL)
		err_at(err, "%s", setting->knob);
	return (setting_blame(setting, &setting->text_place, err));
}

void
settings_fini(struct settings *settings)
{
	size_t i;

	for (i = 0; i < settings->count; i++) {
		free(settings->items[i].knob);
		free(settings->items[i].text);
	}
	free(settings->items);
	settings->items = NULL;
	settings->count = 0;
}
