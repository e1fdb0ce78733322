/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cli/shrink_text.h"

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "tools/cli/human.h"
#include "tools/plugin/plugin.h"
#include "tools/shrink/shrink.h"
#include "tools/shrink/words.h"
#include "tools/source/source.h"

static void
summary_text(const struct shrink *shrink, char text[RUN_SUMMARY_SIZE])
{
	const struct run_finding *finding = &shrink->best.answer.finding;

	source_fill(finding->summary, finding->where, finding->where_count,
	    text, RUN_SUMMARY_SIZE);
}

static const struct witness_log *
log_of(const struct shrink *shrink)
{

	return (&shrink->trial.shared->log);
}

static void
print_choices(const struct shrink *shrink)
{
	const struct witness_log *log = log_of(shrink);
	char text[WORDS_SIZE];
	size_t i;

	if (shrink->best.schedule.count == 0)
		printf("\nno choices: %s\n", shrink->best.schedule.stepped ?
		    "each CPU goes on for as long as it can" :
		    "the machine does it by itself");
	else
		printf("\n%zu choice%s:\n", shrink->best.schedule.count,
		    shrink->best.schedule.count == 1 ? "" : "s");
	for (i = 0; i < log->scene_count && i < WITNESS_SCENES_MAX; i++) {
		words_scene(&log->scenes[i], shrink->best.spec.machine.cpus,
		    text);
		printf("%3zu. %s\n", i + 1, text);
	}
}

/* "3 CPUs (before: 8)" */
static void
print_left(const char *before, uint64_t count, const char *what,
    const char *many, uint64_t first)
{

	printf("%s%llu %s", before, (unsigned long long)count,
	    count == 1 ? what : many);
	if (count != first)
		printf(" (before: %llu)", (unsigned long long)first);
}

static void
print_rest(const struct shrink *shrink)
{
	const struct shrink_run *best = &shrink->best, *first = &shrink->first;
	const struct witness_log *log = log_of(shrink);
	char time[WORDS_LENGTH_SIZE];

	print_left("\nleft      ", best->spec.machine.cpus, "CPU", "CPUs",
	    first->spec.machine.cpus);
	print_left(", ", best->schedule.count, "choice", "choices",
	    first->schedule.count);
	print_left(", ", best->spec.fault_count, "fault", "faults",
	    first->spec.fault_count);
	if (!best->answer.crashed) {
		print_left("\n          ", log->threads, "thread", "threads",
		    log->threads);
		print_left(", ", log->sections, "section", "sections",
		    log->sections);
		print_left(", ", log->frees, "free", "frees", log->frees);
		print_left(", ", best->answer.accesses, "access", "accesses",
		    first->answer.accesses);
	}
	words_length(best->spec.run.duration_ps, time);
	printf(best->schedule.stepped ? ", step by step\n" :
	    ", in %s of simulated time\n", time);
}

void
shrink_text_print(const struct shrink *shrink)
{
	const struct shrink_run *best = &shrink->best;
	char text[RUN_SUMMARY_SIZE], time[WORDS_LENGTH_SIZE];
	char wall[HUMAN_SIZE];

	summary_text(shrink, text);
	printf("finding   %s: %s\n", best->answer.finding.check, text);
	words_length(best->answer.finding.at_ps, time);
	if (!best->answer.crashed)
		printf("          at %s on CPU %llu\n", time,
		    (unsigned long long)best->answer.finding.cpu);
	if (!shrink_same_place(shrink))
		printf("          (the same check at another place than in the "
		    "run of the token)\n");
	print_choices(shrink);
	print_rest(shrink);
	human_value((double)shrink->wall_ns, "ns", wall);
	printf("took      %llu executions in %s\n\ngusim replay %s%s\n",
	    (unsigned long long)shrink->trial.executions, wall,
	    plugin_words(&best->spec), shrink->text);
}

/* --- for machines ---------------------------------------------------------------- */

static json_t *
sure(json_t *value)
{

	if (value == NULL)
		abort();
	return (value);
}

static json_t *
number(uint64_t value)
{

	return (sure(json_integer((json_int_t)value)));
}

static json_t *
choice_json(const struct witness_scene *scene, uint64_t cpus)
{
	char text[WORDS_SIZE], place[SOURCE_TEXT_SIZE];
	json_t *item;

	words_scene(scene, cpus, text);
	item = sure(json_object());
	json_object_set_new(item, "kind",
	    sure(json_string(choice_kind_names[scene->entry.kind])));
	json_object_set_new(item, "cpu", number(scene->entry.kind ==
	    CHOICE_NEXT ? scene->chosen % cpus : scene->entry.cpu));
	json_object_set_new(item, "nth", number(scene->entry.nth));
	json_object_set_new(item, "answer", number(scene->entry.answer));
	json_object_set_new(item, "place", sure(json_string(
	    source_text(scene->actor.place, place))));
	json_object_set_new(item, "words", sure(json_string(text)));
	return (item);
}

void
shrink_text_json(const struct shrink *shrink)
{
	const struct shrink_run *best = &shrink->best;
	const struct witness_log *log = log_of(shrink);
	char text[RUN_SUMMARY_SIZE];
	json_t *document, *list;
	size_t i;

	summary_text(shrink, text);
	document = sure(json_object());
	json_object_set_new(document, "scenario",
	    sure(json_string(shrink->token->scenario)));
	json_object_set_new(document, "check",
	    sure(json_string(best->answer.finding.check)));
	json_object_set_new(document, "summary", sure(json_string(text)));
	json_object_set_new(document, "same_place",
	    json_boolean(shrink_same_place(shrink)));
	json_object_set_new(document, "token",
	    sure(json_string(shrink->text)));
	json_object_set_new(document, "digest",
	    best->answer.digest[0] == '\0' ? json_null() :
	    sure(json_string(best->answer.digest)));
	json_object_set_new(document, "stepped",
	    json_boolean(best->schedule.stepped));
	list = sure(json_array());
	for (i = 0; i < log->scene_count && i < WITNESS_SCENES_MAX; i++)
		json_array_append_new(list, choice_json(&log->scenes[i],
		    best->spec.machine.cpus));
	json_object_set_new(document, "choices", list);
	json_object_set_new(document, "choices_before",
	    number(shrink->first.schedule.count));
	json_object_set_new(document, "cpus", number(best->spec.machine.cpus));
	json_object_set_new(document, "threads", number(log->threads));
	json_object_set_new(document, "sections", number(log->sections));
	json_object_set_new(document, "frees", number(log->frees));
	json_object_set_new(document, "accesses",
	    number(best->answer.accesses));
	json_object_set_new(document, "duration_ns",
	    number(best->spec.run.duration_ps / 1000));
	json_object_set_new(document, "faults",
	    number(best->spec.fault_count));
	json_object_set_new(document, "executions",
	    number(shrink->trial.executions));
	json_object_set_new(document, "wall_ns", number(shrink->wall_ns));
	json_object_set_new(document, "complete",
	    json_boolean(!shrink->trial.late));
	json_dumpf(document, stdout, JSON_INDENT(2));
	putc('\n', stdout);
	json_decref(document);
}
