/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/machine/arena.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "sim/base/must.h"
#include "sim/base/words.h"

_Static_assert(ARENA_SETS % ARENA_PAGE_LINES == 0,
    "the sets of a page's lines follow one another");

/* The C library's own: memset() on the arena is an access by the program. */
void *__real_memset(void *to, int byte, size_t bytes);

static void *
arena_map(size_t bytes)
{
	void *memory;

	memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return (memory == MAP_FAILED ? NULL : memory);
}

static size_t
arena_line_bytes(size_t bytes)
{

	return ((bytes >> ARENA_LINE_SHIFT) * sizeof(struct line));
}

static size_t
arena_granule_bytes(size_t bytes)
{

	return ((bytes >> ARENA_GRANULE_SHIFT) * sizeof(uint32_t));
}

static size_t
arena_page_bytes(size_t bytes)
{

	return ((bytes / ARENA_PAGE + 1) * sizeof(struct arena_page));
}

static size_t
arena_list_bytes(size_t bytes)
{

	return ((bytes / ARENA_PAGE + 1) * sizeof(uint32_t));
}

bool
arena_open(struct arena *arena, size_t bytes)
{

	memset(arena, 0, sizeof(*arena));
	arena->mapped_bytes = bytes;
	arena->base = arena_map(bytes);
	arena->lines = arena_map(arena_line_bytes(bytes));
	arena->granules = arena_map(arena_granule_bytes(bytes));
	arena->pages = arena_map(arena_page_bytes(bytes));
	arena->written = arena_map(arena_list_bytes(bytes));
	if (arena->base != NULL && arena->lines != NULL &&
	    arena->granules != NULL && arena->pages != NULL &&
	    arena->written != NULL)
		return (true);
	arena_close(arena);
	return (false);
}

void
arena_close(struct arena *arena)
{
	size_t domain, pages;

	if (arena->base != NULL)
		munmap(arena->base, arena->mapped_bytes);
	if (arena->lines != NULL)
		munmap(arena->lines, arena_line_bytes(arena->mapped_bytes));
	if (arena->granules != NULL)
		munmap(arena->granules,
		    arena_granule_bytes(arena->mapped_bytes));
	if (arena->pages != NULL)
		munmap(arena->pages, arena_page_bytes(arena->mapped_bytes));
	if (arena->written != NULL)
		munmap(arena->written, arena_list_bytes(arena->mapped_bytes));
	for (domain = 0; domain < ARENA_DOMAINS; domain++)
		for (pages = 0; pages <= ARENA_RUNS_MAX; pages++)
			free(arena->runs[domain][pages].offsets);
	memset(arena, 0, sizeof(*arena));
}

enum {
	CLEAR_BLOCK = 64,
	CLEAR_SMALL = 512,	/* bytes that take less than a call does */
};

static __attribute__((noinline)) void
arena_clear_large(unsigned char *start, size_t used)
{

	if (used > (size_t)8 << 20 &&
	    madvise(start, used, MADV_DONTNEED) == 0)
		return;
	__real_memset(start, 0, used);
}

/*
 * Clears [start, start + used), and what is clear anyway up to the end of a
 * block: a few bytes in line, large parts by the host.
 */
static inline void
arena_clear(unsigned char *start, size_t used)
{
	size_t i, j;

	if (__builtin_expect(used > CLEAR_SMALL, 0)) {
		arena_clear_large(start, used);
		return;
	}
	for (i = 0; i < used; i += CLEAR_BLOCK)
		for (j = i; j < i + CLEAR_BLOCK; j += sizeof(words_four)) {
			WORDS_ALONE;
			*(words_four *)(void *)(start + j) =
			    (words_four){ 0 };
		}
}

/* What was handed out of a domain, but for the ends of parts. */
static void
arena_clear_domain(const struct arena *arena, size_t domain)
{
	const struct arena_part *part;
	size_t from, to, at;
	uint32_t i;

	from = domain * arena->domain_bytes;
	to = from + arena->used[domain];
	for (i = 0; i < arena->part_count; i++) {
		part = &arena->parts[i];
		at = (size_t)part->first * ARENA_PAGE;
		if (at < from || at >= to)
			continue;
		arena_clear(arena->base + from, at + part->bytes - from);
		from = at + (size_t)part->pages * ARENA_PAGE;
	}
	arena_clear(arena->base + from, to - from);
}

void
arena_list(struct arena *arena, size_t page)
{

	arena->pages[page].listed = 1;
	arena->written[arena->written_count++] = (uint32_t)page;
}

/* A page's lines are of so many sets in a row. */
static inline void
lines_renew_page(struct arena *arena, size_t number)
{
	struct line *lines;
	uint16_t *versions;
	uint32_t set, i;

	lines = arena->lines + (number << ARENA_PAGE_LINES_SHIFT);
	set = (uint32_t)(number << ARENA_PAGE_LINES_SHIFT) % ARENA_SETS;
	versions = arena->versions + set;
	for (i = 0; i < ARENA_PAGE_LINES; i++) {
		if (__builtin_expect(versions[i] >= ARENA_VERSION_LAST, 0))
			cache_renumber(set + i);
		lines[i].version = ++versions[i];
	}
}

