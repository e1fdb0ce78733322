/*
 * The course of a round on real threads.  The thread that calls native_run()
 * sets everything up as CPU 0, as the boot thread of the simulator does, and
 * then keeps the window: it sleeps, and wakes to look at the footprint.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#define _GNU_SOURCE
#include <sys/resource.h>

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/kern.h"
#include "sim/base/err.h"
#include "tools/validate/native_clock.h"
#include "tools/validate/native_items.h"
#include "tools/validate/native_lab.h"
#include "tools/validate/native_probe.h"

enum {
	FOOTPRINT_LOOKS = 64,		/* in a window */
	FOOTPRINT_GAP_NS = 200000,	/* not more often than this */
};

/* The counts of all threads at one edge of the window. */
struct tally {
	uint64_t at;		/* ticks */
	uint64_t operations;
	uint64_t frees;
	uint64_t allocs;
	uint64_t alloc_failures;
	struct policy_counters counters;
};

/* --- what can be asked ------------------------------------------------------- */

static const struct policy_def *
policy_of(const struct run_spec *spec)
{
	size_t i;

	for (i = 0; i < policy_def_count; i++)
		if (strcmp(policy_defs[i]->part.name,
		    spec->policy.def->name) == 0)
			return (policy_defs[i]);
	return (NULL);
}

#define WORKLOAD(name) extern const struct workload_def workload_##name;
#include "tools/validate/native_workloads.inc"
#undef WORKLOAD

#define WORKLOAD(name) &workload_##name,
static const struct workload_def *const workloads[] = {
#include "tools/validate/native_workloads.inc"
};
#undef WORKLOAD

static const struct workload_def *
workload_of(const struct run_spec *spec)
{
	size_t i;

	for (i = 0; i < sizeof(workloads) / sizeof(workloads[0]); i++)
		if (strcmp(workloads[i]->part.name,
		    spec->workload.def->name) == 0)
			return (workloads[i]);
	return (NULL);
}

static int
check_policy(const struct run_spec *spec, struct err *err)
{
	const struct policy_def *def;
	const char *name;

	name = spec->policy.def->name;
	def = policy_of(spec);
	if (spec->core.name != CORE_GUS)
		return (err_set(err, "core.name: allowed is gus; the other "
		    "cores are for the simulated machine only"));
	if (def == NULL || workload_of(spec) == NULL)
		return (err_set(err, "%.60s is for the simulated machine only; "
		    "real threads run other ones (`gusim list %s`)",
		    def == NULL ? name : spec->workload.def->name,
		    def == NULL ? "policies" : "workloads"));
	if (!def->safe)
		return (err_set(err, "the policy %.60s hands out memory that "
		    "readers may hold; on real threads that is a crash or "
		    "worse, so only safe policies are validated", name));
	if (def->tick != NULL || def->context_switch != NULL ||
	    def->idle != NULL || def->busy != NULL || def->task != NULL)
		return (err_set(err, "the policy %.60s wants to hear of clock "
		    "interrupts, context switches or idle CPUs, or has threads "
		    "of its own; threads of a process have none of that",
		    name));
	return (0);
}

int
native_check(const struct run_spec *spec, unsigned processors,
    struct err *err)
{
	uint64_t length_ps;

	if (check_policy(spec, err) != 0)
		return (-1);
	if (spec->fault_count != 0)
		return (err_set(err, "faults: given %.60s; nobody can make a "
		    "real machine have one, so a scenario to validate has no "
		    "faults", spec->faults[0].def->name));
	if (spec->machine.cpus > processors ||
	    spec->machine.cpus > NATIVE_THREADS_MAX)
		return (err_set(err, "machine.cpus: given %llu, but this "
		    "process may use %u processors (at most %d), and each "
		    "thread needs its own",
		    (unsigned long long)spec->machine.cpus, processors,
		    NATIVE_THREADS_MAX));
	if (spec->zone.page_cache != ZONE_PAGES_FLAT)
		return (err_set(err, "zone.page_cache: here the operating "
		    "system hands out pages, so there is no page allocator; "
		    "allowed is flat"));
	length_ps = spec->run.warmup_ps + spec->run.duration_ps;
	if (spec->zone.reclaim_every_ps != 0 &&
	    spec->zone.reclaim_every_ps <= length_ps)
		return (err_set(err, "zone.reclaim_every: the housekeeper of the "
		    "simulator has no thread here; allowed is 0, or more than "
		    "run.warmup and run.duration together"));
	return (0);
}

