/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/cli/options.h"
#include "tools/cluster/folder.h"
#include "tools/cluster/folder_file.h"
#include "tools/cluster/program.h"
#include "tools/plugin/plugin.h"
#include "tools/scenario/plan.h"

#include "cluster_merge_value.h"
#include "cluster_task_value.h"

static void
assign(FILE *out, const char *name, const char *value)
{

	fprintf(out, "%s=", name);
	program_quote(out, value);
	putc('\n', out);
}

/* As an absolute path, where there is such a file. */
static void
assign_path(FILE *out, const char *name, const char *path)
{
	char *real;

	real = realpath(path, NULL);
	assign(out, name, real != NULL ? real : path);
	free(real);
}

/* What is between the person and the cluster is not for the tasks. */
static const enum option_id ours[] = { OPTION_DB, OPTION_JOBS, OPTION_RESUME,
	OPTION_BACKEND, OPTION_DRY_RUN, OPTION_PROGRESS, OPTION_SHARD,
	OPTION_ARRAY, OPTION_AT_MOST, OPTION_PARTITION, OPTION_SLURM_OPTIONS,
	OPTION_WAIT, OPTION_COLLECT, OPTION_SET, OPTION_PLUGIN, OPTION_HELP };

static bool
passed_on(size_t id)
{
	size_t i;

	for (i = 0; i < sizeof(ours) / sizeof(*ours); i++) {
		if (ours[i] == id)
			return (false);
	}
	return (true);
}

static void
put_options(FILE *out, const struct options *options)
{
	size_t i;

	for (i = 0; i < OPTION_COUNT; i++) {
		if (!passed_on(i) || options->values[i] == NULL)
			continue;
		fprintf(out, " \\\n\t    --%s", option_table[i].name);
		if (option_table[i].value != NULL) {
			putc(' ', out);
			program_quote(out, options->values[i]);
		}
	}
	for (i = 0; i < options->set_count; i++) {
		fputs(" \\\n\t    --set ", out);
		program_quote(out, options->sets[i]);
	}
	for (i = 0; i < options->plugin_count; i++)
		fprintf(out, " \\\n\t    --plugin \"$folder/plugin-%zu.so\"",
		    i + 1);
}

static int
write_settings(const struct folder *folder, const struct options *options,
    const struct plan *plan, struct err *err)
{
	const char *scenarios;
	char here[PATH_MAX];
	FILE *out;

	if (getcwd(here, sizeof(here)) == NULL)
		return (err_set(err, "the current folder: %s",
		    strerror(errno)));
	out = folder_begin(folder, "settings.sh", err);
	if (out == NULL)
		return (-1);
	fputs("# What a sweep is: written by gusim, read by task.sh and "
	    "merge.sh.\n", out);
	fprintf(out, "tasks=%llu\n", (unsigned long long)folder->tasks);
	assign(out, "folder", folder->path);
	assign(out, "database", folder->database);
	assign(out, "here", here);
	assign_path(out, "scenario", plan->scenario->path);
	scenarios = getenv("GUSIM_SCENARIOS");
	if (scenarios != NULL && scenarios[0] != '\0') {
		assign_path(out, "GUSIM_SCENARIOS", scenarios);
		fputs("export GUSIM_SCENARIOS\n", out);
	} else
		fputs("unset GUSIM_SCENARIOS\n", out);
	/* What stands beside the scenario is found only from its own place. */
	fputs("# Changed or gone since: the copy is what the sweep is of.\n"
	    "cmp -s \"$scenario\" \"$folder/scenario.yaml\" ||\n"
	    "    scenario=$folder/scenario.yaml\n"
	    "sweep() {\n"
	    "\texec \"$folder/gusim\" sweep \"$scenario\" \"$@\"", out);
	put_options(out, options);
	fputs("\n}\n", out);
	return (folder_commit(folder, "settings.sh", out, 0644, err));
}

static int
write_text(const struct folder *folder, const char *name, const char *text,
    unsigned mode, struct err *err)
{
	FILE *out;

	out = folder_begin(folder, name, err);
	if (out == NULL)
		return (-1);
	fputs(text, out);
	return (folder_commit(folder, name, out, mode, err));
}

/* Closes the descriptor. */
static int
write_copy(const struct folder *folder, const char *name, int from,
    unsigned mode, struct err *err)
{
	static char bytes[1 << 16];
	off_t at;
	ssize_t got;
	FILE *out;

	if (from < 0)
		return (err_set(err, "%s: cannot be read: %s", name,
		    strerror(errno)));
	out = folder_begin(folder, name, err);
	if (out == NULL) {
		close(from);
		return (-1);
	}
	for (at = 0; (got = pread(from, bytes, sizeof(bytes), at)) > 0;
	    at += got)
		fwrite(bytes, 1, (size_t)got, out);
	close(from);
	if (got < 0) {
		err_set(err, "%s: cannot be read: %s", name, strerror(errno));
		fclose(out);
		return (-1);
	}
	return (folder_commit(folder, name, out, mode, err));
}

int
folder_fill(const struct folder *folder, const struct options *options,
    const struct plan *plan, struct err *err)
{
	char name[40];
	size_t i;

	if (mkdir(folder->path, 0777) != 0 && errno != EEXIST)
		return (err_set(err, "%.900s: %s", folder->path,
		    strerror(errno)));
	if (write_text(folder, "scenario.yaml", plan->scenario->text, 0644,
	    err) != 0 ||
	    write_text(folder, "task.sh", cluster_task, 0755, err) != 0 ||
	    write_text(folder, "merge.sh", cluster_merge, 0755, err) != 0 ||
	    write_copy(folder, "gusim", open("/proc/self/exe",
	    O_RDONLY | O_CLOEXEC), 0755, err) != 0)
		return (-1);
	for (i = 0; i < options->plugin_count; i++) {
		snprintf(name, sizeof(name), "plugin-%zu.so", i + 1);
		if (write_copy(folder, name, plugin_file(i), 0644, err) != 0)
			return (-1);
	}
	return (write_settings(folder, options, plan, err));
}
