/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "sim/litmus/program.h"
#include "sim/litmus/thread.h"
#include "sim/machine/machine.h"
#include "sim/memory/clock.h"
#include "sim/memory/memory.h"
#include "sim/spec.h"
#include "sim/strategies/explore.h"

/*
 * A litmus test is run on the stepped machine, each thread on a CPU of its
 * own, as often as the explorer wants; so what is shown of a memory model is
 * shown of the very code that everything else runs on.
 */

enum { ACCESSES_MAX = 4096 };	/* of one execution, looked at for races */

static struct explore *explorer;

static struct {
	const struct litmus_program *program;
	struct litmus_outcome *outcome;
	size_t state_room;
	unsigned char *memory;
	bool filtered;		/* an assumption did not hold */
	bool stuck;		/* nobody can go on */
	bool cut;		/* a loop does not end */
	bool raced;
	bool has_plain;
	struct access {
		uint32_t offset, size, how, cpu, epoch;
	} accesses[ACCESSES_MAX];
	size_t access_count;
} test;

/* --- the guide -------------------------------------------------------------- */

static uint32_t
next(void *context, const struct step *steps, uint32_t actors, uint64_t ready,
    uint32_t usual)
{

	(void)context;
	(void)usual;
	return (explore_next(explorer, steps, actors, ready));
}

static uint64_t
choose(void *context, enum choice_kind kind, uint32_t cpu,
    uint64_t alternatives)
{

	(void)context;
	(void)kind;
	(void)cpu;
	return (alternatives < 2 ? 0 :
	    explore_pick(explorer, (uint32_t)alternatives));
}

static struct guide guide = {
	.stepped = true,
	.next = next,
	.choose = choose,
};

/* --- what the machine tells --------------------------------------------------- */

static void
report(const char *check, const char *summary)
{

	(void)check;
	(void)summary;
	test.stuck = true;
}

/* C11 leaves nothing to say of an execution with a data race but that. */
static void
accessed(uint32_t offset, uint32_t size, unsigned how, const void *where)
{
	const struct access *other;
	uint32_t cpu;
	size_t i;

	(void)where;
	cpu = the.cpu->index;
	for (i = 0; i < test.access_count; i++) {
		other = &test.accesses[i];
		if (other->cpu != cpu &&
		    offset < other->offset + other->size &&
		    other->offset < offset + size &&
		    ((how | other->how) & ACCESS_WRITE) != 0 &&
		    (how & other->how & ACCESS_ATOMIC) == 0 &&
		    !clock_knows(cpu, other->cpu, other->epoch))
			test.raced = true;
	}
	if (test.access_count < ACCESSES_MAX)
		test.accesses[test.access_count++] = (struct access){ offset,
		    size, how, cpu, clock_epoch(cpu) };
}

/* --- executions --------------------------------------------------------------- */

void
litmus_give_up(enum litmus_end end)
{

	if (end == LITMUS_FILTERED)
		test.filtered = true;
	else
		test.cut = true;
	machine_stop();
}

static void
test_begin(const struct machine_config *config)
{
	const struct litmus_program *program;
	const struct litmus_location *location;
	struct thread *thread;
	size_t i;

	program = test.program;
	machine_reset(config, 1);
	memset(&the.ports, 0, sizeof(the.ports));
	the.ports.report = report;
	if (test.has_plain) {
		machine_order();
		the.ports.accessed = accessed;
	}
	test.filtered = test.stuck = test.cut = test.raced = false;
	test.access_count = 0;
	test.memory = arena_take(&the.arena, LITMUS_MEMORY_BYTES / ARENA_PAGE,
	    0);
	for (i = 0; i < program->location_count; i++) {
		location = &program->locations[i];
		memcpy(test.memory + location->offset, &location->value,
		    location->size);
	}
	for (i = 0; i < program->thread_count; i++) {
		litmus_thread_begin(i, &program->threads[i], test.memory);
		thread = thread_create("P", (int)i, litmus_thread_body,
		    litmus_thread_context(i));
		if (thread == NULL)
			abort();
		thread_start(thread, 0);
	}
	machine_guide(&guide);
	machine_undigested();
}

