/*
 * pool_process - how do worker processes come and go?
 *
 * The only place that forks.  pool_template_start() forks the template, which
 * does nothing but fork workers and bury them when it is told to; a worker is
 * one end of a socket on which jobs go out and answers come in.  The parent is
 * not its workers' parent, so it learns what they died of from the template.
 *
 * Errors      -1 with err when the system refuses a process or a socket, or
 *             when the template is gone.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CAMPAIGN_POOL_PROCESS_H
#define TOOLS_CAMPAIGN_POOL_PROCESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct err;
struct pool_settings;

struct pool_template {
	pid_t pid;
	int control;
	/*
	 * Shared with all workers, POOL_DEPTH_MAX for each place of a worker:
	 * whose a job is that has been sent.  Whoever changes its claim from
	 * open has it, the worker to execute it or the parent to take it back.
	 * What was taken back is still on its way to the worker, while its
	 * claim may be a later job's by now; so each bears its serial number.
	 */
	_Atomic uint64_t *claims;
	size_t places;
};

/*
 * Jobs that a worker may have in hand, those between them that were taken back
 * included: the serial numbers of any two differ by less.
 */
enum { POOL_DEPTH_MAX = 256 };

enum pool_claimant {
	POOL_CLAIM_OPEN,
	POOL_CLAIM_WORKER,
	POOL_CLAIM_PARENT,
	POOL_CLAIMANTS
};

/* What the claim of a job is when it is theirs. */
static inline uint64_t
pool_claim_value(uint64_t serial, enum pool_claimant whose)
{

	return (serial * POOL_CLAIMANTS + whose);
}

/* The claim of the job with that serial number, at a place. */
static inline _Atomic uint64_t *
pool_claim(const struct pool_template *template, size_t place, uint64_t serial)
{

	return (&template->claims[place * POOL_DEPTH_MAX +
	    serial % POOL_DEPTH_MAX]);
}

/* True: it was open, and is theirs now. */
static inline bool
pool_claim_take(const struct pool_template *template, size_t place,
    uint64_t serial, enum pool_claimant whose)
{
	uint64_t open;

	open = pool_claim_value(serial, POOL_CLAIM_OPEN);
	return (atomic_compare_exchange_strong(pool_claim(template, place,
	    serial), &open, pool_claim_value(serial, whose)));
}

/* In front of every answer. */
struct pool_frame {
	uint64_t length;
	uint64_t wall_ns;	/* host time that the run took */
	uint64_t idle_ns;	/* ... that the worker had waited for it */
	uint64_t cpu_ns;	/* processor time since the answer before */
};

/* `settings` is what the workers will find: it is copied by the fork. */
int pool_template_start(struct pool_template *template,
    const struct pool_settings *settings, struct err *err);

/* The template ends, and all workers with it. */
void pool_template_stop(struct pool_template *template);

/* A new worker, at a place that nobody has. */
int pool_process_spawn(const struct pool_template *template, size_t place,
    pid_t *pid, int *socket, struct err *err);

/*
 * Ends the worker if it has not ended yet, closes the socket, and says what it
 * died of, as waitpid() does.
 */
int pool_process_end(const struct pool_template *template, pid_t pid,
    int socket, int *status, struct err *err);

/* "signal 11 (Segmentation fault)", "exit with status 1". */
void pool_process_death(int status, char *text, size_t room);

/* All of the bytes, or -1: the other end is gone. */
int pool_process_send(int socket, const void *bytes, size_t length);

#endif
