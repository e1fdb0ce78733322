/*
 * Total store order: a FIFO buffer of stores for each CPU.
 *
 * Entries leave in order, each when its line has come.  While a CPU runs, its
 * buffered stores are in memory, where its own loads (plain ones too, which
 * the compiler does by itself) find them; when another CPU runs they are taken
 * out again, newest first, and the old bytes put back.  So forwarding needs no
 * lookup, loads of every width overlap rightly with stores of other widths,
 * and a hook costs nothing extra for a load.  An entry's `value` holds the old
 * bytes while the stores show and the new ones while they are hidden.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <assert.h>
#include <string.h>

#include "sim/machine/drain_now.h"
#include "sim/machine/hook.h"
#include "sim/machine/machine.h"
#include "sim/machine/store_now.h"
#include "sim/memory/memory.h"

static inline struct store *
store_at(struct cpu *cpu, uint32_t nth)
{

	return (&cpu->stores[(cpu->store_head + nth) % CPU_STORES_MAX]);
}

static __attribute__((noinline)) void
store_swap_bytes(struct store *store)
{
	unsigned char memory[16];

	store_copy(memory, the.base + store->offset, store->size);
	store_copy(the.base + store->offset, store->value, store->size);
	store_copy(store->value, memory, store->size);
}

static inline void
store_swap(struct store *store)
{
	unsigned char *at;
	uint64_t memory, value;

	if (__builtin_expect(store->size != sizeof(value), 0)) {
		store_swap_bytes(store);
		return;
	}
	at = the.base + store->offset;
	memcpy(&memory, at, sizeof(memory));
	memcpy(&value, store->value, sizeof(value));
	memcpy(at, &value, sizeof(value));
	memcpy(store->value, &memory, sizeof(memory));
}

void
stores_hide(struct cpu *cpu)
{
	uint32_t i;

	for (i = cpu->store_count; i-- > 0;)
		store_swap(store_at(cpu, i));
}

void
stores_show(struct cpu *cpu)
{
	uint32_t i;

	for (i = 0; i < cpu->store_count; i++)
		store_swap(store_at(cpu, i));
}

bool
stores_cover(const struct cpu *cpu, uint32_t offset, uint32_t size)
{
	const struct store *store;
	uint32_t i;

	for (i = cpu->store_count; i-- > 0;) {
		store = &cpu->stores[(cpu->store_head + i) % CPU_STORES_MAX];
		if (offset < store->offset + store->size &&
		    store->offset < offset + size)
			return (offset >= store->offset && offset + size <=
			    store->offset + store->size);
	}
	return (false);
}

/* For whoever draws the run; the entry's bytes are in memory. */
static void
store_tell(struct cpu *cpu, const struct store *store)
{
	unsigned char bytes[16];
	uint64_t value, at;

	store_copy(bytes, the.base + store->offset, store->size);
	value = 0;
	memcpy(&value, bytes, store->size < sizeof(value) ? store->size :
	    sizeof(value));
	at = the.stepped ? the.floor_ps : store->due_ps;
	/* An interrupt or a stop empties the buffer ahead of time. */
	if (cpu == the.cpu && at > cpu->now_ps)
		at = cpu->now_ps;
	machine_event_on(cpu, STREAM_STORE_DRAIN, at, store->offset, value);
}

/* The oldest entry is in memory: whoever must know of that hears of it. */
static void
store_seen(struct cpu *cpu, const struct store *store)
{

	if (the.listen >> STREAM_STORE_DRAIN & 1)
		store_tell(cpu, store);
	if (the.ordering && store->atomic)
		sync_now_visible(cpu->index, store->offset, store->size,
		    store->stamp);
	if (the.causal)
		causality_write(cpu->index, store->offset, store->size,
		    store->past);
	if (the.stepped)
		step_written(cpu, store->offset, store->size);
}

void
stores_step(struct cpu *cpu, bool applied)
{
	const struct store *store;

	store = store_at(cpu, 0);
	if (!applied)
		store_copy(the.base + store->offset, store->value,
		    store->size);
	cpu->hash = (cpu->hash ^ store->offset ^ the.floor_ps) *
	    UINT64_C(0x9e3779b97f4a7c15);
	store_seen(cpu, store);
	drain_now_pop(cpu);
}

void
stores_settle(void)
{

	if (the.stepped)
		step_wait(STEP_EMPTY, 0, 0);
	else
		stores_flush(the.cpu);
}

/* The oldest entry becomes visible to all. */
static void
store_retire(struct cpu *cpu, bool applied)
{
	struct store *store;
	struct line *line;
	uint64_t now;

	store = store_at(cpu, 0);
	if (!applied)
		store_copy(the.base + store->offset, store->value,
		    store->size);
	line = &the.lines[store->offset >> ARENA_LINE_SHIFT];
	if (line->owner != cpu->index) {
		/* The line has come: who had it loses it.  Its travel time is
		 * the entry's delay and is not paid twice. */
		now = cpu->now_ps;
		cpu->now_ps = store->due_ps;
		(void)cache_fetch(cpu, line, store->offset, true);
		line->busy_ps = store->due_ps;
		line->touched_ps = store->due_ps;
		cpu->now_ps = now;
	}
	if (!line->watched)
		hook_fill(cpu, store->offset >> ARENA_LINE_SHIFT, line);
	store_seen(cpu, store);
	cpu->store_head = (cpu->store_head + 1) % CPU_STORES_MAX;
	cpu->store_count--;
	if (the.stepped)
		step_popped(cpu);
}

void
stores_drain_due(struct cpu *cpu, uint64_t by_ps, bool applied)
{

	while (cpu->store_count > 0 && store_at(cpu, 0)->due_ps <= by_ps)
		store_retire(cpu, applied);
}

void
stores_flush(struct cpu *cpu)
{

	while (cpu->store_count > 0)
		store_retire(cpu, true);
}

void
stores_drain_all(void)
{
	struct cpu *cpu;

	if (the.stepped) {
		step_wait(STEP_EMPTY, 0, 0);
		return;
	}
	/* Giving way may move the thread; the CPU it left has been flushed. */
	while ((cpu = the.cpu)->store_count > 0) {
		if (store_at(cpu, 0)->due_ps > cpu->now_ps)
			cpu->now_ps = store_at(cpu, 0)->due_ps;
		if (cpu->now_ps >= cpu->end_ps) {
			machine_sync();
			cpu = the.cpu;
		}
		stores_drain_due(cpu, cpu->now_ps, true);
	}
}

struct store *
stores_push(struct cpu *cpu, uint32_t offset, uint32_t size, uint64_t cost_ps)
{
	struct store *store;
	uint64_t due, last;

	assert(size <= sizeof(store->value));
	due = cpu->now_ps + cost_ps;
	if (cpu->store_count > 0) {
		last = store_at(cpu, cpu->store_count - 1)->due_ps;
		if (due <= last)
			due = last + cpu->hit_ps;
	}
	store = store_at(cpu, cpu->store_count);
	store->due_ps = due;
	store->offset = offset;
	store->size = (uint16_t)size;
	store->atomic = 0;
	store->stamp = 0;
	store->past = !the.causal ? 0 :
	    causality_issue(cpu->index, offset);
	store_copy(store->value, the.base + offset, size);
	cpu->store_count++;
	if (the.stepped)
		step_pushed(cpu);
	return (store);
}

const struct memory_model memory_tso = {
	.name = "tso",
	.about = "total store order: stores wait in a FIFO buffer of their CPU, as on x86",
	.buffered = true,
};
