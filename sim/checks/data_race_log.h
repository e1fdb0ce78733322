/*
 * data_race_log - which accesses might still be told of?
 *
 * The log of sim/memory/place.h from the check's side: chains become cells, and
 * what no chain and no cell needs any more is dropped when the log is full.
 * Then at least half of it is free.
 *
 * Errors      without memory the program ends.
 * Cost        the clearing up is linear in the log, and in the places of which
 *             it has something.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_CHECKS_DATA_RACE_LOG_H
#define SIM_CHECKS_DATA_RACE_LOG_H

#include "sim/checks/data_race_cell.h"

/* It is empty. */
void race_log_begin(void);
void race_log_fini(void);

/* What the chain of a place comes to; the chain is no more. */
void race_chain_cell(const struct place *place, struct race_cell *cell);
/* Nothing stays in the chain but what a cell would have. */
void race_chain_shorten(struct place *place);
/*
 * The newest of a chain and of the chain beside it change places in the order:
 * the former happens again, as far as anybody can tell.
 */
void race_chains_swap(struct place *place, struct place *beside);
/* Makes room; only what chains and cells have stays. */
void race_log_clear_up(void);

/* What the place is about: PLACE_EMPTY and so on, or a shape. */
static inline uint32_t
race_place_state(const struct place *place)
{

	return ((place->is.race ^ places.key) & PLACE_SHAPE_MASK);
}

/* It has a chain. */
static inline bool
race_place_chained(const struct place *place)
{

	return (race_place_state(place) >= 1 << PLACE_SHAPE_SHIFT);
}

static inline struct race_cell *
race_place_cell(struct place *place)
{

	return (race_cell_number(*place_lane(&place->reads, 0)));
}

#endif
