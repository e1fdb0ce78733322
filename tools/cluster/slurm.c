/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cluster/slurm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"

/* Before the time of a task is over it hears of it, to requeue itself. */
enum { SLURM_NOTICE_S = 60 };

/* Runs one of Slurm's programs; any failure but those of its own is in err. */
static int
ask(const struct program_line *line, struct program *program, struct err *err)
{
	int status;

	status = program_run((const char *const *)line->words, program, err);
	if (status == PROGRAM_ABSENT)
		err_set(err, "%s: there is no such program in the PATH; it is "
		    "in Debian's package slurm-client", line->words[0]);
	return (status == 0 ? 0 : -1);
}

int
slurm_there(struct err *err)
{
	struct program_line line;
	struct program program;
	int failed;

	memset(&line, 0, sizeof(line));
	program_add(&line, "sbatch");
	program_add(&line, "--version");
	failed = ask(&line, &program, err) != 0;
	if (!failed && program.status != 0) {
		err_set(err, "`sbatch --version` fails: %s", program.words);
		failed = 1;
	}
	program_fini(&program);
	program_line_fini(&line);
	return (failed ? -1 : 0);
}

/* The tasks of the array as ranges: "1-3,5,7-8". */
static char *
ranges(const bool *wanted, uint64_t tasks)
{
	uint64_t first, i;
	size_t size;
	char *text;
	FILE *out;

	out = open_memstream(&text, &size);
	if (out == NULL)
		abort();
	for (i = 0; i < tasks; i++) {
		if (!wanted[i])
			continue;
		for (first = i; i + 1 < tasks && wanted[i + 1]; i++)
			continue;
		fprintf(out, "%s%llu", ftell(out) > 0 ? "," : "",
		    (unsigned long long)first + 1);
		if (i > first)
			fprintf(out, "-%llu", (unsigned long long)i + 1);
	}
	if (fclose(out) != 0)
		abort();
	return (text);
}

/* A path for --output, where % begins a pattern. */
static void
add_output(struct program_line *line, const struct folder *folder,
    const char *name)
{
	const char *from;
	char *text, *to;

	text = must_alloc(2 * strlen(folder->path) + 1, 1);
	for (from = folder->path, to = text; *from != '\0'; from++) {
		if (*from == '%')
			*to++ = '%';
		*to++ = *from;
	}
	program_add(line, "--output=%s/%s", text, name);
	free(text);
}

static void
add_common(struct program_line *line, const struct folder *folder,
    const struct slurm_wish *wish, const char *what)
{
	size_t i;

	program_add(line, "sbatch");
	program_add(line, "--parsable");
	program_add(line, "--requeue");
	program_add(line, "--open-mode=append");
	program_add(line, "--job-name=gusim-%s%s", wish->name, what);
	program_add(line, "--chdir=%s", folder->path);
	if (wish->partition != NULL)
		program_add(line, "--partition=%s", wish->partition);
	for (i = 0; i < wish->more.count; i++)
		program_add(line, "%s", wish->more.words[i]);
}

/* The last words are the script and what it is given. */
static int
submit(struct program_line *line, const struct folder *folder,
    const char *script, char id[FOLDER_JOB_SIZE], struct err *err)
{
	struct program program;
	int failed;

	program_add(line, "%s/%s", folder->path, script);
	program_add(line, "%s", folder->path);
	failed = ask(line, &program, err) != 0;
	if (!failed && (program.status != 0 ||
	    sscanf(program.out, "%31[0-9]", id) != 1)) {
		err_set(err, "sbatch has refused %s: %s", script,
		    program.words[0] != '\0' ? program.words :
		    "it did not say why");
		failed = 1;
	}
	program_fini(&program);
	program_line_fini(line);
	return (failed ? -1 : 0);
}

int
slurm_submit(struct folder *folder, const struct slurm_wish *wish,
    const bool *wanted, struct err *err)
{
	struct program_line line;
	char *tasks;

	memset(&line, 0, sizeof(line));
	folder->array[0] = folder->merge[0] = '\0';
	add_common(&line, folder, wish, "");
	tasks = ranges(wanted, folder->tasks);
	if (wish->at_most > 0)
		program_add(&line, "--array=%s%%%llu", tasks,
		    (unsigned long long)wish->at_most);
	else
		program_add(&line, "--array=%s", tasks);
	free(tasks);
	program_add(&line, "--signal=B:TERM@%d", SLURM_NOTICE_S);
	if (wish->workers > 0)
		program_add(&line, "--cpus-per-task=%llu",
		    (unsigned long long)wish->workers);
	add_output(&line, folder, "shard-%a.log");
	if (submit(&line, folder, "task.sh", folder->array, err) != 0)
		return (-1);

	/*
	 * Not afterok: that is never satisfied by an array of which a task has
	 * failed once and succeeded when it was requeued.
	 */
	add_common(&line, folder, wish, "-merge");
	program_add(&line, "--dependency=afterany:%s", folder->array);
	program_add(&line, "--kill-on-invalid-dep=yes");
	add_output(&line, folder, "merge.log");
	return (submit(&line, folder, "merge.sh", folder->merge, err));
}

static void
count_states(const char *text, struct slurm_states *states)
{
	size_t length;

	for (; *text != '\0'; text += length) {
		text += strspn(text, " \n");
		length = strcspn(text, " \n");
		if (length == 0)
			break;
		if (strncmp(text, "PENDING", length) == 0 ||
		    strncmp(text, "REQUEUED", length) == 0 ||
		    strncmp(text, "REQUEUE_HOLD", length) == 0 ||
		    strncmp(text, "SPECIAL_EXIT", length) == 0)
			states->waiting++;
		else
			states->working++;
	}
}

int
slurm_look(const struct folder *folder, struct slurm_states *states,
    struct err *err)
{
	struct program_line line;
	struct program program;
	int failed;

	memset(states, 0, sizeof(*states));
	if (folder->array[0] == '\0')
		return (0);
	memset(&line, 0, sizeof(line));
	program_add(&line, "squeue");
	program_add(&line, "--noheader");
	program_add(&line, "--array");
	program_add(&line, "--format=%%T");
	program_add(&line, "--jobs=%s%s%s", folder->array,
	    folder->merge[0] != '\0' ? "," : "", folder->merge);
	failed = ask(&line, &program, err) != 0;
	if (!failed && program.status == 0)
		count_states(program.out, states);
	else if (!failed && strstr(program.words, "Invalid job id") == NULL) {
		/* Of jobs that ended long ago Slurm knows nothing any more. */
		err_set(err, "squeue cannot look at job %s: %s",
		    folder->array, program.words);
		failed = 1;
	}
	program_fini(&program);
	program_line_fini(&line);
	return (failed ? -1 : 0);
}
