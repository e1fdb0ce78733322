/*
 * native_body - which loops does every scheme of bench/native run?
 *
 * For inclusion once, by a source that has defined:
 *
 *	N_SCHEME		identifier of the struct native_scheme
 *	N_NAME, N_FORM		its strings
 *	N_FENCES		its flag
 *	N_SETUP(), N_TEARDOWN()	before and after a measurement, main thread
 *	N_BEGIN(), N_END()	in each thread that has sections
 *	N_ENTER(), N_EXIT()	a section
 *	N_QUIET()		between sections
 *	N_ALLOC()		a packet or NULL
 *	N_RETIRE()		before the N_FREE(packet) of some unlinked ones
 *	N_FREE(packet)
 *	N_SYNCHRONIZE()		waits for all sections; with N_SYNCHRONIZES as
 *				the number of calls in one measurement, 0: none
 *
 * and N_ADVANCE, N_POLL, N_SCAN as functions or NULL.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef BENCH_NATIVE_BODY_H
#define BENCH_NATIVE_BODY_H

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include "bench/native.h"

/* Keeps a loop whose body is empty from being dropped. */
#define N_BARRIER() __asm__ volatile("" : : : "memory")

/* The length of a chain benchmark, and of the wait for a busy reader. */
enum { N_CHAIN_MS = 300, N_CYCLES = 1000 };

static double
n_enter_exit_ns(void)
{
	uint64_t start, spent;
	unsigned i;

	N_SETUP();
	N_BEGIN();
	for (i = 0; i < NATIVE_PAIRS / 10; i++) {
		N_ENTER();
		N_BARRIER();
		N_EXIT();
	}
	start = native_thread_ns();
	for (i = 0; i < NATIVE_PAIRS; i++) {
		N_ENTER();
		N_BARRIER();
		N_EXIT();
		N_BARRIER();
	}
	spent = native_thread_ns() - start;
	N_END();
	N_TEARDOWN();
	return ((double)spent / NATIVE_PAIRS);
}

/* --- allocation and free, one thread ------------------------------------ */

static double
n_cycle_ns(void)
{
	struct native_packet *held[NATIVE_CHAIN];
	uint64_t start, spent, done;
	unsigned count, round, i;

	N_SETUP();
	N_BEGIN();
	done = 0;
	start = native_process_ns();
	for (round = 0; round < N_CYCLES; round++) {
		for (count = 0; count < NATIVE_CHAIN; count++) {
			held[count] = N_ALLOC();
			if (held[count] == NULL)
				break;
			(void)memset(held[count], 0, NATIVE_ZEROED_BYTES);
		}
		N_RETIRE();
		for (i = 0; i < count; i++)
			N_FREE(held[i]);
		N_QUIET();
		done += count;
		if (count < NATIVE_CHAIN)
			(void)sched_yield();
	}
	N_END();
	N_TEARDOWN();
	/* With what was put off until now. */
	spent = native_process_ns() - start;
	return ((double)spent / (double)done);
}

/* --- the chains ----------------------------------------------------------- */

struct n_stack {
	_Alignas(128) _Atomic(struct native_packet *) head;
	_Atomic(unsigned) length;
};

static struct {
	struct n_stack stacks[NATIVE_CPUS_MAX];
	unsigned cpus;
	pthread_barrier_t begin;
	_Atomic(uint64_t) packets;
} n_chain;

/* Puts the chain from `first` to `last` on a stack that has room for it. */
static bool
n_send(struct n_stack *stack, struct native_packet *first,
    struct native_packet *last, unsigned count)
{
	struct native_packet *head;

	if (atomic_load_explicit(&stack->length, memory_order_relaxed) >=
	    NATIVE_STACK_MAX)
		return (false);
	N_ENTER();
	head = atomic_load_explicit(&stack->head, memory_order_relaxed);
	do
		last->next = head;
	while (!atomic_compare_exchange_weak_explicit(&stack->head, &head,
	    first, memory_order_release, memory_order_relaxed));
	N_EXIT();
	(void)atomic_fetch_add_explicit(&stack->length, count,
	    memory_order_relaxed);
	return (true);
}

/* Takes all that has come in, and frees it. */
static void
n_receive(struct n_stack *stack)
{
	struct native_packet *packet, *next;
	unsigned count;

	N_ENTER();
	packet = atomic_exchange_explicit(&stack->head, NULL,
	    memory_order_acq_rel);
	N_EXIT();
	if (packet == NULL)
		return;
	N_RETIRE();
	for (count = 0; packet != NULL; packet = next, count++) {
		next = packet->next;
		N_FREE(packet);
	}
	(void)atomic_fetch_sub_explicit(&stack->length, count,
	    memory_order_relaxed);
}

