/*
 * What a workload calls, on real threads.  Whatever takes time here and is no
 * work of the policy's is booked as debt, which lab_compute() pays.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/kern.h"
#include "sim/base/must.h"
#include "tools/validate/native_clock.h"
#include "tools/validate/native_items.h"
#include "tools/validate/native_lab.h"

struct native_lab native_lab;

enum {
	/* A sleep ends so early, and the rest is waited for: the wake-up of a
	 * processor that idles takes its time. */
	SLEEP_MARGIN_NS = 100000,
};

/* Counts are read by the thread that keeps the window. */
static inline void
count_up(_Atomic(uint64_t) *count, uint64_t by)
{

	atomic_store_explicit(count, atomic_load_explicit(count,
	    memory_order_relaxed) + by, memory_order_relaxed);
}

static inline bool
in_window(void)
{

	return (atomic_load_explicit(&native_lab.in_window,
	    memory_order_relaxed));
}

static inline void
owe(struct lab_thread *thread, uint64_t ticks)
{

	thread->debt += ticks;
	thread->lab += ticks;
}

/* --- set-up ---------------------------------------------------------------- */

void
lab_thread_init(struct lab_thread *thread, const char *stream, uint64_t index)
{
	int i;

	memset(thread, 0, sizeof(*thread));
	rng_init(&thread->rng, native_lab.spec->seed, stream, index);
	thread->index = (uint32_t)index;
	/* Not all in step. */
	thread->section_wait = (uint32_t)(1 + index % NATIVE_SAMPLE);
	thread->alloc_wait = (uint32_t)(1 + (index + 5) % NATIVE_SAMPLE);
	thread->free_wait = (uint32_t)(1 + (index + 11) % NATIVE_SAMPLE);
	for (i = 0; i < NATIVE_HISTS; i++)
		hist_init(&thread->hists[i]);
}

unsigned
lab_cpu_count(struct lab_thread *thread)
{

	(void)thread;
	return (native_lab.cpu_count);
}

size_t
lab_item_size(struct lab_thread *thread)
{

	(void)thread;
	return (native_lab.item_size);
}

void *
lab_memory(struct lab_thread *thread, size_t bytes)
{
	void *memory;

	(void)thread;
	bytes = (bytes + KERN_PAGE_SIZE - 1) / KERN_PAGE_SIZE * KERN_PAGE_SIZE;
	memory = aligned_alloc(KERN_PAGE_SIZE,
	    bytes == 0 ? KERN_PAGE_SIZE : bytes);
	if (memory == NULL) {
		fputs("gusim: out of memory\n", stderr);
		abort();
	}
	memset(memory, 0, bytes);
	native_lab.memory = must_grow(native_lab.memory,
	    native_lab.memory_count, sizeof(*native_lab.memory));
	native_lab.memory[native_lab.memory_count++] = memory;
	return (memory);
}

void
lab_native_end(void)
{
	size_t i;

	for (i = 0; i < native_lab.memory_count; i++)
		free(native_lab.memory[i]);
	free(native_lab.memory);
	native_lab.memory = NULL;
	native_lab.memory_count = 0;
}

void
lab_spawn(struct lab_thread *parent, const char *name, int cpu, lab_body *body,
    void *argument)
{
	struct lab_thread *thread;

	(void)parent;
	if (native_lab.thread_count == NATIVE_THREADS_MAX) {
		snprintf(native_lab.refusal, sizeof(native_lab.refusal),
		    "the workload has more than %d threads",
		    NATIVE_THREADS_MAX);
		return;
	}
	thread = aligned_alloc(128, (sizeof(*thread) + 127) / 128 * 128);
	if (thread == NULL) {
		fputs("gusim: out of memory\n", stderr);
		abort();
	}
	lab_thread_init(thread, "workload", native_lab.thread_count);
	thread->name = name;
	thread->wanted = cpu;
	thread->body = body;
	thread->argument = argument;
	native_lab.threads[native_lab.thread_count++] = thread;
}

/* --- time and chance --------------------------------------------------------- */

