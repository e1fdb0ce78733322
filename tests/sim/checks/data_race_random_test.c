/*
 * Random programs, judged by the check and by the book: happens-before as
 * C11 5.1.2.4 defines it, kept as the set of all that came before each step,
 * and every pair of accesses looked at.  Up to and with the first race the two
 * must agree, step by step; what comes after a race is not defined.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/rng.h"
#include "sim/checks/check.h"
#include "sim/checks/data_race.h"
#include "sim/lab_run.h"
#include "sim/memory/clock.h"
#include "sim/memory/memory.h"
#include "sim/memory/sync.h"

enum { CPUS = 4, STEPS = 64, BYTES = 64, CELLS = 4, CELL_BYTES = 4 };

/* A machine of nothing but CPUs. */
struct machine the;
struct lab lab;
struct stream_guest stream_guest;
static struct cpu cpus[CPUS];
static struct thread threads[CPUS];
static bool accused;

struct lab_thread *
lab_current(const struct cpu *cpu)
{

	return (cpu->current->owner);
}

void
data_race_report(const struct race_record *now,
    const struct race_record *before, uint32_t offset)
{

	cr_assert_neq(now->cpu, before->cpu);
	cr_assert_lt(offset, BYTES);
	accused = true;
}

/* --- the book ---------------------------------------------------------------- */

struct book_step {
	uint64_t before;	/* bit for each step that happens before it */
	uint64_t bytes;		/* that it accesses */
	unsigned how;
	unsigned cpu;
};

/* A store in a buffer. */
struct book_store {
	uint64_t heads;		/* itself, or the fence before it */
	unsigned cell;
	bool releases;
	stamp_id stamp;		/* what the program under test has for it */
};

static struct book_step steps[STEPS];
static unsigned now;
static uint64_t last[CPUS];	/* the steps of each CPU */
static uint64_t fences[CPUS];	/* its last release fence, as a set */
static uint64_t noted[CPUS];
/* The heads of the release sequences that a cell's value is in. */
static uint64_t cells[CELLS];
static struct book_store buffers[CPUS][STEPS];
static unsigned buffer_first[CPUS], buffer_count[CPUS];
static bool coarse;	/* sync.c may by now know of more than the book */

static uint64_t
of_cpu(uint64_t set, unsigned cpu)
{

	return (set & last[cpu]);
}

/* All heads, and what happened before them. */
static uint64_t
closure(uint64_t heads)
{
	uint64_t set;
	unsigned i;

	set = heads;
	for (i = 0; i < STEPS; i++)
		if (heads >> i & 1)
			set |= steps[i].before;
	return (set);
}

static bool
book_races(void)
{
	static const bool conflict[4][4] = {
		/* plain read, plain write, atomic read, atomic write */
		{ false, true, false, true },
		{ true, true, true, true },
		{ false, true, false, false },
		{ true, true, false, false },
	};
	unsigned i;

	for (i = 0; i < now; i++)
		if (steps[i].cpu != steps[now].cpu &&
		    (steps[i].bytes & steps[now].bytes) != 0 &&
		    conflict[steps[i].how][steps[now].how] &&
		    (steps[now].before >> i & 1) == 0)
			return (true);
	return (false);
}

static void
book_store(const struct book_store *store, unsigned cpu)
{
	uint64_t old, own;

	old = cells[store->cell];
	own = of_cpu(old, cpu);
	if (!store->releases && own != 0 && own != old)
		coarse = true;
	cells[store->cell] = own | store->heads;
}

/* --- both --------------------------------------------------------------------- */

static uint32_t
cell_offset(unsigned cell)
{

	return (cell * CELL_BYTES);
}

static void
touch(uint32_t offset, uint32_t size, unsigned how)
{

	steps[now].how = how;
	steps[now].bytes = ((UINT64_C(1) << size) - 1) << offset;
	data_race_access(offset, size, how, (const char *)&the + now);
}

static void
drain(unsigned cpu)
{
	struct book_store *store;

	store = &buffers[cpu][buffer_first[cpu]++];
	buffer_count[cpu]--;
	book_store(store, cpu);
	sync_visible(cpu, cell_offset(store->cell), CELL_BYTES, store->stamp);
}

static void
drain_all(unsigned cpu)
{

	while (buffer_count[cpu] > 0)
		drain(cpu);
}

static bool
forwards(unsigned cpu, unsigned cell)
{
	unsigned i;

	for (i = 0; i < buffer_count[cpu]; i++)
		if (buffers[cpu][buffer_first[cpu] + i].cell == cell)
			return (true);
	return (false);
}

static void
load(unsigned cpu, unsigned cell, int order)
{

	if (!forwards(cpu, cell)) {
		if (order_acquires(order))
			steps[now].before |= closure(cells[cell]);
		else
			noted[cpu] |= cells[cell];
		sync_load(cpu, cell_offset(cell), CELL_BYTES, order);
	}
	touch(cell_offset(cell), CELL_BYTES, RACE_ATOMIC);
}

