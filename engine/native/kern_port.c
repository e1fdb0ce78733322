/*
 * SPDX-License-Identifier: BSD-2-Clause
 */
#define _GNU_SOURCE
#include <linux/membarrier.h>
#include <sys/syscall.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/kern.h"

_Thread_local struct kern_native_thread kern_native_self;
unsigned kern_native_cpus = KERN_NATIVE_CPUS;
bool kern_native_light;
_Atomic(bool) kern_native_failing;

/* Under the lock, except where atomic. */
static struct {
	pthread_mutex_t lock;
	bool ready;
	bool barrier;			/* membarrier(2) works */
	enum kern_native_asymmetric asymmetric;
	pthread_key_t leaving;		/* detaches threads that end */
	unsigned attached;
	bool taken[KERN_CPUS_MAX];
	uint64_t fail_pass[KERN_FAIL_COUNT];
	uint64_t fail_refuse[KERN_FAIL_COUNT];
	_Atomic(unsigned) hz;
	_Atomic(uint64_t) tick;		/* the newest that was a fence */
	_Atomic(bool) severe;
	_Atomic(size_t) pages;
	_Atomic(uintptr_t) tick_source;
} port = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.hz = KERN_NATIVE_HZ,
};

static void port_prepare(void);

/* --- fences ------------------------------------------------------------- */

/*
 * A store that any other CPU sees is seen by all of them: what an acquire
 * fence in place of [R2] takes (smr.c, "Asymmetric").  x86: Sewell and others,
 * x86-TSO, CACM 53(7), 2010.  ARMv8: Pulte and others, Simplifying ARM
 * Concurrency, POPL 2018.  RISC-V: the unprivileged manual, RVWMO.
 */
#if defined(__x86_64__) || defined(__i386__) || defined(__aarch64__) ||        \
    defined(__riscv)
static const bool port_multicopy_atomic = true;
#else
static const bool port_multicopy_atomic = false;
#endif

/*
 * Asks for leave to use membarrier(2), for the process as it is now; the
 * system promises nothing of a child.  Under the lock.
 */
