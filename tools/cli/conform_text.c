/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cli/conform_text.h"

#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"
#include "tools/cli/table.h"
#include "tools/conform/conform.h"

enum { WORDS_SIZE = 80, VALUE_SIZE = 40, KNOBS = 4 };

static const char *const conform_knobs[KNOBS] = { "core.mode", "core.profile",
	"machine.memory", "machine.arch" };

static void
knob_text(const struct run_spec *spec, const char *knob, char *text,
    size_t room)
{
	struct err err;
	double number;

	if (spec_get(spec, knob, text, room, &number, &err) != 0)
		snprintf(text, room, "?");
}

/* --- the courses ------------------------------------------------------------------ */

static void
add_fate(struct table *table, const struct conform_course *course)
{

	switch (course->fate) {
	case CONFORM_SAME:
		table_add(table, "%llu",
		    (unsigned long long)course->operations);
		table_add(table, "%llu", (unsigned long long)course->runs);
		if (course->findings == 0)
			table_add(table, "no difference");
		else
			table_add(table, "no difference; in both, findings in "
			    "%llu runs, first in run %llu: %s",
			    (unsigned long long)course->findings,
			    (unsigned long long)course->finding_run,
			    course->finding);
		break;
	case CONFORM_DIFFERS:
		table_add(table, "%s", "");
		table_add(table, "%s", "");
		table_add(table, "DIFFERENT in run %llu",
		    (unsigned long long)course->run);
		break;
	case CONFORM_LOST:
		table_add(table, "%s", "");
		table_add(table, "%s", "");
		table_add(table, "LOST in portion %llu: %s",
		    (unsigned long long)course->portion, course->how);
		break;
	case CONFORM_EMPTY:
		table_add(table, "%s", "");
		table_add(table, "%s", "");
		table_add(table, "%s", "nothing to compare: the runs have no "
		    "operations of the core");
		break;
	}
}

static void
print_courses(const struct conform *conform)
{
	const struct course *course;
	struct table *table;
	char text[VALUE_SIZE];
	size_t i, knob;

	table = table_create("lllllrrl");
	table_add(table, "scenario");
	for (knob = 0; knob < KNOBS; knob++)
		table_add(table, "%s", strchr(conform_knobs[knob], '.') + 1);
	table_add(table, "operations");
	table_add(table, "runs");
	table_add(table, "%s", "");
	for (i = 0; i < conform->settings.course_count; i++) {
		course = &conform->settings.courses[i];
		table_add(table, "%s", course->name);
		for (knob = 0; knob < KNOBS; knob++) {
			knob_text(&course->spec, conform_knobs[knob], text,
			    sizeof(text));
			table_add(table, "%s", text);
		}
		add_fate(table, &conform->courses[i]);
	}
	table_print(table, stdout);
	table_destroy(table);
}

/* Also what never occurred: nobody has compared that. */
static void
print_tallies(const struct conform *conform)
{
	unsigned long long sum;
	size_t course;
	uint32_t i;

	printf("\nno difference in %llu operations and what they left behind:",
	    (unsigned long long)conform->operations);
	for (i = 0; i < LOG_TALLIES; i++) {
		sum = 0;
		for (course = 0; course < conform->settings.course_count;
		    course++)
			sum += conform->courses[course].tallies[i];
		printf("%s %llu %s", i == 0 ? "\n" : i % 3 == 0 ? ",\n" : ",",
		    sum, log_tally_names[i]);
	}
	putchar('\n');
}

/* --- one difference --------------------------------------------------------------- */

static void
value_text(const struct log_entry *entry, enum log_value value, char *text)
{
	unsigned long long number = entry->values[value];

	if (value == LOG_ANSWER && (entry->call == LOG_ENTER ||
	    entry->call == LOG_EXIT || entry->call == LOG_FINDING))
		snprintf(text, VALUE_SIZE, "-");
	else if (value == LOG_ANSWER && entry->call == LOG_POLL)
		snprintf(text, VALUE_SIZE, "%s", number ? "met" : "not met");
	else
		snprintf(text, VALUE_SIZE, "%llu", number);
}

static void
add_row(struct table *table, const char *name, const char *one,
    const char *other)
{

	table_add(table, "%s", name);
	table_add(table, "%s", one);
	table_add(table, "%s", other);
	table_add(table, "%s", strcmp(one, other) == 0 ? "" : "<--");
}

