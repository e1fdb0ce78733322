/*
 * radix - which page is at this index?
 *
 * A tree of nodes with sixteen children each, as a kernel indexes the pages of
 * a file.  Lookups take no lock: they descend inside a section.  Writers hold
 * the tree's gate and keep the tree valid at every instant, so that a reader
 * sees each key either in or out.
 *
 * Invariant   a node in the tree has at least one child, and every key below
 *             it starts with the node's own prefix.
 * Errors      radix_insert() returns false when memory is exhausted; the tree
 *             is then as it was.
 * Cost        one dependent load, usually a cache miss, for each level.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_WORKLOADS_RADIX_H
#define SIM_WORKLOADS_RADIX_H

#include "sim/lab.h"
#include "sim/workloads/gate.h"

enum {
	RADIX_BITS = 4,
	RADIX_WIDTH = 1 << RADIX_BITS,
	RADIX_DEPTH_MAX = 7,
};

/* One item.  144 bytes, the size of FreeBSD's node on a 64-bit machine. */
struct radix_node {
	uint64_t prefix;	/* the keys below, shifted right by their own bits */
	uint32_t level;		/* 0: children are values */
	uint32_t child_count;	/* the writer's; under the gate */
	_Atomic(void *) child[RADIX_WIDTH];
};

struct radix_tree {
	struct gate gate;
	uint64_t depth;		/* levels; keys are below 16^depth */
	_Atomic(void *) root;
};

/* The value at `key`, 0 if there is none; opens and closes a section. */
uint64_t radix_lookup(struct lab_thread *thread, struct radix_tree *tree,
    uint64_t key, uint64_t hold_ps);

/* The rest needs the gate. */
bool radix_has(struct radix_tree *tree, uint64_t key);
bool radix_insert(struct lab_thread *thread, struct radix_tree *tree,
    uint64_t key, uint64_t value);

/*
 * Takes the key out; the nodes that became empty go to `empty`, whose room is
 * RADIX_DEPTH_MAX.  Returns their number: the caller retires them.
 */
unsigned radix_remove(struct radix_tree *tree, uint64_t key, void **empty);

#endif
