/*
 * Random programs in both ways of sync.h, with a clock in each location and
 * with stamps: after each step all CPUs must know the same of one another.
 * What they should know is judged in tests/sim/checks/data_race_random_test.c;
 * here are the widths, buffers and memory that changes hands, in all mixtures.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>
#include <string.h>

#include "sim/base/rng.h"
#include "sim/memory/clock.h"
#include "sim/memory/memory.h"
#include "sim/memory/sync.h"
#include "sim/memory/sync_now.h"

enum {
	CPUS = SYNC_SMALL_CPUS,
	STEPS = 200,
	BUFFER = 8,
	/* Across the end of a page. */
	FROM = (1 << PLACE_PAGE_SHIFT) - 24,
	BYTES = 48,
};

struct buffered {
	uint32_t offset;
	uint32_t size;
	stamp_id left;
};

static struct {
	struct buffered stores[CPUS][BUFFER];
	unsigned count[CPUS];
	stamp_id carried;	/* by a thread that moves */
	bool now;		/* sync_now.h, as far as it goes */
} program;

/* What all know of all, after each step. */
static uint32_t known[2][STEPS][CPUS][CPUS];
static unsigned joins;
static unsigned touched;

static int
draw_order(struct rng *rng)
{

	return ((int)rng_below(rng, ORDER_LOCKED + 1));
}

/* Aligned as a rule, of four or eight bytes as a rule. */
static void
draw_place(struct rng *rng, uint32_t *offset, uint32_t *size)
{
	static const uint32_t sizes[] = { 1, 2, 4, 4, 4, 8, 8, 8, 8, 16 };

	*size = sizes[rng_below(rng, sizeof(sizes) / sizeof(sizes[0]))];
	*offset = FROM + (uint32_t)rng_below(rng, BYTES - *size + 1);
	if (rng_below(rng, 16) != 0)
		*offset -= *offset % (*size < 8 ? *size : 8);
}

static void
drain(unsigned cpu)
{
	const struct buffered *store;

	store = &program.stores[cpu][0];
	if (program.now)
		sync_now_visible(cpu, store->offset, store->size, store->left);
	else
		sync_visible(cpu, store->offset, store->size, store->left);
	program.count[cpu]--;
	memmove(&program.stores[cpu][0], &program.stores[cpu][1],
	    program.count[cpu] * sizeof(*store));
}

static void
drain_all(unsigned cpu)
{

	while (program.count[cpu] > 0)
		drain(cpu);
}

static void
store(struct rng *rng, unsigned cpu, bool buffers)
{
	struct buffered *entry;
	uint32_t offset, size;
	int order;

	draw_place(rng, &offset, &size);
	order = draw_order(rng);
	if (!buffers) {
		drain_all(cpu);
		if (program.now)
			sync_now_store(cpu, offset, size, order);
		else
			sync_store(cpu, offset, size, order);
		return;
	}
	if (program.count[cpu] == BUFFER)
		drain(cpu);
	entry = &program.stores[cpu][program.count[cpu]++];
	entry->offset = offset;
	entry->size = size;
	/* A plain store leaves nothing, and ends what is there. */
	if (rng_below(rng, 8) == 0)
		entry->left = 0;
	else if (program.now)
		entry->left = sync_now_release(cpu, offset, size, order);
	else
		entry->left = sync_release(cpu, offset, size, order);
}

static void
change(struct rng *rng, unsigned cpu)
{
	uint32_t offset, size;
	int order;

	draw_place(rng, &offset, &size);
	order = draw_order(rng);
	drain_all(cpu);
	if (!program.now) {
		sync_change(cpu, offset, size, order);
		return;
	}
	if (order_acquires(order))
		sync_now_load(cpu, offset, size, ORDER_ACQUIRE);
	sync_now_change(cpu, offset, size, order);
}

static void
load(struct rng *rng, unsigned cpu)
{
	uint32_t offset, size;

	draw_place(rng, &offset, &size);
	if (program.now)
		sync_now_load(cpu, offset, size, draw_order(rng));
	else
		sync_load(cpu, offset, size, draw_order(rng));
}

static void
carry(unsigned cpu, bool away)
{

	if (away) {
		stamp_drop(program.carried);
		program.carried = stamp_take(cpu, 0);
	} else
		stamp_join(cpu, program.carried);
}

/*
 * The first access of a run leaves a clock of which nobody learns anything, as
 * place_first_whole() does: nobody may notice.
 */
