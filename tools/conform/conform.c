/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/conform/conform.h"

#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "sim/strategies/strategy.h"
#include "tools/campaign/wire_bytes.h"

enum {
	CONFORM_PORTION = 25000,	/* operations */
	CONFORM_ENTRIES = 8192,		/* of one run */
	CONFORM_RUN_BITS = 20,		/* runs of a portion */
	CONFORM_EMPTY_RUNS = 50,	/* in a row: there is nothing to compare */
};

/* --- the worker's side ----------------------------------------------------------- */

/* One portion on its way back; `answer` is of the run that parted the cores. */
struct portion {
	uint64_t fate;
	uint64_t runs;
	uint64_t operations;
	uint64_t tallies[LOG_TALLIES];
	uint64_t findings;
	uint64_t finding_run;
	char finding[RUN_SUMMARY_SIZE];
	uint64_t run;
	uint64_t seed;
	struct pair_answer answer;
};

static struct pair worker_pair;

static uint64_t
portion_size(const struct conform_settings *settings, uint64_t portion)
{
	uint64_t left;

	left = settings->operations - portion * CONFORM_PORTION;
	return (left < CONFORM_PORTION ? left : CONFORM_PORTION);
}

static void
execute_portion(const struct conform_settings *settings, size_t course,
    uint64_t number, struct portion *portion)
{
	struct pair_guide guide;
	struct run_spec spec;
	uint64_t most, empty;
	uint32_t i;

	memset(portion, 0, sizeof(*portion));
	memset(&guide, 0, sizeof(guide));
	guide.strategy = strategy_find("laggard");
	guide.seed = settings->seed;
	most = portion_size(settings, number);
	for (empty = 0; portion->operations < most;) {
		guide.number = (number << CONFORM_RUN_BITS) + portion->runs;
		course_spec(&settings->courses[course], settings->seed,
		    guide.number, &spec);
		pair_execute(&worker_pair, settings->cores,
		    settings->courses[course].name, &spec, &guide,
		    CONFORM_ENTRIES, &portion->answer);
		portion->run = guide.number;
		portion->seed = spec.seed;
		portion->runs++;
		portion->operations += portion->answer.operations;
		if (portion->answer.findings > 0 && portion->findings++ == 0) {
			portion->finding_run = guide.number;
			memcpy(portion->finding, portion->answer.finding[0],
			    sizeof(portion->finding));
		}
		for (i = 0; i < LOG_TALLIES; i++)
			portion->tallies[i] += portion->answer.tallies[i];
		if (portion->answer.difference != PAIR_SAME) {
			portion->fate = CONFORM_DIFFERS;
			return;
		}
		empty = portion->answer.operations > 0 ? 0 : empty + 1;
		if (empty == CONFORM_EMPTY_RUNS) {
			portion->fate = CONFORM_EMPTY;
			return;
		}
	}
}

static void
execute_job(void *context, const struct pool_job *job,
    struct wire_buffer *message)
{
	static struct portion portion;
	int side;

	execute_portion(context, (size_t)job->point, job->seed, &portion);
	wire_put_blob(message, (const unsigned char *)&portion,
	    sizeof(portion));
	for (side = 0; side < 2; side++)
		wire_put_text(message, portion.fate == CONFORM_DIFFERS ?
		    worker_pair.tokens[side] : "");
}

/* --- the parent's side ------------------------------------------------------------ */

/* Courses in turn, so that each has something to show early. */
static bool
next_job(void *context, struct pool_job *job)
{
	struct conform *conform = context;
	struct conform_course *course;

	while (conform->next_portion < conform->portions) {
		if (conform->next_course == conform->settings.course_count) {
			conform->next_course = 0;
			conform->next_portion++;
			continue;
		}
		course = &conform->courses[conform->next_course];
		job->id = 0;
		job->point = conform->next_course++;
		job->seed = conform->next_portion;
		/* Only what comes before the first difference matters. */
		if (course->fate == CONFORM_SAME)
			return (true);
	}
	return (false);
}

