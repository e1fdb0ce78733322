/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "policies/policy_core.h"
#include "sim/base/err.h"
#include "sim/kmod/kmod.h"
#include "sim/plugin.h"
#include "sim/lab.h"
#include "sim/spec.h"

/* One rule that holds between knobs, and the knob that its breach is laid to. */
struct rule {
	const char *blamed;
	/* -1 and a message where the rule is broken. */
	int (*check)(const struct run_spec *spec, struct err *err);
};

static int
item_holds_workload(const struct run_spec *spec, struct err *err)
{
	const struct workload_def *workload;

	/* Every part of the registry is the first member of its definition. */
	workload = (const struct workload_def *)(const void *)
	    spec->workload.def;
	if (spec->zone.item_size >= workload->item_bytes_least)
		return (0);
	return (err_set(err, "an item of %lluB is too small for the workload "
	    "%s, which needs at least %zuB",
	    (unsigned long long)spec->zone.item_size, workload->part.name,
	    workload->item_bytes_least));
}

/* A word for each of 1024 CPUs and a link are less than 16 KiB. */
#define ITEM_WITH_LINK_MOST	UINT64_C(16384)

static int
item_leaves_room(const struct run_spec *spec, struct err *err)
{
	const struct policy_def *policy;

	policy = spec_policy(spec);
	if (policy == NULL || !policy->links ||
	    spec->zone.item_size <= ITEM_WITH_LINK_MOST)
		return (0);
	return (err_set(err, "the policy %s has words of its own behind each "
	    "item, so with it items may have up to 16KiB",
	    spec->policy.def->name));
}

static int
growth_starts_below_its_end(const struct run_spec *spec, struct err *err)
{

	if (spec->zone.bucket_growth == 0 ||
	    spec->zone.bucket_size <= spec->zone.bucket_size_max)
		return (0);
	return (err_set(err, "buckets of %llu items start above "
	    "zone.bucket_size_max (%llu); raise that, or set "
	    "zone.bucket_growth to false",
	    (unsigned long long)spec->zone.bucket_size,
	    (unsigned long long)spec->zone.bucket_size_max));
}

static int
sockets_have_cpus(const struct run_spec *spec, struct err *err)
{

	if (spec->machine.sockets <= spec->machine.cpus)
		return (0);
	return (err_set(err, "%llu sockets are more than machine.cpus (%llu)",
	    (unsigned long long)spec->machine.sockets,
	    (unsigned long long)spec->machine.cpus));
}

static int
domains_have_cpus(const struct run_spec *spec, struct err *err)
{

	if (spec->machine.domains <= spec->machine.cpus)
		return (0);
	return (err_set(err, "%llu domains are more than machine.cpus (%llu)",
	    (unsigned long long)spec->machine.domains,
	    (unsigned long long)spec->machine.cpus));
}

static int
private_caches_forget_first(const struct run_spec *spec, struct err *err)
{

	if (spec->machine.near_hold_ps <= spec->machine.shared_hold_ps)
		return (0);
	return (err_set(err, "the private caches hold a line for longer than "
	    "the shared cache does (machine.shared_hold)"));
}

static int
ticks_leave_time(const struct run_spec *spec, struct err *err)
{
	const uint64_t half_second_ps = UINT64_C(500000000000);

	/* Limits of the tables: at most 1e5 Hz times 1e11 ps. */
	if (spec->machine.hz * spec->machine.tick_ps <= half_second_ps)
		return (0);
	return (err_set(err, "at %llu Hz the clock interrupt (machine.tick) "
	    "would take more than half of the time",
	    (unsigned long long)spec->machine.hz));
}

static int
steps_know_values(const struct run_spec *spec, struct err *err)
{

	if (spec->run.lockstep == RUN_STEPS_ALL ||
	    spec->machine.memory != MACHINE_RELAXED)
		return (0);
	return (err_set(err, "two cores have other orderings, by design, and "
	    "under relaxed no schedule fits both; machine.memory must be sc or "
	    "tso"));
}

