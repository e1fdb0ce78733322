/*
 * What a scheme promises it keeps: over all workloads, faults and memory models
 * for which it does; and who promises nothing is accused.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "policies/policy.h"
#include "sim/lab.h"
#include "tests/sim/measure.h"

TestSuite(promise, .timeout = 300);

/* In the order of their numbers: what is safe under one is under those before. */
static const char *const models[] = { "sc", "tso", "relaxed" };

/* Each often enough to strike in two milliseconds. */
static const struct {
	const char *name;
	const char *knobs[3][2];
} faults[] = {
	{ "preemption", { { "rate", "5k/s" }, { "for", "50us" } } },
	{ "hypervisor_stall", { { "rate", "2k/s" }, { "for", "{exp: 80us}" } } },
	{ "smi", { { "every", "300us" }, { "for", "40us" } } },
	{ "late_tick", { { "chance", "30%" }, { "by", "{exp: 150us}" } } },
	{ "slow_cpu", { { "cpu", "1" }, { "slowdown", "300%" } } },
	{ "bucket_failure", { { "chance", "40%" } } },
	{ "memory_pressure", { { "every", "200us" }, { "how", "drain" } } },
};
enum { FAULTS = sizeof(faults) / sizeof(faults[0]) };

/* What else than the defaults is promised, and up to which model. */
static const struct {
	const char *policy;
	const char *knobs[3][2];
	unsigned models;
} variants[] = {
	{ "gus", { { "core.mode", "lazy" } }, 3 },
	{ "gus", { { "core.mode", "deferred" } }, 3 },
	{ "gus", { { "core.mode", "deferred" }, { "core.commit", "queue" },
	    { "zone.order", "lifo" } }, 3 },
	{ "gus", { { "core.mode", "deferred" }, { "core.commit", "tick" },
	    { "core.deferral", "100" } }, 3 },
	{ "gus", { { "core.mode", "deferred" }, { "core.deferral", "100" },
	    { "core.deferral_bytes", "8KiB" } }, 3 },
	{ "gus", { { "zone.stamp", "early" }, { "zone.age_ticks", "1" } }, 3 },
	{ "gus", { { "zone.order", "lifo" }, { "zone.poll_depth", "8" } }, 3 },
	{ "gus", { { "zone.advance_bytes", "8KiB" },
	    { "zone.advance_ticks", "2" } }, 3 },
	{ "gus", { { "zone.reclaim", "drain_cpu" },
	    { "zone.reclaim_every", "100us" },
	    { "zone.age_ticks", "1" } }, 3 },
	{ "gus", { { "core.mode", "lazy" }, { "zone.age_ticks", "1" },
	    { "zone.poll_depth", "4" } }, 3 },
	{ "gus", { { "zone.page_cache", "none" },
	    { "zone.reclaim", "drain_cpu" },
	    { "zone.reclaim_every", "100us" } }, 3 },
	{ "gus", { { "zone.page_cache", "own_lock" },
	    { "zone.page_cache_every", "150us" },
	    { "zone.reclaim_every", "100us" } }, 3 },
	{ "gus", { { "zone.page_cache", "tiny" },
	    { "zone.reclaim", "drain_cpu" },
	    { "zone.reclaim_every", "100us" } }, 3 },
	{ "rwlock", { { "policy.rwlock.prefer", "readers" } }, 3 },
	{ "ebr", { { "policy.ebr.advance_every", "1" } }, 3 },
	{ "qsbr", { { "policy.qsbr.batch", "1" },
	    { "policy.qsbr.announce_every", "1" } }, 3 },
	{ "epoch", { { "policy.epoch.call_fence", "true" } }, 3 },
	{ "epoch", { { "policy.epoch.rule", "2017" },
	    { "policy.epoch.call_fence", "true" } }, 3 },
	{ "epoch", { { "policy.epoch.rule", "2018" } }, 2 },
	{ "epoch", { { "policy.epoch.call_fence", "true" },
	    { "policy.epoch.preemptible", "true" } }, 3 },
	{ "epoch", { { "policy.epoch.task", "shared" },
	    { "policy.epoch.preemptible", "true" } }, 2 },
	{ "epoch", { { "policy.epoch.task", "background" } }, 2 },
	{ "parsec", { { "policy.parsec.batch", "4" },
	    { "policy.parsec.target", "4" } }, 2 },
	{ "hazard", { { "policy.hazard.batch", "2" } }, 3 },
	{ "hazard", { { "policy.hazard.batch", "2" },
	    { "policy.hazard.slots", "1" } }, 3 },
	{ "ibr", { { "policy.ibr.batch", "2" },
	    { "policy.ibr.era_every", "2" } }, 3 },
	{ "pserialize", { { "policy.pserialize.coalesce", "true" } }, 3 },
	{ "pserialize", { { "policy.pserialize.batch", "16" } }, 3 },
	{ "pool_cache", { { "policy.pool_cache.put", "performed" } }, 3 },
	{ "pool_cache_revalidate",
	    { { "policy.pool_cache_revalidate.slots", "1" } }, 3 },
	{ "psref", { { "policy.psref.slots", "1" } }, 3 },
	{ "localcount", { { "policy.localcount.slots", "1" } }, 3 },
	{ "tsc", { { "policy.tsc.batch", "1" } }, 2 },
	{ "openbsd", { { "policy.openbsd.pause", "2" } }, 3 },
	{ "openbsd", { { "policy.openbsd.expedite", "true" } }, 3 },
	{ "xnu", { { "policy.xnu.depot", "0" } }, 3 },
	{ "xnu", { { "policy.xnu.depot", "20" } }, 3 },
	{ "rcu", { { "policy.rcu.task", "shared" },
	    { "policy.rcu.first_fqs", "1" } }, 3 },
	{ "rcu", { { "policy.rcu.resched", "1" },
	    { "policy.rcu.first_fqs", "1" } }, 3 },
};
enum { VARIANTS = sizeof(variants) / sizeof(variants[0]) };

