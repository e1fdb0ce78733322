/*
 * FreeBSD's smr(9) as its users meet it: a GUS domain and a UMA-style zone
 * whose full buckets carry the goals.  core.* chooses the clock, zone.* the
 * zone.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/kern.h"
#include "engine/kern_scheme.h"
#include "engine/smr.h"
#include "policies/policy.h"
#include "policies/policy_engine.h"
#include "policies/zoned.h"

/* Never written after creation, so its line is in every CPU's cache. */
struct gus {
	struct smr *smr;
	struct zone *zone;
	bool lazy;
	bool commits;		/* at ticks */
};

static void
gus_config(const struct core_config *core, struct smr_config *config)
{
	static const enum smr_mode modes[CORE_MODE_COUNT] = {
		[CORE_EAGER] = SMR_EAGER,
		[CORE_DEFERRED] = SMR_DEFERRED,
		[CORE_LAZY] = SMR_LAZY,
	};

	KERN_ASSERT(core->name < CORE_NAME_COUNT &&
	    core->mode < CORE_MODE_COUNT && core->profile < CORE_PROFILE_COUNT,
	    "gus: core.name, core.mode or core.profile is out of range");
	if (core->profile == CORE_WRAP)
		smr_config_wrap(config);
	else
		smr_config_production(config);
	config->mode = modes[core->mode];
	config->deferral = (uint32_t)core->deferral;
	config->lazy_grace = (uint32_t)core->lazy_grace;
	smr_config_start_before_wrap(config, core->start_before_wrap);
}

static void
gus_destroy(void *policy)
{
	struct gus *gus;

	gus = policy;
	if (gus->zone != NULL)
		(void)zone_destroy(gus->zone);
	if (gus->smr != NULL)
		smr_destroy(gus->smr);
	kern_pages_free(gus, 1);
}

static void *
gus_create(const struct policy_setup *setup)
{
	struct smr_config config;
	struct gus *gus;

	gus = kern_pages_alloc(1, kern_domain());
	if (gus == NULL)
		return (NULL);
	gus_config(&setup->core, &config);
	gus->lazy = config.mode == SMR_LAZY;
	gus->smr = smr_create("gus", &config);
	if (gus->smr != NULL)
		gus->zone = zoned_create("gus", &setup->zone, &setup->core,
		    gus->smr);
	if (gus->zone == NULL) {
		gus_destroy(gus);
		return (NULL);
	}
	return (gus);
}

static void
gus_enter(void *policy)
{
	struct gus *gus;

	gus = policy;
	if (gus->lazy)
		smr_lazy_enter(gus->smr);
	else
		smr_enter(gus->smr);
}

static void
gus_exit(void *policy)
{
	struct gus *gus;

	gus = policy;
	if (gus->lazy)
		smr_lazy_exit(gus->smr);
	else
		smr_exit(gus->smr);
}

static void *
gus_alloc(void *policy)
{

	return (zone_alloc_smr(((struct gus *)policy)->zone));
}

static void
gus_retire(void *policy, void *item)
{

	zone_free_smr(((struct gus *)policy)->zone, item);
}

static void
gus_synchronize(void *policy)
{

	smr_synchronize(((struct gus *)policy)->smr);
}

static void
gus_housekeep(void *policy)
{

	zone_timeout(((struct gus *)policy)->zone);
}

static void
gus_reclaim(void *policy, enum policy_reclaim how)
{

	zoned_reclaim(((struct gus *)policy)->zone, how);
}

/* --- what only some tunings need ---------------------------------------------- */

static void *
gus_ticking_create(const struct policy_setup *setup)
{
	struct gus *gus;

	gus = gus_create(setup);
	if (gus != NULL)
		gus->commits = setup->core.commit == CORE_COMMIT_TICK;
	return (gus);
}

static void
gus_tick(void *policy)
{
	struct gus *gus;

	gus = policy;
	if (gus->commits)
		smr_commit_tick(gus->smr);
	if (zone_tick(gus->zone))
		kern_task_wake(kern_cpu());
}

static void
gus_task(void *policy, unsigned number)
{

	(void)number;
	zone_age(((struct gus *)policy)->zone);
}

/* --- looking -------------------------------------------------------------------- */

