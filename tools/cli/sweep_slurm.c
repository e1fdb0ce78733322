/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cli/sweep_slurm.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/campaign/host.h"
#include "tools/campaign/sweep.h"
#include "tools/cli/sweep_watch.h"
#include "tools/cli/verb.h"
#include "tools/cluster/folder.h"
#include "tools/cluster/gather.h"
#include "tools/cluster/slurm.h"
#include "tools/scenario/plan.h"
#include "tools/store/store.h"

enum {
	TASKS_MOST = 100000,
	SHARDS_NAMED = 8,	/* in one message */
};

/* A course of it. */
struct course {
	const struct sweep_slurm *slurm;
	const struct options *options;
	struct folder folder;
	struct slurm_wish wish;
	struct gather gathered;
	uint64_t tasks;
	struct err err;
};

bool
sweep_slurm_only(const struct options *options, struct err *err)
{
	static const enum option_id only[] = { OPTION_ARRAY, OPTION_AT_MOST,
		OPTION_PARTITION, OPTION_SLURM_OPTIONS, OPTION_WAIT,
		OPTION_COLLECT };
	size_t i;

	for (i = 0; i < sizeof(only) / sizeof(*only); i++) {
		if (options_given(options, only[i])) {
			err_set(err, "sweep: --%s is for a cluster: add "
			    "--backend slurm, or leave it out",
			    option_table[only[i]].name);
			return (true);
		}
	}
	return (false);
}

static int
fail(struct course *course, enum verb_exit status)
{

	return (verb_fail(status, &course->err));
}

/* The line without --collect, which would submit nothing again. */
static int
length_before_collect(const char *command)
{
	static const char word[] = " --collect";
	const char *at;

	for (at = command; (at = strstr(at, word)) != NULL; at++) {
		if (at[sizeof(word) - 1] == ' ' || at[sizeof(word) - 1] == '\0')
			return ((int)(at - command));
	}
	return ((int)strlen(command));
}

/* The person's line, with what it lacks to go on with. */
static void
print_again(const struct course *course, enum option_id more)
{
	const struct options *options = course->options;
	const char *rest;
	int length;

	length = length_before_collect(options->command);
	rest = options->command + length;
	if (*rest != '\0')
		rest += strlen(" --collect");
	fprintf(stderr, "    %.*s%s%s", length, options->command, rest,
	    options_given(options, OPTION_RESUME) ? "" : " --resume");
	if (more != OPTION_RESUME && !options_given(options, more))
		fprintf(stderr, " --%s", option_table[more].name);
	fputc('\n', stderr);
}

static int
read_words(struct course *course)
{
	const struct options *options = course->options;
	struct slurm_wish *wish = &course->wish;
	struct err *err = &course->err;

	if (options_given(options, OPTION_SHARD)) {
		return (err_set(err, "sweep: --shard and --backend slurm: the "
		    "cluster's tasks are the shards; --array N says how "
		    "many"));
	}
	if (options_count(options, OPTION_ARRAY, 1, TASKS_MOST, 0,
	    &course->tasks, err) != 0 ||
	    options_count(options, OPTION_AT_MOST, 1, TASKS_MOST, 0,
	    &wish->at_most, err) != 0 ||
	    options_count(options, OPTION_JOBS, 1, 4096, 0, &wish->workers,
	    err) != 0)
		return (-1);
	wish->name = course->slurm->plan->scenario->name;
	wish->partition = options->values[OPTION_PARTITION];
	if (options_given(options, OPTION_SLURM_OPTIONS) && program_split(
	    &wish->more, options->values[OPTION_SLURM_OPTIONS], err) != 0)
		return (err_at(err, "sweep: --slurm-options"));
	return (0);
}

/* What stands beside the database must fit what is asked for. */
static int
fit_folder(struct course *course)
{
	const struct options *options = course->options;
	struct folder *folder = &course->folder;
	bool again;

	again = options_given(options, OPTION_RESUME) ||
	    options_given(options, OPTION_COLLECT);
	if (folder->tasks > 0 && !again) {
		return (err_set(&course->err, "%.700s is of an earlier sweep; "
		    "--resume goes on with it, --db makes another one, and "
		    "without the folder this one starts anew", folder->path));
	}
	if (folder->tasks == 0 && options_given(options, OPTION_COLLECT)) {
		return (err_set(&course->err, "sweep: --collect: there is no "
		    "%.700s; no sweep into this database was given to a "
		    "cluster", folder->path));
	}
	if (folder->tasks > 0 && course->tasks > 0 &&
	    course->tasks != folder->tasks) {
		return (err_set(&course->err, "sweep: --array %" PRIu64 ": the "
		    "sweep in %.600s was dealt out to %" PRIu64 " tasks, and "
		    "goes on with as many; leave --array out", course->tasks,
		    folder->path, folder->tasks));
	}
	if (folder->tasks == 0)
		folder->tasks = course->tasks > 0 ? course->tasks :
		    SWEEP_SLURM_TASKS;
	return (0);
}

