/*
 * source_test - is a place found again, and is nonsense told as such?
 *
 * Built twice: with an image that lies elsewhere in every process, and with
 * one that lies where it was linked to.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/machine/stream.h"
#include "tools/source/source.h"

/* The place of its caller. */
static __attribute__((noinline)) uint64_t
here(void)
{

	return (stream_place(__builtin_return_address(0)));
}

static inline __attribute__((always_inline)) uint64_t
inner(int *line)
{
	uint64_t place;

	*line = __LINE__; place = here();
	return (place);
}

static inline __attribute__((always_inline)) uint64_t
middle(int *line)
{
	uint64_t place;

	place = inner(line);
	/* Something to do after it, so that it is not a jump. */
	*line += place == 0;
	return (place);
}

static __attribute__((noinline)) uint64_t
outer(int *line)
{

	return (middle(line));
}

static __attribute__((noinline)) uint64_t
plain(int *line)
{
	uint64_t place;

	*line = __LINE__; place = here();
	*line += place == 0;
	return (place);
}

Test(source, a_call_is_found_with_file_line_and_function)
{
	struct source source;
	char text[SOURCE_TEXT_SIZE], want[SOURCE_TEXT_SIZE];
	uint64_t place;
	int line;

	place = plain(&line);
	cr_assert(source_find(place, &source));
	cr_expect_str_eq(source.file, "source_test.c");
	cr_expect_eq(source.line, line, "%d, not %d", source.line, line);
	cr_expect_str_eq(source.function, "plain");
	cr_expect_str_eq(source.within, "");
	snprintf(want, sizeof(want), "source_test.c:%d (plain)", line);
	cr_expect_str_eq(source_text(place, text), want);
}

Test(source, an_inlined_function_is_told_with_the_one_around_it)
{
	struct source source;
	char text[SOURCE_TEXT_SIZE], want[SOURCE_TEXT_SIZE];
	uint64_t place;
	int line;

	place = outer(&line);
	cr_assert(source_find(place, &source));
	cr_expect_str_eq(source.file, "source_test.c");
	cr_expect_eq(source.line, line, "%d, not %d", source.line, line);
	cr_expect_str_eq(source.function, "inner");
	cr_expect_str_eq(source.within, "outer");
	snprintf(want, sizeof(want), "source_test.c:%d (inner, inlined in outer)",
	    line);
	cr_expect_str_eq(source_text(place, text), want);
}

Test(source, functions_of_other_files_are_found)
{
	struct source source;

	/* Past the first instruction, as a return address would be. */
	cr_assert(source_find(stream_place((const void *)
	    (uintptr_t)source_text) + 1, &source));
	cr_expect_str_eq(source.file, "source.c");
	cr_expect_str_eq(source.function, "source_text");
	cr_expect_gt(source.line, 0);
}

Test(source, nonsense_is_told_as_such)
{
	static const int data = 1;
	struct source source;
	char text[SOURCE_TEXT_SIZE];
	uint64_t places[8];
	size_t i;

	places[0] = 0;
	places[1] = 1;
	places[2] = UINT64_MAX;
	places[3] = UINT64_C(1) << 40;
	places[4] = stream_place(&data);
	places[5] = stream_place(&source);
	places[6] = stream_place((const void *)(uintptr_t)malloc);
	places[7] = stream_place(NULL);
	for (i = 0; i < 8; i++) {
		cr_expect_not(source_find(places[i], &source), "place %zu", i);
		cr_expect_str_eq(source.file, "?");
		cr_expect_str_eq(source.function, "?");
		cr_expect_str_eq(source.within, "");
		cr_expect_eq(source.line, 0);
		cr_expect_str_eq(source_text(places[i], text), "?");
	}
}

/* Every byte of the image and some around it: no crash, no half answers. */
Test(source, every_place_has_an_answer)
{
	extern const char __executable_start[], etext[];
	struct source source;
	uint64_t place, found, lines;
	uint64_t size = (uint64_t)(etext - __executable_start);

	found = lines = 0;
	for (place = 0; place < size + 4096; place += 13) {
		if (!source_find(place, &source))
			continue;
		found++;
		cr_assert_str_neq(source.file, "?");
		cr_assert_neq(source.file[0], '\0');
		cr_assert_neq(source.function[0], '\0');
		cr_assert_geq(source.line, 0);
		cr_assert(source.line > 0 || !source.near);
		lines += source.line > 0;
	}
	/* Some code has a file and a function and is of no line at all. */
	cr_expect_gt(lines, found / 100 * 98);
	cr_expect_gt(found, size / 13 / 4, "too little of it is known");
}

Test(source, marks_become_places)
{
	uint64_t places[2];
	char one[SOURCE_TEXT_SIZE], two[SOURCE_TEXT_SIZE];
	char text[700], want[700];
	int line;

	places[0] = plain(&line);
	places[1] = outer(&line);
	source_text(places[0], one);
	source_text(places[1], two);
	snprintf(want, sizeof(want), "a %s, b %s", one, two);
	source_fill("a @0, b @1", places, 2, text, sizeof(text));
	cr_expect_str_eq(text, want);
	/* What there is no place for stays. */
	snprintf(want, sizeof(want), "%s@1 @ @@ @x %s@", one, one);
	source_fill("@0@1 @ @@ @x @0@", places, 1, text, sizeof(text));
	cr_expect_str_eq(text, want);
	source_fill("user@0", NULL, 0, text, sizeof(text));
	cr_expect_str_eq(text, "user@0");
	places[0] = UINT64_MAX;
	source_fill("at @0", places, 1, text, sizeof(text));
	cr_expect_str_eq(text, "at ?");
}

Test(source, marks_stay_within_their_room)
{
	uint64_t place;
	char text[128], whole[400];
	size_t room;
	int line;

	place = plain(&line);
	source_fill("first @0 last", &place, 1, whole, sizeof(whole));
	for (room = 0; room < sizeof(text); room++) {
		memset(text, 'X', sizeof(text));
		source_fill("first @0 last", &place, 1, text, room);
		cr_expect_eq(text[room], 'X', "written beyond %zu", room);
		if (room == 0)
			continue;
		cr_expect_eq(strlen(text), strlen(whole) < room ?
		    strlen(whole) : room - 1);
		cr_expect_eq(strncmp(text, whole, strlen(text)), 0);
	}
}
