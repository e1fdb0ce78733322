/*
 * smr_layout - on which cache line does each word of a domain lie?
 *
 * For smr*.c and smr_section.h only.  A domain is one shared block and one block per CPU, in
 * one run of pages:
 *
 *	shared	line 0	wr with its tick, rd; readers load it, advances and
 *			scans write it
 *		line 1	the memory of smr_audit()
 *	cpu	line 0	c and what the owner needs to enter, exit and advance;
 *			only a scan looks at it from elsewhere
 *		line 1	counters and the assertions' own note, never looked at
 *			by other CPUs while the machine works
 *
 * Blocks are aligned to two lines, because processors fetch lines in pairs.
 *
 * wr and the tick of its last step are one 64-bit word, since the lazy clock
 * must change both at once.  wr is the upper half, so that adding a step never
 * carries into the tick, and no word is ever accessed in two widths.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_SMR_LAYOUT_H
#define ENGINE_SMR_LAYOUT_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/kern.h"
#include "engine/seq.h"
#include "engine/smr.h"

enum { SMR_BLOCK_SIZE = KERN_BLOCK_SIZE };

struct smr_shared {
	_Alignas(SMR_BLOCK_SIZE) _Atomic(uint64_t) wr_pair;
	_Atomic(uint32_t) rd;
	uint32_t cpu_count;
	const char *name;

	/* What smr_audit() saw last. */
	_Alignas(KERN_LINE_SIZE) struct smr_seq audited_wr;
	struct smr_seq audited_rd;
};

enum smr_counter {
	SMR_COUNT_ADVANCE,
	SMR_COUNT_ADVANCE_WAIT,
	SMR_COUNT_POLL,
	SMR_COUNT_POLL_SCAN,
	SMR_COUNT_POLL_FAIL,
	SMR_COUNTERS
};

struct smr_cpu {
	_Alignas(SMR_BLOCK_SIZE) _Atomic(uint32_t) c_seq; /* 0: no section */
	enum smr_mode mode;
	struct smr_shared *shared;
	uint32_t deferred;	/* advances since this CPU last wrote wr */
	uint32_t limit;		/* smr_config.deferral */
	uint32_t incr;
	uint32_t max_delta;
	uint32_t max_advance;
	uint32_t lazy_grace;
	uint32_t lazy_incr;	/* how far ahead a lazy goal lies */
	uint32_t ahead;		/* how far ahead of wr a goal can be at most */

	_Alignas(KERN_LINE_SIZE) _Atomic(uint64_t) counts[SMR_COUNTERS];
	uint32_t inside;	/* in a section; touched by unseen code only */
};

/*
 * How assertions know that a CPU is in a section.  c may not tell them: in the
 * simulator it is the machine's, and may still wait in a store buffer when the
 * next line of its CPU runs.  A port whose code cannot look past its own store
 * buffer defines KERN_PORT_OWN_STORES; then c is as good as a note, and knows
 * of the sections of smr_section.h as well.
 */
#ifdef KERN_PORT_OWN_STORES
#define SMR_INSIDE(self)                                                       \
	(atomic_load_explicit(&(self)->c_seq, memory_order_relaxed) !=         \
	    SMR_SEQ_INVALID.value)
#define SMR_INSIDE_SET(self, value) ((void)(self), (void)(value))
#define SMR_PINNED() true
#else
#define SMR_INSIDE(self) ((self)->inside != 0)
#define SMR_INSIDE_SET(self, value) ((void)((self)->inside = (value)))
#define SMR_PINNED() (kern_critical_depth() != 0)
#endif

/* Only as many blocks exist as the kernel has CPUs. */
struct smr {
	struct smr_cpu cpu[KERN_CPUS_MAX];
};

_Static_assert(sizeof(struct smr_shared) == SMR_BLOCK_SIZE, "two lines");
_Static_assert(sizeof(struct smr_cpu) == SMR_BLOCK_SIZE, "two lines");
_Static_assert(offsetof(struct smr_shared, name) + sizeof(const char *) <=
    KERN_LINE_SIZE, "wr, its tick and rd share one line");
_Static_assert(offsetof(struct smr_cpu, ahead) + sizeof(uint32_t) <=
    KERN_LINE_SIZE, "what enter, exit and advance need is on one line");
_Static_assert(offsetof(struct smr_cpu, counts) == KERN_LINE_SIZE,
    "counting leaves the section's line alone");
_Static_assert(sizeof(_Atomic(uint64_t)) == sizeof(uint64_t),
    "the pair is a plain word");

/*
 * The block of this CPU; in a critical section, or it may change.  A port that
 * keeps its CPU's number times KERN_BLOCK_SIZE at hand defines
 * kern_cpu_block(), for the sake of readers whose section is inline.
 */
static inline struct smr_cpu *
smr_self(struct smr *smr)
{

#ifdef kern_cpu_block
	return ((struct smr_cpu *)(void *)((char *)smr + kern_cpu_block()));
#else
	return (&smr->cpu[kern_cpu()]);
#endif
}

/* The shared block, given one of a CPU; both ways are the same block. */
static inline struct smr_shared *
smr_shared(struct smr *smr, const struct smr_cpu *self)
{

#ifdef kern_cpu_block
	(void)self;
	return ((struct smr_shared *)(void *)smr - 1);
#else
	(void)smr;
	return (self->shared);
#endif
}

static inline uint64_t
smr_pair(struct smr_seq seq, uint32_t ticks)
{

	return ((uint64_t)seq.value << 32 | ticks);
}

static inline struct smr_seq
smr_pair_seq(uint64_t pair)
{

	return (smr_seq_make((uint32_t)(pair >> 32)));
}

static inline uint32_t
smr_pair_ticks(uint64_t pair)
{

	return ((uint32_t)pair);
}

/* One step of wr; the new value. */
static inline struct smr_seq
smr_wr_step(struct smr_shared *shared, uint32_t incr)
{
	uint64_t old;

	old = atomic_fetch_add_explicit(&shared->wr_pair, (uint64_t)incr << 32,
	    memory_order_relaxed);
	return (smr_seq_add(smr_pair_seq(old), incr));
}

/* Only this CPU writes its counters, so there is nothing to lock. */
static inline void
smr_count(struct smr_cpu *self, enum smr_counter counter)
{
	uint64_t count;

	count = atomic_load_explicit(&self->counts[counter],
	    memory_order_relaxed);
	atomic_store_explicit(&self->counts[counter], count + 1,
	    memory_order_relaxed);
}

/* Moves the lazy clock up to the tick; the goal.  In a critical section. */
struct smr_seq smr_lazy_advance(struct smr_cpu *self);

#endif
