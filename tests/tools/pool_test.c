/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "tools/campaign/pool.h"
#include "tools/campaign/wire.h"

/* What a job does is told by its `point`. */
enum {
	JOB_ANSWER,
	JOB_CRASH,		/* dies by SIGSEGV */
	JOB_ABORT,
	JOB_EXIT,		/* leaves as if nothing had happened */
	JOB_HANG,
	JOB_POISON,		/* leaves damage that kills the next run */
	JOB_KILLED_ONCE,	/* somebody kills the worker, the first time */
	JOB_KILLED_ALWAYS,
	JOB_GREEDY,		/* wants 1 GiB */
	JOB_FILES,		/* answers how many files it has open */
	JOB_LARGE,		/* answers with 1 MiB */
	JOB_NONSENSE,		/* writes into the socket past the protocol */
};

enum { JOBS_MAX = 3000 };

struct bench {
	struct pool_job jobs[JOBS_MAX];
	size_t job_count;
	size_t next;
	unsigned answers[JOBS_MAX];
	enum pool_fate fates[JOBS_MAX];
	char how[JOBS_MAX][80];
	uint64_t payload[JOBS_MAX];
	size_t lengths[JOBS_MAX];
	size_t done;
	size_t stop_after;		/* 0: never */
	size_t interrupt_after;
};

static int poisoned;
static int *kills;			/* shared by all processes */
static bool open_before[64];

static uint64_t
open_files(void)
{
	struct dirent *entry;
	uint64_t count;
	DIR *dir;

	count = 0;
	dir = opendir("/proc/self/fd");
	while ((entry = readdir(dir)) != NULL)
		count += entry->d_name[0] != '.';
	closedir(dir);
	return (count - 1);
}

static void
execute(void *context, const struct pool_job *job, struct wire_buffer *answer)
{
	uint64_t payload;
	char *large;
	int fd;

	(void)context;
	if (poisoned)
		abort();
	payload = job->seed * 3;
	switch (job->point) {
	case JOB_CRASH:
		signal(SIGSEGV, SIG_DFL);
		raise(SIGSEGV);
		break;
	case JOB_ABORT:
		abort();
	case JOB_EXIT:
		_exit(0);
	case JOB_HANG:
		for (;;)
			pause();
	case JOB_POISON:
		poisoned = 1;
		break;
	case JOB_KILLED_ONCE:
		if (__atomic_fetch_add(kills, 1, __ATOMIC_RELAXED) == 0)
			kill(getpid(), SIGKILL);
		break;
	case JOB_KILLED_ALWAYS:
		kill(getpid(), SIGKILL);
		break;
	case JOB_GREEDY:
		large = malloc((size_t)1 << 30);
		payload = large == NULL;
		/* Or a compiler may leave the allocation out. */
		if (large != NULL)
			*(volatile char *)large = 1;
		free(large);
		break;
	case JOB_FILES:
		payload = open_files();
		break;
	case JOB_LARGE:
		large = calloc(1 << 20, 1);
		wire_buffer_add(answer, large, 1 << 20);
		free(large);
		return;
	case JOB_NONSENSE:
		/* The socket is what was not open before. */
		for (fd = 3; fd < 64; fd++)
			if (!open_before[fd] && write(fd, "\377\377\377\377\377\377\377\377"
			    "\377\377\377\377\377\377\377\377", 16) == 16)
				break;
		break;
	}
	wire_buffer_add(answer, &payload, sizeof(payload));
}

static bool
next(void *context, struct pool_job *job)
{
	struct bench *bench = context;

	if (bench->next == bench->job_count)
		return (false);
	*job = bench->jobs[bench->next++];
	return (true);
}

static int
done(void *context, const struct pool_outcome *outcome)
{
	struct bench *bench = context;
	size_t i = (size_t)outcome->job.id;

	bench->answers[i]++;
	bench->fates[i] = outcome->fate;
	bench->lengths[i] = outcome->length;
	strcpy(bench->how[i], outcome->how);
	if (outcome->length == sizeof(uint64_t))
		memcpy(&bench->payload[i], outcome->answer, sizeof(uint64_t));
	bench->done++;
	if (bench->interrupt_after == bench->done)
		raise(SIGINT);
	return (bench->stop_after == bench->done ? 1 : 0);
}

