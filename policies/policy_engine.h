/*
 * policy_engine - what is under a policy that works with a GUS core?
 *
 * The functions of engine/smr.h and engine/zone.h as they are in the copy that
 * the policy was built with: a program may hold several cores, each with a zone
 * of its own around it, and only the policy knows which one is its.  For whoever
 * makes domains and zones of its own, as kernel modules do.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef POLICIES_POLICY_ENGINE_H
#define POLICIES_POLICY_ENGINE_H

#include "engine/smr.h"
#include "engine/zone.h"
#include "policies/policy.h"

struct policy_engine {
	/* A domain as the scenario's core.* wants it; NULL: no memory. */
	struct smr *(*create)(const char *name, const struct core_config *core);
	void (*destroy)(struct smr *smr);
	bool (*is_lazy)(const struct smr *smr);
	void (*enter)(struct smr *smr);
	void (*exit)(struct smr *smr);
	void (*lazy_enter)(struct smr *smr);
	void (*lazy_exit)(struct smr *smr);
	struct smr_seq (*advance)(struct smr *smr);
	bool (*poll)(struct smr *smr, struct smr_seq goal, bool wait);
	void (*synchronize)(struct smr *smr);
	struct smr_seq (*current)(const struct smr *smr);
	void (*counters)(const struct smr *smr, struct smr_counters *counters);
	const char *(*audit)(struct smr *smr);

	struct zone *(*zone_create)(const struct zone_setup *setup);
	size_t (*zone_destroy)(struct zone *zone);
	bool (*zone_set_smr)(struct zone *zone, struct smr *smr);
	void (*zone_set_max)(struct zone *zone, uint64_t items);
	void (*zone_set_maxcache)(struct zone *zone, uint64_t items);
	void *(*zone_alloc_smr)(struct zone *zone);
	void (*zone_free_smr)(struct zone *zone, void *item);
	void *(*zone_alloc)(struct zone *zone);
	void (*zone_free)(struct zone *zone, void *item);
	void (*zone_reclaim)(struct zone *zone, enum zone_reclaim how);
	void (*zone_timeout)(struct zone *zone);
	void (*zone_census)(const struct zone *zone,
	    struct zone_census *census);
};

#endif
