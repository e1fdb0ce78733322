/*
 * cargo - does this item still hold what was put into it?
 *
 * Every word of an item's payload carries the same stamp.  A reader that meets
 * two different stamps, or the same item with another stamp later in the same
 * section, has been reading memory that was handed out again.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_WORKLOADS_CARGO_H
#define SIM_WORKLOADS_CARGO_H

#include "sim/lab.h"

/* Memory is exhausted: how long a writer waits before it tries again. */
static const uint64_t cargo_retry_ps = 20000000;

/* Who has nothing to allocate stays away for a while. */
static inline void
cargo_wait_for_memory(struct lab_thread *thread)
{

	lab_sleep_until(thread, lab_now_ps(thread) + cargo_retry_ps);
}

/* A stamp that no other call of this run gives; `count` is the caller's own. */
static inline uint64_t
cargo_stamp(const struct lab_thread *thread, uint64_t *count)
{

	return ((uint64_t)lab_index(thread) << 40 | ++*count);
}

/* Plain stores: the item is the caller's alone until it is published. */
static inline void
cargo_fill(uint64_t *words, uint64_t count, uint64_t stamp)
{
	uint64_t i;

	for (i = 0; i < count; i++)
		words[i] = stamp;
}

/* Plain loads: they happen after the stores, by way of the acquiring load. */
static inline uint64_t
cargo_read(struct lab_thread *thread, const uint64_t *words, uint64_t count)
{
	uint64_t i, stamp;

	stamp = words[0];
	for (i = 1; i < count; i++)
		if (words[i] != stamp)
			lab_complain(thread,
			    "an item holds words of two owners");
	return (stamp);
}

/* The same item once more, later in the same section. */
static inline void
cargo_read_again(struct lab_thread *thread, const uint64_t *words,
    uint64_t stamp)
{

	if (words[0] != stamp)
		lab_complain(thread, "an item changed inside a read section");
}

/* How many words fit behind a header of `header` bytes, at most `wanted`. */
static inline uint64_t
cargo_words(struct lab_thread *thread, size_t header, uint64_t wanted)
{
	uint64_t room;

	room = (lab_item_size(thread) - header) / sizeof(uint64_t);
	return (wanted < room ? wanted : room);
}

#endif
