/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>

#include "sim/spec.h"

/*
 * Costs default to a server of about 2.5 GHz, rounded; a preset of
 * scenarios/machines/ replaces them by those of one machine, each with its
 * source.
 */

#define FIELD(type, field)	offsetof(struct type, field)

static const char *const memory_names[] = {
#define MEMORY(name) #name,
#include "sim/memory/memories.def"
#undef MEMORY
	NULL
};
static const char *const arch_names[] = { "auto", "amd64", "arm64", NULL };
static const char *const mover_names[] = { "first", "any", NULL };
static const char *const phase_names[] = { "spread", "aligned", "random",
	NULL };

#define MACHINE(field)	FIELD(machine_config, field)
static const struct knob machine_knobs[] = {
	{ "cpus", KNOB_COUNT, MACHINE(cpus), "1", "1024", "8", NULL,
	    "CPUs, numbered socket by socket" },
	{ "sockets", KNOB_COUNT, MACHINE(sockets), "1", "8", "1", NULL,
	    "sockets that share the CPUs evenly" },
	{ "threads_per_core", KNOB_COUNT, MACHINE(threads_per_core), "1", "8",
	    "1", NULL, "CPUs that share a core and its private caches" },
	{ "domains", KNOB_COUNT, MACHINE(domains), "0", "8", "0", NULL,
	    "NUMA domains; 0 is one for each socket" },
	{ "memory", KNOB_CHOICE, MACHINE(memory), NULL, NULL, "tso",
	    memory_names, "memory model: sequentially consistent, total store "
	    "order with store buffers as on x86, or that of C11" },
	{ "arch", KNOB_CHOICE, MACHINE(arch), NULL, NULL, "auto", arch_names,
	    "which version of kernel code that has two: that for amd64, that "
	    "for arm64, or the one that goes with machine.memory; our own core "
	    "has one" },
	{ "hz", KNOB_FREQUENCY, MACHINE(hz), "1", "100000", "1000", NULL,
	    "clock interrupts per second on each CPU" },
	{ "tick_phase", KNOB_CHOICE, MACHINE(tick_phase), NULL, NULL, "spread",
	    phase_names, "when the CPUs take their ticks: spread evenly over "
	    "the period, all at once, or at random" },
	{ "tick_mover", KNOB_CHOICE, MACHINE(tick_mover), NULL, NULL, "first",
	    mover_names, "who moves the global tick counter: CPU 0 alone (as in "
	    "NetBSD), or any CPU whose own count is ahead of it (as in "
	    "FreeBSD)" },
	{ "pages", KNOB_SIZE, MACHINE(pages), "1MiB", "4GiB", "1GiB", NULL,
	    "memory of the page pool" },
	{ "pages_severe", KNOB_SHARE, MACHINE(pages_severe_ppm), "0", "100%",
	    "3%", NULL, "share of free pages below which memory is severely "
	    "low" },
	{ "hit", KNOB_TIME, MACHINE(hit_ps), "1ps", "1ms", "1ns", NULL,
	    "access to a line in the CPU's own first-level cache" },
	{ "near", KNOB_TIME, MACHINE(near_ps), "1ps", "1ms", "4ns", NULL,
	    "access to a line in the CPU's own second-level cache" },
	{ "shared", KNOB_TIME, MACHINE(shared_ps), "1ps", "1ms", "20ns", NULL,
	    "access to a clean line in the socket's shared cache" },
	{ "dram", KNOB_TIME, MACHINE(dram_ps), "1ps", "1ms", "90ns", NULL,
	    "access to a line in no cache, in the CPU's own domain" },
	{ "dram_remote", KNOB_TIME, MACHINE(dram_remote_ps), "1ps", "1ms",
	    "140ns", NULL, "access to a line in no cache, in another domain" },
	{ "transfer_core", KNOB_TIME, MACHINE(transfer_core_ps), "1ps", "1ms",
	    "5ns", NULL, "access to a line that a sibling thread changed" },
	{ "transfer_socket", KNOB_TIME, MACHINE(transfer_socket_ps), "1ps",
	    "1ms", "45ns", NULL,
	    "access to a line that another core of the socket changed" },
	{ "transfer_remote", KNOB_TIME, MACHINE(transfer_remote_ps), "1ps",
	    "1ms", "110ns", NULL,
	    "access to a line that another socket changed" },
	{ "invalidate", KNOB_TIME, MACHINE(invalidate_ps), "1ps", "1ms",
	    "40ns", NULL, "to make a shared line exclusive before a store" },
	{ "handover", KNOB_FLAG, MACHINE(handover), NULL, NULL, "false", NULL,
	    "a load takes over the line that another CPU changed, and a store "
	    "to a line that the CPU has a copy of waits for nobody" },
	{ "atomic", KNOB_TIME, MACHINE(atomic_ps), "0", "1ms", "6ns", NULL,
	    "added by a locked read-modify-write" },
	{ "fence", KNOB_TIME, MACHINE(fence_ps), "0", "1ms", "8ns", NULL,
	    "a full fence with an empty store buffer" },
	{ "store_buffer", KNOB_COUNT, MACHINE(store_buffer), "1", "128", "56",
	    NULL, "stores that a CPU can hold back (tso)" },
	{ "near_hold", KNOB_TIME, MACHINE(near_hold_ps), "0", "1000s", "1ms",
	    NULL, "time after which an untouched line has left the private "
	    "caches" },
	{ "shared_hold", KNOB_TIME, MACHINE(shared_hold_ps), "0", "1000s",
	    "10ms", NULL, "time after which it has left the shared cache too" },
	{ "pause", KNOB_TIME, MACHINE(pause_ps), "1ps", "1ms", "40ns", NULL,
	    "one spin-wait hint" },
	{ "switch", KNOB_TIME, MACHINE(switch_ps), "0", "100ms", "1.5us", NULL,
	    "a context switch" },
	{ "tick", KNOB_TIME, MACHINE(tick_ps), "0", "100ms", "2us", NULL,
	    "the clock interrupt handler" },
	{ "page", KNOB_TIME, MACHINE(page_ps), "0", "100ms", "300ns", NULL,
	    "to take a page from the page pool or give it back" },
	{ "slice", KNOB_TIME, MACHINE(slice_ps), "1us", "100s", "10ms", NULL,
	    "time slice where threads share a CPU" },
	{ "preemptible", KNOB_FLAG, MACHINE(preemptible), NULL, NULL, "false",
	    NULL, "CPUs are threads of a process: a preemption stops one with "
	    "its thread, in critical sections too" },
	{ "ipi_send", KNOB_TIME, MACHINE(ipi_send_ps), "0", "1ms", "100ns",
	    NULL, "to send an interprocessor interrupt to one CPU" },
	{ "ipi", KNOB_TIME, MACHINE(ipi_ps), "0", "100ms", "600ns", NULL,
	    "from there until the other CPU is interrupted" },
	{ "ipi_handle", KNOB_TIME, MACHINE(ipi_handle_ps), "0", "1ms", "400ns",
	    NULL, "to take an interprocessor interrupt, besides what it is "
	    "for" },
	{ "cycles", KNOB_TIME, MACHINE(cycles_ps), "0", "1ms", "12ns", NULL,
	    "to read the cycle counter" },
};