uint64_t
lab_now_ps(const struct lab_thread *thread)
{

	/* Asking is no work of the workload's: in the simulator it is free. */
	owe((struct lab_thread *)(uintptr_t)thread, native_cost.ticks);
	return (native_to_ps(native_ticks() - native_lab.start));
}

unsigned
lab_cpu(const struct lab_thread *thread)
{

	return (thread->cpu);
}

unsigned
lab_index(const struct lab_thread *thread)
{

	return (thread->index);
}

bool
lab_running(const struct lab_thread *thread)
{

	(void)thread;
	return (atomic_load_explicit(&native_lab.running,
	    memory_order_relaxed));
}

/* A reading that comes so late tells that the thread was not running. */
static void
gap(struct lab_thread *thread, uint64_t ticks)
{

	if (!in_window())
		return;
	thread->lost += ticks;
	hist_add(&thread->hists[NATIVE_GAP], native_to_ps(ticks));
}

void
lab_compute(struct lab_thread *thread, uint64_t ps)
{
	uint64_t deadline, last, now, start, want;

	want = native_to_ticks(ps);
	if (thread->debt + native_cost.ticks >= want) {
		/* Not even time to look at the clock. */
		thread->debt = thread->debt > want ? thread->debt - want : 0;
		return;
	}
	start = last = now = native_ticks();
	deadline = start + want - thread->debt - native_cost.ticks;
	while ((int64_t)(now - deadline) < 0) {
		now = native_ticks();
		if (__builtin_expect(now - last > native_cost.gap, 0)) {
			deadline += now - last;
			gap(thread, now - last);
		}
		last = now;
	}
	if (in_window())
		thread->watched += now - start;
	thread->debt = now - deadline;
}

void
lab_sleep_until(struct lab_thread *thread, uint64_t instant_ps)
{
	struct timespec span;
	uint64_t left_ns, now_ps;

	/* Nobody sleeps through the end of the run. */
	if (lab_running(thread) && instant_ps > native_lab.end_ps)
		instant_ps = native_lab.end_ps;
	for (;;) {
		now_ps = native_to_ps(native_ticks() - native_lab.start);
		if (now_ps >= instant_ps)
			break;
		left_ns = (instant_ps - now_ps) / 1000;
		if (left_ns > 2 * SLEEP_MARGIN_NS) {
			left_ns -= SLEEP_MARGIN_NS;
			span.tv_sec = (time_t)(left_ns / 1000000000);
			span.tv_nsec = (long)(left_ns % 1000000000);
			(void)nanosleep(&span, NULL);
		}
	}
	/* The instant was absolute: whatever the lab took is in it. */
	thread->debt = 0;
}

