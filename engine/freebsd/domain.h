/*
 * domain - how do the two halves of FreeBSD's core meet?
 *
 * The kernel's headers and engine/smr.h both have an smr_poll(), and not the
 * same one.  core.c sees the kernel's headers and is linked with the kernel's
 * file; smr_freebsd.c sees the engine's; this header is all that both see, and
 * what is declared here all that either has of the other.
 *
 * A domain is one run of pages:
 *
 *	block 0		line 0	the kernel's struct smr_shared
 *			line 1	struct freebsd_domain: what only we know
 *	block 1 + cpu	line 0	the kernel's struct smr
 *			line 1	the counters of this CPU
 *
 * That is the layout of our own domains (engine/smr_layout.h), so that whatever
 * differs between runs of the two cores is not where their words lie.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_DOMAIN_H
#define ENGINE_FREEBSD_DOMAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/kern.h"

enum {
	FREEBSD_LINE = KERN_LINE_SIZE,
	FREEBSD_BLOCK = 2 * FREEBSD_LINE,
	FREEBSD_COUNTERS = FREEBSD_LINE / 8,
};

enum freebsd_mode { FREEBSD_EAGER, FREEBSD_DEFERRED, FREEBSD_LAZY };

struct freebsd_domain {
	void *older;		/* region of the one that was there before */
	const char *name;
	uint32_t cpu_count;
	enum freebsd_mode mode;
	uint32_t limit;		/* deferred: advances that share a write */
	uint32_t audited_wr;	/* what smr_audit() saw last */
	uint32_t audited_rd;
};

_Static_assert(sizeof(struct freebsd_domain) <= FREEBSD_LINE, "one line");

/* `smr` is the kernel's handle of the domain: its first per-CPU block. */
static inline struct freebsd_domain *
freebsd_domain(const void *smr)
{

	return ((struct freebsd_domain *)(void *)((char *)(uintptr_t)smr -
	    FREEBSD_LINE));
}

static inline void *
freebsd_region(const void *smr)
{

	return ((char *)(uintptr_t)smr - FREEBSD_BLOCK);
}

/* --- support.c: what stands for the rest of the kernel -------------------------- */

/* The region that the next domain will lie in, zeroed; tracing begins anew. */
void freebsd_feed(void *region);
/* Its domain is gone; in any order. */
void freebsd_forget(void *region);
/* This CPU is about to load the wr that it will publish; and whose it is, once. */
void freebsd_entering(void);
const void *freebsd_entered(void);
/* The sum of the counter with this name, 0 where the core has none. */
uint64_t freebsd_counted(const void *smr, const char *name);

/* --- core.c: the kernel's functions, under names of their own ------------------- */

/* Compiled with INVARIANTS: other constants, and assertions. */
bool freebsd_core_invariants(void);
/* In the region that was fed. */
void *freebsd_core_create(const char *name, enum freebsd_mode mode,
    uint32_t limit);
void freebsd_core_destroy(void *smr);
/* wr and rd at `seq`, before anybody uses the domain. */
void freebsd_core_poke(void *smr, uint32_t seq);
void freebsd_core_enter(void *smr);
void freebsd_core_exit(void *smr);
void freebsd_core_lazy_enter(void *smr);
void freebsd_core_lazy_exit(void *smr);
uint32_t freebsd_core_advance(void *smr);
bool freebsd_core_poll(void *smr, uint32_t goal, bool wait);
uint32_t freebsd_core_current(void *smr);

/* Where the words are; costs no time. */
struct freebsd_words {
	const uint32_t *wr;
	const uint32_t *tick;	/* NULL in revisions without lazy mode */
	const uint32_t *rd;
	const uint32_t *c;	/* of CPU 0; a FREEBSD_BLOCK from one to the next */
};
void freebsd_core_words(const void *smr, struct freebsd_words *words);

#endif