static const char *const core_names[] = { "gus", "freebsd", NULL };
static const char *const mode_names[] = { "eager", "deferred", "lazy", NULL };
static const char *const profile_names[] = { "production", "wrap", NULL };

static const char *const commit_names[] = { "never", "queue", "tick", NULL };

#define CORE(field)	FIELD(core_config, field)
static const struct knob core_knobs[] = {
	{ "name", KNOB_CHOICE, CORE(name), NULL, NULL, "gus", core_names,
	    "whose implementation of the GUS core: our own, or FreeBSD's file where "
	    "the build was given its source" },
	{ "mode", KNOB_CHOICE, CORE(mode), NULL, NULL, "eager", mode_names,
	    "how the write sequence advances: at each call, once for several "
	    "calls, or with the clock; with the cycle counter it is a policy "
	    "of its own, tsc" },
	{ "deferral", KNOB_COUNT, CORE(deferral), "1", "1000000", "8", NULL,
	    "advances per CPU that share one write of the sequence (deferred)" },
	{ "lazy_grace", KNOB_COUNT, CORE(lazy_grace), "0", "1000", "2", NULL,
	    "ticks that a goal lies in the future (lazy)" },
	{ "profile", KNOB_CHOICE, CORE(profile), NULL, NULL, "production",
	    profile_names, "sequence numbers start as in production, or right "
	    "before they wrap with small limits" },
	{ "start_before_wrap", KNOB_COUNT, CORE(start_before_wrap), "0",
	    "1000000000", "0", NULL, "advances before the write sequence wraps; "
	    "0 is the profile's own start" },
	{ "commit", KNOB_CHOICE, CORE(commit), NULL, NULL, "never",
	    commit_names, "who takes the step that a shared goal waits for "
	    "(deferred): only the CPU's last advance of several, or also whoever "
	    "queues a bucket, or also each clock interrupt" },
	{ "deferral_bytes", KNOB_SIZE, CORE(deferral_bytes), "0", "1GiB", "0",
	    NULL, "bytes of freed items of a CPU after which the step is taken "
	    "all the same (deferred); 0 is by core.deferral alone" },
};

