/*
 * pool_cache - which memory stays of one type?
 *
 * What the forms of NetBSD's pool_cache with PR_PSERIALIZE have in common: a
 * plain zone whose memory goes back to the page pool only after every CPU was
 * interrupted, and sections that put interrupts off.  A struct pool_cache is
 * the first member of the policy.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef POLICIES_POOL_CACHE_H
#define POLICIES_POOL_CACHE_H

#include "policies/broadcast.h"
#include "policies/limbo.h"

struct pool_cache {
	struct limbo limbo;
	bool dying;		/* no reader is left to be waited for */
	bool performs;		/* ... before a put */
	_Alignas(2 * KERN_LINE_SIZE) struct broadcast broadcast;
};

/*
 * False where memory is exhausted.  Behind each item lie `link_bytes`, which
 * `init` (may be NULL) makes when the item's memory comes.
 */
bool pool_cache_init(struct pool_cache *pool, const char *name,
    const struct policy_setup *setup, size_t link_bytes,
    void (*init)(void *item, size_t size, void *argument));
void pool_cache_fini(struct pool_cache *pool);

/* --- members of a policy that begins with its pool -------------------------- */

void pool_cache_enter(void *policy);
void pool_cache_exit(void *policy);
void pool_cache_synchronize(void *policy);

#endif
