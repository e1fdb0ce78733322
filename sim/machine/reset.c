/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "sim/base/words.h"
#include "sim/machine/machine.h"
#include "sim/memory/memory.h"
#include "sim/memory/place_now.h"

/*
 * A machine as new, from the memory that all of them share.  Most runs of a
 * hunt are short, so what the last one cannot have changed stays.
 */

/* Zeroed, and only touched pages cost memory. */
static void *
machine_map(size_t bytes)
{
	void *memory;

	memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return (memory == MAP_FAILED ? NULL : memory);
}

bool
machine_open(void)
{

	if (the.cpus != NULL)
		return (true);
	memset(&the, 0, sizeof(the));
	the.cpus = machine_map(MACHINE_CPUS_MAX * sizeof(*the.cpus));
	the.clocks = calloc(2 * MACHINE_CPUS_MAX, sizeof(*the.clocks));
	the.resume = calloc(MACHINE_CPUS_MAX, sizeof(*the.resume));
	if (the.cpus == NULL || the.clocks == NULL || the.resume == NULL) {
		machine_close();
		return (false);
	}
	return (true);
}

void
machine_close(void)
{
	uint32_t i;

	for (i = 0; i < the.thread_room; i++) {
		fiber_unmap(&the.threads[i]->fiber);
		free(the.threads[i]);
	}
	free(the.threads);
	if (the.cpus != NULL)
		munmap(the.cpus, MACHINE_CPUS_MAX * sizeof(*the.cpus));
	free(the.clocks);
	free(the.resume);
	timers_fini(&the.timers);
	calls_fini();
	arena_close(&the.arena);
	memset(&the, 0, sizeof(the));
}

static uint64_t
least(uint64_t left, uint64_t right)
{

	return (left < right ? left : right);
}

/* Where each CPU is: without a division for each. */
static void
machine_place(const struct machine_config *config)
{
	uint64_t per_socket, threads, in_socket, in_core, share;
	uint32_t socket, core, domain, i;

	threads = config->threads_per_core;
	per_socket = config->sockets == 1 ? config->cpus :
	    (config->cpus + config->sockets - 1) / config->sockets;
	socket = core = domain = 0;
	in_socket = in_core = share = 0;
	for (i = 0; i < the.cpu_count; i++) {
		the.cpus[i].socket = socket;
		the.cpus[i].core = core;
		the.cpus[i].domain = domain;
		if (++in_socket == per_socket) {
			in_socket = 0;
			socket++;
		}
		if (++in_core == threads) {
			in_core = 0;
			core++;
		}
		for (share += the.arena.domains; share >= config->cpus;
		    share -= config->cpus)
			domain++;
	}
}

/*
 * What depends on the configuration alone.  Runs come by the thousand with the
 * same one, and none of this can have changed in them.
 */
static __attribute__((noinline)) void
machine_configure(const struct machine_config *config)
{
	const struct memory_model *model;
	unsigned domains;
	size_t bytes;
	uint32_t i;

	domains = (unsigned)(config->domains != 0 ? config->domains :
	    config->sockets);
	bytes = (size_t)config->pages;
	if (the.arena.mapped_bytes < bytes) {
		arena_close(&the.arena);
		if (!arena_open(&the.arena, bytes))
			abort();
		the.cpus_cached = 0;	/* its versions begin again */
	}
	arena_reset(&the.arena, bytes, domains);
	/* With the notes: what is not asked for is not cleared either. */
	the.ticks = arena_take_bytes(&the.arena, MACHINE_NOTES_AT +
	    KERN_NOTES_BYTES, 0);
	arena_keep(&the.arena);

	if (the.config.hz != config->hz || the.tick_ps == 0)
		the.tick_ps = UINT64_C(1000000000000) / config->hz;
	words_copy(&the.config, config, sizeof(the.config));
	the.lines = the.arena.lines;
	model = memory_models[config->memory];
	the.buffered = model->buffered;
	the.history = model->history;
	the.window_ps = least(config->transfer_socket_ps,
	    config->invalidate_ps);
	if (config->sockets > 1)
		the.window_ps = least(the.window_ps,
		    config->transfer_remote_ps);
	if (config->threads_per_core > 1)
		the.window_ps = least(the.window_ps,
		    config->transfer_core_ps);
	the.cpu_count = (uint32_t)config->cpus;
	the.clock_leaves = 1;
	while (the.clock_leaves < the.cpu_count)
		the.clock_leaves *= 2;
	the.clocked = 1;
	caches_reset();
	for (i = 0; i < the.cpu_count; i++) {
		the.cpus[i].index = i;
		thread_idle(&the.cpus[i]);
	}
	machine_place(config);
	the.configured = true;
}

/* A CPU as new, at its place and with its idle loop. */
static inline __attribute__((always_inline)) void
cpu_renew(struct cpu *cpu)
{
	uint32_t index, socket, domain;

	index = cpu->index;
	socket = cpu->socket;
	domain = cpu->domain;
	words_clear(cpu, offsetof(struct cpu, idle));
	/* Of a list that is empty nothing else is looked at. */
	cpu->heed.count = cpu->heed.stale = 0;
	cpu->heeded.count = cpu->heeded.stale = 0;
	cpu->index = index;
	cpu->socket = socket;
	cpu->domain = domain;
	cpu->current = cpu->idle;
	cpu->at_rest = 1;
	cpu->want_ps = MACHINE_NEVER;
	cpu->hit_ps = the.config.hit_ps;
	if (__builtin_expect(cpu->idle->begun, 0))
		thread_idle(cpu);
}

/* Nobody is in the index of clocks, in which a stepped run has nobody ever. */
static __attribute__((noinline)) void
clocks_clear(void)
{
	uint32_t i;

	for (i = 0; i < 2 * the.clock_leaves; i++)
		the.clocks[i] = MACHINE_NEVER;
	the.clocked = 0;
}

void
machine_reset(const struct machine_config *config, uint64_t seed)
{
	struct cpu *cpu, *end;

	if (__builtin_expect(the.configured &&
	    words_same(&the.config, config, sizeof(the.config)), 1))
		arena_renew(&the.arena);
	else
		machine_configure(config);

	/* Hooks see nothing until the machine runs. */
	words_clear(&the, offsetof(struct machine, base));
	the.seed = seed;
	the.base = the.arena.base;
	the.stay = &step_asks;
	places.closer = NULL;
	if (the.clocked)
		clocks_clear();
	timers_reset(&the.timers);
	calls_reset();
	end = the.cpus + the.cpu_count;
	for (cpu = the.cpus; cpu != end; cpu++)
		cpu_renew(cpu);
	if (the.history != NULL)
		machine_order();
}
