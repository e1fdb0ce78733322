/*
 * A stand-in for FreeBSD's core, for trees that have none: the same interface
 * to the rest of the kernel, and the same algorithm, so that what gusim puts
 * around a core is tested everywhere.
 *
 * Written from the interface and from published descriptions of the algorithm
 * (smr(9); reviews D22586 and D23825), by people who test with it.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
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
#define FAR		(STEP * 32)
#define NEAR		(FAR / 2)
#else
#define STEP		2
#define FIRST		1
#define FAR		(UINT_MAX / 4)
#define NEAR		(FAR - 1024)
#endif
#define GRACE		2
#define AHEAD		(GRACE * STEP)

static uma_zone_t shared_blocks;
static uma_zone_t cpu_blocks;

static SYSCTL_NODE(_debug, OID_AUTO, smr, CTLFLAG_RD | CTLFLAG_MPSAFE, NULL,
    "counters of the core");

/* A counter and the leaf that shows it. */
#define COUNTED(name, about)						\
	static COUNTER_U64_DEFINE_EARLY(name);				\
	SYSCTL_COUNTER_U64(_debug_smr, OID_AUTO, name, CTLFLAG_RD,	\
	    &name, about)
COUNTED(advance, "advances that wrote");
COUNTED(advance_wait, "advances that waited");
COUNTED(poll, "polls");
COUNTED(poll_scan, "polls that looked at all CPUs");
COUNTED(poll_fail, "polls that were not met");

/* wr follows the clock. */
static smr_seq_t
follow_ticks(smr_shared_t shared)
{
	union s_wr seen, next;
	int now, passed;

	seen._pair = atomic_load_acq_64(&shared->s_wr._pair);
	now = ticks;
	next = seen;
	passed = now - seen.ticks;
	if (passed != 0) {
		if (passed < 0 || passed > GRACE)
			passed = GRACE;
		next.ticks = now;
		next.seq = seen.seq + (smr_seq_t)passed * STEP;
		(void)atomic_cmpset_64(&shared->s_wr._pair, seen._pair,
		    next._pair);
	}
	return (next.seq + AHEAD);
}

static smr_seq_t
step(smr_t smr, smr_shared_t shared)
{
	smr_seq_t goal, rd;

	rd = atomic_load_acq_int(&shared->s_rd_seq);
	goal = atomic_fetchadd_int(&shared->s_wr.seq, STEP) + STEP;
	if (SMR_SEQ_DELTA(goal, rd) >= (smr_delta_t)FAR) {
		counter_u64_add(advance_wait, 1);
		(void)smr_poll(smr, goal - NEAR, true);
	}
	counter_u64_add(advance, 1);
	return (goal);
}

smr_seq_t
smr_advance(smr_t smr)
{
	smr_shared_t shared;
	smr_seq_t goal;
	smr_t self;

	SMR_ASSERT_NOT_ENTERED(smr);
	atomic_thread_fence_rel();
	critical_enter();
	self = zpcpu_get(smr);
	shared = self->c_shared;
	if ((self->c_flags & SMR_LAZY) != 0)
		goal = follow_ticks(shared);
	else if ((self->c_flags & SMR_DEFERRED) != 0 &&
	    ++self->c_deferred < self->c_limit)
		goal = smr_shared_current(shared) + STEP;
	else {
		self->c_deferred = 0;
		goal = step(smr, shared);
	}
	critical_exit();
	return (goal);
}

/* The oldest section that this CPU has, not older than rd. */
static smr_seq_t
section_of(smr_t cpu, smr_seq_t rd, smr_seq_t goal, bool wait)
{
	smr_seq_t seq;

	while ((seq = atomic_load_int(&cpu->c_seq)) != SMR_SEQ_INVALID) {
		seq = SMR_SEQ_MAX(seq, rd);
		if (!wait || SMR_SEQ_GEQ(seq, goal))
			break;
		cpu_spinwait();
	}
	return (seq);
}

