/*
 * kern_port - what kernel has nothing that a test does not decide?
 *
 * One thread plays all CPUs: fake_on(cpu) says which one it is now.  Nothing
 * happens by itself; a blocking wait calls a hook of the test, in which the
 * reader that is waited for can leave.  Items are followed through their
 * tracepoints, and a test that uses fake_alloc() and fake_free() is told at once
 * when one is handed out while a section from before its free is open.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef KERN_PORT_H
#define KERN_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KERN_PORT_BINDS

enum { FAKE_CPUS_MAX = 64 };

struct smr;
struct zone;

struct fake {
	/* The machine; set before fake_reset() or any time after. */
	unsigned cpus;
	unsigned domains;	/* CPU n is in domain n % domains */
	bool binds;		/* kern_bind() works */

	unsigned cpu;
	unsigned depth[FAKE_CPUS_MAX];
	uint32_t ticks;
	bool severe;
	uint64_t fail_pass[2];	/* enum kern_fail; let so many through ... */
	uint64_t fail_refuse[2];	/* ... and then refuse so many */
	size_t pages_left;	/* of the page pool */
	size_t pages_used;

	/* Called in each turn of a spin loop, and by kern_pause(). */
	void (*waiting)(void);
	uint64_t spins;

	uint64_t events[32];	/* how often each enum kern_event */
	uint64_t last_a[32];
	uint64_t items[8];	/* items in each enum kern_items */
	uint64_t sets[8];	/* calls of each */
};

extern struct fake fake;

/* A new machine, with `cpus` CPUs in `domains` domains. */
void fake_reset(unsigned cpus, unsigned domains);
/* The test is on this CPU from now on. */
void fake_on(unsigned cpu);
/* As many refusals at a site, after letting `pass` through. */
void fake_refuse(unsigned site, uint64_t pass, uint64_t refuse);

/* Sections, at most one per CPU, of eager, deferred and lazy domains. */
void fake_enter(struct smr *smr);
void fake_exit(struct smr *smr);
bool fake_inside(unsigned cpu);

/* Allocation and free of a zone with a domain, followed item by item. */
void *fake_alloc(struct zone *zone);
void fake_free(struct zone *zone, void *item);

#endif
