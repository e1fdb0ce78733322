/*
 * knob - what may be set, to what, and in which unit?
 *
 * A knob is one row of a table: a name, a kind, where its value lies in a
 * config struct, its limits and its default.  The scenario reader, --set,
 * sweeps, `gusim list knobs`, help and the docs are all made from these rows.
 *
 * Every number is stored as a uint64_t in base units:
 *
 *	KNOB_COUNT	a bare number		62
 *	KNOB_TIME	picoseconds		3.2us
 *	KNOB_SIZE	bytes			64KiB
 *	KNOB_RATE	millionths of an event per second	1000/s, 2.5k/s
 *	KNOB_SHARE	parts per million	25%
 *	KNOB_FREQUENCY	hertz			1000, 1kHz
 *	KNOB_FLAG	0 or 1			true
 *	KNOB_CHOICE	index into choices	tso
 *	KNOB_TIME_DIST	struct dist, picoseconds	200us, {exp: 200us}
 *	KNOB_COUNT_DIST	struct dist, bare numbers	8, {uniform: [1, 64]}
 *	KNOB_WORDS	char[KNOB_WORDS_SIZE]	modules/stress.o
 *
 * Words are any printable text, also none; what follows its NUL is zero.
 *
 * Limits and defaults are written as text in the knob's own unit and parsed by
 * the same code, so the table reads as a user would write it.
 *
 * Errors      parsing sets err and leaves the config untouched.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_BASE_KNOB_H
#define SIM_BASE_KNOB_H

#include <stddef.h>
#include <stdint.h>

struct dist;
struct err;

enum knob_kind {
	KNOB_COUNT,
	KNOB_TIME,
	KNOB_SIZE,
	KNOB_RATE,
	KNOB_SHARE,
	KNOB_FREQUENCY,
	KNOB_FLAG,
	KNOB_CHOICE,
	KNOB_TIME_DIST,
	KNOB_COUNT_DIST,
	KNOB_WORDS,
};

struct knob {
	const char *name;		/* the last part of the dotted name */
	enum knob_kind kind;
	size_t offset;			/* of the value in its config */
	const char *least;		/* NULL: 0 */
	const char *most;		/* NULL: no limit */
	const char *preset;		/* the default */
	const char *const *choices;	/* KNOB_CHOICE: ends with NULL */
	const char *about;		/* one sentence */
};

enum {
	KNOB_WORDS_SIZE = 256,	/* of a value of that kind, with its NUL */
	KNOB_TEXT_MAX = 288,	/* of any value, with its NUL */
};

/*
 * Parses `text` by the rules of `knob` and writes the value at
 * `config + knob->offset`.  A dist may be written as a plain value or as a
 * one-key flow mapping: {exp: 200us}, {uniform: [1us, 2us]},
 * {lognormal: {median: 200us, p99: 5ms}},
 * {pareto: {least: 1ms, shape: 1.5, most: 100ms}},
 * {bimodal: {mostly: 1us, rarely: 1ms, chance: 1%}}.
 * A failure's message says what was given and what is allowed.
 */
int knob_parse(const struct knob *knob, const char *text, void *config,
    struct err *err);

/* The canonical text of the value: parses back to the same bits. */
void knob_format(const struct knob *knob, const void *config, char *text,
    size_t room);

/* Sets every knob of a table to its default; a bad default is a bug. */
void knob_preset_all(const struct knob *knobs, size_t count, void *config);

/* The value as one number in base units, for plots; dists give their mean. */
double knob_number(const struct knob *knob, const void *config);

/* Words: "time", "count"...; the base unit: "ps", "bytes", "1/s", "1"... */
const char *knob_kind_name(enum knob_kind kind);
const char *knob_kind_unit(enum knob_kind kind);

/* What is allowed, in one phrase: "a time from 1ns to 10s". */
void knob_allowed(const struct knob *knob, char *text, size_t room);

/* The row called `name`, or NULL. */
const struct knob *knob_find(const struct knob *knobs, size_t count,
    const char *name);

/*
 * The nearest of the names that `name_at(context, i)` gives for i = 0, 1, ...
 * (NULL ends them), or NULL where none is near enough to suggest.
 */
const char *knob_nearest(const char *given,
    const char *(*name_at)(const void *context, size_t i), const void *context);

#endif
