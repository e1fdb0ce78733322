/*
 * store_file - may SQLite be let at this file?
 *
 * SQLite repairs what it opens: it plays back the journal of a program that
 * was killed, before anybody can ask whose database it is, and it waits for
 * ever to open a pipe.  So the file is looked at first, without it.
 *
 * Source      the database file format, https://sqlite.org/fileformat2.html
 *             section 1.3
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_STORE_STORE_FILE_H
#define TOOLS_STORE_STORE_FILE_H

#include <stdint.h>

struct err;

/* 0: it is absent, empty, or may be ours; -1 with err: it is not. */
int store_file_check(const char *path, struct err *err);

/*
 * The path in words that SQLite takes for no more than that: `:memory:` and
 * `file:...` mean other things to it.  The caller frees it.
 */
char *store_file_name(const char *path);

/* What is wrong with a database of this application and schema; 0: nothing. */
int store_file_judge(const char *path, int64_t application, int64_t version,
    struct err *err);

#endif
