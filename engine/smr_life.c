/*
 * From numbers to a domain and back.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/smr.h"

#include "engine/kern.h"
#include "engine/smr_layout.h"

void
smr_config_production(struct smr_config *config)
{

	*config = (struct smr_config){
		.mode = SMR_EAGER,
		.deferral = 1,
		.lazy_grace = 2,
		.init = 1,
		.incr = 2,
		/*
		 * Half of what comparisons could bear: the check comes after
		 * the step, and every CPU may be past it at once.
		 */
		.max_delta = UINT32_MAX / 4,
		.max_advance = UINT32_MAX / 4 - 1024,
	};
}

void
smr_config_wrap(struct smr_config *config)
{
	uint32_t incr;

	/* A turn is 10000 steps, and the first step wraps. */
	incr = UINT32_MAX / 10000;
	smr_config_production(config);
	config->init = UINT32_MAX - 100000;
	config->incr = incr;
	config->max_delta = 32 * incr;
	config->max_advance = 32 * incr / 2;
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
	/* One past 0 after the last of them: 0 itself is never a value. */
	config->init = 1 - (uint32_t)advances * config->incr;
}

static void
smr_config_check(const struct smr_config *config)
{

	KERN_ASSERT((unsigned)config->mode < SMR_MODE_COUNT,
	    "smr: smr_config.mode is none of eager, deferred, lazy");
	KERN_ASSERT(config->init % 2 == 1 && config->incr % 2 == 0 &&
	    config->incr > 0,
	    "smr: init must be odd and incr even, so that 0 stays free to mean "
	    "no section");
	KERN_ASSERT(config->max_delta <= INT32_MAX / 2 &&
	    config->max_advance < config->max_delta &&
	    config->max_advance >= config->incr,
	    "smr: needs incr <= max_advance < max_delta <= a quarter turn");
	KERN_ASSERT(config->lazy_grace <= INT32_MAX / 2 / config->incr,
	    "smr: lazy_grace times incr must stay below a quarter turn");
}

static size_t
smr_pages(unsigned cpu_count)
{
	size_t bytes;

	bytes = sizeof(struct smr_shared) + cpu_count * sizeof(struct smr_cpu);
	return ((bytes + KERN_PAGE_SIZE - 1) / KERN_PAGE_SIZE);
}

struct smr *
smr_create(const char *name, const struct smr_config *config)
{
	struct smr_config production;
	struct smr_shared *shared;
	struct smr *smr;
	struct smr_cpu *cpu;
	uint32_t i;

	if (config == NULL) {
		smr_config_production(&production);
		config = &production;
	}
	smr_config_check(config);
	/* The blocks of the CPUs follow the shared one; both are aligned. */
	shared = kern_pages_alloc(smr_pages(kern_cpu_count()), kern_domain());
	if (shared == NULL)
		return (NULL);
	smr = (struct smr *)(shared + 1);
	shared->cpu_count = kern_cpu_count();
	shared->name = name;
	shared->audited_wr = smr_seq_make(config->init);
	shared->audited_rd = smr_seq_make(config->init);
	atomic_init(&shared->wr_pair,
	    smr_pair(smr_seq_make(config->init), kern_ticks()));
	atomic_init(&shared->rd, config->init);
	/* All that can ever be, not only those that run now. */
	for (i = 0; i < shared->cpu_count; i++) {
		cpu = &smr->cpu[i];
		atomic_init(&cpu->c_seq, SMR_SEQ_INVALID.value);
		cpu->mode = config->mode;
		cpu->shared = shared;
		cpu->limit = config->deferral;
		cpu->incr = config->incr;
		cpu->max_delta = config->max_delta;
		cpu->max_advance = config->max_advance;
		cpu->lazy_grace = config->lazy_grace;
		cpu->lazy_incr = config->lazy_grace * config->incr;
		cpu->ahead = cpu->lazy_incr > config->incr ? cpu->lazy_incr :
		    config->incr;
	}
	/* For those who learn of the domain by other than ordered means. */
	atomic_thread_fence(memory_order_seq_cst);
	return (smr);
}

void
smr_destroy(struct smr *smr)
{
	struct smr_shared *shared;

	smr_synchronize(smr);
	shared = smr->cpu[0].shared;
	kern_pages_free(shared, smr_pages(shared->cpu_count));
}

KERN_UNSEEN const char *
smr_name(const struct smr *smr)
{

	return (smr->cpu[0].shared->name);
}

KERN_UNSEEN bool
smr_is_lazy(const struct smr *smr)
{

	return (smr->cpu[kern_cpu()].mode == SMR_LAZY);
}