static void
close_store(struct course *course)
{

	store_close(course->slurm->sweep->campaign.store);
	course->slurm->sweep->campaign.store = NULL;
}

/* Opens the database and brings it up to date; it stays open if this holds. */
static int
open_and_gather(struct course *course)
{
	const struct sweep_slurm *slurm = course->slurm;
	struct sweep *sweep = slurm->sweep;
	int status;

	status = slurm->open(slurm->context);
	/* Of another scenario or build; what began can still go on. */
	if (status == VERB_USAGE && course->folder.array[0] != '\0')
		verb_note("what array %s began goes on with the program and the "
		    "scenario of then, %s/gusim and %s/scenario.yaml; --db "
		    "makes another sweep", course->folder.array,
		    course->folder.path, course->folder.path);
	if (status != VERB_HELD)
		return (status);
	/* Whoever opens it again goes on with the same experiment. */
	sweep->resume = true;
	gather_fini(&course->gathered);
	if (gather(&course->folder, slurm->plan, sweep->campaign.store,
	    sweep->experiment, &course->gathered, &course->err) != 0)
		return (fail(course, VERB_ENVIRONMENT));
	return (VERB_HELD);
}

static void
print_missing(const struct course *course)
{
	const struct gather *all = &course->gathered;
	const struct gather_shard *shard;
	unsigned named;
	uint64_t i;

	/* How many there will be is not known where runs say it themselves. */
	if (all->missing == 0)
		verb_note("%" PRIu64 " of %" PRIu64 " shards are not at their "
		    "end:", all->incomplete, all->tasks);
	else
		verb_note("%" PRIu64 " of %" PRIu64 " runs are missing, in %"
		    PRIu64 " of %" PRIu64 " shards:", all->missing, all->total,
		    all->incomplete, all->tasks);
	named = 0;
	for (i = 0; i < all->tasks; i++) {
		shard = &all->shards[i];
		if (shard->complete)
			continue;
		if (named++ == SHARDS_NAMED) {
			fprintf(stderr, "    ... and %" PRIu64 " more\n",
			    all->incomplete - SHARDS_NAMED);
			break;
		}
		fprintf(stderr, "    shard %" PRIu64 ": %" PRIu64 " runs; %s%s"
		    "see %s/shard-%" PRIu64 ".log\n", i + 1, shard->missing,
		    shard->trouble == NULL ? "" : shard->trouble,
		    shard->trouble == NULL ? "" : "; ", course->folder.path,
		    i + 1);
	}
}

/* The end: what there is, and the sweep's own verdict if that is all. */
static int
collect(struct course *course)
{
	const struct sweep_slurm *slurm = course->slurm;
	int status;

	status = open_and_gather(course);
	if (status != VERB_HELD)
		return (status);
	status = slurm->conclude(slurm->context);
	if (status > VERB_FINDING || course->gathered.incomplete == 0)
		return (status);
	print_missing(course);
	verb_note("when no task is at work any more, go on with");
	print_again(course, OPTION_RESUME);
	return (VERB_ENVIRONMENT);
}

static void
print_jobs(const struct course *course, uint64_t given)
{
	const struct folder *folder = &course->folder;
	const struct gather *all = &course->gathered;

	printf("array  %s  %" PRIu64 " of %" PRIu64 " tasks, %s%" PRIu64 " of %"
	    PRIu64 " runs to do\n", folder->array, given, all->tasks,
	    course->slurm->plan->seed_until > 0 ? "at least " : "",
	    all->missing, all->total);
	printf("merge  %s  after them, into %s\n", folder->merge,
	    folder->database);
	printf("folder %s\n", folder->path);
	fflush(stdout);
}

static void
print_how(const struct course *course)
{
	const struct folder *folder = &course->folder;

	verb_note("to look, to see what is done, to cancel; to wait for it, or "
	    "to go on after scancel:");
	fprintf(stderr, "    squeue -j %s,%s\n    gusim merge partial.db ",
	    folder->array, folder->merge);
	program_quote(stderr, folder->path);
	fprintf(stderr, "/shard-*.db\n    scancel %s %s\n", folder->array,
	    folder->merge);
	print_again(course, OPTION_WAIT);
}

