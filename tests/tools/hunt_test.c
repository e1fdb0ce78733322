/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "sim/base/rng.h"
#include "sim/strategies/strategy.h"
#include "tools/campaign/wire.h"
#include "tools/hunt/hunt.h"
#include "tools/hunt/hunt_batch.h"
#include "tools/hunt/hunt_set.h"
#include "tools/hunt/hunt_shares.h"
#include "tools/hunt/hunt_told.h"

Test(hunt_set, tells_new_from_known)
{
	struct hunt_set set;
	struct rng rng;
	uint64_t i;

	memset(&set, 0, sizeof(set));
	cr_assert(hunt_set_add(&set, 0));
	cr_assert_not(hunt_set_add(&set, 0));
	rng_init(&rng, 1, "set", 0);
	for (i = 2; i < 20000; i++)
		cr_assert(hunt_set_add(&set, i << (i % 7 * 6)) ||
		    i % 7 != 0);
	for (i = 2; i < 20000; i++)
		cr_assert_not(hunt_set_add(&set, i << (i % 7 * 6)));
	cr_assert_not(hunt_set_full(&set));
	hunt_set_fini(&set);
}

static void
finding(struct run_finding *it, const char *check, const char *summary)
{

	memset(it, 0, sizeof(*it));
	it->check = check;
	snprintf(it->summary, sizeof(it->summary), "%s", summary);
}

Test(hunt_cause, is_the_check_and_the_words_without_their_numbers)
{
	struct run_finding a, b;

	finding(&a, "crash", "it fell at 3.2 us on CPU 1, in 12 steps.");
	finding(&b, "crash", "it fell at 146 ns on CPU 11, in 7 steps.");
	cr_assert_eq(hunt_cause(&a), hunt_cause(&b));
	finding(&b, "crash", "it fell at 146 ns on CPU 11, in 7 leaps.");
	cr_assert_neq(hunt_cause(&a), hunt_cause(&b));
	finding(&b, "leak", "it fell at 146 ns on CPU 11, in 7 steps.");
	cr_assert_neq(hunt_cause(&a), hunt_cause(&b));
	finding(&a, "leak", "ends with 7");
	finding(&b, "leak", "ends with 7777.");
	cr_assert_neq(hunt_cause(&a), hunt_cause(&b));
}

Test(hunt_cause, is_the_places_where_there_are_some)
{
	struct run_finding a, b;

	finding(&a, "data_race", "inside a section");
	finding(&b, "data_race", "outside of sections");
	a.where_count = b.where_count = 2;
	a.where[0] = b.where[0] = 17;
	a.where[1] = b.where[1] = 4711;
	cr_assert_eq(hunt_cause(&a), hunt_cause(&b));
	b.where[1]++;
	cr_assert_neq(hunt_cause(&a), hunt_cause(&b));
}

/* A batch with something of everything. */
static void
fill(struct hunt_batch *batch)
{
	static struct run_result result;
	struct hunt_account *account;
	uint64_t i;

	memset(batch, 0, sizeof(*batch));
	batch->first = 50;
	result.accesses = 100;
	result.coverage_count = 2;
	result.coverage[0].name = "one";
	result.coverage[0].about = "about one";
	result.coverage[1].name = "two";
	for (i = 0; i < 700; i++) {
		result.coverage[0].hits = i;
		result.coverage[1].hits = 1;
		result.status = i == 3 ? RUN_TIMEOUT : RUN_OK;
		hunt_batch_add(batch, &result);
	}
	account = must_alloc(1, sizeof(*account));
	snprintf(account->strategy, sizeof(account->strategy), "delay");
	account->token = must_copy("gus1.x.y");
	account->result = (unsigned char *)must_copy("abc");
	account->result_length = 3;
	hunt_batch_append(batch, 5, 77)->account = account;
	batch->findings[0].count = 3;
	hunt_batch_append(batch, 4, 749);
	batch->spent = true;
	snprintf(batch->report, sizeof(batch->report), "a line\n");
}

