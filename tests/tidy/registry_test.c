/*
 * registry_test - has every member a row and a file, and one name?
 *
 * A row without a file fails when the build is configured; this is the other
 * direction, and the rules that no compiler sees.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/tidy/tree.h"

struct registry {
	const char *def;	/* the table, relative to the root */
	const char *row;	/* ROW(name) */
	const char *prefix;	/* of its members' files: "verb_" or "" */
};

static const struct registry registries[] = {
	{ "policies/policies.def", "POLICY", "" },
	{ "sim/faults/faults.def", "FAULT", "" },
	{ "sim/checks/checks.def", "CHECK", "" },
	{ "sim/workloads/workloads.def", "WORKLOAD", "" },
	{ "sim/memory/memories.def", "MEMORY", "" },
	{ "sim/strategies/strategies.def", "STRATEGY", "" },
	{ "tools/cli/verbs.def", "VERB", "verb_" },
};

/* Is ROW(name) in the table? */
static bool
has_row(const struct file *def, const struct registry *registry,
    const char *name, size_t length)
{
	const char *found;
	char row[128];

	snprintf(row, sizeof(row), "%s(%.*s)", registry->row, (int)length,
	    name);
	found = strstr(def->text, row);
	return (found != NULL && (found == def->text || found[-1] == '\n'));
}

/*
 * A file of a registry's folder is a member; or part of one, NAME_more.c; or
 * it has a header, which makes it a helper of all.  The registry itself,
 * policy.c beside policies.def, has one.
 */
static bool
belongs(const struct tree *tree, const struct file *def,
    const struct registry *registry, const struct file *file)
{
	const char *name;
	char header[256];
	size_t length, i;

	name = file->name + strlen(registry->prefix);
	length = strlen(name) - 2;
	if (has_row(def, registry, name, length))
		return (true);
	for (i = length; i > 0; i--) {
		if (name[i] == '_' && has_row(def, registry, name, i))
			return (true);
	}
	snprintf(header, sizeof(header), "%.*sh",
	    (int)(file->suffix - file->path), file->path);
	/* workload.c has its interface elsewhere, and is named by its row. */
	return (tree_find(tree, header) != NULL ||
	    strstr(file->text, strrchr(def->path, '/') + 1) != NULL);
}

static bool
is_candidate(const struct file *file, const struct file *def,
    const struct registry *registry)
{
	size_t folder;

	folder = (size_t)(def->name - def->path);
	return (strncmp(file->path, def->path, folder) == 0 &&
	    strchr(file->path + folder, '/') == NULL &&
	    strcmp(file->suffix, "c") == 0 && strncmp(file->name,
	    registry->prefix, strlen(registry->prefix)) == 0);
}

static void
check_files(const struct tree *tree, const struct registry *registry)
{
	const struct file *def, *file;
	size_t i;

	def = tree_find(tree, registry->def);
	if (def == NULL)
		return;
	for (i = 0; i < tree->count; i++) {
		file = &tree->files[i];
		if (is_candidate(file, def, registry) &&
		    !belongs(tree, def, registry, file)) {
			complain(file, file->text, "no row %s(%.*s) in %s",
			    registry->row, (int)(strlen(file->name) - 2 -
			    strlen(registry->prefix)),
			    file->name + strlen(registry->prefix), def->path);
		}
	}
}

static const struct registry *
registry_of(const struct file *def)
{
	size_t i;

	for (i = 0; i < sizeof(registries) / sizeof(registries[0]); i++) {
		if (strcmp(registries[i].def, def->path) == 0)
			return (&registries[i]);
	}
	return (NULL);
}

/* A member's definition says its own name: .name = "smi" in smi.c. */
static void
check_names(const struct tree *tree, const struct registry *registry)
{
	const struct file *def, *file;
	char text[128];
	const char *name;
	size_t i, length;

	def = tree_find(tree, registry->def);
	if (def == NULL)
		return;
	for (i = 0; i < tree->count; i++) {
		file = &tree->files[i];
		if (!is_candidate(file, def, registry))
			continue;
		name = file->name + strlen(registry->prefix);
		length = strlen(name) - 2;
		if (!has_row(def, registry, name, length))
			continue;
		snprintf(text, sizeof(text), ".name = \"%.*s\"", (int)length,
		    name);
		if (strstr(file->text, text) == NULL) {
			complain(file, file->text, "no %s: a member has the "
			    "name of its file", text);
		}
	}
}

Test(registry, every_file_has_a_row)
{
	struct tree tree;
	size_t i;

	tree_load(&tree);
	for (i = 0; i < sizeof(registries) / sizeof(registries[0]); i++)
		check_files(&tree, &registries[i]);
	cr_assert_eq(complaints(), 0);
}

Test(registry, every_member_has_the_name_of_its_file)
{
	struct tree tree;
	size_t i;

	tree_load(&tree);
	for (i = 0; i < sizeof(registries) / sizeof(registries[0]); i++)
		check_names(&tree, &registries[i]);
	cr_assert_eq(complaints(), 0);
}

/* A table that this test does not know would be held against nothing. */
Test(registry, every_table_is_known_here)
{
	static const char *const no_members[] = { "tools/cli/options.def",
		"sim/kmod/kpi.def", "bench/rows.def", NULL };
	const char *const *known;
	const struct file *file;
	struct tree tree;
	size_t i;

	tree_load(&tree);
	for (i = 0; i < tree.count; i++) {
		file = &tree.files[i];
		if (strcmp(file->suffix, "def") != 0)
			continue;
		for (known = no_members; *known != NULL; known++) {
			if (strcmp(*known, file->path) == 0)
				break;
		}
		if (*known == NULL && registry_of(file) == NULL)
			complain(file, file->text, "an unknown registry");
	}
	cr_assert_eq(complaints(), 0);
}

Test(registry, a_file_without_a_row_is_seen)
{
	struct file files[4];
	struct tree tree = { files, 4 };

	complain_silently();
	files[0] = file_make("sim/faults/faults.def", "/* */\nFAULT(smi)\n");
	files[1] = file_make("sim/faults/smi.c", ".name = \"smi\"\n");
	files[2] = file_make("sim/faults/smi_gang.c", "\n");
	files[3] = file_make("sim/faults/fire.c", ".name = \"fire\"\n");
	check_files(&tree, registry_of(&files[0]));
	cr_expect_eq(complaints(), 1);
	check_names(&tree, registry_of(&files[0]));
	cr_expect_eq(complaints(), 1);
	files[1] = file_make("sim/faults/smi.c", ".name = \"nmi\"\n");
	check_names(&tree, registry_of(&files[0]));
	cr_expect_eq(complaints(), 2);
}
