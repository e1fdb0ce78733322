/*
 * Path lookups: a hash table of directory entries, and sections that span all
 * components of a path, the longest that a kernel has.  Now and then an entry
 * is replaced (a rename) or evicted; a lookup that misses puts it back.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/lab.h"
#include "sim/workloads/cargo.h"
#include "sim/workloads/crew.h"
#include "sim/workloads/gate.h"
#include "sim/workloads/pace.h"

struct namecache_config {
	struct crew_config crew;
	uint64_t names;
	uint64_t chains;
	uint64_t write_rate;
	uint64_t evict_share_ppm;
	struct dist components;
	struct dist component_ps;
	struct dist think_ps;
};

#define FIELD(name) offsetof(struct namecache_config, name)
static const struct knob namecache_knobs[] = {
	CREW_KNOBS(struct namecache_config),
	{ "names", KNOB_COUNT, FIELD(names), "1", "1000000", "2048", NULL,
	    "names that exist" },
	{ "chains", KNOB_COUNT, FIELD(chains), "1", "1000000", "1024", NULL,
	    "hash chains, each with a lock for its writers" },
	{ "write_rate", KNOB_RATE, FIELD(write_rate), NULL, NULL, "2000/s",
	    NULL, "entries replaced or evicted per second by each thread" },
	{ "evict_share", KNOB_SHARE, FIELD(evict_share_ppm), NULL, "100%",
	    "25%", NULL, "share of writes that evict rather than replace" },
	{ "components", KNOB_COUNT_DIST, FIELD(components), "1", "64",
	    "{uniform: [2, 10]}", NULL, "components of a path" },
	{ "component", KNOB_TIME_DIST, FIELD(component_ps), NULL, NULL,
	    "{lognormal: {median: 250ns, p99: 2us}}", NULL,
	    "time for each component besides the hash chain: permissions, "
	    "symbolic links" },
	{ "think", KNOB_TIME_DIST, FIELD(think_ps), NULL, NULL, "{exp: 2us}",
	    NULL, "time between two lookups" },
};
#undef FIELD

/* One item: a directory entry. */
struct namecache_entry {
	_Atomic(void *) next;
	uint64_t name;
	uint64_t vnode[2];	/* what the name stands for */
};

struct namecache_chain {
	struct gate gate;
	_Atomic(void *) first;
};

struct namecache {
	const struct namecache_config *config;
	struct namecache_chain chain[];
};

struct namecache_worker {
	struct namecache *cache;
	const struct namecache_config *config;
	uint64_t stamps;
};

/* Any odd multiplier spreads neighbours well enough. */
static struct namecache_chain *
namecache_chain(const struct namecache_worker *worker, uint64_t name)
{
	uint64_t hash;

	hash = name * UINT64_C(0x9e3779b97f4a7c15) >> 32;
	return (&worker->cache->chain[hash % worker->config->chains]);
}

/*
 * Paths start in few directories and end in many names: the component that is
 * `left` from the end comes from the first names/8^left.
 */
static uint64_t
namecache_draw(struct lab_thread *thread, const struct namecache_worker *worker,
    uint64_t left)
{
	uint64_t names;

	names = left < 16 ? worker->config->names >> (3 * left) : 0;
	return (lab_draw(thread, names > 1 ? names : 1));
}

/* The entry, inside a section. */
static struct namecache_entry *
namecache_find(struct lab_thread *thread, struct namecache_chain *chain,
    uint64_t name)
{
	struct namecache_entry *entry;

	entry = lab_load(thread, &chain->first);
	while (entry != NULL && entry->name != name)
		entry = lab_load(thread, &entry->next);
	return (entry);
}

/* Where the entry hangs, under the chain's gate; *slot is NULL if it is not. */
static _Atomic(void *) *
namecache_place(struct namecache_chain *chain, uint64_t name)
{
	struct namecache_entry *entry;
	_Atomic(void *) *slot;

	slot = &chain->first;
	while ((entry = atomic_load_explicit(slot,
	    memory_order_relaxed)) != NULL && entry->name != name)
		slot = &entry->next;
	return (slot);
}

static struct namecache_entry *
namecache_make(struct lab_thread *thread, struct namecache_worker *worker,
    uint64_t name)
{
	struct namecache_entry *entry;

	entry = lab_alloc(thread);
	if (entry == NULL) {
		cargo_wait_for_memory(thread);
		return (NULL);
	}
	entry->name = name;
	cargo_fill(entry->vnode, 2, cargo_stamp(thread, &worker->stamps));
	return (entry);
}

