/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/run.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "sim/base/must.h"
#include "sim/checks/check.h"
#include "sim/checks/data_race.h"
#include "sim/faults/fault.h"
#include "sim/kern/kern_pages.h"
#include "sim/kmod/kmod.h"
#include "sim/lab_run.h"
#include "sim/machine/causality.h"
#include "sim/machine/hook.h"
#include "sim/machine/machine.h"
#include "sim/metrics/metrics.h"
#include "sim/oracle/items.h"
#include "sim/oracle/sections.h"
#include "sim/plugin.h"
#include "sim/spec.h"

static struct tracer *run_tracer;
static const struct guide *run_guide;

/*
 * Whoever sets up is alone so far.  No check listens to it, and run_started()
 * puts what it did before all that comes: so nobody need listen, and no order
 * need be kept, until another CPU does something.
 */
static bool run_alone;

/* The goals and answers of the core, in order: part of the digest. */
static uint64_t run_goals;

/* Who hears what: bits of stream_kind, settled when a run begins. */
static uint64_t checks_hear, metrics_hear, run_hears;

/* --- the stream ------------------------------------------------------------ */

/* What the oracle learns from the code under test. */
static void
oracle_event(const struct stream_event *event)
{
	uint32_t number;

	number = (uint32_t)event->a;
	if (number == 0)
		return;
	switch (event->kind) {
	case STREAM_ITEM_CACHED:
		items_step(number, ITEM_CACHED, event->at_ps);
		break;
	case STREAM_ITEM_STAMPED:
		items_step(number, ITEM_STAMPED, event->at_ps);
		break;
	case STREAM_ITEM_KNOWN:
		items_step(number, ITEM_KNOWN, event->at_ps);
		break;
	case STREAM_ITEM_RELEASED:
	case STREAM_ITEM_PAGED:
		items_step(number, ITEM_NONE, event->at_ps);
		break;
	default:
		break;
	}
}

static const uint64_t oracle_listen = UINT64_C(1) << STREAM_ITEM_CACHED |
    UINT64_C(1) << STREAM_ITEM_STAMPED | UINT64_C(1) << STREAM_ITEM_KNOWN |
    UINT64_C(1) << STREAM_ITEM_RELEASED | UINT64_C(1) << STREAM_ITEM_PAGED;

static const uint64_t goal_listen = UINT64_C(1) << STREAM_ADVANCE_END |
    UINT64_C(1) << STREAM_POLL_END;

/* One event: checks see the world before it, the oracle takes it in. */
static void
run_event(const struct stream_event *event)
{

	if (checks_hear >> event->kind & 1)
		checks_event(event);
	if (oracle_listen >> event->kind & 1)
		oracle_event(event);
	if (metrics_hear >> event->kind & 1)
		metrics_event(event);
	/*
	 * Stretches of the footprint end at these events and at no others: a
	 * tracer makes the machine tell of more, which must change nothing.
	 */
	if (run_hears >> event->kind & 1)
		metrics_settle(event->at_ps);
	if (goal_listen >> event->kind & 1)
		run_goals = (run_goals ^ event->a << 1 ^ event->b) *
		    UINT64_C(0x9e3779b97f4a7c15);
	if (run_tracer != NULL)
		run_tracer->event(run_tracer, event);
}

/* --- the machine's ports ------------------------------------------------------ */

static void
run_report(const char *check, const char *summary)
{

	check_report(check, "%s", summary);
}

static __attribute__((noreturn)) void
run_panic(const char *file, int line, const char *message)
{
	const char *slash;

	slash = strrchr(file, '/');
	check_report("assertion", "%s, at %s:%d", message,
	    slash == NULL ? file : slash + 1, line);
	machine_stop();
	the.cpu->current->critical++;	/* nobody takes this thread off now */
	for (;;)
		machine_wait(the.cpu, the.cpu->now_ps);
}

