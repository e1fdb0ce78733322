/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/report/report.h"
#include "tools/store/store.h"
#include "tools/cli/verb.h"

static volatile sig_atomic_t report_signal;

static void
report_stop(int number)
{

	report_signal = number;
}

/* main.db gives main-report, beside it. */
static char *
folder_beside(const char *db)
{
	static const char behind[] = "-report";
	size_t length;
	char *folder;

	length = strlen(db);
	if (length > 3 && strcmp(db + length - 3, ".db") == 0 &&
	    db[length - 4] != '/')
		length -= 3;
	folder = must_alloc(length + sizeof(behind), 1);
	memcpy(folder, db, length);
	memcpy(folder + length, behind, sizeof(behind));
	return (folder);
}

static void
print_files(const char *folder, const struct report_made *made)
{
	size_t i;

	printf("written to %s:\n", folder);
	for (i = 0; i < made->file_count; i++)
		printf("  %s\n", made->files[i]);
}

static int
report_from(struct store *store, const char *folder)
{
	struct report_made made;
	struct err err;
	int status;

	switch (report_make(store, folder, stdout, &report_signal, &made,
	    &err)) {
	case REPORT_DONE:
		print_files(folder, &made);
		if (made.blind)
			verb_note("no font is installed, so the PNG files lack "
			    "all text (the page and the SVG files have it); "
			    "install the package fonts-dejavu-core");
		status = VERB_HELD;
		break;
	case REPORT_REFUSED:
		status = verb_fail(VERB_USAGE, &err);
		break;
	case REPORT_STOPPED:
		status = VERB_INTERRUPTED + report_signal;
		break;
	default:
		status = verb_fail(VERB_ENVIRONMENT, &err);
	}
	report_made_fini(&made);
	return (status);
}

static int
report(const struct options *options)
{
	struct sigaction action = { .sa_handler = report_stop };
	struct store *store;
	struct err err;
	char *folder;
	int status;

	if (access(options->arguments[0], F_OK) != 0) {
		return (verb_failf(VERB_ENVIRONMENT, "report: %s: %s",
		    options->arguments[0], strerror(errno)));
	}
	store = store_open(options->arguments[0], STORE_READ, &err);
	if (store == NULL)
		return (verb_fail(VERB_ENVIRONMENT, &err));
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	folder = options_given(options, OPTION_OUTPUT) ?
	    must_copy(options->values[OPTION_OUTPUT]) :
	    folder_beside(options->arguments[0]);
	status = report_from(store, folder);
	free(folder);
	store_close(store);
	return (status);
}

const struct verb verb_report = {
	.name = "report",
	.arguments = "DB",
	.summary = "Makes tables, plots and one HTML page from a database",
	.details =
	    "Writes index.html (the whole report, needing no other file), PNG and SVG\n"
	    "figures, report.md for a mail and summary.csv for other programs into the\n"
	    "folder DB-report beside the database, or where -o says.  An earlier report there\n"
	    "is replaced; a folder with anything else is left alone.  Needs gnuplot.",
	.options = VERB_TAKES(OUTPUT),
	.arguments_least = 1,
	.arguments_most = 1,
	.act = report,
};
