/*
 * Faults of a scenario do to the machine what they say, as often as they say.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "sim/base/err.h"
#include "sim/machine/stream.h"
#include "engine/kern.h"
#include "sim/run.h"
#include "sim/spec.h"

enum { CPUS = 4, SEEN = 65536 };

static struct run_spec spec;
static struct run_result result;
static struct stream_event seen[SEEN];
static size_t seen_count;

static void
tracer_begin(struct tracer *tracer, unsigned cpus, const char *const *names,
    unsigned count)
{

	(void)tracer;
	(void)cpus;
	(void)names;
	(void)count;
}

static void
tracer_event(struct tracer *tracer, const struct stream_event *event)
{

	(void)tracer;
	switch (event->kind) {
	case STREAM_STALL_BEGIN:
	case STREAM_STALL_END:
	case STREAM_PREEMPT:
	case STREAM_TICK:
	case STREAM_FAIL:
	case STREAM_PRESSURE:
		cr_assert_lt(seen_count, SEEN);
		seen[seen_count++] = *event;
		break;
	default:
		break;
	}
}

static void
set(const char *name, const char *value)
{
	struct err err;

	cr_assert_eq(spec_set(&spec, name, value, &err), 0, "%s", err.text);
}

/* Four busy CPUs for 50 ms, with this fault. */
static void
begin(const char *fault)
{
	struct err err;

	spec_init(&spec);
	cr_assert_eq(spec_set_workload(&spec, "slot_churn", &err), 0);
	spec.machine.cpus = CPUS;
	set("machine.pages", "64MiB");
	set("zone.bucket_size", "4");
	set("workload.slot_churn.think", "{exp: 5us}");
	set("run.warmup", "0s");
	set("run.duration", "50ms");
	if (fault != NULL)
		cr_assert_eq(spec_add_fault(&spec, fault, &err), 0);
}

static void
run(void)
{
	struct tracer tracer = { tracer_event, tracer_begin };

	seen_count = 0;
	run_execute_traced(&spec, &result, &tracer);
	cr_assert_eq(result.status, RUN_OK, "%s", result.findings[0].summary);
}

static size_t
count_on(enum stream_kind kind, uint32_t cpu)
{
	size_t count, i;

	for (i = count = 0; i < seen_count; i++)
		count += seen[i].kind == kind && seen[i].cpu == cpu;
	return (count);
}

static size_t
count(enum stream_kind kind)
{
	size_t sum;
	uint32_t cpu;

	for (sum = cpu = 0; cpu < CPUS; cpu++)
		sum += count_on(kind, cpu);
	return (sum);
}

Test(fault, smi_stops_all_cpus_at_once)
{
	uint64_t first, last;
	size_t i, n;

	begin("smi");
	set("faults.smi.every", "1ms");
	set("faults.smi.jitter", "0%");
	set("faults.smi.for", "100us");
	run();
	n = count_on(STREAM_STALL_BEGIN, 0);
	printf("%zu interrupts\n", n);
	/* One each 1.1 ms, from somewhere in the first. */
	cr_assert(n >= 44 && n <= 51, "%zu", n);
	for (i = 1; i < CPUS; i++)
		cr_assert_eq(count_on(STREAM_STALL_BEGIN, (uint32_t)i), n);
	/* Four begin together, and end together to the picosecond. */
	first = last = 0;
	for (i = n = 0; i < seen_count; i++) {
		if (seen[i].kind != STREAM_STALL_END)
			continue;
		cr_assert_eq(seen[i].b, STREAM_SMI);
		if (n++ % CPUS == 0)
			first = seen[i].at_ps;
		last = seen[i].at_ps;
		cr_assert_eq(first, last);
		cr_assert(seen[i].a <= 100000000 && seen[i].a > 95000000);
	}
}

Test(fault, smi_of_one_stops_one_each_time_another)
{
	size_t i, most, n;

	begin("smi");
	set("faults.smi.every", "200us");
	set("faults.smi.for", "50us");
	set("faults.smi.scope", "one");
	run();
	n = count(STREAM_STALL_BEGIN);
	cr_assert(n >= 180 && n <= 220, "%zu", n);
	for (i = most = 0; i < CPUS; i++) {
		printf("CPU %zu: %zu of %zu\n", i,
		    count_on(STREAM_STALL_BEGIN, (uint32_t)i), n);
		cr_expect_gt(count_on(STREAM_STALL_BEGIN, (uint32_t)i), n / 8);
		cr_expect_lt(count_on(STREAM_STALL_BEGIN, (uint32_t)i), n / 2);
	}
}

