/*
 * kern - what does the engine need of its kernel, beyond memory?
 *
 * This header is the only seam between the engine and the world.  Two ports
 * implement it: engine/native/kern_port.h for real threads, and
 * sim/kern/kern_port.h for the simulated machine.  The build chooses by include path;
 * no source knows which one it got.  A port's header may define any of the
 * functions below as static inline before it is included here.
 *
 * Units       ticks count clock interrupts at hz; sizes are bytes.
 * Errors      allocation returns NULL; everything else cannot fail.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_KERN_H
#define ENGINE_KERN_H

/* clang++ takes C's atomics for what they are. */
#if defined(__cplusplus) && !defined(__clang__)
#error "engine/kern.h is C11, with C's atomics; from C++ include engine/smr.h and engine/zone.h, and have a C file of yours for the rest (docs/libgus.md)"
#endif

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	KERN_PAGE_SIZE = 4096,
	KERN_LINE_SIZE = 64,
	KERN_BLOCK_SIZE = 2 * KERN_LINE_SIZE,	/* processors fetch lines in pairs */
	KERN_CPUS_MAX = 1024,
	KERN_DOMAINS_MAX = 8,
};

/*
 * Tracepoints.  They cost nothing in simulated time and change nothing; they
 * are how checks and metrics learn what the code did.  A native build drops
 * them.  `object` is the domain or zone that speaks.
 */
enum kern_event {
	KERN_ADVANCE_BEGIN,	/* smr_advance() called */
	KERN_ADVANCE_END,	/* a: goal */
	KERN_ADVANCE_WAIT,	/* a: goal; the advance must block first */
	KERN_POLL_BEGIN,	/* a: goal */
	KERN_POLL_END,		/* a: goal, b: 1 if met */
	KERN_POLL_SCAN,		/* a: goal; a scan over all CPUs starts */
	KERN_POLL_SCANNED,	/* a: the rd that the scan arrived at */
	KERN_ENTER_SAMPLED,	/* a: wr as read, not yet published */
	KERN_ENTER_DONE,	/* a: the sequence published */
	KERN_EXIT_BEGIN,	/* c is about to be cleared */
	KERN_WAIT_BEGIN,	/* a blocking wait for readers starts; a: goal */
	KERN_WAIT_END,
	KERN_PAGES,		/* a: slab pages now held by this zone */
	KERN_BUCKETS,		/* a: bytes of bucket memory now held by this zone */
	KERN_RECLAIM,		/* a: zone_reclaim kind; a reclaim starts */
	KERN_PAGES_CACHED,	/* a: pages in all CPUs' page caches, b: in this one */
	KERN_EVENT_COUNT
};

/* Tracepoints that speak of whole sets of items. */
enum kern_items {
	KERN_ITEMS_CACHED,	/* put in a per-CPU bucket by a free */
	KERN_ITEMS_STAMPED,	/* their bucket got a goal (a: goal) */
	KERN_ITEMS_KNOWN,	/* found safe: polled true or waited for */
	KERN_ITEMS_RELEASED,	/* back to the slab layer */
	KERN_ITEMS_PAGED,	/* their slab goes back to the page pool */
	KERN_ITEMS_COUNT
};

/* Sites at which the machine may be told to refuse. */
enum kern_fail {
	KERN_FAIL_BUCKET,	/* no memory for a bucket */
	KERN_FAIL_PAGE,		/* no page for a slab */
	KERN_FAIL_COUNT
};

unsigned kern_cpu(void);		/* stable only in a critical section */
unsigned kern_cpu_count(void);
unsigned kern_domain(void);		/* NUMA domain of this CPU */
unsigned kern_domain_count(void);
unsigned kern_domain_of(const void *page);	/* home of a page */

/* Preemption off and on; they nest.  A deferred preemption happens at the end. */
void kern_critical_enter(void);
void kern_critical_exit(void);
unsigned kern_critical_depth(void);

/* The global tick counter; wraps. */
uint32_t kern_ticks(void);

/* One turn of a spin loop (a pause instruction), and giving up the CPU. */
void kern_spin(void);
void kern_yield(void);
/* Sleeps for about `ticks` clock ticks; not in a critical section. */
void kern_pause(unsigned ticks);

/* `pages` contiguous pages, zeroed, home in `domain` if possible; or NULL. */
void *kern_pages_alloc(size_t pages, unsigned domain);
void kern_pages_free(void *memory, size_t pages);
/* Free pages are below the severe minimum: buckets should not be grown. */
bool kern_memory_severe(void);

/* True where a fault says that this must fail now. */
bool kern_fails(enum kern_fail site);

void kern_event(enum kern_event event, const void *object, uint64_t a,
    uint64_t b);
void kern_items(enum kern_items event, const void *object,
    void *const *items, size_t count, uint64_t a);

/*
 * A broken promise of the engine's own.  Never returns.  KERN_ASSERT is
 * compiled in always; conditions that read shared memory go through a function
 * marked KERN_UNSEEN so that looking costs no simulated time.
 */
_Noreturn void kern_panic(const char *file, int line, const char *message);

#define KERN_ASSERT(condition, message) \
	((condition) ? (void)0 : kern_panic(__FILE__, __LINE__, (message)))

/*
 * Not instrumented: an assertion's or audit's own reads.  clang keeps atomics
 * instrumented under no_sanitize("thread"), so it needs the stronger word.
 * Where nothing is instrumented the compiler may do what it likes.
 */
#ifdef __clang__
#if __has_feature(thread_sanitizer)
#define KERN_UNSEEN __attribute__((disable_sanitizer_instrumentation, noinline))
#endif
#elif defined(__SANITIZE_THREAD__)
#define KERN_UNSEEN __attribute__((no_sanitize("thread"), noinline))
#endif
#ifndef KERN_UNSEEN
#define KERN_UNSEEN
#endif

#include <kern_port.h>

/*
 * The two sides of a pair of full fences of which one is passed often and the
 * other seldom.  A light and a heavy one order as two sequentially consistent
 * fences do.  The light one alone is at least an acquire fence, the heavy one
 * alone a full one.  A port that can make the light one cheaper defines
 * KERN_PORT_FENCES and both; only for a machine on which a store that any other
 * CPU sees is seen by all (smr.c, "Asymmetric").
 */
#ifndef KERN_PORT_FENCES
#define kern_fence_light() atomic_thread_fence(memory_order_seq_cst)
#define kern_fence_heavy() atomic_thread_fence(memory_order_seq_cst)
#endif

/*
 * Moves the calling thread to `cpu` and keeps it there until kern_unbind();
 * false where the port has no such thing, and then nothing has changed.  A
 * port that can do it defines KERN_PORT_BINDS and implements both.
 */
#ifdef KERN_PORT_BINDS
bool kern_bind(unsigned cpu);
void kern_unbind(void);
#else
static inline bool
kern_bind(unsigned cpu)
{

	(void)cpu;
	return (false);
}

static inline void
kern_unbind(void)
{
}
#endif

#endif
