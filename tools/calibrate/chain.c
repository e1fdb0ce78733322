/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE	/* MAP_ANONYMOUS, madvise() */
#include "tools/calibrate/chain.h"

#include <string.h>
#include <sys/mman.h>

#include "sim/base/must.h"
#include "tools/calibrate/watch.h"

enum { HUGE_PAGE = 2 << 20 };

void *
chain_map(size_t bytes, bool huge)
{
	uintptr_t begin, first;
	void *memory;

	/* Whole huge pages need a start at a multiple of their size. */
	memory = mmap(NULL, bytes + HUGE_PAGE, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return (NULL);
	first = (uintptr_t)memory;
	begin = (first + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1);
	if (begin > first)
		munmap(memory, begin - first);
	if (first + HUGE_PAGE > begin)
		munmap((void *)(begin + bytes), first + HUGE_PAGE - begin);
	memory = (void *)begin;
	/* Advice that is not taken changes numbers, not results. */
	(void)madvise(memory, bytes, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	memset(memory, 0, bytes);
	return (memory);
}

/* xorshift: the order needs no more than to look disordered. */
static uint64_t
draw(uint64_t *state)
{

	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (*state);
}

void
chain_lay(struct chain *chain, void *memory, size_t bytes, size_t stride)
{
	unsigned char *base = memory;
	uint64_t state;
	uint32_t *order, swap;
	size_t i, j, lines;

	state = UINT64_C(0x9e3779b97f4a7c15);
	lines = bytes / stride;
	order = must_alloc(lines, sizeof(*order));
	for (i = 0; i < lines; i++)
		order[i] = (uint32_t)i;
	for (i = lines - 1; i > 0; i--) {
		j = draw(&state) % (i + 1);
		swap = order[i];
		order[i] = order[j];
		order[j] = swap;
	}
#define LINE(i)	((struct chain_line *)(void *)(base + order[i] * stride))
	for (i = 0; i < lines; i++) {
		LINE(i)->next = LINE((i + 1) % lines);
		atomic_init(&LINE(i)->word, 0);
	}
	chain->at = LINE(0);
#undef LINE
	chain->lines = lines;
	free(order);
}

void
chain_create(struct chain *chain, size_t bytes, size_t stride, bool huge)
{

	memset(chain, 0, sizeof(*chain));
	chain->huge = huge;
	chain->memory = chain_map(bytes, huge);
	if (chain->memory == NULL)
		return;
	chain->memory_bytes = bytes;
	chain_lay(chain, chain->memory, bytes, stride);
}

void
chain_destroy(struct chain *chain)
{

	if (chain->memory != NULL)
		munmap(chain->memory, chain->memory_bytes);
	memset(chain, 0, sizeof(*chain));
}

MEASURED void
chain_walk(struct chain *chain, size_t loads)
{
	struct chain_line *at;
	size_t i;

	at = chain->at;
	for (i = 0; i < loads; i++) {
		at = *(struct chain_line *volatile *)&at->next;
	}
	chain->at = at;
}

MEASURED void
chain_store(struct chain *chain)
{
	struct chain_line *at;
	size_t i;

	at = chain->at;
	for (i = 0; i < chain->lines; i++) {
		atomic_store_explicit(&at->word, i, memory_order_relaxed);
		at = *(struct chain_line *volatile *)&at->next;
	}
	chain->at = at;
	atomic_thread_fence(memory_order_seq_cst);
}

MEASURED void
chain_add(struct chain *chain)
{
	struct chain_line *at;
	size_t i;

	at = chain->at;
	for (i = 0; i < chain->lines; i++) {
		(void)atomic_fetch_add_explicit(&at->word, 1,
		    memory_order_seq_cst);
		at = *(struct chain_line *volatile *)&at->next;
	}
	chain->at = at;
}

double
chain_time(struct chain *chain, size_t loads)
{
	uint64_t from, to;

	from = watch_read();
	chain_walk(chain, loads);
	to = watch_read();
	return (watch_ns(from, to) / (double)loads);
}
