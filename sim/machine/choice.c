/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/machine/choice.h"

#include "sim/machine/causality.h"
#include "sim/machine/machine.h"

const char *const choice_kind_names[CHOICE_KIND_COUNT] = {
	[CHOICE_NEXT] = "next",
	[CHOICE_READ] = "read",
	[CHOICE_PLACE] = "place",
	[CHOICE_DELAY] = "delay",
	[CHOICE_HOLD] = "hold",
};

struct step
choice_step(void)
{

	return (the.cpu->step);
}

bool
choice_conflicts(void)
{
	const struct step *step;

	step = &the.cpu->step;
	return (step->size > 0 && causality_shared(step->offset, step->size));
}

void
choice_forget(void)
{

	causality_forget();
}
