/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>

#include "sim/memory/memory.h"

/*
 * Sequential consistency: a store is in memory, for all to see, before the CPU
 * does anything else; a load returns what is there.  The model of the machine
 * itself, with nothing added.
 */
const struct memory_model memory_sc = {
	.name = "sc",
	.about = "sequentially consistent: each access is done, for all to see, before the next",
};