static KERN_UNSEEN void
gus_census(const void *policy, struct policy_census *census)
{

	zoned_census(((const struct gus *)policy)->zone, census);
}

static KERN_UNSEEN void
gus_counters(const void *policy, struct policy_counters *counters)
{
	struct smr_counters sums;

	smr_counters(((const struct gus *)policy)->smr, &sums);
	counters->advance = sums.advance;
	counters->advance_wait = sums.advance_wait;
	counters->poll = sums.poll;
	counters->poll_scan = sums.poll_scan;
	counters->poll_fail = sums.poll_fail;
}

/* The zone's own audit needs a still machine; this is called at any moment. */
static KERN_UNSEEN const char *
gus_audit(const void *policy)
{

	return (smr_audit(((const struct gus *)policy)->smr));
}

static KERN_UNSEEN void
gus_words(const void *policy, struct policy_words *words)
{
	struct smr_words at;

	smr_words(((const struct gus *)policy)->smr, &at);
	words->wr = at.wr.value;
	words->rd = at.rd.value;
	words->ticks = at.ticks;
	words->cpus = at.cpus;
	words->wr_at = at.wr_at;
	words->rd_at = at.rd_at;
	words->c_at = at.c_at;
	words->c_stride = at.c_stride;
	words->region = at.region;
	words->region_bytes = at.region_bytes;
}

static uint32_t
gus_advance(void *policy)
{

	return (smr_advance(((struct gus *)policy)->smr).value);
}

static bool
gus_poll(void *policy, uint32_t goal, bool wait)
{

	return (smr_poll(((struct gus *)policy)->smr, smr_seq_make(goal),
	    wait));
}

static uint32_t
gus_current(const void *policy)
{

	return (smr_current(((const struct gus *)policy)->smr).value);
}

static const struct policy_core gus_core = {
	.advance = gus_advance,
	.poll = gus_poll,
	.current = gus_current,
};

static struct smr *
gus_domain(const char *name, const struct core_config *core)
{
	struct smr_config config;

	gus_config(core, &config);
	return (smr_create(name, &config));
}

static const struct policy_engine gus_engine = {
	.create = gus_domain,
	.destroy = smr_destroy,
	.is_lazy = smr_is_lazy,
	.enter = smr_enter,
	.exit = smr_exit,
	.lazy_enter = smr_lazy_enter,
	.lazy_exit = smr_lazy_exit,
	.advance = smr_advance,
	.poll = smr_poll,
	.synchronize = smr_synchronize,
	.current = smr_current,
	.counters = smr_counters,
	.audit = smr_audit,
	.zone_create = zone_create,
	.zone_destroy = zone_destroy,
	.zone_set_smr = zone_set_smr,
	.zone_set_max = zone_set_max,
	.zone_set_maxcache = zone_set_maxcache,
	.zone_alloc_smr = zone_alloc_smr,
	.zone_free_smr = zone_free_smr,
	.zone_alloc = zone_alloc,
	.zone_free = zone_free,
	.zone_reclaim = zone_reclaim,
	.zone_timeout = zone_timeout,
	.zone_census = zone_census,
};

/* Ticks and tasks cost something, so only those who need them have them. */
#define GUS_MEMBERS							\
	.part = {							\
		.name = "gus",						\
		.about = "FreeBSD smr(9): global unbounded sequences under a UMA-style zone.", \
		.source = "FreeBSD sys/kern/subr_smr.c, sys/vm/uma_core.c; reviews D22586, D22587", \
	},								\
	.safe = true,							\
	.destroy = gus_destroy,						\
	.enter = gus_enter,						\
	.exit = gus_exit,						\
	.alloc = gus_alloc,						\
	.retire = gus_retire,						\
	.synchronize = gus_synchronize,					\
	.housekeep = gus_housekeep,					\
	.reclaim = gus_reclaim,						\
	.census = gus_census,						\
	.counters = gus_counters,					\
	.audit = gus_audit,						\
	.engine = &gus_engine,						\
	.words = gus_words,						\
	.core = &gus_core

const struct policy_def policy_gus = {
	GUS_MEMBERS,
	.create = gus_create,
};

const struct policy_def policy_gus_ticking = {
	GUS_MEMBERS,
	.create = gus_ticking_create,
	.tick = gus_tick,
	.task = gus_task,
	.task_each_cpu = true,
};
