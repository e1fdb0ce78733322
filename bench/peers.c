/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/peers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "bench/peers_kernel.h"
#include "sim/base/err.h"
#include "sim/checks/check.h"
#include "sim/checks/data_race.h"
#include "sim/lab_run.h"
#include "sim/machine/machine.h"
#include "sim/run.h"
#include "sim/spec.h"
#include "sim/strategies/explore.h"
#include "sim/strategies/strategy.h"

static struct {
	struct run_spec spec;
	struct run_result result;
	struct peers_kernel *kernel;
	bool fence;
	bool whole;		/* a run of gusim; not the kernel alone */
	bool learning;		/* what CPUs share, as a hunt does first */
	bool bad;		/* a reader saw what was freed */
	bool stuck;
} peers;

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
	peers.stuck = true;
}

static void
accessed(uint32_t offset, uint32_t size, unsigned how, const void *where)
{

	data_race_access(offset, size, how & (RACE_WRITE | RACE_ATOMIC),
	    where);
}

static void
reader_body(void *argument)
{

	if (peers_reader(peers.kernel, (unsigned)(uintptr_t)argument,
	    peers.fence))
		peers.bad = true;
}

static void
writer_body(void *argument)
{

	(void)argument;
	peers_writer(peers.kernel);
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

/* The program at its start, on a machine that is as new. */
static void
begin(void)
{

	machine_reset(&peers.spec.machine, peers.spec.seed);
	machine_order();
	machine_watch_all();
	memset(&the.ports, 0, sizeof(the.ports));
	the.ports.event = event;
	the.ports.report = report;
	the.ports.accessed = accessed;
	data_race_begin(true);
	peers.result.finding_count = 0;
	peers.bad = peers.stuck = false;
	peers.kernel = arena_take_bytes(&the.arena, sizeof(*peers.kernel), 0);
	atomic_init(&peers.kernel->wr, 1);
	atomic_init(&peers.kernel->pointer, &peers.kernel->nodes[0]);
}

/* True: it went wrong, as a data race or as a look at what was freed. */
static bool
execute(const struct guide *guide)
{
	uint32_t i;

	if (peers.whole) {
		run_execute_guided(&peers.spec, &peers.result, guide, NULL);
		return (peers.result.finding_count > 0);
	}
	begin();
	for (i = 0; i < PEERS_READERS; i++)
		spawn("reader", (int)i, reader_body, i);
	spawn("writer", PEERS_READERS, writer_body, 0);
	machine_guide(guide);
	/* Others do not tell new executions from old ones; a hunt does. */
	if (!peers.learning)
		machine_undigested();
	machine_run();
	the.cpu = NULL;
	if (peers.stuck) {
		fprintf(stderr, "bench: the kernel got stuck\n");
		exit(1);
	}
	return (!the.abandoned &&
	    (peers.bad || peers.result.finding_count > 0));
}

static void
prepare(uint64_t model, bool fence)
{
	static bool begun;

	spec_init(&peers.spec);
	peers.spec.machine.cpus = PEERS_READERS + 1;
	peers.spec.machine.sockets = 1;
	peers.spec.machine.threads_per_core = 1;
	peers.spec.machine.domains = 1;
	peers.spec.machine.memory = model;
	peers.spec.machine.pages = 16 * ARENA_PAGE;
	peers.spec.run.data_race = true;
	peers.fence = fence;
	peers.whole = false;
	if (!machine_open())
		abort();
	lab.spec = &peers.spec;
	/* Where findings go. */
	if (!begun)
		checks_begin(&peers.result);
	begun = true;
}

static void
set(const char *knob, const char *value)
{
	struct err err;

	if (spec_set(&peers.spec, knob, value, &err) != 0) {
		fprintf(stderr, "bench: %s\n", err.text);
		exit(1);
	}
}

/* The same rounds, as a workload over GUS and a zone: a run of a hunt. */
static void
prepare_whole(uint64_t model)
{
	struct err err;

	prepare(model, true);
	peers.whole = true;
	peers.spec.machine.pages = 4 << 20;
	if (spec_set_workload(&peers.spec, "kernel", &err) != 0) {
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

struct player {
	const struct strategy *strategy;
	void *state;
	struct guide guide;
	/* The usual run, counted. */
	struct strategy_usual usual;
};

static uint32_t
usual_next(void *context, const struct step *steps, uint32_t actors,
    uint64_t ready, uint32_t usual)
{
	struct player *player = context;

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
	struct player *player = context;

	(void)cpu;
	(void)alternatives;
	player->usual.asked[kind]++;
	if (kind == CHOICE_DELAY && choice_conflicts())
		player->usual.conflict_count++;
	return (0);
}

/* The way of a hunt: what is shared, then what the usual run is asked. */
static void
player_new(struct player *player, uint64_t which)
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
	peers.learning = true;
	choice_learn(true);
	(void)execute(&guide);
	guide.stepped = true;
	(void)execute(&guide);
	choice_learn(false);
	peers.learning = false;
	memset(&player->usual, 0, sizeof(player->usual));
	player->usual.result = &peers.result;
	guide.stepped = player->strategy->stepped;
	(void)execute(&guide);
	if (player->strategy->measure != NULL)
		player->strategy->measure(player->state, &player->usual);
}

static bool
player_execute(struct player *player, uint64_t seed, uint64_t number)
{

	peers.spec.seed = seed + number;
	player->strategy->begin(player->state, &peers.spec, seed, number);
	return (execute(&player->guide));
}

/* --- what is measured -------------------------------------------------------- */

enum {
	BATCH = 2000,
	LEAST_NS = 200000000,
	SEEDS = 201,
	GIVE_UP = 1000000,
};

/* Of what has been prepared. */
static double
rate(uint64_t which)
{
	struct player player;
	uint64_t start, spent, number, i;

	player_new(&player, which);
	number = 0;
	start = bench_cpu_ns();
	do {
		for (i = 0; i < BATCH; i++) {
			if (player_execute(&player, 1, number++)) {
				fprintf(stderr, "bench: the kernel with its "
				    "fence was accused: %s\n",
				    peers.result.findings[0].summary);
				exit(1);
			}
		}
		spent = bench_cpu_ns() - start;
	} while (spent < LEAST_NS);
	free(player.state);
	return ((double)number * 1e9 / (double)spent);
}

double
peers_executions_per_second(uint64_t which)
{

	prepare(which & 0xff, true);
	return (rate(which));
}

double
peers_whole_runs_per_second(uint64_t which)
{

	prepare_whole(which & 0xff);
	return (rate(which));
}

static int
by_value(const void *left, const void *right)
{
	uint64_t a, b;

	a = *(const uint64_t *)left;
	b = *(const uint64_t *)right;
	return ((a > b) - (a < b));
}

/* Medians of how many, and of how long with what each hunt has to learn. */
static void
find(uint64_t which, uint64_t *executions, uint64_t *ns)
{
	static uint64_t counts[SEEDS], times[SEEDS];
	struct player player;
	uint64_t start, seed, number;

	prepare(which & 0xff, false);
	for (seed = 0; seed < SEEDS; seed++) {
		start = bench_cpu_ns();
		player_new(&player, which);
		number = 0;
		while (!player_execute(&player, seed << 32, number++)) {
			if (number == GIVE_UP) {
				fprintf(stderr, "bench: the missing fence was "
				    "not found\n");
				exit(1);
			}
		}
		free(player.state);
		counts[seed] = number;
		times[seed] = bench_cpu_ns() - start;
	}
	qsort(counts, SEEDS, sizeof(counts[0]), by_value);
	qsort(times, SEEDS, sizeof(times[0]), by_value);
	*executions = counts[SEEDS / 2];
	*ns = times[SEEDS / 2];
}

double
peers_executions_to_find(uint64_t which)
{
	uint64_t executions, ns;

	find(which, &executions, &ns);
	return ((double)executions);
}

double
peers_us_to_find(uint64_t which)
{
	uint64_t executions, ns;

	find(which, &executions, &ns);
	return ((double)ns / 1000);
}

/* --- what no execution can do without ------------------------------------------ */

enum { LIMIT_TURNS = 100000, LIMIT_EXECUTIONS = 2000 };

/* The program with hooks that find no machine at work. */
double
peers_limit_hooks(uint64_t unused)
{
	uint64_t start, i;
	unsigned reader;

	(void)unused;
	prepare(BENCH_SC, true);
	begin();
	the.careful = 0;
	start = bench_cpu_ns();
	for (i = 0; i < LIMIT_TURNS; i++) {
		for (reader = 0; reader < PEERS_READERS; reader++)
			peers.bad |= peers_reader(peers.kernel, reader, true);
		peers_writer(peers.kernel);
	}
	return ((double)(bench_cpu_ns() - start) / LIMIT_TURNS);
}

/* As many bare switches as an execution of a walk has. */
double
peers_limit_switches(uint64_t unused)
{
	struct player player;
	uint64_t i, switches;

	(void)unused;
	prepare(BENCH_SC, true);
	player_new(&player, PEERS(PEERS_WALK, BENCH_SC));
	switches = 0;
	for (i = 0; i < LIMIT_EXECUTIONS; i++) {
		(void)player_execute(&player, 1, i);
		switches += the.switches;
	}
	free(player.state);
	return ((double)switches / LIMIT_EXECUTIONS * bench_fiber_switch(2));
}

/* A machine as new, and nothing known of races. */
double
peers_limit_reset(uint64_t unused)
{
	uint64_t start, i;

	(void)unused;
	prepare(BENCH_SC, true);
	start = bench_cpu_ns();
	for (i = 0; i < LIMIT_TURNS; i++)
		begin();
	return ((double)(bench_cpu_ns() - start) / LIMIT_TURNS);
}

/* --- all of them -------------------------------------------------------------- */

static uint32_t
search_next(void *context, const struct step *steps, uint32_t actors,
    uint64_t ready, uint32_t usual)
{

	(void)usual;
	return (explore_next(context, steps, actors, ready));
}

static uint64_t
search_choose(void *context, enum choice_kind kind, uint32_t cpu,
    uint64_t alternatives)
{

	(void)kind;
	(void)cpu;
	return (alternatives < 2 ? 0 :
	    explore_pick(context, (uint32_t)alternatives));
}

static double
search(uint64_t model, double *seconds)
{
	struct explore *explore;
	struct explore_counts counts;
	struct guide guide;
	uint64_t start;

	prepare(model, true);
	start = bench_cpu_ns();
	explore = explore_new(EXPLORE_CLASSES);
	explore_reset(explore, EXPLORE_CLASSES, PEERS_READERS + 1);
	guide = (struct guide){ .stepped = true, .next = search_next,
	    .choose = search_choose, .context = explore };
	do {
		explore_begin(explore);
		if (execute(&guide)) {
			fprintf(stderr, "bench: the kernel with its fence was "
			    "accused\n");
			exit(1);
		}
	} while (explore_end(explore));
	counts = explore_counts(explore);
	explore_free(explore);
	*seconds = (double)(bench_cpu_ns() - start) / 1e9;
	return ((double)counts.executions);
}

double
peers_classes(uint64_t which)
{
	double seconds;

	return (search(which & 0xff, &seconds));
}

double
peers_seconds(uint64_t which)
{
	double seconds;

	(void)search(which & 0xff, &seconds);
	return (seconds);
}

double
peers_loop(uint64_t unused)
{
	enum { TURNS = 100000000 };
	uint64_t start, state, i;

	(void)unused;
	state = 88172645463325252;
	start = bench_cpu_ns();
	/* Each turn needs the one before: xorshift, six operations. */
	for (i = 0; i < TURNS; i++) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		__asm__ volatile ("" : "+r" (state));
	}
	return (TURNS * 1e9 / (double)(bench_cpu_ns() - start));
}
