/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/campaign/pool.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/campaign/host.h"
#include "tools/campaign/pool_process.h"
#include "tools/campaign/wire.h"

enum {
	POOL_DEPTH_NS = 100000000,	/* jobs in hand should last so long */
	POOL_TICK_MS = 100,
	POOL_ANSWER_MAX = 64 << 20,
	POOL_READ_SIZE = 1 << 18,
	POOL_KILLS_MAX = 3,	/* so often a run may be killed from outside */
};
static const uint64_t pool_turn_ns = UINT64_C(1000000000);	/* at most, if all is well */

struct worker {
	pid_t pid;			/* 0: none */
	int socket;
	uint64_t number;
	uint64_t sent;			/* jobs, ever */
	bool fresh;			/* has answered nothing yet */
	struct pool_job jobs[POOL_DEPTH_MAX];
	size_t job_count;		/* the first is in flight */
	unsigned kills;			/* the first was killed so often before */
	uint64_t since_ns;		/* the first is in flight since */
	uint64_t mean_wall_ns;		/* of its runs, smoothed */
	struct wire_buffer input;
};

/* A job that has come back without an answer. */
struct returned {
	struct pool_job job;
	unsigned kills;
	struct returned *next;
};

struct pool {
	struct pool_settings settings;
	struct pool_template template;
	struct worker *workers;
	struct returned *suspects;	/* each lost a worker */
	struct returned *unstarted;	/* each was behind a suspect */
	bool exhausted;			/* the client has no more jobs */
	uint64_t hired;			/* workers, ever */
	uint64_t turned_ns;		/* when runs were last looked at */
	struct pool_times times;
};

static volatile sig_atomic_t signal_caught;

struct pool *
pool_create(const struct pool_settings *settings, struct err *err)
{
	struct pool *pool;

	assert(settings->workers > 0);
	pool = must_alloc(1, sizeof(*pool));
	pool->workers = must_alloc(settings->workers, sizeof(*pool->workers));
	pool->settings = *settings;
	if (pool_template_start(&pool->template, &pool->settings, err) != 0) {
		free(pool->workers);
		free(pool);
		return (NULL);
	}
	return (pool);
}

static void
drop(struct returned *list)
{
	struct returned *next;

	for (; list != NULL; list = next) {
		next = list->next;
		free(list);
	}
}

void
pool_destroy(struct pool *pool)
{
	size_t i;

	if (pool == NULL)
		return;
	pool_template_stop(&pool->template);
	for (i = 0; i < pool->settings.workers; i++) {
		if (pool->workers[i].pid != 0)
			close(pool->workers[i].socket);
		wire_buffer_free(&pool->workers[i].input);
	}
	drop(pool->suspects);
	drop(pool->unstarted);
	free(pool->workers);
	free(pool);
}

int
pool_signal(void)
{

	return (signal_caught);
}

static size_t
place_of(const struct pool *pool, const struct worker *worker)
{

	return ((size_t)(worker - pool->workers));
}

static int
hire(struct pool *pool, struct worker *worker, struct err *err)
{

	if (pool_process_spawn(&pool->template, place_of(pool, worker),
	    &worker->pid, &worker->socket, err) != 0) {
		worker->pid = 0;
		return (-1);
	}
	worker->number = ++pool->hired;
	worker->sent = 0;
	worker->fresh = true;
	worker->kills = 0;
	worker->job_count = 0;
	worker->mean_wall_ns = 0;
	worker->input.length = 0;
	return (0);
}

static bool
take_back(struct returned **list, struct pool_job *job, unsigned *kills)
{
	struct returned *first = *list;

	if (first == NULL)
		return (false);
	*job = first->job;
	*kills = first->kills;
	*list = first->next;
	free(first);
	return (true);
}

static void
give_back(struct returned **list, const struct pool_job *job, unsigned kills)
{
	struct returned *item;

	item = must_alloc(1, sizeof(*item));
	item->job = *job;
	item->kills = kills;
	item->next = NULL;
	while (*list != NULL)
		list = &(*list)->next;
	*list = item;
}

/* A job that lost its worker goes first, into a worker that is new. */
static bool
next_job(struct pool *pool, const struct pool_client *client,
    struct worker *worker, struct pool_job *job)
{
	unsigned kills;

