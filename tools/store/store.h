/*
 * store - where are the results kept?
 *
 * A store is one SQLite database with the schema of tools/store/schema.sql.  One
 * process writes (WAL, synchronous NORMAL); any number may read.  A database
 * that is not gusim's, or is of a newer gusim, is left alone.
 *
 * Files named store*.c are the only ones that know SQLite.
 *
 * Errors      -1 or NULL with a message for a person in err: the file, what
 *             is wrong with it and what to do.  A transaction that failed has
 *             been rolled back: nothing is half-written.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_STORE_STORE_H
#define TOOLS_STORE_STORE_H

#include <stdbool.h>

struct err;
struct store;

enum store_mode {
	STORE_READ,	/* the file must exist */
	STORE_WRITE,	/* made where it is absent */
	/*
	 * The same, on a file system that several computers share: with a
	 * rollback journal, since a write-ahead log is for the processes of one
	 * computer, and with patience, since locks of a computer that is gone
	 * are held for a while.
	 */
	STORE_SHARED,
	STORE_MEMORY,	/* nowhere: gone when closed; the path is ignored */
};

struct store *store_open(const char *path, enum store_mode mode,
    struct err *err);

/* NULL is fine.  An open transaction is rolled back. */
void store_close(struct store *store);

const char *store_path(const struct store *store);

/* Transactions do not nest. */
int store_begin(struct store *store, struct err *err);
int store_commit(struct store *store, struct err *err);
void store_rollback(struct store *store);

#endif
