/*
 * unit - how much is "3.2us"?
 *
 * A unit system is a list of units with their size in one base unit.  Numbers
 * are decimal with an optional fraction; the arithmetic is exact, so what
 * cannot be represented in whole base units is refused, never rounded.  There
 * are no signs, exponents, octal or hexadecimal numbers, separators or spaces.
 *
 * Errors      unit_parse() returns -1 and writes the reason as the end of a
 *             sentence: "has no unit (ps, ns, us, ms, s, m, min or h)".
 * Cost        O(length), integers only.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_BASE_UNIT_H
#define SIM_BASE_UNIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct unit {
	const char *name;
	uint64_t scale;		/* base units in one of it */
	bool spoken;		/* unit_format() may use it */
};

struct unit_system {
	const char *base;		/* plural: "picoseconds" */
	uint64_t bare;			/* scale of a number without unit; 0: refused */
	const struct unit *units;	/* rising scale; empty name ends them */
};

extern const struct unit_system unit_none;		/* whole numbers */
extern const struct unit_system unit_time;		/* ps */
extern const struct unit_system unit_size;		/* bytes */
extern const struct unit_system unit_rate;		/* millionths of 1/s */
extern const struct unit_system unit_share;		/* parts per million */
extern const struct unit_system unit_frequency;		/* Hz */
extern const struct unit_system unit_thousandth;	/* 1.5 is 1500 */

enum { UNIT_TEXT_MAX = 32, UNIT_REASON_MAX = 160 };

/* The whole of `text` must be one number; the value is left alone on failure. */
int unit_parse(const struct unit_system *system, const char *text,
    size_t length, uint64_t *value, char *reason, size_t room);

/*
 * The shortest exact text that does not start with "0."; it parses back to the
 * same value.
 */
void unit_format(const struct unit_system *system, uint64_t value, char *text,
    size_t room);

/* "ps, ns, us, ms, s, m, min or h"; the empty text where there are none. */
void unit_names(const struct unit_system *system, char *text, size_t room);

#endif
