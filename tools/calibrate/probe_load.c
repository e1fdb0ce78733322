/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE	/* MAP_ANONYMOUS, madvise() */
#include <math.h>
#include <string.h>
#include <sys/mman.h>

#include "tools/calibrate/probe.h"
#include "tools/calibrate/rig.h"
#include "tools/calibrate/watch.h"

enum { BATCHES = 7, SHORT_BATCHES = 24, PAGE = 4096, FAULT_PAGES = 64 };

static double
walk_median(struct chain *chain, size_t loads)
{
	double batch[BATCHES];
	size_t i;

	if (chain->lines == 0)
		return ((double)NAN);
	for (i = 0; i < BATCHES; i++)
		batch[i] = chain_time(chain, loads);
	return (rig_median(batch, BATCHES));
}

double
probe_hit(struct rig *rig)
{

	chain_walk(&rig->level[LEVEL_HIT], 1000);
	return (walk_median(&rig->level[LEVEL_HIT], 10000));
}

double
probe_near(struct rig *rig)
{
	struct chain *chain = &rig->level[LEVEL_NEAR];

	chain_walk(chain, chain->lines);
	return (walk_median(chain, chain->lines));
}

/*
 * One round untimed, and the least of the batches: what others have pushed out
 * of the last-level cache meanwhile is no hit in it.
 */
double
probe_shared(struct rig *rig)
{
	struct chain *chain = &rig->level[LEVEL_SHARED];
	double batch[SHORT_BATCHES];
	size_t i;

	chain_walk(chain, chain->lines);
	for (i = 0; i < SHORT_BATCHES; i++)
		batch[i] = chain_time(chain, chain->lines / 32);
	return (rig_quantile(batch, SHORT_BATCHES, 0));
}

/* The first loads find where the pages are. */
static double
far_median(struct chain *chain)
{

	if (chain->lines == 0)
		return ((double)NAN);
	chain_walk(chain, 1500);
	return (walk_median(chain, 500));
}

double
probe_dram(struct rig *rig)
{

	return (far_median(&rig->level[LEVEL_DRAM]));
}

double
probe_dram_small(struct rig *rig)
{

	return (far_median(&rig->small_pages));
}

double
probe_dram_remote(struct rig *rig)
{

	return (far_median(&rig->elsewhere));
}

/* --- loads that wait for nothing -------------------------------------------- */

static MEASURED void
read_all(const uint64_t *words, size_t lines)
{
	const size_t step = CHAIN_LINE / sizeof(*words);
	size_t i;

	for (i = 0; i + 8 <= lines; i += 8) {
		(void)*(const volatile uint64_t *)&words[(i + 0) * step];
		(void)*(const volatile uint64_t *)&words[(i + 1) * step];
		(void)*(const volatile uint64_t *)&words[(i + 2) * step];
		(void)*(const volatile uint64_t *)&words[(i + 3) * step];
		(void)*(const volatile uint64_t *)&words[(i + 4) * step];
		(void)*(const volatile uint64_t *)&words[(i + 5) * step];
		(void)*(const volatile uint64_t *)&words[(i + 6) * step];
		(void)*(const volatile uint64_t *)&words[(i + 7) * step];
	}
}

double
probe_hit_many(struct rig *rig)
{
	const struct chain *chain = &rig->level[LEVEL_HIT];
	double batch[BATCHES];
	uint64_t from, to;
	size_t i, j, lines;

	lines = chain->lines & ~(size_t)7;
	for (i = 0; i < BATCHES; i++) {
		read_all(chain->memory, lines);
		from = watch_read();
		for (j = 0; j < 20; j++)
			read_all(chain->memory, lines);
		to = watch_read();
		batch[i] = watch_ns(from, to) / (double)(20 * lines);
	}
	return (rig_median(batch, BATCHES));
}

/* --- pages -------------------------------------------------------------------- */

/* Clearing pages that have not been used for long. */
double
probe_page(struct rig *rig)
{
	unsigned char *page;
	double batch[BATCHES];
	uint64_t from, to;
	size_t i, j;

	for (i = 0; i < BATCHES; i++) {
		from = watch_read();
		for (j = 0; j < 8; j++) {
			page = (unsigned char *)rig->scratch +
			    rig->scratch_next;
			memset(page, (int)(rig->round & 1), PAGE);
			rig->scratch_next = (rig->scratch_next + 5 * PAGE) %
			    rig->scratch_bytes;
		}
		to = watch_read();
		batch[i] = watch_ns(from, to) / 8;
	}
	return (rig_median(batch, BATCHES));
}

double
probe_page_fault(struct rig *rig)
{
	unsigned char *memory;
	double batch[BATCHES];
	uint64_t from, to;
	size_t i, j;

	(void)rig;
	for (i = 0; i < BATCHES; i++) {
		memory = mmap(NULL, FAULT_PAGES * PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (memory == MAP_FAILED)
			return ((double)NAN);
		(void)madvise(memory, FAULT_PAGES * PAGE, MADV_NOHUGEPAGE);
		from = watch_read();
		for (j = 0; j < FAULT_PAGES; j++)
			*(volatile unsigned char *)&memory[j * PAGE] = 1;
		to = watch_read();
		munmap(memory, FAULT_PAGES * PAGE);
		batch[i] = watch_ns(from, to) / FAULT_PAGES;
	}
	return (rig_median(batch, BATCHES));
}

/* --- latency over size ----------------------------------------------------------- */

/* In the memory of the largest chain, which is laid again afterwards. */
void
probe_curve(struct rig *rig)
{
	struct chain chain, *whole = &rig->level[LEVEL_DRAM];
	double batch[BATCHES];
	size_t bytes, i, loads;

	rig->curve_count = 0;
	for (bytes = 8 << 10; bytes <= whole->memory_bytes &&
	    rig->curve_count < RIG_SIZES_MAX; bytes *= 2) {
		chain_lay(&chain, whole->memory, bytes, CHAIN_LINE);
		chain_walk(&chain, chain.lines < 400000 ? 2 * chain.lines :
		    chain.lines / 4);
		loads = bytes < (1 << 20) ? 10000 : 2000;
		for (i = 0; i < BATCHES; i++)
			batch[i] = chain_time(&chain, loads);
		rig->curve_bytes[rig->curve_count] = bytes;
		rig->curve_ns[rig->curve_count++] = rig_quantile(batch,
		    BATCHES, 0.25);
	}
	chain_lay(whole, whole->memory, whole->memory_bytes, CHAIN_LINE);
}
