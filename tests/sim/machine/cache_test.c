/*
 * What an access costs: by distance, by state of the line, by age, and with
 * whom it queues.  Every cost is exactly the one that was configured.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "tests/sim/machine/probe.h"
#include "tests/sim/machine/rig.h"

enum action { END, READ, WRITE, LOCK, FENCE };

/* At `at_us` a CPU does something with a word and pays so much. */
struct act {
	uint32_t cpu;
	uint64_t at_us;
	enum action action;
	uint32_t line;
	uint64_t expected_ns;
};

/* Lines so far apart share a place in the first level, or in both. */
enum { FIRST = CPU_TAGS, BOTH = CPU_TAGS_NEAR };

static unsigned char *memory;
static const struct act *plot;

static void
actor_body(void *argument)
{
	const struct act *act;
	uint64_t *word, before;

	(void)argument;
	for (act = plot; act->action != END; act++) {
		if (act->cpu != the.cpu->index)
			continue;
		rig_until(act->at_us * US);
		before = rig_now();
		word = (uint64_t *)(memory + act->line * 64);
		switch (act->action) {
		case READ:
			probe_load(word);
			break;
		case WRITE:
			probe_store(word, 1);
			break;
		case LOCK:
			probe_add(word, 1);
			break;
		default:
			probe_fence();
			break;
		}
		cr_assert_eq(rig_now() - before, act->expected_ns * NS,
		    "at %lu us CPU %u paid %lu ps, not %lu ns", act->at_us,
		    act->cpu, rig_now() - before, act->expected_ns);
	}
}

/* Two sockets of two cores of two threads; costs that cannot be mixed up. */
static struct machine_config
topology(void)
{
	struct machine_config config;

	config = rig_config(8, MACHINE_SC);
	config.sockets = 2;
	config.threads_per_core = 2;
	config.hit_ps = 1 * NS;
	config.near_ps = 3 * NS;
	config.transfer_core_ps = 7 * NS;
	config.shared_ps = 17 * NS;
	config.invalidate_ps = 37 * NS;
	config.transfer_socket_ps = 43 * NS;
	config.dram_ps = 83 * NS;
	config.transfer_remote_ps = 113 * NS;
	config.dram_remote_ps = 131 * NS;
	config.atomic_ps = 5 * NS;
	config.fence_ps = 11 * NS;
	config.near_hold_ps = 100 * US;
	config.shared_hold_ps = 1000 * US;
	return (config);
}

static void
play(const struct machine_config *config, const struct act *acts,
    unsigned domain)
{
	uint32_t cpu;

	rig_begin(config);
	memory = rig_memory(128, domain);
	plot = acts;
	for (cpu = 0; cpu < config->cpus; cpu++)
		rig_thread((int)cpu, actor_body, NULL);
	machine_run();
}

Test(cache, first_use_comes_from_memory_by_domain)
{
	static const struct act acts[] = {
		{ 0, 10, READ, 0, 83 }, { 0, 11, READ, 0, 1 },
		{ 7, 10, READ, 1, 131 }, { 7, 11, READ, 1, 1 },
		{ 0, 12, WRITE, 2, 83 }, { 0, 13, WRITE, 2, 1 },
		{ 4, 12, LOCK, 3, 131 + 5 }, { 4, 13, LOCK, 3, 1 + 5 },
		{ 4, 14, FENCE, 0, 11 },
		{ 0, 0, END, 0, 0 },
	};
	static const struct act mirrored[] = {
		{ 7, 10, READ, 1, 83 }, { 0, 10, READ, 0, 131 },
		{ 0, 0, END, 0, 0 },
	};
	struct machine_config config;

	config = topology();
	play(&config, acts, 0);
	play(&config, mirrored, 1);
}

Test(cache, changed_line_travels_by_distance)
{
	static const struct act acts[] = {
		/* to the sibling thread, another core, another socket */
		{ 0, 10, WRITE, 0, 83 }, { 1, 11, READ, 0, 7 },
		{ 0, 12, WRITE, 1, 83 }, { 2, 13, READ, 1, 43 },
		{ 0, 14, WRITE, 2, 83 }, { 5, 15, READ, 2, 113 },
		/* and the same for those who want to write it */
		{ 0, 20, WRITE, 3, 83 }, { 1, 21, WRITE, 3, 7 },
		{ 3, 22, WRITE, 3, 43 }, { 6, 23, WRITE, 3, 113 },
		{ 7, 24, WRITE, 3, 7 }, { 4, 25, LOCK, 3, 43 + 5 },
		/* whoever has it pays nothing */
		{ 4, 26, WRITE, 3, 1 }, { 4, 27, READ, 3, 1 },
		{ 0, 0, END, 0, 0 },
	};
	struct machine_config config;

	config = topology();
	play(&config, acts, 0);
}

