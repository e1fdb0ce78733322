/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/store/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/store/store_file.h"
#include "tools/store/store_query.h"
#include "tools/store/store_sqlite.h"

/* Where nothing can be made SQLite looks for a file, and reports its absence. */
static const char *
why_not_open(const struct store *store)
{
	int system_errno;
	char *folder, *slash;

	system_errno = sqlite3_system_errno(store->db);
	if (system_errno == ENOENT) {
		folder = must_copy(store->path);
		slash = strrchr(folder, '/');
		if (slash != NULL)
			slash[slash == folder] = '\0';
		system_errno = access(slash != NULL ? folder : ".", F_OK) == 0 ?
		    EACCES : errno;
		free(folder);
		return (system_errno == EACCES ?
		    "its folder may not be written to" :
		    "there is no such folder");
	}
	return (system_errno != 0 ? strerror(system_errno) :
	    sqlite3_errmsg(store->db));
}

int
store_err(struct store *store, int code, struct err *err)
{
	const char *path = store->path;
	int system_errno;

	system_errno = sqlite3_system_errno(store->db);
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return (err_set(err, "%s: the database is locked: another "
		    "process has been writing to it for %d s; wait for it, or "
		    "use another file with --db", path, store->busy_ms / 1000));
	case SQLITE_FULL:
		return (err_set(err, "%s: the disk is full; what was committed "
		    "before is safe", path));
	case SQLITE_NOTADB:
		return (err_set(err, "%s: this is not a database; it is left as "
		    "it is", path));
	case SQLITE_CORRUPT:
		return (err_set(err, "%s: the database is damaged (%s); "
		    "`sqlite3 FILE .recover` may save what is readable", path,
		    sqlite3_errmsg(store->db)));
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return (err_set(err, "%s: the database or its folder may not be "
		    "written to", path));
	case SQLITE_CANTOPEN:
		return (err_set(err, "%s: cannot open the database: %s", path,
		    why_not_open(store)));
	case SQLITE_IOERR:
		if (system_errno == EISDIR)
			return (err_set(err, "%s: this is a folder, not a "
			    "database", path));
		return (err_set(err, "%s: cannot read or write the database: "
		    "%s; what was committed before is safe", path,
		    system_errno != 0 ? strerror(system_errno) :
		    sqlite3_errmsg(store->db)));
	default:
		return (err_set(err, "%s: %s", path,
		    sqlite3_errmsg(store->db)));
	}
}

int
store_number(struct store *store, const char *sql, int64_t *number,
    struct err *err)
{
	struct store_query *query;
	int more;

	*number = 0;
	query = store_query_begin(store, sql, err);
	if (query == NULL)
		return (-1);
	more = store_query_step(query, err);
	if (more > 0)
		*number = store_query_int(query, 0);
	store_query_end(query);
	return (more < 0 ? -1 : 0);
}

sqlite3_stmt *
store_statement(struct store *store, enum store_statement which,
    const char *sql, struct err *err)
{
	sqlite3_stmt **slot = &store->statements[which];
	int code;

	if (*slot == NULL) {
		code = sqlite3_prepare_v3(store->db, sql, -1,
		    SQLITE_PREPARE_PERSISTENT, slot, NULL);
		if (code != SQLITE_OK) {
			store_err(store, code, err);
			return (NULL);
		}
	}
	return (*slot);
}

/*
 * Who is the first to set the journal of a new file needs it alone, and where two
 * are the first SQLite does not wait.
 */
static int
set_journal(struct store *store, const char *sql, struct err *err)
{
	int waited_ms;

	for (waited_ms = 0; store_query_run(store, sql, err) != 0;
	    waited_ms += STORE_JOURNAL_MS) {
		if ((sqlite3_errcode(store->db) & 0xff) != SQLITE_BUSY ||
		    waited_ms >= STORE_JOURNAL_MOST_MS)
			return (-1);
		sqlite3_busy_timeout(store->db, 0);
		sqlite3_sleep(STORE_JOURNAL_MS);
	}
	sqlite3_busy_timeout(store->db, store->busy_ms);
	return (0);
}

