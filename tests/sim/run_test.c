/*
 * The same question has the same answer: whatever ran before, whoever listens.
 * (digests_test compares host code that is built in two ways.)
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include <criterion/criterion.h>

#include "sim/machine/stream.h"
#include "tests/sim/absurd.h"

enum { RUNS = 60 };

static struct run_spec spec;
static struct run_result result;
static char digests[RUNS][33];

static const char *
run(uint64_t seed)
{

	absurd_spec(&spec, seed, NULL);
	run_execute(&spec, &result);
	return (result.digest);
}

Test(run, same_question_same_digest_in_any_order)
{
	struct rng rng;
	uint64_t seed;
	int i;

	for (i = 0; i < RUNS; i++)
		strcpy(digests[i], run((uint64_t)i));
	for (i = RUNS; i-- > 0;)
		cr_expect_str_eq(run((uint64_t)i), digests[i], "seed %d", i);
	rng_init(&rng, 1, "order", 0);
	for (i = 0; i < 2 * RUNS; i++) {
		seed = rng_below(&rng, RUNS);
		cr_expect_str_eq(run(seed), digests[seed], "seed %lu", seed);
		/* Everything given back to the host, and begun anew. */
		if (rng_below(&rng, 8) == 0)
			run_result_fini(&result);
	}
}

/* A machine of the same configuration as the last one is not made anew. */
Test(run, a_machine_like_the_last_one_is_as_new)
{
	char fresh[2][33];
	int i, n;

	for (i = 0; i < RUNS; i++) {
		absurd_spec(&spec, (uint64_t)i, NULL);
		for (n = 0; n < 2; n++) {
			run_result_fini(&result);
			spec.seed = (uint64_t)n + 1;
			run_execute(&spec, &result);
			strcpy(fresh[n], result.digest);
		}
		for (n = 0; n < 4; n++) {
			spec.seed = (uint64_t)(n % 2) + 1;
			run_execute(&spec, &result);
			cr_expect_str_eq(result.digest, fresh[n % 2],
			    "spec %d, run %d", i, n);
		}
	}
}

Test(run, another_seed_is_another_run)
{
	int i, j;

	for (i = 0; i < RUNS; i++) {
		absurd_spec(&spec, 5, NULL);
		spec.seed = (uint64_t)i + 1;
		run_execute(&spec, &result);
		strcpy(digests[i], result.digest);
		for (j = 0; j < i; j++)
			cr_expect_str_neq(digests[i], digests[j]);
	}
}

Test(run, each_knob_that_matters_changes_the_digest)
{
	static const char *const changes[][2] = {
		{ "machine.hit", "2ns" }, { "machine.cpus", "3" },
		{ "zone.bucket_size", "5" }, { "core.mode", "deferred" },
		{ "machine.memory", "sc" }, { "run.duration", "101us" },
		{ "machine.invalidate", "41ns" },
	};
	struct err err;
	char base[33];
	size_t i;

	spec_init(&spec);
	spec_set_workload(&spec, "slot_churn", &err);
	spec.machine.cpus = 4;
	spec.run.duration_ps = 100000000;
	run_execute(&spec, &result);
	strcpy(base, result.digest);
	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		spec_init(&spec);
		spec_set_workload(&spec, "slot_churn", &err);
		spec.machine.cpus = 4;
		spec.run.duration_ps = 100000000;
		absurd_set(&spec, changes[i][0], changes[i][1]);
		run_execute(&spec, &result);
		cr_expect_str_neq(result.digest, base, "%s", changes[i][0]);
	}
}

/* --- who listens ------------------------------------------------------------ */

struct counter {
	struct tracer tracer;
	uint64_t begins;
	uint64_t events;
	uint64_t of_kind[STREAM_KIND_COUNT];
	unsigned cpus;
	uint64_t bad;
};

static void
counter_begin(struct tracer *tracer, unsigned cpus,
    const char *const *thread_names, unsigned thread_count)
{
	struct counter *counter = (struct counter *)tracer;
	unsigned i;

	counter->begins++;
	counter->cpus = cpus;
	for (i = 0; i < thread_count; i++)
		counter->bad += thread_names[i] == NULL;
}

static void
counter_event(struct tracer *tracer, const struct stream_event *event)
{
	struct counter *counter = (struct counter *)tracer;

	counter->events++;
	counter->of_kind[event->kind]++;
	if (counter->begins > 0)
		counter->bad += event->cpu >= counter->cpus;
}

Test(run, who_listens_changes_nothing)
{
	struct counter counter;
	uint64_t events;
	enum run_status status;
	int i;

	events = 0;
	for (i = 0; i < RUNS; i++) {
		strcpy(digests[0], run((uint64_t)i));
		status = result.status;
		memset(&counter, 0, sizeof(counter));
		counter.tracer.begin = counter_begin;
		counter.tracer.event = counter_event;
		run_execute_traced(&spec, &result, &counter.tracer);
		cr_expect_str_eq(result.digest, digests[0], "seed %d", i);
		cr_expect_eq(result.status, status);
		cr_expect_eq(counter.begins, 1);
		cr_expect_eq(counter.bad, 0);
		cr_expect_gt(counter.of_kind[STREAM_TICK], 0);
		cr_expect_geq(counter.of_kind[STREAM_SECTION_OPEN],
		    counter.of_kind[STREAM_SECTION_CLOSE]);
		/* And the next run is not traced. */
		events += counter.events;
		cr_expect_str_eq(run((uint64_t)i), digests[0]);
	}
	cr_assert_gt(events, 100000);
}

Test(run, everything_that_a_run_reports_has_a_definition)
{
	const struct metric_def *def;
	char stat[64];
	size_t i, n;

	for (i = 0; i < 20; i++) {
		run(i);
		for (n = 0; n < result.metric_count; n++) {
			for (def = metric_defs;
			    def < metric_defs + metric_def_count; def++)
				if (strcmp(def->name,
				    result.metrics[n].name) == 0)
					break;
			cr_assert_lt(def, metric_defs + metric_def_count,
			    "%s", result.metrics[n].name);
			snprintf(stat, sizeof(stat), "%s",
			    result.metrics[n].stat);
			cr_expect_not_null(strstr(def->stats, stat), "%s.%s",
			    def->name, stat);
			cr_expect(result.metrics[n].value >= 0);
		}
	}
}
