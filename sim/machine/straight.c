/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/machine/straight.h"

/*
 * Plain accesses of eight bytes and of four, for each of which the compiler
 * makes the line.  word_...() are for what is rare, and called last, so that the
 * rest saves no register.
 */

#define RARE static __attribute__((noinline))

static inline const void *
word_at(uint32_t offset)
{

	return (the.base + offset);
}

/* It is in the log. */
STRAIGHT bool
word_judge(const struct straight *it, uint32_t size, unsigned kind,
    const void *where)
{

	return (size == PLACE_GRANULE_BYTES ?
	    straight_judge_plain(it, kind, where) :
	    straight_judge(it, size, kind, *it->clock, where, false));
}

/* --- reads -------------------------------------------------------------------- */

/* Nothing but the step has happened. */
RARE void
word_read_taken(uint32_t offset, uint32_t size, const void *where)
{

	swift_plain_read(offset, size, where, true);
}

/* All but the check has. */
RARE void
word_read_closer(uint32_t offset, uint32_t size, const void *where)
{

	places.closer(offset, size, 0, where);
}

RARE void
word_read_first(uint32_t offset, const void *where)
{
	struct straight it;

	if (!straight_first(&it, word_at(offset), PLAIN_READ, where))
		word_read_closer(offset, PLACE_GRANULE_BYTES, where);
}

STRAIGHT void
word_read(uint32_t offset, uint32_t size, const void *where, bool late)
{
	struct straight it;

	if (!straight_there(&it, word_at(offset), where, late,
	    STRAIGHT_WIDE) || (the.causal &&
	    (!straight_misses(it.cpu, offset, size) ||
	    !causality_is_first(offset)))) {
		word_read_taken(offset, size, where);
		return;
	}
	step_heed(it.cpu, offset, size);
	straight_count(&it);
	if (the.causal)
		causality_read_first(it.cpu->index, offset);
	if (word_judge(&it, size, PLAIN_READ, where))
		return;
	if (size == PLACE_GRANULE_BYTES)
		word_read_first(offset, where);
	else
		word_read_closer(offset, size, where);
}

RARE void
word_read_late(uint32_t offset, const void *where)
{

	the.cpu->where = where;
	step_wait_slow(STEP_READ, offset, PLACE_GRANULE_BYTES);
	word_read(offset, PLACE_GRANULE_BYTES, where, true);
}

RARE void
half_read_late(uint32_t offset, const void *where)
{

	the.cpu->where = where;
	step_wait_slow(STEP_READ, offset, PLACE_HALF_BYTES);
	word_read(offset, PLACE_HALF_BYTES, where, true);
}

__attribute__((noinline)) void
straight_read_word(uint32_t offset, const void *where)
{

	if (straight_leased(word_at(offset), STEP_READ, STRAIGHT_WIDE))
		word_read(offset, PLACE_GRANULE_BYTES, where, false);
	else
		word_read_late(offset, where);
}

__attribute__((noinline)) void
straight_read_half(uint32_t offset, const void *where)
{

	if (straight_leased(word_at(offset), STEP_READ, STRAIGHT_WIDE))
		word_read(offset, PLACE_HALF_BYTES, where, false);
	else
		half_read_late(offset, where);
}

/* --- writes ------------------------------------------------------------------- */

RARE struct store *
word_write_taken(uint32_t offset, uint32_t size, const void *where)
{

	return (swift_plain_write(offset, size, where, true));
}

/* What has gone into the buffer just now, if there is one. */
static inline struct store *
word_pushed(void)
{

	return (the.buffered ? straight_newest() : NULL);
}

RARE struct store *
word_write_closer(uint32_t offset, uint32_t size, const void *where)
{

	places.closer(offset, size, ACCESS_WRITE, where);
	return (word_pushed());
}

RARE struct store *
word_write_first(uint32_t offset, const void *where)
{
	struct straight it;

	return (straight_first(&it, word_at(offset), PLAIN_WRITE, where) ?
	    word_pushed() :
	    word_write_closer(offset, PLACE_GRANULE_BYTES, where));
}

STRAIGHT struct store *
word_write(uint32_t offset, uint32_t size, const void *where, bool late)
{
	struct straight it;
	struct store *store;
	bool push;

	push = the.buffered != 0;
	if (!straight_there(&it, word_at(offset), where, late,
	    STRAIGHT_WIDE) || !straight_quiet() ||
	    (push ? (the.listen >> STREAM_STORE_PUSH & 1) != 0 :
	    !straight_digests(&it, STRAIGHT_WIDE)))
		return (word_write_taken(offset, size, where));
	straight_count(&it);
	store = NULL;
	if (push) {
		store = store_now_push(it.cpu, offset, size);
	} else {
		if (the.causal)
			causality_write_first(it.cpu->index, offset);
		step_written(it.cpu, offset, size);
	}
	if (word_judge(&it, size, PLAIN_WRITE, where))
		return (store);
	return (size == PLACE_GRANULE_BYTES ? word_write_first(offset, where) :
	    word_write_closer(offset, size, where));
}

static inline uint32_t
word_write_kinds(void)
{

	return (the.buffered ? STEP_PUSH : STEP_WRITE);
}

RARE struct store *
word_write_late(uint32_t offset, const void *where)
{

	the.cpu->where = where;
	step_wait_slow(word_write_kinds(), offset, PLACE_GRANULE_BYTES);
	return (word_write(offset, PLACE_GRANULE_BYTES, where, true));
}

RARE struct store *
half_write_late(uint32_t offset, const void *where)
{

	the.cpu->where = where;
	step_wait_slow(word_write_kinds(), offset, PLACE_HALF_BYTES);
	return (word_write(offset, PLACE_HALF_BYTES, where, true));
}

__attribute__((noinline)) struct store *
straight_write_word(uint32_t offset, const void *where)
{

	return (straight_leased(word_at(offset), word_write_kinds(),
	    STRAIGHT_WIDE) ?
	    word_write(offset, PLACE_GRANULE_BYTES, where, false) :
	    word_write_late(offset, where));
}

__attribute__((noinline)) struct store *
straight_write_half(uint32_t offset, const void *where)
{

	return (straight_leased(word_at(offset), word_write_kinds(),
	    STRAIGHT_WIDE) ?
	    word_write(offset, PLACE_HALF_BYTES, where, false) :
	    half_write_late(offset, where));
}
