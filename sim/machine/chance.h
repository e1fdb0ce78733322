/*
 * chance - who goes on, where anybody may?
 *
 * What a guide would draw if it were asked: at a turn any of the CPUs that are
 * ready, for a row of steps; and when stores have waited for their time, the
 * oldest store of any buffer.  A guide that says so (struct guide_stay) is not
 * asked about turns; one that is asked about each step uses the same functions,
 * so that both are the same run.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_CHANCE_H
#define SIM_MACHINE_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/draw.h"

struct chance {
	struct draw draw;
	uint64_t ahead;		/* the next word, for who goes on */
	uint64_t change;	/* rates: of turns, in shared steps */
	uint64_t drain;		/* in steps with something in a buffer */
	uint32_t row;		/* steps from one turn to the next, at most */
};

/* Who goes on; and how many shared steps it makes until the next turn. */
static inline uint32_t
chance_turn(struct chance *chance, uint64_t cpus, uint32_t *shared)
{
	uint64_t word;
	uint32_t who;

	word = chance->ahead;
	who = draw_bit(&word, cpus);
	/* Nobody waits for these, as the switch does for who it is. */
	*shared = draw_row(word, chance->change);
	chance->ahead = draw_word(&chance->draw);
	return (who);
}

/* Whose oldest store becomes visible, one bit for each CPU. */
static inline uint32_t
chance_drain(struct chance *chance, uint64_t buffers)
{
	uint64_t word;

	/* Whose it is, is known where there is but one. */
	if ((buffers & (buffers - 1)) == 0) {
		draw_skip(&chance->draw);
		return ((uint32_t)__builtin_ctzll(buffers));
	}
	word = draw_word(&chance->draw);
	return (draw_bit(&word, buffers));
}

/* For how many steps stores wait then. */
static inline uint32_t
chance_wait(struct chance *chance)
{

	return (draw_row(draw_word(&chance->draw), chance->drain));
}

#endif
