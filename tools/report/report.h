/*
 * report - what came out of the runs, for a person?
 *
 * Makes a folder from a database:
 *
 *	index.html	the whole report on one page that needs nothing else
 *	*.png, *.svg	its figures
 *	plots.gp	the commands that drew them
 *	report.md	its tables as Markdown
 *	mail.txt	what matters of it, 72 columns wide
 *	summary.csv	every metric of every point, for other programs
 *	files.txt	the names of these files
 *
 * The folder appears when all of it is there.  A folder that holds an earlier
 * report is brought up to date file by file, and files that the earlier report
 * had and this one has not are removed; a folder with anything else in it is
 * left alone.
 *
 * Errors      REPORT_REFUSED: the folder is somebody else's; REPORT_FAILED:
 *             no gnuplot, disk full, a damaged database; REPORT_STOPPED.  In
 *             all of them nothing was written.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_REPORT_REPORT_H
#define TOOLS_REPORT_REPORT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct err;
struct store;

enum report_end {
	REPORT_DONE,
	REPORT_REFUSED,
	REPORT_FAILED,
	REPORT_STOPPED,		/* *stop became non-zero */
};

struct report_made {
	char **files;		/* names in the folder, sorted */
	size_t file_count;
	bool blind;		/* no font: the PNG files lack all text */
};

/* Prints the short form to `brief`. */
enum report_end report_make(struct store *store, const char *folder,
    FILE *brief, const volatile sig_atomic_t *stop, struct report_made *made,
    struct err *err);

void report_made_fini(struct report_made *made);

#endif