Test(fault, hypervisor_stalls_come_at_their_rate_and_gangs_take_all)
{
	size_t alone, together;

	begin("hypervisor_stall");
	set("faults.hypervisor_stall.rate", "1000/s");
	set("faults.hypervisor_stall.for", "20us");
	run();
	alone = count(STREAM_STALL_BEGIN);
	/* 4 CPUs, 50 ms, 1000/s, less the time that they are stopped. */
	cr_assert(alone > 150 && alone < 245, "%zu", alone);
	set("faults.hypervisor_stall.gang", "100%");
	run();
	together = count(STREAM_STALL_BEGIN);
	printf("%zu alone, %zu in gangs\n", alone, together);
	cr_assert(together > 3 * alone && together <= 4 * alone + 40);
	cr_assert_eq(count_on(STREAM_STALL_BEGIN, 0),
	    count_on(STREAM_STALL_BEGIN, 3));
}

Test(fault, preemptions_come_at_their_rate)
{
	size_t n;

	begin("preemption");
	set("faults.preemption.rate", "1000/s");
	set("faults.preemption.for", "20us");
	run();
	n = count(STREAM_PREEMPT);
	printf("%zu preemptions\n", n);
	cr_assert(n > 150 && n < 245);
}

Test(fault, late_ticks_come_late_and_none_is_missed_by_the_counter)
{
	uint64_t last, phase;
	size_t i, late, ticks;

	begin("late_tick");
	set("faults.late_tick.chance", "20%");
	set("faults.late_tick.by", "{uniform: [100us, 300us]}");
	set("machine.tick", "0s");
	run();
	last = 0;
	late = ticks = 0;
	for (i = 0; i < seen_count; i++) {
		if (seen[i].kind != STREAM_TICK || seen[i].cpu != 0)
			continue;
		phase = seen[i].at_ps % 1000000000;
		ticks++;
		late += phase > 90000000;
		cr_assert(phase < 310000000, "%lu", phase);
		if (last != 0)
			cr_assert_eq(seen[i].a, last + 1);
		last = seen[i].a;
	}
	printf("%zu of %zu are late\n", late, ticks);
	cr_assert(late >= 4 && late <= 20);
}

Test(fault, slow_cpu_does_less)
{
	uint64_t accesses;

	begin(NULL);
	run();
	accesses = result.accesses;
	begin("slow_cpu");
	set("faults.slow_cpu.slowdown", "10000%");
	run();
	printf("%lu accesses, %lu with one slow CPU\n", accesses,
	    result.accesses);
	cr_assert(result.accesses < accesses * 9 / 10);
	cr_assert(result.accesses > accesses * 6 / 10);
}

static uint64_t
coverage(const char *name)
{
	size_t i;

	for (i = 0; i < result.coverage_count; i++)
		if (strcmp(result.coverage[i].name, name) == 0)
			return (result.coverage[i].hits);
	cr_assert_fail("no coverage %s", name);
	return (0);
}

Test(fault, buckets_fail_by_chance_and_in_spells)
{
	uint64_t half, all;
	size_t i;

	begin("bucket_failure");
	run();
	all = coverage("bucket_refused");
	set("faults.bucket_failure.chance", "50%");
	run();
	half = coverage("bucket_refused");
	printf("%lu refused, %lu at half the chance\n", all, half);
	/* Where all fail, each free tries anew. */
	cr_assert(all > 1000 && half > 100 && half < all);

	/* A spell of 1 ms each 10 ms: never outside of one. */
	set("faults.bucket_failure.chance", "100%");
	set("faults.bucket_failure.every", "10ms");
	set("faults.bucket_failure.for", "1ms");
	run();
	cr_assert_gt(coverage("bucket_refused"), 10);
	for (i = 0; i < seen_count; i++)
		if (seen[i].kind == STREAM_FAIL) {
			cr_assert_eq(seen[i].a, KERN_FAIL_BUCKET);
			cr_assert(seen[i].at_ps >= 10000000000);
			/* The clock of the run starts a little after zero. */
			cr_assert(seen[i].at_ps % 10000000000 <= 1100000000);
		}
}

Test(fault, memory_pressure_asks_for_memory_back)
{
	size_t n;

	begin(NULL);
	set("workload.slot_churn.write_share", "50%");
	run();
	cr_assert_eq(coverage("reclaimed"), 0);
	begin("memory_pressure");
	set("workload.slot_churn.write_share", "50%");
	/* The housekeeper shares a CPU with others, in turns. */
	set("machine.slice", "100us");
	set("faults.memory_pressure.every", "5ms");
	set("faults.memory_pressure.how", "drain_cpu");
	run();
	n = count(STREAM_PRESSURE);
	printf("%zu requests\n", n);
	cr_assert(n >= 8 && n <= 10, "%zu", n);
	cr_assert_geq(coverage("reclaimed"), n - 1);
}
