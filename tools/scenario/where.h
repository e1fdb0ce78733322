/*
 * where - does this condition hold at that point?
 *
 * A typed expression over knobs, as in
 *
 *	zone.bucket_size * core.deferral <= 1024 and core.mode != eager
 *
 * or, and, not; == != < <= > >=; + - * /; parentheses; numbers with the units
 * of knobs; names of knobs, which have a point in them, and `policy`; words,
 * bare or in quotes.  A minus between two words needs blanks, since xeon-2s is
 * one word.
 *
 * Types are settled when it is parsed: a time is not compared with a size, nor
 * a knob with a word that it cannot have.  Quantities are multiplied and
 * divided with their units; a share is a number, a rate and a frequency are
 * one over a time.  Every value is a whole number of base units and a power of
 * ten that is part of its type, so what is whole is exact up to 2^53.
 *
 * At a point that has not got a knob (that of another policy), what is said of
 * it is neither true nor false, and decides nothing: the point stays.
 *
 * Errors      where_parse() gives the offset that is to blame; where_holds()
 *             fails where something is divided by zero.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SCENARIO_WHERE_H
#define TOOLS_SCENARIO_WHERE_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/base/knob.h"

struct err;
struct where;

enum {
	WHERE_TEXT_MAX = 1024,
	WHERE_NODES_MAX = 256,
	WHERE_DEPTH_MAX = 32,	/* of parentheses and signs */
};

/* Which names there are. */
struct where_scope {
	/* Of which kind is the knob? */
	int (*kind)(void *context, const char *name, enum knob_kind *kind,
	    struct err *err);
	/* The word as the knob writes it, if it can have that value. */
	int (*word)(void *context, const char *name, const char *word,
	    char canonical[KNOB_TEXT_MAX], struct err *err);
	void *context;
};

/* One point. */
struct where_point {
	/* As knob_number(); false: this point has no such knob. */
	bool (*number)(void *context, const char *name, double *number);
	bool (*has)(void *context, const char *name);
	bool (*is)(void *context, const char *name, const char *word);
	void *context;
};

/* NULL on failure: `*at` is then the offset in `text`. */
struct where *where_parse(const char *text, const struct where_scope *scope,
    size_t *at, struct err *err);
void where_free(struct where *where);

/* `*holds` is true also where the point has not got what was asked about. */
int where_holds(const struct where *where, const struct where_point *point,
    bool *holds, size_t *at, struct err *err);

/* Equal for expressions that differ in blanks and spelling; to be freed. */
char *where_canonical(const struct where *where);

#endif
