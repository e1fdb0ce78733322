/*
 * report_text_test - do texts of anybody's reach the reader as they should?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#define _GNU_SOURCE	/* open_memstream() */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/markup.h"
#include "tools/report/report_replay.h"

static void
expect_plugins(const char *command, const char *expected)
{
	char *words;

	words = report_plugins(command);
	cr_expect_str_eq(words, expected, "%s", command);
	free(words);
}

Test(report_text, a_replay_line_loads_the_plugins_of_its_command)
{
	char *line;

	expect_plugins("gusim sweep a.yaml --db a.db", "");
	expect_plugins("gusim sweep --plugin ./mine.so a.yaml",
	    "--plugin ./mine.so ");
	expect_plugins("gusim sweep --plugin=./a.so --plug ./b.so a.yaml",
	    "--plugin=./a.so --plugin ./b.so ");
	expect_plugins("gusim sweep --plugin './it'\\''s mine.so' x",
	    "--plugin './it'\\''s mine.so' ");
	expect_plugins("gusim sweep '--plugin=./my own.so' x",
	    "'--plugin=./my own.so' ");
	expect_plugins("gusim sweep --progress never --policy gus", "");
	/* Behind -- there are names of files only. */
	expect_plugins("gusim sweep -- --plugin x", "");
	/* A command that was cut short. */
	expect_plugins("gusim sweep --plugin", "");
	expect_plugins("gusim sweep --plugin 'open", "--plugin 'open ");
	expect_plugins("gusim 'sweep \\", "");
	expect_plugins("", "");
	line = report_replay("gusim sweep a.yaml --plugin ./m.so", "v1.abc");
	cr_expect_str_eq(line, "gusim replay --plugin ./m.so v1.abc");
	free(line);
}

static void
expect_markup(const char *text, const char *expected)
{
	char *marked;
	size_t size;
	FILE *out;

	out = open_memstream(&marked, &size);
	markup_text(out, text);
	fclose(out);
	cr_expect_str_eq(marked, expected, "of %s", text);
	free(marked);
}

Test(report_text, no_text_is_taken_for_a_mark)
{

	expect_markup("<b onclick=\"x\">'&", "&lt;b onclick=&quot;x&quot;"
	    "&gt;&#39;&amp;");
	expect_markup("gr\xc3\xbc\xc3\x9f \xe2\x89\xa5 \xf0\x9f\x90\x84",
	    "gr\xc3\xbc\xc3\x9f \xe2\x89\xa5 \xf0\x9f\x90\x84");
	expect_markup("two\tlines\n", "two\tlines\n");
}

#define LOST	"\xef\xbf\xbd"

Test(report_text, what_no_document_may_hold_is_replaced)
{
	/* Half a character, too long a form, a surrogate, beyond the last. */
	static const char *const bad[] = { "\xff", "\xc3", "\xe2\x89",
		"\xc0\xbc", "\xe0\x80\xbc", "\xed\xa0\x80",
		"\xf4\x90\x80\x80", "\x1b", "\x7f", "\xc2\x85",
		"\xef\xbf\xbf" };
	char text[32], *clean;
	size_t i, k;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "a%sb", bad[i]);
		clean = markup_clean(text);
		cr_expect_eq(clean[0], 'a');
		for (k = 0; k < strlen(bad[i]); k++)
			cr_expect_eq(strncmp(clean + 1 + 3 * k, LOST, 3), 0,
			    "case %zu", i);
		cr_expect_str_eq(clean + 1 + 3 * strlen(bad[i]), "b");
		free(clean);
		clean = markup_clean(bad[i]);
		cr_expect_eq(strlen(clean), 3 * strlen(bad[i]));
		free(clean);
	}
	expect_markup("a\xff<", "a" LOST "&lt;");
}
