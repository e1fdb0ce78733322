/*
 * pool - who executes which run?
 *
 * A pool is a set of worker processes.  Each takes jobs, executes them one
 * after the other and sends one answer for each.  A run may crash, hang or
 * eat all memory: that ends its worker and costs that one run.
 *
 * A worker has several short jobs in hand, so that it does not wait for the
 * parent after each; one that has nothing left to do gets half of those that
 * another has not begun.
 *
 * Workers are forked from a template process, which is itself forked by
 * pool_create() and does nothing else.  So every worker starts from the same
 * clean memory, whatever has happened since, and none inherits what the parent
 * opens later (a database, above all).
 *
 * A worker that dies may have been damaged by an earlier run of the same
 * process, or killed by a person.  So the job in flight is executed once more,
 * first thing in a new worker; only if that dies too has the run crashed
 * (SIGKILL, which comes from outside, counts the third time).  So what a run
 * answers never depends on what ran before it.
 *
 * Workers ignore the signals of the terminal; the parent ends them.  They die
 * with their parent.
 *
 * Errors      pool_create() and pool_run() set err when the system refuses a
 *             process or a socket.  What happens to runs is no error.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CAMPAIGN_POOL_H
#define TOOLS_CAMPAIGN_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct pool;
struct wire_buffer;

struct pool_job {
	int64_t id;		/* for the parent's own use */
	uint64_t point;
	uint64_t seed;
	uint64_t flags;		/* for the parent's own use */
	uint64_t worker;	/* who has it, from 1: no two are ever alike */
	uint64_t serial;	/* the pool's own */
};

enum pool_fate {
	POOL_ANSWERED,
	POOL_CRASHED,		/* in a worker of its own; see above */
	POOL_TIMEOUT,
};

struct pool_outcome {
	struct pool_job job;
	enum pool_fate fate;
	const unsigned char *answer;	/* POOL_ANSWERED: until done() returns */
	size_t length;
	uint64_t wall_ns;		/* host time of the run */
	char how[80];			/* POOL_CRASHED: "signal 11 (...)" */
};

struct pool_settings {
	size_t workers;
	uint64_t timeout_ns;		/* host time for one run, but for what the parent lost */
	uint64_t memory_bytes;		/* address space of a worker; 0: no limit */
	/* In the worker: executes the job and appends the answer. */
	void (*execute)(void *context, const struct pool_job *job,
	    struct wire_buffer *answer);
	void *context;
};

/* What the parent does while the workers work. */
struct pool_client {
	/*
	 * The next job, for the worker that job->worker names; false when there
	 * are no more.
	 */
	bool (*next)(void *context, struct pool_job *job);
	/* One job is done.  Nonzero ends pool_run() at once. */
	int (*done)(void *context, const struct pool_outcome *outcome);
	/* Called about ten times a second; NULL: not.  Nonzero as above. */
	int (*tick)(void *context);
	void *context;
	/* next() may have more after a false: ask again after each done(). */
	bool asks_again;
};

/* Where the time of all workers went, since pool_create(). */
struct pool_times {
	uint64_t jobs;		/* answered */
	uint64_t wall_ns;	/* executing */
	uint64_t idle_ns;	/* waiting for a job, before each but the first */
	uint64_t cpu_ns;	/* processor time, of all that they did */
	uint64_t stolen;	/* jobs that one took over from another */
};

enum pool_end {
	POOL_DONE = 0,
	POOL_STOPPED,		/* a callback wanted it */
	POOL_FAILED,		/* err says why */
	POOL_SIGNALLED,		/* pool_signal() says by which signal */
};

/* Forks the template: call it before opening what workers must not have. */
struct pool *pool_create(const struct pool_settings *settings,
    struct err *err);

/*
 * Executes jobs until there are no more.  SIGINT, SIGTERM and SIGHUP end it
 * early: jobs in flight are abandoned.
 */
enum pool_end pool_run(struct pool *pool, const struct pool_client *client,
    struct err *err);

/*
 * Between two pool_run()s: new workers for those that there are.  What comes
 * next is executed in processes that have executed nothing before.
 */
int pool_renew(struct pool *pool, struct err *err);

void pool_times(const struct pool *pool, struct pool_times *times);

/* The signal that ended pool_run(), or 0. */
int pool_signal(void);

/* Ends all workers.  NULL is fine. */
void pool_destroy(struct pool *pool);

#endif
