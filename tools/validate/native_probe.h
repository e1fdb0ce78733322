/*
 * native_probe - how far apart are two processors just now, and what do they keep?
 *
 * A guest's processors are threads of its host, which moves them: two of them
 * are neighbours at one moment and on different caches at the next, and a line
 * takes several times as long between them.  So each round asks, before and
 * after.
 *
 * Two threads, pinned, take turns over a set of lines: one has just changed
 * them, the other loads them one after the other; one has just read them, the
 * other makes them its own.
 *
 * How long a cache keeps what nobody uses depends on who else is on the host:
 * lines are touched, left alone for NATIVE_LEFT_ALONE_MS and touched again.
 *
 * Units       ps for one line; the medians of many turns.
 * Cost        a few milliseconds, and NATIVE_LEFT_ALONE_MS for each look at what
 *             is kept.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_VALIDATE_NATIVE_PROBE_H
#define TOOLS_VALIDATE_NATIVE_PROBE_H

#include <stdint.h>

struct native_distance {
	uint64_t transfer_ps;	/* a load of a line that the other changed; 0: none */
	uint64_t invalidate_ps;	/* a locked addition to one that the other read */
	uint64_t upgrade_ps;	/* ... to one just loaded that the other changed */
};

enum { NATIVE_LEFT_ALONE_MS = 40 };

/*
 * Half of the lines that a processor does not touch have left its caches after
 * so long.  At least a tenth of the time that was waited, at most 200 times
 * that: what is kept longer cannot be told.
 */
uint64_t native_keeps_ps(unsigned processor);

/* The processors are the `left`th and `right`th that the process may use. */
void native_probe(unsigned left, unsigned right,
    struct native_distance *distance);

/* Pins the calling thread to the n-th processor that the process may use. */
void native_pin(unsigned n);

#endif
