/*
 * stream - what happened, in which order?
 *
 * Everything that happens in a run is one event in one stream.  Checks,
 * metrics and tracers listen; they never act.  The order of the stream is the
 * order in which the machine carried things out, so it is total.  `at_ps` is
 * the clock of the CPU that speaks; clocks of two CPUs may be apart by the
 * machine's visibility window, so `at_ps` is not quite sorted.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_STREAM_H
#define SIM_MACHINE_STREAM_H

#include <stddef.h>
#include <stdint.h>

enum stream_kind {
	/* sections and items, from the lab */
	STREAM_SECTION_ENTER,	/* lab_enter() called */
	STREAM_SECTION_OPEN,	/* ... and returned; a: section serial */
	STREAM_SECTION_CLOSE,	/* lab_exit() called; a: section serial */
	STREAM_SECTION_EXIT,	/* ... and returned */
	STREAM_HOLD,		/* a reader may hold item a (number) */
	STREAM_ALLOC_BEGIN,
	STREAM_ALLOC,		/* item a handed out (0: none to be had) */
	STREAM_RETIRE,		/* item a freed; b: intended instant */
	STREAM_RETIRE_END,
	STREAM_DISCARD,
	/* from the code under test */
	STREAM_ADVANCE_BEGIN,	/* object: domain */
	STREAM_ADVANCE_END,	/* a: goal */
	STREAM_ADVANCE_WAIT,
	STREAM_POLL_BEGIN,	/* a: goal */
	STREAM_POLL_END,	/* a: goal, b: met */
	STREAM_POLL_SCAN,
	STREAM_POLL_SCANNED,	/* a: rd */
	STREAM_ENTER_SAMPLED,	/* a: wr, not yet published */
	STREAM_ENTER_DONE,	/* a: sequence published */
	STREAM_EXIT_BEGIN,
	STREAM_WAIT_BEGIN,
	STREAM_WAIT_END,
	STREAM_PAGES,		/* a: slab pages of the zone */
	STREAM_BUCKETS,		/* a: bytes of bucket memory */
	STREAM_RECLAIM,
	STREAM_ITEM_CACHED,	/* a: item; one event for each item of a set */
	STREAM_ITEM_STAMPED,	/* a: item, b: goal */
	STREAM_ITEM_KNOWN,
	STREAM_ITEM_RELEASED,
	STREAM_ITEM_PAGED,
	/* the machine */
	STREAM_TICK,		/* a: global tick count after it */
	STREAM_SWITCH,		/* a: thread now on the CPU (0: idle) */
	STREAM_STALL_BEGIN,	/* a: length in ps, b: enum stream_stall */
	STREAM_STALL_END,
	STREAM_PREEMPT,		/* a: thread taken off, b: for ps */
	STREAM_FAIL,		/* a: enum kern_fail; an allocation was refused */
	STREAM_PRESSURE,	/* a: enum policy_reclaim */
	STREAM_DONE,		/* a: operations */
	STREAM_FINDING,		/* text: check, a: item, or 0; detail in the
				 * result */
	STREAM_STORE_PUSH,	/* into the store buffer; a: offset, b: size */
	STREAM_STORE_DRAIN,	/* the oldest leaves; a: offset, b: value, which
				 * may be an address */
	STREAM_CHOICE,		/* the guide steps in; a: enum choice_kind, b:
				 * answer, for CHOICE_NEXT the actor */
	STREAM_CALL,		/* a call of CPU a is answered */
	STREAM_CORE,		/* a workload's own call of the core has ended;
				 * a: enum lab_core << 32 | goal, b: answer */
	STREAM_PAGES_CACHED,	/* a: pages in all CPUs' page caches, b: in this
				 * one */
	STREAM_KIND_COUNT
};

enum stream_stall { STREAM_HYPERVISOR, STREAM_SMI };

struct stream_event {
	uint64_t at_ps;
	uint64_t a;
	uint64_t b;
	const void *object;
	const char *text;
	/* Whose call this is: a return address in instrumented code, or NULL. */
	const void *where;
	uint32_t kind;		/* enum stream_kind */
	uint32_t cpu;
	uint32_t thread;	/* 1, 2, ...; 0: the idle loop */
	uint32_t in_window;	/* 1: warm-up is over and the end not reached */
};

extern const char *const stream_kind_names[STREAM_KIND_COUNT];

/*
 * Code that is not of the program: of a kernel module (sim/kmod/kmod.h), which
 * lies in the arena, somewhere else in each process.  Its places have this bit,
 * then the number of the module, then the distance from the start of its code.
 */
#define STREAM_GUEST		UINT64_C(0x80000000)
#define STREAM_GUEST_SHIFT	24

extern struct stream_guest {
	const unsigned char *code;
	uint64_t bytes;		/* 0: there is no such code */
	uint64_t base;		/* the place of its first byte */
} stream_guest;

/*
 * An address in the program's code as a distance from the start of its image,
 * which is the same in every process; 0: nowhere.
 */
static inline uint64_t
stream_place(const void *where)
{
	extern const char __executable_start[];
	uint64_t at;

	at = (uint64_t)((const unsigned char *)where - stream_guest.code);
	if (at < stream_guest.bytes)
		return (stream_guest.base + at);
	return (where == NULL ? 0 : (uint64_t)(uintptr_t)where -
	    (uint64_t)(uintptr_t)__executable_start);
}

/* A listener from outside the run: tracing.  It must not call back. */
struct tracer {
	void (*event)(struct tracer *tracer, const struct stream_event *event);
	/* Called once, before the first event. */
	void (*begin)(struct tracer *tracer, unsigned cpus,
	    const char *const *thread_names, unsigned thread_count);
};

#endif