/* --- threads ------------------------------------------------------------------- */

static uint64_t
own_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return ((uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec);
}

/*
 * How long this thread has stood in a queue for a processor, by the operating
 * system; 0 where the system does not say.  Source: Linux,
 * Documentation/scheduler/sched-stats.rst, "/proc/<pid>/schedstat".
 */
static uint64_t
queued_ns(void)
{
	unsigned long long ran, queued;
	FILE *file;
	int count;

	file = fopen("/proc/thread-self/schedstat", "r");
	if (file == NULL)
		return (0);
	count = fscanf(file, "%llu %llu", &ran, &queued);
	fclose(file);
	return (count == 2 ? queued : 0);
}

static void *
thread_body(void *argument)
{
	struct lab_thread *thread;
	struct rusage before, after;
	uint64_t begin, cpu_ns, queued_before_ns;

	thread = argument;
	native_pin(thread->cpu);
	if (kern_native_attach() != 0)
		kern_panic(__FILE__, __LINE__, "validate: no CPU is left");
	(void)atomic_fetch_add(&native_lab.attached, 1);
	while (!atomic_load_explicit(&native_lab.go, memory_order_acquire))
		(void)sched_yield();
	queued_before_ns = queued_ns();
	(void)getrusage(RUSAGE_THREAD, &before);
	cpu_ns = own_ns();
	begin = native_ticks();
	thread->body(thread, thread->argument);
	thread->alive = native_ticks() - begin;
	thread->ran_ns = own_ns() - cpu_ns;
	(void)getrusage(RUSAGE_THREAD, &after);
	thread->switches = (uint64_t)(after.ru_nivcsw - before.ru_nivcsw);
	thread->sleeps = (uint64_t)(after.ru_nvcsw - before.ru_nvcsw);
	thread->queued_ns = queued_ns() - queued_before_ns;
	thread->unpaid = thread->debt;
	kern_native_detach();
	return (NULL);
}

/* Every thread gets its CPU, and no CPU two threads. */
static int
place_threads(struct err *err)
{
	bool taken[NATIVE_THREADS_MAX] = { false };
	struct lab_thread *thread;
	unsigned cpu, i;

	for (i = 0; i < native_lab.thread_count; i++) {
		thread = native_lab.threads[i];
		if (thread->wanted == LAB_ANY_CPU)
			continue;
		thread->cpu = (unsigned)thread->wanted;
		if (taken[thread->cpu])
			return (err_set(err, "the workload puts two threads on "
			    "one CPU; a thread of a process is a CPU of the "
			    "engine, so allowed is one for each"));
		taken[thread->cpu] = true;
	}
	for (i = 0; i < native_lab.thread_count; i++) {
		thread = native_lab.threads[i];
		if (thread->wanted != LAB_ANY_CPU)
			continue;
		for (cpu = 0; cpu < native_lab.cpu_count && taken[cpu]; cpu++)
			continue;
		if (cpu == native_lab.cpu_count)
			return (err_set(err, "the workload has %u threads for "
			    "%u CPUs; allowed is one for each",
			    native_lab.thread_count, native_lab.cpu_count));
		thread->cpu = cpu;
		taken[cpu] = true;
	}
	return (0);
}

/* In the order of their CPUs: the port numbers them as they come. */
static int
start_threads(struct err *err)
{
	struct lab_thread *thread;
	unsigned cpu, i, started;

	started = 0;
	for (cpu = 0; cpu < native_lab.cpu_count; cpu++) {
		for (i = 0; i < native_lab.thread_count; i++) {
			thread = native_lab.threads[i];
			if (thread->cpu != cpu)
				continue;
			if (pthread_create(&thread->thread, NULL, thread_body,
			    thread) != 0)
				return (err_set(err, "the system refuses to "
				    "start a thread"));
			started++;
			while (atomic_load(&native_lab.attached) < started)
				(void)sched_yield();
		}
	}
	return (0);
}

/* --- the window --------------------------------------------------------------------- */

static void
take_tally(struct tally *tally)
{
	const struct lab_thread *thread;
	unsigned i;

	memset(tally, 0, sizeof(*tally));
	if (native_lab.policy_def->counters != NULL)
		native_lab.policy_def->counters(native_lab.policy,
		    &tally->counters);
	for (i = 0; i < native_lab.thread_count; i++) {
		thread = native_lab.threads[i];
		tally->operations += atomic_load_explicit(&thread->operations,
		    memory_order_relaxed);
		tally->frees += atomic_load_explicit(&thread->frees,
		    memory_order_relaxed);
		tally->allocs += atomic_load_explicit(&thread->allocs,
		    memory_order_relaxed);
		tally->alloc_failures += atomic_load_explicit(
		    &thread->alloc_failures, memory_order_relaxed);
	}
	tally->at = native_ticks();
}