static int
clock_knows_values(const struct run_spec *spec, struct err *err)
{

	if (spec->run.step_tick_ps == 0 ||
	    spec->machine.memory != MACHINE_RELAXED)
		return (0);
	return (err_set(err, "a clock between steps writes past the history of "
	    "stores that relaxed keeps; machine.memory must be sc or tso"));
}

static int
core_is_built(const struct run_spec *spec, struct err *err)
{

	if (spec->core.name != CORE_FREEBSD || policy_core_freebsd() != NULL)
		return (0);
	return (err_set(err, "this gusim was built without FreeBSD's core; "
	    "allowed is gus.  To have it, build with a FreeBSD source tree: "
	    "./setup --freebsd-src DIR, or cmake -DGUSIM_FREEBSD_SRC=DIR"));
}

static int
core_has_mode(const struct run_spec *spec, struct err *err)
{

	if (spec->core.name != CORE_FREEBSD || spec->core.mode != CORE_LAZY ||
	    policy_core_freebsd_lazy())
		return (0);
	return (err_set(err, "FreeBSD's core in this gusim (%s) has no lazy "
	    "mode; allowed are eager and deferred", policy_core_freebsd()));
}

static int
core_has_grace(const struct run_spec *spec, struct err *err)
{

	if (spec->core.name != CORE_FREEBSD || spec->core.lazy_grace == 2)
		return (0);
	return (err_set(err, "the grace of FreeBSD's core is a constant of its "
	    "source, 2 ticks; %llu is for core.name gus",
	    (unsigned long long)spec->core.lazy_grace));
}

static int
arch_has_memory(const struct run_spec *spec, struct err *err)
{

	if (spec->machine.arch != MACHINE_ARCH_AMD64 ||
	    spec->machine.memory != MACHINE_RELAXED)
		return (0);
	return (err_set(err, "code for amd64 takes a locked instruction for a "
	    "full fence, and machine.memory relaxed has no such machine; "
	    "allowed with it are auto and arm64"));
}

static int
module_is_there(const struct run_spec *spec, struct err *err)
{
	const struct kmod_config *config;

	config = kmod_of(spec);
	if (config == NULL || kmod_provided(config->content))
		return (0);
	if (config->file[0] == '\0')
		return (err_set(err, "the workload kernel_module needs the name "
		    "of an object file, as in {kernel_module: stress.o}"));
	return (err_set(err, "the module %.200s has not been read",
	    config->file));
}

static int
module_has_engine(const struct run_spec *spec, struct err *err)
{
	const struct policy_def *policy;

	if (kmod_of(spec) == NULL)
		return (0);
	policy = spec_policy(spec);
	/* A core that is not built in is another rule's affair. */
	if (policy == NULL || policy->engine != NULL)
		return (0);
	return (err_set(err, "a kernel module calls smr(9) by itself, so it "
	    "needs the policy gus, not %s", spec->policy.def->name));
}

static int
module_chooses_lazy(const struct run_spec *spec, struct err *err)
{

	if (kmod_of(spec) == NULL || spec->core.mode != CORE_LAZY)
		return (0);
	return (err_set(err, "a kernel module says itself which of its domains "
	    "are lazy, by smr_create(name, limit, SMR_LAZY); allowed are eager "
	    "and deferred, for those that do not say"));
}

static int
links_may_be_followed(const struct run_spec *spec, struct err *err)
{
	const struct workload_def *workload;
	const struct policy_def *policy;

	workload = (const struct workload_def *)(const void *)
	    spec->workload.def;
	policy = spec_policy(spec);
	if (policy == NULL || !policy->rooted || !workload->linked)
		return (0);
	return (err_set(err, "%s keeps only items that readers find from "
	    "outside of items, and readers of the workload %s follow links "
	    "that lie in items; allowed are policies that `gusim list policies` "
	    "does not call rooted, or with %s a workload such as slot_churn",
	    spec->policy.def->name, workload->part.name,
	    spec->policy.def->name));
}

