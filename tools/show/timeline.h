/*
 * timeline - what does the story look like?
 *
 * A picture with a lane for each CPU that takes part (sections, stops, ticks,
 * advances, polls; below it the store buffer), one for the sequence numbers and
 * one for the life of the item, and a red line at the finding.  Long stretches
 * in which nothing happens are cut out.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SHOW_TIMELINE_H
#define TOOLS_SHOW_TIMELINE_H

struct picture;
struct show_words;
struct story;

/* `story` is closed; `picture` is new, and for picture_fini(). */
void timeline_draw(struct picture *picture, const struct story *story,
    const struct show_words *words);

#endif
