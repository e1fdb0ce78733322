/*
 * limbo - where do freed items wait?
 *
 * What schemes with lists of their own have in common.  Behind each item of a
 * plain zone lies a link, as callback heads lie in the objects of a kernel: so
 * freeing never needs memory, and costs what a link costs.  A struct limbo is
 * the first member of the policy, so that the functions at the end can be the
 * policy's own.
 *
 * A list is first in, first out.  Where items are stamped by batches, the first
 * of a batch has the stamp and the others have 0.
 *
 * Threads     lists are their owner's; nothing here is locked.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef POLICIES_LIMBO_H
#define POLICIES_LIMBO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/kern.h"
#include "policies/policy.h"

struct zone;

struct limbo_link {
	struct limbo_link *next;
	uint64_t stamp;
};

struct limbo_list {
	struct limbo_link *head;
	struct limbo_link *tail;
	uint64_t count;
};

struct limbo {
	struct zone *zone;
	size_t offset;		/* of the link, from the start of its item */
};

/* False where memory is exhausted.  `link_bytes`: at least a struct limbo_link. */
bool limbo_init(struct limbo *limbo, const char *name,
    const struct policy_setup *setup, size_t link_bytes);
/* No reader is left, and all lists have been freed. */
void limbo_fini(struct limbo *limbo);

/* Pages for a policy of `head` bytes and `each` more for each CPU. */
size_t limbo_pages(size_t head, size_t each);

/* --- lists ------------------------------------------------------------------ */

static inline struct limbo_link *
limbo_link_of(const struct limbo *limbo, void *item)
{

	return ((struct limbo_link *)(void *)
	    ((unsigned char *)item + limbo->offset));
}

static inline void *
limbo_item_of(const struct limbo *limbo, struct limbo_link *link)
{

	return ((unsigned char *)link - limbo->offset);
}

static inline void
limbo_push(struct limbo_list *list, struct limbo_link *link, uint64_t stamp)
{

	link->next = NULL;
	link->stamp = stamp;
	if (list->tail == NULL)
		list->head = link;
	else
		list->tail->next = link;
	list->tail = link;
	list->count++;
}

static inline struct limbo_link *
limbo_pop(struct limbo_list *list)
{
	struct limbo_link *link;

	link = list->head;
	if (link == NULL)
		return (NULL);
	list->head = link->next;
	if (list->head == NULL)
		list->tail = NULL;
	list->count--;
	return (link);
}

/* All of `from` behind all of `to`. */
static inline void
limbo_append(struct limbo_list *to, struct limbo_list *from)
{

	if (from->head == NULL)
		return;
	if (to->tail == NULL)
		to->head = from->head;
	else
		to->tail->next = from->head;
	to->tail = from->tail;
	to->count += from->count;
	*from = (struct limbo_list){ 0 };
}

/* Moves batches with stamps up to `known` to `ready`. */
void limbo_ready(struct limbo_list *list, uint64_t known,
    struct limbo_list *ready);

/* The item was freed; and its batch has got a stamp. */
void limbo_cached(struct limbo *limbo, void *item);
void limbo_stamped(struct limbo *limbo, const struct limbo_list *batch,
    uint64_t stamp);

/*
 * Found safe: back to the zone, and the list is empty.  Not in a critical
 * section.  Returns how many there were.
 */
uint64_t limbo_free(struct limbo *limbo, struct limbo_list *list);

/* --- members of a policy that begins with its limbo ---------------------------- */

void *limbo_alloc(void *policy);
void limbo_discard(void *policy, void *item);
void limbo_housekeep(void *policy);
void limbo_reclaim(void *policy, enum policy_reclaim how);
/* The zone's figures; items in lists are the policy's to add. */
void limbo_census(const void *policy, struct policy_census *census);

#endif
