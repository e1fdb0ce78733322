/*
 * race - which of many candidates is the best, for how few runs?
 *
 * All candidates meet the same blocks: block b is one seed in every scenario.
 * The race looks at them after a few blocks, and then at numbers of blocks that
 * grow by half.  At each look those are put out that are worse than the best so
 * far beyond doubt, or break a limit beyond doubt, so that what is clearly bad
 * gets few runs and what is nearly best gets many.
 *
 * Cost        that of a candidate in a scenario is the weighted sum of its
 *             goals, each in units of the reference's mean.  Its regret there is
 *             how much worse that is than the best of the race, as a share; the
 *             score is the mean or the worst of the regrets over scenarios.  So
 *             a difference of scores of 0.03 means 3 %.
 * Best        of all that were tried, did not fail and keep the limits on
 *             average, in or out: else a scenario would be forgotten with those
 *             that it likes, and the worst regret would be of what is left.  Who
 *             was put out early is seen by the blocks that it has, against the
 *             reference in these blocks.  The least of many means is lower than
 *             it will stay, so with few blocks regrets are rather too large; the
 *             same is added to all in that scenario.
 * Test        candidates are compared block by block: the difference of two
 *             scores is taken for the whole and with each block left out, and
 *             Student's t is applied to the pseudo-values of that jackknife,
 *             which for the mean are the plain differences of pairs.  No spread
 *             is believed that is below the rounding of a histogram.
 * Errors of   Holm's correction over all that are still compared, and a share
 * the first   of 5 % for each look that sums up to no more over all looks
 * kind        (tools/stats/stopping.h): a candidate that is best is put out in
 *             at most about 5 % of races.
 * Limits      those that break one beyond doubt are out.  If the best so far
 *             turns out to, those that it put out come back.
 * Failure     a candidate of which any run failed is out.  It never ranks.
 * Reference   candidate 0.  It is run in every block, out or not, for all is
 *             told in comparison with it; ties fall to it.
 *
 * What the race does depends on the answers alone, not on the order in which
 * they come: it asks for a batch and judges when all of it is here.
 *
 * Source      Birattari, Stuetzle, Paquete, Varrentrapp, A racing algorithm for
 *             configuring metaheuristics, GECCO 2002 (racing over instances).
 *             Kim and Nelson, Selecting the best system, Handbooks in OR and MS
 *             13, 2006 (the indifference zone, common random numbers).  Miller,
 *             The jackknife - a review, Biometrika 61, 1974.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_TUNE_RACE_H
#define TOOLS_TUNE_RACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	RACE_SCENARIOS_MAX = 24,
	RACE_GOALS_MAX = 6,
	RACE_LIMITS_MAX = 8,
	RACE_WHY_SIZE = 200,
};

enum race_across { RACE_WORST, RACE_MEAN };

struct race_goal {
	double weight;		/* above 0 */
	bool largest;		/* the larger the better */
};

struct race_limit {
	double bound;
	bool least;		/* at least `bound`, not at most */
};

struct race_rules {
	size_t scenario_count;
	double weights[RACE_SCENARIOS_MAX];
	enum race_across across;
	size_t goal_count;
	struct race_goal goals[RACE_GOALS_MAX];
	size_t limit_count;
	struct race_limit limits[RACE_LIMITS_MAX];
	double indifference;	/* scores that are closer are alike */
	size_t first;		/* blocks before the first look; at least 2 */
	uint64_t runs_most;	/* answers to ask for; 0: no limit */
};

enum race_standing {
	RACE_IN,
	RACE_WORSE,		/* out: than the best so far */
	RACE_BROKEN,		/* out: a limit, beyond doubt */
	RACE_FAILED,		/* out: one of its runs failed */
	RACE_ASIDE,		/* not in this course; it may come back */
};

struct race_candidate {
	size_t blocks;		/* that are answered as a whole */
	double *values;		/* [block][scenario][goals, limits] */
	enum race_standing standing;
	size_t out_at;		/* after so many blocks */
	bool led;		/* it was the best so far at some look */
	char why[RACE_WHY_SIZE];	/* RACE_FAILED: of which run, and how */
};

enum race_end {
	RACE_ALONE,		/* one is left */
	RACE_INDIFFERENT,	/* none left is better by more than indifference */
	RACE_SEEDS,		/* as many blocks as are allowed */
	RACE_RUNS,		/* as many runs as are allowed */
	RACE_TIRED,		/* the client had enough */
	RACE_NOBODY,		/* all are out */
	RACE_STOPPED,		/* evaluate() failed */
};

/* A batch of questions: candidate `candidate` in block `block`. */
struct race_task {
	size_t candidate;
	size_t block;
};

struct race;
struct race_client {
	/*
	 * Answers each task by race_answer() for every scenario, or by
	 * race_fail().  Nonzero ends the race.
	 */
	int (*evaluate)(void *context, struct race *race,
	    const struct race_task *tasks, size_t count);
	/* Asked before each look: is there time for more?  NULL: always. */
	bool (*tired)(void *context);
	/* Told after each look; may be NULL. */
	void (*looked)(void *context, const struct race *race);
	void *context;
};