Test(hunt_batch, arrives_as_it_was_sent_and_never_in_part)
{
	struct hunt_batch sent, got;
	struct hunt_account *account;
	struct wire_buffer buffer;
	size_t length;

	memset(&buffer, 0, sizeof(buffer));
	memset(&got, 0, sizeof(got));
	fill(&sent);
	hunt_batch_encode(&sent, &buffer);
	cr_assert_eq(hunt_batch_decode(buffer.bytes, buffer.length, &got), 0);
	cr_assert_eq(got.runs, 700);
	cr_assert_eq(memcmp(got.behaviours, sent.behaviours,
	    700 * sizeof(uint64_t)), 0);
	cr_assert_eq(got.accesses, 70000);
	cr_assert_eq(got.given_up, 1);
	cr_assert(got.spent);
	cr_assert_eq(got.coverage_count, 2);
	cr_assert_eq(got.coverage[0].hits, 700 * 699 / 2);
	cr_assert_str_eq(got.coverage[0].about, "about one");
	cr_assert_str_eq(got.coverage[1].name, "two");
	cr_assert_eq(got.first, 50);
	cr_assert_eq(got.finding_count, 2);
	cr_assert_eq(hunt_batch_find(&got, 5), &got.findings[0]);
	cr_assert_eq(hunt_batch_find(&got, 4), &got.findings[1]);
	cr_assert_null(hunt_batch_find(&got, 6));
	cr_assert_eq(got.findings[0].number, 77);
	cr_assert_eq(got.findings[0].count, 3);
	account = got.findings[0].account;
	cr_assert_str_eq(account->strategy, "delay");
	cr_assert_str_eq(account->token, "gus1.x.y");
	cr_assert_eq(memcmp(account->result, "abc", 3), 0);
	cr_assert_eq(got.findings[1].number, 749);
	cr_assert_eq(got.findings[1].count, 1);
	cr_assert_null(got.findings[1].account);
	cr_assert_str_eq(got.report, "a line\n");
	for (length = 0; length < buffer.length; length++) {
		hunt_batch_clear(&got);
		cr_assert_eq(hunt_batch_decode(buffer.bytes, length, &got),
		    -1);
	}
	/* A run that it does not have. */
	sent.findings[1].number = 750;
	buffer.length = 0;
	hunt_batch_encode(&sent, &buffer);
	hunt_batch_clear(&got);
	cr_assert_eq(hunt_batch_decode(buffer.bytes, buffer.length, &got), -1);
	hunt_batch_fini(&sent);
	hunt_batch_fini(&got);
	wire_buffer_free(&buffer);
}

Test(hunt_told, asks_for_first_runs_and_for_no_more_than_a_hunt_lists)
{
	struct hunt_told told;
	uint64_t i;

	memset(&told, 0, sizeof(told));
	cr_assert(hunt_told_add(&told, 7, 1000));
	cr_assert_not(hunt_told_add(&told, 7, 1001));
	/* The same run, once more. */
	cr_assert(hunt_told_add(&told, 7, 1000));
	/* An earlier run is done later. */
	cr_assert(hunt_told_add(&told, 7, 999));
	cr_assert_not(hunt_told_add(&told, 7, 1000));
	for (i = 1; i < HUNT_CAUSES_MAX; i++)
		cr_assert(hunt_told_add(&told, 7 + i, 1000 + i));
	cr_assert_not(hunt_told_add(&told, 6, 2000));
	/* Of those, not all come before these. */
	cr_assert(hunt_told_add(&told, 6, 1000 + HUNT_CAUSES_MAX - 1));
	cr_assert(hunt_told_add(&told, 7, 3));
	cr_assert(hunt_told_add(&told, 5, 4));
	cr_assert_eq(told.count, HUNT_CAUSES_MAX + 2);
	hunt_told_fini(&told);
}

Test(hunt_shares, follow_what_was_new_and_starve_nobody)
{
	const struct strategy *mixed = strategy_find("mixed");
	struct hunt_shares shares;
	uint64_t i;

	hunt_shares_begin(&shares, mixed);
	cr_assert_eq(shares.known, 1);
	for (i = 1; i < mixed->part_count; i++)
		cr_assert_eq(shares.epochs[0].of[i], shares.epochs[0].of[0]);
	for (i = 0; i < 400; i++)
		hunt_shares_count(&shares, (uint32_t)(i % 4), i % 4 == 2);
	hunt_shares_settle(&shares, mixed);
	cr_assert_eq(shares.known, 2);
	for (i = 0; i < mixed->part_count; i++)
		cr_assert_eq(shares.epochs[1].of[i], i == 2 ? 195 : 15, "%u",
		    shares.epochs[1].of[i]);
	/* Nothing was new: all are alike again. */
	for (i = 0; i < 400; i++)
		hunt_shares_count(&shares, (uint32_t)(i % 4), false);
	hunt_shares_settle(&shares, mixed);
	for (i = 0; i < mixed->part_count; i++)
		cr_assert_eq(shares.epochs[2].of[i], 60);
}

