/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "sim/base/must.h"
#include "sim/machine/machine.h"
#include "sim/memory/clock.h"
#include "sim/memory/memory.h"
#include "sim/memory/sync.h"

/*
 * Interprocessor interrupts, as cross calls.  Whoever sends puts the call into
 * a queue with a locked operation and then rings: so its stores are out before
 * the call is, and the handler has them in its past.  A CPU takes an interrupt
 * when it is not in another one and its thread has not put calls off.
 */

struct call {
	struct call *next;	/* in a CPU's queue, or free */
	struct call *older;	/* of all there are */
	void (*body)(void *argument);
	void *argument;
	struct cpu *to;
	uint32_t from;
	uint32_t stamp;		/* what the caller had done */
};

static struct {
	struct call *all;
	struct call *free;
} calls;

void
calls_reset(void)
{
	struct call *call;

	calls.free = NULL;
	for (call = calls.all; call != NULL; call = call->older) {
		call->next = calls.free;
		calls.free = call;
	}
}

void
calls_fini(void)
{
	struct call *call;

	while ((call = calls.all) != NULL) {
		calls.all = call->older;
		free(call);
	}
	calls.free = NULL;
}

static struct call *
call_take(void)
{
	struct call *call;

	call = calls.free;
	if (call != NULL) {
		calls.free = call->next;
		return (call);
	}
	call = must_alloc(1, sizeof(*call));
	call->older = calls.all;
	calls.all = call;
	return (call);
}

static void
call_queue(struct call *call)
{
	struct cpu *cpu;

	cpu = call->to;
	call->next = NULL;
	if (cpu->call_tail == NULL)
		cpu->call_head = call;
	else
		cpu->call_tail->next = call;
	cpu->call_tail = call;
	cpu->pending |= CPU_CALL;
	step_look();
}

static void
call_arrive(void *argument, uint64_t value, uint64_t at_ps)
{
	struct call *call;

	(void)value;
	call = argument;
	call_queue(call);
	cpu_kick(call->to, at_ps);
	if (the.stepped)
		step_interrupt(call->to);
}

void
call_send(struct cpu *cpu, void (*body)(void *), void *argument)
{
	struct call *call;

	stores_drain_all();
	if (cpu != the.cpu && the.ports.company != NULL)
		the.ports.company();
	if (cpu != the.cpu)
		machine_spend(the.config.ipi_send_ps);
	machine_turn();
	call = call_take();
	call->body = body;
	call->argument = argument;
	call->to = cpu;
	call->from = the.cpu->index;
	call->stamp = the.ordering ? stamp_take(the.cpu->index, 0) : 0;
	if (cpu == the.cpu) {
		call_queue(call);
		cpu_service();
		return;
	}
	the.ipis += the.in_window;
	/* Where time is counted in steps, it may come at the next one. */
	machine_timer(the.stepped ? the.cpu->now_ps :
	    the.cpu->now_ps + the.config.ipi_ps, call_arrive, call, 0);
}

static void
call_learn(struct cpu *cpu, struct call *call)
{

	if (!the.ordering)
		return;
	stamp_join(cpu->index, call->stamp);
	stamp_drop(call->stamp);
	if (the.history == NULL)
		sync_fence(cpu->index, ORDER_ACQ_REL);
	else
		the.history->fence(cpu->index, ORDER_ACQ_REL);
}

void
call_service(struct cpu *cpu)
{
	struct call *call;
	void (*body)(void *);
	void *argument;

	cpu->pending &= ~(uint32_t)CPU_CALL;
	cpu->interrupts++;
	stores_drain_all();
	while ((call = cpu->call_head) != NULL) {
		cpu->call_head = call->next;
		if (cpu->call_head == NULL)
			cpu->call_tail = NULL;
		call_learn(cpu, call);
		machine_event(STREAM_CALL, NULL, call->from, 0);
		body = call->body;
		argument = call->argument;
		if (call->from != cpu->index)
			machine_spend(the.config.ipi_handle_ps);
		call->next = calls.free;
		calls.free = call;
		body(argument);
	}
	stores_drain_all();
	cpu->interrupts--;
}