static int
set_up(struct store *store, enum store_mode mode, struct err *err)
{
	int judged;

	store->busy_ms = mode == STORE_SHARED ? STORE_SHARED_BUSY_MS :
	    STORE_BUSY_MS;
	sqlite3_busy_timeout(store->db, store->busy_ms);
	sqlite3_extended_result_codes(store->db, 1);
	/* Nobody's log is moved into its database but our own. */
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	judged = store_judge(store, "main", store->path, err);
	if (judged < 0)
		return (-1);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
	if (mode == STORE_READ) {
		if (judged == 0)
			return (err_set(err, "%s: the database is empty",
			    store->path));
		return (store_lend(store, err));
	}
	if (mode == STORE_WRITE &&
	    set_journal(store, "PRAGMA journal_mode=WAL", err) != 0)
		return (-1);
	if (mode == STORE_SHARED &&
	    set_journal(store, "PRAGMA journal_mode=DELETE", err) != 0)
		return (-1);
	/*
	 * What refers to a row is written with it, in one transaction; to look
	 * that row up again for each of a run's hundred rows costs a tenth.
	 */
	sqlite3_wal_autocheckpoint(store->db, STORE_LOG_PAGES);
	if (store_query_run(store, STORE_CACHE, err) != 0 ||
	    store_query_run(store, "PRAGMA synchronous=NORMAL", err) != 0 ||
	    store_query_run(store, "PRAGMA foreign_keys=OFF", err) != 0)
		return (-1);
	return (store_lay_out(store, err));
}

/* What could not be made is not left; but it may have become another's. */
static bool
is_stillborn(struct store *store)
{
	int code = sqlite3_errcode(store->db) & 0xff;

	return (code == SQLITE_FULL || code == SQLITE_IOERR ||
	    code == SQLITE_CANTOPEN);
}

/* Empty logs of a database that is no longer there. */
static void
remove_orphans(const char *path)
{
	struct stat log;
	char side[4096];

	if (access(path, F_OK) == 0 || snprintf(side, sizeof(side), "%s-wal",
	    path) >= (int)sizeof(side) || stat(side, &log) != 0 ||
	    log.st_size != 0)
		return;
	unlink(side);
	if (snprintf(side, sizeof(side), "%s-shm", path) < (int)sizeof(side))
		unlink(side);
}

static void
remove_new(const char *path)
{
	char side[4096];

	unlink(path);
	if (snprintf(side, sizeof(side), "%s-wal", path) < (int)sizeof(side))
		unlink(side);
	if (snprintf(side, sizeof(side), "%s-shm", path) < (int)sizeof(side))
		unlink(side);
}

/*
 * A writer that was killed may leave a rollback journal behind, which has to be
 * played back before anybody reads; that is writing.
 */
static bool
open_settled(struct store *store, struct err *err)
{
	int64_t tables;
	int code;

	if (sqlite3_extended_errcode(store->db) != SQLITE_READONLY_ROLLBACK)
		return (false);
	sqlite3_close(store->db);
	code = sqlite3_open_v2(store->path, &store->db, SQLITE_OPEN_READWRITE,
	    NULL);
	if (code != SQLITE_OK) {
		store_err(store, code, err);
		return (false);
	}
	sqlite3_busy_timeout(store->db, STORE_BUSY_MS);
	if (store_number(store, "SELECT count(*) FROM sqlite_schema", &tables,
	    err) != 0)
		return (false);
	sqlite3_close(store->db);
	code = sqlite3_open_v2(store->path, &store->db, SQLITE_OPEN_READONLY,
	    NULL);
	if (code != SQLITE_OK) {
		store_err(store, code, err);
		return (false);
	}
	return (set_up(store, STORE_READ, err) == 0);
}

/*
 * Even to read a database with a write-ahead log SQLite makes files beside it.
 * Where it cannot, as in an archive that may only be read, and there is no log,
 * nobody writes either, and the file can be read as it is.
 */