/* What the clock interrupts of our own core do, and its goals by themselves. */
static int
core_can_commit(const struct run_spec *spec, struct err *err)
{

	if (spec->core.commit == CORE_COMMIT_NEVER &&
	    spec->core.deferral_bytes == 0)
		return (0);
	if (spec->core.name != CORE_GUS)
		return (err_set(err, "FreeBSD's core commits by advances and "
		    "by nothing else; core.commit queue and tick and "
		    "core.deferral_bytes are for core.name gus"));
	if (spec->core.mode != CORE_DEFERRED)
		return (err_set(err, "only a deferred goal waits for a step "
		    "that somebody else takes; core.commit queue and tick and "
		    "core.deferral_bytes need core.mode deferred"));
	return (0);
}

static int
zone_has_clock(const struct run_spec *spec, struct err *err)
{

	if (spec->core.name == CORE_GUS ||
	    (spec->zone.age_ticks == 0 && spec->zone.advance_ticks == 0))
		return (0);
	return (err_set(err, "the clock looks after buckets with core.name gus "
	    "only; zone.age_ticks and zone.advance_ticks must be 0"));
}

static int
early_stamps_one(const struct run_spec *spec, struct err *err)
{

	if (spec->zone.stamp_early == 0 || (spec->zone.advance_every == 1 &&
	    spec->zone.advance_bytes == 0 && spec->zone.advance_ticks == 0))
		return (0);
	return (err_set(err, "a bucket that is stamped as soon as it is full "
	    "shares its advance with no other; with early, zone.advance_every "
	    "must be 1, zone.advance_bytes and zone.advance_ticks 0"));
}

/* Limits of engine/page_pool.h, PAGE_CACHE_ROOM and so on. */
static int
page_cache_has_room(const struct run_spec *spec, struct err *err)
{
	const struct zone_config *zone = &spec->zone;

	if (zone->page_cache != ZONE_PAGES_TINY || zone->page_cache_max <= 63)
		return (0);
	return (err_set(err, "a tiny page cache is an array of at most 63 "
	    "pages; %llu are for own_lock",
	    (unsigned long long)zone->page_cache_max));
}

static int
page_cache_holds_fill(const struct run_spec *spec, struct err *err)
{
	const struct zone_config *zone = &spec->zone;
	uint64_t fill, most;

	most = zone->page_cache_max;
	if (most == 0)
		most = zone->page_cache == ZONE_PAGES_TINY ? 7 : UINT64_MAX;
	fill = zone->page_cache_fill == 0 ? 6 : zone->page_cache_fill;
	if (zone->page_cache < ZONE_PAGES_OWN_LOCK || fill <= most)
		return (0);
	return (err_set(err, "an empty page cache cannot take %llu pages where "
	    "it holds at most %llu (zone.page_cache_max)",
	    (unsigned long long)fill, (unsigned long long)most));
}

static const struct rule rules[] = {
	{ "workload.kernel_module.file", module_is_there },
	{ "policy", module_has_engine },
	{ "policy", plugin_check },
	{ "core.mode", module_chooses_lazy },
	{ "core.name", core_is_built },
	{ "core.mode", core_has_mode },
	{ "core.lazy_grace", core_has_grace },
	{ "machine.arch", arch_has_memory },
	{ "zone.item_size", item_holds_workload },
	{ "zone.item_size", item_leaves_room },
	{ "zone.bucket_size", growth_starts_below_its_end },
	{ "machine.sockets", sockets_have_cpus },
	{ "machine.domains", domains_have_cpus },
	{ "machine.near_hold", private_caches_forget_first },
	{ "machine.hz", ticks_leave_time },
	{ "policy", links_may_be_followed },
	{ "core.commit", core_can_commit },
	{ "zone.age_ticks", zone_has_clock },
	{ "zone.stamp", early_stamps_one },
	{ "zone.page_cache_max", page_cache_has_room },
	{ "zone.page_cache_fill", page_cache_holds_fill },
	{ "run.lockstep", steps_know_values },
	{ "run.step_tick", clock_knows_values },
};

int
spec_check(const struct run_spec *spec, char *dotted, size_t room,
    struct err *err)
{
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].check(spec, err) != 0) {
			snprintf(dotted, room, "%s", rules[i].blamed);
			return (-1);
		}
	return (0);
}