static struct bench *
bench_of(size_t count, uint64_t point)
{
	struct bench *bench;
	size_t i;

	bench = calloc(1, sizeof(*bench));
	bench->job_count = count;
	for (i = 0; i < count; i++) {
		bench->jobs[i].id = (int64_t)i;
		bench->jobs[i].point = point;
		bench->jobs[i].seed = i + 7;
	}
	kills = mmap(NULL, sizeof(*kills), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return (bench);
}

static enum pool_end
run_bench(struct bench *bench, size_t workers, uint64_t timeout_ms,
    uint64_t memory)
{
	const struct pool_settings settings = {
		.workers = workers,
		.timeout_ns = timeout_ms * 1000000,
		.memory_bytes = memory,
		.execute = execute,
	};
	const struct pool_client client = { .next = next, .done = done,
	    .context = bench };
	struct pool *pool;
	struct err err;
	enum pool_end end;
	int fd;

	for (fd = 0; fd < 64; fd++)
		open_before[fd] = fcntl(fd, F_GETFD) >= 0;
	pool = pool_create(&settings, &err);
	cr_assert_not_null(pool, "%s", err.text);
	end = pool_run(pool, &client, &err);
	cr_assert_neq(end, POOL_FAILED, "%s", err.text);
	pool_destroy(pool);
	return (end);
}

/* Every job was answered once, all but `except` with its own number. */
static void
check_answers(const struct bench *bench, size_t except)
{
	size_t i;

	for (i = 0; i < bench->job_count; i++) {
		cr_assert_eq(bench->answers[i], 1, "job %zu: %u answers", i,
		    bench->answers[i]);
		if (i == except)
			continue;
		cr_assert_eq(bench->fates[i], POOL_ANSWERED, "job %zu: %s", i,
		    bench->how[i]);
		cr_assert_eq(bench->payload[i], (i + 7) * 3);
	}
}

Test(pool, answers_every_job_exactly_once)
{
	static const size_t workers[] = { 1, 2, 7 };
	struct bench *bench;
	size_t i;

	for (i = 0; i < 3; i++) {
		bench = bench_of(JOBS_MAX, JOB_ANSWER);
		cr_assert_eq(run_bench(bench, workers[i], 10000, 0), POOL_DONE);
		check_answers(bench, SIZE_MAX);
		free(bench);
	}
}

Test(pool, does_nothing_without_jobs)
{
	struct bench *bench;

	bench = bench_of(0, JOB_ANSWER);
	cr_assert_eq(run_bench(bench, 2, 10000, 0), POOL_DONE);
	cr_assert_eq(bench->done, 0);
	free(bench);
}

Test(pool, a_crash_costs_exactly_the_run_in_flight)
{
	static const struct { uint64_t what; const char *how; } deaths[] = {
		{ JOB_CRASH, "signal 11 (Segmentation fault)" },
		{ JOB_ABORT, "signal 6 (Aborted)" },
		{ JOB_EXIT, "exit status 0" },
	};
	struct bench *bench;
	size_t i;

	for (i = 0; i < 3; i++) {
		bench = bench_of(400, JOB_ANSWER);
		bench->jobs[123].point = deaths[i].what;
		cr_assert_eq(run_bench(bench, 2, 10000, 0), POOL_DONE);
		check_answers(bench, 123);
		cr_assert_eq(bench->fates[123], POOL_CRASHED);
		cr_assert_str_eq(bench->how[123], deaths[i].how);
		free(bench);
	}
}

Test(pool, survives_a_storm_of_crashes)
{
	struct bench *bench;
	size_t i;

	bench = bench_of(200, JOB_ANSWER);
	for (i = 0; i < 200; i += 2)
		bench->jobs[i].point = JOB_CRASH;
	cr_assert_eq(run_bench(bench, 3, 10000, 0), POOL_DONE);
	for (i = 0; i < 200; i++) {
		cr_assert_eq(bench->answers[i], 1);
		cr_assert_eq(bench->fates[i], i % 2 == 0 ? POOL_CRASHED :
		    POOL_ANSWERED, "job %zu", i);
	}
	free(bench);
}

Test(pool, damage_left_by_one_run_does_not_make_another_crash)
{
	struct bench *bench;

	bench = bench_of(100, JOB_ANSWER);
	bench->jobs[20].point = JOB_POISON;
	cr_assert_eq(run_bench(bench, 1, 10000, 0), POOL_DONE);
	check_answers(bench, SIZE_MAX);
	free(bench);
}

Test(pool, a_worker_killed_from_outside_is_no_crash_of_its_run)
{
	struct bench *bench;

	bench = bench_of(50, JOB_ANSWER);
	bench->jobs[0].point = JOB_KILLED_ONCE;
	cr_assert_eq(run_bench(bench, 2, 10000, 0), POOL_DONE);
	check_answers(bench, SIZE_MAX);
	cr_assert_eq(*kills, 2);
	free(bench);
}

Test(pool, a_run_that_is_always_killed_ends_as_a_crash)
{
	struct bench *bench;

	bench = bench_of(20, JOB_ANSWER);
	bench->jobs[5].point = JOB_KILLED_ALWAYS;
	cr_assert_eq(run_bench(bench, 1, 10000, 0), POOL_DONE);
	check_answers(bench, 5);
	cr_assert_eq(bench->fates[5], POOL_CRASHED);
	cr_assert(strstr(bench->how[5], "lack of memory") != NULL);
	free(bench);
}

Test(pool, gives_up_on_a_run_that_hangs)
{
	struct bench *bench;

	bench = bench_of(60, JOB_ANSWER);
	bench->jobs[31].point = JOB_HANG;
	cr_assert_eq(run_bench(bench, 2, 300, 0), POOL_DONE);
	check_answers(bench, 31);
	cr_assert_eq(bench->fates[31], POOL_TIMEOUT);
	free(bench);
}

/* A sanitizer reserves more address space than any limit allows. */
#ifdef __has_feature	/* clang's way to say it */
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__	1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define LIMITED	true
#else
#define LIMITED	false
#endif

Test(pool, keeps_workers_within_their_memory, .disabled = LIMITED)
{
	struct bench *bench;

	bench = bench_of(1, JOB_GREEDY);
	cr_assert_eq(run_bench(bench, 1, 10000, (uint64_t)512 << 20),
	    POOL_DONE);
	cr_assert_eq(bench->payload[0], 1, "malloc() got what it must not");
	free(bench);
}

Test(pool, workers_do_not_inherit_what_is_opened_after_the_template)
{
	const struct pool_settings settings = { .workers = 2,
		.timeout_ns = 10000000000, .execute = execute };
	struct bench *bench;
	struct pool_client client = { .next = next, .done = done };
	struct pool *pool;
	struct err err;
	uint64_t before;
	int fds[20];
	size_t i;

	bench = bench_of(40, JOB_FILES);
	for (i = 0; i < 40; i += 4)
		bench->jobs[i].point = JOB_CRASH;
	client.context = bench;
	before = open_files();
	pool = pool_create(&settings, &err);
	cr_assert_not_null(pool);
	for (i = 0; i < 20; i++)
		fds[i] = open("/dev/null", O_RDONLY);
	cr_assert_eq(pool_run(pool, &client, &err), POOL_DONE);
	for (i = 0; i < 40; i++) {
		if (i % 4 == 0)
			continue;
		/* Its socket is all that a worker has more. */
		cr_assert_eq(bench->payload[i], before + 1,
		    "job %zu: %llu files", i,
		    (unsigned long long)bench->payload[i]);
	}
	pool_destroy(pool);
	for (i = 0; i < 20; i++)
		close(fds[i]);
	free(bench);
}

Test(pool, takes_answers_larger_than_any_buffer)
{
	struct bench *bench;
	size_t i;

	bench = bench_of(8, JOB_LARGE);
	cr_assert_eq(run_bench(bench, 2, 10000, 0), POOL_DONE);
	for (i = 0; i < 8; i++)
		cr_assert_eq(bench->lengths[i], 1 << 20);
	free(bench);
}

Test(pool, a_worker_that_talks_nonsense_has_crashed)
{
	struct bench *bench;
	size_t i;

	bench = bench_of(30, JOB_ANSWER);
	bench->jobs[10].point = JOB_NONSENSE;
	cr_assert_eq(run_bench(bench, 1, 10000, 0), POOL_DONE);
	for (i = 0; i < 30; i++) {
		cr_assert_eq(bench->answers[i], 1);
		cr_assert_eq(bench->fates[i], i == 10 ? POOL_CRASHED :
		    POOL_ANSWERED);
	}
	free(bench);
}

Test(pool, stops_when_told_to)
{
	struct bench *bench;

	bench = bench_of(1000, JOB_ANSWER);
	bench->stop_after = 10;
	cr_assert_eq(run_bench(bench, 2, 10000, 0), POOL_STOPPED);
	cr_assert_eq(bench->done, 10);
	free(bench);
}

Test(pool, stops_on_a_signal_and_says_which)
{
	struct bench *bench;

	bench = bench_of(1000, JOB_ANSWER);
	bench->interrupt_after = 10;
	cr_assert_eq(run_bench(bench, 2, 10000, 0), POOL_SIGNALLED);
	cr_assert_eq(pool_signal(), SIGINT);
	cr_assert_geq(bench->done, 10);
	cr_assert_lt(bench->done, 1000);
	free(bench);
}
