/*
 * show - what is to be seen of one run, besides its answer?
 *
 * A trace (--trace), a picture (--timeline) and a text (--explain): whichever
 * are asked for listen to the run together, and are written when it is over.
 *
 * Errors      show_check() sets err before anything runs; show_end() tells of
 *             what could not be written on standard error, and leaves no file.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SHOW_SHOW_H
#define TOOLS_SHOW_SHOW_H

#include <stdbool.h>
#include <stdio.h>

#include "sim/machine/stream.h"

struct err;
struct options;
struct perfetto;
struct run_result;
struct story;

struct show {
	struct tracer tracer;
	const char *trace;	/* file, or NULL */
	const char *timeline;	/* file, or NULL */
	uint64_t window_ns;	/* of the trace, before the finding; 0: all */
	FILE *text;		/* --explain: shared with the parent; or NULL */

	/* While a run lasts. */
	struct perfetto *perfetto;
	struct story *story;
};

/* What the run itself does not know. */
struct show_about {
	const char *scenario;
	const char *token;
	bool stepped;
};

/* Takes the options; the files may be made, and are of a kind we can write. */
int show_begin(struct show *show, const struct options *options,
    struct err *err);
void show_fini(struct show *show);

/* Whether anything is to be shown. */
bool show_asked(const struct show *show);

/* The listener for the run, or NULL where nothing is to be shown. */
struct tracer *show_listen(struct show *show);
void show_end(struct show *show, const struct run_result *result,
    const struct show_about *about);

/*
 * In the process that asked, after the run: 0, or -1 with err for a file that
 * is not there; where the run was lost, a word on standard error instead.
 */
int show_arrived(const struct show *show, bool answered, struct err *err);
/* What --explain has to say, on standard output. */
void show_print(const struct show *show);

#endif