void
lab_spin(struct lab_thread *thread)
{

	(void)thread;
#ifdef __x86_64__
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

uint64_t
lab_draw(struct lab_thread *thread, uint64_t bound)
{

	owe(thread, native_cost.draw);
	return (rng_below(&thread->rng, bound));
}

uint64_t
lab_sample(struct lab_thread *thread, const struct dist *dist)
{

	owe(thread, native_cost.sample[dist->kind % NATIVE_DIST_KINDS]);
	return (dist_sample(dist, &thread->rng));
}

/* --- the policy under test --------------------------------------------------- */

static void
book(struct lab_thread *thread, enum native_hist which, uint64_t ticks)
{

	if (in_window())
		hist_add(&thread->hists[which], native_to_ps(ticks));
	owe(thread, native_cost.timed);
}

void
lab_enter(struct lab_thread *thread)
{
	uint64_t begin;

	if (__builtin_expect(--thread->section_wait != 0, 1)) {
		native_lab.policy_def->enter(native_lab.policy);
		return;
	}
	begin = native_stamp();
	native_lab.policy_def->enter(native_lab.policy);
	thread->enter_cost = native_stamp() - begin;
	owe(thread, native_cost.timed);
}

void
lab_exit(struct lab_thread *thread)
{
	uint64_t begin;

	if (__builtin_expect(thread->section_wait != 0, 1)) {
		native_lab.policy_def->exit(native_lab.policy);
		return;
	}
	thread->section_wait = NATIVE_SAMPLE;
	begin = native_stamp();
	native_lab.policy_def->exit(native_lab.policy);
	book(thread, NATIVE_SECTION,
	    thread->enter_cost + native_stamp() - begin);
}

void *
lab_policy_load(struct lab_thread *thread, _Atomic(void *) *slot)
{

	(void)thread;
	if (native_lab.policy_def->load != NULL)
		return (native_lab.policy_def->load(native_lab.policy, slot));
	return (atomic_load_explicit(slot, memory_order_acquire));
}

void
lab_hold(struct lab_thread *thread, void *item)
{

	(void)thread;
	(void)item;
}

static void
used_again(struct lab_thread *thread, const void *item)
{
	struct native_item *place;
	uint64_t freed, now;

	owe(thread, native_cost.item);
	place = native_item_place(item);
	if (place == NULL)
		return;
	freed = atomic_load_explicit(&place->freed, memory_order_relaxed);
	if (freed == 0)
		return;
	atomic_store_explicit(&place->freed, 0, memory_order_relaxed);
	now = native_ticks();
	if (in_window() && freed >= atomic_load_explicit(
	    &native_lab.window_begin, memory_order_relaxed))
		hist_add(&thread->hists[NATIVE_USE],
		    native_to_ps(now > freed ? now - freed : 0));
}

void *
lab_alloc(struct lab_thread *thread)
{
	uint64_t begin;
	void *item;

	if (__builtin_expect(--thread->alloc_wait != 0, 1)) {
		item = native_lab.policy_def->alloc(native_lab.policy);
	} else {
		thread->alloc_wait = NATIVE_SAMPLE;
		begin = native_stamp();
		item = native_lab.policy_def->alloc(native_lab.policy);
		book(thread, NATIVE_ALLOC, native_stamp() - begin);
	}
	count_up(&thread->allocs, 1);
	if (item == NULL)
		count_up(&thread->alloc_failures, 1);
	else if (native_item_sampled(item))
		used_again(thread, item);
	return (item);
}

static void
freed_now(struct lab_thread *thread, const void *item, uint64_t intended_ps)
{
	struct native_item *place;

	owe(thread, native_cost.item);
	place = native_item_place(item);
	if (place == NULL)
		thread->dropped++;
	else
		atomic_store_explicit(&place->freed, intended_ps == 0 ?
		    native_ticks() : native_lab.start +
		    native_to_ticks(intended_ps), memory_order_relaxed);
}

void
lab_retire(struct lab_thread *thread, void *item, uint64_t intended_ps)
{
	uint64_t begin;

	if (native_item_sampled(item))
		freed_now(thread, item, intended_ps);
	count_up(&thread->frees, 1);
	if (__builtin_expect(--thread->free_wait != 0, 1)) {
		native_lab.policy_def->retire(native_lab.policy, item);
		return;
	}
	thread->free_wait = NATIVE_SAMPLE;
	begin = native_stamp();
	native_lab.policy_def->retire(native_lab.policy, item);
	book(thread, NATIVE_FREE, native_stamp() - begin);
}

void
lab_discard(struct lab_thread *thread, void *item)
{

	(void)thread;
	if (native_lab.policy_def->discard != NULL)
		native_lab.policy_def->discard(native_lab.policy, item);
	else
		native_lab.policy_def->retire(native_lab.policy, item);
}

void
lab_synchronize(struct lab_thread *thread)
{

	(void)thread;
	native_lab.policy_def->synchronize(native_lab.policy);
}

/* --- what was achieved --------------------------------------------------------- */

void
lab_done(struct lab_thread *thread, uint64_t operations)
{

	count_up(&thread->operations, operations);
}

void
lab_complain(struct lab_thread *thread, const char *message)
{

	(void)thread;
	/* The first one's words are kept. */
	if (atomic_fetch_add(&native_lab.complaints, 1) == 0)
		snprintf(native_lab.complaint, sizeof(native_lab.complaint),
		    "%s", message);
}

void
lab_canary(struct lab_thread *thread)
{

	lab_complain(thread, "the canary sang, as it always does");
}
