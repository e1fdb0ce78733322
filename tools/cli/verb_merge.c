/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/base/err.h"
#include "tools/store/store.h"
#include "tools/store/store_merge.h"
#include "tools/store/store_query.h"
#include "tools/cli/verb.h"

/* Every input is looked at before the output is touched. */
static int
look(const struct options *options, struct err *err)
{
	const char *out = options->arguments[0];
	struct stat output, input;
	struct store *store;
	bool exists;
	size_t i;

	exists = stat(out, &output) == 0;
	for (i = 1; i < options->argument_count; i++) {
		if (stat(options->arguments[i], &input) != 0) {
			err_set(err, "merge: %s: %s", options->arguments[i],
			    strerror(errno));
			return (VERB_ENVIRONMENT);
		}
		if (exists && input.st_dev == output.st_dev &&
		    input.st_ino == output.st_ino) {
			err_set(err, "merge: %s is both the output and an "
			    "input", options->arguments[i]);
			return (VERB_USAGE);
		}
		/* The database of a task that has only just begun. */
		if (S_ISREG(input.st_mode) && input.st_size == 0)
			continue;
		store = store_open(options->arguments[i], STORE_READ, err);
		if (store == NULL)
			return (VERB_ENVIRONMENT);
		store_close(store);
	}
	return (VERB_HELD);
}

/* Parts that did not become one are told, or they are taken for a whole. */
static int
tell_apart(struct store *store, struct err *err)
{
	struct store_query *query;
	int more;

	query = store_query_begin(store, "SELECT name, count(*), "
	    "count(DISTINCT scenario_digest), count(DISTINCT build_id) "
	    "FROM experiment GROUP BY name HAVING count(DISTINCT "
	    "scenario_digest || ' ' || build_id) > 1 ORDER BY name", err);
	if (query == NULL)
		return (-1);
	while ((more = store_query_step(query, err)) > 0)
		verb_note("%s: %lld sweeps of '%s' stand side by side: of %lld "
		    "scenarios or --set values, by %lld builds",
		    store_path(store), (long long)store_query_int(query, 1),
		    store_query_text(query, 0),
		    (long long)store_query_int(query, 2),
		    (long long)store_query_int(query, 3));
	store_query_end(query);
	return (more);
}

static int
merge(const struct options *options)
{
	struct store_merged merged;
	struct store *store;
	struct err err;
	size_t i;
	int status;

	status = look(options, &err);
	if (status != VERB_HELD)
		return (verb_fail((enum verb_exit)status, &err));
	store = store_open(options->arguments[0], STORE_WRITE, &err);
	if (store == NULL)
		return (verb_fail(VERB_ENVIRONMENT, &err));
	for (i = 1; i < options->argument_count && status == VERB_HELD; i++) {
		switch (store_merge(store, options->arguments[i], &merged,
		    &err)) {
		case 0:
			printf("%s: %lld experiment%s, %lld run%s new\n",
			    options->arguments[i],
			    (long long)merged.experiments,
			    merged.experiments == 1 ? "" : "s",
			    (long long)merged.runs,
			    merged.runs == 1 ? "" : "s");
			break;
		case 1:
			status = verb_fail(VERB_FINDING, &err);
			break;
		default:
			status = verb_fail(VERB_ENVIRONMENT, &err);
		}
	}
	if (status == VERB_HELD && tell_apart(store, &err) != 0)
		status = verb_fail(VERB_ENVIRONMENT, &err);
	store_close(store);
	return (status);
}

const struct verb verb_merge = {
	.name = "merge",
	.arguments = "OUT.db IN.db...",
	.summary = "Joins the databases of partial sweeps",
	.details =
	    "OUT.db is made where it is absent.  Sweeps of the same scenario by the same\n"
	    "build become one: a run that is done beats one that is pending.  Others are\n"
	    "kept side by side.  Merging the same database again changes nothing.",
	.options = 0,
	.arguments_least = 2,
	.arguments_most = SIZE_MAX,
	.act = merge,
};
