/*
 * tune - which values should be the default?
 *
 * The course of `gusim tune`: candidates race under common seeds in all scenes
 * (tools/tune/race.h), or are searched for (tools/tune/search.h); then the best
 * is held against the default under seeds that the race has never seen, and on
 * other machines and under other faults; then all of it is put into an outcome.
 *
 * Block b of the race is the seed `seeds.from` + b of the tuned scenario, in
 * every scene.
 *
 * Errors      tune_run() returns the exit status of the verb, with what is wrong
 *             in ledger.err where it is not 0.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_TUNE_TUNE_H
#define TOOLS_TUNE_TUNE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "tools/stats/effects.h"
#include "tools/stats/pareto.h"
#include "tools/tune/field.h"
#include "tools/tune/ledger.h"
#include "tools/tune/race.h"

/* Races under way ask the ledger through this. */
struct tune_bench {
	struct tune *tune;
	const size_t *scenes;		/* scene of each scenario of the race */
	const size_t *candidates;	/* NULL: those of the field */
	uint64_t seed_from;
};

enum tune_verdict {
	TUNE_PROPOSE,		/* the winner beats the default by enough */
	TUNE_BEST,		/* the default itself is the best */
	TUNE_ALIKE,		/* nothing beats it by more than indifference */
	TUNE_UNSURE,		/* it may be beaten, but that is not certain */
	TUNE_NOT_HELD,		/* it was beaten, but not under fresh seeds */
	TUNE_NOTHING,		/* no candidate keeps the limits */
	TUNE_TOO_EARLY,		/* stopped before the first look */
};

/* Winner and default side by side, in one scene or all of the race. */
struct tune_match {
	bool made;
	size_t n;			/* seeds */
	struct race_gap gain;		/* cost of the default less the winner's */
	enum race_keeping keeping;	/* of the winner */
	char failed[2][RACE_WHY_SIZE];	/* default, winner; "" */
};

/* How the winner does in one scene of the race. */
struct tune_scene_row {
	struct race_gap gain;		/* over the default, under race seeds */
	size_t best;			/* candidate that is best here; SIZE_MAX */
	struct race_gap regret;		/* of the winner against that one */
	struct race_gap regret_default;
	double value[RACE_GOALS_MAX];	/* means: winner */
	double value_default[RACE_GOALS_MAX];
	double bound[RACE_GOALS_MAX];	/* what a clairvoyant needs; NAN */
	enum race_keeping keeping[RACE_LIMITS_MAX];	/* winner */
	double measured[RACE_LIMITS_MAX];
	double measured_default[RACE_LIMITS_MAX];
	double over[RACE_LIMITS_MAX];	/* winner: beyond the bound, as a share */
};

/* The run for which a candidate is out: where, and what it was. */
struct tune_failure {
	size_t candidate;
	size_t scene;
	uint64_t seed;
	bool held;			/* in a match, not in the race */
	bool crashed;
	char digest[LEDGER_DIGEST_SIZE];
};

/* A knob around the winner: the other values, all else alike. */
struct tune_turn {
	size_t candidate;
	struct race_gap loss;		/* against the winner */
};
struct tune_knob {
	const char *knob;
	double share;			/* of the variance of scores; NAN */
	struct interval span;		/* of the main effect */
	struct tune_turn *turns;
	size_t turn_count;
};

struct tune {
	const struct options *options;
	struct field *field;
	struct race *race;
	struct ledger ledger;
	uint64_t seeds_most;
	uint64_t race_runs_most;	/* 0: no limit */
	uint64_t deadline_ns;		/* 0: none */
	size_t scenes[RACE_SCENARIOS_MAX];	/* 0, 1, ...: those of the race */
	bool aloud;			/* say on standard error how it goes */

	/* The outcome. */
	enum tune_verdict verdict;
	size_t winner;			/* SIZE_MAX: none */
	size_t nearest;			/* to the limits, where nobody keeps them */
	bool default_stands;		/* it can be compared with */
	struct race_gap gain;
	double confidence;		/* of the statement about the gain */
	struct tune_scene_row rows[RACE_SCENARIOS_MAX];
	struct tune_match held;
	bool is_held;
	struct tune_match *robust;	/* of each robust scene, in order */
	struct tune_knob *knobs;
	size_t knob_count;
	double interactions;		/* share; NAN */
	enum pareto_place *places;	/* of each candidate; PARETO_PLACES: not in */
	size_t front_n;			/* seeds; 0: there is no front */
	size_t knee;			/* candidate; SIZE_MAX */
	struct tune_failure *failures;	/* the first of each candidate */
	size_t failure_count;
	bool search_cut;		/* it was not at its end */
	uint64_t grid_runs;		/* that the whole grid would have taken */
};

/* The field has been made; everything else is. */
int tune_run(struct tune *tune);
void tune_fini(struct tune *tune);

/* tune_outcome.c: who won, by how much, and what that means; then where. */
void tune_choose(struct tune *tune);
int tune_conclude(struct tune *tune);

/* tune_match.c: fresh seeds, other machines.  0, or -1: ledger.end says why. */
int tune_hold(struct tune *tune);

/* tune_knobs.c: what each knob does, and the front of two aims. */
void tune_explain(struct tune *tune);

/* The values of a match, or of the race: asks the ledger. */
int tune_evaluate(void *context, struct race *race,
    const struct race_task *tasks, size_t count);
struct race_rules tune_rules(const struct tune *tune);

/* The stat of the second axis of the front: a goal or a limit; NULL: none. */
const struct scenario_stat *tune_second(const struct tune *tune);

/* "gusim replay TOKEN" of its first failure; NULL: none.  The caller frees. */
char *tune_replay(const struct tune *tune, size_t candidate, bool held);

/* The seeds that the nearest candidate has. */
size_t tune_limit_blocks(const struct tune *tune);

extern const char *const tune_verdict_words[];

/* --- what is printed ---------------------------------------------------------- */

void tune_text(FILE *out, const struct tune *tune);
void tune_json(FILE *out, const struct tune *tune);

/* tune_text_front.c: a part of tune_text(), and a value as a cell. */
struct table;
void tune_text_front(FILE *out, const struct tune *tune);
void tune_text_value(struct table *table, double value, const char *unit);

#endif
