/*
 * Random accesses, judged by cells and by lists: a machine of four CPUs has
 * cells, one of five has lists, and the fifth does nothing here.  What they
 * report must be the same, word for word and in the same order.
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

enum {
	CPUS = 4,
	STAMPS = 4,
	PLACES = 24,
	STEPS_MAX = 40000,
	REPORTS_MAX = 2 * RACE_PAIRS_MAX
};

/* A machine of nothing but CPUs. */
struct machine the;
struct lab lab;
struct stream_guest stream_guest;
static struct cpu cpus[CPUS];
static struct thread threads[CPUS];
static char code[PLACES];

struct report {
	struct race_record now;
	struct race_record before;
	uint32_t offset;
	uint32_t step;
};

static struct reports {
	struct report reports[REPORTS_MAX];
	uint32_t count;
} both[2];
static struct reports *reports;
static uint32_t step;

void
data_race_report(const struct race_record *now,
    const struct race_record *before, uint32_t offset)
{
	struct report *report;

	cr_assert_lt(reports->count, REPORTS_MAX);
	report = &reports->reports[reports->count++];
	report->now = *now;
	report->before = *before;
	report->offset = offset;
	report->step = step;
}

/* What a program is like. */
struct like {
	const char *name;
	uint32_t steps;
	uint32_t granules;
	uint32_t odd;		/* one access in so many has any place and size */
	uint32_t joins;		/* one step in so many is a stamp or a join */
	uint32_t forgets;
	bool late;		/* CPUs begin to share at any time */
};

/* Until that step each CPU keeps to granules of its own. */
static uint32_t apart;

static void
draw_access(struct rng *rng, const struct like *like)
{
	static const uint8_t sizes[] = { 1, 2, 4, 8, 8, 8, 16 };
	uint32_t granule, offset, size;

	granule = (uint32_t)rng_below(rng, like->granules);
	if (step < apart)
		granule = granule / CPUS * CPUS + the.cpu->index;
	/* As a rule each has its own size. */
	size = granule % 4 == 3 ? 4 : 8;
	offset = granule * 8;
	/* Some have two fields. */
	if (granule % 4 == 3)
		offset += 4 * (uint32_t)rng_below(rng, 2);
	if (granule % 16 == 5) {
		size = 16;
	} else if (like->odd != 0 && rng_below(rng, like->odd) == 0) {
		size = sizes[rng_below(rng, sizeof(sizes))];
		offset += (uint32_t)rng_below(rng, 8);
	}
	data_race_access(offset, size, (unsigned)rng_below(rng, 4),
	    code + rng_below(rng, PLACES));
}

static void
draw_state(struct rng *rng)
{
	struct cpu *cpu;

	cpu = the.cpu;
	cpu->now_ps += rng_below(rng, 3000);
	cpu->interrupts = rng_below(rng, 8) == 0;
	if (rng_below(rng, 4) == 0)
		cpu->current->opened_ps = rng_below(rng, 3) == 0 ?
		    MACHINE_NEVER : cpu->now_ps - rng_below(rng, cpu->now_ps);
}

static void
play(struct rng *rng, const struct like *like, uint32_t machine)
{
	stamp_id stamps[STAMPS] = { 0 };
	uint32_t at, i;

	memset(cpus, 0, sizeof(cpus));
	the.cpu_count = machine;
	clocks_reset(machine);
	for (i = 0; i < CPUS; i++) {
		cpus[i].index = i;
		cpus[i].current = &threads[i];
		cpus[i].now_ps = 1000000;
		threads[i].number = 7 * i;
		threads[i].opened_ps = MACHINE_NEVER;
	}
	data_race_begin(true);
	reports->count = 0;
	/* Once all pairs of places have been told, there is silence. */
	apart = like->late ? (uint32_t)rng_below(rng, like->steps - 500) : 0;
	for (step = 0; step < like->steps; step++) {
		the.cpu = &cpus[rng_below(rng, CPUS)];
		draw_state(rng);
		at = (uint32_t)rng_below(rng, STAMPS);
		if (rng_below(rng, like->joins) != 0) {
			draw_access(rng, like);
		} else if (rng_below(rng, 2) == 0) {
			stamp_drop(stamps[at]);
			stamps[at] = stamp_take(the.cpu->index, 0);
		} else {
			stamp_join(the.cpu->index, stamps[at]);
		}
		if (rng_below(rng, like->forgets) == 0) {
			at = (uint32_t)rng_below(rng, like->granules * 8);
			data_race_forget(at - at % 8, rng_below(rng, 2) == 0 ?
			    8 + 8 * (uint32_t)rng_below(rng, 16) :
			    1 + (uint32_t)rng_below(rng, 12));
		}
	}
}

