/*
 * altered TABLE OPERATIONS [NAME]: our core against each altered copy of it.
 *
 * The table says of each whether it is caught, and in a third column of the
 * file the program looks no further.  With a name, its first difference is
 * printed in full.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/strategies/strategy.h"
#include "tests/conform/altered.h"
#include "tools/cli/conform_text.h"
#include "tools/conform/course.h"
#include "tools/conform/pair.h"

enum { ENTRIES_MOST = 8192, LINE_SIZE = 400 };

static struct pair pair;
static struct pair_answer answer;

static void
knob(const struct run_spec *spec, const char *name, char *text, size_t room)
{
	struct err err;
	double number;

	if (spec_get(spec, name, text, room, &number, &err) != 0)
		abort();
}

/* "lazy, wrap, tso, arm64". */
static void
course_text(const struct course *course, char *text, size_t room)
{
	char words[4][40];

	knob(&course->spec, "core.mode", words[0], sizeof(words[0]));
	knob(&course->spec, "core.profile", words[1], sizeof(words[1]));
	knob(&course->spec, "machine.memory", words[2], sizeof(words[2]));
	knob(&course->spec, "machine.arch", words[3], sizeof(words[3]));
	snprintf(text, room, "%s %s %s %s", words[0], words[1], words[2],
	    words[3]);
}

/* Whether they differ in so many operations of the course. */
static bool
differ(const struct pair_core cores[2], const struct course *course,
    uint64_t operations)
{
	struct pair_guide guide;
	struct run_spec spec;
	uint64_t done;

	memset(&guide, 0, sizeof(guide));
	guide.strategy = strategy_find("laggard");
	guide.seed = 1;
	for (done = 0; done < operations; done += answer.operations) {
		course_spec(course, guide.seed, guide.number, &spec);
		pair_execute(&pair, cores, course->name, &spec, &guide,
		    ENTRIES_MOST, &answer);
		if (answer.difference != PAIR_SAME)
			return (true);
		guide.number++;
	}
	return (false);
}

static void
tell(const struct course *course, const char *name)
{
	char where[200], one[80], other[80];

	course_text(course, where, sizeof(where));
	log_words(&answer.held[0], one, sizeof(one));
	log_words(&answer.held[1], other, sizeof(other));
	printf("%-22s caught in %-28s entry %5llu: %s%s%s%s\n", name, where,
	    (unsigned long long)answer.at,
	    answer.difference == PAIR_END ? "(the run of one has ended) " : "",
	    one, strcmp(one, other) == 0 ? "" : " / ",
	    strcmp(one, other) == 0 ? "" : other);
	if (answer.defect[0] != '\0')
		printf("  %s\n", answer.defect);
}

/* The first course in which the copy is caught, or NULL. */
static const struct course *
hunt(const struct altered_core *core, const struct course_list *list,
    uint64_t operations, bool full)
{
	const char *tokens[2] = { pair.tokens[0], pair.tokens[1] };
	struct pair_core cores[2];
	size_t i;

	cores[0] = (struct pair_core){ .name = "gus" };
	cores[1] = (struct pair_core){ .name = core->name,
	    .policy = &core->def->part };
	for (i = 0; i < list->count; i++) {
		if (!differ(cores, &list->courses[i], operations))
			continue;
		tell(&list->courses[i], core->name);
		if (full)
			conform_text_difference(cores, &answer, tokens);
		return (&list->courses[i]);
	}
	printf("%-22s not caught in %llu operations of each of %zu courses\n",
	    core->name, (unsigned long long)operations, list->count);
	return (NULL);
}

int
main(int argc, char **argv)
{
	const struct altered_core *core;
	struct course_list list;
	struct err err;
	char line[LINE_SIZE], name[80], file[80], fate[80];
	unsigned long passed, failed;
	uint64_t operations;
	FILE *table;

	if (argc < 3 || (table = fopen(argv[1], "r")) == NULL) {
		fprintf(stderr, "usage: altered TABLE OPERATIONS [NAME]\n");
		return (2);
	}
	operations = strtoull(argv[2], NULL, 10);
	memset(&list, 0, sizeof(list));
	if (course_add(&list, NULL, NULL, 0, &err) != 0) {
		fprintf(stderr, "altered: %s\n", err.text);
		return (2);
	}
	passed = failed = 0;
	while (fgets(line, sizeof(line), table) != NULL) {
		if (line[0] == '#' || sscanf(line, "%79[^\t]\t%79[^\t]\t%79[^\t\n]",
		    name, file, fate) != 3 ||
		    (argc > 3 && strcmp(name, argv[3]) != 0))
			continue;
		core = altered_find(name);
		if (core != NULL && (hunt(core, &list, operations, argc > 3) !=
		    NULL) == (strcmp(fate, "caught") == 0)) {
			passed++;
		} else {
			printf("  but the table says: %s\n", fate);
			failed++;
		}
		fflush(stdout);
	}
	fclose(table);
	course_fini(&list);
	pair_fini(&pair);
	printf("%lu passed, %lu failed\n", passed, failed);
	return (failed == 0 && passed > 0 ? 0 : 1);
}
