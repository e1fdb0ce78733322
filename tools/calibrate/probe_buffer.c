/*
 * How many stores wait in the store buffer?  Two loads that miss all caches
 * take no longer than one if the second can begin while the first is under
 * way.  Stores between them, which cannot leave before the first load is done,
 * fill the store buffer; one too many, and the second load must wait.  So the
 * time for both doubles at the number of entries.
 *
 * The method is that of H. Wong, "Measuring Reorder Buffer Capacity"
 * (blog.stuffedcow.net, 2013), with stores where he has other instructions.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <math.h>

#include "tools/calibrate/probe.h"
#include "tools/calibrate/rig.h"
#include "tools/calibrate/watch.h"

#if defined(__x86_64__)

enum {
	STORES_MAX = 136,	/* the knob goes to 128 */
	STORE_BYTES = 6,	/* of one instruction below */
	STORES_FEW = 8,
	TURNS = 60,
	BATCHES = 7,
};

/* Between one latency and two. */
#define STEP_RATIO	1.5

/*
 * TURNS times: a load of chain a, the last `stores` of the block of stores, a
 * load of chain b, the same stores.
 */
static MEASURED void
turns(struct chain_line **a, struct chain_line **b, uint32_t *place,
    uint64_t stores)
{
	struct chain_line *p = *a, *q = *b;
	uint64_t back, count, into;

	back = (STORES_MAX - stores) * STORE_BYTES;
	count = TURNS;
	/* The displacement is forced to four bytes, so that all are of one
	 * length and a jump can leave out the first ones. */
	__asm__ volatile (
	    "1:\n\t"
	    "movq (%[p]), %[p]\n\t"
	    "leaq 2f(%%rip), %[into]\n\t"
	    "addq %[back], %[into]\n\t"
	    "jmp *%[into]\n"
	    "2:\n\t"
	    ".rept 136\n\t"
	    "movl %%eax, 0x400(%%rdi)\n\t"
	    ".endr\n\t"
	    "movq (%[q]), %[q]\n\t"
	    "leaq 3f(%%rip), %[into]\n\t"
	    "addq %[back], %[into]\n\t"
	    "jmp *%[into]\n"
	    "3:\n\t"
	    ".rept 136\n\t"
	    "movl %%eax, 0x400(%%rdi)\n\t"
	    ".endr\n\t"
	    "decq %[count]\n\t"
	    "jnz 1b"
	    : [p] "+r" (p), [q] "+r" (q), [count] "+r" (count),
	      [into] "=&r" (into)
	    : [back] "r" (back), "D" (place), "a" (0)
	    : "memory", "cc");
	*a = p;
	*b = q;
}

/*
 * How much longer it takes with so many stores than with a few.  The latency
 * of memory changes from one moment to the next, so that both are measured in
 * turn.
 */
static double
ratio_with(struct chain_line **a, struct chain_line **b, uint64_t stores)
{
	static uint32_t place[512];
	double few[BATCHES], many[BATCHES];
	uint64_t from, middle, to;
	size_t i;

	for (i = 0; i < BATCHES; i++) {
		from = watch_read();
		turns(a, b, place, STORES_FEW);
		middle = watch_read();
		turns(a, b, place, stores);
		to = watch_read();
		few[i] = watch_ns(from, middle);
		many[i] = watch_ns(middle, to);
	}
	return (rig_median(many, BATCHES) / rig_median(few, BATCHES));
}

/* Two walks through one chain, far from each other; halving the interval. */
double
probe_store_buffer(struct rig *rig)
{
	struct chain *chain = &rig->level[LEVEL_DRAM];
	struct chain_line *a, *b;
	uint64_t fits, stores, stalls;

	chain_walk(chain, 1500);
	a = chain->at;
	b = (struct chain_line *)chain->memory + rig->round * 4099 %
	    chain->lines;
	fits = STORES_FEW;
	stalls = STORES_MAX;
	/* No step from one latency to two: nothing can be told. */
	if (ratio_with(&a, &b, stalls) < STEP_RATIO ||
	    ratio_with(&a, &b, fits) > STEP_RATIO) {
		chain->at = a;
		return ((double)NAN);
	}
	while (stalls - fits > 1) {
		stores = (fits + stalls) / 2;
		if (ratio_with(&a, &b, stores) > STEP_RATIO)
			stalls = stores;
		else
			fits = stores;
	}
	chain->at = a;
	return ((double)fits);
}

#else

double
probe_store_buffer(struct rig *rig)
{

	(void)rig;
	return ((double)NAN);
}

#endif
