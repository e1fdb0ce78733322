/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "tools/campaign/pool.h"
#include "tools/campaign/wire.h"

enum { JOBS_MAX = 2000 };

/* How the jobs of a pool are shared out among its workers. */
struct share {
	size_t count;
	size_t next;
	size_t again_from;	/* jobs from here on come up when others end */
	size_t allowed;
	size_t burst;		/* so many at once come up when most have ended */
	size_t ended;
	unsigned answers[JOBS_MAX];
	uint64_t asked[JOBS_MAX];	/* for which worker */
	uint64_t had[JOBS_MAX];
	uint64_t pids[JOBS_MAX];
};

static void
pause_us(long us)
{
	struct timespec time = { us / 1000000, us % 1000000 * 1000 };

	nanosleep(&time, NULL);
}

/* `point` is how long the job takes. */
static void
execute(void *context, const struct pool_job *job, struct wire_buffer *answer)
{
	uint64_t pid;

	(void)context;
	pause_us((long)job->point);
	pid = (uint64_t)getpid();
	wire_buffer_add(answer, &pid, sizeof(pid));
	wire_buffer_add(answer, &job->id, sizeof(job->id));
}

static uint64_t
length_us(const struct share *share, size_t i)
{

	/* One in the middle is long, and its worker has others in hand. */
	return (share->again_from == 0 && i == 300 ? 600000 : 100);
}

static bool
next(void *context, struct pool_job *job)
{
	struct share *share = context;

	if (share->next == share->count || ((share->again_from != 0 ||
	    share->burst != 0) && share->next >= share->allowed))
		return (false);
	share->asked[share->next] = job->worker;
	job->id = (int64_t)share->next;
	job->point = length_us(share, share->next);
	share->next++;
	return (true);
}

static int
done(void *context, const struct pool_outcome *outcome)
{
	struct share *share = context;
	size_t i = (size_t)outcome->job.id;
	int64_t id;

	cr_assert_eq(outcome->fate, POOL_ANSWERED);
	memcpy(&id, outcome->answer + sizeof(share->pids[i]), sizeof(id));
	cr_assert_eq(id, outcome->job.id, "the answer to job %zu is that to "
	    "job %zu", i, (size_t)id);
	share->answers[i]++;
	share->had[i] = outcome->job.worker;
	memcpy(&share->pids[i], outcome->answer, sizeof(share->pids[i]));
	share->ended++;
	if (share->burst == 0)
		share->allowed++;
	else if (share->ended + 20 >= share->allowed)
		share->allowed += share->burst;
	return (0);
}

static struct pool *
pool_of(size_t workers)
{
	const struct pool_settings settings = {
		.workers = workers,
		.timeout_ns = UINT64_C(20000000000),
		.execute = execute,
	};
	struct pool *pool;
	struct err err;

	pool = pool_create(&settings, &err);
	cr_assert_not_null(pool, "%s", err.text);
	return (pool);
}

static void
run(struct pool *pool, struct share *share, bool asks_again)
{
	const struct pool_client client = { .next = next, .done = done,
		.context = share, .asks_again = asks_again };
	struct err err;

	cr_assert_eq(pool_run(pool, &client, &err), POOL_DONE);
}

static void
check_all_once(const struct share *share)
{
	size_t i;

	for (i = 0; i < share->count; i++)
		cr_assert_eq(share->answers[i], 1, "job %zu: %u answers", i,
		    share->answers[i]);
}

Test(pool_share, who_is_done_takes_over_what_another_has_not_begun)
{
	struct pool_times times;
	struct share *share;
	struct pool *pool;
	size_t i, behind;

	share = calloc(1, sizeof(*share));
	share->count = 900;
	pool = pool_of(2);
	run(pool, share, false);
	pool_times(pool, &times);
	pool_destroy(pool);
	check_all_once(share);
	cr_assert_eq(times.jobs, 900);
	cr_assert_gt(times.stolen, 0, "nobody took anything over");
	cr_assert_gt(times.wall_ns, UINT64_C(600000000));
	/* What was behind the long one went to the other. */
	behind = 0;
	for (i = 0; i < share->count; i++)
		behind += share->asked[i] != share->had[i];
	cr_assert_geq(behind, 1);
	cr_assert_leq(behind, times.stolen);
	free(share);
}

Test(pool_share, new_jobs_may_come_up_as_others_end)
{
	struct share *share;
	struct pool *pool;

	share = calloc(1, sizeof(*share));
	share->count = JOBS_MAX;
	share->again_from = 1;
	share->allowed = 3;	/* and one more for each that is done */
	pool = pool_of(2);
	run(pool, share, true);
	check_all_once(share);
	cr_assert_eq(share->next, share->count);

	/* Who does not ask again is done when there is nothing for a moment. */
	memset(share, 0, sizeof(*share));
	share->count = JOBS_MAX;
	share->again_from = 1;
	share->allowed = 3;
	run(pool, share, false);
	cr_assert_lt(share->next, share->count);
	pool_destroy(pool);
	free(share);
}

/* While the long one lasts, its worker is given hundreds and loses them again. */
Test(pool_share, what_was_taken_back_is_not_executed_whatever_comes_later)
{
	struct pool_times times;
	struct share *share;
	struct pool *pool;

	share = calloc(1, sizeof(*share));
	share->count = JOBS_MAX;
	share->burst = 340;
	share->allowed = 340;
	pool = pool_of(2);
	run(pool, share, true);
	pool_times(pool, &times);
	pool_destroy(pool);
	check_all_once(share);
	cr_assert_eq(times.jobs, JOBS_MAX);
	cr_assert_gt(times.stolen, 200, "%d were taken over",
	    (int)times.stolen);
	free(share);
}

Test(pool_share, new_workers_are_other_processes)
{
	struct share *share, *later;
	struct pool *pool;
	struct err err;
	size_t i, j;

	share = calloc(1, sizeof(*share));
	later = calloc(1, sizeof(*later));
	share->count = later->count = 40;
	pool = pool_of(2);
	run(pool, share, false);
	cr_assert_eq(pool_renew(pool, &err), 0, "%s", err.text);
	run(pool, later, false);
	check_all_once(share);
	check_all_once(later);
	for (i = 0; i < 40; i++) {
		for (j = 0; j < 40; j++) {
			cr_assert_neq(share->pids[i], later->pids[j]);
			cr_assert_neq(share->had[i], later->had[j]);
		}
	}
	pool_destroy(pool);
	free(share);
	free(later);
}
