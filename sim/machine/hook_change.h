/*
 * hook_change - what is a read-modify-write?
 *
 * For each size and operator, in each kind of run: timed_...() where time is
 * real; where it is counted, careful_...(), which leaves it to buffered_...() or
 * wide_...() where straight_mode says so.  Those are a line as straight.h has it;
 * late_...() waits for the step before it, and taken_...() goes on where the line
 * cannot.  long_...() is for all that is not straight.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_HOOK_CHANGE_H
#define SIM_MACHINE_HOOK_CHANGE_H

#include "sim/machine/hook_left.h"

/*
 * `expression` is the new value, of `old` and `operand`.  long_...() is for all
 * kinds of run; taken_...() goes on where the step is taken.
 */
#define CHANGE(type, bits, name, kind, expression)			\
	CAREFULLY type							\
	long_##name##_##bits(volatile type *at, type operand,		\
	    int order, const void *where)				\
	{								\
		type next, old;						\
		uint32_t offset;					\
									\
		if (!swift_inside(at, &offset))				\
			return ((type)atomic_change((void *)at,		\
			    sizeof(type), kind, operand, order,		\
			    where));					\
		if (the.history != NULL) {				\
			old = (type)swift_past_change_begin(offset,	\
			    sizeof(type), order, where);		\
			next = (type)(expression);			\
			swift_past_change_end(offset, sizeof(type),	\
			    next, next != old, order, where);		\
			return (old);					\
		}							\
		swift_change_begin(offset, sizeof(type), where, false);	\
		old = *at;						\
		next = (type)(expression);				\
		swift_change_end(offset, sizeof(type), order,		\
		    next != old, where);				\
		*at = next;						\
		return (old);						\
	}								\
	CAREFULLY type							\
	taken_##name##_##bits(volatile type *at, type operand,		\
	    int order, const void *where)				\
	{								\
		type next, old;						\
									\
		swift_change_begin(straight_offset(at), sizeof(type),	\
		    where, true);					\
		old = *at;						\
		next = (type)(expression);				\
		swift_change_end(straight_offset(at), sizeof(type),	\
		    order, next != old, where);				\
		*at = next;						\
		return (old);						\
	}								\
	STRAIGHT type							\
	line_##name##_##bits(volatile type *at, type operand,		\
	    int order, const void *where, bool late,		\
	    enum straight_mode mode)					\
	{								\
		struct straight it;					\
		clock_lanes known;					\
		type next, old;						\
		bool whole;						\
									\
		if (!straight_change(&it, at, sizeof(type), where,	\
		    late, mode))					\
			return (taken_##name##_##bits(at, operand,	\
			    order, where));				\
		old = *at;						\
		next = (type)(expression);				\
		if (next != old)					\
			step_written(it.cpu, it.offset, sizeof(type));	\
		whole = straight_whole(&it, sizeof(type));		\
		if (!whole && sizeof(type) == PLACE_GRANULE_BYTES)	\
			return (odd_change_##bits(at, next, old,	\
			    order, where));				\
		if (!straight_change_join(&it, sizeof(type), order,	\
		    &known, whole))					\
			return (joined_change_##bits(at, next, old,	\
			    order, where));				\
		if (!straight_judge(&it, sizeof(type), ATOMIC_WRITE,	\
		    known, where, whole))				\
			return (told_change_##bits(at, next, old,	\
			    order, where));				\
		if (!straight_change_release(&it, sizeof(type), order,	\
		    whole))						\
			return (ordered_change_##bits(at, next, old,	\
			    order));					\
		*at = next;						\
		return (old);						\
	}								\
	CAREFULLY type							\
	after_##name##_##bits(volatile type *at, type operand,		\
	    int order, const void *where)				\
	{								\
		return (line_##name##_##bits(at, operand, order,	\
		    where, true, STRAIGHT_WIDE));			\
	}								\
	CAREFULLY type							\
	late_##name##_##bits(volatile type *at, type operand,		\
	    int order, const void *where)				\
	{								\
		the.cpu->where = where;					\
		step_wait_slow(straight_change_kinds(STRAIGHT_WIDE),	\
		    straight_offset(at), sizeof(type));			\
		return (after_##name##_##bits(at, operand, order,	\
		    where));						\
	}								\
	STRAIGHT type							\
	quick_##name##_##bits(volatile type *at, type operand,		\
	    int order, const void *where, enum straight_mode mode)	\
	{								\
		if (!straight_inside(at, sizeof(type)))			\
			return (long_##name##_##bits(at, operand,	\
			    order, where));				\
		if (!straight_leased(at, straight_change_kinds(mode), mode)) \
			return (late_##name##_##bits(at, operand,	\
			    order, where));				\
		return (line_##name##_##bits(at, operand, order,	\
		    where, false, mode));				\
	}								\
	CAREFULLY type							\
	wide_##name##_##bits(volatile type *at, type operand,		\
	    int order, const void *where)				\
	{								\
		return (quick_##name##_##bits(at, operand, order,	\
		    where, STRAIGHT_WIDE));				\
	}								\
	CAREFULLY type							\
	buffered_##name##_##bits(volatile type *at, type operand,	\
	    int order, const void *where)				\
	{								\
		return (the.straight == STRAIGHT_BUFFERED ?		\
		    quick_##name##_##bits(at, operand, order, where,	\
		    STRAIGHT_BUFFERED) : wide_##name##_##bits(at,	\
		    operand, order, where));				\
	}								\
	CAREFULLY type							\
	careful_##name##_##bits(volatile type *at, type operand,	\
	    int order, const void *where)				\
	{								\
		if (the.straight == STRAIGHT_BARE)			\
			return (quick_##name##_##bits(at, operand,	\
			    order, where, STRAIGHT_BARE));		\
		return (the.straight == STRAIGHT_NEVER ?		\
		    long_##name##_##bits(at, operand, order, where) :	\
		    buffered_##name##_##bits(at, operand, order,	\
		    where));						\
	}								\
	CAREFULLY type							\
	timed_##name##_##bits(volatile type *at, type operand,		\
	    const void *where)						\
	{								\
		type old;						\
									\
		hook_locked((const void *)at, sizeof(type), 0, where);	\
		old = *at;						\
		*at = (type)(expression);				\
		return (old);						\
	}								\
	static inline __attribute__((always_inline)) type		\
	change_##name##_##bits(volatile type *at, type operand,		\
	    int order, const void *where)				\
	{								\
		return (CAREFUL ? careful_##name##_##bits(at, operand,	\
		    order & ORDER_MASK, where) :			\
		    timed_##name##_##bits(at, operand, where));		\
	}

#endif
