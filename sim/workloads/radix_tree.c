/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/workloads/radix.h"

static unsigned
radix_index(uint64_t key, uint64_t level)
{

	return ((unsigned)(key >> (level * RADIX_BITS)) % RADIX_WIDTH);
}

static uint64_t
radix_prefix(uint64_t key, uint64_t level)
{

	return (key >> ((level + 1) * RADIX_BITS));
}

/* A child as its writer sees it: nobody else can change it. */
static void *
radix_own(const _Atomic(void *) *slot)
{

	return (atomic_load_explicit(slot, memory_order_relaxed));
}

/*
 * As lab_load(), for code that has to survive a policy which hands nodes out
 * too early: then a leaf's value may stand where a node was.
 */
static struct radix_node *
radix_load(struct lab_thread *thread, _Atomic(void *) *slot)
{
	void *node;

	node = lab_policy_load(thread, slot);
	if (((uintptr_t)node & 1) != 0) {
		lab_complain(thread, "a lookup took a page for a node");
		return (NULL);
	}
	if (node != NULL)
		lab_hold(thread, node);
	return (node);
}

uint64_t
radix_lookup(struct lab_thread *thread, struct radix_tree *tree, uint64_t key,
    uint64_t hold_ps)
{
	struct radix_node *node;
	uint64_t above, level, value;

	value = 0;
	above = tree->depth;
	lab_enter(thread);
	node = radix_load(thread, &tree->root);
	for (; node != NULL; above = level) {
		level = node->level;
		if (level != above - 1 ||
		    node->prefix != radix_prefix(key, level)) {
			lab_complain(thread,
			    "a node holds keys of another place in the tree");
			break;
		}
		if (level == 0) {
			/* Values are no items: no reader follows them. */
			value = (uint64_t)(uintptr_t)atomic_load_explicit(
			    &node->child[radix_index(key, 0)],
			    memory_order_acquire);
			break;
		}
		node = radix_load(thread,
		    &node->child[radix_index(key, level)]);
	}
	lab_compute(thread, hold_ps);
	lab_exit(thread);
	return (value);
}

bool
radix_has(struct radix_tree *tree, uint64_t key)
{
	struct radix_node *node;

	node = radix_own(&tree->root);
	while (node != NULL && node->level > 0)
		node = radix_own(&node->child[radix_index(key, node->level)]);
	return (node != NULL &&
	    radix_own(&node->child[radix_index(key, 0)]) != NULL);
}

/* A new node with one child, not yet published. */
static struct radix_node *
radix_node_make(struct lab_thread *thread, uint64_t key, uint64_t level,
    void *child)
{
	struct radix_node *node;
	unsigned i, index;

	node = lab_alloc(thread);
	if (node == NULL)
		return (NULL);
	node->prefix = radix_prefix(key, level);
	node->level = (uint32_t)level;
	node->child_count = 1;
	index = radix_index(key, level);
	for (i = 0; i < RADIX_WIDTH; i++)
		atomic_store_explicit(&node->child[i],
		    i == index ? child : NULL, memory_order_relaxed);
	return (node);
}

/*
 * Builds what is missing below `level` from the leaf upwards, so that it is
 * whole before one store publishes it.
 */
static void *
radix_branch_make(struct lab_thread *thread, uint64_t key, uint64_t level,
    uint64_t value)
{
	struct radix_node *made[RADIX_DEPTH_MAX];
	struct radix_node *node;
	uint64_t at;
	void *child;

	child = (void *)(uintptr_t)value;
	for (at = 0; at <= level; at++) {
		node = radix_node_make(thread, key, at, child);
		if (node == NULL) {
			while (at-- > 0)
				lab_discard(thread, made[at]);
			return (NULL);
		}
		made[at] = node;
		child = node;
	}
	return (child);
}

bool
radix_insert(struct lab_thread *thread, struct radix_tree *tree, uint64_t key,
    uint64_t value)
{
	_Atomic(void *) *slot;
	struct radix_node *node, *parent;
	uint64_t level;
	void *child;

	parent = NULL;
	slot = &tree->root;
	level = tree->depth;
	while (level > 0 && (node = radix_own(slot)) != NULL) {
		parent = node;
		level = node->level;
		slot = &node->child[radix_index(key, level)];
	}
	/* `slot` is a value's, or the place of a node of level - 1. */
	child = (void *)(uintptr_t)value;
	if (level > 0) {
		child = radix_branch_make(thread, key, level - 1, value);
		if (child == NULL)
			return (false);
	}
	if (parent != NULL && radix_own(slot) == NULL)
		parent->child_count++;
	lab_publish(slot, child);
	return (true);
}

unsigned
radix_remove(struct radix_tree *tree, uint64_t key, void **empty)
{
	_Atomic(void *) *slots[RADIX_DEPTH_MAX + 1];
	struct radix_node *path[RADIX_DEPTH_MAX];
	struct radix_node *node;
	unsigned count, depth;

	depth = 0;
	slots[0] = &tree->root;
	for (node = radix_own(&tree->root); node != NULL;
	    node = radix_own(slots[depth])) {
		path[depth++] = node;
		slots[depth] = &node->child[radix_index(key, node->level)];
		if (node->level == 0)
			break;
	}
	if (node == NULL || radix_own(slots[depth]) == NULL)
		return (0);
	/* Upwards, for as long as a node loses its last child. */
	count = 0;
	for (;;) {
		lab_publish(slots[depth], NULL);
		if (depth == 0)
			break;
		node = path[--depth];
		if (--node->child_count > 0)
			break;
		empty[count++] = node;
	}
	return (count);
}
