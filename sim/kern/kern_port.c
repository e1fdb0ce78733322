/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/kern.h"

#include "sim/kern/kern_pages.h"
#include "sim/machine/hook.h"
#include "sim/machine/machine.h"
#include "sim/memory/memory.h"
#include "sim/memory/sync.h"
#include "sim/oracle/items.h"

/* One current CPU: a register of the machine, free to read. */
unsigned
kern_cpu(void)
{

	return (the.cpu->index);
}

unsigned
kern_cpu_count(void)
{

	return (the.cpu_count);
}

unsigned
kern_domain(void)
{

	return (the.cpu->domain);
}

unsigned
kern_domain_count(void)
{

	return (the.arena.domains);
}

unsigned
kern_domain_of(const void *page)
{

	return (arena_domain_of(&the.arena, machine_offset(page)));
}

/* The nesting count lies in the thread's own line: a hit each way. */
void
kern_critical_enter(void)
{

	the.cpu->current->critical++;
	the.cpu->now_ps += the.cpu->hit_ps;
}

void
kern_critical_exit(void)
{
	struct cpu *cpu;

	cpu = the.cpu;
	KERN_ASSERT(cpu->current->critical > 0,
	    "critical section left that was not entered");
	cpu->now_ps += cpu->hit_ps;
	if (--cpu->current->critical == 0 && cpu->pending != 0)
		cpu_service();
}

unsigned
kern_critical_depth(void)
{

	return (the.cpu->current->critical);
}

uint32_t
kern_ticks(void)
{

	return ((uint32_t)atomic_read(the.ticks, sizeof(*the.ticks),
	    ORDER_RELAXED, __builtin_return_address(0)));
}

_Atomic(int) *
kern_ticks_at(void)
{

	return ((_Atomic(int) *)(void *)the.ticks);
}

/* The counter has a page to itself; nothing simulated looks at its third line. */
void *
kern_notes(void)
{

	return ((unsigned char *)the.ticks + MACHINE_NOTES_AT);
}

void
kern_spin(void)
{

	machine_spend(the.config.pause_ps);
	if (the.stepped)
		step_await();
}

void
kern_yield(void)
{

	if (the.cpu->run_head != NULL || the.cpu->spare != NULL) {
		thread_yield_all();
		return;
	}
	machine_spend(the.config.pause_ps);
	if (the.stepped)
		step_await();
}

void
kern_pause(unsigned ticks)
{

	KERN_ASSERT(the.cpu->current->critical == 0,
	    "sleep in a critical section");
	thread_sleep_until(the.cpu->now_ps +
	    (ticks == 0 ? 1 : ticks) * the.tick_ps);
}

bool
kern_bind(unsigned cpu)
{

	KERN_ASSERT(the.cpu->current->critical == 0,
	    "a thread binds itself in a critical section");
	thread_bind(cpu);
	return (true);
}

void
kern_unbind(void)
{

	thread_unbind();
}

/* Nothing that was done to the pages before means anything now. */
static void
pages_forget(const void *memory, size_t pages)
{
	uint32_t offset, bytes;

	if (!the.ordering)
		return;
	offset = machine_offset(memory);
	bytes = (uint32_t)(pages * ARENA_PAGE);
	if (the.history != NULL)
		the.history->forget(offset, bytes);
	else
		sync_forget(offset, bytes);
	if (the.ports.forget != NULL)
		the.ports.forget(offset, bytes);
}

void *
kern_pages_alloc(size_t pages, unsigned domain)
{
	struct line *line;
	void *memory;
	size_t first, i, lines;

	machine_spend(the.config.page_ps * pages);
	domain %= the.arena.domains;
	if (kern_pages_pooled(pages)) {
		memory = kern_pages_take(domain);
		machine_turn();
	} else {
		machine_turn();
		memory = arena_take(&the.arena, pages, domain);
	}
	if (memory == NULL)
		return (NULL);
	pages_forget(memory, pages);
	/* Whoever clears a page has its lines. */
	first = machine_offset(memory) >> ARENA_LINE_SHIFT;
	lines = pages * (ARENA_PAGE >> ARENA_LINE_SHIFT);
	lines_renew(&the.arena, first, pages);
	for (i = first; i < first + lines; i++) {
		line = &the.lines[i];
		line->owner = (uint16_t)the.cpu->index;
		line->last = (uint16_t)the.cpu->index;
		line->sockets = (uint8_t)(1u << the.cpu->socket);
		line->touched_ps = the.cpu->now_ps;
	}
	return (memory);
}

