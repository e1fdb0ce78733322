/*
 * progress - how far is it?
 *
 * One line on standard error, rewritten in place on a terminal, and a line
 * every few seconds elsewhere if it was asked for.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLI_PROGRESS_H
#define TOOLS_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

enum progress_mode { PROGRESS_AUTO, PROGRESS_ALWAYS, PROGRESS_NEVER };
extern const char *const progress_modes[];	/* ends with NULL */

struct progress {
	bool shown;
	bool terminal;
	bool drawn;		/* a line stands on the terminal */
	uint64_t total;
	uint64_t first;		/* done before it began: says nothing of the rate */
	uint64_t start_ns;
	uint64_t last_ns;
};

void progress_begin(struct progress *progress, enum progress_mode mode,
    uint64_t total);

/* May be called as often as one likes. */
void progress_update(struct progress *progress, uint64_t done,
    uint64_t findings);

/* For lines of other kinds: whether it is time for one, and the line. */
bool progress_due(struct progress *progress);
void progress_draw(struct progress *progress, const char *text);

/* Takes the line away. */
void progress_end(struct progress *progress);

#endif
