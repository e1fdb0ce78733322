/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/machine/choice.h"

#include "sim/machine/machine.h"

const char *const choice_kind_names[CHOICE_KIND_COUNT] = {
	[CHOICE_NEXT] = "next",
	[CHOICE_READ] = "read",
	[CHOICE_PLACE] = "place",
	[CHOICE_DELAY] = "delay",
	[CHOICE_HOLD] = "hold",
};

void
choice_learn(bool on)
{

	causality_learn(on);
}

bool
choice_conflicts(void)
{

	return (choice_shared(&the.cpu->step));
}

void
choice_scene(uint32_t cpu, struct choice_scene *scene)
{
	const struct cpu *who;

	who = &the.cpus[cpu];
	scene->step = who->step;
	scene->place = stream_place(who->where);
	scene->at_ps = who->now_ps;
	scene->thread = who->current->number;
	scene->name = who->current->name;
}
