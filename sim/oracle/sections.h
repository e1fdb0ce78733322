/*
 * sections - which readers are inside, since when, holding what?
 *
 * The ground truth about read sections.  A section is open from the return of
 * the policy's enter to the call of its exit; each has a serial in the order of
 * opening.  While it is open it collects the items whose pointers it loaded.
 * Nothing here looks at a sequence number.
 *
 * Where the code under test has several domains, each section is of one of
 * them, and only sections of its own domain keep an item from being safe.
 * Domain 0 is that of all who say nothing.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_ORACLE_SECTIONS_H
#define SIM_ORACLE_SECTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A pointer that a section loaded, and the life of the item it points to. */
struct section_hold {
	uint32_t number;
	uint32_t generation;
	uint32_t stale;		/* 1: the item has been handed out since */
};

struct section {
	uint64_t serial;	/* 0: closed */
	uint64_t opened_ps;
	uint32_t cpu;
	uint32_t thread;
	uint32_t domain;	/* set by whoever opens it */
	struct section *nested;	/* of the same thread, in another domain */
	struct section *older;
	struct section *newer;
	struct section_hold *holds;
	uint32_t hold_count;
	uint32_t hold_room;
	uint32_t stale_count;
};

void sections_reset(void);
void sections_fini(void);

/* A domain of its own for this object (an SMR domain); and which it has. */
uint32_t sections_domain_new(const void *object);
uint32_t sections_domain_of(const void *object);

/* The serial that the next section will get. */
uint64_t sections_next(void);
/* The smallest serial of an open section; sections_next() where none is. */
uint64_t sections_oldest(void);
/* ... of an open section of this domain. */
uint64_t sections_oldest_of(uint32_t domain);
uint32_t sections_open_count(void);
/* The oldest open section of all, then ->newer; NULL: none. */
struct section *sections_first(void);
/* The oldest of the domain; NULL: none. */
struct section *sections_first_of(uint32_t domain);

/*
 * Part of a run's beginning: its thread is in no section, nor in a nested one.
 * The last run may have ended inside them, with pointers of its own.
 */
void section_reset(struct section *section);
void section_open(struct section *section, uint32_t cpu, uint32_t thread,
    uint64_t now_ps);
/* Lets go of all pointers; items that nobody else waits for become safe. */
void section_close(struct section *section, uint64_t now_ps);
/* The section loaded a pointer to this item. */
void section_hold(struct section *section, uint32_t number);

/*
 * The item is handed out or goes back to the page pool: marks every open
 * section's pointer to it as stale and has the machine watch its lines.
 * Returns how many sections hold it.
 */
uint32_t sections_spoil(uint32_t number);

#endif
