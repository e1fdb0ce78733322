/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "sim/base/err.h"
#include "tools/store/store.h"
#include "tools/store/store_file.h"
#include "tools/store/store_query.h"
#include "tools/store/store_sqlite.h"

#include "schema_value.h"
#include "summary_value.h"

static int
look(struct store *store, const char *schema, int64_t *application,
    int64_t *version, int64_t *tables, struct err *err)
{
	char sql[100];

	snprintf(sql, sizeof(sql), "PRAGMA %s.application_id", schema);
	if (store_number(store, sql, application, err) != 0)
		return (-1);
	snprintf(sql, sizeof(sql), "PRAGMA %s.user_version", schema);
	if (store_number(store, sql, version, err) != 0)
		return (-1);
	snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s.sqlite_schema",
	    schema);
	return (store_number(store, sql, tables, err));
}

int
store_judge(struct store *store, const char *schema, const char *path,
    struct err *err)
{
	int64_t application, version, tables, before;

	if (look(store, schema, &application, &version, &tables, err) != 0)
		return (-1);
	/*
	 * Another process may have laid it out between two of the questions:
	 * what has no number yet is true when it is said twice.
	 */
	before = -1;
	while ((application == 0 || version == 0) && tables != before) {
		before = tables;
		if (look(store, schema, &application, &version, &tables,
		    err) != 0)
			return (-1);
	}
	if (application == 0 && version == 0 && tables == 0)
		return (0);
	if (store_file_judge(path, application, version, err) != 0)
		return (-1);
	return ((int)version);
}

int
store_lay_out(struct store *store, struct err *err)
{
	char numbers[120];
	int judged;

	judged = store_judge(store, "main", store->path, err);
	if (judged < 0 || judged == STORE_SCHEMA_VERSION)
		return (judged < 0 ? -1 : 0);
	if (store_begin(store, err) != 0)
		return (-1);
	/* Another process may have been quicker. */
	judged = store_judge(store, "main", store->path, err);
	if (judged < 0 || judged == STORE_SCHEMA_VERSION) {
		store_rollback(store);
		return (judged < 0 ? -1 : 0);
	}
	snprintf(numbers, sizeof(numbers),
	    "PRAGMA application_id=%d; PRAGMA user_version=%d",
	    STORE_APPLICATION_ID, STORE_SCHEMA_VERSION);
	if (store_query_run(store, schema_sql, err) != 0 ||
	    store_query_run(store, summary_sql, err) != 0 ||
	    store_query_run(store, numbers, err) != 0) {
		store_rollback(store);
		return (-1);
	}
	return (store_commit(store, err));
}

int
store_lend(struct store *store, struct err *err)
{
	int64_t version;

	if (store_number(store, "PRAGMA main.user_version", &version,
	    err) != 0)
		return (-1);
	if (version >= 2)
		return (0);
	return (store_query_run(store, "PRAGMA temp_store=MEMORY;"
	    "CREATE TEMP TABLE audit (run_id, digest, again, verdict);"
	    "CREATE TEMP TABLE point_stop (point_id, reason, seeds, look, "
	    "until)", err));
}
