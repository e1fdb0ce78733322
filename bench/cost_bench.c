/*
 * What does listening cost?  The linker hands the calls of the machine to the
 * oracle, the checks and the metrics to the functions below (-Wl,--wrap), which
 * pass them on or do not.  Listeners never act, so the run is the same without
 * them: as many accesses and as many switches, or the benchmark ends.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "bench/load.h"
#include "sim/base/err.h"
#include "sim/checks/check.h"
#include "sim/faults/fault.h"
#include "sim/lab_run.h"
#include "sim/machine/machine.h"
#include "sim/metrics/metrics.h"
#include "sim/oracle/items.h"
#include "sim/oracle/sections.h"
#include "sim/spec.h"
#include "tools/trace/perfetto.h"

/* What is passed on. */
static struct {
	uint64_t without;	/* bit for each row of check_table */
	bool no_metrics;
	bool no_oracle;
} heard;

#define WRAP(name, parameters, arguments, when)				\
	void __real_##name parameters;					\
	void __wrap_##name parameters;					\
	void __wrap_##name parameters					\
	{								\
									\
		if (when)						\
			__real_##name arguments;			\
	}

WRAP(metrics_section, (uint64_t cost_ps), (cost_ps), !heard.no_metrics)
WRAP(metrics_alloc, (uint32_t number, uint64_t cost_ps), (number, cost_ps),
    !heard.no_metrics)
WRAP(metrics_free, (uint64_t cost_ps), (cost_ps), !heard.no_metrics)
WRAP(metrics_settle, (uint64_t at_ps), (at_ps), !heard.no_metrics)
WRAP(metrics_event, (const struct stream_event *event), (event),
    !heard.no_metrics)
WRAP(section_open, (struct section *section, uint32_t cpu, uint32_t thread,
    uint64_t now_ps), (section, cpu, thread, now_ps), !heard.no_oracle)
WRAP(section_close, (struct section *section, uint64_t now_ps),
    (section, now_ps), !heard.no_oracle)
WRAP(section_hold, (struct section *section, uint32_t number),
    (section, number), !heard.no_oracle)
WRAP(items_live, (uint32_t number), (number), !heard.no_oracle)
WRAP(items_freed, (uint32_t number, uint64_t now_ps, uint64_t intended_ps,
    bool counted), (number, now_ps, intended_ps, counted), !heard.no_oracle)
WRAP(items_step, (uint32_t number, enum item_state state, uint64_t now_ps),
    (number, state, now_ps), !heard.no_oracle)

uint64_t __real_metrics_listen(void);
uint64_t __wrap_metrics_listen(void);
uint64_t __real_checks_listen(void);
uint64_t __wrap_checks_listen(void);
void __real_checks_event(const struct stream_event *event);
void __wrap_checks_event(const struct stream_event *event);
void __real_checks_end(void);
void __wrap_checks_end(void);
uint32_t __real_items_number(const void *address);
uint32_t __wrap_items_number(const void *address);
void __real_faults_begin(const struct run_spec *spec);
void __wrap_faults_begin(const struct run_spec *spec);

uint64_t
__wrap_metrics_listen(void)
{

	return (heard.no_metrics ? 0 : __real_metrics_listen());
}

/* A check is where its definition is. */
static const struct check *
check_at(size_t i)
{

	return ((const struct check *)(const void *)check_table[i]);
}

uint64_t
__wrap_checks_listen(void)
{
	uint64_t mask;
	size_t i;

	mask = 0;
	for (i = 0; i < check_table_count; i++)
		if ((heard.without >> i & 1) == 0)
			mask |= check_at(i)->listens;
	return (mask);
}

void
__wrap_checks_event(const struct stream_event *event)
{
	size_t i;

	if (heard.without == 0) {
		__real_checks_event(event);
		return;
	}
	for (i = 0; i < check_table_count; i++)
		if ((heard.without >> i & 1) == 0 &&
		    (check_at(i)->listens >> event->kind & 1) != 0)
			check_at(i)->event(event);
}

/* What they say at the end is wrong when they have not heard all. */
void
__wrap_checks_end(void)
{

	if (heard.without == 0)
		__real_checks_end();
}

