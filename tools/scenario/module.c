/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/scenario/module.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "sim/kmod/kmod.h"
#include "sim/kmod/object.h"
#include "sim/spec.h"
#include "tools/scenario/library.h"

const char module_file[] = "workload.kernel_module.file";
const char module_content[] = "workload.kernel_module.content";

/* What has been read, by absolute path: the plan asks for each run. */
static struct known {
	char *path;
	char digest[KMOD_DIGEST_SIZE];
} *known;
static size_t known_count;

/* The file as an absolute path, to be freed, or NULL. */
static char *
locate(const char *file, const char *beside)
{
	const char *slash;
	char *joined, *path;
	size_t room;

	slash = beside == NULL ? NULL : strrchr(beside, '/');
	if (file[0] == '/' || slash == NULL)
		return (realpath(file, NULL));
	room = (size_t)(slash - beside) + strlen(file) + 2;
	joined = must_alloc(room, 1);
	snprintf(joined, room, "%.*s/%s", (int)(slash - beside), beside, file);
	path = realpath(joined, NULL);
	free(joined);
	return (path != NULL ? path : realpath(file, NULL));
}

static const char *
digest_of(const char *path, struct err *err)
{
	char *file;
	size_t bytes, i;

	for (i = 0; i < known_count; i++)
		if (strcmp(known[i].path, path) == 0)
			return (known[i].digest);
	file = library_read(path, OBJECT_FILE_MAX, &bytes, err);
	if (file == NULL)
		return (NULL);
	if (kmod_provide(path, file, bytes, err) != 0) {
		free(file);
		err_at(err, "the kernel module %.300s", path);
		return (NULL);
	}
	known = must_grow(known, known_count, sizeof(*known));
	known[known_count].path = must_copy(path);
	kmod_digest(file, bytes, known[known_count].digest);
	free(file);
	return (known[known_count++].digest);
}

static struct kmod_config *
config_of(struct run_spec *spec)
{

	return (kmod_of(spec) == NULL ? NULL :
	    (struct kmod_config *)(void *)spec->workload.config);
}

int
module_read(struct run_spec *spec, const char *beside, struct err *err)
{
	struct kmod_config *config;
	const char *digest;
	char *path;
	int failed;

	config = config_of(spec);
	if (config == NULL || config->file[0] == '\0')
		return (0);
	path = locate(config->file, beside);
	if (path == NULL)
		return (err_set(err, "there is no file %.200s, neither beside "
		    "the scenario nor in the current folder", config->file));
	digest = digest_of(path, err);
	failed = digest == NULL;
	if (!failed && config->content[0] != '\0' &&
	    strcmp(config->content, digest) != 0)
		failed = err_set(err, "the kernel module %.200s has another "
		    "content than it had: given was %.40s, found is %s; put the "
		    "old file there, or leave workload.kernel_module.content "
		    "out", path, config->content, digest) != 0;
	if (!failed && strlen(path) >= sizeof(config->file))
		failed = err_set(err, "the path of %.100s has %zu bytes; "
		    "allowed are %zu", config->file, strlen(path),
		    sizeof(config->file) - 1) != 0;
	if (!failed) {
		memset(config->file, 0, sizeof(config->file));
		memcpy(config->file, path, strlen(path));
		memset(config->content, 0, sizeof(config->content));
		memcpy(config->content, digest, strlen(digest));
	}
	free(path);
	return (failed ? -1 : 0);
}

void
module_forget(struct run_spec *spec)
{
	struct kmod_config *config;

	config = config_of(spec);
	if (config != NULL)
		memset(config->content, 0, sizeof(config->content));
}

void
module_nowhere(struct run_spec *spec)
{
	struct kmod_config *config;

	config = config_of(spec);
	if (config != NULL)
		memset(config->file, 0, sizeof(config->file));
}
