/*
 * counter - how often has this happened, on all CPUs together?
 *
 * counter(9): one word for each CPU, added to without a lock.  The words lie in
 * the second line of the domain's per-CPU blocks (sys/pcpu.h), where no other
 * CPU looks while the machine works.  A counter gets its place when its sysctl
 * is declared: see sys/sysctl.h.
 *
 * A scan and a wait that are counted are thereby known: the counters are the
 * tracepoints that this code does not have.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_INCLUDE_SYS_COUNTER_H
#define ENGINE_FREEBSD_INCLUDE_SYS_COUNTER_H

#include <sys/param.h>

struct freebsd_counter;
typedef struct freebsd_counter *counter_u64_t;

/* What a counter is until it has its place. */
#define EARLY_COUNTER			NULL
#define COUNTER_U64_DEFINE_EARLY(name)	counter_u64_t name = EARLY_COUNTER

/* A counter without a name, at boot only. */
counter_u64_t counter_u64_alloc(int flags);

/* The word of this CPU; costs no time. */
uint64_t *freebsd_counter_at(counter_u64_t counter);
/* What it means to those who listen, or KERN_EVENT_COUNT; costs no time. */
enum kern_event freebsd_counter_event(counter_u64_t counter);
/* The domain that it happens to, where there is one. */
const void *freebsd_counter_owner(void);

/* Nobody else adds to the word, so load and store are enough. */
static inline void
counter_u64_add_protected(counter_u64_t counter, int64_t change)
{
	enum kern_event event;
	uint64_t *word;

	event = freebsd_counter_event(counter);
	if (event != KERN_EVENT_COUNT)
		kern_event(event, freebsd_counter_owner(), 0, 0);
	word = freebsd_counter_at(counter);
	__atomic_store_n(word, __atomic_load_n(word, __ATOMIC_RELAXED) +
	    (uint64_t)change, __ATOMIC_RELAXED);
}

#define counter_u64_add(counter, change) \
	counter_u64_add_protected((counter), (change))
#define counter_enter()			critical_enter()
#define counter_exit()			critical_exit()

#endif
