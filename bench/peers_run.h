/*
 * peers_run - what happens in one execution of the peers' kernel?
 *
 * The program of peers_kernel.h on three CPUs of the machine, with data races
 * looked for and nothing else of gusim around it; or the same rounds as a whole
 * run.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef BENCH_PEERS_RUN_H
#define BENCH_PEERS_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/run.h"
#include "sim/spec.h"
#include "sim/strategies/strategy.h"

struct peers_kernel;

extern struct peers_run {
	struct run_spec spec;
	struct run_result result;
	struct peers_kernel *kernel;
	bool fence;
	bool whole;		/* a run of gusim; not the kernel alone */
	bool learning;		/* what CPUs share, as a hunt does first */
	bool bad;		/* a reader saw what was freed */
	bool stuck;
} peers_run;

struct peers_player {
	const struct strategy *strategy;
	void *state;
	struct guide guide;
	/* The usual run, counted. */
	struct strategy_usual usual;
};

/* What the next executions are of; `model` as enum bench_model has it. */
void peers_run_prepare(uint64_t model, bool fence);
/* The same rounds, as a workload over GUS and a zone: a run of a hunt. */
void peers_run_prepare_whole(uint64_t model);

/* The program at its start, on a machine that is as new. */
void peers_run_begin(void);
/* True: it went wrong, as a data race or as a look at what was freed. */
bool peers_run_execute(const struct guide *guide);

/*
 * The way of a hunt: what is shared, then what the usual run is asked.  `which`
 * as PEERS() makes it.
 */
void peers_run_learn(struct peers_player *player, uint64_t which);
/* One execution by the strategy. */
bool peers_run_play(struct peers_player *player, uint64_t seed,
    uint64_t number);
void peers_run_forget(struct peers_player *player);

#endif
