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

	for (i = the.cpus_cached; i < the.cpu_count; i++)
		cache_clear(&the.cpus[i]);
	if (the.cpus_cached < the.cpu_count)
		the.cpus_cached = the.cpu_count;
}

/*
 * The numbers that versions of one set become: first, for those that some cache
 * has, ARENA_VERSION_NONE; for those that are lines' as well, the new ones; for
 * all others 0.
 */
static uint16_t renumbered[ARENA_VERSION_NONE + 1];

static void
tags_note(const uint16_t *tags, uint32_t count, uint32_t set)
{
	uint32_t i;

	for (i = set; i < count; i += ARENA_SETS)
		renumbered[tags[i]] = ARENA_VERSION_NONE;
}

static void
tags_renumber(uint16_t *tags, uint32_t count, uint32_t set)
{
	uint32_t i;

	for (i = set; i < count; i += ARENA_SETS)
		tags[i] = renumbered[tags[i]];
}

/* A line of which there are copies gets the next number. */
static void
line_renumber(struct line *line, uint16_t *last)
{

	if (line->version == 0)
		return;
	if (renumbered[line->version] == ARENA_VERSION_NONE) {
		renumbered[line->version] = ++*last;
		line->version = *last;
	} else {
		line->version = ARENA_VERSION_LONE;
	}
}

/*
 * Once in sixty thousand versions of a set, and nobody can tell: each copy that
 * was good is good, and no other one is.  Copies of at most so many lines fit
 * into all caches; any other line gets its number when it is there (hook_fill()).
 */
_Static_assert((CPU_TAGS + CPU_TAGS_NEAR) / ARENA_SETS * MACHINE_CPUS_MAX <
    ARENA_VERSION_LAST, "numbers for all copies of a set's lines");

void
cache_renumber(uint32_t set)
{
	enum { SETS_PAGE = 1 << ARENA_PAGE_LINES_SHIFT };
	uint32_t i, number;
	uint16_t last;

	memset(renumbered, 0, sizeof(renumbered));
	for (i = 0; i < the.cpus_cached; i++) {
		tags_note(the.cpus[i].tags, CPU_TAGS, set);
		tags_note(the.cpus[i].tags_near, CPU_TAGS_NEAR, set);
	}
	/* No line's; and a tag that says so says it in future. */
	renumbered[ARENA_VERSION_LONE] = 0;
	last = 0;
	for (i = 0; i < the.arena.written_count; i++) {
		number = the.arena.written[i] << ARENA_PAGE_LINES_SHIFT;
		if (number % ARENA_SETS == set / SETS_PAGE * SETS_PAGE)
			line_renumber(&the.arena.lines[number +
			    set % SETS_PAGE], &last);
	}
	for (i = 0; i < the.cpus_cached; i++) {
		tags_renumber(the.cpus[i].tags, CPU_TAGS, set);
		tags_renumber(the.cpus[i].tags_near, CPU_TAGS_NEAR, set);
	}
	the.arena.versions[set] = last;
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
