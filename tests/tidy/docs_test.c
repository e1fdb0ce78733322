/*
 * docs_test - do the documents speak of what exists?
 *
 * What the documents name is compared with what the program itself says that
 * it has, so a verb, an option or a knob that goes away takes its words along.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#define _GNU_SOURCE	/* asprintf() */
#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "tests/tidy/tree.h"

static bool
is_document(const struct file *file)
{

	return (strcmp(file->suffix, "md") == 0);
}

/* What `gusim ARGUMENTS` prints. */
static char *
gusim(const char *arguments)
{
	char *command, *text;
	size_t size, used;
	FILE *stream;

	cr_assert_gt(asprintf(&command, "%s %s 2>/dev/null", TIDY_GUSIM,
	    arguments), 0);
	stream = popen(command, "r");
	cr_assert_not_null(stream);
	size = 1 << 20;
	text = malloc(size);
	cr_assert_not_null(text);
	used = fread(text, 1, size - 1, stream);
	text[used] = '\0';
	cr_assert_eq(pclose(stream), 0, "`%s` failed", command);
	free(command);
	return (text);
}

/* What `gusim list REGISTRY --json` prints. */
static json_t *
list(const char *registry)
{
	json_error_t error;
	char *arguments, *text;
	json_t *found;

	cr_assert_gt(asprintf(&arguments, "list %s --json", registry), 0);
	text = gusim(arguments);
	found = json_loads(text, 0, &error);
	cr_assert_not_null(found, "list %s: %s", registry, error.text);
	free(text);
	free(arguments);
	return (found);
}

/* The elements of a registry by name. */
static json_t *
names(const char *registry)
{
	json_t *all, *found, *one;
	size_t i;

	all = list(registry);
	found = json_object();
	json_array_foreach(all, i, one)
		json_object_set_new(found,
		    json_string_value(json_object_get(one, "name")),
		    json_true());
	cr_assert_gt(json_object_size(found), 0);
	json_decref(all);
	return (found);
}

/* --- verbs --------------------------------------------------------------------- */

static bool
is_verb(const char *help, const char *word, size_t length)
{
	char line[64];

	snprintf(line, sizeof(line), "\n  %.*s ", (int)length, word);
	return (strstr(help, line) != NULL);
}

/* Inside gdb "gusim" has other commands: those of tools/gdb/gusim-gdb.py. */
static bool
is_gdb_command(const char *script, const char *word, size_t length)
{
	char call[96];

	snprintf(call, sizeof(call), "__init__(\"gusim %.*s\"", (int)length,
	    word);
	return (strstr(script, call) != NULL);
}

/* "gusim" begins a command where a line or a quoted piece of code begins. */
static bool
begins_command(const struct file *file, const char *p)
{
	const char *line;

	for (line = p; line > file->text && line[-1] != '\n'; line--)
		;
	line += strspn(line, " $\t");
	if (p > file->text && p[-1] == '`')
		return (true);
	while (line < p && strncmp(line, "build/release/", 14) == 0)
		line += 14;
	/* In prose a line may begin with the name: then a verb follows too. */
	return (line == p && (line > file->text + 1 && (line[-1] == ' ' ||
	    line[-1] == '\t' || line[-1] == '$' || line[-1] == '/')));
}

static void
check_verbs(const struct file *file, const char *help, const char *script)
{
	const char *p, *word;
	size_t length;

	for (p = word_find(file->text, "gusim"); p != NULL;
	    p = word_find(p + 1, "gusim")) {
		if (p[5] != ' ' || !begins_command(file, p))
			continue;
		word = p + 6;
		length = strspn(word, "abcdefghijklmnopqrstuvwxyz_-");
		/* VERB stands for any. */
		if (length == 0 || word[0] == '-')
			continue;
		if (!is_verb(help, word, length) &&
		    !is_gdb_command(script, word, length)) {
			complain(file, p, "gusim has no verb '%.*s'",
			    (int)length, word);
		}
	}
}

Test(docs, verbs_exist)
{
	const struct file *script;
	struct tree tree;
	char *help;
	size_t i;

	tree_load(&tree);
	script = tree_find(&tree, "tools/gdb/gusim-gdb.py");
	cr_assert_not_null(script);
	help = gusim("help");
	for (i = 0; i < tree.count; i++) {
		if (is_document(&tree.files[i]))
			check_verbs(&tree.files[i], help, script->text);
	}
	cr_assert_eq(complaints(), 0);
}

