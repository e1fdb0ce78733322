/*
 * tree - what is in the files of this repository?
 *
 * The tree is read from the folder that the build was configured for, without
 * asking git, so that a tarball will do.  Rules look at one file at a time and
 * complain; a complaint names file and line and is counted.
 *
 * Invariant   file.code is as long as file.text: comments and the insides of
 *             literals are blanks in it, ends of lines stay.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TESTS_TIDY_TREE_H
#define TESTS_TIDY_TREE_H

#include <stdbool.h>
#include <stddef.h>

struct file {
	char *path;		/* from the root: "engine/smr.c" */
	const char *name;	/* its last part: "smr.c" */
	const char *suffix;	/* "c", or "" */
	char *text;
	char *code;		/* C only: what the compiler acts on; else text */
	bool c;			/* .c .h .S .def */
};

struct tree {
	struct file *files;
	size_t count;
};

/* Everything below the root that is no build product; stops on failure. */
void tree_load(struct tree *tree);

/* A file that was never written, to show that a rule bites. */
struct file file_make(const char *path, const char *text);

bool file_in(const struct file *file, const char *folder);
const struct file *tree_find(const struct tree *tree, const char *path);

/* "path:LINE: ...", LINE being that of `at`, which points into the text. */
void complain(const struct file *file, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
unsigned complaints(void);

/* Complaints are counted and not printed, for rules that are to bite. */
void complain_silently(void);

/* The next place in `code` where the identifier stands alone, or NULL. */
const char *word_find(const char *code, const char *word);

/* Where the next line begins, or NULL. */
const char *line_next(const char *line);

/* The place in the text for a place in the code. */
const char *text_at(const struct file *file, const char *code);

#endif
