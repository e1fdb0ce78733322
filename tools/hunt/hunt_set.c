/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/hunt/hunt_set.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"

enum { SET_ROOM_LEAST = 1024 };

/* The place of the hash, or the free one where it would be. */
static size_t
place(const struct hunt_set *set, uint64_t hash)
{
	size_t at;

	at = hash & (set->room - 1);
	while (set->hashes[at] != 0 && set->hashes[at] != hash)
		at = (at + 1) & (set->room - 1);
	return (at);
}

static void
grow(struct hunt_set *set)
{
	struct hunt_set bigger;
	size_t i;

	bigger.room = set->room == 0 ? SET_ROOM_LEAST : set->room * 2;
	bigger.hashes = must_alloc(bigger.room, sizeof(*bigger.hashes));
	bigger.count = set->count;
	for (i = 0; i < set->room; i++)
		if (set->hashes[i] != 0)
			bigger.hashes[place(&bigger, set->hashes[i])] =
			    set->hashes[i];
	free(set->hashes);
	*set = bigger;
}

bool
hunt_set_full(const struct hunt_set *set)
{

	return (set->count >= HUNT_SET_MAX);
}

bool
hunt_set_add(struct hunt_set *set, uint64_t hash)
{
	size_t at;

	if (hash == 0)
		hash = 1;
	if (set->count * 2 >= set->room)
		grow(set);
	at = place(set, hash);
	if (set->hashes[at] == hash || hunt_set_full(set))
		return (false);
	set->hashes[at] = hash;
	set->count++;
	return (true);
}

void
hunt_set_fini(struct hunt_set *set)
{

	free(set->hashes);
	memset(set, 0, sizeof(*set));
}