static void
run_watched(uint32_t offset, uint32_t size, bool write, const void *where)
{

	use_after_free_access(offset, size, write, where);
}

static void
run_accessed(uint32_t offset, uint32_t size, unsigned how, const void *where)
{

	/*
	 * Whoever sets up is alone, and run_started() puts what it did before
	 * all that comes: in a short run that is most of the accesses.
	 */
	if (lab.start_ps == 0 && the.cpu->current == lab.boot.thread)
		return;
	if (lab.guest)
		kmod_accessed(offset, size, (how & ACCESS_WRITE) != 0, where);
	if (lab.spec->run.data_race)
		data_race_access(offset, size,
		    how & (RACE_WRITE | RACE_ATOMIC), where);
}

static void
run_tick(struct cpu *cpu)
{

	if (cpu->index == 0)
		lab_watch();
	if (lab.policy_def->tick != NULL && lab.policy != NULL)
		lab.policy_def->tick(lab.policy);
}

static void
run_context_switch(struct cpu *cpu)
{

	(void)cpu;
	if (lab.policy != NULL)
		lab.policy_def->context_switch(lab.policy);
}

static void
run_idle(struct cpu *cpu)
{

	(void)cpu;
	if (lab.policy != NULL)
		lab.policy_def->idle(lab.policy);
}

static void
run_busy(struct cpu *cpu)
{

	(void)cpu;
	if (lab.policy != NULL)
		lab.policy_def->busy(lab.policy);
}

/* Somebody wants to know of each access. */
static bool
run_looks(void)
{

	return (lab.spec->run.data_race || lab.guest);
}

/* Somebody listens from now on, where anybody does. */
static void
run_company(void)
{

	if (!run_alone)
		return;
	run_alone = false;
	if (run_looks())
		the.ports.accessed = run_accessed;
	if (lab.spec->run.data_race)
		machine_order();
	machine_watch_all();
}

/*
 * Nobody else can be at work in the set-up of a stepped run, which has no clock
 * interrupts, where the policy has no idle loop.
 */
static void
run_listen(void)
{

	if (run_looks() || machine_halt.access != 0)
		run_alone = true;
	/* A model with histories keeps them for whoever looks. */
	if (run_looks() && the.history != NULL)
		the.ports.accessed = run_accessed;
	if (run_guide == NULL || !run_guide->stepped || lab.guest ||
	    the.ports.idle != NULL || the.ports.busy != NULL ||
	    machine_halt.access != 0)
		run_company();
}

/* Which accesses of a stepped run are steps, and when its clock ticks. */
static void
run_lockstep(const struct run_spec *spec)
{
	struct policy_words words;
	struct lockstep lockstep;

	if (spec->run.step_tick_ps != 0)
		lockstep_clock(spec->run.step_tick_ps);
	if (spec->run.lockstep == RUN_STEPS_ALL ||
	    lab.policy_def->words == NULL)
		return;
	lab.policy_def->words(lab.policy, &words);
	lockstep.from = machine_offset(words.region);
	lockstep.to = lockstep.from + (uint32_t)words.region_bytes;
	lockstep.wr = machine_offset(words.wr_at);
	lockstep.rd = machine_offset(words.rd_at);
	lockstep.c = machine_offset(words.c_at);
	lockstep.c_stride = (uint32_t)words.c_stride;
	lockstep.locked = spec->run.lockstep == RUN_STEPS_LOCKED;
	machine_lockstep(&lockstep);
}

void
run_started(uint64_t at_ps)
{
	static const char *names[MACHINE_THREADS_MAX];
	unsigned i;

	if (run_alone) {
		stores_drain_all();
		run_company();
	}
	machine_publish();
	if (lab.guest)
		kmod_started();
	/* Steps begin with what came before done, for everybody. */
	if (run_guide != NULL && run_guide->stepped)
		stores_drain_all();
	if (run_guide == NULL || !run_guide->stepped)
		faults_start(at_ps);
	/* Nobody else listens any more, as a rule. */
	if (at_ps != 0 && lab.spec->run.data_race && !lab.guest)
		data_race_listen();
	machine_guide(run_guide);
	if (run_guide != NULL && run_guide->stepped)
		run_lockstep(lab.spec);
	if (run_tracer == NULL)
		return;
	for (i = 0; i < the.thread_count; i++)
		names[i] = the.threads[the.cpu_count + i]->name;
	run_tracer->begin(run_tracer, the.cpu_count, names, the.thread_count);
	the.listen = UINT64_MAX;
}

