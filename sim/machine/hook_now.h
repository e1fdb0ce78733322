/*
 * hook_now - an access happens: who must know?
 *
 * What is common to all ways of an access, timed or stepped, once it is about
 * to happen: the debugger, the watched lines, the order of accesses, the checks.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_HOOK_NOW_H
#define SIM_MACHINE_HOOK_NOW_H

#include "sim/machine/causality.h"
#include "sim/machine/hook.h"

/* Its place in the order of accesses; a buffered store has it when it leaves. */
static inline void
hook_order(uint32_t offset, uint32_t size, unsigned how)
{
	struct cpu *cpu;

	cpu = the.cpu;
	if ((how & ACCESS_WRITE) == 0 || (how & ACCESS_UPDATE) != 0)
		causality_read(cpu->index, offset, size,
		    cpu->store_count > 0 && stores_cover(cpu, offset, size));
	if ((how & (ACCESS_WRITE | ACCESS_LATER)) == ACCESS_WRITE)
		causality_write(cpu->index, offset, size,
		    causality_issue(cpu->index, offset));
}

/* A debugger may want to stop here. */
static inline void
hook_halt(const struct cpu *cpu)
{

	if (__builtin_expect(cpu->accesses == machine_halt.access, 0) &&
	    cpu->index == machine_halt.cpu)
		machine_halted();
}

/* The access is about to happen, here and now. */
static inline void
hook_now(struct line *line, uint32_t offset, uint32_t size, unsigned how,
    const void *where)
{

	the.cpu->where = where;
	hook_halt(the.cpu);
	if (line->watched)
		the.ports.watched(offset, size, (how & ACCESS_WRITE) != 0,
		    where);
	if (the.causal)
		hook_order(offset, size, how);
	/* The clocks of an atomic access are not settled yet. */
	if (the.ports.accessed != NULL && (how & ACCESS_ATOMIC) == 0)
		the.ports.accessed(offset, size, how, where);
}

#endif