static void
touch(struct rng *rng)
{
	static const clock_lanes nothing;
	struct place *granule;
	uint32_t offset;

	offset = FROM + (uint32_t)rng_below(rng, BYTES / 8) * 8;
	if (rng_below(rng, 4) != 0 || !sync_small.on)
		return;
	granule = place_first(places_page(offset), offset);
	if (sync_small_lives(granule) && (granule->is.tag &
	    (SYNC_TAG_BYTES | SYNC_TAG_SPLIT)) != 0)
		return;
	granule->is.tag = places.tag;
	granule->row = nothing;
	granule->heads = 0;
	touched++;
}

static void
step(struct rng *rng, bool buffers)
{
	uint32_t offset, size;
	unsigned cpu;

	touch(rng);
	cpu = (unsigned)rng_below(rng, CPUS);
	switch (rng_below(rng, 16)) {
	case 0:
	case 1:
	case 2:
	case 3:
		load(rng, cpu);
		break;
	case 4:
	case 5:
	case 6:
	case 7:
		store(rng, cpu, buffers);
		break;
	case 8:
	case 9:
	case 10:
		change(rng, cpu);
		break;
	case 11:
		if (program.now)
			sync_now_fence(cpu, draw_order(rng));
		else
			sync_fence(cpu, draw_order(rng));
		break;
	case 12:
		carry(cpu, rng_below(rng, 2) == 0);
		break;
	case 13:
		if (rng_below(rng, 8) == 0) {
			draw_place(rng, &offset, &size);
			sync_forget(offset, size);
		}
		break;
	default:
		if (program.count[cpu] > 0)
			drain(cpu);
		break;
	}
}

static void
run(const char *name, uint64_t number, bool buffers, unsigned how)
{
	struct rng rng;
	uint32_t i, cpu, other;

	memset(&program, 0, sizeof(program));
	/* Who draws the same goes the same way. */
	rng_init(&rng, number, name, 0);
	program.now = number % 2 == 0;
	clocks_reset(CPUS);
	if (how == 0)
		sync_reset(CPUS);
	else
		sync_reset_stamps(CPUS);
	cr_assert_eq(sync_small.on, how == 0);
	for (i = 0; i < STEPS; i++) {
		step(&rng, buffers);
		for (cpu = 0; cpu < CPUS; cpu++)
			for (other = 0; other < CPUS; other++)
				known[how][i][cpu][other] =
				    clock_rows.hb[cpu * clock_rows.words +
				    other];
	}
}

static void
compare(const char *name, bool buffers, unsigned programs)
{
	uint64_t number;
	uint32_t i, cpu, other;

	for (number = 0; number < programs; number++) {
		run(name, number, buffers, 0);
		run(name, number, buffers, 1);
		for (i = 0; i < STEPS; i++)
			cr_assert_eq(memcmp(known[0][i], known[1][i],
			    sizeof(known[0][i])), 0,
			    "%s %llu differs after step %u", name,
			    (unsigned long long)number, i);
		for (cpu = 0; cpu < CPUS; cpu++)
			for (other = 0; other < CPUS; other++)
				if (cpu != other)
					joins += known[0][STEPS - 1][cpu]
					    [other];
	}
}

Test(sync_small, knows_what_stamps_know)
{

	compare("seen at once", false, 20000);
	cr_assert_gt(joins, 20000, "programs that synchronise little");
	cr_assert_gt(touched, 20000, "few first accesses");
}

Test(sync_small, knows_what_stamps_know_behind_buffers)
{

	compare("buffered", true, 20000);
	cr_assert_gt(joins, 20000, "programs that synchronise little");
}

Test(sync_small, next_run_knows_nothing_of_the_last)
{
	uint32_t epoch, page;
	int i;

	/* More runs than a tag can tell apart; pages change their places. */
	for (i = 0; i < 140000; i++) {
		clocks_reset(CPUS);
		sync_reset(CPUS);
		page = (uint32_t)(i % 3) << PLACE_PAGE_SHIFT;
		if (i % 7 == 0)
			sync_now_store(2, 3 << PLACE_PAGE_SHIFT, 8,
			    ORDER_RELEASE);
		sync_now_load(1, page, 8, ORDER_ACQUIRE);
		cr_assert_not(clock_knows(1, 0, 1), "run %d", i);
		epoch = clock_epoch(0);
		/* One location is written once in all these runs. */
		sync_now_store(0, page + (i == 5 ? 16 : 0), 8, ORDER_RELEASE);
		sync_now_load(1, page, 8, ORDER_ACQUIRE);
		cr_assert_eq(clock_knows(1, 0, epoch), i != 5, "run %d", i);
		sync_now_load(2, page + 16, 8, ORDER_ACQUIRE);
		cr_assert_eq(clock_knows(2, 0, epoch), i == 5, "run %d", i);
	}
	sync_fini();
	clocks_fini();
}