uint32_t
__wrap_items_number(const void *address)
{

	return (heard.no_oracle ? 0 : __real_items_number(address));
}

/* The last that happens before the run: who listens is settled. */
void
__wrap_faults_begin(const struct run_spec *spec)
{

	__real_faults_begin(spec);
	if (heard.no_oracle)
		the.listen = 0;
}

/* --- what is compared ---------------------------------------------------------- */

/* Who hears a run, and what else is on. */
struct listening {
	bool oracle;
	bool metrics;
	bool checks;		/* all of them */
	const char *check;	/* or this one; NULL: none */
	bool data_race;
	bool tracing;
};

static void
hear(const struct listening *listening)
{
	size_t i;

	memset(&heard, 0, sizeof(heard));
	heard.no_oracle = !listening->oracle;
	heard.no_metrics = !listening->metrics;
	for (i = 0; !listening->checks && i < check_table_count; i++)
		if (listening->check == NULL ||
		    strcmp(check_table[i]->name, listening->check) != 0)
			heard.without |= UINT64_C(1) << i;
}

static void
measure(uint64_t load, const struct listening *listening,
    struct load_cost *cost)
{
	struct perfetto *perfetto;
	struct run_spec spec;
	struct err err;

	load_prepare(&spec, load);
	if (listening->data_race &&
	    spec_set(&spec, "run.data_race", "true", &err) != 0)
		exit(1);
	perfetto = listening->tracing ? perfetto_create(PERFETTO_DEFAULT) :
	    NULL;
	hear(listening);
	load_measure(&spec, NULL, perfetto == NULL ? NULL :
	    perfetto_tracer(perfetto), load_brief_ns(&spec), cost);
	memset(&heard, 0, sizeof(heard));
	perfetto_destroy(perfetto);
}

/*
 * In turn, and the least of each: what disturbs this computer only ever adds.
 */
static double
compare(uint64_t load, const struct listening *more,
    const struct listening *less)
{
	uint64_t with_ns, without_ns;
	struct load_cost with, without;
	int i;
	enum { TURNS = 3 };

	with_ns = without_ns = UINT64_MAX;
	for (i = 0; i < TURNS; i++) {
		measure(load, less, &without);
		measure(load, more, &with);
		if (with.accesses != without.accesses ||
		    with.switches != without.switches) {
			fprintf(stderr, "bench: somebody who listens has "
			    "changed the run: %llu accesses, %llu without\n",
			    (unsigned long long)with.accesses,
			    (unsigned long long)without.accesses);
			exit(1);
		}
		if (with.whole_ns < with_ns)
			with_ns = with.whole_ns;
		if (without.whole_ns < without_ns)
			without_ns = without.whole_ns;
	}
	return ((double)with_ns / (double)without_ns);
}

static const struct listening nothing;
static const struct listening oracle = { .oracle = true };
static const struct listening all = {
	.oracle = true, .metrics = true, .checks = true
};

/* Everything that listens by default, against nothing. */
double
bench_cost_all(uint64_t load)
{

	return (compare(load, &all, &nothing));
}

double
bench_cost_oracle(uint64_t load)
{

	return (compare(load, &oracle, &nothing));
}

double
bench_cost_metrics(uint64_t load)
{
	const struct listening metrics = { .oracle = true, .metrics = true };

	return (compare(load, &metrics, &oracle));
}

static double
cost_check(uint64_t load, const char *name)
{
	const struct listening one = { .oracle = true, .check = name };

	return (compare(load, &one, &oracle));
}

double
bench_cost_use_after_free(uint64_t load)
{

	return (cost_check(load, "use_after_free"));
}

double
bench_cost_premature_grace(uint64_t load)
{

	return (cost_check(load, "premature_grace"));
}

double
bench_cost_invariant(uint64_t load)
{

	return (cost_check(load, "invariant"));
}

/* Off unless a scenario asks for it: each access goes the long way. */
double
bench_cost_data_race(uint64_t load)
{
	struct listening race = all;

	race.data_race = true;
	return (compare(load, &race, &all));
}

double
bench_cost_tracing(uint64_t load)
{
	struct listening traced = all;

	traced.tracing = true;
	return (compare(load, &traced, &all));
}
