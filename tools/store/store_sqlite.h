/*
 * store_sqlite - what do the files of the store share?
 *
 * For store*.c only: nothing else may know that the store is SQLite.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_STORE_STORE_SQLITE_H
#define TOOLS_STORE_STORE_SQLITE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct err;

/* Statements that are executed for every run, prepared once. */
enum store_statement {
	/* Those of store_run.c: for one row each, then for several. */
	STORE_METRIC,
	STORE_HISTOGRAM,
	STORE_SERIES,
	STORE_COVERAGE,
	STORE_FINDING,
	STORE_SEVERAL,
	STORE_RUN_DONE = STORE_SEVERAL * 2,
	STORE_WANT_FIND,
	STORE_WANT_ADD,
	STORE_STATEMENTS
};

enum { STORE_ORDER_MAX = 256 };	/* rows of a run in one table */

/* In which order the rows of the last run went into a table. */
struct store_order {
	size_t count;
	uint16_t rows[STORE_ORDER_MAX];
};

/*
 * 32 MiB, so that a sweep of many points that was laid out by an older gusim,
 * whose runs come in between one another, finds its pages here.
 */
#define STORE_CACHE	"PRAGMA cache_size=-32768"

struct store {
	sqlite3 *db;
	char *path;
	int busy_ms;		/* for how long a lock is waited for */
	bool written;		/* a file, and what it was when it was opened: */
	dev_t device;
	ino_t file;
	sqlite3_stmt *statements[STORE_STATEMENTS];
	struct store_order orders[STORE_SEVERAL];
};

enum {
	STORE_APPLICATION_ID = 0x67757369,	/* "gusi" */
	STORE_SCHEMA_VERSION = 2,
	STORE_BUSY_MS = 5000,	/* another writer holds the lock for so long at most */
	STORE_JOURNAL_MS = 20,	/* between two tries to set the journal of a new file, */
	STORE_JOURNAL_MOST_MS = 2000,	/* ... for so long at most */
	/*
	 * Of a computer that is gone: an NFS server keeps its locks until the
	 * lease is over, 90 s on Linux (nfsd's lease time).
	 */
	STORE_SHARED_BUSY_MS = 180000,
	/* Pages in the log before they go to where they belong: the later, the
	 * fewer are written twice.  16 MiB; a resume reads it once. */
	STORE_LOG_PAGES = 4096,
};

/* Says what SQLite answered, and what a person can do about it. */
int store_err(struct store *store, int code, struct err *err);

/*
 * Looks at the main database or an attached one: the version of its schema, 0
 * it is empty, -1 with err: it is foreign, newer or damaged.
 */
int store_judge(struct store *store, const char *schema, const char *path,
    struct err *err);

/* Makes the newest schema of an empty or older database: all or nothing. */
int store_lay_out(struct store *store, struct err *err);

/*
 * For a database that is only read, and older: what it lacks, empty, for this
 * connection alone.
 */
int store_lend(struct store *store, struct err *err);

/* The statement, prepared from `sql` when it is wanted first; NULL with err. */
sqlite3_stmt *store_statement(struct store *store, enum store_statement which,
    const char *sql, struct err *err);

/* One number that a statement answers with. */
int store_number(struct store *store, const char *sql, int64_t *number,
    struct err *err);

#endif