static void
sleep_to(uint64_t instant_ps)
{
	struct timespec span;
	uint64_t now_ps, ns;

	now_ps = native_to_ps(native_ticks() - native_lab.start);
	if (now_ps >= instant_ps)
		return;
	ns = (instant_ps - now_ps) / 1000;
	span.tv_sec = (time_t)(ns / 1000000000);
	span.tv_nsec = (long)(ns % 1000000000);
	(void)nanosleep(&span, NULL);
}

/* Looks at the footprint until the window closes; the mean is over time. */
static void
watch_footprint(uint64_t begin_ps, struct native_answer *answer)
{
	struct policy_census census;
	uint64_t at, before, bytes, step;
	wide_uint weight;

	step = (native_lab.end_ps - begin_ps) / FOOTPRINT_LOOKS;
	if (step < (uint64_t)FOOTPRINT_GAP_NS * 1000)
		step = (uint64_t)FOOTPRINT_GAP_NS * 1000;
	weight = 0;
	before = at = native_to_ps(native_ticks() - native_lab.start);
	begin_ps = at;
	do {
		memset(&census, 0, sizeof(census));
		native_lab.policy_def->census(native_lab.policy, &census);
		bytes = census.slab_bytes + census.bucket_bytes;
		if (bytes > answer->footprint_peak)
			answer->footprint_peak = bytes;
		sleep_to(at + step < native_lab.end_ps ? at + step :
		    native_lab.end_ps);
		at = native_to_ps(native_ticks() - native_lab.start);
		weight += (wide_uint)bytes * (at - before);
		before = at;
	} while (at < native_lab.end_ps);
	answer->footprint_mean = (uint64_t)(weight / (at - begin_ps));
}

static void
run_window(struct native_answer *answer)
{
	struct tally begin, end;

	native_lab.start = native_ticks();
	native_lab.end_ps = native_lab.spec->run.warmup_ps +
	    native_lab.spec->run.duration_ps;
	atomic_store(&native_lab.running, true);
	atomic_store_explicit(&native_lab.go, true, memory_order_release);
	sleep_to(native_lab.spec->run.warmup_ps);
	atomic_store(&native_lab.window_begin, native_ticks());
	atomic_store(&native_lab.in_window, true);
	take_tally(&begin);
	watch_footprint(native_lab.spec->run.warmup_ps, answer);
	take_tally(&end);
	atomic_store(&native_lab.in_window, false);
	native_items_waiting(atomic_load(&native_lab.window_begin), end.at,
	    &answer->hists[NATIVE_WAITING]);
	atomic_store(&native_lab.running, false);

	answer->window_ps = native_to_ps(end.at - begin.at);
	answer->run_ps = native_to_ps(end.at - native_lab.start);
	answer->operations = end.operations - begin.operations;
	answer->frees = end.frees - begin.frees;
	answer->allocs = end.allocs - begin.allocs;
	answer->alloc_failures = end.alloc_failures - begin.alloc_failures;
	answer->counted = native_lab.policy_def->counters != NULL;
	answer->counters.advance = end.counters.advance -
	    begin.counters.advance;
	answer->counters.advance_wait = end.counters.advance_wait -
	    begin.counters.advance_wait;
	answer->counters.poll = end.counters.poll - begin.counters.poll;
	answer->counters.poll_scan = end.counters.poll_scan -
	    begin.counters.poll_scan;
	answer->counters.poll_fail = end.counters.poll_fail -
	    begin.counters.poll_fail;
}

/*
 * A thread that never computes never looks at the clock for long: then the
 * operating system's word for the time that it had and how often it was taken
 * off has to do, as so many gaps of one length.  Where it slept, too, that is
 * what it stood in a queue for, if the system says: the rest of its absence was
 * its own wish.
 */
static void
book_gaps(const struct lab_thread *thread, struct native_answer *answer)
{
	uint64_t i, lost_ps, ran_ps;

	ran_ps = thread->ran_ns * 1000;
	lost_ps = native_to_ps(thread->alive);
	lost_ps = lost_ps > ran_ps ? lost_ps - ran_ps : 0;
	if (thread->sleeps > 0 && thread->queued_ns > 0)
		lost_ps = thread->queued_ns * 1000;
	answer->watched_ps += native_to_ps(thread->alive);
	answer->lost_ps += lost_ps;
	for (i = 0; i < thread->switches; i++)
		hist_add(&answer->hists[NATIVE_GAP],
		    lost_ps / thread->switches);
}

