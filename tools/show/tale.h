/*
 * tale - which moments of a story are worth telling, and in which words?
 *
 * A story has more events than anybody reads.  A tale is the list of those that
 * are told, in the order of time, each with the CPU that acted and a few words.
 * What led to the finding is always told; what stands around it as long as the
 * tale is not longer than `most`.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SHOW_TALE_H
#define TOOLS_SHOW_TALE_H

#include <stddef.h>
#include <stdint.h>

struct story;

enum { TALE_TEXT_SIZE = 160 };

enum moment_weight {
	WEIGHT_CAUSE,		/* part of the chain that leads to the finding */
	WEIGHT_HELP,		/* makes it happen: stops, held-back stores */
	WEIGHT_NEAR,		/* helps to see where one is */
	WEIGHT_REST,
	WEIGHT_COUNT
};

struct moment {
	uint64_t at_ps;
	size_t event;		/* in story->events */
	uint32_t cpu;
	enum moment_weight weight;
	char text[TALE_TEXT_SIZE];
	char label[TALE_TEXT_SIZE];	/* shorter, for a picture */
};

struct tale {
	struct moment *moments;
	size_t count;
	size_t left_out;
};

/* `story` is closed and stays. */
void tale_make(struct tale *tale, const struct story *story, size_t most);
void tale_fini(struct tale *tale);

/*
 * The n-th of the interventions in words, "CPU 1 is stopped by an SMI for
 * 3.2 us, between reading wr and publishing it, before smr.c:160 (smr_enter)".
 */
enum { TALE_SENTENCE_SIZE = 700 };
void tale_choice(const struct story *story, size_t event,
    char text[TALE_SENTENCE_SIZE]);

/*
 * What it comes to: who holds what since when, why the poll did not see that.
 * Empty where the story does not say.
 */
void tale_cause(const struct story *story, char text[TALE_SENTENCE_SIZE]);

#endif
