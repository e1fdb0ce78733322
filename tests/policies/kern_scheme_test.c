/*
 * The services of engine/kern_scheme.h on real threads.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/kern_scheme.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#include "engine/kern.h"

TestSuite(kern_scheme, .timeout = 30);

static _Atomic(unsigned) called_on;	/* CPU + 1 */
static _Atomic(int) state;		/* 1: calls are off, 2: about to be on */

static void
note_cpu(void *argument)
{

	cr_assert_eq(argument, &called_on);
	atomic_store(&called_on, kern_cpu() + 1);
}

static void *
keeps_calls_off(void *argument)
{
	struct timespec while_ = { .tv_nsec = 30000000 };

	(void)argument;
	cr_assert_eq(kern_native_attach(), 0);
	kern_critical_enter();
	kern_calls_off();
	kern_calls_off();
	atomic_store(&state, 1);
	(void)nanosleep(&while_, NULL);
	kern_calls_on();
	cr_assert_eq(atomic_load(&called_on), 0);
	atomic_store(&state, 2);
	kern_calls_on();
	kern_critical_exit();
	kern_native_detach();
	return (NULL);
}

Test(kern_scheme, a_call_waits_until_calls_are_on)
{
	pthread_t thread;

	cr_assert_eq(kern_native_attach(), 0);
	cr_assert_eq(kern_cpu(), 0);
	cr_assert_eq(pthread_create(&thread, NULL, keeps_calls_off, NULL), 0);
	while (atomic_load(&state) == 0)
		kern_spin();
	kern_cross_call(1, note_cpu, &called_on);
	cr_assert_eq(atomic_load(&state), 2);
	cr_assert_eq(atomic_load(&called_on), 2);
	cr_assert_eq(kern_cpu(), 0);
	cr_assert_eq(pthread_join(thread, NULL), 0);
}

Test(kern_scheme, a_call_to_oneself_has_been_made)
{

	cr_assert_eq(kern_native_attach(), 0);
	kern_cross_call(kern_cpu(), note_cpu, &called_on);
	cr_assert_eq(atomic_load(&called_on), kern_cpu() + 1);
}

Test(kern_scheme, calls_put_on_that_were_not_off_are_refused,
    .signal = SIGABRT)
{

	cr_assert_eq(kern_native_attach(), 0);
	kern_calls_on();
}

Test(kern_scheme, cycles_never_go_back_and_words_are_kept)
{
	uint64_t before, now;
	unsigned i;

	cr_assert_eq(kern_native_attach(), 0);
	before = kern_cycles();
	cr_assert_neq(before, 0);
	for (i = 0; i < 100000; i++) {
		now = kern_cycles();
		cr_assert_geq(now, before);
		before = now;
	}
	kern_thread_set_word(42);
	cr_assert_eq(kern_thread_word(), 42);
	cr_assert_not(kern_has_hooks());
	cr_assert_not(kern_has_oracle());
}
