/*
 * data_race_rig - what does the check say of accesses made by hand?
 *
 * Programs are written out in the order in which a machine would carry them
 * out: on() chooses the CPU, the macros make its accesses, right() and wrong()
 * ask for the verdict.  Each line of a test is a place in the code of its own.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TESTS_SIM_CHECKS_DATA_RACE_RIG_H
#define TESTS_SIM_CHECKS_DATA_RACE_RIG_H

#include "sim/checks/check.h"
#include "sim/checks/data_race.h"
#include "sim/lab_run.h"
#include "sim/memory/clock.h"
#include "sim/memory/memory.h"
#include "sim/memory/sync.h"
#include "sim/oracle/items.h"
#include "tests/sim/machine/rig.h"

enum {
	CPUS = 4,
	/* Places in memory, each on a line of its own. */
	FLAG = 8192,
	LOCK = 8256,
	BACK = 8320,
	DATA = 12288,
	ITEM_BYTES = 64
};

static struct run_spec spec;
static struct run_result result;

static inline void
begin_with(uint32_t cpus)
{
	struct machine_config config;

	config = rig_config(cpus, MACHINE_SC);
	rig_begin(&config);
	spec_init(&spec);
	spec.run.data_race = 1;
	lab.spec = &spec;
	items_reset(ITEM_BYTES);
	clocks_reset(cpus);
	sync_reset(cpus);
	memset(&result, 0, sizeof(result));
	checks_begin(&result);
}

static inline void
begin(void)
{

	begin_with(CPUS);
}

static inline void
on(uint32_t cpu)
{

	the.cpu = &the.cpus[cpu];
}

#define HERE	((const char *)image() + __LINE__)
#define READ(offset, size)	data_race_access(offset, size, 0, HERE)
#define WRITE(offset, size)	data_race_access(offset, size, RACE_WRITE, HERE)
#define LOAD(offset, size, order)	load(offset, size, order, HERE)
#define STORE(offset, size, order)	store(offset, size, order, HERE)
#define CHANGE(offset, size, order)	change(offset, size, order, HERE)

static inline const void *
image(void)
{
	extern const char __executable_start[];

	return (__executable_start);
}

static inline void
load(uint32_t offset, uint32_t size, int order, const void *where)
{

	sync_load(the.cpu->index, offset, size, order);
	data_race_access(offset, size, RACE_ATOMIC, where);
}

static inline void
store(uint32_t offset, uint32_t size, int order, const void *where)
{
	uint32_t cpu;

	cpu = the.cpu->index;
	data_race_access(offset, size, RACE_ATOMIC | RACE_WRITE, where);
	sync_visible(cpu, offset, size, sync_release(cpu, offset, size, order));
}

static inline void
change(uint32_t offset, uint32_t size, int order, const void *where)
{

	sync_load(the.cpu->index, offset, size, order);
	data_race_access(offset, size, RACE_ATOMIC | RACE_WRITE, where);
	sync_change(the.cpu->index, offset, size, order);
}

static inline void
fence(int order)
{

	sync_fence(the.cpu->index, order);
}

static inline void
right(void)
{

	cr_assert_eq(result.finding_count, 0, "%s", result.findings[0].summary);
}

static inline void
wrong(const char *words)
{

	cr_assert_eq(result.finding_count, 1, "not accused");
	cr_assert_str_eq(result.findings[0].check, "data_race");
	cr_assert_not_null(strstr(result.findings[0].summary, words), "%s",
	    result.findings[0].summary);
	begin();
}

#endif
