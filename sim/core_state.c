/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/core_state.h"

#include <string.h>

#include "sim/lab_run.h"

bool
core_state_read(struct core_state *state)
{
	struct policy_words words;
	uint32_t i;

	if (lab.policy == NULL || lab.policy_def->words == NULL)
		return (false);
	memset(state, 0, sizeof(*state));
	lab.policy_def->words(lab.policy, &words);
	lab.policy_def->counters(lab.policy, &state->counters);
	state->wr = words.wr;
	state->rd = words.rd;
	state->ticks = words.ticks;
	state->cpus = words.cpus < CORE_STATE_CPUS ? words.cpus :
	    CORE_STATE_CPUS;
	for (i = 0; i < state->cpus; i++)
		state->c[i] = *(const uint32_t *)(const void *)
		    ((const char *)words.c_at + i * words.c_stride);
	state->steps = steps_taken();
	return (true);
}