static void *
n_chain_thread(void *argument)
{
	struct native_packet *first, *last, *packet;
	struct n_stack *self;
	uint64_t end_ns, state, packets;
	unsigned count;

	state = (uintptr_t)argument + 1;
	self = &n_chain.stacks[(uintptr_t)argument];
	native_bind((unsigned)(uintptr_t)argument);
	N_BEGIN();
	(void)pthread_barrier_wait(&n_chain.begin);
	packets = 0;
	end_ns = native_wall_ns() + (uint64_t)N_CHAIN_MS * 1000000;
	while (native_wall_ns() < end_ns) {
		first = last = NULL;
		for (count = 0; count < NATIVE_CHAIN; count++) {
			packet = N_ALLOC();
			if (packet == NULL)
				break;
			(void)memset(packet, 0, NATIVE_ZEROED_BYTES);
			packet->next = first;
			if (last == NULL)
				last = packet;
			first = packet;
		}
		while (count > 0 && !n_send(&n_chain.stacks[
		    native_draw(&state) % n_chain.cpus], first, last, count)) {
			n_receive(self);
			N_QUIET();
		}
		packets += count;
		n_receive(self);
		N_QUIET();
		native_note_pages();
		/* Whoever frees may need this processor. */
		if (count < NATIVE_CHAIN)
			(void)sched_yield();
	}
	(void)atomic_fetch_add(&n_chain.packets, packets);
	/* All are past their last sending. */
	N_QUIET();
	N_END();
	(void)pthread_barrier_wait(&n_chain.begin);
	N_BEGIN();
	n_receive(self);
	N_QUIET();
	N_END();
	return (NULL);
}

static double
n_chain_per_second(void)
{
	pthread_t threads[NATIVE_CPUS_MAX];
	unsigned i;

	N_SETUP();
	n_chain.cpus = native_cpus();
	atomic_store(&n_chain.packets, 0);
	(void)pthread_barrier_init(&n_chain.begin, NULL, n_chain.cpus);
	for (i = 0; i < n_chain.cpus; i++)
		if (pthread_create(&threads[i], NULL, n_chain_thread,
		    (void *)(uintptr_t)i) != 0)
			native_fail("pthread_create");
	for (i = 0; i < n_chain.cpus; i++)
		(void)pthread_join(threads[i], NULL);
	(void)pthread_barrier_destroy(&n_chain.begin);
	N_TEARDOWN();
	return ((double)atomic_load(&n_chain.packets) * 1000 / N_CHAIN_MS /
	    n_chain.cpus);
}

/* --- waiting for readers ---------------------------------------------------- */

static struct {
	_Atomic(bool) done;
	pthread_barrier_t ready;
	pthread_t thread;
	bool runs;
} n_busy;

/* Section after section, each with a little in it. */
static void *
n_busy_reader(void *argument)
{
	unsigned i;

	(void)argument;
	native_bind(native_cpus() - 1);
	N_BEGIN();
	(void)pthread_barrier_wait(&n_busy.ready);
	while (!atomic_load_explicit(&n_busy.done, memory_order_relaxed)) {
		N_ENTER();
		for (i = 0; i < 50; i++)
			N_BARRIER();
		N_EXIT();
		N_QUIET();
	}
	N_END();
	return (NULL);
}

static __attribute__((unused)) void
n_busy_begin(bool reader)
{

	n_busy.runs = reader;
	if (!reader)
		return;
	native_bind(0);
	atomic_store(&n_busy.done, false);
	(void)pthread_barrier_init(&n_busy.ready, NULL, 2);
	if (pthread_create(&n_busy.thread, NULL, n_busy_reader, NULL) != 0)
		native_fail("pthread_create");
	(void)pthread_barrier_wait(&n_busy.ready);
}

static __attribute__((unused)) void
n_busy_end(void)
{

	if (!n_busy.runs)
		return;
	atomic_store(&n_busy.done, true);
	(void)pthread_join(n_busy.thread, NULL);
	(void)pthread_barrier_destroy(&n_busy.ready);
}

/* Of twenty parts, so that a part in which others had the processor is one. */
#define N_MEDIAN_NS(calls, call) do {					\
	uint64_t start_;						\
	unsigned i_, part_;						\
									\
	for (part_ = 0; part_ < NATIVE_PARTS; part_++) {		\
		start_ = native_wall_ns();				\
		for (i_ = 0; i_ < (calls) / NATIVE_PARTS; i_++)		\
			call;						\
		n_parts[part_] = (double)(native_wall_ns() - start_) /	\
		    ((calls) / NATIVE_PARTS);				\
	}								\
} while (0)

static __attribute__((unused)) double n_parts[NATIVE_PARTS];

#if N_SYNCHRONIZES > 0
static double
n_synchronize_ns(bool reader)
{

	N_SETUP();
	N_BEGIN();
	n_busy_begin(reader);
	N_MEDIAN_NS(N_SYNCHRONIZES, N_SYNCHRONIZE());
	N_QUIET();
	n_busy_end();
	N_END();
	N_TEARDOWN();
	return (native_median(n_parts, NATIVE_PARTS));
}
#endif

extern const struct native_scheme N_SCHEME;
const struct native_scheme N_SCHEME = {
	.name = N_NAME,
	.form = N_FORM,
	.fences = N_FENCES,
	.enter_exit_ns = n_enter_exit_ns,
	.cycle_ns = n_cycle_ns,
	.chain_per_second = n_chain_per_second,
#if N_SYNCHRONIZES > 0
	.synchronize_ns = n_synchronize_ns,
#endif
	.advance_ns = N_ADVANCE,
	.poll_ns = N_POLL,
	.scan_ns = N_SCAN,
};

#endif
