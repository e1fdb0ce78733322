/*
 * relaxed_access - what does any access do?
 *
 * Under the model of sim/memory/relaxed.c, on machines of all sizes; the usual
 * ones have a shorter way (sim/memory/relaxed_quick.h), which does the same.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MEMORY_RELAXED_ACCESS_H
#define SIM_MEMORY_RELAXED_ACCESS_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/machine/machine.h"
#include "sim/memory/memory.h"
#include "sim/memory/memory_choose.h"
#include "sim/memory/relaxed_history.h"

/* A read-modify-write under way: nothing comes between its halves. */
extern struct relaxed_change {
	struct location *location;	/* NULL: memory itself */
	uint32_t index;		/* of the store that it reads */
	uint32_t floor;
	order_id ordered;
} relaxed_change;

/*
 * Nobody chooses and nobody asks what happened before what, in a run without a
 * guide as in the part of any run that is before it guides: each load sees the
 * newest value, so there is no need for a history.  What is done by then is
 * known to all when a guide comes (machine_publish()).
 */
static inline bool
relaxed_unguided(void)
{

	return (the.guide == NULL && the.ports.accessed == NULL &&
	    the.cpu_count != 0);
}

/* Which of the stores from `floor` on a load sees. */
static inline uint32_t
relaxed_choose_read(uint32_t cpu, const struct location *location,
    uint32_t floor)
{
	uint32_t back;

	back = location->count - 1U - floor;
	if (back != 0)
		back = (uint32_t)memory_choose(CHOICE_READ, cpu, back + 1U);
	assert(back < location->count - floor);
	return (location->count - 1U - back);
}

/* It reads the newest store, and has no place in the order. */
static inline uint64_t
relaxed_change_newest(struct location *location)
{

	relaxed_change.location = location;
	relaxed_change.index = relaxed_change.floor = location->count - 1U;
	relaxed_change.ordered = 0;
	return (location->newest->value);
}

/* As in struct memory_history. */
void relaxed_any_fence(uint32_t cpu, int order);
uint64_t relaxed_any_load(uint32_t cpu, uint32_t offset, uint32_t size,
    int order);
void relaxed_any_store(uint32_t cpu, uint32_t offset, uint32_t size,
    uint64_t value, int order);
uint64_t relaxed_any_change_begin(uint32_t cpu, uint32_t offset, uint32_t size,
    int order, const struct memory_expected *expected);
void relaxed_any_change_end(uint32_t cpu, uint32_t offset, uint32_t size,
    uint64_t value, int order);
void relaxed_any_change_cancel(uint32_t cpu, uint32_t offset, uint32_t size,
    int order);

/* Neither locked nor, for a store, seq_cst; there is no history yet. */
uint64_t relaxed_load_first(uint32_t cpu, uint32_t offset, uint32_t size,
    int order);
void relaxed_store_first(uint32_t cpu, uint32_t offset, uint32_t size,
    uint64_t value, int order);
/* Not seq_cst; the CPU may not know of the newest store. */
uint64_t relaxed_load_either(uint32_t cpu, struct location *location,
    int order);
/*
 * The CPU has read this value, that of a store behind `floor`: whoever sees its
 * present sees the store.  Returns the value.
 */
uint64_t relaxed_tell(uint32_t cpu, struct location *location, uint32_t index,
    uint32_t floor, uint64_t value);

#endif
