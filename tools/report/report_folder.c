/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/report/report_folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "sim/base/must.h"

enum { PATH_ROOM = 4096 };

/* The list of what a report consists of; by it a report is known. */
static const char list_name[] = "files.txt";
static const char list_head[] = "# The files of this gusim report.\n";

struct names {
	char **list;
	size_t count;
};

struct report_folder {
	char *target;
	char *path;		/* where the files are until then */
	char writing[PATH_ROOM];	/* the file that is open */
};

static int
join(char path[PATH_ROOM], const char *folder, const char *name)
{

	return (snprintf(path, PATH_ROOM, "%s/%s", folder, name) < PATH_ROOM ?
	    0 : -1);
}

static void
names_add(struct names *names, const char *name)
{

	names->list = must_grow(names->list, names->count,
	    sizeof(*names->list));
	names->list[names->count++] = must_copy(name);
}

static void
names_fini(struct names *names)
{
	size_t i;

	for (i = 0; i < names->count; i++)
		free(names->list[i]);
	free(names->list);
}

static int
compare(const void *a, const void *b)
{

	return (strcmp(*(char *const *)a, *(char *const *)b));
}

/* All files of a folder, sorted. */
static int
names_read(struct names *names, const char *folder, struct err *err)
{
	struct dirent *entry;
	DIR *dir;

	memset(names, 0, sizeof(*names));
	dir = opendir(folder);
	if (dir == NULL)
		return (err_set(err, "%s: %s", folder, strerror(errno)));
	while ((entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			names_add(names, entry->d_name);
	}
	closedir(dir);
	if (names->count > 0)
		qsort(names->list, names->count, sizeof(*names->list),
		    compare);
	return (0);
}

/* What an earlier report says that it consists of; 0: it is one. */
static int
list_read(struct names *names, const char *folder)
{
	char line[PATH_ROOM], path[PATH_ROOM];
	FILE *in;

	memset(names, 0, sizeof(*names));
	if (join(path, folder, list_name) != 0)
		return (-1);
	in = fopen(path, "r");
	if (in == NULL)
		return (-1);
	if (fgets(line, sizeof(line), in) == NULL ||
	    strcmp(line, list_head) != 0) {
		fclose(in);
		return (-1);
	}
	while (fgets(line, sizeof(line), in) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		/* Only names beside it, whoever edited the list. */
		if (line[0] != '\0' && line[0] != '.' &&
		    strchr(line, '/') == NULL)
			names_add(names, line);
	}
	fclose(in);
	return (0);
}

int
report_folder_look(const char *path, struct err *err)
{
	struct names earlier, names;
	struct stat found;
	bool ours;

	if (stat(path, &found) != 0) {
		if (errno == ENOENT)
			return (0);
		return (err_set(err, "%s: %s", path, strerror(errno)));
	}
	if (!S_ISDIR(found.st_mode)) {
		err_set(err, "%s: it exists and is no folder; choose another "
		    "with -o", path);
		return (1);
	}
	if (names_read(&names, path, err) != 0)
		return (-1);
	ours = names.count == 0;
	names_fini(&names);
	if (!ours) {
		ours = list_read(&earlier, path) == 0;
		names_fini(&earlier);
	}
	if (ours)
		return (0);
	err_set(err, "%s: it exists and is no report of gusim (no %s); it is "
	    "left as it is: choose another folder with -o", path, list_name);
	return (1);
}

struct report_folder *
report_folder_create(const char *path, struct err *err)
{
	struct report_folder *folder;
	char made[PATH_ROOM];
	size_t length;
	mode_t mask;

	length = strlen(path);
	while (length > 1 && path[length - 1] == '/')
		length--;
	if (snprintf(made, sizeof(made), "%.*s.XXXXXX", (int)length, path) >=
	    (int)sizeof(made)) {
		err_set(err, "%s: %s", path, strerror(ENAMETOOLONG));
		return (NULL);
	}
	if (mkdtemp(made) == NULL) {
		err_set(err, "%s: cannot make a folder there: %s", path,
		    strerror(errno));
		return (NULL);
	}
	/* As mkdir() would have made it. */
	mask = umask(0);
	umask(mask);
	chmod(made, 0777 & ~mask);
	folder = must_alloc(1, sizeof(*folder));
	folder->target = must_copy(path);
	folder->target[length] = '\0';
	folder->path = must_copy(made);
	return (folder);
}

void
report_folder_destroy(struct report_folder *folder)
{
	struct names names;
	struct err ignored;
	char path[PATH_ROOM];
	size_t i;

	if (folder == NULL)
		return;
	if (folder->path != NULL &&
	    names_read(&names, folder->path, &ignored) == 0) {
		for (i = 0; i < names.count; i++) {
			if (join(path, folder->path, names.list[i]) == 0)
				unlink(path);
		}
		names_fini(&names);
		rmdir(folder->path);
	}
	free(folder->path);
	free(folder->target);
	free(folder);
}

const char *
report_folder_path(const struct report_folder *folder)
{

	return (folder->path);
}

FILE *
report_folder_begin(struct report_folder *folder, const char *name,
    struct err *err)
{
	FILE *out;

	out = NULL;
	errno = ENAMETOOLONG;
	if (join(folder->writing, folder->path, name) == 0)
		out = fopen(folder->writing, "w");
	if (out == NULL)
		err_set(err, "%s: %s", folder->writing, strerror(errno));
	return (out);
}

int
report_folder_end(struct report_folder *folder, FILE *out, struct err *err)
{
	bool bad;

	bad = fflush(out) != 0 || ferror(out) != 0;
	bad = fclose(out) != 0 || bad;
	if (bad && err != NULL)
		err_set(err, "%s: %s", folder->writing, strerror(errno));
	return (bad ? -1 : 0);
}

static int
list_write(struct report_folder *folder, const struct names *names,
    struct err *err)
{
	size_t i;
	FILE *out;

	out = report_folder_begin(folder, list_name, err);
	if (out == NULL)
		return (-1);
	fputs(list_head, out);
	for (i = 0; i < names->count; i++)
		fprintf(out, "%s\n", names->list[i]);
	return (report_folder_end(folder, out, err));
}

/* Into a folder that is there: one file after the other, then the stale. */
static int
move_into(struct report_folder *folder, const struct names *names,
    const struct names *earlier, struct err *err)
{
	char from[PATH_ROOM], to[PATH_ROOM];
	size_t i;

	for (i = 0; i < names->count; i++) {
		if (join(from, folder->path, names->list[i]) != 0 ||
		    join(to, folder->target, names->list[i]) != 0 ||
		    rename(from, to) != 0)
			return (err_set(err, "%s: cannot put %s into it: %s",
			    folder->target, names->list[i], strerror(errno)));
	}
	for (i = 0; i < earlier->count; i++) {
		if (bsearch(&earlier->list[i], names->list, names->count,
		    sizeof(*names->list), compare) == NULL &&
		    join(to, folder->target, earlier->list[i]) == 0)
			unlink(to);
	}
	rmdir(folder->path);
	return (0);
}

int
report_folder_publish(struct report_folder *folder, char ***files,
    size_t *count, struct err *err)
{
	struct names earlier, names;
	int moved;

	if (names_read(&names, folder->path, err) != 0)
		return (-1);
	names_add(&names, list_name);
	qsort(names.list, names.count, sizeof(*names.list), compare);
	if (list_write(folder, &names, err) != 0) {
		names_fini(&names);
		return (-1);
	}
	/* An empty folder may be replaced by rename(2), a full one not. */
	moved = rename(folder->path, folder->target);
	if (moved != 0 && (errno == ENOTEMPTY || errno == EEXIST)) {
		list_read(&earlier, folder->target);
		moved = move_into(folder, &names, &earlier, err);
		names_fini(&earlier);
	} else if (moved != 0)
		err_set(err, "%s: cannot put the report there: %s",
		    folder->target, strerror(errno));
	if (moved != 0) {
		names_fini(&names);
		return (-1);
	}
	free(folder->path);
	folder->path = NULL;
	*files = names.list;
	*count = names.count;
	return (0);
}