static void
run_ports(void)
{
	struct machine_ports *ports;

	ports = &the.ports;
	memset(ports, 0, sizeof(*ports));
	ports->event = run_event;
	ports->tick = run_tick;
	ports->fails = faults_fail;
	ports->watched = run_watched;
	ports->tick_delay = faults_tick_delay;
	ports->company = run_company;
	ports->threads_gone = lab_threads_gone;
	ports->panic = run_panic;
	ports->report = run_report;
	ports->watch = lab_watch;
	if (lab.spec->run.data_race)
		ports->forget = data_race_forget;
	if (lab.policy_def->context_switch != NULL)
		ports->context_switch = run_context_switch;
	if (lab.policy_def->idle != NULL)
		ports->idle = run_idle;
	if (lab.policy_def->busy != NULL)
		ports->busy = run_busy;
	if (lab.policy_def->task != NULL)
		ports->task_wake = lab_task_wake;
	checks_hear = checks_listen();
	metrics_hear = metrics_listen();
	the.listen = checks_hear | metrics_hear | oracle_listen |
	    goal_listen;
	/* A finding is told whoever listens. */
	run_hears = the.listen | UINT64_C(1) << STREAM_FINDING;
}

/* --- the digest ----------------------------------------------------------------- */

static void
digest_words(XXH3_state_t *state, const uint64_t *words, size_t count)
{

	XXH3_128bits_update(state, words, count * sizeof(*words));
}

static void
digest_text(XXH3_state_t *state, const char *text)
{

	XXH3_128bits_update(state, text, strlen(text) + 1);
}

/* Everything that happened, as far as it can be told in 128 bits. */
static void
run_digest(struct run_result *result)
{
	XXH3_state_t *state;
	XXH128_hash_t hash;
	uint64_t words[6];
	const struct cpu *cpu;
	uint32_t i;
	size_t n;

	state = XXH3_createState();
	if (state == NULL)
		abort();
	XXH3_128bits_reset(state);
	for (i = 0; i < the.cpu_count; i++) {
		cpu = &the.cpus[i];
		words[0] = cpu->hash;
		words[1] = cpu->now_ps;
		words[2] = cpu->accesses;
		words[3] = cpu->transfers;
		words[4] = cpu->misses;
		words[5] = cpu->lost_ps;
		digest_words(state, words, 6);
	}
	for (n = 0; n < result->metric_count; n++) {
		digest_text(state, result->metrics[n].name);
		digest_text(state, result->metrics[n].stat);
		memcpy(words, &result->metrics[n].value, sizeof(words[0]));
		digest_words(state, words, 1);
	}
	for (n = 0; n < result->finding_count; n++) {
		digest_text(state, result->findings[n].check);
		digest_text(state, result->findings[n].summary);
		words[0] = result->findings[n].at_ps;
		words[1] = result->findings[n].repeats;
		digest_words(state, words, 2);
	}
	for (n = 0; n < result->coverage_count; n++)
		digest_words(state, &result->coverage[n].hits, 1);
	digest_words(state, &run_goals, 1);
	/* Two seeds of a run that draws nothing are two runs all the same. */
	digest_words(state, &lab.spec->seed, 1);
	hash = XXH3_128bits_digest(state);
	XXH3_freeState(state);
	snprintf(result->digest, sizeof(result->digest), "%016llx%016llx",
	    (unsigned long long)hash.high64, (unsigned long long)hash.low64);
}

