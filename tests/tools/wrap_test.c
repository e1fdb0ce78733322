/*
 * Sentences of pieces, on lines of 78 columns.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "tools/cli/wrap.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* What the pieces become, NULL after the last, in this column. */
static char *
wrapped(size_t column, const char *const *pieces)
{
	struct wrap wrap;
	char *text;
	size_t bytes;
	FILE *stream;

	text = NULL;
	stream = open_memstream(&text, &bytes);
	cr_assert_not_null(stream);
	wrap_begin(&wrap, stream, column);
	for (; *pieces != NULL; pieces++)
		wrap_put(&wrap, *pieces);
	wrap_end(&wrap);
	cr_assert_eq(fclose(stream), 0);
	return (text);
}

#define TEN "123456789 "
#define WORD "a.word.of.forty.columns.without.a.blank."

Test(wrap, line_of_78_columns_is_one)
{
	static const char *const pieces[] = { TEN TEN TEN TEN TEN TEN TEN
	    "12345", "678", NULL };
	char *text;

	text = wrapped(0, pieces);
	cr_assert_str_eq(text, TEN TEN TEN TEN TEN TEN TEN "12345678\n");
	free(text);
}

Test(wrap, word_in_two_pieces_goes_to_the_next_line_whole)
{
	static const char *const pieces[] = { TEN TEN TEN TEN TEN TEN TEN
	    "(12345", "67", ")", " and on", NULL };
	char *text;

	text = wrapped(0, pieces);
	cr_assert_str_eq(text, TEN TEN TEN TEN TEN TEN "123456789\n"
	    "(1234567) and on\n");
	free(text);
}

Test(wrap, lines_begin_where_the_first_does)
{
	static const char *const pieces[] = { TEN TEN TEN TEN TEN TEN TEN,
	    "12", NULL };
	char *text;

	text = wrapped(7, pieces);
	cr_assert_str_eq(text, TEN TEN TEN TEN TEN TEN "123456789\n"
	    "       12\n");
	free(text);
}

Test(wrap, long_word_has_a_line_of_its_own_and_stays_whole)
{
	static const char *const pieces[] = { "so ", WORD WORD WORD, " ends",
	    NULL };
	char *text;

	text = wrapped(2, pieces);
	cr_assert_str_eq(text, "so\n  " WORD WORD WORD "\n  ends\n");
	free(text);
}
