/*
 * What a coherence transaction costs and who holds the line after it.
 *
 * A line has a version: whoever has fetched that version may read it until
 * somebody writes, which makes a new version and so invalidates all copies at
 * once, whatever their number.  `owner` may write without asking.  How far
 * away the data is follows from who had it last and how long ago: private
 * caches lose an untouched line after near_hold, the shared one after
 * shared_hold.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/machine/machine.h"

#include <string.h>

/* --- versions --------------------------------------------------------------- */

static void
cache_clear(struct cpu *cpu)
{

	memset(cpu->tags, 0xff, sizeof(cpu->tags));
	memset(cpu->tags_near, 0xff, sizeof(cpu->tags_near));
}

/*
 * Tags of an older run equal no version of this one, so they stay.  Those of a
 * CPU that no run has had are zero, which a line that nobody has asked for is
 * as well.
 */
void
caches_reset(void)
{
	uint32_t i;

	if (the.arena.next_version >= ARENA_VERSION_MANY) {
		the.arena.next_version = 0;
		the.cpus_cached = 0;
	}
	for (i = the.cpus_cached; i < the.cpu_count; i++)
		cache_clear(&the.cpus[i]);
	if (the.cpus_cached < the.cpu_count)
		the.cpus_cached = the.cpu_count;
}

/* Calls back for each line that has a version, with its number among those. */
static uint32_t
lines_walk(void (*body)(struct line *line, uint32_t number, uint32_t nth,
    void *context), void *context)
{
	const struct arena_page *page;
	struct line *line;
	uint64_t bits;
	uint32_t nth, number;
	size_t i;

	nth = 0;
	for (i = 0; i < the.arena.written_count; i++) {
		page = &the.arena.pages[the.arena.written[i]];
		for (bits = page->lines; bits != 0; bits &= bits - 1) {
			number = (the.arena.written[i] <<
			    ARENA_PAGE_LINES_SHIFT) +
			    (uint32_t)__builtin_ctzll(bits);
			line = &the.arena.lines[number];
			if (line->version != 0)
				body(line, number, ++nth, context);
		}
	}
	return (nth);
}

/* The tags of one CPU, as they will be. */
struct renumbered {
	struct cpu *cpu;
	uint32_t tags[CPU_TAGS];
	uint32_t tags_near[CPU_TAGS_NEAR];
};

static void
renumber_tags(struct line *line, uint32_t number, uint32_t nth, void *context)
{
	struct renumbered *new = context;

	if (new->cpu->tags[number % CPU_TAGS] == line->version)
		new->tags[number % CPU_TAGS] = nth;
	if (new->cpu->tags_near[number % CPU_TAGS_NEAR] == line->version)
		new->tags_near[number % CPU_TAGS_NEAR] = nth;
}

static void
renumber_line(struct line *line, uint32_t number, uint32_t nth, void *context)
{

	(void)number;
	(void)context;
	line->version = nth;
}

/*
 * Once in four billion versions, and nobody can tell: each copy that was good
 * is good, and no other one is.
 */
void
cache_renumber(void)
{
	static struct renumbered new;
	uint32_t i;

	for (i = 0; i < the.cpus_cached; i++) {
		new.cpu = &the.cpus[i];
		memset(new.tags, 0xff, sizeof(new.tags));
		memset(new.tags_near, 0xff, sizeof(new.tags_near));
		(void)lines_walk(renumber_tags, &new);
		memcpy(new.cpu->tags, new.tags, sizeof(new.tags));
		memcpy(new.cpu->tags_near, new.tags_near,
		    sizeof(new.tags_near));
	}
	the.arena.next_version = lines_walk(renumber_line, NULL);
}

/* --- costs ------------------------------------------------------------------ */

/* From the cache of CPU `from`, which still has it. */
static uint64_t
cache_distance(const struct cpu *cpu, uint32_t from)
{
	const struct cpu *other;

	other = &the.cpus[from];
	if (other->core == cpu->core)
		return (the.config.transfer_core_ps);
	if (other->socket == cpu->socket)
		return (the.config.transfer_socket_ps);
	return (the.config.transfer_remote_ps);
}

static uint64_t
cache_memory(const struct cpu *cpu, uint32_t offset)
{

	return (arena_domain_of(&the.arena, offset) == cpu->domain ?
	    the.config.dram_ps : the.config.dram_remote_ps);
}