/* --- the waist ------------------------------------------------------------------- */

static void
run_finish(struct run_result *result)
{
	uint32_t i;
	bool told;

	the.cpu = NULL;
	if (arena_overrun(&the.arena))
		run_report("crash", "somebody has written behind the memory "
		    "that the workload, or that the policy, had asked for");
	result->abandoned = the.abandoned;
	result->behaviour = the.guide == NULL ? 0 :
	    causality_digest(the.cpu_count);
	if (the.abandoned) {
		result->status = result->finding_count > 0 ? RUN_FINDING :
		    RUN_OK;
		result->digest[0] = '\0';
		return;
	}
	checks_end();
	told = !result->brief || result->finding_count > 0;
	if (told)
		metrics_report();
	else
		coverage_report(result);
	result->sim_ps = 0;
	for (i = 0; i < the.cpu_count; i++)
		if (the.cpus[i].now_ps > result->sim_ps)
			result->sim_ps = the.cpus[i].now_ps;
	result->accesses = machine_accesses();
	/* The clock looks at it only now and then. */
	if (lab.spec->run.accesses_max != 0 &&
	    result->accesses > lab.spec->run.accesses_max)
		lab.timed_out = true;
	result->switches = the.switches;
	result->status = result->finding_count > 0 ? RUN_FINDING :
	    lab.timed_out ? RUN_TIMEOUT : RUN_OK;
	result->digest[0] = '\0';
	if (told)
		run_digest(result);
}

void
run_execute_guided(const struct run_spec *spec, struct run_result *result,
    const struct guide *guide, struct tracer *tracer)
{

	if (!machine_open())
		abort();
	if (result->series == NULL)
		result->series = must_alloc(RUN_SERIES_MAX,
		    sizeof(*result->series));
	result->metric_count = result->histogram_count = 0;
	result->series_count = result->finding_count = 0;
	result->coverage_count = 0;
	result->cut = false;

	run_tracer = tracer;
	run_guide = guide;
	run_goals = 0;
	run_alone = false;
	machine_reset(&spec->machine, spec->seed);
	items_reset((uint32_t)spec->zone.item_size);
	sections_reset();
	kern_pages_reset();
	plugin_begin(spec);
	lab_begin(spec);
	kmod_begin(spec);
	if (lab.guest) {
		the.careful = 1;
		arena_wild(&the.arena);
	}
	checks_begin(result);
	metrics_begin(result);
	run_ports();
	run_listen();
	faults_begin(spec);
	if (guide == NULL || !guide->stepped)
		tick_start();
	machine_run();
	run_finish(result);
	run_tracer = NULL;
	kmod_end();
	plugin_end();
}

void
run_execute_traced(const struct run_spec *spec, struct run_result *result,
    struct tracer *tracer)
{

	run_execute_guided(spec, result, NULL, tracer);
}

void
run_execute(const struct run_spec *spec, struct run_result *result)
{

	run_execute_traced(spec, result, NULL);
}

void
run_result_fini(struct run_result *result)
{

	free(result->series);
	memset(result, 0, sizeof(*result));
	lab_fini();
	kmod_fini();
	items_fini();
	sections_fini();
	metrics_fini();
	machine_close();
}

const struct run_metric *
run_metric_find(const struct run_result *result, const char *name,
    const char *stat)
{
	size_t i;

	for (i = 0; i < result->metric_count; i++)
		if (strcmp(result->metrics[i].name, name) == 0 &&
		    strcmp(result->metrics[i].stat, stat) == 0)
			return (&result->metrics[i]);
	return (NULL);
}

const char *
run_status_name(enum run_status status)
{
	static const char *const names[RUN_STATUS_COUNT] = {
		[RUN_OK] = "ok",
		[RUN_FINDING] = "finding",
		[RUN_CRASHED] = "crashed",
		[RUN_TIMEOUT] = "timeout",
	};

	return (names[status]);
}
