/*
 * policy - who decides when freed memory may be used again?
 *
 * A policy is a reclamation scheme together with the allocator it works with.
 * All of them stand behind this one interface and meet the same workloads.
 * A policy is ordinary C over engine/kern.h; it runs on real threads and in
 * the simulator from the same source.
 *
 * To add one: policies/NAME.c with `const struct policy_def policy_NAME`, and
 * a row POLICY(NAME) in policies/policies.def.
 *
 * Errors      create() and alloc() return NULL when memory is exhausted.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef POLICIES_POLICY_H
#define POLICIES_POLICY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/part.h"

enum core_name { CORE_GUS, CORE_FREEBSD, CORE_NAME_COUNT };
enum core_mode { CORE_EAGER, CORE_DEFERRED, CORE_LAZY, CORE_MODE_COUNT };
enum core_commit { CORE_COMMIT_NEVER, CORE_COMMIT_QUEUE, CORE_COMMIT_TICK,
	CORE_COMMIT_COUNT };
enum core_profile { CORE_PRODUCTION, CORE_WRAP, CORE_PROFILE_COUNT };

/* The knobs core.* of every scenario. */
struct core_config {
	uint64_t name;		/* enum core_name */
	uint64_t mode;		/* enum core_mode */
	uint64_t deferral;	/* advances per CPU that share one write */
	uint64_t lazy_grace;	/* ticks */
	uint64_t profile;	/* enum core_profile */
	uint64_t start_before_wrap;	/* advances until wr wraps; 0: the profile's own start */
	uint64_t commit;	/* enum core_commit, deferred */
	uint64_t deferral_bytes;	/* freed bytes of a CPU that end a deferral; 0: none */
};

/* What is done in every period of zone.reclaim_every. */
enum zone_periodic {
	ZONE_PERIODIC_TIMEOUT,	/* uma_timeout(): what a quarter of an hour left idle */
	ZONE_PERIODIC_TRIM,
	ZONE_PERIODIC_DRAIN,
	ZONE_PERIODIC_DRAIN_CPU,
};

/* What stands between slabs and the machine's pages. */
enum zone_page_cache {
	ZONE_PAGES_FLAT,	/* nothing: a page costs machine.page */
	ZONE_PAGES_NONE,	/* a page allocator (engine/page_pool.h) ... */
	ZONE_PAGES_OWN_LOCK,	/* ... with caches of this form */
	ZONE_PAGES_TINY,
};

/* The knobs zone.* of every scenario. */
struct zone_config {
	uint64_t item_size;	/* bytes */
	uint64_t bucket_size;	/* items; 0: by item size, as UMA chooses */
	uint64_t bucket_size_max;	/* items; growth under contention ends here */
	uint64_t bucket_growth;	/* flag: grow on domain lock contention */
	uint64_t advance_every;	/* full buckets that share one advance */
	uint64_t limit;		/* items, allocated and cached; 0: none */
	uint64_t cache_limit;	/* uma_zone_set_maxcache(); 0: none */
	uint64_t reclaim_every_ps;	/* UMA_TIMEOUT; 0: never */
	uint64_t first_touch;	/* flag: pages home where first used, else round robin */
	uint64_t stamp_early;	/* flag: by the free that fills a bucket */
	uint64_t lifo;		/* flag: stamped buckets are queued first */
	uint64_t poll_depth;	/* buckets of a queue that an allocation looks at */
	uint64_t advance_bytes;	/* of full buckets that share one advance; 0: any */
	uint64_t advance_ticks;	/* ticks that they wait for one; 0: any */
	uint64_t age_ticks;	/* ticks until a partial bucket is queued; 0: never */
	uint64_t reclaim;	/* enum zone_periodic */
	uint64_t page_cache;	/* enum zone_page_cache */
	uint64_t page_cache_max;	/* pages; 0: the form's own */
	uint64_t page_cache_fill;	/* pages beyond the one asked for; 0: 6 */
	uint64_t page_cache_every_ps;	/* hand-back, own_lock; 0: never */
};

struct policy_setup {
	struct core_config core;
	struct zone_config zone;
	const void *config;	/* the policy's own knobs */
};

/* When a task of the policy has its CPU. */
enum policy_class {
	POLICY_URGENT,		/* before all threads of the workload */
	POLICY_SHARED,		/* takes turns with them */
	POLICY_BACKGROUND,	/* where the CPU would be idle */
};

