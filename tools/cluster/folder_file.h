/*
 * folder_file - how does a file of the folder change all at once?
 *
 * For folder*.c only: a new file is written beside the old one and takes its
 * place when it is whole.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLUSTER_FOLDER_FILE_H
#define TOOLS_CLUSTER_FOLDER_FILE_H

#include <stdio.h>

struct err;
struct folder;

/* NULL with err. */
FILE *folder_begin(const struct folder *folder, const char *name,
    struct err *err);

/* Closes the file in any case. */
int folder_commit(const struct folder *folder, const char *name, FILE *file,
    unsigned mode, struct err *err);

#endif