/*
 * Who lives by a clock, which relaxed has none of, promises less; so does who
 * files without a fence, and who asks for a true instant.
 */
static unsigned
models_of(const char *policy)
{

	return (strcmp(policy, "parsec") == 0 || strcmp(policy, "tsc") == 0 ||
	    strcmp(policy, "epoch") == 0 ||
	    strcmp(policy, "clairvoyant") == 0 ? 2 : 3);
}

/* Readers follow links that lie in items. */
static bool
is_linked(const char *workload)
{

	return (strcmp(workload, "radix") == 0 ||
	    strcmp(workload, "namecache") == 0);
}

/* One always sings, and others want a GUS core or a module of their own. */
static bool
is_for_all(const char *workload)
{

	return (strcmp(workload, "canary") != 0 &&
	    strcmp(workload, "calls") != 0 &&
	    strcmp(workload, "kernel_module") != 0);
}

static void
begin(const char *policy, const char *workload, const char *model)
{

	begin_with(policy, workload);
	set("machine.cpus", "4");
	set("machine.memory", model);
	set("machine.hz", "10000");
	set("machine.pages", "64MiB");
	set("zone.item_size", "512B");
	set("zone.bucket_size", "4");
	set("run.warmup", "200us");
	set("run.duration", "1500us");
}

static void
add_fault(unsigned fault)
{
	char name[64];
	struct err err;
	unsigned i;

	cr_assert_eq(spec_add_fault(&spec, faults[fault].name, &err), 0);
	for (i = 0; i < 3 && faults[fault].knobs[i][0] != NULL; i++) {
		snprintf(name, sizeof(name), "faults.%s.%s",
		    faults[fault].name, faults[fault].knobs[i][0]);
		set(name, faults[fault].knobs[i][1]);
	}
}

/* Runs what is set up; nothing may be found. */
static void
holds(const char *what)
{
	struct err err;
	char name[64];

	cr_assert_eq(spec_check(&spec, name, sizeof(name), &err), 0, "%s: %s",
	    name, err.text);
	run_execute(&spec, &result);
	cr_assert_eq(result.status, RUN_OK, "%s, %s under %s: %s: %s", what,
	    spec.policy.def->name, spec.workload.def->name,
	    result.finding_count > 0 ? result.findings[0].check : "status",
	    result.finding_count > 0 ? result.findings[0].summary :
	    run_status_name(result.status));
}

static void
apply(unsigned variant)
{
	unsigned i;

	if (variant == VARIANTS)
		return;
	for (i = 0; i < 3 && variants[variant].knobs[i][0] != NULL; i++)
		set(variants[variant].knobs[i][0],
		    variants[variant].knobs[i][1]);
}

/*
 * Every workload under every model, undisturbed and with one of the faults; the
 * plainest one with all of them.
 */
static void
keeps(const struct policy_def *def, unsigned variant)
{
	const char *workload;
	unsigned model, most, fault;
	size_t w;

	most = variant == VARIANTS ? models_of(def->part.name) :
	    variants[variant].models;
	for (w = 0; w < workload_def_count; w++) {
		workload = workload_defs[w]->part.name;
		if (!is_for_all(workload) ||
		    (def->rooted && is_linked(workload)))
			continue;
		for (model = 0; model < most; model++) {
			begin(def->part.name, workload, models[model]);
			apply(variant);
			holds("undisturbed");
			add_fault((unsigned)(w + model) % FAULTS);
			holds(faults[(w + model) % FAULTS].name);
		}
	}
	for (fault = 0; fault < FAULTS; fault++) {
		begin(def->part.name, "stress", models[most - 1]);
		apply(variant);
		add_fault(fault);
		set("run.data_race", "true");
		holds(faults[fault].name);
	}
}

static void
judge(const struct policy_def *def)
{
	unsigned variant;

	if (!def->safe) {
		begin(def->part.name, "stress", "sc");
		run_execute(&spec, &result);
		cr_assert_eq(result.status, RUN_FINDING, "%s",
		    def->part.name);
	} else
		keeps(def, VARIANTS);
	for (variant = 0; variant < VARIANTS; variant++)
		if (strcmp(variants[variant].policy, def->part.name) == 0)
			keeps(def, variant);
	run_result_fini(&result);
}

#define POLICY(name)							\
	extern const struct policy_def policy_##name;			\
	Test(promise, name##_keeps_what_it_promises)			\
	{								\
									\
		judge(&policy_##name);					\
	}
#include "policies/policies.def"
#undef POLICY

/* Or a promise is kept by never reusing anything. */
Test(promise, all_but_leak_reuse_what_was_freed)
{
	size_t i;

	for (i = 0; i < policy_def_count; i++) {
		if (strcmp(policy_defs[i]->part.name, "leak") == 0)
			continue;
		begin(policy_defs[i]->part.name, "slot_churn", "tso");
		if (strcmp(policy_defs[i]->part.name, "openbsd") == 0)
			set("policy.openbsd.pause", "5");
		set("run.duration", "5ms");
		run_execute(&spec, &result);
		cr_expect_gt(metric("free_to_use_ns", "count"), 300, "%s: %g",
		    policy_defs[i]->part.name,
		    metric("free_to_use_ns", "count"));
	}
	run_result_fini(&result);
}
