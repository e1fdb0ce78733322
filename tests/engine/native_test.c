/*
 * The kernel services for real threads.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "engine/kern.h"
#include "engine/mutex.h"

TestSuite(native, .timeout = 20);

static void
configure(unsigned cpus, unsigned hz)
{
	struct kern_native_config config = { .cpus = cpus, .hz = hz };

	cr_assert_eq(kern_native_configure(&config), 0);
}

static void *
attach_and_end(void *result)
{

	*(int *)result = kern_native_attach();
	if (*(int *)result == 0)
		*(int *)result = (int)kern_cpu();
	return (NULL);
}

static int
thread_cpu(void)
{
	pthread_t thread;
	int result;

	cr_assert_eq(pthread_create(&thread, NULL, attach_and_end, &result), 0);
	cr_assert_eq(pthread_join(thread, NULL), 0);
	return (result);
}

Test(native, thread_gets_the_lowest_free_cpu_and_gives_it_back_at_its_end)
{

	configure(2, 1000);
	cr_assert_eq(kern_cpu_count(), 2);
	cr_assert_eq(kern_native_attach(), 0);
	cr_assert_eq(kern_cpu(), 0);
	cr_assert_eq(kern_native_attach(), 0);
	cr_assert_eq(thread_cpu(), 1);
	cr_assert_eq(thread_cpu(), 1);
	kern_native_detach();
	cr_assert_eq(thread_cpu(), 0);
	kern_native_detach();
}

Test(native, no_cpu_left_is_an_error)
{

	configure(1, 1000);
	cr_assert_eq(kern_native_attach(), 0);
	cr_assert_eq(thread_cpu(), -1);
}

Test(native, numbers_are_checked_and_fixed_while_threads_are_attached)
{
	struct kern_native_config config = { .cpus = 0, .hz = 1000 };

	cr_assert_eq(kern_native_configure(&config), -1);
	config.cpus = KERN_CPUS_MAX + 1;
	cr_assert_eq(kern_native_configure(&config), -1);
	config = (struct kern_native_config){ .cpus = 4, .hz = 0 };
	cr_assert_eq(kern_native_configure(&config), -1);
	cr_assert_eq(kern_cpu_count(), KERN_NATIVE_CPUS);
	cr_assert_eq(kern_native_attach(), 0);
	config.hz = 100;
	cr_assert_eq(kern_native_configure(&config), -1);
	kern_native_detach();
	cr_assert_eq(kern_native_configure(&config), 0);
	cr_assert_eq(kern_cpu_count(), 4);
}

Test(native, thread_that_is_not_attached_is_told_so, .signal = SIGABRT)
{

	(void)kern_cpu();
}

Test(native, detaching_in_a_critical_section_is_a_mistake, .signal = SIGABRT)
{

	(void)kern_native_attach();
	kern_critical_enter();
	kern_native_detach();
}

Test(native, critical_sections_nest)
{

	cr_assert_eq(kern_native_attach(), 0);
	cr_assert_eq(kern_critical_depth(), 0);
	kern_critical_enter();
	kern_critical_enter();
	cr_assert_eq(kern_critical_depth(), 2);
	kern_critical_exit();
	cr_assert_eq(kern_critical_depth(), 1);
	kern_critical_exit();
	cr_assert_eq(kern_critical_depth(), 0);
}

Test(native, critical_exit_too_many_is_a_mistake, .signal = SIGABRT)
{

	(void)kern_native_attach();
	kern_critical_exit();
}

static uint64_t
wall_ms(void)
{
	struct timespec now;

	cr_assert_eq(clock_gettime(CLOCK_MONOTONIC, &now), 0);
	return ((uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000);
}

Test(native, ticks_follow_the_clock)
{
	uint64_t begin_ms, end_ms;
	uint32_t begin, last, now;

	configure(2, 250);
	cr_assert_eq(kern_native_attach(), 0);
	begin_ms = wall_ms();
	begin = last = kern_ticks();
	while ((now = kern_ticks()) - begin < 25) {
		cr_assert_geq((int32_t)(now - last), 0);
		last = now;
	}
	end_ms = wall_ms();
	/* 25 ticks of 4 ms, of which the first had begun before. */
	cr_assert_geq(end_ms - begin_ms, 24 * 4 - 1);
	begin_ms = end_ms;
	kern_pause(5);
	cr_assert_geq(wall_ms() - begin_ms, 19);
}

static uint32_t
always_seven(void)
{

	return (7);
}