	kills = 0;
	if (worker->fresh && worker->job_count == 0 &&
	    take_back(&pool->suspects, job, &worker->kills))
		return (true);
	if (take_back(&pool->unstarted, job, &kills))
		return (true);
	if (pool->exhausted)
		return (false);
	memset(job, 0, sizeof(*job));
	job->worker = worker->number;
	pool->exhausted = !client->next(client->context, job);
	return (!pool->exhausted);
}

static size_t
depth(const struct worker *worker)
{
	uint64_t jobs;

	if (worker->mean_wall_ns == 0)
		return (1);
	jobs = POOL_DEPTH_NS / worker->mean_wall_ns;
	if (jobs < 1)
		return (1);
	return (jobs < POOL_DEPTH_MAX ? (size_t)jobs : POOL_DEPTH_MAX);
}

/* Whether there is a claim for one more job, that of nobody in hand. */
static bool
has_room(const struct worker *worker)
{

	return (worker->job_count == 0 ||
	    worker->sent - worker->jobs[0].serial < POOL_DEPTH_MAX);
}

static void
hand(struct pool *pool, struct worker *worker, struct pool_job *job)
{

	job->worker = worker->number;
	job->serial = worker->sent++;
	atomic_store(pool_claim(&pool->template, place_of(pool, worker),
	    job->serial), pool_claim_value(job->serial, POOL_CLAIM_OPEN));
	if (worker->job_count == 0)
		worker->since_ns = host_clock_ns();
	worker->jobs[worker->job_count++] = *job;
	/* A worker that is gone is noticed where its answers end. */
	(void)pool_process_send(worker->socket, job, sizeof(*job));
}

/* Takes the last job back, if the worker has not begun it. */
static bool
retract(struct pool *pool, struct worker *worker, struct pool_job *job)
{

	if (worker->job_count < 2)
		return (false);
	*job = worker->jobs[worker->job_count - 1];
	if (!pool_claim_take(&pool->template, place_of(pool, worker),
	    job->serial, POOL_CLAIM_PARENT))
		return (false);
	worker->job_count--;
	return (true);
}

/*
 * For a worker with nothing to do: half of what the one with the most has in
 * hand.  Runs in a worker of its own (a suspect's) are never given away, since
 * it has but one job.
 */
static void
steal(struct pool *pool, struct worker *thief)
{
	struct worker *worker, *rich;
	struct pool_job job;
	size_t i, half;

	rich = NULL;
	for (i = 0; i < pool->settings.workers; i++) {
		worker = &pool->workers[i];
		if (worker->pid != 0 && worker->job_count > 1 &&
		    (rich == NULL || worker->job_count > rich->job_count))
			rich = worker;
	}
	if (rich == NULL)
		return;
	for (half = rich->job_count / 2; half > 0; half--) {
		if (!retract(pool, rich, &job))
			break;
		hand(pool, thief, &job);
		pool->times.stolen++;
	}
}

/*
 * Fills the worker's hands.  A worker whose run is long gets one job at a
 * time, so that at the end none waits behind a busy one.
 */
static int
feed(struct pool *pool, const struct pool_client *client,
    struct worker *worker, struct err *err)
{
	struct pool_job job;

	if (worker->pid != 0 && worker->job_count * 2 > depth(worker))
		return (0);
	if (worker->pid == 0) {
		/* Each suspect has left the place of its worker free. */
		if (pool->suspects == NULL && pool->unstarted == NULL &&
		    pool->exhausted)
			return (0);
		if (hire(pool, worker, err) != 0)
			return (-1);
	}
	while (worker->job_count < depth(worker) && has_room(worker) &&
	    next_job(pool, client, worker, &job))
		hand(pool, worker, &job);
	if (worker->job_count == 0)
		steal(pool, worker);
	return (0);
}

static void
take_first(struct worker *worker)
{

	worker->job_count--;
	memmove(worker->jobs, worker->jobs + 1,
	    worker->job_count * sizeof(worker->jobs[0]));
	worker->since_ns = host_clock_ns();
	worker->fresh = false;
	worker->kills = 0;
}

/*
 * The worker is gone, or has to go.  Its job in flight is tried again or
 * reported; the jobs behind it have not been started.  Death by SIGKILL is
 * not the run's own doing (or it is, by eating all memory): it takes several
 * to count.
 */
