/*
 * source - which line of which file is this?
 *
 * Turns a place in the program's code into file, line and function, from the
 * debug information of the program itself.  A place is a distance from the
 * start of the program's image, so that it is the same in every process and
 * can be kept in a result.
 *
 * Units       a return address, less the address of __executable_start: see
 *             stream_place() in sim/machine/stream.h.
 * Errors      a place that nothing is known of gives "?" and line 0; a program
 *             without debug information knows nothing of all places.
 * Cost        the first question in a compilation unit reads its lines (some
 *             ms, if it is a large one), each further one some microseconds.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SOURCE_SOURCE_H
#define TOOLS_SOURCE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SOURCE_TEXT_SIZE = 300 };

struct source {
	char file[64];		/* the last part of its path */
	char function[96];
	char within[96];	/* what it is inlined in; empty: it is not */
	int line;
	bool near;		/* code of several lines: this is the nearest */
};

/* `place` is a return address: the call before it is what is looked up. */
bool source_find(uint64_t place, struct source *source);

/*
 * "smr.c:142 (smr_enter)", "smr.c:97 (scan, inlined in smr_poll)", "near
 * smr.c:97 (scan)" where the compiler has made one of several lines, or "?".
 */
const char *source_text(uint64_t place, char text[SOURCE_TEXT_SIZE]);

/*
 * Replaces each "@0", "@1" in a finding's summary by the text of places[0],
 * places[1].  Marks beyond `count` stay as they are; what does not fit into
 * `room` is cut off.
 */
void source_fill(const char *summary, const uint64_t *places, size_t count,
    char *text, size_t room);

#endif
