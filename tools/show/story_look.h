/*
 * story_look - which of the events are the ones that matter?
 *
 * For story.c only: fills in the marks, the window and the cast.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SHOW_STORY_LOOK_H
#define TOOLS_SHOW_STORY_LOOK_H

struct story;

/* Which drain belongs to which push: buffers are first in, first out. */
void story_look_stores(struct story *story);
/* The marks, from the finding backwards. */
void story_look_back(struct story *story);
/* The window and who takes part in it. */
void story_look_cast(struct story *story);

#endif
