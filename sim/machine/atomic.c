/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/machine/step_now.h"
#include "sim/machine/value.h"
#include "sim/memory/memory.h"
#include "sim/memory/memory_choose.h"
#include "sim/memory/sync_now.h"

/*
 * Atomic accesses in full: the hook first (time, caches, buffer, steps), then
 * the value, from memory or from the model's histories, then what it means for
 * happens-before.  Runs that need neither histories nor clocks nor steps take
 * the short way in hook_atomic.c.
 *
 * Memory that is not simulated (a thread's stack, or an audit between runs) is
 * accessed as it is.
 */

uint64_t
memory_choose(enum choice_kind kind, uint32_t cpu, uint64_t alternatives)
{
	uint64_t answer;

	if (the.guide == NULL ||
	    (kind == CHOICE_READ && !step_may_be_stale(&the.cpus[cpu])))
		return (0);
	answer = the.guide->choose(the.guide->context, kind, cpu,
	    alternatives);
	if (answer >= alternatives)
		return (0);
	if (answer != 0)
		machine_event_at(STREAM_CHOICE, NULL, kind, answer,
		    the.cpu->where);
	/* A loop that saw an old value has something to wait for. */
	if (kind == CHOICE_READ && answer > 0)
		the.cpus[cpu].heed.stale = 1;
	return (answer);
}

/* --- values ----------------------------------------------------------------- */

static uint64_t
value_change(enum atomic_change change, uint64_t old, uint64_t operand)
{

	switch (change) {
	case CHANGE_ADD:
		return (old + operand);
	case CHANGE_SUB:
		return (old - operand);
	case CHANGE_AND:
		return (old & operand);
	case CHANGE_OR:
		return (old | operand);
	case CHANGE_XOR:
		return (old ^ operand);
	case CHANGE_NAND:
		return (~(old & operand));
	case CHANGE_EXCHANGE:
		break;
	}
	return (operand);
}

static inline bool
simulated(const void *address, uint32_t *offset)
{
	uint64_t at;

	at = (uint64_t)((const unsigned char *)address - the.base);
	*offset = (uint32_t)at;
	return (at < the.bytes);
}

static inline unsigned
how_of(int order)
{

	return (ACCESS_ATOMIC |
	    (order >= ORDER_SEQ_CST ? ACCESS_ORDERED : 0));
}

static inline void
accessed(uint32_t offset, uint32_t size, unsigned how, const void *where)
{

	if (the.ports.accessed != NULL)
		the.ports.accessed(offset, size, how, where);
}

/* A step like all others, of a machine that has no store buffers. */
static inline bool
plainly_stepped(uint32_t offset)
{

	return (the.stepped && !the.buffered && !lockstep_inside(offset));
}

/* A read-modify-write is about to happen. */
static inline void
locked(const void *address, uint32_t offset, uint32_t size, unsigned how,
    const void *where)
{

	if (plainly_stepped(offset))
		step_access(STEP_READ | STEP_WRITE, offset, size, how |
		    ACCESS_WRITE | ACCESS_ATOMIC | ACCESS_UPDATE, where);
	else
		hook_locked(address, size, how, where);
}

/* Whoever waits for a change there need not wait any more. */
static inline void
changed(uint32_t offset, uint32_t size)
{

	if (the.stepped)
		step_written(the.cpu, offset, size);
}

/* --- the accesses ------------------------------------------------------------- */

uint64_t
atomic_read(const void *address, uint32_t size, int order, const void *where)
{
	uint64_t value;
	uint32_t offset;

	if (!simulated(address, &offset))
		return (value_get(address, size));
	if (the.stepped && !lockstep_inside(offset))
		step_access(STEP_READ, offset, size, how_of(order), where);
	else if (the.every)
		hook_read_slow(offset, size, how_of(order), where);
	else
		hook_read(address, size, where);
	if (the.history != NULL) {
		value = the.history->load(the.cpu->index, offset, size, order);
	} else {
		value = value_get(address, size);
		if (the.ordering && (the.cpu->store_count == 0 ||
		    !stores_cover(the.cpu, offset, size)))
			sync_now_load(the.cpu->index, offset, size, order);
	}
	accessed(offset, size, ACCESS_ATOMIC, where);
	if (!the.stepped && size == sizeof(void *))
		hook_follow(value);
	return (value);
}

/* A seq_cst store, where it is an exchange. */
static void
atomic_write_locked(void *address, uint32_t offset, uint32_t size,
    uint64_t value, const void *where)
{

	hook_locked(address, size, ACCESS_ORDERED, where);
	accessed(offset, size, ACCESS_ATOMIC | ACCESS_WRITE, where);
	if (the.ordering)
		sync_now_store(the.cpu->index, offset, size, ORDER_SEQ_CST);
	value_set(address, size, value);
	changed(offset, size);
}

