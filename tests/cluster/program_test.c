/*
 * program_test - are other programs started with just the words given?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "sim/base/err.h"
#include "tools/cluster/program.h"

Test(program, words_arrive_as_they_are_and_no_shell_reads_them)
{
	static const char *const line[] = { "printf", "[%s]", "a b", "$HOME",
		"`id`", "it's", "\"", "", "*", NULL };
	struct program program;
	struct err err;

	cr_assert_eq(program_run(line, &program, &err), 0);
	cr_expect_eq(program.status, 0);
	cr_expect_str_eq(program.out, "[a b][$HOME][`id`][it's][\"][][*]");
	cr_expect_str_eq(program.words, "");
	program_fini(&program);
}

Test(program, a_failure_is_an_answer_with_its_words_on_one_line)
{
	static const char *const line[] = { "sh", "-c",
		"echo one >&2; echo two >&2; echo out; exit 7", NULL };
	static const char *const killed[] = { "sh", "-c", "kill -9 $$", NULL };
	struct program program;
	struct err err;

	cr_assert_eq(program_run(line, &program, &err), 0);
	cr_expect_eq(program.status, 7);
	cr_expect_str_eq(program.out, "out\n");
	cr_expect_str_eq(program.words, "one two");
	program_fini(&program);
	cr_assert_eq(program_run(killed, &program, &err), 0);
	cr_expect_eq(program.status, 128 + 9);
	program_fini(&program);
}

Test(program, one_that_is_not_there_is_told_from_one_that_fails)
{
	static const char *const line[] = { "gusim-no-such-program", NULL };
	struct program program;
	struct err err;

	cr_assert_eq(program_run(line, &program, &err), PROGRAM_ABSENT);
	cr_expect(strstr(err.text, "gusim-no-such-program") != NULL);
}

Test(program, more_words_than_fit_are_cut_and_block_nobody)
{
	static const char *const line[] = { "sh", "-c",
		"head -c 3000000 /dev/zero | tr '\\0' x; "
		"head -c 300000 /dev/zero | tr '\\0' y >&2", NULL };
	struct program program;
	struct err err;

	cr_assert_eq(program_run(line, &program, &err), 0);
	cr_expect_eq(strlen(program.out), (size_t)PROGRAM_OUT_SIZE - 1);
	cr_expect_eq(strlen(program.words), (size_t)PROGRAM_WORDS_SIZE - 1);
	program_fini(&program);
}

static void
split(const char *text, const char *wanted)
{
	struct program_line line;
	char got[200];
	struct err err;
	size_t i, used;

	memset(&line, 0, sizeof(line));
	cr_assert_eq(program_split(&line, text, &err), 0);
	used = 0;
	got[0] = '\0';
	for (i = 0; i < line.count; i++)
		used += (size_t)snprintf(got + used, sizeof(got) - used,
		    "<%s>", line.words[i]);
	cr_expect_str_eq(got, wanted);
	cr_expect(line.count == 0 || line.words[line.count] == NULL);
	program_line_fini(&line);
}

Test(program, options_in_one_text_are_separated_as_a_shell_does)
{
	struct program_line line;
	struct err err;

	split("", "");
	split("  \t ", "");
	split("--time=1:00 --qos long", "<--time=1:00><--qos><long>");
	split("--comment='a b' \"c d\"e f\\ g ''", "<--comment=a b><c de><f g><>");
	split("'a\\b' \"it's\" \\\"", "<a\\b><it's><\">");
	split("$(id) *", "<$(id)><*>");
	memset(&line, 0, sizeof(line));
	cr_expect_eq(program_split(&line, "--comment='open", &err), -1);
	cr_expect(strstr(err.text, "not closed") != NULL);
	program_line_fini(&line);
}
