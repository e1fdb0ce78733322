/*
 * tale_tell - how is one event put in words?
 *
 * For tale*.c only.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SHOW_TALE_TELL_H
#define TOOLS_SHOW_TALE_TELL_H

#include <stddef.h>

struct moment;
struct story;

/* What is being told: the story and where in it one is. */
struct teller {
	const struct story *story;
	struct moment *moment;
	size_t i;
};

/* Fills in weight and words; no words for what is not worth any. */
void tale_tell(struct teller *teller);

/* What the CPU of an event was about when it happened; "" for nothing. */
const char *tale_amid(const struct story *story, size_t at);

#endif
