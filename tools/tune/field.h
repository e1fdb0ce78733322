/*
 * field - which candidates are tried, and in which scenarios?
 *
 * A candidate is a setting of the knobs: a point of the scenario's sweep, or
 * the default that it must beat, which is candidate 0 (the base of each
 * scenario where `tune` names none).  A scene is a scenario in which candidates
 * run: the tuned one, those that `tune` names, and each of them again for each
 * entry of `robust`, in which only the winner and the default run.
 *
 * In a scene candidate i is point i of a plan, so a scene is an experiment in
 * the database like any other.  Its digest is of the scenario, of what changes
 * it, and of what decides which candidate has which number.
 *
 * Errors      -1 or NULL with err: a message about what the user wrote.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_TUNE_FIELD_H
#define TOOLS_TUNE_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/scenario/plan.h"
#include "tools/scenario/scenario_tune.h"

struct err;
struct options;

enum {
	FIELD_LABEL_SIZE = 240,
	FIELD_TEXT_SIZE = 600,
	FIELD_RACE_MAX = 20000,		/* candidates of a race without search */
};

struct field_scene {
	struct scenario *scenario;	/* its own */
	struct plan *plan;		/* point i is candidate i */
	char label[FIELD_LABEL_SIZE];
	double weight;
	size_t base;			/* robust: the scene that it varies */
	const struct tune_robust *robust;	/* NULL: it is in the race */
	int64_t experiment;		/* 0: not looked for yet */
};

struct field {
	const struct scenario_tune *tune;
	struct scenario *scenario;	/* that was asked for */
	struct plan *plan;		/* all points that may be candidates */
	struct field_scene *scenes;	/* those of the race come first */
	size_t scene_count;
	size_t race_count;		/* of scenes */
	size_t *points;			/* of each candidate; SIZE_MAX: default */
	size_t count;			/* candidates */
	char *spec_text;		/* of the default in all scenes */
};

/*
 * Loads everything; the field has the default alone.  `command` is what else
 * than the files decides: it goes into the digests of a search.
 */
struct field *field_create(struct scenario *scenario,
    const struct options *options, struct err *err);
void field_free(struct field *field);

/*
 * Adds a point of the plan as the next candidate.  1: done; 0: it is the
 * default in other words, and was not added; -1: it cannot be in some scene.
 */
int field_add(struct field *field, size_t point, struct err *err);

/*
 * After the last field_add() of a race, or the first of a search: now digests
 * can be made.  `salt` is what decides the numbers of a search's candidates;
 * NULL: the list of candidates, which is complete.
 */
void field_seal(struct field *field, const char *salt);

/* "zone.bucket_size=62, core.deferral=8"; "today's default (...)". */
void field_name(const struct field *field, size_t candidate,
    char text[FIELD_TEXT_SIZE]);

/* The value of that knob as the candidate has it in the tuned scenario. */
void field_value(const struct field *field, size_t candidate,
    const char *knob, char text[KNOB_TEXT_MAX], double *number);

#endif
