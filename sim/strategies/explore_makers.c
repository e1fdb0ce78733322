/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/strategies/explore_makers.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"

void
makers_fini(struct makers *makers)
{

	free(makers->made);
	memset(makers, 0, sizeof(*makers));
}

void
makers_reset(struct makers *makers)
{

	makers->count = 0;
	memset(makers->of, 0, sizeof(makers->of));
}

static void
grow(struct makers *makers)
{

	makers->room = 2 * makers->room + 256;
	makers->made = must_resize(makers->made, makers->room,
	    sizeof(*makers->made));
}

void
makers_add(struct makers *makers, uint32_t step, uint64_t actors)
{
	uint32_t actor;

	for (; actors != 0; actors &= actors - 1) {
		actor = (uint32_t)__builtin_ctzll(actors);
		if (makers->count == makers->room)
			grow(makers);
		makers->made[makers->count++] = (struct made){
			.step = step,
			.actor = actor,
			.before = makers->of[actor],
		};
		makers->of[actor] = step;
	}
}

void
makers_cut(struct makers *makers, uint32_t steps)
{
	const struct made *made;

	while (makers->count > 0) {
		made = &makers->made[makers->count - 1];
		if (made->step <= steps)
			return;
		makers->of[made->actor] = made->before;
		makers->count--;
	}
}
