/*
 * program - what does another program answer?
 *
 * Starts a program by name with a vector of arguments (there is no shell that
 * could read anything into them), waits for its end and keeps what it wrote.
 * Its standard input is empty.
 *
 * Errors      PROGRAM_ABSENT with err: there is no such program; -1 with err:
 *             the system refused something.  A program that fails is no error:
 *             its status and its words are the answer.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLUSTER_PROGRAM_H
#define TOOLS_CLUSTER_PROGRAM_H

#include <stddef.h>
#include <stdio.h>

struct err;

enum { PROGRAM_OUT_SIZE = 1 << 20, PROGRAM_WORDS_SIZE = 600 };

/* Distinct from -1, which is any other failure. */
enum { PROGRAM_ABSENT = -2 };

struct program {
	int status;			/* as a shell has it: 128 + signal */
	char *out;			/* standard output, cut at PROGRAM_OUT_SIZE */
	char words[PROGRAM_WORDS_SIZE];	/* standard error, on one line */
};

/* Writes a word so that a shell reads it back as one word, whatever is in it. */
void program_quote(FILE *out, const char *word);

/* NULL ends `arguments`; the first is the program.  0 on an answer. */
int program_run(const char *const *arguments, struct program *program,
    struct err *err);

void program_fini(struct program *program);

/* A vector of arguments that grows; texts are copied. */
struct program_line {
	char **words;		/* NULL after the last */
	size_t count;
};

void program_add(struct program_line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Adds the words of a text as a shell would separate them: by blanks, with
 * quotes and backslashes, and nothing else.  -1 with err: an open quote.
 */
int program_split(struct program_line *line, const char *text,
    struct err *err);

void program_line_fini(struct program_line *line);

#endif