static int
bury(struct pool *pool, const struct pool_client *client,
    struct worker *worker, enum pool_fate fate, struct err *err)
{
	struct pool_outcome outcome;
	size_t i;
	int status;
	bool killed;

	if (pool_process_end(&pool->template, worker->pid, worker->socket,
	    &status, err) != 0)
		return (POOL_FAILED);
	worker->pid = 0;
	for (i = 1; i < worker->job_count; i++)
		give_back(&pool->unstarted, &worker->jobs[i], 0);
	if (worker->job_count == 0)
		return (POOL_DONE);
	worker->job_count = 0;
	killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
	if (fate == POOL_CRASHED && (!worker->fresh ||
	    (killed && worker->kills + 1 < POOL_KILLS_MAX))) {
		give_back(&pool->suspects, &worker->jobs[0],
		    worker->kills + killed);
		return (POOL_DONE);
	}
	memset(&outcome, 0, sizeof(outcome));
	outcome.job = worker->jobs[0];
	outcome.fate = fate;
	outcome.wall_ns = host_clock_ns() - worker->since_ns;
	pool_process_death(status, outcome.how, sizeof(outcome.how));
	if (client->asks_again)
		pool->exhausted = false;
	return (client->done(client->context, &outcome) != 0 ? POOL_STOPPED :
	    POOL_DONE);
}

static void
count_times(struct pool *pool, const struct pool_frame *frame)
{

	pool->times.jobs++;
	pool->times.wall_ns += frame->wall_ns;
	pool->times.idle_ns += frame->idle_ns;
	pool->times.cpu_ns += frame->cpu_ns;
}

void
pool_times(const struct pool *pool, struct pool_times *times)
{

	*times = pool->times;
}

int
pool_renew(struct pool *pool, struct err *err)
{
	struct worker *worker;
	size_t i;
	int status;

	for (i = 0; i < pool->settings.workers; i++) {
		worker = &pool->workers[i];
		if (worker->pid == 0)
			continue;
		assert(worker->job_count == 0);
		if (pool_process_end(&pool->template, worker->pid,
		    worker->socket, &status, err) != 0)
			return (-1);
		worker->pid = 0;
	}
	return (0);
}

/* Hands out the answers that have arrived whole. */
static int
deliver(struct pool *pool, const struct pool_client *client,
    struct worker *worker, bool *broken)
{
	struct pool_outcome outcome;
	struct pool_frame frame;
	size_t at;
	int stop;

	stop = 0;
	for (at = 0; stop == 0; at += sizeof(frame) + frame.length) {
		if (worker->input.length - at < sizeof(frame))
			break;
		memcpy(&frame, worker->input.bytes + at, sizeof(frame));
		if (frame.length > POOL_ANSWER_MAX || worker->job_count == 0) {
			*broken = true;
			break;
		}
		if (worker->input.length - at - sizeof(frame) < frame.length)
			break;
		memset(&outcome, 0, sizeof(outcome));
		outcome.job = worker->jobs[0];
		outcome.fate = POOL_ANSWERED;
		outcome.answer = worker->input.bytes + at + sizeof(frame);
		outcome.length = frame.length;
		outcome.wall_ns = frame.wall_ns;
		worker->mean_wall_ns = worker->mean_wall_ns == 0 ?
		    frame.wall_ns + 1 :
		    (worker->mean_wall_ns * 7 + frame.wall_ns) / 8 + 1;
		count_times(pool, &frame);
		take_first(worker);
		stop = client->done(client->context, &outcome);
		if (client->asks_again)
			pool->exhausted = false;
	}
	if (at > 0) {
		memmove(worker->input.bytes, worker->input.bytes + at,
		    worker->input.length - at);
		worker->input.length -= at;
	}
	return (stop);
}

static int
listen_to(struct pool *pool, const struct pool_client *client,
    struct worker *worker, struct err *err)
{
	static unsigned char bytes[POOL_READ_SIZE];
	ssize_t got;
	bool broken;

	got = recv(worker->socket, bytes, sizeof(bytes), MSG_DONTWAIT);
	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return (POOL_DONE);
	broken = got <= 0;
	if (got > 0) {
		wire_buffer_add(&worker->input, bytes, (size_t)got);
		if (deliver(pool, client, worker, &broken) != 0)
			return (POOL_STOPPED);
	}
	if (broken)
		return (bury(pool, client, worker, POOL_CRASHED, err));
	return (POOL_DONE);
}