/* How good candidates are, over the first n blocks. */
struct race_frame {
	size_t n;
	bool feasible;				/* somebody keeps the limits */
	double unit[RACE_SCENARIOS_MAX][RACE_GOALS_MAX];
	size_t whose[RACE_SCENARIOS_MAX][RACE_GOALS_MAX];	/* the unit is */
	size_t leader[RACE_SCENARIOS_MAX];	/* the best; SIZE_MAX: nobody */
	double best[RACE_SCENARIOS_MAX];	/* its cost: the least */
	double scale[RACE_SCENARIOS_MAX];	/* of a cost; never 0 */
};

struct race {
	struct race_rules rules;
	struct race_client client;
	struct race_candidate *candidates;
	size_t count;
	uint64_t runs;			/* that were asked for */
	struct race_frame frame;	/* of the last look */
	size_t look;			/* 1, 2, ... of this course */
	size_t incumbent;		/* the best so far; SIZE_MAX: none */
	enum race_end end;
	bool duelled;			/* the last looks were of two only */
};

struct race *race_create(const struct race_rules *rules,
    const struct race_client *client);
void race_free(struct race *race);

/* The new candidate's index; the first is the reference. */
size_t race_add(struct race *race);

/* From within evaluate(): goals, then limits.  A value that is NAN failed. */
void race_answer(struct race *race, size_t candidate, size_t block,
    size_t scenario, const double *values);
void race_fail(struct race *race, size_t candidate, const char *why);

/*
 * One course: all that are RACE_IN, from the first block, until something in
 * race_end is so.  With `duel` the best then goes on against the reference
 * alone, until it is clear whether it is better by more than the indifference.
 */
enum race_end race_run(struct race *race, size_t most, bool duel);

/* No judging: so many blocks of all that are RACE_IN and of the reference. */
int race_fill(struct race *race, size_t blocks);

extern const char *const race_end_words[];
extern const char *const race_standing_words[];

/* --- race_score.c: judging ---------------------------------------------------- */

/* A difference, and how far chance reaches. */
struct race_gap {
	size_t n;
	double difference;
	double error;		/* standard error */
	size_t freedom;		/* degrees of it */
};

/* The bound of a one-sided interval of that confidence: low, or high. */
double race_gap_low(const struct race_gap *gap, double confidence);
double race_gap_high(const struct race_gap *gap, double confidence);
/* One-sided: how likely so large a difference is if there is none. */
double race_gap_p(const struct race_gap *gap);

/*
 * Many gaps with few blocks each: what the spreads of all say of the spread of
 * one is taken in.  A prior is fitted to the spreads (an inverse chi-square)
 * and each gap's own is drawn towards it, by as much as the spreads are alike.
 * All these gaps have the incumbent's noise in common, so the prior counts for
 * at most twice what a gap has of its own.
 * Source      Smyth, Linear models and empirical Bayes methods, Statistical
 *             Applications in Genetics and Molecular Biology 3, 2004, 6.2.
 */
void race_gaps_share(struct race_gap *gaps, size_t count);

/*
 * Units over n blocks of those that have them, and the best of each scenario
 * over as many of these as it has; at least those before the first look.
 */
void race_frame_make(const struct race *race, size_t n,
    struct race_frame *frame);

/* The values of a candidate in a block of a scenario. */
const double *race_values(const struct race *race, size_t candidate,
    size_t block, size_t scenario);

/* The weighted mean of the regrets over scenarios, in one block. */
double race_regret(const struct race *race, const struct race_frame *frame,
    size_t candidate, size_t block);

double race_score(const struct race *race, const struct race_frame *frame,
    size_t candidate);
/* Score of a less that of b; above 0: a is worse. */
struct race_gap race_gap(const struct race *race,
    const struct race_frame *frame, size_t a, size_t b);
/* The same in one scenario: regret of a less that of b. */
struct race_gap race_gap_in(const struct race *race,
    const struct race_frame *frame, size_t scenario, size_t a, size_t b);

/*
 * The regret in one scenario, as the score has it, of a candidate with all blocks
 * of the frame or fewer; its error is that of the pairs with the scenario's best.
 */
struct race_gap race_regret_in(const struct race *race,
    const struct race_frame *frame, size_t scenario, size_t candidate);

enum race_keeping {
	RACE_KEEPS,		/* beyond doubt */
	RACE_PERHAPS,		/* on average */
	RACE_DOUBTFUL,		/* not on average, but perhaps */
	RACE_BREAKS,		/* beyond doubt */
};

/*
 * The worst over limits and scenarios; `*limit` and `*scenario` say where, and
 * may be NULL.  RACE_KEEPS where there are no limits.
 */
enum race_keeping race_keeping(const struct race *race, size_t n,
    size_t candidate, double confidence, size_t *scenario, size_t *limit);
enum race_keeping race_keeping_in(const struct race *race, size_t n,
    size_t candidate, double confidence, size_t scenario, size_t limit);

#endif
