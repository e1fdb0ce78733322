/*
 * One mutex around every section, and memory that is reused at once: readers
 * exclude one another too.  The simplest thing that is correct.
 *
 * Model       engine/mutex.h: one exchange to lock, waiters spin and then give
 *             up their CPU.
 * Guarantees  a free takes the lock once, so no section is open then.
 * Limits      one reader at a time; whoever is preempted inside holds up all.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/mutex.h"

#include "engine/kern.h"
#include "policies/limbo.h"

struct locked {
	struct limbo limbo;
	_Alignas(2 * KERN_LINE_SIZE) struct mutex mutex;
};

static void
locked_destroy(void *policy)
{
	struct locked *locked;

	locked = policy;
	limbo_fini(&locked->limbo);
	mutex_fini(&locked->mutex);
	kern_pages_free(locked, limbo_pages(sizeof(*locked), 0));
}

static void *
locked_create(const struct policy_setup *setup)
{
	struct locked *locked;

	locked = kern_pages_alloc(limbo_pages(sizeof(*locked), 0),
	    kern_domain());
	if (locked == NULL)
		return (NULL);
	mutex_init(&locked->mutex);
	if (!limbo_init(&locked->limbo, "mutex", setup, 0)) {
		locked_destroy(locked);
		return (NULL);
	}
	return (locked);
}

static void
locked_enter(void *policy)
{

	mutex_lock(&((struct locked *)policy)->mutex);
}

static void
locked_exit(void *policy)
{

	mutex_unlock(&((struct locked *)policy)->mutex);
}

static void
locked_synchronize(void *policy)
{

	kern_event(KERN_WAIT_BEGIN, policy, 0, 0);
	locked_enter(policy);
	kern_event(KERN_WAIT_END, policy, 0, 0);
	locked_exit(policy);
}

static void
locked_retire(void *policy, void *item)
{
	struct locked *locked;

	locked = policy;
	limbo_cached(&locked->limbo, item);
	locked_synchronize(locked);
	kern_items(KERN_ITEMS_KNOWN, locked, &item, 1, 0);
	limbo_discard(locked, item);
}

const struct policy_def policy_mutex = {
	.part = {
		.name = "mutex",
		.about = "One mutex around every section; freed items are reused at once.",
		.source = "FreeBSD mutex(9)",
	},
	.safe = true,
	.waits = true,
	.create = locked_create,
	.destroy = locked_destroy,
	.enter = locked_enter,
	.exit = locked_exit,
	.alloc = limbo_alloc,
	.retire = locked_retire,
	.discard = limbo_discard,
	.synchronize = locked_synchronize,
	.housekeep = limbo_housekeep,
	.reclaim = limbo_reclaim,
	.census = limbo_census,
};