void
kern_pages_free(void *memory, size_t pages)
{

	/* With an allocator, giving a page back costs what that does. */
	if (!kern_pages_pooled(pages))
		machine_spend(the.config.page_ps * pages);
	machine_turn();
	/* Stores of this CPU to the page must not arrive after it is cleared. */
	stores_settle();
	pages_forget(memory, pages);
	if (kern_pages_pooled(pages))
		kern_pages_give(memory);
	else
		arena_give(&the.arena, memory, pages);
}

bool
kern_memory_severe(void)
{

	return ((the.arena.pages_free + kern_pages_listed()) * 1000000 <
	    the.arena.pages_total * the.config.pages_severe_ppm);
}

bool
kern_fails(enum kern_fail site)
{

	if (the.ports.fails == NULL || !the.ports.fails(site))
		return (false);
	machine_event_at(STREAM_FAIL, NULL, site, 0,
	    __builtin_return_address(0));
	return (true);
}

void
kern_event(enum kern_event event, const void *object, uint64_t a, uint64_t b)
{
	static const enum stream_kind kinds[KERN_EVENT_COUNT] = {
		[KERN_ADVANCE_BEGIN] = STREAM_ADVANCE_BEGIN,
		[KERN_ADVANCE_END] = STREAM_ADVANCE_END,
		[KERN_ADVANCE_WAIT] = STREAM_ADVANCE_WAIT,
		[KERN_POLL_BEGIN] = STREAM_POLL_BEGIN,
		[KERN_POLL_END] = STREAM_POLL_END,
		[KERN_POLL_SCAN] = STREAM_POLL_SCAN,
		[KERN_POLL_SCANNED] = STREAM_POLL_SCANNED,
		[KERN_ENTER_SAMPLED] = STREAM_ENTER_SAMPLED,
		[KERN_ENTER_DONE] = STREAM_ENTER_DONE,
		[KERN_EXIT_BEGIN] = STREAM_EXIT_BEGIN,
		[KERN_WAIT_BEGIN] = STREAM_WAIT_BEGIN,
		[KERN_WAIT_END] = STREAM_WAIT_END,
		[KERN_PAGES] = STREAM_PAGES,
		[KERN_BUCKETS] = STREAM_BUCKETS,
		[KERN_RECLAIM] = STREAM_RECLAIM,
		[KERN_PAGES_CACHED] = STREAM_PAGES_CACHED,
	};
	static const uint32_t depths[KERN_EVENT_COUNT] = {
		[KERN_ADVANCE_BEGIN] = 1,
		[KERN_ADVANCE_END] = UINT32_MAX,
		[KERN_POLL_BEGIN] = 1,
		[KERN_POLL_END] = UINT32_MAX,
	};

	the.cpu->in_core += depths[event];
	if (event == KERN_ENTER_SAMPLED)
		the.cpu->entering = 1;
	else if (event == KERN_ENTER_DONE)
		the.cpu->entering = 0;
	machine_event_at(kinds[event], object, a, b,
	    __builtin_return_address(0));
}

void
kern_items(enum kern_items event, const void *object, void *const *set,
    size_t count, uint64_t a)
{
	static const enum stream_kind kinds[KERN_ITEMS_COUNT] = {
		[KERN_ITEMS_CACHED] = STREAM_ITEM_CACHED,
		[KERN_ITEMS_STAMPED] = STREAM_ITEM_STAMPED,
		[KERN_ITEMS_KNOWN] = STREAM_ITEM_KNOWN,
		[KERN_ITEMS_RELEASED] = STREAM_ITEM_RELEASED,
		[KERN_ITEMS_PAGED] = STREAM_ITEM_PAGED,
	};
	size_t i;

	for (i = 0; i < count; i++)
		machine_event_at(kinds[event], object, items_number(set[i]), a,
		    __builtin_return_address(0));
}

_Noreturn void
kern_panic(const char *file, int line, const char *message)
{

	the.ports.panic(file, line, message);
}
