/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/shrink/trial.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "tools/campaign/host.h"
#include "tools/campaign/wire_bytes.h"
#include "tools/shrink/trial_work.h"

/* --- answers --------------------------------------------------------------------- */

/* The check of an answer outlives the message that it came in. */
static const char *
known_check(const char *name)
{
	size_t i;

	for (i = 0; i < check_table_count; i++)
		if (strcmp(check_table[i]->name, name) == 0)
			return (check_table[i]->name);
	return ("crash");
}

static void
get_finding(struct wire_reader *reader, struct run_finding *finding)
{
	size_t i;

	finding->check = known_check(wire_get_text(reader));
	wire_get_text_into(reader, finding->summary,
	    sizeof(finding->summary));
	finding->at_ps = wire_get_number(reader);
	finding->cpu = wire_get_number(reader);
	finding->where_count = wire_get_count(reader, RUN_WHERE_MAX);
	for (i = 0; i < finding->where_count; i++)
		finding->where[i] = wire_get_number(reader);
}

static void
get_answer(struct trial *trial, const struct pool_outcome *outcome)
{
	struct trial_answer *answer = &trial->answer;
	struct wire_reader reader;

	reader = (struct wire_reader){ outcome->answer, outcome->length, 0 };
	answer->fails = wire_get_number(&reader) != 0;
	answer->accesses = wire_get_number(&reader);
	answer->sim_ps = wire_get_number(&reader);
	answer->finding_count = wire_get_number(&reader);
	wire_get_text_into(&reader, answer->digest, sizeof(answer->digest));
	if (answer->finding_count > 0)
		get_finding(&reader, &answer->finding);
	answer->survived = !reader.bad;
	if (reader.bad)
		answer->fails = false;
}

/* --- interruptions --------------------------------------------------------------- */

/* The pool listens while it waits for an answer; this is for in between. */
static volatile sig_atomic_t trial_caught;
static const int trial_signals[] = { SIGINT, SIGTERM };
enum { TRIAL_SIGNALS = sizeof(trial_signals) / sizeof(trial_signals[0]) };
static struct sigaction trial_before[TRIAL_SIGNALS];

static void
catch(int number)
{

	trial_caught = number;
}

static void
listen_begin(void)
{
	struct sigaction action;
	size_t i;

	trial_caught = 0;
	memset(&action, 0, sizeof(action));
	action.sa_handler = catch;
	action.sa_flags = SA_RESTART;
	for (i = 0; i < TRIAL_SIGNALS; i++)
		sigaction(trial_signals[i], &action, &trial_before[i]);
}

static void
listen_end(void)
{
	size_t i;

	for (i = 0; i < TRIAL_SIGNALS; i++)
		sigaction(trial_signals[i], &trial_before[i], NULL);
}

int
trial_signal(void)
{

	return (trial_caught != 0 ? trial_caught : pool_signal());
}

/* --- questions ------------------------------------------------------------------- */

struct asking {
	struct trial *trial;
	bool asked;
};

static bool
next_job(void *context, struct pool_job *job)
{
	struct asking *asking = context;

	if (asking->asked)
		return (false);
	asking->asked = true;
	memset(job, 0, sizeof(*job));
	return (true);
}

static int
job_done(void *context, const struct pool_outcome *outcome)
{
	struct asking *asking = context;
	struct trial *trial = asking->trial;
	struct trial_answer *answer = &trial->answer;

	switch (outcome->fate) {
	case POOL_ANSWERED:
		get_answer(trial, outcome);
		break;
	case POOL_CRASHED:
		answer->crashed = true;
		answer->fails = trial->target.crashed ||
		    trial->target.check[0] == '\0';
		answer->finding_count = 1;
		answer->finding.check = "crash";
		snprintf(answer->finding.summary,
		    sizeof(answer->finding.summary), "the process ended with "
		    "%s", outcome->how);
		break;
	case POOL_TIMEOUT:
		break;
	}
	return (0);
}

