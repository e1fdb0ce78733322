/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/scenario/library.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "sim/base/must.h"

static const char SUFFIX[] = ".yaml";

char *
library_read(const char *path, size_t most, size_t *bytes, struct err *err)
{
	FILE *file;
	char *text;
	int error;

	file = fopen(path, "rb");
	if (file == NULL) {
		err_set(err, "%.600s: cannot be opened: %s", path,
		    strerror(errno));
		return (NULL);
	}
	text = must_alloc(most + 1, 1);
	errno = 0;
	*bytes = fread(text, 1, most + 1, file);
	error = ferror(file) ? errno : 0;
	fclose(file);
	if (error != 0)
		err_set(err, "%.600s: cannot be read: %s", path,
		    strerror(error));
	else if (*bytes > most)
		err_set(err, "%.600s:1:1: the file is larger than %zu KiB",
		    path, most >> 10);
	else
		return (text);
	free(text);
	return (NULL);
}

static const char *const shelf_folders[] = { [LIBRARY_SCENARIOS] = "",
	[LIBRARY_MACHINES] = "/machines", [LIBRARY_CLAIMS] = "/claims" };

/* Folder number i of the search, to be freed; NULL ends, "" is skipped. */
static char *
folder_at(size_t i, enum library_shelf shelf, const char *beside)
{
	const char *folder, *slash;
	char *text;
	size_t length;

	folder = NULL;
	switch (i) {
	case 0:
		folder = beside;
		break;
	case 1:
		folder = getenv("GUSIM_SCENARIOS");
		break;
	case 2:
#ifdef GUSIM_SOURCE_SCENARIOS
		folder = GUSIM_SOURCE_SCENARIOS;
#endif
		break;
	case 3:
#ifdef GUSIM_INSTALLED_SCENARIOS
		folder = GUSIM_INSTALLED_SCENARIOS;
#endif
		break;
	default:
		return (NULL);
	}
	if (folder == NULL || folder[0] == '\0')
		return (must_copy(""));
	length = strlen(folder);
	if (i == 0) {
		/* The folder of the file, "." where the path has none. */
		slash = strrchr(folder, '/');
		length = slash == NULL ? 1 : (size_t)(slash - folder) + 1;
		folder = slash == NULL ? "." : folder;
	}
	text = must_alloc(length + sizeof("/machines"), 1);
	snprintf(text, length + sizeof("/machines"), "%.*s%s", (int)length,
	    folder, shelf_folders[shelf]);
	return (text);
}

static char *
join(const char *folder, const char *name, const char *suffix)
{
	char *path;
	size_t room;

	room = strlen(folder) + strlen(name) + strlen(suffix) + 2;
	path = must_alloc(room, 1);
	snprintf(path, room, "%s%s%s%s", folder,
	    folder[strlen(folder) - 1] == '/' ? "" : "/", name, suffix);
	return (path);
}

/* A name is one word: it cannot lead out of the folder. */
static bool
is_name(const char *name)
{

	return (name[0] != '\0' && name[0] != '.' && strlen(name) < 200 &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789._+-") == strlen(name));
}

/* PATH, in the folder of the file that asks or in the current one. */
static char *
find_path(const char *path, const char *beside)
{
	char *folder, *found;

	if (path[0] != '/' && beside != NULL) {
		folder = folder_at(0, LIBRARY_SCENARIOS, beside);
		found = join(folder, path, "");
		free(folder);
		if (access(found, R_OK) == 0)
			return (found);
		free(found);
	}
	return (access(path, R_OK) == 0 ? must_copy(path) : NULL);
}

bool
library_is_path(const char *name)
{
	size_t length;

	length = strlen(name);
	return (strchr(name, '/') != NULL || (length >= sizeof(SUFFIX) &&
	    strcmp(name + length - (sizeof(SUFFIX) - 1), SUFFIX) == 0));
}

char *
library_find(enum library_shelf shelf, const char *name, const char *beside)
{
	char *folder, *path;
	size_t i;

	if (shelf == LIBRARY_MACHINES && library_is_path(name))
		return (find_path(name, beside));
	if (!is_name(name))
		return (NULL);
	for (i = 0; (folder = folder_at(i, shelf, beside)) != NULL; i++) {
		if (folder[0] != '\0') {
			path = join(folder, name, SUFFIX);
			if (access(path, R_OK) == 0) {
				free(folder);
				return (path);
			}
			free(path);
		}
		free(folder);
	}
	return (NULL);
}

static bool
listed(const struct library_list *list, const char *name)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (strcmp(list->names[i], name) == 0)
			return (true);
	return (false);
}

static void
list_add(struct library_list *list, char *name, char *path)
{

	/* One further place, for the NULL that ends them. */
	list->names = must_grow(list->names, list->count, sizeof(char *));
	list->paths = must_grow(list->paths, list->count, sizeof(char *));
	list->names[list->count] = name;
	list->paths[list->count] = path;
	list->count++;
}

static void
list_folder(struct library_list *list, const char *folder)
{
	struct dirent *entry;
	char *name;
	size_t length;
	DIR *dir;

	dir = opendir(folder);
	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		length = strlen(entry->d_name);
		if (length < sizeof(SUFFIX) || strcmp(entry->d_name + length -
		    (sizeof(SUFFIX) - 1), SUFFIX) != 0)
			continue;
		name = must_copy(entry->d_name);
		name[length - (sizeof(SUFFIX) - 1)] = '\0';
		if (is_name(name) && !listed(list, name))
			list_add(list, name, join(folder, name, SUFFIX));
		else
			free(name);
	}
	closedir(dir);
}

/* The order of a folder is chance; lists are short. */
static void
list_sort(struct library_list *list)
{
	char *name, *path;
	size_t i, j;

	for (i = 1; i < list->count; i++) {
		name = list->names[i];
		path = list->paths[i];
		for (j = i; j > 0 && strcmp(list->names[j - 1], name) > 0;
		    j--) {
			list->names[j] = list->names[j - 1];
			list->paths[j] = list->paths[j - 1];
		}
		list->names[j] = name;
		list->paths[j] = path;
	}
}

void
library_list(struct library_list *list, enum library_shelf shelf,
    const char *beside)
{
	char *folder;
	size_t i;

	memset(list, 0, sizeof(*list));
	for (i = 0; (folder = folder_at(i, shelf, beside)) != NULL; i++) {
		if (folder[0] != '\0')
			list_folder(list, folder);
		free(folder);
	}
	list_sort(list);
	list_add(list, NULL, NULL);
	list->count--;
}

void
library_list_fini(struct library_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		free(list->names[i]);
		free(list->paths[i]);
	}
	free(list->names);
	free(list->paths);
	memset(list, 0, sizeof(*list));
}
