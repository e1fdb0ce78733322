/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/scenario/scenario.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/scenario/library.h"
#include "tools/scenario/module.h"
#include "tools/scenario/scenario_keys.h"
#include "tools/scenario/scenario_source.h"
#include "tools/scenario/scenario_tune.h"
#include "tools/scenario/yaml.h"

static const char *const top_keys[] = { "name", "about", "machine", "core",
	"zone", "policy", "policies", "workload", "faults", "run", "sweep",
	"seeds", "expect", "tune", NULL };

/* --- presets ------------------------------------------------------------- */

const struct preset *
scenario_preset_loaded(const struct scenario *scenario, const char *name)
{
	const struct scenario_source *source;
	size_t i;

	source = scenario->source;
	for (i = 0; i < source->preset_count; i++)
		if (strcmp(source->presets[i]->name, name) == 0)
			return (source->presets[i]);
	return (NULL);
}

const struct preset *
scenario_preset(struct scenario *scenario, const char *name, int *unknown,
    struct err *err)
{
	const struct preset *loaded;
	struct scenario_source *source;
	struct preset *preset;

	*unknown = 0;
	loaded = scenario_preset_loaded(scenario, name);
	if (loaded != NULL)
		return (loaded);
	source = scenario->source;
	if (source->preset_count == SCENARIO_PRESETS_MAX) {
		*unknown = 1;
		err_set(err, "more than %d machine presets",
		    SCENARIO_PRESETS_MAX);
		return (NULL);
	}
	preset = preset_load(name, scenario->path, unknown, err);
	if (preset != NULL)
		source->presets[source->preset_count++] = preset;
	return (preset);
}

/* --- specs --------------------------------------------------------------- */

static int
apply_layer(const struct scenario *scenario, size_t policy,
    const struct settings *settings, struct run_spec *spec, struct err *err)
{
	const struct setting *setting;
	size_t i;

	for (i = 0; i < settings->count; i++) {
		setting = &settings->items[i];
		if (strcmp(setting->knob, settings_preset) == 0 ||
		    strcmp(setting->knob, settings_policy) == 0 ||
		    !scenario_concerns(scenario, policy, setting->knob))
			continue;
		if (setting_apply(setting, spec, err) != 0)
			return (-1);
	}
	return (0);
}

/* The file that a kernel module is in; whoever named it is to blame. */
static int
read_module(const struct scenario *scenario, size_t policy,
    struct run_spec *spec, struct err *err)
{
	const struct scenario_source *source;
	const struct setting *setting;

	if (module_read(spec, scenario->path, err) == 0)
		return (0);
	source = scenario->source;
	setting = settings_find(&source->overrides, module_file);
	if (setting == NULL)
		setting = settings_find(&source->policies[policy].pins,
		    module_file);
	if (setting == NULL)
		setting = settings_find(&source->file, module_file);
	err_at(err, "%s", module_file);
	return (setting == NULL ? -1 :
	    setting_blame(setting, &setting->text_place, err));
}

int
scenario_resolve(const struct scenario *scenario, size_t policy,
    const struct preset *preset, struct run_spec *spec, struct err *err)
{
	const struct scenario_policy_source *mine;
	const struct scenario_source *source;

	source = scenario->source;
	mine = &source->policies[policy];
	*spec = source->base;
	spec->policy = mine->part;
	if ((preset != NULL && apply_layer(scenario, policy, &preset->settings,
	    spec, err) != 0) ||
	    apply_layer(scenario, policy, &source->file, spec, err) != 0 ||
	    apply_layer(scenario, policy, &mine->knobs, spec, err) != 0 ||
	    apply_layer(scenario, policy, &mine->pins, spec, err) != 0)
		return (-1);
	if (apply_layer(scenario, policy, &source->overrides, spec, err) != 0)
		return (-1);
	return (read_module(scenario, policy, spec, err));
}

/* The strongest layer that names a preset. */
static const struct setting *
preset_setting(const struct scenario_source *source, size_t policy)
{
	const struct setting *setting;

	setting = settings_find(&source->overrides, settings_preset);
	if (setting == NULL)
		setting = settings_find(&source->policies[policy].pins,
		    settings_preset);
	if (setting == NULL)
		setting = settings_find(&source->file, settings_preset);
	return (setting);
}

/*
 * A rule between knobs is broken: blame where one of them was set.  The file
 * was right until --set touched a knob that the message speaks of.
 */