static void
print_held(const struct pair_core cores[2], const struct pair_answer *answer)
{
	const struct log_entry *one = &answer->held[0];
	const struct log_entry *other = &answer->held[1];
	struct table *table;
	char texts[2][VALUE_SIZE], name[VALUE_SIZE];
	uint32_t i;

	table = table_create("lrrl");
	table_add(table, "%s", "");
	table_add(table, "%s", cores[0].name);
	table_add(table, "%s", cores[1].name);
	table_add(table, "%s", "");
	for (i = 0; i < LOG_VALUES; i++) {
		value_text(one, (enum log_value)i, texts[0]);
		value_text(other, (enum log_value)i, texts[1]);
		add_row(table, log_value_names[i], texts[0], texts[1]);
	}
	for (i = 0; i < answer->cpus && i < CORE_STATE_CPUS; i++) {
		snprintf(name, sizeof(name), "c of CPU %u", i);
		snprintf(texts[0], VALUE_SIZE, "%u", one->c[i]);
		snprintf(texts[1], VALUE_SIZE, "%u", other->c[i]);
		add_row(table, name, texts[0], texts[1]);
	}
	table_print(table, stdout);
	table_destroy(table);
}

static void
print_entry(const char *who, uint64_t at, const struct log_entry *entry)
{
	char words[WORDS_SIZE], value[VALUE_SIZE];

	log_words(entry, words, sizeof(words));
	value_text(entry, LOG_ANSWER, value);
	printf("  %-10s %6llu  CPU %u  %s%s%s\n", who, (unsigned long long)at,
	    entry->cpu, words, strcmp(value, "-") == 0 ? "" : ": ",
	    strcmp(value, "-") == 0 ? "" : value);
}

static void
print_end(const struct pair_core cores[2], const struct pair_answer *answer)
{
	static const struct log_entry none;
	int side;

	for (side = 0; side < 2; side++) {
		if (!log_same(&answer->held[side], &none))
			print_entry(cores[side].name, answer->at,
			    &answer->held[side]);
		else
			printf("  %-10s %6llu  the run has ended%s%s\n",
			    cores[side].name, (unsigned long long)answer->at,
			    answer->finding[side][0] == '\0' ? "" : ": ",
			    answer->finding[side]);
	}
}

void
conform_text_difference(const struct pair_core cores[2],
    const struct pair_answer *answer, const char *const tokens[2])
{
	uint32_t i;
	int side;

	for (i = 0; i < answer->before_count; i++)
		print_entry("both", answer->at - answer->before_count + i,
		    &answer->before[i]);
	if (answer->difference == PAIR_END) {
		print_end(cores, answer);
	} else {
		for (side = 0; side < 2; side++)
			print_entry(cores[side].name, answer->at,
			    &answer->held[side]);
		putchar('\n');
		print_held(cores, answer);
	}
	for (side = 0; side < 2; side++)
		if (answer->finding[side][0] != '\0')
			printf("\n%s: %s\n", cores[side].name,
			    answer->finding[side]);
	if (answer->defect[0] != '\0')
		printf("\nThis difference does not repeat as it should: %s.\n",
		    answer->defect);
	for (side = 0; side < 2; side++)
		if (tokens[side] != NULL && tokens[side][0] != '\0')
			printf("\n%s: gusim replay %s\n", cores[side].name,
			    tokens[side]);
}

static void
print_difference(const struct conform *conform, size_t i)
{
	const struct conform_settings *settings = &conform->settings;
	const struct conform_course *course = &conform->courses[i];
	char texts[KNOBS][VALUE_SIZE];
	size_t knob;

	for (knob = 0; knob < KNOBS; knob++)
		knob_text(&settings->courses[i].spec, conform_knobs[knob],
		    texts[knob], sizeof(texts[knob]));
	printf("\n%s, %s, %s, %s, %s, run %llu (seed %llu): the first "
	    "difference is at entry %llu\n", settings->courses[i].name,
	    texts[0], texts[1], texts[2], texts[3],
	    (unsigned long long)course->run,
	    (unsigned long long)course->seed,
	    (unsigned long long)course->answer.at);
	conform_text_difference(settings->cores, &course->answer,
	    (const char *const *)course->tokens);
}

void
conform_text_print(const struct conform *conform, bool all)
{
	uint64_t troubled, told;
	size_t i;

	printf("core %s against %s, seed %llu\n\n",
	    conform->settings.cores[0].name, conform->settings.cores[1].name,
	    (unsigned long long)conform->settings.seed);
	print_courses(conform);
	troubled = told = 0;
	for (i = 0; i < conform->settings.course_count; i++) {
		if (conform->courses[i].fate != CONFORM_SAME)
			troubled++;
		if (conform->courses[i].fate == CONFORM_DIFFERS &&
		    (all || told++ == 0))
			print_difference(conform, i);
	}
	if (troubled == 0)
		print_tallies(conform);
	else if (told > 1)
		printf("\nFor the other differences: --keep-going.\n");
}
