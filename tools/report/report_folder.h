/*
 * report_folder - how does a report appear all at once?
 *
 * Files are made in a folder beside the one that is asked for, under a name
 * that nobody uses, and take its place when all of them are there.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_REPORT_REPORT_FOLDER_H
#define TOOLS_REPORT_REPORT_FOLDER_H

#include <stddef.h>
#include <stdio.h>

struct err;
struct report_folder;

/*
 * May a report be put there?  0: yes, it is absent, empty or an earlier
 * report; 1: no, it holds something else; -1: it cannot be looked at.
 */
int report_folder_look(const char *path, struct err *err);

struct report_folder *report_folder_create(const char *path, struct err *err);
/* Removes what was not published.  NULL is fine. */
void report_folder_destroy(struct report_folder *folder);

/* Where the files are made. */
const char *report_folder_path(const struct report_folder *folder);

/* One file; NULL with err. */
FILE *report_folder_begin(struct report_folder *folder, const char *name,
    struct err *err);
/* -1 if not all of it could be written; err may be NULL. */
int report_folder_end(struct report_folder *folder, FILE *out,
    struct err *err);

/*
 * Puts everything in its place.  The names are sorted and the caller's.
 */
int report_folder_publish(struct report_folder *folder, char ***files,
    size_t *count, struct err *err);

#endif