/* After a miss: the file system was asked, and the answer is kept. */
static void
namecache_add(struct lab_thread *thread, struct namecache_worker *worker,
    uint64_t name)
{
	struct namecache_chain *chain;
	struct namecache_entry *entry;
	_Atomic(void *) *slot;
	bool there;

	entry = namecache_make(thread, worker, name);
	if (entry == NULL)
		return;
	chain = namecache_chain(worker, name);
	gate_lock(thread, &chain->gate);
	slot = namecache_place(chain, name);
	there = atomic_load_explicit(slot, memory_order_relaxed) != NULL;
	if (!there) {
		atomic_store_explicit(&entry->next, NULL,
		    memory_order_relaxed);
		lab_publish(slot, entry);
	}
	gate_unlock(&chain->gate);
	if (there)
		lab_discard(thread, entry);
}

static void
namecache_replace(struct lab_thread *thread, struct namecache_worker *worker,
    uint64_t intended_ps)
{
	struct namecache_chain *chain;
	struct namecache_entry *entry, *old;
	_Atomic(void *) *slot;
	uint64_t name;
	bool evict;
	void *next;

	name = lab_draw(thread, worker->config->names);
	evict = lab_draw(thread, 1000000) < worker->config->evict_share_ppm;
	entry = NULL;
	if (!evict) {
		entry = namecache_make(thread, worker, name);
		if (entry == NULL)
			return;
	}
	chain = namecache_chain(worker, name);
	gate_lock(thread, &chain->gate);
	slot = namecache_place(chain, name);
	old = atomic_load_explicit(slot, memory_order_relaxed);
	next = old == NULL ? NULL :
	    atomic_load_explicit(&old->next, memory_order_relaxed);
	if (entry != NULL)
		atomic_store_explicit(&entry->next, next,
		    memory_order_relaxed);
	lab_publish(slot, entry != NULL ? (void *)entry : next);
	gate_unlock(&chain->gate);
	if (old != NULL)
		lab_retire(thread, old, intended_ps);
	lab_done(thread, 1);
}

/* A whole path in one section. */
static void
namecache_walk(struct lab_thread *thread, struct namecache_worker *worker)
{
	struct namecache_entry *entry;
	uint64_t left, name, stamp;
	bool missed;

	left = lab_sample(thread, &worker->config->components);
	name = 0;
	missed = false;
	lab_enter(thread);
	while (left-- > 0 && !missed) {
		name = namecache_draw(thread, worker, left);
		entry = namecache_find(thread, namecache_chain(worker, name),
		    name);
		missed = entry == NULL;
		if (missed)
			break;
		stamp = cargo_read(thread, entry->vnode, 2);
		lab_compute(thread,
		    lab_sample(thread, &worker->config->component_ps));
		cargo_read_again(thread, entry->vnode, stamp);
	}
	lab_exit(thread);
	if (missed)
		namecache_add(thread, worker, name);
	lab_done(thread, 1);
}

static void
namecache_body(struct lab_thread *thread, void *argument)
{
	struct namecache_worker worker;
	struct pace pace;

	worker.cache = argument;
	worker.config = worker.cache->config;
	worker.stamps = 0;
	lab_compute(thread, lab_sample(thread, &worker.config->think_ps));
	pace_init(&pace, thread, worker.config->write_rate);
	while (lab_running(thread)) {
		if (pace_is_due(&pace, thread))
			namecache_replace(thread, &worker,
			    pace_take(&pace));
		else
			namecache_walk(thread, &worker);
		lab_compute(thread,
		    lab_sample(thread, &worker.config->think_ps));
	}
}

static void
namecache_setup(struct lab_thread *thread, const void *argument)
{
	const struct namecache_config *config = argument;
	struct namecache_worker worker;
	uint64_t name;

	worker.cache = lab_memory(thread, sizeof(*worker.cache) +
	    config->chains * sizeof(worker.cache->chain[0]));
	worker.cache->config = config;
	worker.config = config;
	worker.stamps = 0;
	for (name = 0; name < config->names; name++)
		namecache_add(thread, &worker, name);
	crew_spawn(thread, &config->crew, lab_cpu_count(thread), "path",
	    namecache_body, worker.cache);
}

const struct workload_def workload_namecache = {
	.part = {
		.name = "namecache",
		.about = "path lookups: hash chains, sections over all "
		    "components of a path, few replacements",
		.source = "the lockless path lookup of FreeBSD, D25578",
		.knobs = namecache_knobs,
		.knob_count =
		    sizeof(namecache_knobs) / sizeof(namecache_knobs[0]),
		.config_bytes = sizeof(struct namecache_config),
	},
	.item_bytes_least = sizeof(struct namecache_entry),
	.linked = true,
	.setup = namecache_setup,
};