Test(cache, clean_line_is_shared_within_a_socket)
{
	static const struct act acts[] = {
		{ 0, 10, READ, 0, 83 }, { 2, 11, READ, 0, 17 },
		{ 1, 12, READ, 0, 17 }, { 4, 13, READ, 0, 113 },
		{ 6, 14, READ, 0, 17 }, { 0, 15, READ, 0, 1 },
		{ 0, 0, END, 0, 0 },
	};
	struct machine_config config;

	config = topology();
	play(&config, acts, 0);
}

Test(cache, write_invalidates_every_copy)
{
	static const struct act acts[] = {
		/* in one socket */
		{ 0, 10, READ, 0, 83 }, { 2, 11, READ, 0, 17 },
		{ 3, 12, READ, 0, 17 },
		{ 0, 13, WRITE, 0, 37 }, { 0, 14, WRITE, 0, 1 },
		{ 2, 15, READ, 0, 43 }, { 3, 16, READ, 0, 17 },
		{ 0, 17, READ, 0, 1 }, { 0, 18, WRITE, 0, 37 },
		/* where another socket has one, its answer is waited for */
		{ 4, 20, READ, 0, 113 }, { 0, 21, WRITE, 0, 113 },
		{ 4, 22, READ, 0, 113 },
		{ 0, 0, END, 0, 0 },
	};
	struct machine_config config;

	config = topology();
	play(&config, acts, 0);
}

Test(cache, line_that_was_pushed_out_is_near_then_shared_then_cold)
{
	static const struct act acts[] = {
		{ 0, 10, READ, 0, 83 }, { 0, 11, READ, FIRST, 83 },
		{ 0, 12, READ, 0, 3 }, { 0, 13, READ, 0, 1 },
		/* out of both private caches, but there was no time to lose it */
		{ 0, 20, WRITE, 1, 83 }, { 0, 21, READ, 1 + BOTH, 83 },
		{ 0, 22, READ, 1, 3 },
		/* nobody touches them for longer than the caches hold them */
		{ 0, 23, READ, 1 + BOTH, 3 },
		{ 0, 200, READ, 1, 17 }, { 0, 201, READ, 1 + BOTH, 17 },
		{ 0, 1300, READ, 1, 83 },
		/* the same, seen from elsewhere */
		{ 0, 1400, WRITE, 2, 83 }, { 2, 1600, READ, 2, 17 },
		{ 0, 1700, WRITE, 3, 83 }, { 4, 1900, READ, 3, 113 },
		{ 0, 2000, WRITE, 4, 83 }, { 4, 3100, READ, 4, 131 },
		{ 0, 0, END, 0, 0 },
	};
	struct machine_config config;

	config = topology();
	play(&config, acts, 0);
}

Test(cache, transactions_for_one_line_queue)
{
	static const struct act acts[] = {
		{ 0, 10, WRITE, 0, 83 },
		/* all at once: each waits for those before it */
		{ 2, 20, LOCK, 0, 43 + 5 },
		{ 4, 20, LOCK, 0, 48 + 113 + 5 },
		{ 6, 20, LOCK, 0, 166 + 43 + 5 },
		/* other lines do not queue with it */
		{ 1, 20, READ, 1, 83 },
		/* clean copies are served side by side */
		{ 0, 30, READ, 2, 83 },
		{ 2, 31, READ, 2, 17 }, { 3, 31, READ, 2, 17 },
		{ 0, 0, END, 0, 0 },
	};
	struct machine_config config;

	config = topology();
	play(&config, acts, 0);
	cr_assert_eq(*(uint64_t *)memory, 4);
}

Test(cache, slow_cpu_pays_more_for_each_access)
{
	static const struct act acts[] = {
		{ 0, 10, READ, 0, 83 }, { 2, 11, READ, 0, 34 },
		{ 2, 12, READ, 0, 2 }, { 2, 13, LOCK, 0, 74 + 10 },
		{ 2, 14, FENCE, 0, 22 },
		{ 0, 0, END, 0, 0 },
	};
	struct machine_config config;
	uint32_t cpu;

	config = topology();
	rig_begin(&config);
	cpu_slow(&the.cpus[2], 1000000);
	memory = rig_memory(128, 0);
	plot = acts;
	for (cpu = 0; cpu < 3; cpu += 2)
		rig_thread((int)cpu, actor_body, NULL);
	machine_run();
}

Test(cache, transfers_are_counted_where_a_line_left_another_cache)
{
	static const struct act acts[] = {
		{ 0, 10, WRITE, 0, 83 }, { 2, 11, READ, 0, 43 },
		{ 3, 12, READ, 0, 17 }, { 2, 13, WRITE, 0, 37 },
		{ 6, 14, WRITE, 0, 113 }, { 6, 15, READ, 0, 1 },
		{ 0, 0, END, 0, 0 },
	};
	struct machine_config config;

	config = topology();
	play(&config, acts, 0);
	cr_assert_eq(the.cpus[0].transfers, 0);
	cr_assert_eq(the.cpus[6].transfers, 1);
	cr_assert_eq(the.cpus[6].misses, 1);
	cr_assert_eq(the.cpus[3].transfers, 0);
	cr_assert_eq(the.cpus[3].misses, 1);
	cr_assert_eq(the.cpus[2].misses, 2);
}