Test(docs, a_verb_that_does_not_exist_is_seen)
{
	struct file file;

	complain_silently();
	file = file_make("docs/x.md", "    gusim fly a.yaml\n`gusim run x`\n"
	    "The word gusim alone, `gusim --version`, `gusim VERB`.\n"
	    "| `gusim cpus` | of gdb |\n");
	check_verbs(&file, "\n  run \n", "__init__(\"gusim cpus\", x)");
	cr_assert_eq(complaints(), 1);
}

/* --- knobs ---------------------------------------------------------------------- */

static bool
is_knob_like(const char *word, size_t length)
{
	static const char *const parts[] = { "machine.", "core.", "zone.",
	    "run.", "policy.", "workload.", "faults.", NULL };
	const char *const *part;
	size_t i;

	for (part = parts; *part != NULL; part++) {
		if (length > strlen(*part) &&
		    strncmp(word, *part, strlen(*part)) == 0)
			break;
	}
	if (*part == NULL)
		return (false);
	for (i = 0; i < length; i++) {
		if (!islower((unsigned char)word[i]) &&
		    !isdigit((unsigned char)word[i]) && word[i] != '_' &&
		    word[i] != '.')
			return (false);
	}
	/* The names of files. */
	return (strncmp(word + length - 2, ".c", 2) != 0 &&
	    strncmp(word + length - 2, ".h", 2) != 0);
}

/* `zone.bucket_size`, also with a value behind it: `zone.bucket_size=16`. */
static void
check_knobs(const struct file *file, const json_t *knobs)
{
	char name[128];
	const char *p;
	size_t length;

	/* There "run.seed" is a column of a table. */
	if (strcmp(file->path, "docs/database.md") == 0)
		return;
	for (p = strchr(file->text, '`'); p != NULL; p = strchr(p + 1, '`')) {
		length = strcspn(p + 1, "`=: \n");
		if (!is_knob_like(p + 1, length))
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)length, p + 1);
		if (json_object_get(knobs, name) == NULL)
			complain(file, p, "there is no knob %s", name);
	}
}

Test(docs, knobs_exist)
{
	struct tree tree;
	json_t *knobs;
	size_t i;

	tree_load(&tree);
	knobs = names("knobs");
	for (i = 0; i < tree.count; i++) {
		if (is_document(&tree.files[i]))
			check_knobs(&tree.files[i], knobs);
	}
	cr_assert_eq(complaints(), 0);
}

Test(docs, a_knob_that_does_not_exist_is_seen)
{
	struct file file;
	json_t *knobs;

	complain_silently();
	knobs = names("knobs");
	file = file_make("docs/x.md", "`zone.colour` and `zone.bucket_size=8`"
	    " in `run.c`\n");
	check_knobs(&file, knobs);
	cr_assert_eq(complaints(), 1);
}

/* --- everything that can be set is explained ------------------------------------- */

static void
check_told(const struct tree *tree, const char *document, const char *registry,
    const char *prefix)
{
	const struct file *file;
	const char *name;
	char word[160];
	json_t *known, *value;

	file = tree_find(tree, document);
	cr_assert_not_null(file, "there is no %s", document);
	known = names(registry);
	json_object_foreach(known, name, value) {
		/* In a scenario it is a name beside the knobs. */
		if (strcmp(name, "machine.preset") == 0)
			continue;
		snprintf(word, sizeof(word), "`%s`", name);
		if (strncmp(name, prefix, strlen(prefix)) == 0 &&
		    strstr(file->text, word) == NULL)
			complain(file, file->text, "nothing on %s", name);
	}
	json_decref(known);
}

Test(docs, every_knob_of_a_table_is_explained)
{
	struct tree tree;

	tree_load(&tree);
	check_told(&tree, "docs/scenarios.md", "knobs", "machine.");
	check_told(&tree, "docs/scenarios.md", "knobs", "core.");
	check_told(&tree, "docs/scenarios.md", "knobs", "zone.");
	check_told(&tree, "docs/scenarios.md", "knobs", "run.");
	check_told(&tree, "docs/workloads.md", "workloads", "");
	check_told(&tree, "docs/commands.md", "strategies", "");
	check_told(&tree, "docs/memory-models.md", "models", "");
	cr_assert_eq(complaints(), 0);
}

