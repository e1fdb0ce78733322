/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/machine/straight.h"

/*
 * Plain accesses of eight bytes.  word_...() are for what is rare, and called
 * last, so that the rest saves no register.
 */

#define RARE static __attribute__((noinline))

static inline const void *
word_at(uint32_t offset)
{

	return (the.base + offset);
}

/* --- reads -------------------------------------------------------------------- */

/* Nothing but the step has happened. */
RARE void
word_read_taken(uint32_t offset, const void *where)
{

	swift_plain_read(offset, PLACE_GRANULE_BYTES, where, true);
}

/* All but the check has. */
RARE void
word_read_closer(uint32_t offset, const void *where)
{

	places.closer(offset, PLACE_GRANULE_BYTES, 0, where);
}

RARE void
word_read_first(uint32_t offset, const void *where)
{
	struct straight it;

	if (!straight_first(&it, word_at(offset), PLAIN_READ, where))
		word_read_closer(offset, where);
}

STRAIGHT void
word_read(uint32_t offset, const void *where, bool late)
{
	struct straight it;

	if (!straight_there(&it, word_at(offset), where, late,
	    STRAIGHT_WIDE) || (the.causal && (it.cpu->store_count != 0 ||
	    !causality_is_first(offset)))) {
		word_read_taken(offset, where);
		return;
	}
	step_heed(it.cpu, offset, PLACE_GRANULE_BYTES);
	straight_count(&it);
	if (the.causal)
		causality_read_first(it.cpu->index, offset);
	if (!straight_judge_plain(&it, PLAIN_READ, where))
		word_read_first(offset, where);
}

RARE void
word_read_late(uint32_t offset, const void *where)
{

	the.cpu->where = where;
	step_wait_slow(STEP_READ, offset, PLACE_GRANULE_BYTES);
	word_read(offset, where, true);
}

__attribute__((noinline)) void
straight_read_word(uint32_t offset, const void *where)
{

	if (straight_leased(word_at(offset), STEP_READ, STRAIGHT_WIDE))
		word_read(offset, where, false);
	else
		word_read_late(offset, where);
}

/* --- writes ------------------------------------------------------------------- */

RARE struct store *
word_write_taken(uint32_t offset, const void *where)
{

	return (swift_plain_write(offset, PLACE_GRANULE_BYTES, where, true));
}

RARE struct store *
word_write_first(uint32_t offset, const void *where)
{
	struct straight it;

	if (!straight_first(&it, word_at(offset), PLAIN_WRITE, where))
		places.closer(offset, PLACE_GRANULE_BYTES, ACCESS_WRITE,
		    where);
	return (it.cpu->store_count == 0 ? NULL :
	    straight_newest());
}

STRAIGHT struct store *
word_write(uint32_t offset, const void *where, bool late)
{
	struct straight it;
	struct store *store;
	bool push;

	push = the.buffered != 0;
	if (!straight_there(&it, word_at(offset), where, late,
	    STRAIGHT_WIDE) || !straight_quiet() ||
	    (push ? (the.listen >> STREAM_STORE_PUSH & 1) != 0 :
	    !straight_digests(&it, STRAIGHT_WIDE)))
		return (word_write_taken(offset, where));
	straight_count(&it);
	store = NULL;
	if (push) {
		store = store_now_push(it.cpu, offset, PLACE_GRANULE_BYTES);
	} else {
		if (the.causal)
			causality_write_first(it.cpu->index, offset);
		step_written(it.cpu, offset, PLACE_GRANULE_BYTES);
	}
	return (straight_judge_plain(&it, PLAIN_WRITE, where) ? store :
	    word_write_first(offset, where));
}

RARE struct store *
word_write_late(uint32_t offset, const void *where)
{

	the.cpu->where = where;
	step_wait_slow(the.buffered ? STEP_PUSH : STEP_WRITE, offset,
	    PLACE_GRANULE_BYTES);
	return (word_write(offset, where, true));
}

__attribute__((noinline)) struct store *
straight_write_word(uint32_t offset, const void *where)
{

	return (straight_leased(word_at(offset), the.buffered ? STEP_PUSH :
	    STEP_WRITE, STRAIGHT_WIDE) ? word_write(offset, where, false) :
	    word_write_late(offset, where));
}
