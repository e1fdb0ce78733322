/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/litmus/test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/litmus/c_value.h"
#include "tools/litmus/code.h"
#include "tools/litmus/init.h"
#include "tools/litmus/names.h"
#include "tools/litmus/reader.h"
#include "tools/litmus/x86.h"

static const struct {
	const char *name;
	enum litmus_dialect dialect;
} dialects[] = {
	{ "C", LITMUS_C },
	{ "X86", LITMUS_X86 },
	{ "X86_64", LITMUS_X86_64 },
};

bool
reader_enter(struct reader *reader)
{

	if (reader->depth == READER_DEPTH_MAX)
		return (scan_fail(&reader->scan, &reader->scan.token, "nested "
		    "more than %d deep", READER_DEPTH_MAX));
	reader->depth++;
	return (!reader->scan.failed);
}

void
reader_leave(struct reader *reader)
{

	reader->depth--;
}

/* --- the head -------------------------------------------------------------------- */

static bool
dialect(struct reader *reader)
{
	struct scan_token token;
	char quote[SCAN_QUOTE_SIZE];
	size_t i;

	token = reader->scan.token;
	for (i = 0; i < sizeof(dialects) / sizeof(*dialects); i++) {
		if (scan_same(&token, dialects[i].name)) {
			reader->test->dialect = dialects[i].dialect;
			return (true);
		}
	}
	if (token.kind != SCAN_NAME)
		return (scan_unexpected(&reader->scan, "a dialect: C, X86 or "
		    "X86_64"));
	return (scan_fail(&reader->scan, &token, "the dialect %s; gusim reads "
	    "C, X86 and X86_64", scan_quote(&token, quote)));
}

/* The characters that herd takes. */
static bool
title(struct reader *reader)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/.-+[]";
	struct scan_token token;
	char quote[SCAN_QUOTE_SIZE];
	size_t i;

	token = scan_word(&reader->scan);
	if (token.length == 0)
		return (scan_fail(&reader->scan, &token, "expected the name of "
		    "the test, on the line of the dialect"));
	for (i = 0; i < token.length; i++)
		if (strchr(letters, token.text[i]) == NULL)
			return (scan_fail(&reader->scan, &token, "%s is no "
			    "name of a test; it has letters, digits and "
			    "_ / . - + [ ]", scan_quote(&token, quote)));
	if (token.length >= LITMUS_TITLE_SIZE)
		return (scan_fail(&reader->scan, &token, "a name of %zu "
		    "letters; it may have %d", token.length,
		    LITMUS_TITLE_SIZE - 1));
	memcpy(reader->test->name, token.text, token.length);
	return (true);
}

/* What a generator wrote about itself: texts, and lines of key=value. */
static void
remarks(struct reader *reader)
{
	struct scan *scan;
	struct scan_token key;

	scan = &reader->scan;
	while (!scan->failed && !scan_is(scan, '{')) {
		if (scan->token.kind == SCAN_STRING || scan_is(scan, ';')) {
			scan_next(scan);
			continue;
		}
		key = scan->token;
		if (key.kind == SCAN_NAME)
			scan_next(scan);
		if (key.kind != SCAN_NAME || !scan_is(scan, '=') ||
		    scan->token.line != key.line) {
			if (key.kind == SCAN_NAME) {
				char quote[SCAN_QUOTE_SIZE];

				scan_fail(scan, &key, "expected '{' before what "
				    "locations hold at the start, found %s",
				    scan_quote(&key, quote));
			} else
				scan_unexpected(scan, "'{' before what "
				    "locations hold at the start");
			return;
		}
		scan_skip_line(scan);
	}
}

/* --- the whole -------------------------------------------------------------------- */

static void
finish(struct reader *reader)
{
	struct litmus_program *program;
	const char *wrong;
	size_t i;

	program = &reader->test->program;
	for (i = 0; i < LITMUS_THREADS_MAX && !reader->scan.failed; i++) {
		if (i < program->thread_count)
			code_finish(reader, i);
		else if (reader->threads[i].spoken)
			scan_fail(&reader->scan, &reader->threads[i].first,
			    "there is no P%zu, the test has %zu thread%s", i,
			    program->thread_count, program->thread_count == 1 ?
			    "" : "s");
	}
	if (reader->scan.failed)
		return;
	names_finish(reader);
	wrong = litmus_program_wrong(program);
	if (wrong != NULL)
		scan_fail(&reader->scan, &reader->scan.token, "%s", wrong);
}

static void
read_all(struct reader *reader)
{

	if (!dialect(reader) || !title(reader))
		return;
	remarks(reader);
	init_read(reader);
	if (reader->scan.failed)
		return;
	if (reader->test->dialect == LITMUS_C)
		c_read(reader);
	else
		x86_read(reader);
	if (reader->scan.failed)
		return;
	clause_read(reader);
	finish(reader);
}

struct litmus_test *
litmus_test_read(const char *file, const char *text, size_t length,
    struct err *err)
{
	struct litmus_test *test;
	struct reader *reader;
	size_t i;
	bool failed;

	if (length > LITMUS_TEXT_MAX) {
		err_set(err, "%s:1:1: a litmus test of more than %d bytes",
		    file, LITMUS_TEXT_MAX);
		return (NULL);
	}
	test = must_alloc(1, sizeof(*test));
	reader = must_alloc(1, sizeof(*reader));
	reader->test = test;
	for (i = 0; i < LITMUS_THREADS_MAX; i++) {
		reader->threads[i].temp_next = LITMUS_REGISTERS_MAX;
		reader->threads[i].temp_low = LITMUS_REGISTERS_MAX;
		reader->threads[i].flag_a = LITMUS_NOWHERE;
	}
	scan_init(&reader->scan, file, text, length, err);
	read_all(reader);
	failed = reader->scan.failed;
	free(reader);
	if (!failed)
		return (test);
	litmus_test_free(test);
	return (NULL);
}

struct litmus_test *
litmus_test_load(const char *file, int *status, struct err *err)
{
	struct litmus_test *test;
	FILE *in;
	char *text;
	size_t length;

	*status = 2;
	in = fopen(file, "rb");
	if (in == NULL) {
		err_set(err, "%s: %s", file, strerror(errno));
		return (NULL);
	}
	/* One byte more than there may be shows that there are too many. */
	text = must_alloc(LITMUS_TEXT_MAX + 1, 1);
	length = fread(text, 1, LITMUS_TEXT_MAX + 1, in);
	test = NULL;
	if (ferror(in))
		err_set(err, "%s: %s", file, strerror(errno));
	else
		test = litmus_test_read(file, text, length, err);
	fclose(in);
	free(text);
	return (test);
}

void
litmus_test_free(struct litmus_test *test)
{

	free(test);
}