/* Where a table gives a default and a range, they are the program's. */
static void
check_row(const struct file *file, const char *line, json_t *knobs)
{
	const char *name, *preset, *allowed, *end;
	char begin[200], row[1000];
	json_t *knob;
	size_t i;

	json_array_foreach(knobs, i, knob) {
		name = json_string_value(json_object_get(knob, "name"));
		snprintf(begin, sizeof(begin), "| `%s` | `", name);
		if (strncmp(line, begin, strlen(begin)) != 0)
			continue;
		preset = json_string_value(json_object_get(knob, "default"));
		allowed = json_string_value(json_object_get(knob, "allowed"));
		snprintf(row, sizeof(row), "| `%s` | `%s` | %s |", name,
		    preset == NULL ? "" : preset, allowed);
		end = strchr(line, '\n');
		if (end != NULL && (size_t)(end - line) >= strlen(row) &&
		    strncmp(line, row, strlen(row)) == 0)
			return;
		complain(file, line, "the program says %s", row);
	}
}

static void
check_rows(const struct file *file, json_t *knobs)
{
	const char *line;

	for (line = file->text; line != NULL; line = line_next(line))
		check_row(file, line, knobs);
}

Test(docs, defaults_and_ranges_are_those_of_the_program)
{
	struct tree tree;
	json_t *knobs;
	size_t i;

	tree_load(&tree);
	knobs = list("knobs");
	for (i = 0; i < tree.count; i++) {
		if (is_document(&tree.files[i]))
			check_rows(&tree.files[i], knobs);
	}
	cr_assert_eq(complaints(), 0);
}

Test(docs, a_stale_default_is_seen)
{
	struct file file;

	complain_silently();
	file = file_make("docs/x.md", "| knob | default |\n"
	    "| `machine.cpus` | `8` | a whole number from 1 to 1024 | CPUs |\n"
	    "| `machine.cpus` | `9` | a whole number from 1 to 1024 | CPUs |\n"
	    "| `machine.cpus` | `8` | a whole number from 1 to 4 | CPUs |\n");
	check_rows(&file, list("knobs"));
	cr_assert_eq(complaints(), 2);
}

/* --- files ------------------------------------------------------------------------ */

static bool
is_path_like(const char *word, size_t length)
{
	static const char *const tops[] = { "engine/", "policies/", "sim/",
	    "scenarios/", "tools/", "tests/", "docs/", "bench/", "cmake/", NULL };
	const char *const *top;
	size_t i;

	for (top = tops; *top != NULL; top++) {
		if (strncmp(word, *top, strlen(*top)) == 0)
			break;
	}
	if (*top == NULL)
		return (false);
	/* A pattern, a placeholder. */
	for (i = 0; i < length; i++) {
		if (strchr("*{}<>$[]", word[i]) != NULL ||
		    isupper((unsigned char)word[i]))
			return (strncmp(word + i, "CMakeLists.txt", 14) == 0 ||
			    strncmp(word + i, "ARCHITECTURE", 12) == 0);
	}
	return (true);
}

static bool
exists(const struct tree *tree, const char *path)
{
	size_t i, length;

	length = strlen(path);
	for (i = 0; i < tree->count; i++) {
		if (strncmp(tree->files[i].path, path, length) == 0 &&
		    (tree->files[i].path[length] == '\0' ||
		    tree->files[i].path[length] == '/' ||
		    path[length - 1] == '/'))
			return (true);
	}
	/* Pictures are files, though no rule reads them. */
	if (length > 4 && strcmp(path + length - 4, ".png") == 0) {
		char full[1024];

		snprintf(full, sizeof(full), TIDY_ROOT "/%s", path);
		return (access(full, R_OK) == 0);
	}
	return (false);
}

static void
check_quoted_paths(const struct tree *tree, const struct file *file)
{
	char path[256];
	const char *p;
	size_t length;

	for (p = strchr(file->text, '`'); p != NULL; p = strchr(p + 1, '`')) {
		length = strcspn(p + 1, "` ,:;()\n");
		if (!is_path_like(p + 1, length))
			continue;
		snprintf(path, sizeof(path), "%.*s", (int)length, p + 1);
		if (!exists(tree, path))
			complain(file, p, "there is no %s", path);
	}
}

