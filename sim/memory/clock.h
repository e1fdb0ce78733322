/*
 * clock - what happened before what?
 *
 * A vector clock for each CPU: how much of every CPU's past is ordered before
 * the next thing it does.  Program order is per CPU, since that is what
 * hardware orders: an interrupt handler and two threads that take turns on a
 * CPU are in order, a thread that moves takes its past along by a stamp.
 *
 * There are two clocks to a CPU.  `hb` is happens-before as in C11, which data
 * races are judged by.  `seen` is what coherence lets a load ignore no longer:
 * happens-before and, beyond it, the order of seq_cst fences; seen covers hb.
 *
 * A stamp is a frozen pair of clocks that a release leaves with a store, for
 * the load that reads it to join.  Stamps are counted references in a pool.
 *
 * Units       epochs count a CPU's releases, from 1.
 * Cost        knows: two loads.  join, stamp: linear in the number of CPUs.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MEMORY_CLOCK_H
#define SIM_MEMORY_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

typedef uint32_t stamp_id;	/* 0: nothing to join */

/* All at epoch 1, nobody knows of anybody. */
void clocks_reset(uint32_t cpus);
void clocks_fini(void);

/* The CPU's own epoch: what it does now bears it. */
uint32_t clock_epoch(uint32_t cpu);
/* What `other` did in its epoch happened before what `cpu` does next. */
bool clock_knows(uint32_t cpu, uint32_t other, uint32_t epoch);
/* The same of coherence. */
bool clock_has_seen(uint32_t cpu, uint32_t other, uint32_t epoch);

/* Freezes the CPU's clocks, joined with those of `with`; begins a new epoch. */
stamp_id stamp_take(uint32_t cpu, stamp_id with);
/* All of both; no CPU's clock. */
stamp_id stamp_both(stamp_id left, stamp_id right);
void stamp_join(uint32_t cpu, stamp_id stamp);
stamp_id stamp_hold(stamp_id stamp);	/* one more reference; returns it */
void stamp_drop(stamp_id stamp);

#endif
