/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/calibrate/partner.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

#include "tools/calibrate/topology.h"
#include "tools/calibrate/watch.h"

/* Rounds of spinning between jobs before it sleeps: about a millisecond. */
enum { PARTNER_SPINS = 20000 };

static struct {
	pthread_t thread;
	void (*job)(void *argument);
	void *argument;
	bool quit;
	sem_t bell;		/* rings for each job */
	_Alignas(128) _Atomic unsigned asked;	/* jobs begun */
	_Alignas(128) _Atomic unsigned done;	/* jobs ended */
} partner;

static void
await_job(unsigned done)
{
	unsigned spins;

	for (spins = 0; spins < PARTNER_SPINS && atomic_load_explicit(
	    &partner.asked, memory_order_acquire) == done; spins++)
		watch_pause();
	/* A sleeper is nobody's gap and takes nobody's cache. */
	while (sem_wait(&partner.bell) != 0)
		continue;
}

static void *
serve(void *unused)
{
	unsigned done;

	(void)unused;
	for (done = 0;; done++) {
		await_job(done);
		if (partner.quit)
			return (NULL);
		partner.job(partner.argument);
		atomic_store_explicit(&partner.done, done + 1,
		    memory_order_release);
	}
}

bool
partner_start(void)
{
	sigset_t all, before;
	bool started;

	atomic_store(&partner.asked, 0);
	atomic_store(&partner.done, 0);
	partner.quit = false;
	if (sem_init(&partner.bell, 0, 0) != 0)
		return (false);
	/* Interrupting is for the thread that writes the file. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	started = pthread_create(&partner.thread, NULL, serve, NULL) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return (started);
}

void
partner_begin(void (*job)(void *argument), void *argument)
{

	partner.job = job;
	partner.argument = argument;
	atomic_fetch_add_explicit(&partner.asked, 1, memory_order_release);
	sem_post(&partner.bell);
}

void
partner_wait(void)
{
	unsigned spins;

	for (spins = 1; atomic_load_explicit(&partner.done,
	    memory_order_acquire) != atomic_load_explicit(&partner.asked,
	    memory_order_relaxed); spins++) {
		/* Both may be on one CPU, or somebody else on the other's. */
		if (spins % 1000 == 0)
			sched_yield();
		else
			watch_pause();
	}
}

void
partner_do(void (*job)(void *argument), void *argument)
{

	partner_begin(job, argument);
	partner_wait();
}

void
partner_stop(void)
{

	partner.quit = true;
	partner_begin(NULL, NULL);
	pthread_join(partner.thread, NULL);
	sem_destroy(&partner.bell);
}

static void
move(void *argument)
{

	(void)topology_pin(*(const int *)argument);
}

void
partner_move(int cpu)
{

	partner_do(move, &cpu);
}
