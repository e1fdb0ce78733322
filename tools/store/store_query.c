/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/store/store_query.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "sim/base/must.h"
#include "tools/store/store_sqlite.h"

struct store_query {
	struct store *store;
	sqlite3_stmt *statement;
};

struct store_query *
store_query_begin(struct store *store, const char *sql, struct err *err)
{
	struct store_query *query;
	int code;

	query = must_alloc(1, sizeof(*query));
	query->store = store;
	code = sqlite3_prepare_v2(store->db, sql, -1, &query->statement, NULL);
	if (code != SQLITE_OK) {
		store_err(store, code, err);
		free(query);
		return (NULL);
	}
	return (query);
}

void
store_query_end(struct store_query *query)
{

	if (query == NULL)
		return;
	sqlite3_finalize(query->statement);
	free(query);
}

void
store_query_bind_int(struct store_query *query, int index, int64_t value)
{
	int code;

	code = sqlite3_bind_int64(query->statement, index, value);
	assert(code == SQLITE_OK);
}

void
store_query_bind_real(struct store_query *query, int index, double value)
{
	int code;

	code = sqlite3_bind_double(query->statement, index, value);
	assert(code == SQLITE_OK);
}

void
store_query_bind_text(struct store_query *query, int index, const char *text)
{
	int code;

	code = sqlite3_bind_text(query->statement, index, text, -1,
	    SQLITE_TRANSIENT);
	assert(code == SQLITE_OK);
}

void
store_query_bind_blob(struct store_query *query, int index, const void *bytes,
    size_t length)
{
	int code;

	code = sqlite3_bind_blob64(query->statement, index, bytes, length,
	    SQLITE_TRANSIENT);
	assert(code == SQLITE_OK);
}

int
store_query_step(struct store_query *query, struct err *err)
{
	int code;

	code = sqlite3_step(query->statement);
	if (code == SQLITE_ROW)
		return (1);
	if (code == SQLITE_DONE)
		return (0);
	store_err(query->store, code, err);
	sqlite3_reset(query->statement);
	return (-1);
}

void
store_query_reset(struct store_query *query)
{

	sqlite3_reset(query->statement);
}

bool
store_query_is_null(struct store_query *query, int column)
{

	assert(column < sqlite3_column_count(query->statement));
	return (sqlite3_column_type(query->statement, column) == SQLITE_NULL);
}

int64_t
store_query_int(struct store_query *query, int column)
{

	assert(column < sqlite3_column_count(query->statement));
	return (sqlite3_column_int64(query->statement, column));
}

double
store_query_real(struct store_query *query, int column)
{

	if (store_query_is_null(query, column))
		return (NAN);
	return (sqlite3_column_double(query->statement, column));
}

const char *
store_query_text(struct store_query *query, int column)
{
	const unsigned char *text;

	assert(column < sqlite3_column_count(query->statement));
	text = sqlite3_column_text(query->statement, column);
	return (text == NULL ? "" : (const char *)text);
}

const void *
store_query_blob(struct store_query *query, int column, size_t *length)
{
	const void *bytes;

	assert(column < sqlite3_column_count(query->statement));
	bytes = sqlite3_column_blob(query->statement, column);
	*length = (size_t)sqlite3_column_bytes(query->statement, column);
	return (bytes);
}

int
store_query_run(struct store *store, const char *sql, struct err *err)
{
	int code;

	code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
	return (code == SQLITE_OK ? 0 : store_err(store, code, err));
}
