/*
 * explore_makers - which step made this actor ready?
 *
 * Of each actor the latest step of the path that did, and those before, since
 * the end of a path is cut off again and again.  Steps count from 1; 0 is none.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_STRATEGIES_EXPLORE_MAKERS_H
#define SIM_STRATEGIES_EXPLORE_MAKERS_H

#include <stdint.h>

#include "sim/machine/choice.h"

struct made {
	uint32_t step;
	uint32_t actor;
	uint32_t before;	/* which step had made it ready until then */
};

struct makers {
	uint32_t of[STEP_ACTORS_MAX];
	struct made *made;	/* in the order of steps */
	uint32_t count;
	uint32_t room;
};

void makers_fini(struct makers *makers);
/* Nobody has been made ready, and the memory is kept. */
void makers_reset(struct makers *makers);
/* The step, behind all that are known, has made these actors ready. */
void makers_add(struct makers *makers, uint32_t step, uint64_t actors);
/* Only the first `steps` steps have happened. */
void makers_cut(struct makers *makers, uint32_t steps);

#endif
