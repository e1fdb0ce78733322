/*
 * How fast could it be?  What the simulator is made of, bare: a hook that does
 * nothing, one that only looks whether the line is there, a switch of stacks, a
 * heap of numbers; and what others have for switching.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <ucontext.h>

#include "bench/bench.h"
#include "sim/base/rng.h"
#include "sim/machine/machine.h"

/* --- one access ------------------------------------------------------------------ */

/* The least of several tries counts: they differ only by what others do. */
enum { WORDS = 512, TURNS = 500, TRIES = 9 };

static uint64_t words[WORDS] __attribute__((aligned(64)));

/* As the compiler calls a hook: it may touch memory, for all that is known. */
__attribute__((noinline)) static void
hook_empty(const void *address)
{

	__asm__ volatile("" : : "r"(address) : "memory");
}

/* What no simulation of caches can leave out. */
static struct {
	unsigned char *base;
	uint64_t bytes;
	struct cpu *cpu;
	struct line *lines;
} bare;

__attribute__((noinline)) static void
hook_lookup(const void *address)
{
	struct cpu *cpu;
	uint64_t offset;
	uint32_t number;

	offset = (uint64_t)((const unsigned char *)address - bare.base);
	if (offset >= bare.bytes)
		return;
	cpu = bare.cpu;
	number = (uint32_t)(offset >> ARENA_LINE_SHIFT);
	if (cpu->now_ps >= cpu->limit_ps ||
	    cpu->tags[number % CPU_TAGS] != bare.lines[number].version)
		abort();
	cpu->now_ps += cpu->hit_ps;
	__asm__ volatile("" : : : "memory");
}

static double
loads(void (*hook)(const void *address))
{
	uint64_t start, spent, least, sum, i, turn;
	int try;

	sum = 0;
	least = UINT64_MAX;
	for (try = 0; try < TRIES; try++) {
		start = bench_cpu_ns();
		for (turn = 0; turn < TURNS; turn++)
			for (i = 0; i < WORDS; i++) {
				hook(&words[i]);
				sum += words[i];
			}
		spent = bench_cpu_ns() - start;
		least = spent < least ? spent : least;
	}
	__asm__ volatile("" : : "r"(sum));
	return ((double)least / TURNS / WORDS);
}

double
bench_limit_hook(uint64_t unused)
{

	(void)unused;
	return (loads(hook_empty));
}

double
bench_limit_lookup(uint64_t unused)
{
	static struct line lines[sizeof(words) >> ARENA_LINE_SHIFT];
	static struct cpu cpu;

	(void)unused;
	bare.base = (unsigned char *)words;
	bare.bytes = sizeof(words);
	bare.cpu = &cpu;
	bare.lines = lines;
	cpu.now_ps = 0;
	cpu.limit_ps = UINT64_MAX;
	cpu.hit_ps = 1000;
	return (loads(hook_lookup));
}

/* --- one switch -------------------------------------------------------------------- */

enum { SWITCHES = 200000, SLOW_SWITCHES = 100000, HANDOFFS = 2000,
	STACK_BYTES = 65536 };

void fiber_jump(void **save, void *load);

static struct fiber jumpers[2], host;
static uint64_t jumps;

/* Both from one place, as the machine's: processors guess where to return to. */
static void
jumper_body(void *argument)
{
	struct fiber *self, *other;

	self = argument;
	other = &jumpers[self == jumpers];
	for (;;) {
		fiber_switch(self, &host);
		while (jumps > 0) {
			jumps--;
			fiber_jump(&self->stack_pointer, other->stack_pointer);
		}
	}
}

static double
jump_ns(void)
{
	uint64_t start, spent;
	int i;

	for (i = 0; i < 2; i++) {
		if (!fiber_map(&jumpers[i], (unsigned)i))
			abort();
		fiber_prepare(&jumpers[i], jumper_body, &jumpers[i]);
		fiber_switch(&host, &jumpers[i]);	/* begins it */
	}
	jumps = SWITCHES;
	start = bench_cpu_ns();
	fiber_switch(&host, &jumpers[0]);
	spent = bench_cpu_ns() - start;
	for (i = 0; i < 2; i++)
		fiber_unmap(&jumpers[i]);
	return ((double)spent / SWITCHES);
}

