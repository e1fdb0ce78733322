/*
 * The engine's half: engine/smr.h on top of FreeBSD's core, and the tracepoints
 * that FreeBSD's code has none of.  Not instrumented: calling costs nothing.
 *
 * Two things are not the kernel's own.  A waiting poll of a lazy domain is an
 * assertion in a debug kernel and wrong in any other, so smr_synchronize() and
 * smr_destroy() of a lazy domain poll without waiting, once a tick, as our
 * own core does.  And the kernel's constants are its compiler's: a debug
 * kernel's where INVARIANTS is defined, with no choice at run time but where wr
 * starts, which is done by writing it into the new domain.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/smr.h"

#include "engine/freebsd/domain.h"
#include "engine/kern.h"

/* --- life ------------------------------------------------------------------------- */

/* What the kernel's file says; max_delta and max_advance are its own affair. */
static void
kernel_config(struct smr_config *config)
{

	*config = (struct smr_config){
		.mode = SMR_EAGER,
		.deferral = 1,
		.lazy_grace = 2,
		.init = freebsd_core_invariants() ? UINT32_MAX - 100000 : 1,
		.incr = freebsd_core_invariants() ? UINT32_MAX / 10000 : 2,
	};
}

void
smr_config_production(struct smr_config *config)
{

	KERN_ASSERT(!freebsd_core_invariants(),
	    "freebsd: this copy of the core has INVARIANTS");
	kernel_config(config);
}

void
smr_config_wrap(struct smr_config *config)
{

	KERN_ASSERT(freebsd_core_invariants(),
	    "freebsd: this copy of the core has no INVARIANTS");
	kernel_config(config);
}

void
smr_config_start_before_wrap(struct smr_config *config, uint64_t advances)
{
	uint64_t most;

	if (advances == 0)
		return;
	most = UINT32_MAX / config->incr;
	if (advances > most)
		advances = most;
	config->init = 1 - (uint32_t)advances * config->incr;
}

static size_t
domain_pages(unsigned cpu_count)
{

	return ((FREEBSD_BLOCK * (1 + (size_t)cpu_count) + KERN_PAGE_SIZE - 1) /
	    KERN_PAGE_SIZE);
}

struct smr *
smr_create(const char *name, const struct smr_config *config)
{
	static const enum freebsd_mode modes[SMR_MODE_COUNT] = {
		[SMR_EAGER] = FREEBSD_EAGER,
		[SMR_DEFERRED] = FREEBSD_DEFERRED,
		[SMR_LAZY] = FREEBSD_LAZY,
	};
	struct freebsd_domain *domain;
	struct freebsd_words words;
	struct smr_config kernel;
	void *region, *smr;

	kernel_config(&kernel);
	if (config == NULL)
		config = &kernel;
	KERN_ASSERT(config->lazy_grace == kernel.lazy_grace,
	    "freebsd: the lazy grace is a constant of this core");
	region = kern_pages_alloc(domain_pages(kern_cpu_count()),
	    kern_domain());
	if (region == NULL)
		return (NULL);
	freebsd_feed(region);
	domain = freebsd_domain((char *)region + FREEBSD_BLOCK);
	domain->name = name;
	domain->cpu_count = kern_cpu_count();
	domain->mode = modes[config->mode];
	domain->limit = config->deferral;
	smr = freebsd_core_create(name, domain->mode, domain->limit);
	if (config->init != kernel.init)
		freebsd_core_poke(smr, config->init);
	freebsd_core_words(smr, &words);
	domain->audited_wr = *words.wr;
	domain->audited_rd = *words.rd;
	return (smr);
}

void
smr_destroy(struct smr *smr)
{
	uint32_t cpu_count;

	cpu_count = freebsd_domain(smr)->cpu_count;
	if (smr_is_lazy(smr))
		smr_synchronize(smr);
	else
		freebsd_core_destroy(smr);
	freebsd_forget(freebsd_region(smr));
	kern_pages_free(freebsd_region(smr), domain_pages(cpu_count));
}

const char *
smr_name(const struct smr *smr)
{

	return (freebsd_domain(smr)->name);
}

bool
smr_is_lazy(const struct smr *smr)
{

	return (freebsd_domain(smr)->mode == FREEBSD_LAZY);
}

/* --- sections ----------------------------------------------------------------------- */

/* What this CPU's word holds. */
static uint32_t
published(const struct smr *smr)
{
	struct freebsd_words words;

	freebsd_core_words(smr, &words);
	return (*(const uint32_t *)(const void *)((const char *)words.c +
	    kern_cpu() * (size_t)FREEBSD_BLOCK));
}

bool
smr_entered(const struct smr *smr)
{

	return (kern_critical_depth() != 0 &&
	    published(smr) != SMR_SEQ_INVALID.value);
}

void
smr_enter(struct smr *smr)
{

	freebsd_core_enter(smr);
	kern_event(KERN_ENTER_DONE, smr, published(smr), 0);
}

void
smr_exit(struct smr *smr)
{

	kern_event(KERN_EXIT_BEGIN, smr, 0, 0);
	freebsd_core_exit(smr);
}