Test(hunt_shares, epochs_double)
{

	cr_assert_eq(hunt_shares_epoch(0), 0);
	cr_assert_eq(hunt_shares_epoch(511), 0);
	cr_assert_eq(hunt_shares_border(511), 512);
	cr_assert_eq(hunt_shares_epoch(512), 1);
	cr_assert_eq(hunt_shares_epoch(1023), 1);
	cr_assert_eq(hunt_shares_border(512), 1024);
	cr_assert_eq(hunt_shares_epoch(1024), 2);
	cr_assert_lt(hunt_shares_epoch(UINT64_MAX), HUNT_EPOCHS_MAX);
}

/* --- whole hunts ----------------------------------------------------------- */

/* Frees at once, whoever reads. */
static void
careless(struct hunt_settings *settings)
{
	static const char *const knobs[][2] = {
		{ "machine.cpus", "3" }, { "machine.pages", "4MiB" },
		{ "workload.slot_churn.slots", "4" },
		{ "zone.item_size", "128B" }, { "zone.bucket_size", "4" },
		{ "run.warmup", "0ns" }, { "run.duration", "20us" },
	};
	struct err err;
	size_t i;

	memset(settings, 0, sizeof(*settings));
	spec_init(&settings->spec);
	cr_assert_eq(spec_set_policy(&settings->spec, "immediate", &err), 0);
	cr_assert_eq(spec_set_workload(&settings->spec, "slot_churn", &err),
	    0);
	for (i = 0; i < sizeof(knobs) / sizeof(knobs[0]); i++)
		cr_assert_eq(spec_set(&settings->spec, knobs[i][0],
		    knobs[i][1], &err), 0, "%s", err.text);
	settings->scenario = "careless";
	settings->strategy = strategy_find("mixed");
	settings->seed = 3;
	settings->runs_max = 400;
	settings->timeout_ns = UINT64_C(60000000000);
}

Test(hunt, finds_the_same_with_one_worker_and_with_three)
{
	struct hunt_settings settings;
	struct hunt one, three;
	struct err err;
	size_t i;
	int keep_going;

	for (keep_going = 0; keep_going < 2; keep_going++) {
		careless(&settings);
		settings.keep_going = keep_going != 0;
		settings.workers = 1;
		cr_assert_eq(hunt_begin(&one, &settings, &err), 0);
		cr_assert_eq(hunt_run(&one, &err), POOL_DONE);
		settings.workers = 3;
		cr_assert_eq(hunt_begin(&three, &settings, &err), 0);
		cr_assert_eq(hunt_run(&three, &err), POOL_DONE);
		cr_assert_gt(one.finding_count, 0);
		cr_assert_eq(one.finding_count, three.finding_count);
		cr_assert_eq(one.runs, three.runs);
		cr_assert_eq(one.runs == 400, keep_going != 0);
		cr_assert_eq(one.accesses, three.accesses);
		cr_assert_eq(one.behaviours.count, three.behaviours.count);
		for (i = 0; i < one.coverage_count; i++)
			cr_assert_eq(one.coverage[i].hits,
			    three.coverage[i].hits);
		for (i = 0; i < one.finding_count; i++) {
			cr_assert_eq(one.findings[i].number,
			    three.findings[i].number);
			cr_assert_eq(one.findings[i].count,
			    three.findings[i].count);
			cr_assert_str_eq(one.findings[i].token,
			    three.findings[i].token);
			cr_assert_str_eq(one.findings[i].defect, "");
		}
		hunt_end(&one);
		hunt_end(&three);
	}
}

/* --- runs that take their process along ------------------------------------ */

static const struct strategy *inner;

static void
dying_begin(void *state, const struct run_spec *spec, uint64_t seed,
    uint64_t number)
{
	volatile bool forever = true;

	if (number == 137 || number == 211)
		abort();
	while (number == 173 && forever)
		continue;
	inner->begin(state, spec, seed, number);
}

static uint64_t
dying_choose(void *state, enum choice_kind kind, uint32_t cpu,
    uint64_t alternatives)
{

	return (inner->choose(state, kind, cpu, alternatives));
}