/* The first portion that did not go well is the one to tell of. */
static bool
is_first(const struct conform_course *course, uint64_t portion)
{

	return (course->fate == CONFORM_SAME || portion < course->portion);
}

static void
take_portion(struct conform_course *course, uint64_t number,
    struct wire_reader *reader)
{
	const struct portion *portion;
	struct portion copy;
	const unsigned char *bytes;
	size_t length;
	uint32_t i;
	int side;

	bytes = wire_get_blob(reader, &length);
	if (length != sizeof(copy)) {
		course->fate = CONFORM_LOST;
		course->portion = number;
		snprintf(course->how, sizeof(course->how), "an account that "
		    "makes no sense; its memory was overwritten");
		return;
	}
	memcpy(&copy, bytes, sizeof(copy));
	portion = &copy;
	course->portions++;
	course->runs += portion->runs;
	course->operations += portion->operations;
	if (portion->findings > 0 && (course->findings == 0 ||
	    portion->finding_run < course->finding_run)) {
		course->finding_run = portion->finding_run;
		memcpy(course->finding, portion->finding,
		    sizeof(course->finding));
	}
	course->findings += portion->findings;
	for (i = 0; i < LOG_TALLIES; i++)
		course->tallies[i] += portion->tallies[i];
	if (portion->fate == CONFORM_SAME || !is_first(course, number))
		return;
	course->fate = (enum conform_fate)portion->fate;
	course->portion = number;
	course->run = portion->run;
	course->seed = portion->seed;
	course->answer = portion->answer;
	for (side = 0; side < 2; side++) {
		free(course->tokens[side]);
		course->tokens[side] = must_copy(wire_get_text(reader));
	}
}

static int
job_done(void *context, const struct pool_outcome *outcome)
{
	struct conform *conform = context;
	struct conform_course *course;
	struct wire_reader reader;
	uint64_t before;

	course = &conform->courses[outcome->job.point];
	if (outcome->fate != POOL_ANSWERED) {
		if (!is_first(course, outcome->job.seed))
			return (0);
		course->fate = CONFORM_LOST;
		course->portion = outcome->job.seed;
		snprintf(course->how, sizeof(course->how), "%s",
		    outcome->fate == POOL_TIMEOUT ? "no end in sight" :
		    outcome->how);
		return (0);
	}
	reader = (struct wire_reader){ .bytes = outcome->answer,
	    .left = outcome->length };
	before = course->operations;
	take_portion(course, outcome->job.seed, &reader);
	conform->operations += course->operations - before;
	return (0);
}

static int
tick(void *context)
{
	struct conform *conform = context;

	if (conform->settings.look != NULL)
		conform->settings.look(conform->settings.context,
		    conform->operations);
	return (0);
}

enum pool_end
conform_run(struct conform *conform, const struct conform_settings *settings,
    struct err *err)
{
	struct pool_settings pool_settings;
	struct pool_client client;
	struct pool *pool;
	enum pool_end end;

	memset(conform, 0, sizeof(*conform));
	conform->settings = *settings;
	conform->courses = must_alloc(settings->course_count,
	    sizeof(*conform->courses));
	conform->portions = (settings->operations + CONFORM_PORTION - 1) /
	    CONFORM_PORTION;
	memset(&pool_settings, 0, sizeof(pool_settings));
	pool_settings.workers = settings->workers;
	pool_settings.timeout_ns = settings->timeout_ns;
	pool_settings.execute = execute_job;
	pool_settings.context = &conform->settings;
	pool = pool_create(&pool_settings, err);
	if (pool == NULL)
		return (POOL_FAILED);
	client = (struct pool_client){ .next = next_job, .done = job_done,
	    .tick = tick, .context = conform };
	end = pool_run(pool, &client, err);
	pool_destroy(pool);
	return (end);
}

void
conform_fini(struct conform *conform)
{
	size_t i;

	for (i = 0; i < conform->settings.course_count; i++) {
		free(conform->courses[i].tokens[0]);
		free(conform->courses[i].tokens[1]);
	}
	free(conform->courses);
	memset(conform, 0, sizeof(*conform));
}