static int64_t
value_of(const struct litmus_observed *observed)
{
	uint64_t value;

	if (observed->thread != LITMUS_NOWHERE)
		value = (uint64_t)litmus_thread_register(
		    (size_t)observed->thread, (size_t)observed->reg);
	else {
		value = 0;
		memcpy(&value, test.memory + observed->offset, observed->size);
	}
	return (litmus_extend(value, observed->size, observed->sign));
}

static void
test_state(void)
{
	const struct litmus_program *program;
	struct litmus_outcome *outcome;
	struct litmus_state state;
	size_t i, low, high, middle;
	int order;

	program = test.program;
	outcome = test.outcome;
	memset(&state, 0, sizeof(state));
	for (i = 0; i < program->observed_count; i++)
		state.values[i] = value_of(&program->observed[i]);
	state.count = 1;
	low = 0;
	high = outcome->state_count;
	while (low < high) {
		middle = (low + high) / 2;
		order = 0;
		for (i = 0; i < program->observed_count && order == 0; i++)
			order = (state.values[i] >
			    outcome->states[middle].values[i]) -
			    (state.values[i] <
			    outcome->states[middle].values[i]);
		if (order == 0) {
			outcome->states[middle].count++;
			return;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	if (outcome->state_count == test.state_room) {
		test.state_room = test.state_room == 0 ? 16 :
		    test.state_room * 2;
		outcome->states = must_resize(outcome->states,
		    test.state_room, sizeof(*outcome->states));
	}
	memmove(&outcome->states[low + 1], &outcome->states[low],
	    (outcome->state_count - low) * sizeof(state));
	outcome->states[low] = state;
	outcome->state_count++;
}

static void
test_end(void)
{

	the.cpu = NULL;
	if (the.abandoned || test.filtered)
		return;
	if (test.cut || test.stuck) {
		test.outcome->cut += test.cut;
		test.outcome->stuck += test.stuck && !test.cut;
		return;
	}
	if (test.raced)
		test.outcome->racy++;
	test_state();
}

static void
test_config(const struct litmus_program *program, uint32_t model,
    struct machine_config *config)
{
	struct run_spec spec;

	spec_init(&spec);
	*config = spec.machine;
	config->cpus = program->thread_count;
	config->sockets = 1;
	config->threads_per_core = 1;
	config->domains = 1;
	config->memory = model;
	config->store_buffer = CPU_STORES_MAX;
	config->pages = 16 * ARENA_PAGE;
}

void
litmus_explore(const struct litmus_program *program, uint32_t model,
    const struct litmus_limits *limits, struct litmus_outcome *outcome)
{
	struct machine_config config;
	struct explore_counts counts;
	size_t i, n;
	bool more;

	assert(litmus_program_wrong(program) == NULL);
	assert(model < memory_model_count);
	if (!machine_open())
		abort();
	memset(outcome, 0, sizeof(*outcome));
	test.program = program;
	test.outcome = outcome;
	test.state_room = 0;
	test.has_plain = false;
	for (i = 0; i < program->thread_count; i++) {
		litmus_thread_prepare(i, program);
		for (n = 0; n < program->threads[i].length; n++)
			if (program->threads[i].code[n].plain)
				test.has_plain = true;
	}
	test_config(program, model, &config);

	explorer = explore_new(limits->prune ? EXPLORE_CLASSES : EXPLORE_ALL);
	explore_reset(explorer, limits->prune ? EXPLORE_CLASSES : EXPLORE_ALL,
	    (uint32_t)program->thread_count);
	guide.stay = explore_stay(explorer);
	do {
		explore_begin(explorer);
		test_begin(&config);
		machine_run();
		test_end();
		more = explore_end(explorer);
		counts = explore_counts(explorer);
	} while (more && (limits->executions == 0 ||
	    counts.executions + counts.abandoned < limits->executions));
	outcome->executions = counts.executions;
	outcome->abandoned = counts.abandoned;
	outcome->complete = !more && counts.complete && outcome->cut == 0;
	explore_free(explorer);
	explorer = NULL;
	test.outcome = NULL;
}

void
litmus_outcome_fini(struct litmus_outcome *outcome)
{

	free(outcome->states);
	memset(outcome, 0, sizeof(*outcome));
}
