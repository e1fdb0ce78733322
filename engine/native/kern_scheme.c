/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/kern_scheme.h"

#include <stdatomic.h>
#include <time.h>

#include "engine/kern.h"

/* Each of its own line: readers of one CPU use it all the time. */
static struct {
	_Alignas(2 * KERN_LINE_SIZE) _Atomic(bool) off;
	unsigned depth;		/* the holder's */
	uintptr_t word;
} cpus[KERN_CPUS_MAX];

static void
calls_lock(unsigned cpu)
{

	while (atomic_exchange_explicit(&cpus[cpu].off, true,
	    memory_order_seq_cst))
		kern_spin();
}

static void
calls_unlock(unsigned cpu)
{

	atomic_store_explicit(&cpus[cpu].off, false, memory_order_release);
}

void
kern_calls_off(void)
{
	unsigned cpu;

	cpu = kern_cpu();
	if (cpus[cpu].depth == 0)
		calls_lock(cpu);
	cpus[cpu].depth++;
}

void
kern_calls_on(void)
{
	unsigned cpu;

	cpu = kern_cpu();
	KERN_ASSERT(cpus[cpu].depth > 0,
	    "kern: calls put on again that were not off");
	if (--cpus[cpu].depth == 0)
		calls_unlock(cpu);
}

void
kern_cross_call(unsigned cpu, kern_call *call, void *argument)
{
	struct kern_native_thread own;

	KERN_ASSERT(cpu < kern_cpu_count(),
	    "kern: a call to a CPU that is not there");
	if (cpu == kern_cpu() && cpus[cpu].depth > 0) {
		call(argument);
		return;
	}
	calls_lock(cpu);
	own = kern_native_self;
	kern_native_self.cpu_next = cpu + 1;
	kern_native_self.block_next = (size_t)(cpu + 1) * KERN_BLOCK_SIZE;
	call(argument);
	kern_native_self = own;
	calls_unlock(cpu);
}

bool
kern_has_hooks(void)
{

	return (false);
}

void
kern_task_wake(unsigned number)
{

	(void)number;
}

/* A thread is a CPU. */
uintptr_t
kern_thread_word(void)
{

	return (cpus[kern_cpu()].word);
}

void
kern_thread_set_word(uintptr_t word)
{

	cpus[kern_cpu()].word = word;
}

uint64_t
kern_cycles(void)
{
#if defined(__x86_64__)
	unsigned int processor;

	/* Waits until earlier loads are done, unlike the plain instruction. */
	return (__builtin_ia32_rdtscp(&processor) | 1);
#else
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec + 1);
#endif
}

bool
kern_has_oracle(void)
{

	return (false);
}

bool
kern_oracle_safe(const void *item)
{

	(void)item;
	return (false);
}

uint64_t
kern_oracle_ticket(void)
{

	return (0);
}

bool
kern_oracle_ended(uint64_t ticket)
{

	(void)ticket;
	return (true);
}
