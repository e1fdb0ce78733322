/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cluster/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/cluster/folder_file.h"

/* The file need not exist, its folder must. */
static char *
absolute(const char *path, struct err *err)
{
	const char *name, *slash;
	char *folder, *real, *whole;
	size_t room;

	slash = strrchr(path, '/');
	name = slash == NULL ? path : slash + 1;
	folder = must_copy(slash == NULL ? "." : path);
	if (slash != NULL)
		folder[slash == path ? 1 : slash - path] = '\0';
	real = realpath(folder, NULL);
	if (real == NULL) {
		err_set(err, "%.600s: the folder '%.200s': %s", path, folder,
		    strerror(errno));
		free(folder);
		return (NULL);
	}
	free(folder);
	room = strlen(real) + strlen(name) + 2;
	whole = must_alloc(room, 1);
	snprintf(whole, room, "%s/%s", strcmp(real, "/") == 0 ? "" : real,
	    name);
	free(real);
	return (whole);
}

static void
read_about(struct folder *folder)
{
	char line[200], id[FOLDER_JOB_SIZE];
	unsigned long long tasks;
	char *path;
	FILE *file;

	path = folder_file(folder, "about");
	file = fopen(path, "r");
	free(path);
	if (file == NULL)
		return;
	while (fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "tasks %llu", &tasks) == 1)
			folder->tasks = tasks;
		else if (sscanf(line, "array %31[0-9]", id) == 1)
			memcpy(folder->array, id, sizeof(id));
		else if (sscanf(line, "merge %31[0-9]", id) == 1)
			memcpy(folder->merge, id, sizeof(id));
	}
	fclose(file);
}

int
folder_open(struct folder *folder, const char *database, struct err *err)
{
	size_t room;

	memset(folder, 0, sizeof(*folder));
	folder->database = absolute(database, err);
	if (folder->database == NULL)
		return (-1);
	room = strlen(folder->database) + sizeof(".slurm");
	folder->path = must_alloc(room, 1);
	snprintf(folder->path, room, "%s.slurm", folder->database);
	read_about(folder);
	return (0);
}

void
folder_lock(struct folder *folder)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char *path;

	path = folder_file(folder, "lock");
	folder->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	free(path);
	folder->locked = folder->lock >= 0;
	if (!folder->locked)
		return;
	while (fcntl(folder->lock, F_SETLKW, &whole) != 0 && errno == EINTR)
		continue;
	read_about(folder);
}

void
folder_unlock(struct folder *folder)
{

	if (folder->locked)
		close(folder->lock);
	folder->locked = false;
}

void
folder_fini(struct folder *folder)
{

	folder_unlock(folder);
	free(folder->database);
	free(folder->path);
	memset(folder, 0, sizeof(*folder));
}

char *
folder_file(const struct folder *folder, const char *format, ...)
{
	char name[200], *path;
	va_list args;
	size_t room;

	va_start(args, format);
	vsnprintf(name, sizeof(name), format, args);
	va_end(args);
	room = strlen(folder->path) + strlen(name) + 2;
	path = must_alloc(room, 1);
	snprintf(path, room, "%s/%s", folder->path, name);
	return (path);
}

FILE *
folder_begin(const struct folder *folder, const char *name, struct err *err)
{
	char *path;
	FILE *file;

	path = folder_file(folder, "%s.new", name);
	file = fopen(path, "wb");
	if (file == NULL)
		err_set(err, "%.900s: %s", path, strerror(errno));
	free(path);
	return (file);
}

int
folder_commit(const struct folder *folder, const char *name, FILE *file,
    unsigned mode, struct err *err)
{
	char *fresh, *path;
	int failed;

	fresh = folder_file(folder, "%s.new", name);
	path = folder_file(folder, "%s", name);
	errno = 0;
	failed = ferror(file);
	if (fclose(file) != 0 || failed || chmod(fresh, mode) != 0 ||
	    rename(fresh, path) != 0) {
		err_set(err, "%.900s: cannot be written: %s", path,
		    errno != 0 ? strerror(errno) : "no space, or worse");
		unlink(fresh);
		failed = 1;
	}
	free(fresh);
	free(path);
	return (failed ? -1 : 0);
}

int
folder_note(const struct folder *folder, struct err *err)
{
	FILE *file;

	file = folder_begin(folder, "about", err);
	if (file == NULL)
		return (-1);
	fprintf(file, "tasks %llu\n", (unsigned long long)folder->tasks);
	if (folder->array[0] != '\0')
		fprintf(file, "array %s\n", folder->array);
	if (folder->merge[0] != '\0')
		fprintf(file, "merge %s\n", folder->merge);
	return (folder_commit(folder, "about", file, 0644, err));
}