static void
port_register(void)
{

	port.barrier = syscall(SYS_membarrier,
	    MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
	kern_native_light = port.barrier && port_multicopy_atomic &&
	    port.asymmetric == KERN_NATIVE_AUTO;
}

/*
 * membarrier(2), MEMBARRIER_CMD_PRIVATE_EXPEDITED: when it returns, each
 * running thread of the process has passed a state in which its accesses
 * before are all done and none of those after has begun.  Threads that do not
 * run are in such a state.
 */
void
kern_native_barrier(void)
{

	if (__builtin_expect(syscall(SYS_membarrier,
	    MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) != 0, 0))
		kern_panic(__FILE__, __LINE__,
		    "kern: membarrier(2) was granted at the first attach and is "
		    "refused now; a filter that was installed in between must let "
		    "it through, or configure asymmetric = KERN_NATIVE_NEVER and "
		    "have no lazy domain");
}

bool
kern_native_ticks_fence(void)
{
	bool fence;

	(void)pthread_mutex_lock(&port.lock);
	port_prepare();
	fence = port.barrier;
	(void)pthread_mutex_unlock(&port.lock);
	return (fence);
}

bool
kern_native_fences_asymmetric(void)
{
	bool asymmetric;

	(void)pthread_mutex_lock(&port.lock);
	port_prepare();
	asymmetric = kern_native_light;
	(void)pthread_mutex_unlock(&port.lock);
	return (asymmetric);
}

/* --- threads ------------------------------------------------------------ */

static void
port_leave(void *taken)
{

	(void)taken;
	kern_native_detach();
}

static void
port_fork(void)
{

	(void)pthread_mutex_lock(&port.lock);
}

static void
port_forked(void)
{

	(void)pthread_mutex_unlock(&port.lock);
}

/* The other threads are gone, with nobody to run their destructors. */
static void
port_forked_child(void)
{

	(void)memset(port.taken, 0, sizeof(port.taken));
	port.attached = kern_native_self.cpu_next != 0;
	if (port.attached != 0)
		port.taken[kern_native_self.cpu_next - 1] = true;
	port_register();
	(void)pthread_mutex_unlock(&port.lock);
}

static void
port_prepare(void)
{

	if (port.ready)
		return;
	if (pthread_key_create(&port.leaving, port_leave) != 0)
		kern_panic(__FILE__, __LINE__,
		    "kern: the process has no thread key left");
	if (pthread_atfork(port_fork, port_forked, port_forked_child) != 0)
		kern_panic(__FILE__, __LINE__,
		    "kern: no memory for the handlers of fork");
	port_register();
	port.ready = true;
}

int
kern_native_configure(const struct kern_native_config *config)
{
	int result;

	if (config->cpus == 0 || config->cpus > KERN_CPUS_MAX ||
	    config->hz == 0 || (config->asymmetric != KERN_NATIVE_AUTO &&
	    config->asymmetric != KERN_NATIVE_NEVER))
		return (-1);
	result = -1;
	(void)pthread_mutex_lock(&port.lock);
	if (port.attached == 0 && kern_native_pages() == 0) {
		kern_native_cpus = config->cpus;
		port.asymmetric = config->asymmetric;
		if (port.ready)
			port_register();
		atomic_store(&port.hz, config->hz);
		/* The count starts again: it is in other units now. */
		atomic_store(&port.tick, 0);
		result = 0;
	}
	(void)pthread_mutex_unlock(&port.lock);
	return (result);
}

int
kern_native_attach(void)
{
	unsigned cpu;
	int result;

	if (kern_native_self.cpu_next != 0)
		return (0);
	result = -1;
	(void)pthread_mutex_lock(&port.lock);
	port_prepare();
	for (cpu = 0; cpu < kern_native_cpus; cpu++) {
		if (port.taken[cpu])
			continue;
		if (pthread_setspecific(port.leaving, &port.taken[cpu]) != 0)
			break;
		port.taken[cpu] = true;
		port.attached++;
		kern_native_self.cpu_next = cpu + 1;
		kern_native_self.block_next = (size_t)(cpu + 1) *
		    KERN_BLOCK_SIZE;
		result = 0;
		break;
	}
	(void)pthread_mutex_unlock(&port.lock);
	return (result);
}

void
kern_native_detach(void)
{

	if (kern_native_self.cpu_next == 0)
		return;
	KERN_ASSERT(kern_native_self.depth == 0,
	    "kern: a thread detaches or ends in a critical section");
	(void)pthread_mutex_lock(&port.lock);
	port.taken[kern_native_self.cpu_next - 1] = false;
	port.attached--;
	kern_native_self.cpu_next = 0;
	kern_native_self.block_next = 0;
	(void)pthread_setspecific(port.leaving, NULL);
	(void)pthread_mutex_unlock(&port.lock);
}

void
kern_native_unattached(void)
{

	kern_panic(__FILE__, __LINE__,
	    "kern: this thread called the engine without kern_native_attach()");
}

void
kern_panic(const char *file, int line, const char *message)
{

	(void)fprintf(stderr, "panic: %s (%s:%d)\n", message, file, line);
	abort();
}

/* --- time ----------------------------------------------------------------- */

void
kern_native_tick_source(uint32_t (*source)(void))
{

	atomic_store(&port.tick_source, (uintptr_t)source);
}

static uint64_t
port_clock_ticks(void)
{
	struct timespec now;
	uint64_t hz;

	hz = atomic_load_explicit(&port.hz, memory_order_relaxed);
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * hz +
	    (uint64_t)now.tv_nsec * hz / 1000000000);
}

/*
 * A tick counts from the moment at which every running thread has passed a
 * fence after its beginning.  So between what a thread did before it read tick
 * t and anybody's first sight of tick t + 1, all threads had a fence, as they
 * have in a kernel by the clock interrupt.
 */
