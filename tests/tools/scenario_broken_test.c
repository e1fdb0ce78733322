/*
 * Every file of tests/scenarios/broken/ says in its first line what must be
 * said about it, and where:  # LINE:COLUMN: WORDS
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "tools/scenario/plan.h"
#include "tools/scenario/scenario.h"

enum { CORPUS_LEAST = 170 };

/* Loads as `gusim check` does; the message, or "" where nothing is wrong. */
static const char *
complaint(const char *path, struct err *err)
{
	struct scenario *scenario;
	struct plan *plan;

	err->text[0] = '\0';
	scenario = scenario_load(path, NULL, 0, err);
	if (scenario == NULL)
		return (err->text);
	plan = plan_make(scenario, 0, err);
	if (plan != NULL)
		err->text[0] = '\0';
	plan_free(plan);
	scenario_free(scenario);
	return (err->text);
}

static void
check_file(const char *path)
{
	char line[512], place[2048];
	const char *words;
	struct err err;
	FILE *file;

	file = fopen(path, "r");
	cr_assert_not_null(file, "%s", path);
	cr_assert_not_null(fgets(line, sizeof(line), file), "%s", path);
	fclose(file);
	line[strcspn(line, "\n")] = '\0';
	words = strstr(line, ": ");
	cr_assert(strncmp(line, "# ", 2) == 0 && words != NULL,
	    "%s: the first line is no expectation", path);
	snprintf(place, sizeof(place), "%s:%.*s: ", path,
	    (int)(words - line) - 2, line + 2);
	complaint(path, &err);
	cr_expect(strncmp(err.text, place, strlen(place)) == 0 &&
	    strstr(err.text, words + 2) != NULL, "want %s%s\n got %s", place,
	    words + 2, err.text);
}

Test(scenario_broken, each_file_is_blamed_at_its_place)
{
	struct dirent *entry;
	char path[1024];
	size_t count;
	DIR *dir;

	dir = opendir(BROKEN_SCENARIOS);
	cr_assert_not_null(dir);
	count = 0;
	while ((entry = readdir(dir)) != NULL) {
		if (strstr(entry->d_name, ".yaml") == NULL)
			continue;
		snprintf(path, sizeof(path), "%s/%s", BROKEN_SCENARIOS,
		    entry->d_name);
		check_file(path);
		count++;
	}
	closedir(dir);
	cr_expect_geq(count, CORPUS_LEAST);
}

/* What no text file should hold is made here. */
static void
expect_bytes(const char *bytes, size_t length, const char *start,
    const char *words)
{
	struct scenario *scenario;
	struct err err;

	scenario = scenario_parse("x.yaml", bytes, length, NULL, 0, &err);
	cr_assert_null(scenario, "%s was taken", words);
	cr_expect(strncmp(err.text, start, strlen(start)) == 0 &&
	    strstr(err.text, words) != NULL, "want %s ... %s\n got %s", start,
	    words, err.text);
}

#define EXPECT_BYTES(bytes, start, words) \
	expect_bytes((bytes), sizeof(bytes) - 1, (start), (words))

Test(scenario_broken, files_that_say_nothing)
{

	EXPECT_BYTES("", "x.yaml:1:1: ", "empty");
	EXPECT_BYTES("\n\n", "x.yaml:1:1: ", "empty");
	EXPECT_BYTES("# only a comment\n", "x.yaml:1:1: ", "empty");
	EXPECT_BYTES("\357\273\277", "x.yaml:1:1: ", "empty");
}