static void
compare(const struct like *like, uint32_t programs)
{
	struct rng rng;
	uint32_t i, last, most, program, same, total;

	most = total = 0;
	for (program = 0; program < programs; program++) {
		for (i = 0; i < 2; i++) {
			reports = &both[i];
			memset(reports, 0, sizeof(*reports));
			rng_init(&rng, program, like->name, 0);
			play(&rng, like, CPUS + i);
			/* Where a list has it, and in which life, is its own. */
			for (last = 0; last < reports->count; last++) {
				reports->reports[last].before.next = 0;
				reports->reports[last].before.life = 0;
			}
		}
		cr_assert_eq(both[0].count, both[1].count,
		    "%s %u: %u reports and %u", like->name, program,
		    both[0].count, both[1].count);
		for (i = 0, last = UINT32_MAX, same = 0; i < both[0].count;
		    i++) {
			cr_assert(memcmp(&both[0].reports[i],
			    &both[1].reports[i], sizeof(struct report)) == 0,
			    "%s %u: report %u, of step %u", like->name,
			    program, i, both[0].reports[i].step);
			same = both[0].reports[i].step == last ? same + 1 : 1;
			last = both[0].reports[i].step;
			if (same > most)
				most = same;
		}
		total += both[0].count;
	}
	/* There was something to compare, and orders among it. */
	cr_expect_gt(total, 2 * programs);
	cr_expect_gt(most, 1);
}

Test(data_race_cell, says_what_lists_say_of_a_few_words)
{
	const struct like like = { "words", 100, 2, 0, 3, 40, false };

	compare(&like, 20000);
}

Test(data_race_cell, says_what_lists_say_of_all_sizes)
{
	const struct like like = { "sizes", 200, 4, 12, 3, 40, false };

	compare(&like, 20000);
}

Test(data_race_cell, says_what_lists_say_in_long_runs)
{
	const struct like like = { "long", STEPS_MAX, 600, 400, 2, 400, true };
	const struct like busy = { "busy", STEPS_MAX, 12, 900, 2, 70, true };

	compare(&like, 30);
	compare(&busy, 30);
}

/* More granules than may have cells: the others have lists. */
Test(data_race_cell, knows_any_number_of_granules)
{
	enum { GRANULES = 300000 };
	uint32_t i;

	reports = &both[0];
	reports->count = 0;
	the.cpu_count = CPUS;
	clocks_reset(CPUS);
	data_race_begin(true);
	for (i = 0; i < CPUS; i++) {
		cpus[i].index = i;
		cpus[i].current = &threads[i];
	}
	the.cpu = &cpus[1];
	for (i = 0; i < GRANULES; i++)
		data_race_access(8 * i, 8, 0, code);
	the.cpu = &cpus[2];
	for (i = 0; i < GRANULES; i += GRANULES - 1)
		data_race_access(8 * i, 8, RACE_WRITE, code + 1 + (i > 0));
	cr_assert_eq(reports->count, 2);
	cr_expect_eq(reports->reports[0].offset, 0);
	cr_expect_eq(reports->reports[1].offset, 8 * (GRANULES - 1));
	cr_expect_eq(reports->reports[1].before.cpu, 1);
	/* What is forgotten makes room for others. */
	data_race_forget(0, 8 * GRANULES);
	the.cpu = &cpus[3];
	for (i = 0; i < GRANULES; i++)
		data_race_access(8 * i, 8, RACE_WRITE, code + 3);
	cr_expect_eq(reports->count, 2);
}
