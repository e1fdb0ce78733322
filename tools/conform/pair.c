/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/conform/pair.h"

#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "sim/strategies/strategy.h"
#include "tools/source/source.h"

/* A guide that asks another one until the log has heard enough. */
struct halt {
	struct guide guide;
	const struct guide *inner;
	const struct log *log;
};

static uint32_t
halt_next(void *context, const struct step *steps, uint32_t actors,
    uint64_t ready, uint32_t usual)
{
	struct halt *halt = context;

	if (halt->log->over)
		return (STEP_STOP);
	return (halt->inner->next(halt->inner->context, steps, actors, ready,
	    usual));
}

static uint64_t
halt_choose(void *context, enum choice_kind kind, uint32_t cpu,
    uint64_t alternatives)
{
	struct halt *halt = context;

	return (halt->inner->choose(halt->inner->context, kind, cpu,
	    alternatives));
}

/* What pair_execute() is about. */
struct task {
	const struct pair_core *cores;
	const struct run_spec *spec;
	const struct pair_guide *guide;
	size_t most;
};

static void
side_spec(const struct task *task, int side, struct run_spec *spec)
{
	const struct pair_core *core = &task->cores[side];
	struct err err;

	*spec = *task->spec;
	if (core->policy != NULL) {
		part_init(&spec->policy, core->policy);
	} else if (spec_set(spec, "core.name", core->name, &err) != 0) {
		fprintf(stderr, "gusim: %s\n", err.text);
		abort();
	}
}

/* One side, under the strategy or the schedule; and written down, maybe. */
static void
execute(struct pair *pair, const struct task *task, int side,
    const struct schedule *schedule, bool record)
{
	const struct strategy *strategy = task->guide->strategy;
	struct guide inner;
	struct halt halt;
	struct run_spec spec;

	side_spec(task, side, &spec);
	if (schedule != NULL) {
		replay_begin(&pair->replays[side], schedule);
		inner = pair->replays[side].guide;
	} else {
		memset(pair->state, 0, strategy->state_bytes);
		strategy->begin(pair->state, &spec, task->guide->seed,
		    task->guide->number);
		inner = (struct guide){ .stepped = true,
		    .next = strategy->next, .choose = strategy->choose,
		    .context = pair->state };
	}
	halt.inner = &inner;
	halt.log = &pair->logs[side];
	halt.guide = (struct guide){ .stepped = true, .next = halt_next,
	    .choose = halt_choose, .context = &halt };
	if (record)
		record_begin(&pair->records[side], &halt.guide);
	log_begin(&pair->logs[side], task->most,
	    side == 0 ? NULL : &pair->logs[0]);
	run_execute_guided(&spec, &pair->result, record ?
	    &pair->records[side].guide : &halt.guide,
	    &pair->logs[side].tracer);
	if (record)
		record_end(&pair->records[side]);
}

static void
keep_finding(const struct pair *pair, struct pair_answer *answer, int side)
{
	const struct run_finding *finding;
	char words[RUN_SUMMARY_SIZE - 64];

	answer->finding[side][0] = '\0';
	if (pair->result.finding_count == 0)
		return;
	finding = &pair->result.findings[0];
	source_fill(finding->summary, finding->where, finding->where_count,
	    words, sizeof(words));
	snprintf(answer->finding[side], sizeof(answer->finding[side]),
	    "%s: %s", finding->check, words);
}

/* What a check says of a core is in that core's words; which check is not. */
static bool
same_check(const char *one, const char *other)
{
	size_t length;

	length = strcspn(one, ":");
	return (length == strcspn(other, ":") &&
	    strncmp(one, other, length) == 0);
}

/* Both sides, and where they part. */
static void
compare(struct pair *pair, const struct task *task,
    const struct schedule *schedules[2], bool record,
    struct pair_answer *answer)
{
	const struct log *one = &pair->logs[0], *other = &pair->logs[1];
	size_t at, i;

