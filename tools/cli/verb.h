/*
 * verb - what can be asked of gusim on the command line?
 *
 * A verb is one row of tools/cli/verbs.def and one file tools/verb_NAME.c that
 * defines `const struct verb verb_NAME`.  The row makes it known to the
 * command line, to `gusim help` and to the suggestions for misspelt verbs; the
 * options that it takes are named by a mask of rows of tools/cli/options.def.
 *
 * Errors      a verb prints what is wrong to standard error and returns the
 *             exit status; it never calls exit().
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLI_VERB_H
#define TOOLS_CLI_VERB_H

#include <stddef.h>
#include <stdint.h>

#include "tools/cli/options.h"

struct err;

enum verb_exit {
	VERB_HELD = 0,		/* done, and every expectation held */
	VERB_FINDING = 1,	/* a finding, or an expectation that did not hold */
	VERB_USAGE = 2,		/* bad usage or bad input; nothing was written */
	VERB_ENVIRONMENT = 3,	/* disk full, database locked, ... */
	VERB_INTERRUPTED = 128,	/* plus the number of the signal */
};

struct verb {
	const char *name;
	const char *arguments;		/* for the usage line: "SCENARIO" */
	const char *summary;		/* one line for `gusim help` */
	const char *details;		/* paragraphs for --help; "" for none */
	uint64_t options;		/* VERB_TAKES(SEED) | VERB_TAKES(DB) */
	size_t arguments_least;
	size_t arguments_most;
	int (*act)(const struct options *options);
};

#define VERB_TAKES(option)	(UINT64_C(1) << OPTION_##option)

extern const struct verb *const verb_table[];
extern const size_t verb_count;

/* The verb of that name, or NULL. */
const struct verb *verb_find(const char *name);

/* The name nearest to a misspelt one, or NULL. */
const char *verb_nearest(const char *name);

/* Prints what is to be known about one verb. */
void verb_explain(const struct verb *verb);

/* Prints "gusim: MESSAGE" to standard error; returns `status`. */
int verb_fail(enum verb_exit status, const struct err *err);
int verb_failf(enum verb_exit status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A note for the person, to standard error: never part of the result. */
void verb_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
