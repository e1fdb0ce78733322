/*
 * The kernel's half: its functions, called with its headers, under names that
 * the engine does not have.  Compiled like the kernel's own file, for sections
 * are functions of a header.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/smp.h>

#include "engine/freebsd/domain.h"

/*
 * A reader loads wr and publishes it in one expression of sys/smr.h.  Between
 * the two is where nobody knows of its section yet.  So this file's copies of
 * those functions tell: the load after a reader's critical_enter() is that of
 * wr.
 */
#undef critical_enter
#define critical_enter() do {						\
	kern_critical_enter();						\
	freebsd_entering();						\
} while (0)

static inline u_int
core_load_int(const volatile u_int *word)
{
	const void *smr;
	u_int value;

	value = FREEBSD_LOAD(word);
	smr = freebsd_entered();
	if (smr != NULL)
		kern_event(KERN_ENTER_SAMPLED, smr, value, 0);
	return (value);
}

#undef atomic_load_int
#define atomic_load_int(word)	core_load_int(word)

#include <sys/smr.h>

#undef atomic_load_int
#define atomic_load_int(word)	FREEBSD_LOAD(word)

#ifdef FREEBSD_SMR_FIRST
#define CORE_WR(shared)		((shared)->s_wr_seq)
#else
#define CORE_WR(shared)		((shared)->s_wr.seq)
#endif

_Static_assert(sizeof(struct smr_shared) <= FREEBSD_LINE,
    "the second line of the shared block is ours");
_Static_assert(sizeof(struct smr) <= FREEBSD_LINE,
    "the second line of a CPU's block is the counters'");
_Static_assert(UMA_PCPU_ALLOC_SIZE == FREEBSD_BLOCK, "one block for each CPU");

bool
freebsd_core_invariants(void)
{

#ifdef INVARIANTS
	return (true);
#else
	return (false);
#endif
}

void *
freebsd_core_create(const char *name, enum freebsd_mode mode, uint32_t limit)
{

#ifdef FREEBSD_SMR_FIRST
	(void)limit;
	if (mode == FREEBSD_LAZY)
		panic("this revision of the core has no lazy mode");
	return (smr_create(name));
#else
	switch (mode) {
	case FREEBSD_LAZY:
		return (smr_create(name, 0, SMR_LAZY));
	case FREEBSD_DEFERRED:
		return (smr_create(name, (int)limit, SMR_DEFERRED));
	case FREEBSD_EAGER:
		break;
	}
	return (smr_create(name, 0, 0));
#endif
}

void
freebsd_core_destroy(void *smr)
{

	smr_destroy(smr);
}

void
freebsd_core_poke(void *smr, uint32_t seq)
{
	smr_shared_t shared;

	shared = ((smr_t)smr)->c_shared;
	CORE_WR(shared) = seq;
	shared->s_rd_seq = seq;
	atomic_thread_fence_seq_cst();
}

void
freebsd_core_enter(void *smr)
{

	smr_enter(smr);
}

void
freebsd_core_exit(void *smr)
{

	smr_exit(smr);
}

void
freebsd_core_lazy_enter(void *smr)
{

#ifdef FREEBSD_SMR_FIRST
	smr_enter(smr);
#else
	smr_lazy_enter(smr);
#endif
}

void
freebsd_core_lazy_exit(void *smr)
{

#ifdef FREEBSD_SMR_FIRST
	smr_exit(smr);
#else
	smr_lazy_exit(smr);
#endif
}

uint32_t
freebsd_core_advance(void *smr)
{
#ifdef FREEBSD_SMR_FIRST
	const struct freebsd_domain *domain;

	domain = freebsd_domain(smr);
	if (domain->mode == FREEBSD_DEFERRED)
		return (smr_advance_deferred(smr, (int)domain->limit));
#endif
	return (smr_advance(smr));
}

bool
freebsd_core_poll(void *smr, uint32_t goal, bool wait)
{

	return (smr_poll(smr, goal, wait));
}

uint32_t
freebsd_core_current(void *smr)
{

	return (smr_current(smr));
}

/* Takes addresses, looks at nothing but the pointer that never changes. */
KERN_UNSEEN void
freebsd_core_words(const void *smr, struct freebsd_words *words)
{
	const struct smr *first;
	const struct smr_shared *shared;

	first = smr;
	shared = first->c_shared;
	words->wr = &CORE_WR(shared);
#ifdef FREEBSD_SMR_FIRST
	words->tick = NULL;
#else
	words->tick = (const uint32_t *)((const char *)&shared->s_wr +
	    sizeof(smr_seq_t));
#endif
	words->rd = &shared->s_rd_seq;
	words->c = &first->c_seq;
}