Test(native, ticks_can_come_from_a_test)
{

	cr_assert_eq(kern_native_attach(), 0);
	kern_native_tick_source(always_seven);
	cr_assert_eq(kern_ticks(), 7);
	kern_native_tick_source(NULL);
	cr_assert_neq(kern_ticks(), 7);
}

Test(native, pages_are_aligned_zeroed_and_counted)
{
	unsigned char *memory;
	size_t i, round;

	cr_assert_eq(kern_native_pages(), 0);
	for (round = 0; round < 3; round++) {
		memory = kern_pages_alloc(3, kern_domain());
		cr_assert_not_null(memory);
		cr_assert_eq((uintptr_t)memory % KERN_PAGE_SIZE, 0);
		cr_assert_eq(kern_native_pages(), 3);
		for (i = 0; i < 3 * KERN_PAGE_SIZE; i++) {
			cr_assert_eq(memory[i], 0);
			memory[i] = 0xa5;
		}
		kern_pages_free(memory, 3);
		cr_assert_eq(kern_native_pages(), 0);
	}
	kern_pages_free(NULL, 3);
	cr_assert_eq(kern_native_pages(), 0);
}

Test(native, refusals_come_where_and_as_often_as_asked)
{
	unsigned i;

	cr_assert_not(kern_fails(KERN_FAIL_BUCKET));
	kern_native_fail(KERN_FAIL_BUCKET, 2, 3);
	for (i = 0; i < 10; i++) {
		cr_assert_eq(kern_fails(KERN_FAIL_BUCKET), i >= 2 && i < 5,
		    "call %u", i);
		cr_assert_not(kern_fails(KERN_FAIL_PAGE));
	}
}

Test(native, memory_is_severe_when_told)
{

	cr_assert_not(kern_memory_severe());
	kern_native_severe(true);
	cr_assert(kern_memory_severe());
	kern_native_severe(false);
	cr_assert_not(kern_memory_severe());
}

Test(native, threads_stay_where_they_are)
{

	cr_assert_eq(kern_native_attach(), 0);
	cr_assert_not(kern_bind(1));
	kern_unbind();
	cr_assert_eq(kern_cpu(), 0);
}

/* --- the lock ----------------------------------------------------------------- */

Test(mutex, one_holds_it_and_says_so)
{
	struct mutex mutex;

	cr_assert_eq(kern_native_attach(), 0);
	mutex_init(&mutex);
	cr_assert_not(mutex_owned(&mutex));
	cr_assert_not(mutex_lock_contended(&mutex));
	cr_assert(mutex_owned(&mutex));
	cr_assert_not(mutex_trylock(&mutex));
	mutex_unlock(&mutex);
	cr_assert(mutex_trylock(&mutex));
	mutex_unlock(&mutex);
	mutex_fini(&mutex);
}

Test(mutex, unlocking_what_is_free_is_a_mistake, .signal = SIGABRT)
{
	struct mutex mutex = { 0 };

	mutex_unlock(&mutex);
}

Test(mutex, destroying_what_is_held_is_a_mistake, .signal = SIGABRT)
{
	struct mutex mutex = { 0 };

	(void)kern_native_attach();
	mutex_lock(&mutex);
	mutex_fini(&mutex);
}

enum { CROWD = 8, ROUNDS = 20000 };

static struct {
	struct mutex mutex;
	uint64_t plain;		/* under the mutex; no atomic on purpose */
	_Atomic(uint64_t) contended;
} crowd;

static void *
crowd_body(void *argument)
{
	unsigned i;

	(void)argument;
	if (kern_native_attach() != 0)
		return ((void *)"no cpu");
	for (i = 0; i < ROUNDS; i++) {
		if (mutex_lock_contended(&crowd.mutex))
			atomic_fetch_add(&crowd.contended, 1);
		crowd.plain++;
		if (i % 64 == 0)
			kern_yield();	/* so that others meet it held */
		mutex_unlock(&crowd.mutex);
	}
	return (NULL);
}

Test(mutex, crowd_loses_no_count_and_meets_contention, .timeout = 60)
{
	pthread_t threads[CROWD];
	void *result;
	unsigned i;

	for (i = 0; i < CROWD; i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, crowd_body,
		    NULL), 0);
	for (i = 0; i < CROWD; i++) {
		cr_assert_eq(pthread_join(threads[i], &result), 0);
		cr_assert_null(result);
	}
	cr_assert_eq(crowd.plain, (uint64_t)CROWD * ROUNDS);
	cr_assert_gt(atomic_load(&crowd.contended), 0);
}