/*
 * Items are told apart by the 16-byte granule that they start in, so they may
 * not be smaller; a bucket of 4094 pointers and its header fill eight pages.
 */
static const char *const stamp_names[] = { "late", "early", NULL };
static const char *const order_names[] = { "fifo", "lifo", NULL };
static const char *const page_cache_names[] = { "flat", "none", "own_lock",
	"tiny", NULL };
static const char *const reclaim_names[] = { "timeout", "trim", "drain",
	"drain_cpu", NULL };

#define ZONE(field)	FIELD(zone_config, field)
static const struct knob zone_knobs[] = {
	{ "item_size", KNOB_SIZE, ZONE(item_size), "16B", "32KiB", "144B", NULL,
	    "size of an item" },
	{ "bucket_size", KNOB_COUNT, ZONE(bucket_size), "0", "4094", "0", NULL,
	    "items in a bucket; 0 is by item size, as UMA chooses" },
	{ "bucket_size_max", KNOB_COUNT, ZONE(bucket_size_max), "1", "4094",
	    "254", NULL, "items in a bucket at which growth ends" },
	{ "bucket_growth", KNOB_FLAG, ZONE(bucket_growth), NULL, NULL, "true",
	    NULL, "buckets grow where the lock of a domain is contended" },
	{ "advance_every", KNOB_COUNT, ZONE(advance_every), "1", "1000000", "1",
	    NULL, "full buckets that share one advance" },
	{ "limit", KNOB_COUNT, ZONE(limit), "0", "1000000000", "0", NULL,
	    "items that may be allocated and cached; 0 is no limit" },
	{ "cache_limit", KNOB_COUNT, ZONE(cache_limit), "0", "1000000000", "0",
	    NULL, "items that may be cached; 0 is no limit" },
	{ "reclaim_every", KNOB_TIME, ZONE(reclaim_every_ps), "0", "1000s",
	    "20s", NULL, "period in which unused buckets are given back; 0 is "
	    "never" },
	{ "first_touch", KNOB_FLAG, ZONE(first_touch), NULL, NULL, "true", NULL,
	    "pages come from the domain that asks, not round robin" },
	{ "stamp", KNOB_CHOICE, ZONE(stamp_early), NULL, NULL, "late",
	    stamp_names, "who stamps a bucket: the free that finds it full (late, "
	    "as FreeBSD), or the free that fills it (early, as XNU)" },
	{ "order", KNOB_CHOICE, ZONE(lifo), NULL, NULL, "fifo", order_names,
	    "which of the stamped buckets is used first: the oldest, or the "
	    "newest" },
	{ "poll_depth", KNOB_COUNT, ZONE(poll_depth), "1", "1000000", "1", NULL,
	    "buckets of a queue that an allocation looks at before it takes new "
	    "memory" },
	{ "advance_bytes", KNOB_SIZE, ZONE(advance_bytes), "0", "1GiB", "0",
	    NULL, "bytes of items in full buckets of a CPU that share one "
	    "advance; 0 is by zone.advance_every alone" },
	{ "advance_ticks", KNOB_COUNT, ZONE(advance_ticks), "0", "1000000",
	    "0", NULL, "clock ticks that a full bucket waits for a common "
	    "advance; 0 is no matter how long" },
	{ "age_ticks", KNOB_COUNT, ZONE(age_ticks), "0", "1000000", "0", NULL,
	    "clock ticks after which a partly filled bucket of freed items is "
	    "stamped and queued; 0 is never" },
	{ "reclaim", KNOB_CHOICE, ZONE(reclaim), NULL, NULL, "timeout",
	    reclaim_names, "what is given back in each period of "
	    "zone.reclaim_every: what was not needed for long, all beyond the "
	    "working set, all that is queued, or the CPUs' buckets too" },
	{ "page_cache", KNOB_CHOICE, ZONE(page_cache), NULL, NULL, "flat",
	    page_cache_names, "where slabs get their pages: each for the fixed "
	    "cost machine.page (flat), or from a page allocator whose free pages are "
	    "on lists under locks (none), with a cache for each CPU before "
	    "them as proposed for NetBSD, with a lock of its own, or as "
	    "committed, tiny and without (uvm_pgflcache.c)" },
	{ "page_cache_max", KNOB_COUNT, ZONE(page_cache_max), "0", "1000000",
	    "0", NULL, "pages in the page cache of a CPU, which goes back whole "
	    "when it is full; 0 is 7 for tiny (MAXPGS), which may have 63, and "
	    "no bound for own_lock" },
	{ "page_cache_fill", KNOB_COUNT, ZONE(page_cache_fill), "0", "63", "0",
	    NULL, "pages that an empty page cache takes beyond the one that is "
	    "asked for; 0 is 6 (FILLPGS)" },
	{ "page_cache_every", KNOB_TIME, ZONE(page_cache_every_ps), "0",
	    "1000s", "1s", NULL, "period in which page caches are handed back "
	    "(own_lock); 0 is never" },
};

