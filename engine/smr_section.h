/*
 * smr_section - what does a reader's machine code do?
 *
 * The ordered operations of a section, as smr.c compiles them into smr_enter()
 * and its kin.  Readers for whom the call is too dear include this header and
 * have them in their own code:
 *
 *	smr_section_enter(smr);
 *	item = smr_section_load(&slot, smr);
 *	...
 *	smr_section_exit(smr);
 *
 * This form promises what smr_enter() does, and checks nothing but that the
 * thread is attached: not nesting, not the domain's mode, not that the section
 * has ended when the thread detaches or sleeps.  With GUS_CHECKED defined
 * before the first include it is the functions of smr.h, with all they check.
 * A section is entered and left by the same form; sections of both may meet in
 * one domain.
 *
 * The layout of a domain becomes part of the program that includes this, so
 * it must be the header of the library that it runs with: one SONAME, one
 * layout.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_SMR_SECTION_H
#define ENGINE_SMR_SECTION_H

#include <stdatomic.h>

#include "engine/kern.h"
#include "engine/smr.h"
#include "engine/smr_layout.h"
#include "engine/smr_types.h"

/* Publishes that a section of an eager or deferred domain has begun. */
static inline void
smr_section_open(struct smr *smr, struct smr_cpu *self)
{
	struct smr_seq seq;

	seq = smr_pair_seq(atomic_load_explicit(
	    &smr_shared(smr, self)->wr_pair, memory_order_relaxed));
	kern_event(KERN_ENTER_SAMPLED, smr, seq.value, 0);
	/*
	 * [R1] release, pairs with [S4] in smr_poll_cpu().
	 * Claim   who sees this section knows that the one before is over.
	 * Breaks  an item is reused under the last access of that one.
	 * Mutant  enter-publish-ahead (M3)
	 */
	atomic_store_explicit(&self->c_seq, seq.value, memory_order_release);
	/*
	 * [R2] full fence, the light side of [S3] in smr_poll(), and as an
	 *      acquire pairs with [W1].
	 * Claim   a scan that misses this section was made after an unlink that
	 *         the section's loads see.
	 * Breaks  a section that the scan missed still finds the item.
	 * Mutant  enter-no-fence (M1), enter-acquire (M2)
	 */
	kern_fence_light();
	kern_event(KERN_ENTER_DONE, smr, seq.value, 0);
}

/* Publishes that it is over. */
static inline void
smr_section_close(struct smr_cpu *self)
{

	/*
	 * [R3] release, pairs with [S4] in smr_poll_cpu().
	 * Claim   the section's last access is over before c says so.
	 * Breaks  the item is reused under that access.
	 * Mutant  exit-early (M4)
	 */
	atomic_store_explicit(&self->c_seq, SMR_SEQ_INVALID.value,
	    memory_order_release);
}

/* The same for a lazy domain. */
static inline void
smr_section_lazy_open(struct smr *smr, struct smr_cpu *self)
{
	struct smr_seq seq;

	seq = smr_pair_seq(atomic_load_explicit(
	    &smr_shared(smr, self)->wr_pair, memory_order_relaxed));
	kern_event(KERN_ENTER_SAMPLED, smr, seq.value, 0);
	/*
	 * [R4] release, as [R1]; no fence follows.
	 * Claim   as [R1].
	 * Breaks  as [R1].
	 * Mutant  lazy-enter-relaxed
	 */
	atomic_store_explicit(&self->c_seq, seq.value, memory_order_release);
	/* The clock is the fence, but the compiler must not know better. */
	atomic_signal_fence(memory_order_seq_cst);
	kern_event(KERN_ENTER_DONE, smr, seq.value, 0);
}

static inline void
smr_section_lazy_close(struct smr_cpu *self)
{

	/*
	 * [R5] release, pairs with [S4] in smr_poll_cpu().
	 * Claim   as [R3].
	 * Breaks  as [R3].
	 * Mutant  lazy-exit-early (M4)
	 */
	atomic_store_explicit(&self->c_seq, SMR_SEQ_INVALID.value,
	    memory_order_release);
}

#ifdef GUS_CHECKED
#define smr_section_enter(smr) smr_enter(smr)
#define smr_section_exit(smr) smr_exit(smr)
#define smr_section_lazy_enter(smr) smr_lazy_enter(smr)
#define smr_section_lazy_exit(smr) smr_lazy_exit(smr)
#define smr_section_load(pointer, smr) smr_entered_load(pointer, smr)
#else
static inline void
smr_section_enter(struct smr *smr)
{

	smr_section_open(smr, smr_self(smr));
}

static inline void
smr_section_exit(struct smr *smr)
{

	smr_section_close(smr_self(smr));
}

static inline void
smr_section_lazy_enter(struct smr *smr)
{

	smr_section_lazy_open(smr, smr_self(smr));
}

static inline void
smr_section_lazy_exit(struct smr *smr)
{

	smr_section_lazy_close(smr_self(smr));
}

/* The pointer of an SMR_POINTER, in a section of the domain. */
#define smr_section_load(pointer, smr)                                         \
	((void)(smr),                                                          \
	    atomic_load_explicit(&(pointer)->smr_pointer, memory_order_acquire))
#endif

#endif
