/*
 * ddmin - which of these are needed?
 *
 * Delta debugging: given many things that together have an effect, finds few
 * that still have it, by asking again and again whether a part of them does.
 * What is left is minimal in the sense that nothing can be left out alone, nor,
 * where few are left, any two together.
 *
 * Cost        about n log n questions where few of n things matter, n^2 in the
 *             worst case; pairs, n^2 / 2 more for at most DDMIN_PAIRS_MAX.
 * Source      Zeller, Hildebrandt, "Simplifying and isolating failure-inducing
 *             input", IEEE TSE 28(2), 2002, figure 5.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SHRINK_DDMIN_H
#define TOOLS_SHRINK_DDMIN_H

#include <stdbool.h>
#include <stddef.h>

enum { DDMIN_PAIRS_MAX = 24 };

/* Whether those of `count` things that are kept have the effect. */
enum ddmin_answer {
	DDMIN_NO,
	DDMIN_YES,
	DDMIN_STOP,	/* nobody knows: what is kept by now is what is left */
};
typedef enum ddmin_answer ddmin_ask(void *context, const bool *kept,
    size_t count);

/*
 * `kept` says which of `count` things there are, all of which have the effect
 * together, and in the end which are left.  Returns how many.
 */
size_t ddmin(bool *kept, size_t count, ddmin_ask *ask, void *context);

#endif
