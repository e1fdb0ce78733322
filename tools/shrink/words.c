/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/shrink/words.h"

#include <stdio.h>

#include "tools/shrink/witness.h"
#include "tools/source/source.h"

enum { ABOUT_SIZE = 600 };

void
words_length(uint64_t ps, char text[WORDS_LENGTH_SIZE])
{
	static const char *const units[] = { "ps", "ns", "us", "ms", "s" };
	uint64_t whole, part;
	size_t unit;

	whole = ps;
	part = 0;
	for (unit = 0; whole >= 1000 && unit + 1 < sizeof(units) /
	    sizeof(units[0]); unit++) {
		part = whole % 1000;
		whole /= 1000;
	}
	if (whole < 10 && part >= 10)
		snprintf(text, WORDS_LENGTH_SIZE, part % 100 < 10 ?
		    "%llu.%llu %s" : "%llu.%02llu %s",
		    (unsigned long long)whole, (unsigned long long)
		    (part % 100 < 10 ? part / 100 : part / 10), units[unit]);
	else if (whole < 100 && part >= 100)
		snprintf(text, WORDS_LENGTH_SIZE, "%llu.%llu %s",
		    (unsigned long long)whole, (unsigned long long)part / 100,
		    units[unit]);
	else
		snprintf(text, WORDS_LENGTH_SIZE, "%llu %s",
		    (unsigned long long)whole, units[unit]);
}

static const char *
access_word(uint32_t kinds)
{

	if ((kinds & STEP_READ) && (kinds & STEP_WRITE))
		return ("the atomic update");
	if (kinds & STEP_READ)
		return ("the load");
	if (kinds & (STEP_WRITE | STEP_PUSH))
		return ("the store");
	return ("the fence");
}

/* "the load at smr.c:142 (smr_enter)" */
static void
access_text(const struct witness_actor *actor, char text[ABOUT_SIZE])
{
	char place[SOURCE_TEXT_SIZE];

	snprintf(text, ABOUT_SIZE, "%s at %s", access_word(actor->kinds),
	    source_text(actor->place, place));
}

/* What its thread is in the middle of, with the comma in front. */
static const char *
phase_text(const struct witness_actor *actor)
{
	static const char *const phases[WITNESS_PHASE_COUNT] = {
		[WITNESS_SAMPLED] = (", between reading the write sequence "
		    "and publishing it"),
		[WITNESS_SCANNING] = ", while it looks at all CPUs",
		[WITNESS_POLLING] = ", while it polls",
		[WITNESS_ADVANCING] = ", while it advances the write sequence",
		[WITNESS_WAITING] = ", while it waits for readers",
		[WITNESS_ENTERING] = ", while it enters a section",
		[WITNESS_LEAVING] = ", while it leaves a section",
		[WITNESS_FREEING] = ", while it frees an item",
		[WITNESS_ALLOCATING] = ", while it allocates an item",
		[WITNESS_INSIDE] = ", inside a section",
	};
	int i;

	for (i = 0; i < WITNESS_PHASE_COUNT; i++)
		if (actor->phases >> i & 1)
			return (phases[i]);
	return ("");
}

/* "CPU 1 (thread reader)" */
static void
cpu_text(uint64_t cpu, const struct witness_actor *actor, char *text,
    size_t room)
{

	if (actor->thread == 0 || actor->name[0] == '\0')
		snprintf(text, room, "CPU %llu", (unsigned long long)cpu);
	else
		snprintf(text, room, "CPU %llu (thread %.*s)",
		    (unsigned long long)cpu, WITNESS_NAME_SIZE - 1,
		    actor->name);
}

static void
delay_words(const struct witness_scene *scene, char text[WORDS_SIZE])
{
	static const char *const stops[] = {
		[DELAY_STALL] = "is stopped by the hypervisor",
		[DELAY_SMI] = "is stopped by an SMI",
		[DELAY_PREEMPT] = "loses its thread to another one",
	};
	char who[64], about[ABOUT_SIZE], length[WORDS_LENGTH_SIZE];
	uint64_t stop;

	stop = scene->entry.answer & 3;
	cpu_text(scene->entry.cpu, &scene->actor, who, sizeof(who));
	words_length(scene->entry.answer >> 2, length);
	access_text(&scene->actor, about);
	snprintf(text, WORDS_SIZE, "%s %s for %s before %s%s", who,
	    stop > DELAY_PREEMPT ? "is stopped" : stops[stop], length, about,
	    phase_text(&scene->actor));
}

static void
memory_words(const struct witness_scene *scene, char text[WORDS_SIZE])
{
	char who[64], about[ABOUT_SIZE], length[WORDS_LENGTH_SIZE];
	unsigned long long answer;

	answer = scene->entry.answer;
	cpu_text(scene->entry.cpu, &scene->actor, who, sizeof(who));
	access_text(&scene->actor, about);
	if (scene->entry.kind == CHOICE_HOLD) {
		words_length(answer, length);
		snprintf(text, WORDS_SIZE, "%s: %s stays in its store buffer "
		    "for %s longer%s", who, about, length,
		    phase_text(&scene->actor));
	} else if (scene->entry.kind == CHOICE_READ)
		snprintf(text, WORDS_SIZE, "%s: %s sees an older value, "
		    "%llu before the newest that it may see%s", who, about,
		    answer, phase_text(&scene->actor));
	else
		snprintf(text, WORDS_SIZE, "%s: %s takes an earlier place "
		    "(%llu before the last) in the order that all CPUs agree "
		    "on%s", who, about, answer, phase_text(&scene->actor));
}

/* Whom the choice passes over. */
static void
passed_text(const struct witness_scene *scene, uint64_t cpus,
    char text[ABOUT_SIZE])
{
	char about[ABOUT_SIZE - 100];
	char place[SOURCE_TEXT_SIZE];

	source_text(scene->passed.place, place);
	snprintf(about, sizeof(about), "%s at %s",
	    access_word(scene->passed.kinds), place);
	if (scene->usual < cpus)
		snprintf(text, ABOUT_SIZE, "CPU %u, which waits before %s%s",
		    scene->usual, about, phase_text(&scene->passed));
	else
		snprintf(text, ABOUT_SIZE, "the store buffer of CPU %u, which "
		    "keeps %s", (unsigned)(scene->usual - cpus), about);
}

static void
next_words(const struct witness_scene *scene, uint64_t cpus,
    char text[WORDS_SIZE])
{
	char who[64], about[ABOUT_SIZE], passed[ABOUT_SIZE];
	uint64_t cpu;

	cpu = scene->chosen < cpus ? scene->chosen : scene->chosen - cpus;
	cpu_text(cpu, &scene->actor, who, sizeof(who));
	access_text(&scene->actor, about);
	passed_text(scene, cpus, passed);
	if (scene->chosen < cpus)
		snprintf(text, WORDS_SIZE, "%s goes on with %s%s, instead of "
		    "%s", who, about, phase_text(&scene->actor), passed);
	else
		snprintf(text, WORDS_SIZE, "%s: its oldest buffered store, %s,"
		    " becomes visible, instead of %s", who, about, passed);
}

void
words_scene(const struct witness_scene *scene, uint64_t cpus,
    char text[WORDS_SIZE])
{

	switch (scene->entry.kind) {
	case CHOICE_DELAY:
		delay_words(scene, text);
		break;
	case CHOICE_NEXT:
		next_words(scene, cpus, text);
		break;
	default:
		memory_words(scene, text);
		break;
	}
}
