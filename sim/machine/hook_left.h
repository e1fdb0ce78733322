/*
 * hook_left - how does an access end in which something turned out on the way?
 *
 * For each size, what is left of an atomic access in the line of straight.h:
 * told_...() where the check has to look closer, odd_...() where the place is
 * not as usual, ordered_...() where only the release is left, joined_...() for
 * all that comes after the access is counted.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_HOOK_LEFT_H
#define SIM_MACHINE_HOOK_LEFT_H

#include "sim/machine/straight.h"

/* An order may carry hardware-lock-elision bits in its upper half. */
enum { ORDER_MASK = 0x7fff };

#define CAREFUL __builtin_expect(the.careful != 0, 0)

/*
 * What more there can be to it is out of the way of the timed runs' short way,
 * registers saved and all.
 */
#define CAREFULLY static __attribute__((noinline))

#define LEFT(type, bits)						\
	CAREFULLY type							\
	told_load_##bits(const volatile type *at, const void *where)	\
	{								\
		places.closer(straight_offset(at), sizeof(type),	\
		    ACCESS_ATOMIC, where);				\
		return (*at);						\
	}								\
	CAREFULLY type							\
	joined_load_##bits(const volatile type *at, int order,		\
	    const void *where)						\
	{								\
		place_now_load(the.cpu, straight_offset(at),		\
		    sizeof(type), order, false, where);			\
		return (*at);						\
	}								\
	CAREFULLY type							\
	odd_load_##bits(const volatile type *at, int order,		\
	    const void *where)						\
	{								\
		struct straight it;					\
									\
		return (straight_first(&it, at, ATOMIC_READ, where) ?	\
		    *at : joined_load_##bits(at, order, where));	\
	}								\
	CAREFULLY void							\
	ordered_store_##bits(volatile type *at, type value, int order)	\
	{								\
		sync_small_store(the.cpu->index, straight_offset(at),	\
		    sizeof(type), order);				\
		*at = value;						\
	}								\
	CAREFULLY void							\
	told_store_##bits(volatile type *at, type value, int order,	\
	    const void *where)						\
	{								\
		places.closer(straight_offset(at), sizeof(type),	\
		    ACCESS_ATOMIC | ACCESS_WRITE, where);		\
		ordered_store_##bits(at, value, order);			\
	}								\
	CAREFULLY void							\
	odd_store_##bits(volatile type *at, type value, int order,	\
	    const void *where)						\
	{								\
		struct straight it;					\
									\
		if (!straight_first(&it, at, ATOMIC_WRITE, where)) {	\
			told_store_##bits(at, value, order, where);	\
		} else if (straight_release(&it, sizeof(type), order,	\
		    true)) {						\
			*at = value;					\
		} else							\
			ordered_store_##bits(at, value, order);		\
	}								\
	CAREFULLY void							\
	told_push_##bits(volatile type *at, type value, int order,	\
	    const void *where)						\
	{								\
		places.closer(straight_offset(at), sizeof(type),	\
		    ACCESS_ATOMIC | ACCESS_WRITE, where);		\
		straight_issue(straight_newest(), straight_offset(at),	\
		    sizeof(type), order);				\
		*at = value;						\
	}								\
	CAREFULLY void							\
	odd_push_##bits(volatile type *at, type value, int order,	\
	    const void *where)						\
	{								\
		struct straight it;					\
									\
		if (straight_first(&it, at, ATOMIC_WRITE, where)) {	\
			straight_issue(straight_newest(), it.offset,	\
			    sizeof(type), order);			\
			*at = value;					\
		} else							\
			told_push_##bits(at, value, order, where);	\
	}								\
	CAREFULLY type							\
	ordered_change_##bits(volatile type *at, type next, type old,	\
	    int order)							\
	{								\
		sync_small_change(the.cpu->index, straight_offset(at),	\
		    sizeof(type), order);				\
		*at = next;						\
		return (old);						\
	}								\
	CAREFULLY type							\
	told_change_##bits(volatile type *at, type next, type old,	\
	    int order, const void *where)				\
	{								\
		places.closer(straight_offset(at), sizeof(type),	\
		    ACCESS_ATOMIC | ACCESS_WRITE, where);		\
		return (ordered_change_##bits(at, next, old, order));	\
	}								\
	CAREFULLY type							\
	joined_change_##bits(volatile type *at, type next, type old,	\
	    int order, const void *where)				\
	{								\
		place_now_change(the.cpu, straight_offset(at),		\
		    sizeof(type), order, where);			\
		*at = next;						\
		return (old);						\
	}								\
	CAREFULLY type							\
	odd_change_##bits(volatile type *at, type next, type old,	\
	    int order, const void *where)				\
	{								\
		struct straight it;					\
									\
		if (!straight_first(&it, at, ATOMIC_WRITE, where))	\
			return (joined_change_##bits(at, next, old,	\
			    order, where));				\
		if (!straight_change_release(&it, sizeof(type), order,	\
		    true))						\
			return (ordered_change_##bits(at, next, old,	\
			    order));					\
		*at = next;						\
		return (old);						\
	}

#endif