enum { POLICY_TASKS_MORE = 4 };

struct policy_engine;

enum policy_reclaim { POLICY_TRIM, POLICY_DRAIN, POLICY_DRAIN_CPU };

/* Where the items are; filled without costing simulated time. */
struct policy_census {
	uint64_t items_total;	/* carved out of slabs and not given back */
	uint64_t items_slab_free;
	uint64_t items_cached;	/* in any bucket or limbo list */
	uint64_t slab_bytes;
	uint64_t bucket_bytes;
};

/* facts: counters of the core, section 1.10. */
struct policy_counters {
	uint64_t advance;
	uint64_t advance_wait;
	uint64_t poll;
	uint64_t poll_scan;
	uint64_t poll_fail;
};

/*
 * The words by which a core of sequence numbers works: what they hold and where
 * they are, so that two cores can be held against each other word by word.
 * Everything else in [region, region + region_bytes) is the core's own affair.
 */
struct policy_words {
	uint32_t wr;
	uint32_t rd;
	uint32_t ticks;		/* of the last step of a lazy wr */
	uint32_t cpus;
	const void *wr_at;	/* 8 bytes: wr and its tick */
	const void *rd_at;	/* 4 bytes */
	const void *c_at;	/* 4 bytes: the c of CPU 0 ... */
	size_t c_stride;	/* ... and from one CPU to the next */
	const void *region;
	size_t region_bytes;
};

/*
 * The core itself, for those who go straight at it.  A goal is a sequence
 * number; what must not be called where, engine/smr.h says.
 */
struct policy_core {
	uint32_t (*advance)(void *policy);
	bool (*poll)(void *policy, uint32_t goal, bool wait);
	uint32_t (*current)(const void *policy);
};

struct policy_def {
	struct part_def part;
	bool safe;		/* promises that readers never see a reused item */
	/* ... where they follow no link that lies in an item itself. */
	bool rooted;
	/*
	 * Keeps what a section has loaded, and not all that it could have: an
	 * open section in itself holds nothing up.
	 */
	bool by_item;
	bool links;		/* has words of its own behind each item: limbo.h */
	bool waits;		/* retire() may wait until readers have left */

	void *(*create)(const struct policy_setup *setup);
	void (*destroy)(void *policy);

	/* Read sections of the calling CPU; they do not nest. */
	void (*enter)(void *policy);
	void (*exit)(void *policy);
	/* Loads a shared pointer inside a section; NULL: an acquire load. */
	void *(*load)(void *policy, _Atomic(void *) *slot);

	void *(*alloc)(void *policy);
	/* The item is unlinked; give it back once no reader can hold it. */
	void (*retire)(void *policy, void *item);
	/* Gives back an item that no reader ever saw; NULL: as retire(). */
	void (*discard)(void *policy, void *item);
	/* Returns when all sections open at the call have ended. */
	void (*synchronize)(void *policy);

	/* Hooks of the machine; NULL where the policy needs none. */
	void (*tick)(void *policy);		/* every CPU, interrupt context */
	void (*context_switch)(void *policy);
	void (*idle)(void *policy);		/* nothing to run on this CPU */
	void (*busy)(void *policy);		/* it was idle, and will run a thread */
	/*
	 * Kernel threads of its own, run after kern_task_wake(number): one on
	 * each CPU, by its number, and after these some that go anywhere.
	 * NULL class: urgent.
	 */
	void (*task)(void *policy, unsigned number);
	enum policy_class (*task_class)(const void *config);
	bool task_each_cpu;
	unsigned task_more;	/* at most POLICY_TASKS_MORE */
	void (*housekeep)(void *policy);	/* a kernel thread, every reclaim_every */
	void (*reclaim)(void *policy, enum policy_reclaim how);	/* low memory */

	void (*census)(const void *policy, struct policy_census *census);
	void (*counters)(const void *policy, struct policy_counters *counters);
	/* Message of the first broken invariant, or NULL; costs no time. */
	const char *(*audit)(const void *policy);
	/* What is under it: policy_engine.h; NULL where that is no GUS core. */
	const struct policy_engine *engine;
	/* Costs no time; NULL where the policy has no such words. */
	void (*words)(const void *policy, struct policy_words *words);
	const struct policy_core *core;	/* NULL: it has none */
};

/* The registry, in the order of policies.def. */
extern const struct policy_def *const policy_defs[];
extern const size_t policy_def_count;

#endif