Test(hunt, finds_the_run_of_a_batch_that_crashed_or_hung, .timeout = 60)
{
	struct strategy dying = {
		.name = "dying", .about = "crashes twice and hangs once",
		.begin = dying_begin, .choose = dying_choose,
	};
	struct hunt_settings settings;
	struct hunt hunt;
	struct err err;
	size_t workers;

	inner = strategy_find("random");
	dying.state_bytes = inner->state_bytes;
	for (workers = 1; workers <= 2; workers++) {
		careless(&settings);
		cr_assert_eq(spec_set_policy(&settings.spec, "gus", &err), 0);
		settings.strategy = &dying;
		settings.keep_going = true;
		settings.workers = workers;
		settings.timeout_ns = UINT64_C(400000000);
		cr_assert_eq(hunt_begin(&hunt, &settings, &err), 0);
		cr_assert_eq(hunt_run(&hunt, &err), POOL_DONE);
		cr_assert_eq(hunt.runs, 400, "%d", (int)hunt.runs);
		cr_assert_eq(hunt.lost, 3);
		cr_assert_eq(hunt.finding_count, 2);
		cr_assert_eq(hunt.findings[0].number, 137);
		cr_assert_eq(hunt.findings[0].count, 2);
		cr_assert_eq(hunt.findings[0].result->status, RUN_CRASHED);
		cr_assert_eq(hunt.findings[1].number, 173);
		cr_assert_eq(hunt.findings[1].result->status, RUN_TIMEOUT);
		hunt_end(&hunt);
	}
}

/* A search that comes to an end by itself. */
static bool
ending_end(void *state, const struct run_result *result)
{
	uint64_t *runs = state;

	(void)result;
	return (++*runs < 77);
}

static void
ending_begin(void *state, const struct run_spec *spec, uint64_t seed,
    uint64_t number)
{

	(void)spec;
	(void)seed;
	/* In order, and none twice, whatever batches they come in. */
	if (*(uint64_t *)state != number)
		abort();
}

static void
ending_report(void *state, char *text, size_t room)
{

	snprintf(text, room, "%d so far\n", (int)*(uint64_t *)state);
}

Test(hunt, ends_when_a_strategy_has_tried_everything)
{
	struct strategy ending = {
		.name = "ending", .about = "knows 77 runs, one after the other",
		.one_worker = true, .state_bytes = sizeof(uint64_t),
		.begin = ending_begin, .end = ending_end,
		.report = ending_report,
	};
	struct hunt_settings settings;
	struct hunt hunt;
	struct err err;

	careless(&settings);
	cr_assert_eq(spec_set_policy(&settings.spec, "gus", &err), 0);
	settings.strategy = &ending;
	settings.workers = 3;
	cr_assert_eq(hunt_begin(&hunt, &settings, &err), 0);
	cr_assert_eq(hunt_run(&hunt, &err), POOL_DONE);
	cr_assert_eq(hunt.runs, 77, "%d", (int)hunt.runs);
	cr_assert(hunt.spent);
	cr_assert_eq(hunt.lost, 0);
	cr_assert_str_eq(hunt.report, "77 so far\n");
	hunt_end(&hunt);
}

/* One that loses its process in run 53, and in all that come after it. */
static long mortal_slow_ns;

static void
mortal_begin(void *state, const struct run_spec *spec, uint64_t seed,
    uint64_t number)
{
	const struct timespec slow = { 0, mortal_slow_ns };

	nanosleep(&slow, NULL);
	if (number == 53)
		abort();
	ending_begin(state, spec, seed, number);
}

Test(hunt, gets_no_further_than_the_run_that_crashes, .timeout = 60)
{
	struct strategy mortal = {
		.name = "mortal", .about = "knows 77 runs and crashes in one",
		.one_worker = true, .state_bytes = sizeof(uint64_t),
		.begin = mortal_begin, .end = ending_end,
		.report = ending_report,
	};
	struct hunt_settings settings;
	struct hunt hunt;
	struct err err;
	int keep_going;

	for (keep_going = 0; keep_going < 2; keep_going++) {
		/* So that batches are short, or longer than what is left. */
		mortal_slow_ns = keep_going != 0 ? 4000000 : 0;
		careless(&settings);
		cr_assert_eq(spec_set_policy(&settings.spec, "gus", &err), 0);
		settings.strategy = &mortal;
		settings.workers = 2;
		settings.keep_going = keep_going != 0;
		cr_assert_eq(hunt_begin(&hunt, &settings, &err), 0);
		cr_assert_eq(hunt_run(&hunt, &err), POOL_DONE);
		cr_assert_eq(hunt.runs, 54, "%d", (int)hunt.runs);
		cr_assert_not(hunt.spent);
		cr_assert_eq(hunt.lost, 1);
		cr_assert_eq(hunt.finding_count, 1);
		cr_assert_eq(hunt.findings[0].number, 53);
		cr_assert_str_eq(hunt.report, "53 so far\n", "%s", hunt.report);
		hunt_end(&hunt);
	}
}
