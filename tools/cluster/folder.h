/*
 * folder - what do the tasks of a cluster find beside the database?
 *
 * A sweep into DB that is given to a cluster has a folder DB.slurm:
 *
 *	about           tasks N; array ID; merge ID (the last ones)
 *	gusim           the program as it was, so that a new build disturbs nobody
 *	scenario.yaml   the scenario as it was
 *	plugin-1.so     policies from outside, as they were
 *	settings.sh     the command line and the environment of the sweep
 *	task.sh         the script of the array
 *	merge.sh        the script of the job after it
 *	lock            held by whoever looks and submits
 *	shard-K.db      the runs of task K; shard-K.log is what it said
 *
 * All paths in it are absolute: tasks start in any folder, on any node that
 * sees this file system.
 *
 * Errors      -1 with err.  Files are replaced as a whole: a task that reads
 *             one meanwhile sees the old or the new.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLUSTER_FOLDER_H
#define TOOLS_CLUSTER_FOLDER_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct options;
struct plan;

enum { FOLDER_JOB_SIZE = 32 };

struct folder {
	char *database;			/* absolute */
	char *path;			/* absolute */
	uint64_t tasks;			/* 0: nothing was submitted from here yet */
	char array[FOLDER_JOB_SIZE];	/* job ids; "": none */
	char merge[FOLDER_JOB_SIZE];
	bool locked;
	int lock;			/* a descriptor, if so */
};

/* Looks; makes nothing. */
int folder_open(struct folder *folder, const char *database, struct err *err);
void folder_fini(struct folder *folder);

/*
 * Of two that would submit at the same time, the second waits here for the
 * first, and then sees what it has submitted.  For a folder that is there; where
 * that cannot be locked, nobody waits.
 */
void folder_lock(struct folder *folder);
void folder_unlock(struct folder *folder);

/* The path of a file in it, for the caller to free. */
char *folder_file(const struct folder *folder, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Makes the folder, and all in it that tasks need. */
int folder_fill(const struct folder *folder, const struct options *options,
    const struct plan *plan, struct err *err);

/* Writes down `tasks`, `array` and `merge`. */
int folder_note(const struct folder *folder, struct err *err);

#endif