/*
 * A turn that lasts for long was stopped, and the workers with it, by Slurm that
 * suspends a job, for example.  That time is not the runs'.
 */
static void
forgive(struct pool *pool)
{
	struct worker *worker;
	uint64_t now_ns, lost_ns;
	size_t i;

	now_ns = host_clock_ns();
	lost_ns = now_ns - pool->turned_ns;
	pool->turned_ns = now_ns;
	if (lost_ns <= pool_turn_ns)
		return;
	lost_ns -= pool_turn_ns;
	for (i = 0; i < pool->settings.workers; i++) {
		worker = &pool->workers[i];
		worker->since_ns = now_ns - worker->since_ns < lost_ns ?
		    now_ns : worker->since_ns + lost_ns;
	}
}

/* One turn: wait for news, take it, look for runs that last too long. */
static int
turn(struct pool *pool, const struct pool_client *client,
    struct pollfd *polls, struct err *err)
{
	struct worker *worker;
	size_t i;
	int ready, status;

	for (i = 0; i < pool->settings.workers; i++) {
		worker = &pool->workers[i];
		polls[i].fd = worker->pid != 0 ? worker->socket : -1;
		polls[i].events = POLLIN;
		polls[i].revents = 0;
	}
	ready = poll(polls, pool->settings.workers, POOL_TICK_MS);
	if (ready < 0 && errno != EINTR) {
		err_set(err, "cannot wait for the workers: %s",
		    strerror(errno));
		return (POOL_FAILED);
	}
	for (i = 0; i < pool->settings.workers && ready > 0; i++) {
		if (polls[i].revents == 0)
			continue;
		status = listen_to(pool, client, &pool->workers[i], err);
		if (status != POOL_DONE)
			return (status);
	}
	forgive(pool);
	for (i = 0; i < pool->settings.workers; i++) {
		worker = &pool->workers[i];
		if (worker->pid == 0 || worker->job_count == 0 ||
		    host_clock_ns() - worker->since_ns <
		    pool->settings.timeout_ns)
			continue;
		status = bury(pool, client, worker, POOL_TIMEOUT, err);
		if (status != POOL_DONE)
			return (status);
	}
	return (POOL_DONE);
}

static bool
busy(const struct pool *pool)
{
	size_t i;

	if (pool->suspects != NULL || pool->unstarted != NULL ||
	    !pool->exhausted)
		return (true);
	for (i = 0; i < pool->settings.workers; i++) {
		if (pool->workers[i].pid != 0 && pool->workers[i].job_count > 0)
			return (true);
	}
	return (false);
}

static int
work(struct pool *pool, const struct pool_client *client, struct err *err)
{
	struct pollfd *polls;
	size_t i;
	int status;

	polls = must_alloc(pool->settings.workers, sizeof(*polls));
	pool->exhausted = false;
	pool->turned_ns = host_clock_ns();
	status = POOL_DONE;
	while (status == POOL_DONE && busy(pool)) {
		for (i = 0; i < pool->settings.workers; i++) {
			if (feed(pool, client, &pool->workers[i], err) != 0)
				status = POOL_FAILED;
		}
		if (status == POOL_DONE && busy(pool))
			status = turn(pool, client, polls, err);
		if (signal_caught != 0)
			status = POOL_SIGNALLED;
		else if (status == POOL_DONE && client->tick != NULL &&
		    client->tick(client->context) != 0)
			status = POOL_STOPPED;
	}
	free(polls);
	return (status);
}

static void
catch(int number)
{

	signal_caught = number;
}

enum pool_end
pool_run(struct pool *pool, const struct pool_client *client, struct err *err)
{
	/* The last: nohup has it ignored, and that is to stay. */
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action, before[3];
	size_t i;
	int status;

	signal_caught = 0;
	memset(&action, 0, sizeof(action));
	action.sa_handler = catch;
	action.sa_flags = SA_RESTART;
	for (i = 0; i < 3; i++)
		sigaction(numbers[i], &action, &before[i]);
	if (before[2].sa_handler == SIG_IGN)
		sigaction(SIGHUP, &before[2], NULL);
	status = work(pool, client, err);
	/* From here on a second signal means what it always means. */
	for (i = 0; i < 3; i++)
		sigaction(numbers[i], &before[i], NULL);
	return ((enum pool_end)status);
}