static bool
open_archived(struct store *store, struct err *err)
{
	const char *p;
	char *name;
	size_t room, used;
	int code;

	code = sqlite3_errcode(store->db) & 0xff;
	if (code != SQLITE_CANTOPEN && code != SQLITE_READONLY)
		return (false);
	room = 3 * strlen(store->path) + sizeof("file:?immutable=1");
	name = must_alloc(room, 1);
	snprintf(name, room, "%s-wal", store->path);
	if (access(name, F_OK) == 0) {
		free(name);
		return (false);
	}
	used = (size_t)snprintf(name, room, "file:");
	for (p = store->path; *p != '\0'; p++) {
		used += (size_t)snprintf(name + used, room - used,
		    strchr("%?#", *p) != NULL ? "%%%02x" : "%c",
		    (unsigned char)*p);
	}
	snprintf(name + used, room - used, "?immutable=1");
	sqlite3_close(store->db);
	code = sqlite3_open_v2(name, &store->db,
	    SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
	free(name);
	if (code != SQLITE_OK) {
		store_err(store, code, err);
		return (false);
	}
	return (set_up(store, STORE_READ, err) == 0);
}

/* What is written goes to this file, whoever has its name later. */
static void
remember_file(struct store *store, enum store_mode mode)
{
	struct stat now;

	if (mode != STORE_WRITE && mode != STORE_SHARED)
		return;
	if (stat(store->path, &now) != 0)
		return;
	store->written = true;
	store->device = now.st_dev;
	store->file = now.st_ino;
}

/*
 * The file of a database that was removed takes what is written to it along
 * when it is closed, and nobody would know.
 */
static int
check_file(struct store *store, struct err *err)
{
	struct stat now;

	if (!store->written)
		return (0);
	if (stat(store->path, &now) == 0) {
		if (now.st_dev == store->device && now.st_ino == store->file)
			return (0);
	} else if (errno != ENOENT && errno != ENOTDIR)
		return (0);	/* SQLite will see what is the matter */
	store_rollback(store);
	/* A log has the name that was; what is in it belongs to the file. */
	sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_TRUNCATE,
	    NULL, NULL);
	return (err_set(err, "%s: the database was removed, renamed or replaced "
	    "by another while it was written to; if it was renamed, what was "
	    "committed before is in it", store->path));
}

struct store *
store_open(const char *path, enum store_mode mode, struct err *err)
{
	struct store *store;
	bool fresh;
	int code;

	if (mode != STORE_MEMORY && store_file_check(path, err) != 0)
		return (NULL);
	store = must_alloc(1, sizeof(*store));
	store->path = mode == STORE_MEMORY ? must_copy(":memory:") :
	    store_file_name(path);
	fresh = (mode == STORE_WRITE || mode == STORE_SHARED) &&
	    access(path, F_OK) != 0 && errno == ENOENT;
	code = sqlite3_open_v2(store->path, &store->db,
	    SQLITE_OPEN_NOMUTEX | (mode == STORE_READ ? SQLITE_OPEN_READONLY :
	    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE), NULL);
	if (code == SQLITE_OK && set_up(store, mode, err) == 0) {
		remember_file(store, mode);
		return (store);
	}
	if (code != SQLITE_OK)
		store_err(store, code, err);
	else if (mode == STORE_READ &&
	    (open_settled(store, err) || open_archived(store, err)))
		return (store);
	fresh = fresh && is_stillborn(store);
	store_close(store);
	if (fresh)
		remove_new(path);
	return (NULL);
}

void
store_close(struct store *store)
{
	size_t i;

	if (store == NULL)
		return;
	store_rollback(store);
	for (i = 0; i < STORE_STATEMENTS; i++)
		sqlite3_finalize(store->statements[i]);
	sqlite3_close(store->db);
	if (store->written)
		remove_orphans(store->path);
	free(store->path);
	free(store);
}

const char *
store_path(const struct store *store)
{

	return (store->path);
}

int
store_begin(struct store *store, struct err *err)
{

	return (store_query_run(store, "BEGIN IMMEDIATE", err));
}

int
store_commit(struct store *store, struct err *err)
{

	if (check_file(store, err) != 0 ||
	    store_query_run(store, "COMMIT", err) != 0) {
		store_rollback(store);
		return (-1);
	}
	return (0);
}

void
store_rollback(struct store *store)
{

	/* SQLite itself may have rolled back, on a full disk for example. */
	if (store->db != NULL && !sqlite3_get_autocommit(store->db))
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}