/* [text](docs/machine.md) and [text](machine.md#time), from where they stand. */
static void
check_links(const struct tree *tree, const struct file *file)
{
	char target[256], path[512];
	const char *p;
	size_t length, folder;

	for (p = strstr(file->text, "]("); p != NULL; p = strstr(p + 1, "](")) {
		length = strcspn(p + 2, ")# \n");
		if (length == 0)
			continue;
		snprintf(target, sizeof(target), "%.*s", (int)length, p + 2);
		if (strstr(target, "://") != NULL)
			continue;
		folder = (size_t)(file->name - file->path);
		length = 0;
		while (strncmp(target + length, "../", 3) == 0) {
			length += 3;
			while (folder > 0 && file->path[--folder] != '\0' &&
			    (folder == 0 || file->path[folder - 1] != '/'))
				;
		}
		snprintf(path, sizeof(path), "%.*s%s", (int)folder, file->path,
		    target + length);
		if (!exists(tree, path))
			complain(file, p, "there is no %s to link to", path);
	}
}

Test(docs, files_and_links_exist)
{
	struct tree tree;
	size_t i;

	tree_load(&tree);
	for (i = 0; i < tree.count; i++) {
		if (!is_document(&tree.files[i]))
			continue;
		check_quoted_paths(&tree, &tree.files[i]);
		check_links(&tree, &tree.files[i]);
	}
	cr_assert_eq(complaints(), 0);
}

Test(docs, files_that_do_not_exist_are_seen)
{
	struct file files[3];
	struct tree tree = { files, 3 };

	complain_silently();
	files[0] = file_make("sim/run.c", "\n");
	files[1] = file_make("docs/decisions/a.md", "`sim/run.c` [run]"
	    "(../../sim/run.c) [b](../b.md) `sim/x_*.c`\n");
	files[2] = file_make("docs/b.md", "`sim/walk.c` [run](../sim/walk.c)\n");
	check_quoted_paths(&tree, &files[1]);
	check_links(&tree, &files[1]);
	cr_expect_eq(complaints(), 0);
	check_quoted_paths(&tree, &files[2]);
	cr_expect_eq(complaints(), 1);
	check_links(&tree, &files[2]);
	cr_expect_eq(complaints(), 2);
}

/* --- options ------------------------------------------------------------------------ */

/* Every option of every verb can be seen in the manual page. */
Test(docs, the_manual_page_has_every_verb_and_option)
{
	static const char *const man = TIDY_MAN;
	const char *line, *word;
	char *help, *arguments, *options;
	struct file page;
	char escaped[128];
	FILE *stream;
	size_t length, size, i, j;
	char *text;

	stream = fopen(man, "r");
	cr_assert_not_null(stream, "the build left no %s", man);
	size = 1 << 20;
	text = malloc(size);
	cr_assert_not_null(text);
	text[fread(text, 1, size - 1, stream)] = '\0';
	fclose(stream);
	page = file_make("gusim.1", text);
	help = gusim("help");
	for (line = strstr(help, "\n  "); line != NULL;
	    line = strstr(line + 1, "\n  ")) {
		word = line + 3;
		length = strcspn(word, " ");
		cr_assert_gt(asprintf(&arguments, "%.*s --help", (int)length,
		    word), 0);
		options = gusim(arguments);
		snprintf(escaped, sizeof(escaped), "gusim %.*s", (int)length,
		    word);
		if (strstr(text, escaped) == NULL)
			complain(&page, text, "nothing on %s", escaped);
		for (word = strstr(options, "\n  "); word != NULL;
		    word = strstr(word + 1, "\n  ")) {
			word = strstr(word, "--");
			if (word == NULL)
				break;
			length = strspn(word, "-abcdefghijklmnopqrstuvwxyz");
			for (i = j = 0; i < length; i++) {
				if (word[i] == '-')
					escaped[j++] = '\\';
				escaped[j++] = word[i];
			}
			escaped[j] = '\0';
			if (strstr(text, escaped) == NULL)
				complain(&page, text, "nothing on %s", escaped);
		}
		free(options);
		free(arguments);
	}
	cr_assert_eq(complaints(), 0);
}
