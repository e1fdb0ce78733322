/*
 * validate - does the simulator say what a real machine does?
 *
 * A case is one policy of one scenario.  It is measured in rounds on real
 * threads, the rounds of all cases taking turns, each in a process of its own;
 * then each round that was kept is simulated, with the same seed.
 *
 * Which rounds count is a rule, not a choice.  Half of the rounds of a case are
 * kept, and at least VALIDATE_KEEP: those first whose processors were, before and
 * after, as far from each other as in most rounds of the case, and of these the
 * ones whose threads lost the least time to others (gaps in lab_compute()).  A
 * round that lost more than VALIDATE_DISTURBED_PPM, or whose processors moved,
 * is marked as disturbed, kept or not.
 *
 * What the host did in a round that was kept is given to the run that stands
 * for it, as any other property of the machine: how often it took a processor
 * away and how long, how far apart the processors were, and (by all rounds of
 * the case together) how long caches kept what nobody used.  Nothing else of a
 * round is.
 *
 * A number is the median of its rounds, with the smallest and the largest of
 * them.
 *
 * Errors      set err; a crash of a round is an error that names it.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_VALIDATE_VALIDATE_H
#define TOOLS_VALIDATE_VALIDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/hist.h"
#include "sim/spec.h"

struct err;
struct run_result;
struct native_answer;

enum {
	VALIDATE_KEEP = 3,
	VALIDATE_ROUNDS = 7,		/* unless asked for others */
	VALIDATE_ROUNDS_MAX = 99,
	VALIDATE_DISTURBED_PPM = 50000,
};

/* Longer than any call here takes, unless the processor was elsewhere. */
static const uint64_t validate_cut_ps = 20000000;

enum validate_row {
	VALIDATE_OPS,
	VALIDATE_SECTION,
	VALIDATE_ALLOC,
	VALIDATE_FREE,
	VALIDATE_SCAN,
	VALIDATE_FOOTPRINT,
	VALIDATE_USE_P50,
	VALIDATE_USE_P90,
	VALIDATE_USE_P99,
	VALIDATE_ROWS
};

struct validate_row_def {
	const char *name;	/* of the metric */
	const char *stat;
	const char *unit;
	double least, most;	/* predicted by measured */
	const char *allowed;	/* the same in words */
};
extern const struct validate_row_def validate_rows[VALIDATE_ROWS];

/* What one round says, measured or simulated; NAN: nothing. */
struct validate_sample {
	double values[VALIDATE_ROWS];
	double lost;		/* share of the time that others had */
	double unpaid;		/* share of the time that the lab took unseen */
	/* How far apart the processors were, before or after; 0: only one. */
	uint64_t transfer_ps;
	uint64_t invalidate_ps;
	uint64_t upgrade_ps;
	bool moved;		/* ... which was not the same, or not the usual */
	uint64_t keeps_ps;	/* half of what a processor left alone is gone */
	uint64_t watched_ps;
	uint64_t switches;	/* involuntary */
	uint64_t steal_ms;	/* of all processors, by /proc/stat */
	uint64_t trouble;	/* findings, complaints */
	char words[256];	/* the first of them */
	bool kept;
	bool disturbed;
	struct hist gaps;	/* ps */
};

struct validate_estimate {
	double value;		/* the median; NAN: nothing */
	double low, high;
};

enum validate_word { VALIDATE_WITHIN, VALIDATE_OFF, VALIDATE_NOTHING };

struct validate_verdict {
	struct validate_estimate measured;
	struct validate_estimate predicted;
	double ratio;		/* predicted by measured */
	enum validate_word word;
};

/*
 * What the host did to the threads, as faults of the simulated machine.  Stops
 * are told apart by their length, since a clock interrupt, a daemon that wakes
 * up and somebody else's time slice have nothing in common.
 */
enum {
	VALIDATE_STOPS = 3,
	VALIDATE_BRIEF_PS = 20000000,		/* shorter: interrupts */
	VALIDATE_SLICE_PS = 1000000000,		/* longer: time slices */
};

struct validate_host {
	struct validate_stops {
		double rate;		/* 1/s for each thread */
		uint64_t median_ps;
		uint64_t p99_ps;	/* of a lognormal of this median, and their mean */
	} stops[VALIDATE_STOPS];	/* brief, middling, slices */
	uint64_t keeps_ps;		/* the median of the rounds */
};

struct validate_case {
	char name[112];		/* scenario, and policy where there are several */
	struct run_spec spec;
	bool fitted;			/* to it, so it shows nothing */
	struct validate_host host;
	struct validate_sample *rounds;
	size_t round_count;
	struct validate_sample *runs;
	size_t run_count;
};

/*
 * Rounds on real threads until there are `rounds` of each case, or `limit_ns`
 * of host time are over and each has VALIDATE_KEEP (0: no limit).  Returns 0,
 * -1, or the number of the signal that ended it.
 */
int validate_measure(struct validate_case *cases, size_t count, size_t rounds,
    uint64_t limit_ns, struct err *err);

/* Applies the rule above. */
void validate_keep(struct validate_case *one);

/* Simulates each round that was kept, with its seed.  Returns as above. */
int validate_predict(struct validate_case *cases, size_t count,
    size_t workers, struct err *err);

/*
 * Finds the machine.hit with which the three costs of the first case, taken
 * together, are as measured, and sets it for all.  Returns as above.
 */
int validate_fit(struct validate_case *cases, size_t count, size_t workers,
    uint64_t *hit_ps, struct err *err);

/* What the rounds that were kept show of the host; and what a run is told. */
void validate_host(const struct validate_sample *rounds, size_t count,
    struct validate_host *host);
int validate_simulated(const struct validate_case *one,
    const struct validate_sample *round, struct run_spec *spec,
    struct err *err);

void validate_judge(const struct validate_case *one, enum validate_row row,
    struct validate_verdict *verdict);
/* Median, smallest and largest; `values` is sorted. */
struct validate_estimate validate_estimate(double *values, size_t count);
/* Whether two distances are not the same: by more than half. */
bool validate_differ(uint64_t left, uint64_t right);
/* How many rounds were kept. */
size_t validate_kept(const struct validate_case *one);

/* A round in numbers. */
void validate_from_native(const struct native_answer *answer,
    struct validate_sample *sample);
void validate_from_run(const struct run_result *result,
    struct validate_sample *sample);
/* Milliseconds stolen by the hypervisor from all processors so far. */
uint64_t validate_steal_ms(void);

void validate_case_fini(struct validate_case *one);

/* --- for people and machines ------------------------------------------------ */

void validate_text_print(const struct validate_case *cases, size_t count);
void validate_json_print(const struct validate_case *cases, size_t count);
/* Pictures into the folder, which is there. */
int validate_plot(const struct validate_case *cases, size_t count,
    const char *folder, struct err *err);

#endif