static int
blame_rule(struct scenario_reader *reader, size_t policy, const char *blamed)
{
	const struct scenario_source *source;
	const struct setting *setting;
	const struct yaml_value *at;
	size_t i;

	source = reader->source;
	setting = settings_find(&source->overrides, blamed);
	for (i = 0; setting == NULL && i < source->overrides.count; i++)
		if (strstr(reader->err->text,
		    source->overrides.items[i].knob) != NULL)
			setting = &source->overrides.items[i];
	if (setting == NULL)
		setting = settings_find(&source->policies[policy].pins, blamed);
	if (setting == NULL)
		setting = settings_find(&source->file, blamed);
	err_at(reader->err, "%s", blamed);
	if (setting != NULL)
		return (setting_blame(setting, &setting->text_place,
		    reader->err));
	at = yaml_get(reader->root, strncmp(blamed, "zone.", 5) == 0 ?
	    "workload" : "machine");
	if (at == NULL)
		at = reader->root;
	return (err_at(reader->err, "%.400s:%zu:%zu", reader->path, at->line,
	    at->column));
}

static int
make_specs(struct scenario_reader *reader)
{
	char blamed[SPEC_NAME_SIZE];
	const struct setting *setting;
	struct run_spec *spec;
	size_t i;
	int unknown;

	for (i = 0; i < reader->scenario->policy_count; i++) {
		spec = &reader->scenario->policies[i].spec;
		setting = preset_setting(reader->source, i);
		if (setting != NULL) {
			reader->source->policies[i].preset = scenario_preset(
			    reader->scenario, setting->text, &unknown,
			    reader->err);
			if (unknown && setting->text_place.path != NULL)
				err_at(reader->err, "%s", setting->knob);
			if (unknown)
				setting_blame(setting, &setting->text_place,
				    reader->err);
			if (reader->source->policies[i].preset == NULL)
				return (-1);
		}
		if (scenario_resolve(reader->scenario, i,
		    reader->source->policies[i].preset, spec, reader->err) != 0)
			return (-1);
		if (spec_check(spec, blamed, sizeof(blamed), reader->err) != 0)
			return (blame_rule(reader, i, blamed));
	}
	return (0);
}

/* --- small keys ---------------------------------------------------------- */

