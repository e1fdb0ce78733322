/*
 * Long random programs in all ways that the relaxed model has to do the same:
 * with clocks of one vector, in line or not, and with stamps.  Each answer, each
 * question, and what all CPUs know of one another must be the same after each
 * step.  What they should be is judged in relaxed_test.c, by shorter programs;
 * here are full histories, other widths, plain stores and memory that changes
 * hands.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>
#include <string.h>

#include "sim/base/rng.h"
#include "sim/machine/machine.h"
#include "sim/memory/clock_order.h"
#include "sim/memory/memory.h"
#include "sim/memory/memory_choose.h"
#include "sim/memory/relaxed_history.h"

enum {
	CPUS = CLOCK_LANES,
	STEPS = 400,
	BYTES = 64,
};

/* How a program goes, beside its CPUs: the last way is that of five. */
enum way { QUICK, FEW, MANY, WAYS };

/* The machine is not there; the model wants nothing of it but its memory. */
struct machine the;

extern const struct memory_model memory_relaxed;

static const struct memory_history *model;
static unsigned char memory[BYTES];
static struct rng answers;
static uint64_t asked, told, reads_old;

static struct trace {
	uint64_t value;
	uint64_t asked;
	uint32_t known[CPUS][CPUS];
	uint32_t fence[CPUS];	/* by their places */
	uint32_t cause[CPUS];
	uint32_t live;
	unsigned char memory[BYTES];
} traces[WAYS][STEPS];

uint64_t
memory_choose(enum choice_kind kind, uint32_t cpu, uint64_t alternatives)
{
	uint64_t answer;

	cr_assert_gt(alternatives, 1);
	asked = (asked * 31 + (uint64_t)kind) * 31 + cpu;
	asked = asked * 31 + alternatives;
	answer = rng_below(&answers, alternatives);
	reads_old += kind == CHOICE_READ && answer != 0;
	return (answer);
}

static int
draw_order(struct rng *rng, bool locked)
{

	/* Mostly what quick machines are quick at. */
	if (rng_below(rng, 4) != 0)
		return (rng_below(rng, 4) == 0 ? ORDER_RELAXED :
		    ORDER_ACQ_REL);
	return ((int)rng_below(rng, locked ? ORDER_LOCKED + 1 : ORDER_LOCKED));
}

static uint64_t
change(struct rng *rng, uint32_t cpu, uint32_t offset, uint32_t size)
{
	struct memory_expected expected;
	uint64_t old;
	int order;
	bool exchange;

	order = draw_order(rng, true);
	exchange = rng_below(rng, 2) == 0;
	expected.value = rng_below(rng, 4);
	expected.fail_order = draw_order(rng, false);
	if (order == ORDER_LOCKED)
		expected.fail_order = ORDER_LOCKED;
	old = model->change_begin(cpu, offset, size, order,
	    exchange ? NULL : &expected);
	if (!exchange && old != expected.value)
		model->change_cancel(cpu, offset, size, expected.fail_order);
	else
		model->change_end(cpu, offset, size, rng_below(rng, 4), order);
	return (old);
}

static void
draw_place(struct rng *rng, uint32_t *offset, uint32_t *size)
{

	*size = 8;
	*offset = (uint32_t)rng_below(rng, 3) * 8;
	if (rng_below(rng, 24) == 0) {
		*size = 1U << rng_below(rng, 4);
		*offset = (uint32_t)rng_below(rng, BYTES - *size);
	}
}

static uint64_t
step(struct rng *rng)
{
	uint32_t cpu, offset, size;

	cpu = (uint32_t)rng_below(rng, CPUS);
	draw_place(rng, &offset, &size);
	switch (rng_below(rng, 16)) {
	case 0:
	case 1:
		model->fence(cpu, rng_below(rng, 3) != 0 ? ORDER_SEQ_CST :
		    (int)rng_below(rng, ORDER_SEQ_CST + 1));
		return (0);
	case 2:
	case 3:
	case 4:
		return (change(rng, cpu, offset, size));
	case 5:
	case 6:
	case 7:
	case 8:
		model->store(cpu, offset, size, rng_below(rng, 4),
		    draw_order(rng, true));
		return (0);
	case 9:
		if (rng_below(rng, 8) == 0) {
			model->plain_store(cpu, offset, size);
			memory[offset] = (unsigned char)rng_below(rng, 4);
		}
		return (0);
	case 10:
		if (rng_below(rng, 16) == 0) {
			model->forget(offset, size);
			memset(memory + offset, 0, size);
		}
		return (0);
	default:
		return (model->load(cpu, offset, size, draw_order(rng, true)));
	}
}

static void
note(struct trace *trace, uint64_t value)
{
	uint32_t cpu, other;

	trace->value = value;
	trace->asked = asked;
	trace->live = history_live();
	memcpy(trace->memory, memory, sizeof(memory));
	for (cpu = 0; cpu < CPUS; cpu++) {
		trace->fence[cpu] = order_place(clock_rows.own[cpu].fence);
		trace->cause[cpu] = order_place(clock_rows.own[cpu].cause);
		for (other = 0; other < CPUS; other++) {
			trace->known[cpu][other] = clock_rows.hb[cpu *
			    clock_rows.words + other];
			told += cpu != other && trace->known[cpu][other] != 0;
		}
	}
}

static void
run(uint64_t number, enum way way)
{
	static const struct guide guide;
	struct rng rng;
	int i;

	/* Who draws the same goes the same way. */
	rng_init(&rng, number, "program", 0);
	rng_init(&answers, number, "answers", 0);
	memset(memory, 0, sizeof(memory));
	asked = 0;
	the.base = memory;
	the.bytes = sizeof(memory);
	the.guide = way == QUICK ? &guide : NULL;
	model = memory_relaxed.history;
	model->reset(way == MANY ? CPUS + 1 : CPUS);
	for (i = 0; i < STEPS; i++)
		note(&traces[way][i], step(&rng));
}

Test(relaxed_ways, are_the_same)
{
	uint64_t dropped, number;
	int i, way;

	dropped = 0;
	for (number = 0; number < 10000; number++) {
		for (way = 0; way < WAYS; way++) {
			run(number, (enum way)way);
			dropped += history_counts.dropped;
			for (i = 0; way != 0 && i < STEPS; i++)
				cr_assert_eq(memcmp(&traces[0][i],
				    &traces[way][i], sizeof(traces[0][i])), 0,
				    "program %llu in way %d: step %d differs",
				    (unsigned long long)number, way, i);
		}
	}
	cr_expect_gt(told, 10000 * STEPS, "they tell one another little");
	cr_expect_gt(reads_old, 10000 * 10, "they read little that is old");
	cr_expect_gt(dropped, 10000, "their histories are short");
}
