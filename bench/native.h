/*
 * native - what does reclamation cost real threads, beside its peers?
 *
 * A scheme is one way to protect readers: it fills in a struct native_scheme
 * by defining a few macros and including bench/native_body.h, so that each has
 * the same loops with its own operations inlined in them.  The program of
 * native.c takes all measurements of all schemes in turn, several rounds, and
 * prints medians and extremes.
 *
 * The loops follow umaperf, the kernel module with which FreeBSD's GUS was
 * measured by its author: 500000 empty sections for the cost of one; one bound
 * thread per CPU, per-CPU lock-free stacks of packets, chains of 100 sent to a
 * CPU drawn at random, no more than 16384 waiting at one, and the same
 * allocator with its largest buckets for all schemes.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef BENCH_NATIVE_H
#define BENCH_NATIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/kern.h"

struct smr;
struct zone;

enum {
	NATIVE_CPUS_MAX = 64,
	NATIVE_SLOTS = 16,	/* CPU numbers beyond those that threads are bound to */
	NATIVE_PAIRS = 500000,
	NATIVE_CHAIN = 100,
	NATIVE_PARTS = 20,
	NATIVE_STACK_MAX = 16384,
	NATIVE_ITEM_BYTES = 128,
	NATIVE_ZEROED_BYTES = 64,
	NATIVE_ITEMS_MAX = 400000,
};

struct native_scheme {
	const char *name;
	const char *form;	/* inline or call; NULL where there is one only */
	bool fences;		/* has readers' fences that can be asymmetric */
	/* Each measures once; NULL where the scheme has no such thing. */
	double (*enter_exit_ns)(void);
	double (*cycle_ns)(void);
	double (*chain_per_second)(void);
	double (*synchronize_ns)(bool reader);
	double (*advance_ns)(void);
	double (*poll_ns)(void);
	double (*scan_ns)(bool reader);
};

/* --- what the loops have in common -------------------------------------- */

struct native_packet {
	struct native_packet *next;
	uint64_t words[NATIVE_ITEM_BYTES / 8 - 1];
};

/* A scheme's header for deferred calls lies behind what is zeroed. */
#define NATIVE_HEAD(packet) ((void *)&(packet)->words[NATIVE_ZEROED_BYTES / 8])
#define NATIVE_PACKET_OF(head)                                                 \
	((struct native_packet *)(void *)((char *)(head) -                     \
	    offsetof(struct native_packet, words[NATIVE_ZEROED_BYTES / 8])))

unsigned native_cpus(void);		/* on which this process may run */
void native_bind(unsigned index);	/* the calling thread to one of them */
uint64_t native_wall_ns(void);
uint64_t native_thread_ns(void);	/* CPU time of this thread */
uint64_t native_process_ns(void);	/* ... and of all */
uint32_t native_draw(uint64_t *state);
double native_median(double *values, unsigned count);	/* sorts them */
_Noreturn void native_fail(const char *what);

/* The CPU numbers and fences of the next measurement; none may be under way. */
void native_configure(enum kern_native_asymmetric fences);
/* The allocator of all schemes; `smr` may be NULL. */
struct zone *native_zone(struct smr *smr);

/* Remembers the most pages in use; native_peak_bytes() begins anew. */
void native_note_pages(void);
double native_peak_bytes(void);

/* A packet comes back from a deferred call, on whatever thread. */
void native_release(struct zone *zone, struct native_packet *packet);

#endif