static int
read_name(struct scenario_reader *reader)
{
	const struct yaml_value *name;
	const char *stem;
	char *into;

	into = reader->scenario->name;
	name = yaml_get(reader->root, "name");
	if (name == NULL) {
		/* By default that of the file. */
		stem = strrchr(reader->path, '/');
		stem = stem == NULL ? reader->path : stem + 1;
		snprintf(into, SCENARIO_NAME_SIZE, "%.*s",
		    (int)strcspn(stem, "."), stem);
		if (into[0] == '\0')
			snprintf(into, SCENARIO_NAME_SIZE, "scenario");
		return (0);
	}
	if (plain_text(reader->path, "name", name, into, SCENARIO_NAME_SIZE,
	    reader->err) != 0)
		return (-1);
	if (strspn(into, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789._+-") != strlen(into))
		return (yaml_blame(reader->path, name, reader->err,
		    "name: given \"%s\", allowed are letters, digits and ._+-",
		    into));
	return (0);
}

static int
read_about(struct scenario_reader *reader)
{
	const struct yaml_value *about;

	about = yaml_get(reader->root, "about");
	if (about == NULL)
		return (0);
	return (plain_text(reader->path, "about", about,
	    reader->scenario->about, sizeof(reader->scenario->about),
	    reader->err));
}

static int
read_overrides(struct scenario_reader *reader, const char *const *overrides,
    size_t count)
{
	const struct place command_line = { NULL, 0, 0 };
	const char *equals;
	char knob[SPEC_NAME_SIZE];
	size_t i;

	for (i = 0; i < count; i++) {
		equals = strchr(overrides[i], '=');
		if (equals == NULL || equals == overrides[i] ||
		    (size_t)(equals - overrides[i]) >= sizeof(knob))
			return (err_set(reader->err, "--set %.200s: given no "
			    "knob and value, allowed is KNOB=VALUE, as in "
			    "zone.bucket_size=62", overrides[i]));
		snprintf(knob, sizeof(knob), "%.*s",
		    (int)(equals - overrides[i]), overrides[i]);
		if (settings_find(&reader->source->overrides, knob) != NULL)
			return (err_set(reader->err, "--set %.200s: the knob "
			    "is set twice", overrides[i]));
		settings_add(&reader->source->overrides, knob, equals + 1,
		    command_line, command_line);
	}
	return (0);
}

/* --- the whole file ------------------------------------------------------ */

static int
read_file(struct scenario_reader *reader, const char *const *overrides,
    size_t override_count)
{

	if (reader->root->kind != YAML_MAP)
		return (yaml_blame(reader->path, reader->root, reader->err,
		    "a scenario is a mapping of keys like workload and run, "
		    "not %s", yaml_kind_name(reader->root)));
	if (keys_check(reader->path, reader->root, top_keys, reader->err) !=
	    0 || read_name(reader) != 0 || read_about(reader) != 0 ||
	    read_overrides(reader, overrides, override_count) != 0 ||
	    scenario_read_sections(reader) != 0 ||
	    scenario_read_policies(reader) != 0 ||
	    scenario_choose_policy(reader) != 0 || make_specs(reader) != 0 ||
	    scenario_read_sweep(reader) != 0 ||
	    scenario_read_seeds(reader) != 0 ||
	    scenario_read_expects(reader) != 0 ||
	    scenario_read_tune(reader) != 0)
		return (-1);
	scenario_digest(reader->scenario);
	return (0);
}

/* What the file says is shown, but must not steer the terminal. */
static void
make_harmless(struct err *err)
{
	char *c;

	for (c = err->text; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
}

struct scenario *
scenario_parse(const char *path, const char *text, size_t bytes,
    const char *const *overrides, size_t override_count, struct err *err)
{
	struct scenario_reader reader;
	struct yaml_value *root;
	struct scenario *scenario;
	int failed;

	root = yaml_parse(path, text, bytes, err);
	if (root == NULL) {
		make_harmless(err);
		return (NULL);
	}
	scenario = must_alloc(1, sizeof(*scenario));
	scenario->source = must_alloc(1, sizeof(*scenario->source));
	scenario->path = must_copy(path);
	scenario->text = must_alloc(bytes + 1, 1);
	memcpy(scenario->text, text, bytes);
	scenario->text_bytes = bytes;
	spec_init(&scenario->source->base);

	reader.scenario = scenario;
	reader.source = scenario->source;
	reader.path = scenario->path;
	reader.root = root;
	reader.err = err;
	failed = read_file(&reader, overrides, override_count);
	yaml_discard(root);
	if (!failed)
		return (scenario);
	make_harmless(err);
	scenario_free(scenario);
	return (NULL);
}

/* A shipped scenario by its name, where no such file is here. */
static char *
shipped(const char *path)
{
	char name[SCENARIO_NAME_SIZE];
	size_t length;

	length = strlen(path);
	if (length > 5 && strcmp(path + length - 5, ".yaml") == 0)
		length -= 5;
	if (strchr(path, '/') != NULL || length >= sizeof(name) ||
	    access(path, F_OK) == 0 || errno != ENOENT)
		return (NULL);
	snprintf(name, sizeof(name), "%.*s", (int)length, path);
	return (library_find(LIBRARY_SCENARIOS, name, NULL));
}

struct scenario *
scenario_load(const char *path, const char *const *overrides,
    size_t override_count, struct err *err)
{
	struct scenario *scenario;
	char *elsewhere, *text;
	size_t bytes;

	elsewhere = shipped(path);
	if (elsewhere != NULL)
		path = elsewhere;
	scenario = NULL;
	text = library_read(path, SCENARIO_BYTES_MAX, &bytes, err);
	if (text != NULL)
		scenario = scenario_parse(path, text, bytes, overrides,
		    override_count, err);
	free(text);
	free(elsewhere);
	return (scenario);
}

void
scenario_free(struct scenario *scenario)
{
	struct scenario_source *source;
	size_t i;

	if (scenario == NULL)
		return;
	source = scenario->source;
	scenario_sweep_fini(scenario);
	for (i = 0; i < SCENARIO_POLICIES_MAX; i++) {
		settings_fini(&source->policies[i].knobs);
		settings_fini(&source->policies[i].pins);
	}
	for (i = 0; i < source->preset_count; i++)
		preset_free(source->presets[i]);
	settings_fini(&source->file);
	settings_fini(&source->overrides);
	scenario_tune_free(scenario->tune);
	free(source);
	free(scenario->path);
	free(scenario->text);
	free(scenario);
}