void
lines_renew(struct arena *arena, size_t first, size_t pages)
{
	size_t i, number;

	number = first >> ARENA_PAGE_LINES_SHIFT;
	for (i = number; i < number + pages; i++) {
		arena->pages[i].lines = UINT64_MAX;
		if (!arena->pages[i].listed)
			arena_list(arena, i);
	}
	for (i = number; i < number + pages; i++)
		lines_renew_page(arena, i);
}

static __attribute__((noinline)) void
arena_clear_records(struct arena *arena)
{
	struct arena_page *page;
	struct line *lines;
	uint64_t bits;
	size_t i, number;

	for (i = 0; i < arena->written_count; i++) {
		number = arena->written[i];
		page = &arena->pages[number];
		lines = arena->lines + (number << ARENA_PAGE_LINES_SHIFT);
		bits = page->lines;
		if (bits == UINT64_MAX) {
			__real_memset(lines, 0, ARENA_PAGE_LINES *
			    sizeof(*lines));
			bits = 0;
		}
		for (; bits != 0; bits &= bits - 1)
			lines[__builtin_ctzll(bits)] = (struct line){ 0 };
		if (page->granules)
			__real_memset(arena->granules + (number * ARENA_PAGE >>
			    ARENA_GRANULE_SHIFT), 0,
			    arena_granule_bytes(ARENA_PAGE));
		*page = (struct arena_page){ 0 };
	}
	arena->written_count = 0;
}

/* No run of pages is free for somebody to have again. */
static __attribute__((noinline)) void
arena_clear_runs(struct arena *arena)
{
	size_t domain, pages;

	arena->given = false;
	for (domain = 0; domain < ARENA_DOMAINS; domain++)
		for (pages = 0; pages <= ARENA_RUNS_MAX; pages++)
			arena->runs[domain][pages].count = 0;
}

void
arena_renew(struct arena *arena)
{
	size_t domain;

	for (domain = 0; domain < arena->domains; domain++) {
		if (arena->used[domain] != 0)
			arena_clear_domain(arena, domain);
		arena->used[domain] = 0;
	}
	arena->used[0] = arena->kept;
	arena->part_count = arena->kept != 0;
	arena->wild = false;
	if (arena->written_count != 0)
		arena_clear_records(arena);
	arena->pages_free = arena->pages_total - arena->kept / ARENA_PAGE;
	if (arena->given)
		arena_clear_runs(arena);
}

void
arena_keep(struct arena *arena)
{

	/* It is the first part, and stays that: nobody gives it back. */
	assert(arena->part_count == 1 && arena->parts[0].first == 0);
	arena->kept = arena->used[0];
}

void
arena_reset(struct arena *arena, size_t bytes, unsigned domains)
{

	arena->kept = 0;
	arena_renew(arena);
	arena->domains = domains;
	arena->domain_bytes = bytes / domains / ARENA_PAGE * ARENA_PAGE;
	arena->bytes = arena->domain_bytes * domains;
	arena->pages_free = arena->pages_total = arena->bytes / ARENA_PAGE;
}

static inline unsigned char *
arena_take_from(struct arena *arena, size_t pages, unsigned domain)
{
	struct arena_run *run;
	unsigned char *memory;

	if (arena->given && pages <= ARENA_RUNS_MAX) {
		run = &arena->runs[domain][pages];
		if (run->count > 0)
			return (arena->base +
			    (size_t)run->offsets[--run->count] * ARENA_PAGE);
	}
	if (arena->used[domain] + pages * ARENA_PAGE > arena->domain_bytes)
		return (NULL);
	memory = arena->base + domain * arena->domain_bytes +
	    arena->used[domain];
	arena->used[domain] += pages * ARENA_PAGE;
	return (memory);
}

void *
arena_take(struct arena *arena, size_t pages, unsigned domain)
{
	unsigned char *memory;
	unsigned tried;

	if (pages == 0 || pages > arena->pages_free)
		return (NULL);
	for (tried = 0; tried < arena->domains; tried++) {
		memory = arena_take_from(arena, pages, domain);
		if (memory != NULL) {
			arena->pages_free -= pages;
			return (memory);
		}
		domain = domain + 1 < arena->domains ? domain + 1 : 0;
	}
	return (NULL);
}

/*
 * The rest of the last page is never touched.  `end` is where the domain's
 * pages so far end: only of the last are parts remembered, so that they are in
 * order.
 */
static inline void
arena_part(struct arena *arena, const unsigned char *memory, size_t bytes,
    const unsigned char *end)
{
	struct arena_part *part;
	size_t pages;

	pages = (bytes + ARENA_PAGE - 1) / ARENA_PAGE;
	if (memory + pages * ARENA_PAGE != end || arena->wild ||
	    arena->part_count == ARENA_PARTS || bytes % ARENA_PAGE == 0)
		return;
	part = &arena->parts[arena->part_count++];
	part->first = (uint32_t)((size_t)(memory - arena->base) / ARENA_PAGE);
	part->pages = (uint32_t)pages;
	part->bytes = bytes;
}

