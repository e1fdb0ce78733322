/*
 * relation - which events come before which?
 *
 * Binary relations over at most 64 events as rows of bits: bit b of from[a]
 * says that (a, b) is in the relation.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TESTS_LITMUS_RELATION_H
#define TESTS_LITMUS_RELATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RELATION_EVENTS_MAX = 64 };

struct relation {
	uint64_t from[RELATION_EVENTS_MAX];
};

static inline void
relation_put(struct relation *relation, unsigned a, unsigned b)
{

	relation->from[a] |= UINT64_C(1) << b;
}

static inline bool
relation_has(const struct relation *relation, unsigned a, unsigned b)
{

	return ((relation->from[a] >> b & 1) != 0);
}

/* result = left ; right.  Neither may be the result. */
static inline void
relation_compose(struct relation *result, const struct relation *left,
    const struct relation *right, unsigned count)
{
	uint64_t row;
	unsigned a;

	for (a = 0; a < count; a++) {
		result->from[a] = 0;
		for (row = left->from[a]; row != 0; row &= row - 1)
			result->from[a] |= right->from[__builtin_ctzll(row)];
	}
}

static inline void
relation_join(struct relation *result, const struct relation *other,
    unsigned count)
{
	unsigned a;

	for (a = 0; a < count; a++)
		result->from[a] |= other->from[a];
}

/* Transitive closure. */
static inline void
relation_close(struct relation *relation, unsigned count)
{
	unsigned a, via;

	for (via = 0; via < count; via++)
		for (a = 0; a < count; a++)
			if (relation_has(relation, a, via))
				relation->from[a] |= relation->from[via];
}

static inline bool
relation_irreflexive(const struct relation *relation, unsigned count)
{
	unsigned a;

	for (a = 0; a < count; a++)
		if (relation_has(relation, a, a))
			return (false);
	return (true);
}

/* Closes it. */
static inline bool
relation_acyclic(struct relation *relation, unsigned count)
{

	relation_close(relation, count);
	return (relation_irreflexive(relation, count));
}

/* Only pairs with the first in `a_mask` and the second in `b_mask`. */
static inline void
relation_between(struct relation *relation, uint64_t a_mask, uint64_t b_mask,
    unsigned count)
{
	unsigned a;

	for (a = 0; a < count; a++)
		relation->from[a] &= (a_mask >> a & 1) != 0 ? b_mask : 0;
}

#endif
