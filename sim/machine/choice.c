/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/machine/choice.h"

const char *const choice_kind_names[CHOICE_KIND_COUNT] = {
	[CHOICE_NEXT] = "next",
	[CHOICE_READ] = "read",
	[CHOICE_PLACE] = "place",
	[CHOICE_DELAY] = "delay",
	[CHOICE_HOLD] = "hold",
};
