/*
 * store_query - what do the tables say?
 *
 * A query is one SQL statement on a store with its parameters and rows.
 *
 *	query = store_query_begin(store, "SELECT ... WHERE id = ?", err);
 *	store_query_bind_int(query, 1, id);
 *	while ((more = store_query_step(query, err)) > 0)
 *		... store_query_text(query, 0) ...
 *	store_query_end(query);
 *
 * Columns count from 0, parameters from 1.  A text or blob is good until the
 * next step.
 *
 * Errors      begin and step set err; binding and reading cannot fail, except
 *             that a wrong index is a bug and asserts.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_STORE_STORE_QUERY_H
#define TOOLS_STORE_STORE_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct store;
struct store_query;

struct store_query *store_query_begin(struct store *store, const char *sql,
    struct err *err);
/* NULL is fine. */
void store_query_end(struct store_query *query);

void store_query_bind_int(struct store_query *query, int index, int64_t value);
void store_query_bind_real(struct store_query *query, int index, double value);
/* NULL binds a NULL. */
void store_query_bind_text(struct store_query *query, int index,
    const char *text);
void store_query_bind_blob(struct store_query *query, int index,
    const void *bytes, size_t length);

/* 1: a row; 0: no more rows; -1: err.  After 0 it may be reset and reused. */
int store_query_step(struct store_query *query, struct err *err);
void store_query_reset(struct store_query *query);

bool store_query_is_null(struct store_query *query, int column);
int64_t store_query_int(struct store_query *query, int column);
/* NAN for NULL. */
double store_query_real(struct store_query *query, int column);
/* "" for NULL. */
const char *store_query_text(struct store_query *query, int column);
const void *store_query_blob(struct store_query *query, int column,
    size_t *length);

/* Executes a statement without rows and without parameters. */
int store_query_run(struct store *store, const char *sql, struct err *err);

#endif
