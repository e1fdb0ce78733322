/*
 * text_test - is every file in good form?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/tidy/tree.h"

enum { LINES_MOST = 600, COLUMNS_MOST = 80, REMARK_MOST = 100, TAB = 8 };

typedef void file_rule(const struct file *file);

static unsigned
apply(file_rule *rule)
{
	struct tree tree;
	size_t i;

	tree_load(&tree);
	for (i = 0; i < tree.count; i++)
		rule(&tree.files[i]);
	return (complaints());
}

static unsigned
bites(file_rule *rule, const char *path, const char *text)
{
	struct file file;
	unsigned before;

	complain_silently();
	before = complaints();
	file = file_make(path, text);
	rule(&file);
	return (complaints() - before);
}

/* --- size -------------------------------------------------------------------- */

static void
rule_lines(const struct file *file)
{
	const char *p;
	size_t lines;

	if (strcmp(file->suffix, "md") == 0)
		return;
	lines = 0;
	for (p = file->text; *p != '\0'; p++)
		lines += *p == '\n';
	if (lines > LINES_MOST) {
		complain(file, p, "%zu lines; a file with one noun has at most "
		    "%d", lines, LINES_MOST);
	}
}

Test(text, no_file_is_too_long)
{

	cr_assert_eq(apply(rule_lines), 0);
}