static int
submit(struct course *course)
{
	const struct gather *all = &course->gathered;
	bool *wanted;
	uint64_t i;
	int status;

	wanted = must_alloc(all->tasks, sizeof(*wanted));
	for (i = 0; i < all->tasks; i++)
		wanted[i] = !all->shards[i].complete;
	status = folder_fill(&course->folder, course->options,
	    course->slurm->plan, &course->err);
	if (status == 0) {
		status = slurm_submit(&course->folder, &course->wish, wanted,
		    &course->err);
		free(wanted);
		if (status != 0 && course->folder.array[0] != '\0')
			verb_note("array %s is submitted all the same; --collect "
			    "joins what it does, scancel %s ends it",
			    course->folder.array, course->folder.array);
		/* Also of an array without its merge something must be known. */
		if (course->folder.array[0] != '\0') {
			struct err second;

			if (folder_note(&course->folder, status == 0 ?
			    &course->err : &second) != 0)
				status = -1;
		}
	} else
		free(wanted);
	if (status != 0)
		return (fail(course, VERB_ENVIRONMENT));
	print_jobs(course, all->incomplete);
	return (VERB_HELD);
}

/* Until no job of the folder is left. */
static int
wait_for_all(struct course *course)
{
	int number;

	folder_unlock(&course->folder);
	number = sweep_watch(&course->folder, course->slurm->plan,
	    course->slurm->sweep->mode, &course->err);
	if (number < 0)
		return (fail(course, VERB_ENVIRONMENT));
	if (number == 0)
		return (collect(course));
	verb_note("no longer waiting; array %s goes on, `scancel %s %s` ends "
	    "it; wait again, or go on after scancel, with",
	    course->folder.array, course->folder.array, course->folder.merge);
	print_again(course, OPTION_WAIT);
	return (VERB_INTERRUPTED + number);
}

static int
submit_and_wait(struct course *course)
{
	bool waits;
	int status;

	waits = options_given(course->options, OPTION_WAIT);
	status = open_and_gather(course);
	if (status != VERB_HELD)
		return (status);
	if (course->gathered.incomplete == 0)
		return (course->slurm->conclude(course->slurm->context));
	/* It is the merge's from now on, on whatever node. */
	close_store(course);
	status = submit(course);
	if (status != VERB_HELD)
		return (status);
	if (waits)
		return (wait_for_all(course));
	print_how(course);
	return (VERB_HELD);
}

/* Tasks of an earlier call may still be at work. */
static int
go_on(struct course *course)
{
	struct slurm_states states;

	if (slurm_there(&course->err) != 0)
		return (fail(course, VERB_ENVIRONMENT));
	if (course->folder.array[0] != '\0')
		folder_lock(&course->folder);
	if (slurm_look(&course->folder, &states, &course->err) != 0)
		return (fail(course, VERB_ENVIRONMENT));
	if (states.waiting + states.working == 0)
		return (submit_and_wait(course));
	verb_note("array %s is still there: %u at work, %u waiting, the merge "
	    "among them; nothing is submitted", course->folder.array,
	    states.working, states.waiting);
	if (options_given(course->options, OPTION_WAIT))
		return (wait_for_all(course));
	print_how(course);
	return (VERB_HELD);
}

int
sweep_slurm_size(const struct options *options, const struct plan *plan,
    uint64_t *tasks, uint64_t *workers, struct err *err)
{
	const struct sweep_slurm slurm = { .options = options, .plan = plan };
	struct course *course;
	int failed;

	course = must_alloc(1, sizeof(*course));
	course->slurm = &slurm;
	course->options = options;
	failed = read_words(course);
	*err = course->err;
	*tasks = course->tasks > 0 ? course->tasks : SWEEP_SLURM_TASKS;
	*workers = course->wish.at_most > 0 && course->wish.at_most < *tasks ?
	    course->wish.at_most : *tasks;
	if (course->wish.workers > 0)
		*workers *= course->wish.workers;
	program_line_fini(&course->wish.more);
	free(course);
	return (failed);
}

int
sweep_slurm(struct sweep_slurm *slurm)
{
	struct course *course;
	const char *path;
	int status;

	course = must_alloc(1, sizeof(*course));
	course->slurm = slurm;
	course->options = slurm->options;
	path = slurm->options->values[OPTION_DB];
	slurm->sweep->shared = true;
	if (read_words(course) != 0)
		status = fail(course, VERB_USAGE);
	else if (folder_open(&course->folder, path != NULL ? path : "gusim.db",
	    &course->err) != 0)
		status = fail(course, VERB_ENVIRONMENT);
	else if (fit_folder(course) != 0)
		status = fail(course, VERB_USAGE);
	else if ((status = gather_check(&course->folder, slurm->plan,
	    slurm->sweep->resume, &course->err)) != 0)
		status = fail(course, status > 0 ? VERB_USAGE :
		    VERB_ENVIRONMENT);
	else if (options_given(slurm->options, OPTION_COLLECT))
		status = collect(course);
	else
		status = go_on(course);
	program_line_fini(&course->wish.more);
	gather_fini(&course->gathered);
	folder_fini(&course->folder);
	free(course);
	return (status);
}
