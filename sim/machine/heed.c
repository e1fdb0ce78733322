/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/machine/heed.h"

#include "sim/machine/step_now.h"

/*
 * A waiting loop's turn is over until something changes of what it has read.
 * Whether that has happened already is found out when it comes to wait, from
 * the reads of the CPU and the list of all writes; or when the list is full.
 */

static bool
heed_meets(const struct cpu *cpu, uint32_t number)
{
	const struct cpu_wrote *wrote;
	const struct cpu_read *read;
	uint32_t n;

	wrote = &the.wrote[number % STEP_WROTE];
	if (wrote->by == cpu->index)
		return (false);
	for (n = 0; n < cpu->heed.count; n++) {
		read = &cpu->heed.reads[n];
		if (read->before <= number && (n == CPU_HEEDS ||
		    (wrote->offset < read->offset + read->size &&
		    read->offset < wrote->offset + wrote->size)))
			return (true);
	}
	return (false);
}

bool
heed_settle(struct cpu *cpu)
{
	uint32_t n;

	if (cpu->heed.stale || cpu->heed.count == 0)
		return (cpu->heed.stale != 0);
	for (n = cpu->heed.reads[0].before; n != the.wrote_count; n++)
		if (heed_meets(cpu, n)) {
			cpu->heed.stale = 1;
			return (true);
		}
	for (n = 0; n < cpu->heed.count; n++)
		cpu->heed.reads[n].before = the.wrote_count;
	return (false);
}

void
step_written_slow(void)
{
	struct cpu *cpu;
	uint64_t who;
	uint32_t i, n;

	for (who = the.awaiting; who != 0; who &= who - 1) {
		cpu = &the.cpus[__builtin_ctzll(who)];
		if (heed_settle(cpu))
			step_release(cpu);
	}
	if (the.wrote_count % STEP_WROTE != 0)
		return;
	/* Nobody needs those any more: numbers begin again. */
	for (i = 0; i < the.cpu_count; i++) {
		(void)heed_settle(&the.cpus[i]);
		for (n = 0; n < the.cpus[i].heed.count; n++)
			the.cpus[i].heed.reads[n].before = 0;
	}
	the.wrote_count = 0;
}
