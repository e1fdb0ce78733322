/*
 * memory_choose - which of the allowed values, which of the allowed places?
 *
 * What a memory model asks of whoever guides the run.  0 is the answer of a run
 * without a guide.  Models ask only where there is more than one alternative.
 *
 * Under relaxed a seq_cst operation has a place in the order of them all as
 * well, which need not be the last (sim/memory/relaxed_order.h): a fence asks
 * for it with CHOICE_PLACE, 1 being before the last operation, and for an access
 * each pair of a store, or place, and a place in that order is an alternative,
 * newest and last first.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MEMORY_MEMORY_CHOOSE_H
#define SIM_MEMORY_MEMORY_CHOOSE_H

#include <stdint.h>

#include "sim/machine/choice.h"

/* Below `alternatives`, which is at least 2. */
uint64_t memory_choose(enum choice_kind kind, uint32_t cpu,
    uint64_t alternatives);

#endif