uint32_t
kern_ticks(void)
{
	uint64_t now, seen;
	uintptr_t source;

	source = atomic_load_explicit(&port.tick_source, memory_order_relaxed);
	if (__builtin_expect(source != 0, 0))
		return (((uint32_t (*)(void))source)());
	now = port_clock_ticks();
	seen = atomic_load_explicit(&port.tick, memory_order_acquire);
	if (now <= seen)
		return ((uint32_t)seen);
	/* Registered before any thread could attach, where it can be had. */
	if (port.barrier)
		kern_native_barrier();
	while (seen < now && !atomic_compare_exchange_weak_explicit(&port.tick,
	    &seen, now, memory_order_acq_rel, memory_order_acquire))
		continue;
	return ((uint32_t)(seen < now ? now : seen));
}

void
kern_pause(unsigned ticks)
{
	struct timespec span;
	uint64_t ns, hz;

	KERN_ASSERT(kern_native_self.depth == 0,
	    "kern: kern_pause() with preemption off");
	/* A test's own ticks do not pass while it sleeps. */
	if (atomic_load_explicit(&port.tick_source, memory_order_relaxed) !=
	    0) {
		(void)sched_yield();
		return;
	}
	hz = atomic_load_explicit(&port.hz, memory_order_relaxed);
	ns = (uint64_t)ticks * 1000000000 / hz;
	span.tv_sec = (time_t)(ns / 1000000000);
	span.tv_nsec = (long)(ns % 1000000000);
	(void)nanosleep(&span, NULL);
}

/* --- memory --------------------------------------------------------------- */

void *
kern_pages_alloc(size_t pages, unsigned domain)
{
	void *memory;

	(void)domain;
	memory = aligned_alloc(KERN_PAGE_SIZE, pages * KERN_PAGE_SIZE);
	if (memory == NULL)
		return (NULL);
	(void)memset(memory, 0, pages * KERN_PAGE_SIZE);
	(void)atomic_fetch_add_explicit(&port.pages, pages,
	    memory_order_relaxed);
	return (memory);
}

void
kern_pages_free(void *memory, size_t pages)
{

	if (memory == NULL)
		return;
	(void)atomic_fetch_sub_explicit(&port.pages, pages,
	    memory_order_relaxed);
	free(memory);
}

size_t
kern_native_pages(void)
{

	return (atomic_load_explicit(&port.pages, memory_order_relaxed));
}

bool
kern_memory_severe(void)
{

	return (atomic_load_explicit(&port.severe, memory_order_relaxed));
}

void
kern_native_severe(bool severe)
{

	atomic_store_explicit(&port.severe, severe, memory_order_relaxed);
}

/* --- refusals --------------------------------------------------------------- */

static void
port_fail_arm(void)
{
	bool armed;
	unsigned site;

	armed = false;
	for (site = 0; site < KERN_FAIL_COUNT; site++)
		armed = armed || port.fail_refuse[site] != 0;
	atomic_store_explicit(&kern_native_failing, armed,
	    memory_order_relaxed);
}

void
kern_native_fail(enum kern_fail site, uint64_t pass, uint64_t refuse)
{

	(void)pthread_mutex_lock(&port.lock);
	port.fail_pass[site] = pass;
	port.fail_refuse[site] = refuse;
	port_fail_arm();
	(void)pthread_mutex_unlock(&port.lock);
}

bool
kern_native_fails(enum kern_fail site)
{
	bool refused;

	refused = false;
	(void)pthread_mutex_lock(&port.lock);
	if (port.fail_refuse[site] == 0)
		;
	else if (port.fail_pass[site] > 0)
		port.fail_pass[site]--;
	else {
		port.fail_refuse[site]--;
		refused = true;
		port_fail_arm();
	}
	(void)pthread_mutex_unlock(&port.lock);
	return (refused);
}
