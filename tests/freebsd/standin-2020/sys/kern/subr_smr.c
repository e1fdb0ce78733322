/*
 * A stand-in for FreeBSD's core as it was in January 2020: created by name
 * alone, without a lazy mode, deferred by a call of its own, and with counters
 * that the booting kernel allocates.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <sys/cdefs.h>
__FBSDID("$FreeBSD$");

#include <sys/param.h>
#include <sys/systm.h>
#include <sys/counter.h>
#include <sys/kernel.h>
#include <sys/limits.h>
#include <sys/proc.h>
#include <sys/smp.h>
#include <sys/smr.h>
#include <sys/sysctl.h>

#include <vm/uma.h>

#ifdef INVARIANTS
#define STEP		(UINT_MAX / 10000)
#define FIRST		(UINT_MAX - 100000)
#else
#define STEP		2
#define FIRST		1
#endif

static uma_zone_t shared_blocks;
static uma_zone_t cpu_blocks;

static SYSCTL_NODE(_debug, OID_AUTO, smr, CTLFLAG_RD, NULL, "counters");
static counter_u64_t advance = EARLY_COUNTER;
SYSCTL_COUNTER_U64(_debug_smr, OID_AUTO, advance, CTLFLAG_RD, &advance, "");
static counter_u64_t poll = EARLY_COUNTER;
SYSCTL_COUNTER_U64(_debug_smr, OID_AUTO, poll, CTLFLAG_RD, &poll, "");
static counter_u64_t poll_scan = EARLY_COUNTER;
SYSCTL_COUNTER_U64(_debug_smr, OID_AUTO, poll_scan, CTLFLAG_RD, &poll_scan, "");

smr_seq_t
smr_advance(smr_t smr)
{
	smr_shared_t shared;

	atomic_thread_fence_rel();
	shared = zpcpu_get(smr)->c_shared;
	counter_u64_add(advance, 1);
	return (atomic_fetchadd_int(&shared->s_wr_seq, STEP) + STEP);
}

smr_seq_t
smr_advance_deferred(smr_t smr, int limit)
{
	smr_seq_t goal;
	smr_t self;
	bool now;

	critical_enter();
	self = zpcpu_get(smr);
	now = ++self->c_deferred >= limit;
	if (now)
		self->c_deferred = 0;
	goal = smr_shared_current(self->c_shared) + STEP;
	critical_exit();
	return (now ? smr_advance(smr) : goal);
}

bool
smr_poll(smr_t smr, smr_seq_t goal, bool block)
{
	smr_shared_t shared;
	smr_seq_t least, rd, seq, wr;
	int cpu;

	critical_enter();
	shared = zpcpu_get(smr)->c_shared;
	counter_u64_add_protected(poll, 1);
	rd = atomic_load_acq_int(&shared->s_rd_seq);
	wr = atomic_load_acq_int(&shared->s_wr_seq);
	/* A deferred goal: this poll makes the step. */
	if (goal == wr + STEP) {
		atomic_add_int(&shared->s_wr_seq, STEP);
		wr = goal;
	}
	least = rd;
	if (SMR_SEQ_GT(goal, rd) && SMR_SEQ_LEQ(goal, wr)) {
		counter_u64_add(poll_scan, 1);
		least = wr;
		CPU_FOREACH(cpu) {
			while ((seq = atomic_load_int(
			    &zpcpu_get_cpu(smr, cpu)->c_seq)) !=
			    SMR_SEQ_INVALID) {
				seq = SMR_SEQ_MAX(seq, rd);
				if (SMR_SEQ_GEQ(seq, goal) || !block) {
					least = SMR_SEQ_MIN(least, seq);
					break;
				}
				cpu_spinwait();
			}
		}
		rd = atomic_load_int(&shared->s_rd_seq);
		while (SMR_SEQ_GT(least, rd) &&
		    !atomic_fcmpset_int(&shared->s_rd_seq, &rd, least))
			continue;
		least = SMR_SEQ_MAX(least, rd);
	} else
		least = goal;	/* met, or from before a wrap */
	critical_exit();
	atomic_thread_fence_acq();
	return (SMR_SEQ_LEQ(goal, least));
}

smr_t
smr_create(const char *name)
{
	smr_shared_t shared;
	smr_t smr;
	u_int cpu;

	shared = uma_zalloc(shared_blocks, M_WAITOK);
	smr = uma_zalloc(cpu_blocks, M_WAITOK);
	shared->s_name = name;
	shared->s_rd_seq = shared->s_wr_seq = FIRST;
	for (cpu = 0; cpu <= mp_maxid; cpu++) {
		zpcpu_get_cpu(smr, cpu)->c_seq = SMR_SEQ_INVALID;
		zpcpu_get_cpu(smr, cpu)->c_shared = shared;
	}
	atomic_thread_fence_seq_cst();
	return (smr);
}

void
smr_destroy(smr_t smr)
{

	smr_synchronize(smr);
	uma_zfree(shared_blocks, smr->c_shared);
	uma_zfree(cpu_blocks, smr);
}

void
smr_init(void)
{

	shared_blocks = uma_zcreate("shared blocks", sizeof(struct smr_shared),
	    NULL, NULL, NULL, NULL, 2 * CACHE_LINE_SIZE - 1, 0);
	cpu_blocks = uma_zcreate("CPU blocks", sizeof(struct smr),
	    NULL, NULL, NULL, NULL, 2 * CACHE_LINE_SIZE - 1, UMA_ZONE_PCPU);
}

static void
counters(void *unused)
{

	(void)unused;
	advance = counter_u64_alloc(M_WAITOK);
	poll = counter_u64_alloc(M_WAITOK);
	poll_scan = counter_u64_alloc(M_WAITOK);
}
SYSINIT(smr_counters, SI_SUB_CPU, SI_ORDER_ANY, counters, NULL);