static smr_seq_t
scan(smr_t smr, smr_shared_t shared, smr_seq_t rd, smr_seq_t wr,
    smr_seq_t goal, bool wait)
{
	smr_seq_t least, seq, now;
	int cpu;

	counter_u64_add(poll_scan, 1);
	least = wr;
	CPU_FOREACH(cpu) {
		seq = section_of(zpcpu_get_cpu(smr, cpu), rd, goal, wait);
		if (seq != SMR_SEQ_INVALID)
			least = SMR_SEQ_MIN(least, seq);
	}
	now = atomic_load_int(&shared->s_rd_seq);
	if (SMR_SEQ_LEQ(least, now))
		return (now);
	(void)atomic_cmpset_int(&shared->s_rd_seq, now, least);
	return (least);
}

bool
smr_poll(smr_t smr, smr_seq_t goal, bool block)
{
	smr_shared_t shared;
	smr_seq_t rd, wr;
	smr_t self;
	bool met;

	KASSERT(!block || !SMR_ENTERED(smr),
	    ("smr_poll: waits in a section of its own domain"));
	KASSERT((zpcpu_get(smr)->c_flags & SMR_LAZY) == 0 || !block,
	    ("%s: waits on a lazy domain", __func__));
	critical_enter();
	self = zpcpu_get(smr);
	shared = self->c_shared;
	counter_u64_add_protected(poll, 1);
	if ((self->c_flags & SMR_LAZY) != 0)
		(void)follow_ticks(shared);
	rd = atomic_load_acq_int(&shared->s_rd_seq);
	met = SMR_SEQ_LEQ(goal, rd);
	if (!met) {
		wr = atomic_load_acq_int(&shared->s_wr.seq);
		if (SMR_SEQ_GT(goal, wr) && self->c_flags != 0 &&
		    SMR_SEQ_DELTA(goal, wr) <= (smr_delta_t)AHEAD) {
			/* Nobody has made the step to this goal yet. */
			if (block)
				wr = atomic_fetchadd_int(&shared->s_wr.seq,
				    STEP) + STEP;
		} else if (SMR_SEQ_GT(goal, wr))
			met = true;	/* from before a wrap */
		if (!met && SMR_SEQ_LEQ(goal, wr)) {
			rd = scan(smr, shared, rd, wr, goal, block);
			met = SMR_SEQ_LEQ(goal, rd);
		}
	}
	if (!met)
		counter_u64_add(poll_fail, 1);
	critical_exit();
	atomic_thread_fence_acq();
	KASSERT(met || !block, ("%s: waited for nothing", __func__));
	return (met);
}

smr_t
smr_create(const char *name, int interval, int flags)
{
	smr_shared_t shared;
	smr_t smr, cpu;
	u_int i;

	shared = uma_zalloc(shared_blocks, M_WAITOK);
	smr = uma_zalloc_pcpu(cpu_blocks, M_WAITOK);
	shared->s_name = name;
	shared->s_wr.seq = FIRST;
	shared->s_wr.ticks = ticks;
	shared->s_rd_seq = FIRST;
	for (i = 0; i <= mp_maxid; i++) {
		cpu = zpcpu_get_cpu(smr, i);
		cpu->c_seq = SMR_SEQ_INVALID;
		cpu->c_shared = shared;
		cpu->c_deferred = 0;
		cpu->c_limit = interval;
		cpu->c_flags = flags;
	}
	atomic_thread_fence_seq_cst();
	return (smr);
}

void
smr_destroy(smr_t smr)
{

	smr_synchronize(smr);
	uma_zfree(shared_blocks, smr->c_shared);
	uma_zfree_pcpu(cpu_blocks, smr);
}

void
smr_init(void)
{

	shared_blocks = uma_zcreate("shared blocks", sizeof(struct smr_shared),
	    NULL, NULL, NULL, NULL, 2 * CACHE_LINE_SIZE - 1, 0);
	cpu_blocks = uma_zcreate("CPU blocks", sizeof(struct smr),
	    NULL, NULL, NULL, NULL, 2 * CACHE_LINE_SIZE - 1, UMA_ZONE_PCPU);
}