/* Perhaps what has come back, or of another domain. */
static __attribute__((noinline)) void *
arena_take_any(struct arena *arena, size_t bytes, unsigned domain)
{
	unsigned char *memory;

	memory = arena_take(arena, (bytes + ARENA_PAGE - 1) / ARENA_PAGE,
	    domain);
	if (memory == NULL)
		return (NULL);
	domain = arena_domain_of(arena, (size_t)(memory - arena->base));
	arena_part(arena, memory, bytes, arena->base + domain *
	    arena->domain_bytes + arena->used[domain]);
	return (memory);
}

void *
arena_take_bytes(struct arena *arena, size_t bytes, unsigned domain)
{
	unsigned char *memory;
	size_t room, used;

	/* The usual case: nothing has come back, so it is taken from the end. */
	used = arena->used[domain];
	room = (bytes + ARENA_PAGE - 1) & ~(size_t)(ARENA_PAGE - 1);
	if (__builtin_expect(arena->given || room == 0 ||
	    used + room > arena->domain_bytes, 0))
		return (arena_take_any(arena, bytes, domain));
	arena->used[domain] = used + room;
	arena->pages_free -= room / ARENA_PAGE;
	memory = arena->base + domain * arena->domain_bytes + used;
	arena_part(arena, memory, bytes, memory + room);
	return (memory);
}

void
arena_wild(struct arena *arena)
{

	arena->wild = true;
	arena->part_count = 0;
}

/* Of the bytes behind what is somebody's: is one written? */
static bool
arena_behind(const unsigned char *at, size_t room)
{
	words_four any = { 0 };
	size_t i, end;

	end = room < ARENA_BEHIND ? room : ARENA_BEHIND;
	for (i = 0; i < end && (uintptr_t)(at + i) % sizeof(any) != 0; i++)
		any[0] |= at[i];
	for (; i + sizeof(any) <= end; i += sizeof(any))
		any |= *(const words_four *)(const void *)(at + i);
	for (; i < end; i++)
		any[0] |= at[i];
	return ((any[0] | any[1] | any[2] | any[3]) != 0);
}

bool
arena_overrun(struct arena *arena)
{
	const struct arena_part *part;
	const unsigned char *from;
	size_t domain;
	uint32_t i;
	bool found;

	found = false;
	for (i = 0; i < arena->part_count; i++) {
		part = &arena->parts[i];
		from = arena->base + (size_t)part->first * ARENA_PAGE;
		found |= arena_behind(from + part->bytes,
		    (size_t)part->pages * ARENA_PAGE - part->bytes);
	}
	if (found)
		arena_wild(arena);
	for (domain = 0; domain < arena->domains; domain++) {
		from = arena->base + domain * arena->domain_bytes;
		if (!arena_behind(from + arena->used[domain],
		    arena->domain_bytes - arena->used[domain]))
			continue;
		arena->used[domain] = arena->domain_bytes;
		found = true;
	}
	return (found);
}

/* Somebody else may have these pages next, and write to all of them. */
static void
arena_forget_parts(struct arena *arena, size_t first)
{
	uint32_t i, kept;

	kept = 0;
	for (i = 0; i < arena->part_count; i++)
		if (arena->parts[i].first != first)
			arena->parts[kept++] = arena->parts[i];
	arena->part_count = kept;
}

void
arena_give(struct arena *arena, void *memory, size_t pages)
{
	struct arena_run *run;
	size_t offset, first, lines, i;
	unsigned domain;

	offset = (size_t)((unsigned char *)memory - arena->base);
	if (arena->part_count > 0)
		arena_forget_parts(arena, offset / ARENA_PAGE);
	__real_memset(memory, 0, pages * ARENA_PAGE);
	/* Whoever gets these pages next finds no line of theirs cached. */
	first = offset >> ARENA_LINE_SHIFT;
	lines = pages * (ARENA_PAGE >> ARENA_LINE_SHIFT);
	lines_renew(arena, first, pages);
	for (i = first; i < first + lines; i++) {
		arena->lines[i].owner = ARENA_NOBODY;
		arena->lines[i].sockets = 0;
		arena->lines[i].touched_ps = 0;
	}
	if (pages > ARENA_RUNS_MAX)
		return;	/* never handed out again in this run */
	arena->pages_free += pages;
	arena->given = true;
	domain = arena_domain_of(arena, offset);
	run = &arena->runs[domain][pages];
	if (run->count == run->room) {
		run->room = run->room == 0 ? 64 : run->room * 2;
		run->offsets = must_resize(run->offsets, run->room,
		    sizeof(*run->offsets));
	}
	run->offsets[run->count++] = (uint32_t)(offset / ARENA_PAGE);
}
