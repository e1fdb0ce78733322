/*
 * candidate - what could have happened in a litmus test?
 *
 * A candidate execution, complete or cut off: events, program order, for each
 * read the write that it reads from, for each location the order of writes.
 * The two halves of the judge meet here: axioms.c builds candidates,
 * axioms_models.c accepts or rejects them.
 *
 * Invariant   events 0 .. location_count - 1 are the initial writes; program
 *             order and reads-from never point to a lower index, as events are
 *             numbered in an order that agrees with both.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TESTS_LITMUS_CANDIDATE_H
#define TESTS_LITMUS_CANDIDATE_H

#include "tests/litmus/axioms.h"
#include "tests/litmus/relation.h"

enum {
	CANDIDATE_EVENTS_MAX = 56,
	CANDIDATE_NOTHING = 255,
};

enum event_kind { EVENT_READ = 1, EVENT_WRITE = 2, EVENT_FENCE = 4 };

struct event {
	uint8_t kinds;		/* a read-modify-write is both */
	uint8_t order;		/* enum memory_order_number, of C11 only */
	bool plain;
	bool locked;		/* x86: store-to-load order on both sides */
	uint8_t thread;		/* CANDIDATE_NOTHING: initial */
	uint8_t location;
	uint8_t reads_from;
	uint8_t step;		/* of the construction */
	int64_t written;
};

struct candidate {
	struct event events[CANDIDATE_EVENTS_MAX];
	uint64_t before[CANDIDATE_EVENTS_MAX];	/* in program order */
	/* Writes of each location, the initial one first. */
	uint8_t writes[LITMUS_LOCATIONS_MAX][CANDIDATE_EVENTS_MAX];
	uint8_t write_count[LITMUS_LOCATIONS_MAX];
	unsigned event_count;
	unsigned location_count;
};

struct candidate_facts {
	bool in_order;
	bool racy;
};

/* What it finds out on the way goes to `facts`, if it is accepted. */
bool candidate_consistent(const struct candidate *candidate,
    enum axioms_model model, struct candidate_facts *facts);

#endif