static void
store(unsigned cpu, unsigned cell, int order, bool buffered)
{
	struct book_store *entry;

	touch(cell_offset(cell), CELL_BYTES, RACE_ATOMIC | RACE_WRITE);
	entry = &buffers[cpu][buffer_first[cpu] + buffer_count[cpu]++];
	entry->cell = cell;
	entry->releases = order_releases(order);
	entry->heads = entry->releases ? UINT64_C(1) << now :
	    fences[cpu];
	entry->stamp = sync_release(cpu, cell_offset(cell), CELL_BYTES, order);
	if (!buffered)
		drain_all(cpu);
}

static void
change(unsigned cpu, unsigned cell, int order)
{

	drain_all(cpu);
	if (order_acquires(order))
		steps[now].before |= closure(cells[cell]);
	else
		noted[cpu] |= cells[cell];
	sync_load(cpu, cell_offset(cell), CELL_BYTES, order);
	touch(cell_offset(cell), CELL_BYTES, RACE_ATOMIC | RACE_WRITE);
	sync_change(cpu, cell_offset(cell), CELL_BYTES, order);
	cells[cell] |= order_releases(order) ? UINT64_C(1) << now :
	    fences[cpu];
}

static void
fence(unsigned cpu, int order)
{

	if (order == ORDER_SEQ_CST)
		drain_all(cpu);
	if (order_acquires(order)) {
		steps[now].before |= closure(noted[cpu]);
		noted[cpu] = 0;
	}
	if (order_releases(order))
		fences[cpu] = UINT64_C(1) << now;
	sync_fence(cpu, order);
}

static int
draw_order(struct rng *rng, bool loads, bool stores)
{
	static const int orders[] = { ORDER_RELAXED, ORDER_RELAXED,
	    ORDER_ACQUIRE, ORDER_RELEASE, ORDER_ACQ_REL, ORDER_SEQ_CST };
	int order;

	do
		order = orders[rng_below(rng, 6)];
	while ((!loads && order_acquires(order) && order != ORDER_SEQ_CST) ||
	    (!stores && order_releases(order) && order != ORDER_SEQ_CST));
	return (order);
}

static void
plain(struct rng *rng)
{
	uint32_t offset, size;

	size = 1U << rng_below(rng, 4);
	/* Mostly beside the cells, and often at the same place. */
	offset = rng_below(rng, 8) == 0 ?
	    (uint32_t)rng_below(rng, BYTES - size) :
	    CELLS * CELL_BYTES + (uint32_t)rng_below(rng, 12);
	touch(offset, size, rng_below(rng, 3) == 0 ? RACE_WRITE : 0);
}

static void
step(struct rng *rng, bool tso)
{
	unsigned cpu, cell;

	cpu = (unsigned)rng_below(rng, CPUS);
	cell = (unsigned)rng_below(rng, CELLS);
	the.cpu = &cpus[cpu];
	memset(&steps[now], 0, sizeof(steps[now]));
	steps[now].cpu = cpu;
	steps[now].before = closure(last[cpu]);
	switch (rng_below(rng, 8)) {
	case 0:
	case 1:
		load(cpu, cell, draw_order(rng, true, false));
		break;
	case 2:
	case 3:
		store(cpu, cell, draw_order(rng, false, true), tso);
		break;
	case 4:
		change(cpu, cell, draw_order(rng, true, true));
		break;
	case 5:
		fence(cpu, draw_order(rng, true, true));
		break;
	default:
		plain(rng);
		break;
	}
	last[cpu] |= UINT64_C(1) << now;
}

static void
begin(bool stamps)
{
	unsigned i;

	for (i = 0; i < CPUS; i++) {
		cpus[i].index = i;
		cpus[i].current = &threads[i];
	}
	clocks_reset(CPUS);
	if (stamps)
		sync_reset_stamps(CPUS);
	else
		sync_reset(CPUS);
	data_race_begin(true);
	memset(last, 0, sizeof(last));
	memset(fences, 0, sizeof(fences));
	memset(noted, 0, sizeof(noted));
	memset(cells, 0, sizeof(cells));
	memset(buffer_first, 0, sizeof(buffer_first));
	memset(buffer_count, 0, sizeof(buffer_count));
	coarse = accused = false;
}

static void
compare(const char *name, bool tso, unsigned programs)
{
	struct rng rng;
	unsigned program, cpu, races, long_ones;
	bool wrong;

	races = long_ones = 0;
	for (program = 0; program < programs; program++) {
		rng_init(&rng, program, name, 0);
		/* What large machines do must be right as well. */
		begin(program % 2 == 0);
		for (now = 0; now < STEPS; now++) {
			cpu = (unsigned)rng_below(&rng, CPUS);
			if (buffer_count[cpu] > 0 && rng_below(&rng, 2) == 0)
				drain(cpu);
			step(&rng, tso);
			wrong = book_races();
			cr_assert(wrong || !accused,
			    "%s %u: step %u is accused and right", name,
			    program, now);
			cr_assert(accused || !wrong || coarse,
			    "%s %u: step %u is wrong and not accused", name,
			    program, now);
			if (wrong)
				break;
		}
		races += now < STEPS;
		long_ones += now > STEPS / 2;
	}
	/* The programs are neither all hopeless nor all harmless. */
	cr_expect_gt(races, programs / 4);
	cr_expect_gt(long_ones, programs / 50);
}

Test(data_race_random, agrees_with_the_book_under_sc)
{

	compare("sc", false, 100000);
}

Test(data_race_random, agrees_with_the_book_under_tso)
{

	compare("tso", true, 100000);
}
