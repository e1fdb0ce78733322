/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/kern_scheme.h"

#include "engine/kern.h"
#include "sim/machine/machine.h"
#include "sim/oracle/items.h"
#include "sim/oracle/sections.h"

enum { CYCLE_PS = 400 };	/* a counter of 2.5 GHz, whatever the costs are */

void
kern_cross_call(unsigned cpu, kern_call *call, void *argument)
{

	KERN_ASSERT(cpu < the.cpu_count, "a call to a CPU that is not there");
	call_send(&the.cpus[cpu], call, argument);
}

/* The interrupt level is a register of the CPU, saved with the thread. */
void
kern_calls_off(void)
{

	KERN_ASSERT(the.cpu->current->critical > 0,
	    "calls put off outside of a critical section");
	the.cpu->current->calls_off++;
	the.cpu->now_ps += the.cpu->hit_ps;
}

void
kern_calls_on(void)
{
	struct cpu *cpu;

	cpu = the.cpu;
	KERN_ASSERT(cpu->current->calls_off > 0,
	    "calls put on again that were not off");
	cpu->now_ps += cpu->hit_ps;
	if (--cpu->current->calls_off == 0 && cpu->pending != 0)
		cpu_service();
}

bool
kern_has_hooks(void)
{

	return (true);
}

void
kern_task_wake(unsigned number)
{

	if (the.ports.task_wake == NULL)
		return;
	machine_turn();
	the.ports.task_wake(number);
}

uintptr_t
kern_thread_word(void)
{

	return (the.cpu->current->word);
}

void
kern_thread_set_word(uintptr_t word)
{

	the.cpu->current->word = word;
}

uint64_t
kern_cycles(void)
{

	machine_spend(the.config.cycles_ps);
	/* Where time is counted in steps, so are cycles. */
	if (the.stepped)
		return (steps_taken() + 1);
	return (the.cpu->now_ps / CYCLE_PS + 1);
}

bool
kern_has_oracle(void)
{

	return (true);
}

bool
kern_oracle_safe(const void *item)
{
	uint32_t number;

	number = items_find(item);
	return (number != 0 && items_get(number)->safe != 0);
}

uint64_t
kern_oracle_ticket(void)
{

	return (sections_next());
}

bool
kern_oracle_ended(uint64_t ticket)
{

	return (sections_oldest() >= ticket);
}