Test(scenario_broken, bytes_that_are_no_text)
{

	EXPECT_BYTES("name: x\nabout: a\0b\n", "x.yaml:2:9: ", "NUL");
	EXPECT_BYTES("name: x\nabout: \377\n", "x.yaml:2:8: ", "UTF-8");
	EXPECT_BYTES("about: \303\251\303\n", "x.yaml:1:9: ", "UTF-8");
	/* Overlong, a surrogate, beyond Unicode, cut off, stray. */
	EXPECT_BYTES("about: \300\200\n", "x.yaml:1:8: ", "UTF-8");
	EXPECT_BYTES("about: \355\240\200\n", "x.yaml:1:8: ", "UTF-8");
	EXPECT_BYTES("about: \364\220\200\200\n", "x.yaml:1:8: ", "UTF-8");
	EXPECT_BYTES("about: \342\202", "x.yaml:1:8: ", "UTF-8");
	EXPECT_BYTES("about: \200\n", "x.yaml:1:8: ", "UTF-8");
	EXPECT_BYTES("about: \033[31m\n", "x.yaml:1:8: ", "control character");
	EXPECT_BYTES("about: \177\n", "x.yaml:1:8: ", "control character");
	EXPECT_BYTES("\377\376n\0a\0m\0e\0", "x.yaml:1:1: ", "UTF-16");
	EXPECT_BYTES("\376\377\0n\0a\0m\0e", "x.yaml:1:1: ", "UTF-16");
	EXPECT_BYTES("\177ELF\2\1\1\0\0\0", "x.yaml:1:1: ",
	    "control character");
	/* Lines end in three ways. */
	EXPECT_BYTES("a: 1\r\nb: 2\rc: \200\n", "x.yaml:3:4: ", "UTF-8");
}

/* `text` again and again. */
static void
expect_many(const char *head, const char *text, size_t times,
    const char *start, const char *words)
{
	char *bytes;
	size_t i, length, used;

	length = strlen(text);
	used = strlen(head);
	bytes = malloc(used + times * length);
	cr_assert_not_null(bytes);
	memcpy(bytes, head, used);
	for (i = 0; i < times; i++, used += length)
		memcpy(bytes + used, text, length);
	expect_bytes(bytes, used, start, words);
	free(bytes);
}

Test(scenario_broken, size_and_depth_are_bounded, .timeout = 20)
{

	expect_many("", "# a comment\n", 30000, "x.yaml:1:1: ", "256 KiB");
	/* libyaml alone would take minutes over these. */
	expect_many("faults: ", "[", 200000, "x.yaml:1:24: ", "deeper than 16");
	expect_many("a: ", "{a: ", 60000, "x.yaml:1:64: ", "deeper than 16");
	expect_many("", "- ", 100000, "x.yaml:1:33: ", "deeper than 16");
	expect_many("faults: [", "a,", 100000, "x.yaml:1:16394: ",
	    "8192 values");
	expect_many("", "? ", 100000, "x.yaml:1:3: ", "a key must be");
}

Test(scenario_broken, a_mapping_has_a_bounded_number_of_keys)
{
	char *text;
	size_t i, used;

	text = malloc(1 << 16);
	cr_assert_not_null(text);
	used = 0;
	for (i = 0; i < 600; i++)
		used += (size_t)sprintf(text + used, "k%zu: 1\n", i);
	expect_bytes(text, used, "x.yaml:513:1: ", "512 keys");
	free(text);
}

Test(scenario_broken, messages_do_not_steer_the_terminal)
{
	struct err err;
	const char *c;

	cr_assert_null(scenario_parse("x.yaml", "\"\\e[31mred\\n\": 1\n", 17,
	    NULL, 0, &err));
	for (c = err.text; *c != '\0'; c++)
		cr_expect(*c >= ' ' || (*c & 0x80) != 0, "%s", err.text);
}

Test(scenario_broken, what_cannot_be_read_is_named)
{
	struct err err;

	cr_assert_null(scenario_load("/no/such/file.yaml", NULL, 0, &err));
	cr_expect(strstr(err.text, "/no/such/file.yaml: ") == err.text &&
	    strstr(err.text, "No such file") != NULL, "%s", err.text);
	cr_assert_null(scenario_load("no-such-scenario", NULL, 0, &err));
	cr_expect(strstr(err.text, "no-such-scenario: ") == err.text, "%s",
	    err.text);
	cr_assert_null(scenario_load("/", NULL, 0, &err));
	cr_expect(strstr(err.text, "directory") != NULL, "%s", err.text);
	cr_assert_null(scenario_load("/dev/zero", NULL, 0, &err));
	cr_expect(strstr(err.text, "256 KiB") != NULL, "%s", err.text);
}