void
smr_lazy_enter(struct smr *smr)
{

	freebsd_core_lazy_enter(smr);
	kern_event(KERN_ENTER_DONE, smr, published(smr), 0);
}

void
smr_lazy_exit(struct smr *smr)
{

	kern_event(KERN_EXIT_BEGIN, smr, 0, 0);
	freebsd_core_lazy_exit(smr);
}

/* --- advances and polls -------------------------------------------------------------- */

struct smr_seq
smr_advance(struct smr *smr)
{
	struct smr_seq goal;

	kern_event(KERN_ADVANCE_BEGIN, smr, 0, 0);
	goal = smr_seq_make(freebsd_core_advance(smr));
	kern_event(KERN_ADVANCE_END, smr, goal.value, 0);
	return (goal);
}

bool
smr_poll(struct smr *smr, struct smr_seq goal, bool wait)
{
	bool met;

	kern_event(KERN_POLL_BEGIN, smr, goal.value, 0);
	if (wait)
		kern_event(KERN_WAIT_BEGIN, smr, goal.value, 0);
	met = freebsd_core_poll(smr, goal.value, wait);
	if (wait)
		kern_event(KERN_WAIT_END, smr, goal.value, 0);
	kern_event(KERN_POLL_END, smr, goal.value, met);
	return (met);
}

void
smr_wait(struct smr *smr, struct smr_seq goal)
{

	(void)smr_poll(smr, goal, true);
}

void
smr_synchronize(struct smr *smr)
{
	struct smr_seq goal;

	goal = smr_advance(smr);
	if (!smr_is_lazy(smr)) {
		smr_wait(smr, goal);
		return;
	}
	KERN_ASSERT(kern_critical_depth() == 0,
	    "freebsd: smr_synchronize() of a lazy domain sleeps, so preemption "
	    "must be on");
	kern_event(KERN_WAIT_BEGIN, smr, goal.value, 0);
	while (!smr_poll(smr, goal, false))
		kern_pause(1);
	kern_event(KERN_WAIT_END, smr, goal.value, 0);
}

/* The kernel's file commits by advances and waiting polls, and not otherwise. */
void
smr_commit(struct smr *smr, struct smr_seq goal)
{

	(void)smr;
	(void)goal;
	kern_panic(__FILE__, __LINE__,
	    "freebsd: this core has no call that commits a goal");
}

void
smr_commit_tick(struct smr *smr)
{

	smr_commit(smr, SMR_SEQ_INVALID);
}

struct smr_seq
smr_current(const struct smr *smr)
{

	return (smr_seq_make(freebsd_core_current((struct smr *)
	    (uintptr_t)smr)));
}

/* --- looking from outside -------------------------------------------------------------- */

void
smr_counters(const struct smr *smr, struct smr_counters *counters)
{

	counters->advance = freebsd_counted(smr, "advance");
	counters->advance_wait = freebsd_counted(smr, "advance_wait");
	counters->poll = freebsd_counted(smr, "poll");
	counters->poll_scan = freebsd_counted(smr, "poll_scan");
	counters->poll_fail = freebsd_counted(smr, "poll_fail");
}

void
smr_words(const struct smr *smr, struct smr_words *words)
{
	struct freebsd_words at;

	freebsd_core_words(smr, &at);
	words->wr = smr_seq_make(*at.wr);
	words->rd = smr_seq_make(*at.rd);
	words->ticks = at.tick == NULL ? 0 : *at.tick;
	words->cpus = freebsd_domain(smr)->cpu_count;
	words->wr_at = at.wr;
	words->rd_at = at.rd;
	words->c_at = at.c;
	words->c_stride = FREEBSD_BLOCK;
	words->region = freebsd_region(smr);
	words->region_bytes = FREEBSD_BLOCK * (1 + (size_t)words->cpus);
}

/* What engine/smr_audit.c holds our own core to; nothing moves meanwhile. */
const char *
smr_audit(struct smr *smr)
{
	struct freebsd_domain *domain;
	struct smr_seq seq;
	struct smr_words words;
	uint32_t cpu;

	domain = freebsd_domain(smr);
	smr_words(smr, &words);
	for (cpu = 0; cpu < words.cpus; cpu++) {
		seq = smr_seq_make(*(const uint32_t *)(const void *)
		    ((const char *)words.c_at + cpu * words.c_stride));
		if (!smr_seq_valid(seq))
			continue;
		if (seq.value % 2 == 0)
			return ("the number of an open section is even");
		if (smr_seq_gt(seq, words.wr))
			return ("an open section is newer than wr");
	}
	if (words.wr.value % 2 == 0 || words.rd.value % 2 == 0)
		return ("wr or rd is even");
	if (smr_seq_gt(words.rd, words.wr))
		return ("rd has passed wr");
	if (!freebsd_core_invariants()) {
		if (smr_seq_lt(words.wr, smr_seq_make(domain->audited_wr)))
			return ("wr moved backwards");
		if (smr_seq_lt(words.rd, smr_seq_make(domain->audited_rd)))
			return ("rd moved backwards");
	}
	domain->audited_wr = words.wr.value;
	domain->audited_rd = words.rd.value;
	return (NULL);
}