Test(text, a_file_that_is_too_long_is_seen)
{
	char text[LINES_MOST + 2];

	memset(text, '\n', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	cr_assert_eq(bites(rule_lines, "sim/x.c", text), 1);
	text[sizeof(text) - 2] = '\0';
	cr_assert_eq(bites(rule_lines, "sim/x.c", text), 0);
}

/*
 * What the compiler acts on fits; a remark beside it and a ruler may stand out
 * a little.  The words of a message are not broken for the sake of a column,
 * so what is within a literal does not count.
 */
static void
measure(const struct file *file, const char *line, size_t *code, size_t *all)
{
	const char *p, *shown;
	bool literal;

	*code = *all = 0;
	literal = false;
	for (p = line; *p != '\0' && *p != '\n'; p++) {
		shown = file->code + (p - file->text);
		if (*shown == '"')
			literal = !literal;
		if (*p == '\t')
			*all += TAB - *all % TAB;
		else if (!literal && ((unsigned char)*p & 0xc0) != 0x80)
			*all += 1;
		if (*shown != ' ' && *shown != '\t')
			*code = *all;
	}
}

static void
rule_columns(const struct file *file)
{
	const char *line;
	size_t code, all;

	if (!file->c)
		return;
	for (line = file->text; line != NULL; line = line_next(line)) {
		measure(file, line, &code, &all);
		if (code > COLUMNS_MOST) {
			complain(file, line, "%zu columns; at most %d", code,
			    COLUMNS_MOST);
		} else if (all > REMARK_MOST) {
			complain(file, line, "a remark ends at column %zu; at "
			    "most %d", all, REMARK_MOST);
		}
	}
}

Test(text, lines_of_c_fit)
{

	cr_assert_eq(apply(rule_columns), 0);
}

Test(text, a_line_that_does_not_fit_is_seen)
{
	char text[200];

	snprintf(text, sizeof(text), "%0*d\n", COLUMNS_MOST + 1, 0);
	cr_expect_eq(bites(rule_columns, "sim/x.c", text), 1);
	cr_expect_eq(bites(rule_columns, "docs/x.md", text), 0);
	snprintf(text, sizeof(text), "\t%0*d\n", COLUMNS_MOST - TAB, 0);
	cr_expect_eq(bites(rule_columns, "sim/x.c", text), 0);
	snprintf(text, sizeof(text), "/* %0*d */\n", REMARK_MOST - 6, 0);
	cr_expect_eq(bites(rule_columns, "sim/x.c", text), 0);
	snprintf(text, sizeof(text), "/* %0*d */\n", REMARK_MOST - 5, 0);
	cr_expect_eq(bites(rule_columns, "sim/x.c", text), 1);
	snprintf(text, sizeof(text), "\"%0*d\"\n", COLUMNS_MOST + 1, 0);
	cr_expect_eq(bites(rule_columns, "sim/x.c", text), 0);
}

/* --- blanks ------------------------------------------------------------------- */

static void
rule_blanks(const struct file *file)
{
	const char *p;

	/* An empty line of context is one blank; a dictionary is bytes. */
	if (strcmp(file->suffix, "patch") == 0 ||
	    strcmp(file->path, "tools/campaign/token_preset.txt") == 0)
		return;
	for (p = file->text; *p != '\0'; p++) {
		if (*p == '\r')
			complain(file, p, "a carriage return");
		if (*p == '\n' && p > file->text &&
		    (p[-1] == ' ' || p[-1] == '\t'))
			complain(file, p, "blanks at the end of the line");
	}
	if (p > file->text && p[-1] != '\n')
		complain(file, p, "the last line does not end");
	if (p > file->text + 1 && p[-1] == '\n' && p[-2] == '\n')
		complain(file, p - 1, "empty lines at the end");
}

Test(text, no_stray_blanks)
{

	cr_assert_eq(apply(rule_blanks), 0);
}

Test(text, stray_blanks_are_seen)
{

	cr_expect_eq(bites(rule_blanks, "x.md", "a\nb\n"), 0);
	cr_expect_eq(bites(rule_blanks, "x.md", "a \nb\n"), 1);
	cr_expect_eq(bites(rule_blanks, "x.md", "a\nb\t\n"), 1);
	cr_expect_eq(bites(rule_blanks, "x.md", "a\r\nb\n"), 1);
	cr_expect_eq(bites(rule_blanks, "x.md", "a\nb"), 1);
	cr_expect_eq(bites(rule_blanks, "x.md", "a\nb\n\n"), 1);
}

/* --- licence -------------------------------------------------------------------- */

static void
rule_licence(const struct file *file)
{
	static const char *const words = "SPDX-License-Identifier: BSD-2-Clause";
	const char *found;

	if (strcmp(file->suffix, "def") == 0 || (!file->c &&
	    strncmp(file->text, "#!", 2) != 0 &&
	    strcmp(file->suffix, "awk") != 0))
		return;
	found = strstr(file->text, words);
	if (found == NULL)
		complain(file, file->text, "no line with %s", words);
}

Test(text, every_source_names_its_licence)
{

	cr_assert_eq(apply(rule_licence), 0);
}

Test(text, a_source_without_licence_is_seen)
{

	cr_expect_eq(bites(rule_licence, "sim/x.c", "int x;\n"), 1);
	cr_expect_eq(bites(rule_licence, "x", "#!/bin/sh\n"), 1);
	cr_expect_eq(bites(rule_licence, "x.md", "words\n"), 0);
}

/* --- words that do not belong here ----------------------------------------------- */

/* In two halves, or this file would be the first to break the rule. */
static const struct banned {
	const char *a, *b;
	const char *why;
	bool whole;		/* a word of its own */
} banned[] = {
	{ "TO", "DO", "what is to be done is done, or it is an issue", true },
	{ "FIX", "ME", "what is broken is mended, or it is an issue", true },
	{ "XX", "X", "say it in words", true },
	{ "/wo", "rk/", "a path of one machine", false },
	{ "/ho", "me/", "a path of one machine", false },
	{ "/ro", "ot/", "a path of one machine", false },
	{ "/Us", "ers/", "a path of one machine", false },
	{ "deb.", "debian.org", "the mirror is the reader's choice", false },
	{ "lorem ", "ipsum", "filler", false },
};

static void
rule_words(const struct file *file)
{
	const struct banned *one;
	char word[64];
	const char *p;

	for (one = banned; one < banned + sizeof(banned) / sizeof(*banned);
	    one++) {
		snprintf(word, sizeof(word), "%s%s", one->a, one->b);
		p = one->whole ? word_find(file->text, word) :
		    strstr(file->text, word);
		if (p != NULL)
			complain(file, p, "\"%s\": %s", word, one->why);
	}
}

Test(text, no_words_that_do_not_belong_here)
{

	cr_assert_eq(apply(rule_words), 0);
}

Test(text, words_that_do_not_belong_here_are_seen)
{
	char text[64];

	snprintf(text, sizeof(text), "/* %s%s later */\n", "TO", "DO");
	cr_expect_eq(bites(rule_words, "sim/x.c", text), 1);
	snprintf(text, sizeof(text), "see %s%sme\n", "/ho", "me/");
	cr_expect_eq(bites(rule_words, "docs/x.md", text), 1);
	cr_expect_eq(bites(rule_words, "docs/x.md", "nothing\n"), 0);
}