/* --- versions ------------------------------------------------------------------ */

/* Lines that share places in the caches, and lines that CPUs share. */
static void
wanderer_body(void *argument)
{
	uint64_t *word, state;
	uint32_t i;

	state = 1 + the.cpu->index;
	for (i = 0; i < 400; i++) {
		state = state * 6364136223846793005 + 1442695040888963407;
		word = (uint64_t *)(memory + ((state >> 33) % 8 +
		    (state >> 40) % 2 * FIRST + (state >> 50) % 2 * BOTH) * 64);
		if (state >> 60 < 9)
			probe_load(word);
		else
			probe_store(word, i);
	}
	(void)argument;
}

/* Whatever the set, so many versions of it are left. */
static void
leave(uint32_t left)
{
	uint32_t i;

	for (i = 0; i < ARENA_SETS; i++)
		the.arena.versions[i] = (uint16_t)(ARENA_VERSION_LAST - left);
}

/* What CPUs have done and paid, when so many versions are left. */
static uint64_t
wander(const struct machine_config *config, uint32_t left)
{
	uint64_t digest;
	uint32_t cpu;

	rig_begin(config);
	memory = rig_memory(128, 0);
	if (left != 0)
		leave(left);
	for (cpu = 0; cpu < 4; cpu++)
		rig_thread((int)cpu, wanderer_body, NULL);
	machine_run();
	digest = 0;
	for (cpu = 0; cpu < 4; cpu++)
		digest = digest * 31 + the.cpus[cpu].hash +
		    the.cpus[cpu].now_ps + the.cpus[cpu].misses;
	return (digest);
}

/* The version that the line had last is one of so many, not the usual ones. */
static bool
renumbered(uint32_t line)
{
	uint32_t set;

	set = (uint32_t)((machine_offset(memory) >> ARENA_LINE_SHIFT) + line) %
	    ARENA_SETS;
	return (the.arena.versions[set] < ARENA_VERSION_LAST / 2);
}

Test(cache, versions_run_out_and_nobody_can_tell)
{
	struct machine_config config;
	uint64_t usual;
	uint32_t left;

	config = topology();
	usual = wander(&config, 0);
	for (left = 1; left < 50; left++) {
		cr_assert_eq(wander(&config, left), usual, "%u left", left);
		cr_assert(renumbered(0), "%u left were enough", left);
	}
	/* And a run that begins with few left is one like all others. */
	leave(1);
	cr_assert_eq(wander(&config, 0), usual);
	cr_assert_eq(wander(&config, 0), usual);
}

enum { SOWN = 300 };

/* Lines of one set, of which a CPU has copies of five at most. */
static void
sower_body(void *argument)
{
	uint64_t i;

	(void)argument;
	for (i = 0; i < 4 * SOWN; i++)
		if (i / SOWN % 2 == 0)
			probe_store((uint64_t *)(memory +
			    i % SOWN * ARENA_SETS * 64), i);
		else
			probe_load((uint64_t *)(memory +
			    i * i % SOWN * ARENA_SETS * 64));
}

/* The same, when so many versions are left; `*lone` have none then. */
static uint64_t
sow(struct machine_config *config, uint32_t left, uint32_t *lone)
{
	uint64_t digest;
	uint32_t cpu, first, i;

	config->pages = (SOWN + 1) * ARENA_SETS * 64;
	config->domains = 1;
	rig_begin(config);
	memory = rig_memory(SOWN * ARENA_SETS * 64 / ARENA_PAGE, 0);
	if (left != 0)
		leave(left);
	for (cpu = 0; cpu < 2; cpu++)
		rig_thread((int)cpu, sower_body, NULL);
	machine_run();
	first = machine_offset(memory) >> ARENA_LINE_SHIFT;
	*lone = 0;
	for (i = 0; i < SOWN; i++)
		*lone += the.lines[first + i * ARENA_SETS].version ==
		    ARENA_VERSION_LONE;
	digest = 0;
	for (cpu = 0; cpu < 2; cpu++)
		digest = digest * 31 + the.cpus[cpu].hash +
		    the.cpus[cpu].now_ps + the.cpus[cpu].misses;
	return (digest);
}

Test(cache, lines_that_nobody_has_need_no_version)
{
	struct machine_config config;
	uint64_t usual;
	uint32_t left, lone, most, model;

	for (model = MACHINE_SC; model <= MACHINE_TSO; model++) {
		config = topology();
		config.memory = model;
		usual = sow(&config, 0, &lone);
		cr_assert_eq(lone, 0);
		most = 0;
		for (left = 1; left < 1600; left += 31) {
			cr_assert_eq(sow(&config, left, &lone), usual,
			    "%u left", left);
			most = lone > most ? lone : most;
		}
		cr_assert_gt(most, 0);
	}
}