static const char *const lockstep_names[] = { "no", "stored", "locked",
	NULL };

#define RUN(field)	FIELD(run_config, field)
static const struct knob run_knobs[] = {
	{ "warmup", KNOB_TIME, RUN(warmup_ps), "0", "1000s", "2ms", NULL,
	    "simulated time that is not measured" },
	{ "duration", KNOB_TIME, RUN(duration_ps), "1us", "1000s", "20ms", NULL,
	    "simulated time that is measured, after the warm-up" },
	{ "accesses_max", KNOB_COUNT, RUN(accesses_max), NULL, NULL, "0", NULL,
	    "memory accesses after which the run gives up (status timeout); "
	    "0 is never" },
	{ "patience", KNOB_COUNT, RUN(patience), "1000", NULL, "20000000", NULL,
	    "memory accesses without any progress that mean livelock" },
	{ "series_points", KNOB_COUNT, RUN(series_points), "1", "512", "200",
	    NULL, "samples of the footprint over time" },
	{ "data_race", KNOB_FLAG, RUN(data_race), NULL, NULL, "false", NULL,
	    "looks for data races (check data_race), which takes time and "
	    "memory and changes nothing else" },
	{ "lockstep", KNOB_CHOICE, RUN(lockstep), NULL, NULL, "no",
	    lockstep_names, "stepped runs: of the GUS core only the words that "
	    "CPUs share are steps, so that two cores can be compared; sections "
	    "open by a store and a fence, or by a locked instruction" },
	{ "step_tick", KNOB_TIME, RUN(step_tick_ps), "0", "1s", "0", NULL,
	    "stepped runs, which have no clock interrupts: the tick counter "
	    "moves about so often; 0 is never" },
};

#define COUNT_OF(table)	(sizeof(table) / sizeof((table)[0]))
#define SECTION(section, words) \
	{ #section, words, section##_knobs, COUNT_OF(section##_knobs), \
	    offsetof(struct run_spec, section) }

const struct spec_section spec_sections[] = {
	SECTION(machine, "the simulated computer"),
	SECTION(core, "the GUS core"),
	SECTION(zone, "the allocator"),
	SECTION(run, "simulated time and limits of a run"),
};
const size_t spec_section_count = COUNT_OF(spec_sections);
