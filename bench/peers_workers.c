/*
 * How many executions do the processes of a hunt make together?  Each has a
 * machine of its own and all begin at the same moment; the time is the real
 * one, as a user waits for it.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/peers.h"
#include "bench/peers_run.h"

static void
fail(const char *what)
{

	fprintf(stderr, "bench: %s\n", what);
	exit(1);
}

/* The worker: ready when it has learnt what a hunt learns first. */
static void
work(uint64_t which, int ready, int go, int answers)
{
	struct peers_player player;
	double rate;
	char byte;

	peers_run_prepare(which & 0xff, true);
	peers_run_learn(&player, which & 0xffff);
	byte = 0;
	if (write(ready, &byte, 1) != 1 || read(go, &byte, 1) != 0)
		_exit(1);
	rate = peers_rate(&player, bench_wall_ns);
	_exit(write(answers, &rate, sizeof(rate)) != sizeof(rate));
}

double
peers_workers_per_second(uint64_t which)
{
	int ready[2], go[2], answers[2], status;
	uint64_t workers, i;
	double rate, sum;
	pid_t child;
	char byte;

	workers = which >> 16;
	if (pipe(ready) != 0 || pipe(go) != 0 || pipe(answers) != 0)
		fail("there is no pipe for the workers");
	for (i = 0; i < workers; i++) {
		child = fork();
		if (child < 0)
			fail("a worker cannot be started");
		if (child == 0) {
			close(go[1]);
			work(which, ready[1], go[0], answers[1]);
		}
	}
	/* Else the end of a worker would not be seen. */
	close(ready[1]);
	close(answers[1]);
	for (i = 0; i < workers; i++)
		if (read(ready[0], &byte, 1) != 1)
			fail("a worker did not begin");
	close(go[1]);
	sum = 0;
	for (i = 0; i < workers; i++) {
		if (read(answers[0], &rate, sizeof(rate)) != sizeof(rate))
			fail("a worker did not come to its end");
		sum += rate;
	}
	for (i = 0; i < workers; i++)
		(void)wait(&status);
	close(ready[0]);
	close(go[0]);
	close(answers[0]);
	return (sum);
}
