/*
 * shown - whose stores does memory show?
 *
 * While a CPU runs, memory shows its buffered stores too.  Between two steps,
 * while it is not settled who goes on, they are taken out only where somebody
 * would notice: `shown` says whether they are still there.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_SHOWN_H
#define SIM_MACHINE_SHOWN_H

#include <stdbool.h>

#include "sim/machine/machine.h"

/* Memory shows what the current CPU sees, or what all see. */
static inline void
shown_set(bool *shown, bool show)
{
	struct cpu *cpu;

	cpu = the.cpu;
	if (*shown == show || cpu == NULL)
		return;
	*shown = show;
	if (cpu->store_count == 0)
		return;
	if (show)
		stores_show(cpu);
	else
		stores_hide(cpu);
}

/*
 * What another CPU's store meets is what all see; and whoever hears of a store
 * finds it in memory.
 */
static inline bool
shown_disturbs(const struct cpu *cpu)
{

	return (cpu != the.cpu || (the.listen >> STREAM_STORE_DRAIN & 1));
}

/* A store of this CPU becomes visible, by itself. */
static inline void
shown_drain(struct cpu *cpu, bool *shown)
{

	if (shown_disturbs(cpu))
		shown_set(shown, false);
	stores_step(cpu, *shown && cpu == the.cpu);
}

#endif