static bool
ask(struct trial *trial, enum trial_kind kind, const struct run_spec *spec)
{
	struct trial_request *request = &trial->shared->request;
	struct asking asking = { trial, false };
	struct pool_client client = { 0 };

	memset(&trial->answer, 0, sizeof(trial->answer));
	if (trial->end == POOL_DONE && trial_caught != 0)
		trial->end = POOL_SIGNALLED;
	if (trial->end != POOL_DONE)
		return (false);
	if (kind != TRIAL_TELL && trial->deadline_ns != 0 &&
	    host_clock_ns() >= trial->deadline_ns) {
		trial->late = true;
		return (false);
	}
	request->kind = kind;
	request->spec = *spec;
	request->target = trial->target;
	request->accesses_max = kind == TRIAL_TELL ? 0 : trial->accesses_max;
	request->deadline_ns = trial->deadline_ns == 0 ? UINT64_MAX :
	    trial->deadline_ns;
	request->executions = 0;
	client.next = next_job;
	client.done = job_done;
	client.context = &asking;
	trial->end = pool_run(trial->pool, &client, &trial->err);
	/* One that ends its process may not get far enough to be counted. */
	trial->executions += request->executions == 0 ? 1 :
	    request->executions;
	trial->answer.seed = request->seed;
	trial->answer.stepped = trial->shared->log.stepped;
	trial->answer.choices = trial->shared->log.count;
	if (trial->end != POOL_DONE)
		trial->answer.fails = false;
	if (trial->look != NULL)
		trial->look(trial->context);
	return (trial->answer.fails);
}

static void
put_schedule(struct trial *trial, const struct schedule *schedule)
{
	struct trial_request *request = &trial->shared->request;

	request->faults = false;
	request->stepped = schedule->stepped;
	request->count = schedule->count;
	if (schedule->count > 0)
		memcpy(request->entries, schedule->entries,
		    schedule->count * sizeof(request->entries[0]));
}

bool
trial_follow(struct trial *trial, const struct run_spec *spec,
    const struct schedule *schedule)
{

	put_schedule(trial, schedule);
	return (ask(trial, TRIAL_FOLLOW, spec));
}

bool
trial_convert(struct trial *trial, const struct run_spec *spec,
    const struct schedule *schedule)
{

	put_schedule(trial, schedule);
	trial->shared->request.faults = true;
	return (ask(trial, TRIAL_FOLLOW, spec));
}

bool
trial_tell(struct trial *trial, const struct run_spec *spec,
    const struct schedule *schedule)
{

	put_schedule(trial, schedule);
	return (ask(trial, TRIAL_TELL, spec));
}

bool
trial_play(struct trial *trial, const struct run_spec *spec,
    const struct strategy *strategy, uint64_t number)
{
	struct trial_request *request = &trial->shared->request;

	request->faults = false;
	request->strategy = strategy;
	request->number = number;
	return (ask(trial, TRIAL_PLAY, spec));
}

bool
trial_seek(struct trial *trial, const struct run_spec *spec,
    const struct strategy *strategy, uint64_t runs_most,
    uint64_t accesses_most)
{
	struct trial_request *request = &trial->shared->request;

	request->faults = false;
	request->strategy = strategy;
	request->runs_most = runs_most;
	request->accesses_most = accesses_most;
	return (ask(trial, TRIAL_SEEK, spec));
}

bool
trial_schedule(const struct trial *trial, uint64_t cpus,
    struct schedule *schedule)
{

	return (witness_schedule(&trial->shared->log, cpus, schedule));
}

void
trial_aim(struct trial *trial, const struct trial_answer *answer)
{
	const struct run_finding *finding = &answer->finding;
	struct trial_target *target = &trial->target;

	target->crashed = answer->crashed;
	snprintf(target->check, sizeof(target->check), "%s", finding->check);
	target->place_count = finding->where_count;
	memcpy(target->places, finding->where, sizeof(target->places));
}

/* --- its life -------------------------------------------------------------------- */

int
trial_begin(struct trial *trial, uint64_t timeout_ns, uint64_t memory_bytes,
    struct err *err)
{
	struct pool_settings settings;
	void *memory;

	memset(trial, 0, sizeof(*trial));
	memory = mmap(NULL, sizeof(*trial->shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED) {
		return (err_set(err, "cannot share memory with a worker: %s",
		    strerror(errno)));
	}
	trial->shared = memory;
	memset(&settings, 0, sizeof(settings));
	settings.workers = 1;
	settings.timeout_ns = timeout_ns;
	settings.memory_bytes = memory_bytes;
	settings.execute = trial_work_execute;
	settings.context = trial;
	trial->pool = pool_create(&settings, err);
	if (trial->pool != NULL) {
		listen_begin();
		return (0);
	}
	munmap(trial->shared, sizeof(*trial->shared));
	trial->shared = NULL;
	return (-1);
}

void
trial_end(struct trial *trial)
{

	listen_end();
	pool_destroy(trial->pool);
	if (trial->shared != NULL)
		munmap(trial->shared, sizeof(*trial->shared));
	memset(trial, 0, sizeof(*trial));
}
