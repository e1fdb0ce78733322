/*
 * smr_tree - what are the words of a domain, and how are they used by readers?
 *
 * For trees that have no sys/sys/smr.h.  There are two layouts, each with the
 * interface that goes with it; FREEBSD_SMR_FIRST, which the build finds out by
 * a look at the core, chooses the one of January 2020, which has no lazy mode
 * and defers by a call of its own.
 *
 * A reader publishes the write sequence in its CPU's word and must have done so
 * before its first load.  On x86 one locked addition to the word, which is known
 * to hold 0, is both; anywhere else a store and a full fence are needed.  The
 * first revision had the addition everywhere, an acquire, which is too weak
 * off x86 (FreeBSD commit 8694fd333556).
 *
 * Source      the functions that subr_smr.c calls and defines; smr(9); the
 *             orderings as in FreeBSD since commit 8694fd333556, review D36370.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_OWN_SMR_TREE_H
#define ENGINE_FREEBSD_OWN_SMR_TREE_H

#include <sys/_smr.h>

/* Distances are signed, so order survives the wrap. */
#define SMR_SEQ_DELTA(a, b)	((smr_delta_t)((a) - (b)))
#define SMR_SEQ_LT(a, b)	(SMR_SEQ_DELTA(a, b) < 0)
#define SMR_SEQ_LEQ(a, b)	(SMR_SEQ_DELTA(a, b) <= 0)
#define SMR_SEQ_GT(a, b)	(SMR_SEQ_DELTA(a, b) > 0)
#define SMR_SEQ_GEQ(a, b)	(SMR_SEQ_DELTA(a, b) >= 0)
#define SMR_SEQ_MIN(a, b)	(SMR_SEQ_LT((a), (b)) ? (a) : (b))
#define SMR_SEQ_MAX(a, b)	(SMR_SEQ_GT((a), (b)) ? (a) : (b))

/* In no section; and no sequence number ever. */
#define SMR_SEQ_INVALID		0

#define SMR_LAZY		0x1
#define SMR_DEFERRED		0x2

#ifndef FREEBSD_SMR_FIRST
/* A lazy clock moves both halves at once. */
union s_wr {
	struct {
		smr_seq_t seq;
		int ticks;
	};
	uint64_t _pair;
};
#endif

struct smr_shared {
	const char *s_name;
#ifdef FREEBSD_SMR_FIRST
	smr_seq_t s_wr_seq;
#else
	union s_wr s_wr;
#endif
	smr_seq_t s_rd_seq;
};
typedef struct smr_shared *smr_shared_t;

/* One for each CPU. */
struct smr {
	smr_seq_t c_seq;
	smr_shared_t c_shared;
	int c_deferred;
#ifndef FREEBSD_SMR_FIRST
	int c_limit;
	int c_flags;
#endif
};

smr_seq_t smr_advance(smr_t smr);
bool smr_poll(smr_t smr, smr_seq_t goal, bool wait);
void smr_destroy(smr_t smr);
void smr_init(void);
#ifdef FREEBSD_SMR_FIRST
smr_t smr_create(const char *name);
smr_seq_t smr_advance_deferred(smr_t smr, int limit);
#else
smr_t smr_create(const char *name, int limit, int flags);
#endif

static inline smr_seq_t
smr_shared_current(smr_shared_t s)
{

#ifdef FREEBSD_SMR_FIRST
	return (atomic_load_int(&s->s_wr_seq));
#else
	return (atomic_load_int(&s->s_wr.seq));
#endif
}

static inline smr_seq_t
smr_current(smr_t smr)
{

	return (smr_shared_current(zpcpu_get(smr)->c_shared));
}

#ifdef FREEBSD_SMR_FIRST
#define SMR_ASSERT_FLAVOUR(self, lazy)
#else
#define SMR_ASSERT_FLAVOUR(self, lazy)					\
	KASSERT((((self)->c_flags & SMR_LAZY) != 0) == (lazy),		\
	    ("%s: wrong kind of section for the domain %s", __func__,	\
	    (self)->c_shared->s_name))
#endif

static inline void
smr_enter(smr_t smr)
{
	smr_t self;

	critical_enter();
	self = zpcpu_get(smr);
	SMR_ASSERT_FLAVOUR(self, false);
	KASSERT(self->c_seq == SMR_SEQ_INVALID,
	    ("smr_enter: sections of %s do not nest", self->c_shared->s_name));
#if defined(__amd64__) || defined(__i386__) || defined(FREEBSD_SMR_FIRST)
	atomic_add_acq_int(&self->c_seq, smr_shared_current(self->c_shared));
#else
	atomic_store_int(&self->c_seq, smr_shared_current(self->c_shared));
	atomic_thread_fence_seq_cst();
#endif
}

static inline void
smr_exit(smr_t smr)
{
	smr_t self;

	CRITICAL_ASSERT(curthread);
	self = zpcpu_get(smr);
	SMR_ASSERT_FLAVOUR(self, false);
	KASSERT(self->c_seq != SMR_SEQ_INVALID,
	    ("smr_exit: in no section of %s", self->c_shared->s_name));
	atomic_store_rel_int(&self->c_seq, SMR_SEQ_INVALID);
	critical_exit();
}

#ifndef FREEBSD_SMR_FIRST
/* The clock interrupt is the fence. */
static inline void
smr_lazy_enter(smr_t smr)
{
	smr_t self;

	critical_enter();
	self = zpcpu_get(smr);
	SMR_ASSERT_FLAVOUR(self, true);
	KASSERT(self->c_seq == SMR_SEQ_INVALID,
	    ("smr_lazy_enter: sections of %s do not nest",
	    self->c_shared->s_name));
	atomic_store_int(&self->c_seq, smr_shared_current(self->c_shared));
}

static inline void
smr_lazy_exit(smr_t smr)
{
	smr_t self;

	CRITICAL_ASSERT(curthread);
	self = zpcpu_get(smr);
	SMR_ASSERT_FLAVOUR(self, true);
	KASSERT(self->c_seq != SMR_SEQ_INVALID,
	    ("smr_lazy_exit: in no section of %s", self->c_shared->s_name));
	atomic_thread_fence_rel();
	atomic_store_int(&self->c_seq, SMR_SEQ_INVALID);
	critical_exit();
}
#endif

static inline void
smr_wait(smr_t smr, smr_seq_t goal)
{

	(void)smr_poll(smr, goal, true);
}

static inline void
smr_synchronize(smr_t smr)
{

	smr_wait(smr, smr_advance(smr));
}

#endif