double
bench_limit_switch(uint64_t unused)
{
	double least, now;
	int try;

	(void)unused;
	least = jump_ns();
	for (try = 1; try < TRIES; try++) {
		now = jump_ns();
		least = now < least ? now : least;
	}
	return (least);
}

static ucontext_t context_here, context_there;

static void
context_body(void)
{

	for (;;)
		swapcontext(&context_there, &context_here);
}

double
bench_peer_ucontext(uint64_t unused)
{
	uint64_t start, spent, i;
	void *stack;

	(void)unused;
	stack = malloc(STACK_BYTES);
	if (stack == NULL || getcontext(&context_there) != 0)
		abort();
	context_there.uc_stack.ss_sp = stack;
	context_there.uc_stack.ss_size = STACK_BYTES;
	context_there.uc_link = NULL;
	makecontext(&context_there, context_body, 0);
	start = bench_cpu_ns();
	for (i = 0; i < SLOW_SWITCHES / 2; i++)
		swapcontext(&context_here, &context_there);
	spent = bench_cpu_ns() - start;
	free(stack);
	return ((double)spent / SLOW_SWITCHES);
}

#ifdef BENCH_BOOST_CONTEXT
/* The library's own entry points, which its C++ headers call. */
struct transfer {
	void *context;
	void *data;
};
struct transfer jump_fcontext(void *to, void *data);
void *make_fcontext(void *stack_top, size_t bytes,
    void (*body)(struct transfer));

static void
boost_body(struct transfer from)
{

	for (;;)
		from = jump_fcontext(from.context, NULL);
}

double
bench_peer_boost(uint64_t unused)
{
	struct transfer there;
	uint64_t start, spent, i;
	char *stack;

	(void)unused;
	stack = malloc(STACK_BYTES);
	if (stack == NULL)
		abort();
	there.context = make_fcontext(stack + STACK_BYTES, STACK_BYTES,
	    boost_body);
	start = bench_cpu_ns();
	for (i = 0; i < SWITCHES / 2; i++)
		there = jump_fcontext(there.context, NULL);
	spent = bench_cpu_ns() - start;
	free(stack);
	return ((double)spent / SWITCHES);
}
#endif

static sem_t ping, pong;

static void *
handoff_body(void *argument)
{
	int i;

	(void)argument;
	for (i = 0; i < HANDOFFS / 2; i++) {
		while (sem_wait(&ping) != 0)
			continue;
		sem_post(&pong);
	}
	return (NULL);
}

/* Two threads of the host that take turns: real time, not CPU time. */
double
bench_peer_threads(uint64_t unused)
{
	uint64_t start, spent;
	pthread_t thread;
	int i;

	(void)unused;
	if (sem_init(&ping, 0, 0) != 0 || sem_init(&pong, 0, 0) != 0 ||
	    pthread_create(&thread, NULL, handoff_body, NULL) != 0)
		abort();
	start = bench_wall_ns();
	for (i = 0; i < HANDOFFS / 2; i++) {
		sem_post(&ping);
		while (sem_wait(&pong) != 0)
			continue;
	}
	spent = bench_wall_ns() - start;
	pthread_join(thread, NULL);
	return ((double)spent / HANDOFFS);
}

/* --- one event --------------------------------------------------------------------- */

enum { HEAP_MAX = 1024, HEAP_TURNS = 500000 };

/* Instants alone, the first replaced by a later one: no event can be less. */
double
bench_limit_heap(uint64_t pending)
{
	static uint64_t heap[HEAP_MAX + 1];
	uint64_t start, spent, key, i;
	size_t hole, child;
	struct rng rng;

	rng_init(&rng, 1, "bench", 0);
	for (i = 1; i <= pending; i++)
		heap[i] = i;
	start = bench_cpu_ns();
	for (i = 0; i < HEAP_TURNS; i++) {
		key = heap[1] + (i * 7919 & 0xfffff);
		for (hole = 1; (child = 2 * hole) <= pending; hole = child) {
			child += child < pending && heap[child + 1] <
			    heap[child];
			if (key <= heap[child])
				break;
			heap[hole] = heap[child];
		}
		heap[hole] = key;
	}
	spent = bench_cpu_ns() - start;
	__asm__ volatile("" : : "r"(heap[1]));
	return ((double)spent / HEAP_TURNS);
}
