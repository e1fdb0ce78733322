/*
 * kern_port - how do real threads give the engine its kernel?
 *
 * Each attached thread is a CPU: it has a number of its own, and since no
 * other thread can run on that CPU, preemption is off by definition and a
 * critical section is a counter that assertions look at.  The operating system
 * may still take the thread off the processor anywhere; to the engine that is
 * what a hypervisor's stall is to a kernel, and as harmless.
 *
 *	kern_native_attach();		before the first call into the engine
 *	...
 *	kern_native_detach();		or when the thread ends
 *
 * Ticks       CLOCK_MONOTONIC at config.hz.  A kernel's clock interrupt also
 *             drains every CPU's store buffer, and lazy domains rest on that;
 *             here whoever first sees a new tick makes all running threads of
 *             the process pass a full fence, by membarrier(2), before it counts.
 * Fences      readers' fences cost nothing where membarrier(2) works: a scan then
 *             makes all running threads of the process pass one.  See
 *             kern_native_config.asymmetric.
 * Fork        in the child only the calling thread is attached, if it was; the
 *             other numbers are free again.  No other thread may be in a section
 *             or in a call into the engine when it forks, or the child must not
 *             use what they were at.
 * Signals     a handler may have sections of a domain that nobody else on its
 *             thread uses, if the thread is attached.  It may not attach.
 * NUMA        one domain.
 * Errors      attach and configure return -1; the message on standard error of
 *             a panic says what the caller did wrong.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef KERN_PORT_H
#define KERN_PORT_H

#include <sched.h>
#include <stdatomic.h>

enum kern_native_asymmetric {
	KERN_NATIVE_AUTO,	/* where the system and the processor allow it */
	KERN_NATIVE_NEVER,	/* readers pay for their fence, scans for theirs */
};

struct kern_native_config {
	unsigned cpus;		/* threads that can be attached at once */
	unsigned hz;		/* ticks per second */
	enum kern_native_asymmetric asymmetric;
};

enum { KERN_NATIVE_CPUS = 64, KERN_NATIVE_HZ = 1000 };

/*
 * Replaces the defaults: the numbers above, and auto.  -1 where a thread is
 * attached or a domain or zone exists, since they were made for the numbers of
 * before; and where a number is 0, cpus more than KERN_CPUS_MAX, or asymmetric
 * none of its names.
 */
int kern_native_configure(const struct kern_native_config *config);

/* -1 where all CPUs are taken.  Attaching twice is attaching once. */
int kern_native_attach(void);
void kern_native_detach(void);

/* Whether ticks are fences here; where not, lazy domains rest on time alone. */
bool kern_native_ticks_fence(void);

/* Whether readers go without a fence, and scans pay for it. */
bool kern_native_fences_asymmetric(void);

/* --- for tests -------------------------------------------------------- */

/* Takes the tick counter from `source`; NULL: from the clock again. */
void kern_native_tick_source(uint32_t (*source)(void));

/* At `site`, lets `pass` calls through and then refuses `refuse` of them. */
void kern_native_fail(enum kern_fail site, uint64_t pass, uint64_t refuse);

/* What kern_memory_severe() answers. */
void kern_native_severe(bool severe);

/* Pages that are allocated and not freed. */
size_t kern_native_pages(void);

/* --- the services ------------------------------------------------------ */

struct kern_native_thread {
	size_t block_next;	/* its CPU number + 1, in blocks; 0: not attached */
	unsigned cpu_next;	/* the same, in ones */
	unsigned depth;
	unsigned spins;
};

extern _Thread_local struct kern_native_thread kern_native_self
    __attribute__((tls_model("initial-exec")));
/* Neither changes while a thread is attached. */
extern unsigned kern_native_cpus;
extern bool kern_native_light;
extern _Atomic(bool) kern_native_failing;

_Noreturn void kern_native_unattached(void);
void kern_native_barrier(void);
bool kern_native_fails(enum kern_fail site);

static inline unsigned
kern_native_cpu(void)
{
	unsigned cpu_next;

	cpu_next = kern_native_self.cpu_next;
	if (__builtin_expect(cpu_next == 0, 0))
		kern_native_unattached();
	return (cpu_next - 1);
}

static inline size_t
kern_native_cpu_block(void)
{
	size_t block_next;

	block_next = kern_native_self.block_next;
	if (__builtin_expect(block_next == 0, 0))
		kern_native_unattached();
	return (block_next - KERN_BLOCK_SIZE);
}

static inline void
kern_native_critical_enter(void)
{

	kern_native_self.depth++;
}

static inline void
kern_native_critical_exit(void)
{

	KERN_ASSERT(kern_native_self.depth > 0,
	    "kern: critical_exit without critical_enter");
	kern_native_self.depth--;
}

/* A waiter may be on the processor that the one it waits for needs. */
static inline void
kern_native_spin(void)
{

#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
	if (++kern_native_self.spins % 256 == 0)
		(void)sched_yield();
}

/*
 * A full fence.  On x86-64 a locked instruction is one for ordinary memory, and
 * a quarter of the price of the mfence that clang makes of the C11 fence.
 */
static inline void
kern_native_fence_full(void)
{

#ifdef __x86_64__
	__asm__ volatile("lock orq $0, (%%rsp)" : : : "memory", "cc");
#else
	atomic_thread_fence(memory_order_seq_cst);
#endif
}

/*
 * The light side.  The compiler keeps the order that the processor will be made
 * to keep by kern_native_barrier(); an acquire is asked of both.
 */
static inline void
kern_native_fence_light(void)
{

	if (__builtin_expect(kern_native_light, 1)) {
		atomic_signal_fence(memory_order_seq_cst);
		atomic_thread_fence(memory_order_acquire);
	} else
		kern_native_fence_full();
}

/*
 * The heavy side: what [W3] pairs with first, and then the other threads'
 * fences, all of which are over when it returns.
 */
static inline void
kern_native_fence_heavy(void)
{

	atomic_thread_fence(memory_order_seq_cst);
	if (kern_native_light)
		kern_native_barrier();
}

#define KERN_PORT_FENCES
#define kern_fence_light() kern_native_fence_light()
#define kern_fence_heavy() kern_native_fence_heavy()

/* A thread sees its own stores. */
#define KERN_PORT_OWN_STORES

/* kern.h has declared functions of these names; macros come before them. */
#define kern_cpu() kern_native_cpu()
#define kern_cpu_block() kern_native_cpu_block()
#define kern_cpu_count() kern_native_cpus
#define kern_domain() 0u
#define kern_domain_count() 1u
#define kern_domain_of(page) ((void)(page), 0u)
#define kern_critical_enter() kern_native_critical_enter()
#define kern_critical_exit() kern_native_critical_exit()
#define kern_critical_depth() kern_native_self.depth
#define kern_spin() kern_native_spin()
#define kern_yield() ((void)sched_yield())
#define kern_fails(site)                                                       \
	(atomic_load_explicit(&kern_native_failing, memory_order_relaxed) &&   \
	    kern_native_fails(site))
#define kern_event(event, object, a, b)                                        \
	((void)(event), (void)(object), (void)(a), (void)(b))
#define kern_items(event, object, items, count, a)                             \
	((void)(event), (void)(object), (void)(items), (void)(count), (void)(a))

#endif