void
atomic_write(void *address, uint32_t size, uint64_t value, int order,
    const void *where)
{
	struct store *store;
	uint32_t offset;

	if (!simulated(address, &offset)) {
		hook_foreign_write(address, where);
		value_set(address, size, value);
		return;
	}
	if (the.history == NULL && order >= ORDER_SEQ_CST) {
		atomic_write_locked(address, offset, size, value, where);
		return;
	}
	if (plainly_stepped(offset)) {
		store = NULL;
		step_access(STEP_WRITE, offset, size, how_of(order) |
		    ACCESS_WRITE, where);
	} else
		store = hook_write_slow(offset, size, how_of(order), where);
	accessed(offset, size, ACCESS_ATOMIC | ACCESS_WRITE, where);
	if (the.history != NULL) {
		the.history->store(the.cpu->index, offset, size,
		    value_narrow(value, size), order);
		return;
	}
	if (the.ordering && store == NULL) {
		sync_now_store(the.cpu->index, offset, size, order);
	} else if (the.ordering) {
		store->atomic = 1;
		store->stamp = sync_now_release(the.cpu->index, offset, size,
		    order);
	}
	value_set(address, size, value);
}

uint64_t
atomic_change(void *address, uint32_t size, enum atomic_change change,
    uint64_t operand, int order, const void *where)
{
	uint64_t old, new;
	uint32_t offset, cpu;

	if (!simulated(address, &offset)) {
		hook_locked(address, size, how_of(order), where);
		old = value_get(address, size);
		value_set(address, size, value_change(change, old, operand));
		return (old);
	}
	locked(address, offset, size, how_of(order), where);
	cpu = the.cpu->index;
	old = the.history == NULL ? value_get(address, size) :
	    the.history->change_begin(cpu, offset, size, order, NULL);
	new = value_narrow(value_change(change, old, operand), size);
	/* What it acquires comes first; what it releases, after the access. */
	if (the.ordering && the.history == NULL && order_acquires(order))
		sync_now_load(cpu, offset, size, ORDER_ACQUIRE);
	accessed(offset, size, ACCESS_ATOMIC | ACCESS_WRITE, where);
	/* Locking what is locked already is no news to who waits for it. */
	if (new != old)
		changed(offset, size);
	if (the.history != NULL) {
		the.history->change_end(cpu, offset, size, new, order);
		return (old);
	}
	if (the.ordering)
		sync_now_change(cpu, offset, size, order);
	value_set(address, size, new);
	return (old);
}

uint64_t
atomic_compare(void *address, uint32_t size, uint64_t expected, uint64_t value,
    int order, int fail_order, const void *where)
{
	struct memory_expected wanted;
	uint64_t old;
	uint32_t offset, cpu;
	bool same;

	wanted.value = expected = value_narrow(expected, size);
	wanted.fail_order = fail_order;
	if (!simulated(address, &offset)) {
		hook_locked(address, size, how_of(order), where);
		old = value_get(address, size);
		if (old == expected)
			value_set(address, size, value);
		return (old);
	}
	locked(address, offset, size, how_of(order) | how_of(fail_order),
	    where);
	cpu = the.cpu->index;
	old = the.history == NULL ? value_get(address, size) :
	    the.history->change_begin(cpu, offset, size, order,
	    &wanted);
	same = old == expected;
	if (the.ordering && the.history == NULL) {
		if (!same)
			sync_now_load(cpu, offset, size, fail_order);
		else if (order_acquires(order))
			sync_now_load(cpu, offset, size, ORDER_ACQUIRE);
	}
	if (the.history != NULL && !same)
		the.history->change_cancel(cpu, offset, size, fail_order);
	accessed(offset, size, ACCESS_ATOMIC | (same ? ACCESS_WRITE : 0),
	    where);
	if (!same)
		return (old);
	changed(offset, size);
	if (the.history != NULL) {
		the.history->change_end(cpu, offset, size,
		    value_narrow(value, size), order);
		return (old);
	}
	if (the.ordering)
		sync_now_change(cpu, offset, size, order);
	value_set(address, size, value);
	return (old);
}

void
atomic_fence(int order)
{

	if (the.cpu == NULL)
		return;
	/* Where no store waits, it is nothing but an order. */
	if (order >= ORDER_SEQ_CST && (!the.swift || the.buffered ||
	    the.history != NULL))
		hook_fence();
	if (the.bytes == 0)
		return;
	if (the.history != NULL)
		the.history->fence(the.cpu->index, order);
	else if (the.ordering)
		sync_now_fence(the.cpu->index, order);
}
