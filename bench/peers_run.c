/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/peers_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/peers.h"
#include "bench/peers_kernel.h"
#include "sim/base/err.h"
#include "sim/base/words.h"
#include "sim/checks/check.h"
#include "sim/checks/data_race.h"
#include "sim/lab_run.h"
#include "sim/machine/machine.h"

struct peers_run peers_run;

/* --- one execution ---------------------------------------------------------- */

static void
event(const struct stream_event *event)
{

	(void)event;
}

static void
report(const char *check, const char *summary)
{

	(void)check;
	(void)summary;
	peers_run.stuck = true;
}

static void
reader_body(void *argument)
{

	if (peers_reader(peers_run.kernel, (unsigned)(uintptr_t)argument,
	    peers_run.fence))
		peers_run.bad = true;
}

static void
writer_body(void *argument)
{

	(void)argument;
	peers_writer(peers_run.kernel);
}

static void
spawn(const char *name, int cpu, void (*body)(void *), uintptr_t argument)
{
	struct thread *thread;

	thread = thread_create(name, cpu, body, (void *)argument);
	if (thread == NULL)
		abort();
	thread_start(thread, 0);
}

void
peers_run_begin(void)
{

	machine_reset(&peers_run.spec.machine, peers_run.spec.seed);
	machine_order();
	machine_watch_all();
	words_clear(&the.ports, sizeof(the.ports));
	the.ports.event = event;
	the.ports.report = report;
	data_race_begin(true);
	data_race_listen();
	peers_run.result.finding_count = 0;
	peers_run.bad = peers_run.stuck = false;
	peers_run.kernel = arena_take_bytes(&the.arena,
	    sizeof(*peers_run.kernel), 0);
	atomic_init(&peers_run.kernel->wr, 1);
	atomic_init(&peers_run.kernel->pointer, &peers_run.kernel->nodes[0]);
}

bool
peers_run_execute(const struct guide *guide)
{
	uint32_t i;

	if (peers_run.whole) {
		run_execute_guided(&peers_run.spec, &peers_run.result, guide,
		    NULL);
		return (peers_run.result.finding_count > 0);
	}
	peers_run_begin();
	machine_guide(guide);
	/* Others do not tell new executions from old ones; a hunt does. */
	if (!peers_run.learning)
		machine_undigested();
	for (i = 0; i < PEERS_READERS; i++)
		spawn("reader", (int)i, reader_body, i);
	spawn("writer", PEERS_READERS, writer_body, 0);
	machine_run();
	the.cpu = NULL;
	if (peers_run.stuck) {
		fprintf(stderr, "bench: the kernel got stuck\n");
		exit(1);
	}
	return (!the.abandoned &&
	    (peers_run.bad || peers_run.result.finding_count > 0));
}

void
peers_run_prepare(uint64_t model, bool fence)
{
	static bool begun;

	spec_init(&peers_run.spec);
	peers_run.spec.machine.cpus = PEERS_READERS + 1;
	peers_run.spec.machine.sockets = 1;
	peers_run.spec.machine.threads_per_core = 1;
	peers_run.spec.machine.domains = 1;
	peers_run.spec.machine.memory = model;
	peers_run.spec.machine.pages = 16 * ARENA_PAGE;
	peers_run.spec.run.data_race = true;
	peers_run.fence = fence;
	peers_run.whole = false;
	if (!machine_open())
		abort();
	lab.spec = &peers_run.spec;
	/* Where findings go. */
	if (!begun)
		checks_begin(&peers_run.result);
	begun = true;
}

static void
set(const char *knob, const char *value)
{
	struct err err;

	if (spec_set(&peers_run.spec, knob, value, &err) != 0) {
		fprintf(stderr, "bench: %s\n", err.text);
		exit(1);
	}
}

void
peers_run_prepare_whole(uint64_t model)
{
	struct err err;

	peers_run_prepare(model, true);
	peers_run.whole = true;
	peers_run.result.brief = true;
	peers_run.spec.machine.pages = 4 << 20;
	if (spec_set_workload(&peers_run.spec, "kernel", &err) != 0) {
		fprintf(stderr, "bench: %s\n", err.text);
		exit(1);
	}
	set("workload.kernel.rounds", "2");
	set("workload.kernel.swaps", "2");
	set("zone.item_size", "64B");
	set("zone.bucket_size", "1");
	set("zone.bucket_growth", "false");
	set("run.warmup", "0s");
	set("run.duration", "100us");
}

/* --- guides ----------------------------------------------------------------- */

static uint32_t
usual_next(void *context, const struct step *steps, uint32_t actors,
    uint64_t ready, uint32_t usual)
{
	struct peers_player *player = context;

	(void)actors;
	(void)ready;
	player->usual.asked[CHOICE_NEXT]++;
	player->usual.shared_steps += choice_shared(&steps[usual]);
	return (usual);
}

static uint64_t
usual_choose(void *context, enum choice_kind kind, uint32_t cpu,
    uint64_t alternatives)
{
	struct peers_player *player = context;

	(void)cpu;
	(void)alternatives;
	player->usual.asked[kind]++;
	if (kind == CHOICE_DELAY && choice_conflicts())
		player->usual.conflict_count++;
	return (0);
}

void
peers_run_learn(struct peers_player *player, uint64_t which)
{
	static const char *const names[] = { "walk", "pct", "random" };
	struct guide guide;

	memset(player, 0, sizeof(*player));
	player->strategy = strategy_find(names[which >> 8]);
	if (player->strategy == NULL)
		abort();
	player->state = calloc(1, player->strategy->state_bytes);
	if (player->state == NULL)
		abort();
	player->guide.stepped = player->strategy->stepped;
	player->guide.next = player->strategy->next;
	player->guide.choose = player->strategy->choose;
	player->guide.context = player->state;
	player->guide.stay = player->strategy->stay == NULL ? NULL :
	    player->strategy->stay(player->state);

	guide = (struct guide){ .next = usual_next, .choose = usual_choose,
	    .context = player };
	peers_run.learning = true;
	choice_learn(true);
	(void)peers_run_execute(&guide);
	guide.stepped = true;
	(void)peers_run_execute(&guide);
	choice_learn(false);
	peers_run.learning = false;
	memset(&player->usual, 0, sizeof(player->usual));
	player->usual.result = &peers_run.result;
	guide.stepped = player->strategy->stepped;
	(void)peers_run_execute(&guide);
	if (player->strategy->measure != NULL)
		player->strategy->measure(player->state, &player->usual);
}

bool
peers_run_play(struct peers_player *player, uint64_t seed, uint64_t number)
{

	peers_run.spec.seed = seed + number;
	player->strategy->begin(player->state, &peers_run.spec, seed, number);
	return (peers_run_execute(&player->guide));
}

void
peers_run_forget(struct peers_player *player)
{

	free(player->state);
	player->state = NULL;
}