	memset(answer, 0, sizeof(*answer));
	execute(pair, task, 0, schedules[0], record);
	keep_finding(pair, answer, 0);
	answer->findings = pair->result.finding_count;
	execute(pair, task, 1, schedules[1], record);
	keep_finding(pair, answer, 1);
	answer->operations = other->operations;
	answer->entries = other->count;
	memcpy(answer->tallies, other->tallies, sizeof(answer->tallies));
	answer->cpus = one->cpus;
	if (other->differs || other->count != one->count) {
		at = other->differs ? other->count - 1 : other->count;
		answer->difference = other->differs && at < one->count ?
		    PAIR_ENTRY : PAIR_END;
		answer->at = at + 1;
		if (at < one->count)
			answer->held[0] = one->entries[at];
		if (at < other->count)
			answer->held[1] = other->entries[at];
		answer->before_count = at < PAIR_BEFORE ? (uint32_t)at :
		    PAIR_BEFORE;
		for (i = 0; i < answer->before_count; i++)
			answer->before[i] =
			    one->entries[at - answer->before_count + i];
	} else if (!same_check(answer->finding[0], answer->finding[1])) {
		answer->difference = PAIR_END;
		answer->at = one->count + 1;
	}
}

static bool
repeats(const struct pair_answer *one, const struct pair_answer *other)
{

	return (one->difference == other->difference && one->at == other->at &&
	    log_same(&one->held[0], &other->held[0]) &&
	    log_same(&one->held[1], &other->held[1]));
}

/* A token names a run of this program, so of a core that it has by name. */
static void
write_tokens(struct pair *pair, const struct task *task, const char *scenario,
    struct pair_answer *answer)
{
	struct token_guide guide;
	struct run_spec spec;
	int side;

	for (side = 0; side < 2; side++) {
		pair->tokens[side][0] = '\0';
		if (task->cores[side].policy != NULL)
			continue;
		memset(&guide, 0, sizeof(guide));
		guide.schedule = &pair->records[side].schedule;
		side_spec(task, side, &spec);
		if (token_write_guided(scenario, &spec, "", false, &guide,
		    pair->tokens[side]) == 0 && answer->defect[0] == '\0')
			snprintf(answer->defect, sizeof(answer->defect),
			    "the schedule is too long for a token");
	}
}

void
pair_execute(struct pair *pair, const struct pair_core cores[2],
    const char *scenario, const struct run_spec *spec,
    const struct pair_guide *guide, size_t entries_most,
    struct pair_answer *answer)
{
	struct task task = { cores, spec, guide, entries_most };
	const struct schedule *schedules[2];
	struct pair_answer again;

	if (pair->state == NULL && guide->strategy != NULL)
		pair->state = must_alloc(1, guide->strategy->state_bytes);
	schedules[0] = schedules[1] = guide->schedule;
	compare(pair, &task, schedules, false, answer);
	if (answer->difference == PAIR_SAME)
		return;
	/* Nobody need follow them any further than this. */
	task.most = answer->at;
	compare(pair, &task, schedules, true, &again);
	if (!repeats(answer, &again))
		snprintf(answer->defect, sizeof(answer->defect),
		    "made again, the runs part at entry %llu",
		    (unsigned long long)again.at);
	schedules[0] = &pair->records[0].schedule;
	schedules[1] = &pair->records[1].schedule;
	compare(pair, &task, schedules, false, &again);
	if (!repeats(answer, &again) && answer->defect[0] == '\0')
		snprintf(answer->defect, sizeof(answer->defect),
		    "with the schedules written down, they part at entry %llu",
		    (unsigned long long)again.at);
	write_tokens(pair, &task, scenario, answer);
}

void
pair_fini(struct pair *pair)
{
	int side;

	for (side = 0; side < 2; side++) {
		log_fini(&pair->logs[side]);
		record_fini(&pair->records[side]);
		replay_fini(&pair->replays[side]);
	}
	run_result_fini(&pair->result);
	free(pair->state);
	memset(pair, 0, sizeof(*pair));
}
