/*
 * smr - when has every reader that could hold it gone?
 *
 * Safe memory reclamation by global unbounded sequences (GUS).  A domain has a
 * write sequence wr, a read sequence rd, and one word per CPU.  A reader
 * copies wr into its CPU's word; a writer that has unlinked something advances
 * wr and keeps the result as a goal; the goal is met once rd has passed it.
 * Only a poll moves rd, and only as far as the oldest open section allows.
 * How far wr may run ahead of rd is not bounded by the scheme, so one poll,
 * made late, pays for many advances.
 *
 * A domain has one of three clocks, chosen for life:
 *
 *	eager		each advance writes wr
 *	deferred	each CPU writes wr once in `deferral` advances; in between,
 *			goals point one step ahead of wr
 *	lazy		wr follows the clock tick and goals point `lazy_grace` ticks
 *			ahead; sections have no fence and use smr_lazy_*()
 *
 * Sections   must not block, migrate or nest within one domain; they pin the
 *            CPU.  A pointer loaded in a section is good until its end.
 * Goals      a goal is good for half a turn of the sequence.  Polling
 *            SMR_SEQ_INVALID, or a goal that no advance of this domain
 *            returned, gives an arbitrary answer; see smr_poll().
 * Errors     smr_create() returns NULL when memory is exhausted.  Misuse is a
 *            bug of the caller and panics; nothing else can fail.
 * Cost       enter and exit touch the CPU's own line and load one shared line;
 *            a scan loads one line per CPU.  A domain is 128 bytes and 128
 *            more per CPU, rounded up to whole pages.
 * Source     FreeBSD smr(9): Jeff Roberson, review D22586, 2019; the manual
 *            page smr.9.  The proof is at the head of smr.c.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_SMR_H
#define ENGINE_SMR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/seq.h"

struct smr;

enum smr_mode { SMR_EAGER, SMR_DEFERRED, SMR_LAZY, SMR_MODE_COUNT };

/*
 * The numbers of a domain.  They are parameters, not constants, so that one
 * binary can start next to the wrap, shrink the world until rare paths are
 * common, or do what production does.
 */
struct smr_config {
	enum smr_mode mode;
	uint32_t deferral;	/* deferred: advances per CPU that share a write; 0 is 1 */
	uint32_t lazy_grace;	/* lazy: ticks that a goal lies ahead; below 2 is unsafe */
	uint32_t init;		/* first value of wr and rd; odd */
	uint32_t incr;		/* one step of wr; even, so that values stay odd */
	uint32_t max_delta;	/* an advance that is so far ahead of rd blocks ... */
	uint32_t max_advance;	/* ... until it is no farther than this */
};

/*
 * Both fill in every member: mode eager, deferral 1, grace 2, and the numbers
 * of a production kernel, or numbers that wrap on the first advance and block
 * after 32 unread ones.
 */
void smr_config_production(struct smr_config *config);
void smr_config_wrap(struct smr_config *config);

/*
 * Moves the start so that the advance number `advances` is the one that wraps
 * through 0; 0 leaves the profile's own start.  More than a whole turn counts
 * as a whole turn.
 */
void smr_config_start_before_wrap(struct smr_config *config, uint64_t advances);

/*
 * `name` must outlive the domain.  A config of NULL is production, eager.
 * May sleep for memory, so not in a section.
 */
struct smr *smr_create(const char *name, const struct smr_config *config);

/* Waits for readers as smr_synchronize() does, then gives the memory back. */
void smr_destroy(struct smr *smr);

const char *smr_name(const struct smr *smr);
bool smr_is_lazy(const struct smr *smr);

/*
 * A read section of an eager or deferred domain: enter is an acquire and the
 * full fence that makes the section visible before its first load (or the light
 * side of one: kern_fence_light()); exit is a release.  smr_section.h has both
 * inline.
 */
void smr_enter(struct smr *smr);
void smr_exit(struct smr *smr);

/* The same for a lazy domain: no fence, the clock interrupt is the fence. */
void smr_lazy_enter(struct smr *smr);
void smr_lazy_exit(struct smr *smr);

/* This CPU is in a section of the domain.  For assertions: costs no time. */
bool smr_entered(const struct smr *smr);

/*
 * Call when the item is unlinked, outside a section of the domain.  Returns
 * the goal: once a poll of it answers true, no reader can hold what the caller
 * unlinked before the call.  Blocks only where readers are max_delta behind,
 * and never on a lazy domain.
 */
struct smr_seq smr_advance(struct smr *smr);

/*
 * Is the goal met?  Scans all CPUs where rd alone does not tell.
 *
 * With `wait`, spins until it is and answers true; not in a section of the
 * domain, and not on a lazy domain, where waiting would keep the clock from
 * moving on.  Without, may be called anywhere.  True is an acquire of all that
 * the departed sections did.
 *
 * On a deferred domain a goal that no CPU has committed yet fails at once,
 * without a scan, until some CPU's next advance or a waiting poll commits it.
 * A goal farther ahead of wr than any advance could have returned counts as
 * one from before the last wrap: met.
 */
bool smr_poll(struct smr *smr, struct smr_seq goal, bool wait);

/* smr_poll() with `wait`. */
void smr_wait(struct smr *smr, struct smr_seq goal);

/*
 * Returns when all sections that were open at the call have ended.  On a lazy
 * domain this polls once a tick and sleeps in between, so there it must not be
 * called with preemption off.
 */
void smr_synchronize(struct smr *smr);

/*
 * Deferred domains: takes the step that this goal waits for, if nobody has, so
 * that polls that do not wait can meet it.  Not where an advance would have to
 * wait.  Does nothing on other domains.
 */
void smr_commit(struct smr *smr, struct smr_seq goal);
/* The same for whatever goal this CPU has got last; from clock interrupts too. */
void smr_commit_tick(struct smr *smr);

/* The write sequence now; not a goal. */
struct smr_seq smr_current(const struct smr *smr);

/* Sums over all CPUs; exact while the domain is quiet.  Costs no time. */
struct smr_counters {
	uint64_t advance;	/* that wrote wr; lazy and shared ones do not count */
	uint64_t advance_wait;	/* that had to block */
	uint64_t poll;
	uint64_t poll_scan;
	uint64_t poll_fail;	/* that answered false */
};
void smr_counters(const struct smr *smr, struct smr_counters *counters);

/*
 * What the words of the domain hold as memory has it, and where they are: for
 * those who compare two cores, or draw one.  Costs no time.
 */
struct smr_words {
	struct smr_seq wr;
	struct smr_seq rd;
	uint32_t ticks;		/* at the last step of a lazy wr */
	uint32_t cpus;
	const void *wr_at;	/* 8 bytes, with the ticks */
	const void *rd_at;	/* 4 bytes */
	const void *c_at;	/* 4 bytes; CPU i's are i * c_stride further on */
	size_t c_stride;
	const void *region;	/* everything that the domain consists of */
	size_t region_bytes;
};
void smr_words(const struct smr *smr, struct smr_words *words);

/*
 * The first broken invariant of the domain as text, or NULL.  Remembers what
 * it saw, to know backward steps at the next call; one caller at a time.
 * Costs no time and disturbs nobody.
 */
const char *smr_audit(struct smr *smr);

#endif