/* A store takes the line from there: with `handover` that is its own cost. */
static uint64_t
cache_taking(const struct cpu *cpu, uint32_t from, bool write)
{
	uint64_t cost;

	cost = cache_distance(cpu, from);
	return (write && the.config.handover &&
	    cost < the.config.invalidate_ps ? the.config.invalidate_ps : cost);
}

/* The CPU has the line as it is, in either private cache. */
static bool
cache_has(const struct cpu *cpu, const struct line *line, uint32_t offset)
{
	uint32_t number;

	number = offset >> ARENA_LINE_SHIFT;
	return (cpu->tags[number % CPU_TAGS] == line->version ||
	    cpu->tags_near[number % CPU_TAGS_NEAR] == line->version);
}

/* The cost of the data, without queueing; *remote: it left another's cache. */
static uint64_t
cache_cost(const struct cpu *cpu, const struct line *line, uint32_t offset,
    bool write, bool *remote)
{
	uint64_t age;
	bool here;

	*remote = false;
	age = cpu->now_ps > line->touched_ps ?
	    cpu->now_ps - line->touched_ps : 0;
	if (line->touched_ps == 0 || age > the.config.shared_hold_ps)
		return (cache_memory(cpu, offset));
	here = (line->sockets >> cpu->socket & 1) != 0;
	if (line->owner == cpu->index)
		return (age > the.config.near_hold_ps ? the.config.shared_ps :
		    the.config.near_ps);
	if (line->owner != ARENA_NOBODY) {
		*remote = true;
		if (age > the.config.near_hold_ps)
			return (here ? the.config.shared_ps :
			    the.config.transfer_remote_ps);
		return (cache_taking(cpu, line->owner, write));
	}
	/* Clean copies, here or in another socket. */
	if (!write) {
		if (line->last == cpu->index && age <= the.config.near_hold_ps)
			return (the.config.near_ps);
		return (here ? the.config.shared_ps :
		    the.config.transfer_remote_ps);
	}
	*remote = line->last != cpu->index;
	if (the.config.handover) {
		/* Nobody waits until the other copies are gone. */
		if (cache_has(cpu, line, offset))
			return (cpu->hit_ps);
		if (*remote && line->last < the.cpu_count)
			return (cache_taking(cpu, line->last, write));
	}
	if ((line->sockets & ~(1u << cpu->socket)) != 0)
		return (the.config.transfer_remote_ps);
	return (the.config.invalidate_ps);
}

uint64_t
cache_again(const struct cpu *cpu, const struct line *line, uint32_t offset)
{
	uint64_t age;

	age = cpu->now_ps > line->touched_ps ?
	    cpu->now_ps - line->touched_ps : 0;
	if (age > the.config.shared_hold_ps)
		return (cpu_scale(cpu, cache_memory(cpu, offset)));
	return (cpu_scale(cpu, age > the.config.near_hold_ps ?
	    the.config.shared_ps : the.config.near_ps));
}

uint64_t
cache_quote(const struct cpu *cpu, const struct line *line, uint32_t offset)
{
	uint64_t cost, wait;
	bool remote;

	cost = cpu_scale(cpu, cache_cost(cpu, line, offset, true, &remote));
	wait = line->busy_ps > cpu->now_ps ? line->busy_ps - cpu->now_ps : 0;
	return (cost + wait);
}

uint64_t
cache_fetch(struct cpu *cpu, struct line *line, uint32_t offset, bool write)
{
	uint64_t cost, wait;
	bool remote;

	cost = cpu_scale(cpu, cache_cost(cpu, line, offset, write, &remote));
	wait = 0;
	if (remote || write) {
		/* Transactions for one line queue; clean copies are served side
		 * by side. */
		if (line->busy_ps > cpu->now_ps)
			wait = line->busy_ps - cpu->now_ps;
		line->busy_ps = cpu->now_ps + wait + cost;
	}
	cpu->misses++;
	if (remote)
		cpu->transfers++;
	if (write) {
		if (line->owner != cpu->index) {
			line_renew(&the.arena, line);
			line->owner = (uint16_t)cpu->index;
		}
		line->sockets = (uint8_t)(1u << cpu->socket);
	} else {
		/* Whoever changed it has nothing of it left. */
		if (the.config.handover && remote)
			line_renew(&the.arena, line);
		if (line->owner != cpu->index)
			line->owner = ARENA_NOBODY;
		line->sockets |= (uint8_t)(1u << cpu->socket);
	}
	line->last = (uint16_t)cpu->index;
	line->touched_ps = cpu->now_ps + wait + cost;
	return (wait + cost);
}