static void
gather(struct native_answer *answer)
{
	const struct lab_thread *thread;
	unsigned i;
	int which;

	answer->threads = native_lab.thread_count;
	answer->pair_ps = native_cost.pair_ps;
	for (i = 0; i < native_lab.thread_count; i++) {
		thread = native_lab.threads[i];
		for (which = 0; which < NATIVE_HISTS; which++)
			hist_merge(&answer->hists[which],
			    &thread->hists[which]);
		if (thread->watched < thread->alive / 20)
			book_gaps(thread, answer);
		answer->watched_ps += native_to_ps(thread->watched);
		answer->lost_ps += native_to_ps(thread->lost);
		answer->lab_ps += native_to_ps(thread->lab);
		answer->unpaid_ps += native_to_ps(thread->unpaid);
		answer->switches += thread->switches;
		answer->dropped += thread->dropped;
	}
	answer->complaints = atomic_load(&native_lab.complaints);
	memcpy(answer->complaint, native_lab.complaint,
	    sizeof(answer->complaint));
}

/* --- a round ---------------------------------------------------------------------------- */

static int
set_up(struct err *err)
{
	const struct run_spec *spec = native_lab.spec;
	struct policy_setup setup;

	setup.core = spec->core;
	setup.zone = spec->zone;
	setup.config = spec->policy.config;
	native_lab.policy = native_lab.policy_def->create(&setup);
	if (native_lab.policy == NULL)
		return (err_set(err, "there is no memory for the policy"));
	native_lab.start = native_ticks();
	native_lab.workload_def->setup(&native_lab.boot,
	    spec->workload.config);
	if (native_lab.refusal[0] != '\0')
		return (err_set(err, "%s", native_lab.refusal));
	return (place_threads(err));
}

static void
tear_down(void)
{
	unsigned i;

	/* The items that the workload still has go with their pages. */
	if (native_lab.policy != NULL)
		native_lab.policy_def->destroy(native_lab.policy);
	kern_native_detach();
	for (i = 0; i < native_lab.thread_count; i++)
		free(native_lab.threads[i]);
	lab_native_end();
}

int
native_run(const struct run_spec *spec, struct native_answer *answer,
    struct err *err)
{
	struct kern_native_config config;
	unsigned i;
	int result;

	memset(answer, 0, sizeof(*answer));
	for (i = 0; i < NATIVE_HISTS; i++)
		hist_init(&answer->hists[i]);
	native_clock_open();
	memset(&native_lab, 0, sizeof(native_lab));
	native_lab.spec = spec;
	native_cost_open();
	native_items_reset();
	native_lab.policy_def = policy_of(spec);
	native_lab.workload_def = workload_of(spec);
	native_lab.cpu_count = (unsigned)spec->machine.cpus;
	native_lab.item_size = (size_t)spec->zone.item_size;
	if (native_lab.cpu_count > 1)
		native_probe(0, native_lab.cpu_count - 1, &answer->before);
	lab_thread_init(&native_lab.boot, "setup", 0);
	memset(&config, 0, sizeof(config));
	config.cpus = native_lab.cpu_count;
	config.hz = (unsigned)spec->machine.hz;
	/* The simulated machine has the fences that a kernel has. */
	config.asymmetric = KERN_NATIVE_NEVER;
	if (kern_native_configure(&config) != 0 || kern_native_attach() != 0)
		return (err_set(err, "libgus refuses %u CPUs at %u Hz",
		    config.cpus, config.hz));
	result = set_up(err);
	if (result == 0) {
		/* The first thread of the workload is CPU 0 now. */
		kern_native_detach();
		result = start_threads(err);
		if (result != 0)
			return (result);	/* some run: the process ends */
		run_window(answer);
		for (i = 0; i < native_lab.thread_count; i++)
			(void)pthread_join(native_lab.threads[i]->thread,
			    NULL);
		gather(answer);
		if (native_lab.cpu_count > 1)
			native_probe(0, native_lab.cpu_count - 1,
			    &answer->after);
		answer->keeps_ps = native_keeps_ps(0);
		(void)kern_native_attach();
	}
	tear_down();
	return (result);
}
