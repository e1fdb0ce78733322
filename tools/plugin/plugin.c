/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE	/* memfd_create(), dladdr() */
#include "tools/plugin/plugin.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xxhash.h>

#include "policies/plugin.h"
#include "sim/base/err.h"
#include "sim/base/must.h"
#include "sim/plugin.h"
#include "tools/campaign/build_id.h"
#include "tools/plugin/plugin_def.h"
#include "tools/plugin/plugin_elf.h"
#include "tools/plugin/plugin_trial.h"
#include "tools/scenario/library.h"

/* What was loaded, in the order of sim/plugin.h; kept until the process ends. */
static struct loaded {
	char *path;
	char *words;
	int fd;		/* of the copy */
} loaded[PLUGINS_MAX];
static size_t loaded_count;

/*
 * What gusim exports is what policies may call: tools/plugin/exports.list.
 * The C library's symbols are found as well, so whose it is must be asked.
 */
static bool
offered(const char *symbol)
{
	extern const char __executable_start[];
	Dl_info info;
	void *at;

	/* Some compilers guard frames with it, wherever they run. */
	if (strcmp(symbol, "__stack_chk_fail") == 0)
		return (true);
	at = dlsym(RTLD_DEFAULT, symbol);
	return (at != NULL && dladdr(at, &info) != 0 &&
	    info.dli_fbase == (const void *)__executable_start);
}

/* -1 where the system has no room for it. */
static int
copy_file(const char *bytes, size_t count)
{
	ssize_t wrote;
	size_t done;
	int fd;

	fd = memfd_create("plugin", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return (-1);
	for (done = 0; done < count; done += (size_t)wrote) {
		wrote = write(fd, bytes + done, count - done);
		if (wrote < 0 && errno == EINTR)
			wrote = 0;
		if (wrote < 0) {
			close(fd);
			return (-1);
		}
	}
	(void)fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK |
	    F_SEAL_GROW);
	return (fd);
}

static void
digest_of(const char *bytes, size_t count, char digest[PLUGIN_CONTENT_SIZE])
{
	XXH128_canonical_t canonical;
	size_t i;

	XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes, count));
	for (i = 0; i < sizeof(canonical.digest); i++)
		snprintf(digest + 2 * i, 3, "%02x", canonical.digest[i]);
}

static char *
words_for(const char *path)
{
	const char *c;
	char *text;
	size_t size;
	FILE *out;

	out = open_memstream(&text, &size);
	if (out == NULL)
		abort();
	fputs("--plugin ", out);
	if (strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789_-+=./:,@%") == strlen(path))
		fputs(path, out);
	else {
		putc('\'', out);
		for (c = path; *c != '\0'; c++) {
			if (*c == '\'')
				fputs("'\\''", out);
			else
				putc(*c, out);
		}
		putc('\'', out);
	}
	putc(' ', out);
	if (fclose(out) != 0)
		abort();
	return (text);
}

/* A file on its way to being a plugin. */
struct candidate {
	struct plugin plugin;
	int fd;
	struct err *err;
};

/* Maps the copy; the system's own words where it will not. */
static int
open_copy(void *context)
{
	struct candidate *candidate = context;
	struct plugin *plugin = &candidate->plugin;
	struct err *err = candidate->err;
	const struct policy_plugin *passport;
	char path[64];
	Dl_info info;
	void *handle;

	/* By our number, so that a debugger finds it too. */
	snprintf(path, sizeof(path), "/proc/%ld/fd/%d", (long)getpid(),
	    candidate->fd);
	handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (handle == NULL)
		return (err_set(err, "the system cannot load it: %.600s",
		    dlerror()));
	passport = dlsym(handle, POLICY_PLUGIN_SYMBOL);
	if (passport == NULL || dladdr(passport, &info) == 0)
		return (err_set(err, "the system does not find its %s",
		    POLICY_PLUGIN_SYMBOL));
	if (plugin_def_check(passport->def, err) != 0)
		return (-1);
	plugin->policy = plugin_def_extend(passport->def);
	plugin->code = info.dli_fbase;
	return (0);
}

static int
open_bytes(struct candidate *candidate, const char *bytes, size_t count)
{
	struct plugin *plugin = &candidate->plugin;

	digest_of(bytes, count, plugin->content);
	if (plugin_elf_check((const unsigned char *)bytes, count, build_id(),
	    offered, &plugin->bytes, candidate->err) != 0)
		return (-1);
	candidate->fd = copy_file(bytes, count);
	if (candidate->fd < 0)
		return (err_set(candidate->err, "a copy of it cannot be made: "
		    "%s", strerror(errno)));
	if (!plugin_trial(open_copy, candidate)) {
		close(candidate->fd);
		return (err_set(candidate->err, "it is damaged: a process that "
		    "loads it dies; compile and link it again"));
	}
	if (open_copy(candidate) == 0)
		return (0);
	close(candidate->fd);
	return (-1);
}

int
plugin_load(const char *path, struct err *err)
{
	struct candidate candidate = { .err = err };
	size_t count;
	char *bytes;
	int failed;

	if (loaded_count == PLUGINS_MAX)
		return (err_set(err, "--plugin %.300s: there are more than %d "
		    "plugins", path, PLUGINS_MAX));
	bytes = library_read(path, PLUGIN_FILE_MAX, &count, err);
	if (bytes == NULL)
		return (err_at(err, "--plugin"));
	failed = open_bytes(&candidate, bytes, count);
	free(bytes);
	if (failed)
		return (err_at(err, "--plugin %.300s", path));
	if (!plugin_add(&candidate.plugin))
		abort();
	loaded[loaded_count].path = must_copy(path);
	loaded[loaded_count].words = words_for(path);
	loaded[loaded_count++].fd = candidate.fd;
	return (0);
}

const char *
plugin_path(size_t index)
{

	return (index < loaded_count ? loaded[index].path : NULL);
}

int
plugin_file(size_t index)
{

	return (index < loaded_count ? fcntl(loaded[index].fd, F_DUPFD_CLOEXEC,
	    3) : -1);
}

const char *
plugin_words(const struct run_spec *spec)
{
	int number;

	number = plugin_number(spec);
	return (number < 0 ? "" : loaded[number].words);
}
