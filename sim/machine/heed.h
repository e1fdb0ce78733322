/*
 * heed - has somebody written what this CPU waits to see change?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_HEED_H
#define SIM_MACHINE_HEED_H

#include <stdbool.h>

#include "sim/machine/machine.h"

/* True: somebody has.  All writes so far have been looked at. */
bool heed_settle(struct cpu *cpu);

#endif
