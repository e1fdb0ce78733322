/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/machine/hook_change.h"
#include "sim/machine/hook_left.h"
#include "sim/memory/memory.h"

/*
 * Atomic accesses are done here, whole.  A load or a store weaker than
 * seq_cst is an ordinary one to the memory models sc and tso; a seq_cst store
 * is an exchange, as x86 compilers make it; every read-modify-write is locked.
 * What more there can be to an access is in atomic.c.
 */

#define WHERE __builtin_return_address(0)

#define FETCH(type, bits, name, kind, expression)			\
	CHANGE(type, bits, name, kind, expression)			\
	type __tsan_atomic##bits##_fetch_##name(volatile type *at,	\
	    type operand, int order);					\
	type __tsan_atomic##bits##_fetch_##name(volatile type *at,	\
	    type operand, int order)					\
	{								\
		return (change_##name##_##bits(at, operand, order,	\
		    WHERE));						\
	}

#define ATOMIC(type, bits)						\
	CAREFULLY type							\
	timed_load_##bits(const volatile type *at, const void *where)	\
	{								\
		hook_read((const void *)at, sizeof(type), where);	\
		if (sizeof(type) == sizeof(void *))			\
			hook_follow((uint64_t)*at);			\
		return (*at);						\
	}								\
	CAREFULLY void							\
	timed_store_##bits(volatile type *at, type value, int order,	\
	    const void *where)						\
	{								\
		if (order == ORDER_SEQ_CST)				\
			hook_locked((const void *)at, sizeof(type), 0,	\
			    where);					\
		else							\
			hook_write((const void *)at, sizeof(type),	\
			    where);					\
		*at = value;						\
	}								\
	LEFT(type, bits)						\
	CAREFULLY type							\
	long_load_##bits(const volatile type *at, int order,		\
	    const void *where)						\
	{								\
		uint32_t offset;					\
									\
		if (!swift_inside(at, &offset))				\
			return ((type)atomic_read((const void *)at,	\
			    sizeof(type), order, where));		\
		if (the.history != NULL)				\
			return ((type)swift_past_load(offset,		\
			    sizeof(type), order, where));		\
		swift_load(offset, sizeof(type), order, where, false);	\
		return (*at);						\
	}								\
	CAREFULLY void							\
	long_store_##bits(volatile type *at, type value, int order,	\
	    const void *where)						\
	{								\
		uint32_t offset;					\
									\
		if (!swift_inside(at, &offset) || (order >=		\
		    ORDER_SEQ_CST && the.history == NULL)) {		\
			atomic_write((void *)at, sizeof(type), value,	\
			    order, where);				\
		} else if (the.history != NULL) {			\
			swift_past_store(offset, sizeof(type), value,	\
			    order, where);				\
		} else {						\
			swift_store(offset, sizeof(type), order,	\
			    where, false);				\
			*at = value;					\
		}							\
	}								\
	CAREFULLY type							\
	taken_load_##bits(const volatile type *at, int order,		\
	    const void *where)						\
	{								\
		swift_load(straight_offset(at), sizeof(type), order,	\
		    where, true);					\
		return (*at);						\
	}								\
	STRAIGHT type							\
	line_load_##bits(const volatile type *at, int order,		\
	    const void *where, bool late,			\
	    enum straight_mode mode)					\
	{								\
		struct straight it;					\
		clock_lanes known;					\
		bool whole;						\
									\
		if (!straight_load(&it, at, sizeof(type), where, late,	\
		    mode))						\
			return (taken_load_##bits(at, order, where));	\
		whole = straight_whole(&it, sizeof(type));		\
		if (!whole && sizeof(type) == PLACE_GRANULE_BYTES)	\
			return (odd_load_##bits(at, order, where));	\
		if (!straight_join(&it, sizeof(type), order, &known,	\
		    whole))						\
			return (joined_load_##bits(at, order, where));	\
		if (!straight_judge(&it, sizeof(type), ATOMIC_READ,	\
		    known, where, whole))				\
			return (told_load_##bits(at, where));		\
		return (*at);						\
	}								\
	CAREFULLY type							\
	after_load_##bits(const volatile type *at, int order,		\
	    const void *where)						\
	{								\
		return (line_load_##bits(at, order, where, true,	\
		    STRAIGHT_WIDE));					\
	}								\
	CAREFULLY type							\
	late_load_##bits(const volatile type *at, int order,		\
	    const void *where)						\
	{								\
		the.cpu->where = where;					\
		step_wait_slow(STEP_READ, straight_offset(at),		\
		    sizeof(type));					\
		return (after_load_##bits(at, order, where));		\
	}								\
	STRAIGHT type							\
	quick_load_##bits(const volatile type *at, int order,		\
	    const void *where, enum straight_mode mode)			\
	{								\
		if (!straight_inside(at, sizeof(type)))			\
			return (long_load_##bits(at, order, where));	\
		if (!straight_leased(at, STEP_READ, mode))		\
			return (late_load_##bits(at, order, where));	\
		return (line_load_##bits(at, order, where, false,	\
		    mode));						\
	}								\
	CAREFULLY type							\
	wide_load_##bits(const volatile type *at, int order,		\
	    const void *where)						\
	{								\
		return (quick_load_##bits(at, order, where,		\
		    STRAIGHT_WIDE));					\
	}								\
	CAREFULLY type							\
	buffered_load_##bits(const volatile type *at, int order,	\
	    const void *where)						\
	{								\
		return (the.straight == STRAIGHT_BUFFERED ?		\
		    quick_load_##bits(at, order, where,			\
		    STRAIGHT_BUFFERED) : wide_load_##bits(at, order,	\
		    where));						\
	}								\
	CAREFULLY type							\
	careful_load_##bits(const volatile type *at, int order,		\
	    const void *where)						\
	{								\
		if (the.straight == STRAIGHT_BARE)			\
			return (quick_load_##bits(at, order, where,	\
			    STRAIGHT_BARE));				\
		return (the.straight == STRAIGHT_NEVER ?		\
		    long_load_##bits(at, order, where) :		\
		    buffered_load_##bits(at, order, where));		\
	}								\
	CAREFULLY void							\
	taken_store_##bits(volatile type *at, type value, int order,	\
	    const void *where)						\
	{								\
		swift_store(straight_offset(at), sizeof(type), order,	\
		    where, true);					\
		*at = value;						\
	}								\
	STRAIGHT void							\
	line_push_##bits(volatile type *at, type value, int order,	\
	    const void *where, bool late, enum straight_mode mode)	\
	{								\
		struct straight it;					\
		struct store *store;					\
		bool whole;						\
									\
		store = straight_push(&it, at, sizeof(type), where,	\
		    late, mode);					\
		if (store == NULL) {					\
			taken_store_##bits(at, value, order, where);	\
			return;						\
		}							\
		whole = straight_whole(&it, sizeof(type));		\
		if (!whole && sizeof(type) == PLACE_GRANULE_BYTES) {	\
			odd_push_##bits(at, value, order, where);	\
		} else if (!straight_judge(&it, sizeof(type),		\
		    ATOMIC_WRITE, *it.clock, where, whole)) {		\
			told_push_##bits(at, value, order, where);	\
		} else {						\
			straight_issue(store, it.offset, sizeof(type),	\
			    order);					\
			*at = value;					\
		}							\
	}								\
	STRAIGHT void							\
	line_store_##bits(volatile type *at, type value, int order,	\
	    const void *where, bool late,			\
	    enum straight_mode mode)					\
	{								\
		struct straight it;					\
		bool whole;						\
									\
		if (!straight_store(&it, at, sizeof(type), where, late,	\
		    mode)) {						\
			taken_store_##bits(at, value, order, where);	\
			return;						\
		}							\
		whole = straight_whole(&it, sizeof(type));		\
		if (!whole && sizeof(type) == PLACE_GRANULE_BYTES)	\
			odd_store_##bits(at, value, order, where);	\
		else if (!straight_judge(&it, sizeof(type), ATOMIC_WRITE, \
		    *it.clock, where, whole)) {				\
			told_store_##bits(at, value, order, where);	\
		} else if (!straight_release(&it, sizeof(type), order,	\
		    whole)) {						\
			ordered_store_##bits(at, value, order);		\
		} else							\
			*at = value;					\
	}								\
	CAREFULLY void							\
	after_store_##bits(volatile type *at, type value, int order,	\
	    const void *where)						\
	{								\
		if (the.buffered)					\
			line_push_##bits(at, value, order, where,	\
			    true, STRAIGHT_WIDE);			\
		else							\
			line_store_##bits(at, value, order, where,	\
			    true, STRAIGHT_WIDE);			\
	}								\
	CAREFULLY void							\
	late_store_##bits(volatile type *at, type value, int order,	\
	    const void *where)						\
	{								\
		the.cpu->where = where;					\
		step_wait_slow(the.buffered ? STEP_PUSH : STEP_WRITE,	\
		    straight_offset(at), sizeof(type));			\
		after_store_##bits(at, value, order, where);		\
	}								\
	STRAIGHT void							\
	quick_store_##bits(volatile type *at, type value, int order,	\
	    const void *where, bool push, enum straight_mode mode)	\
	{								\
		if (order >= ORDER_SEQ_CST ||				\
		    !straight_inside(at, sizeof(type)))			\
			long_store_##bits(at, value, order, where);	\
		else if (!straight_leased(at, push ? STEP_PUSH :	\
		    STEP_WRITE, mode))					\
			late_store_##bits(at, value, order, where);	\
		else if (push)						\
			line_push_##bits(at, value, order, where,	\
			    false, mode);				\
		else							\
			line_store_##bits(at, value, order, where,	\
			    false, mode);				\
	}								\
	CAREFULLY void							\
	wide_push_##bits(volatile type *at, type value, int order,	\
	    const void *where)						\
	{								\
		quick_store_##bits(at, value, order, where, true,	\
		    STRAIGHT_WIDE);					\
	}								\
	CAREFULLY void							\
	wide_store_##bits(volatile type *at, type value, int order,	\
	    const void *where)						\
	{								\
		if (the.buffered)					\
			wide_push_##bits(at, value, order, where);	\
		else							\
			quick_store_##bits(at, value, order, where,	\
			    false, STRAIGHT_WIDE);			\
	}								\
	CAREFULLY void							\
	buffered_store_##bits(volatile type *at, type value, int order,	\
	    const void *where)						\
	{								\
		if (the.straight == STRAIGHT_BUFFERED)			\
			quick_store_##bits(at, value, order, where,	\
			    true, STRAIGHT_BUFFERED);			\
		else							\
			wide_store_##bits(at, value, order, where);	\
	}								\
	CAREFULLY void							\
	careful_store_##bits(volatile type *at, type value, int order,	\
	    const void *where)						\
	{								\
		if (the.straight == STRAIGHT_BARE)			\
			quick_store_##bits(at, value, order, where,	\
			    false, STRAIGHT_BARE);			\
		else if (the.straight == STRAIGHT_NEVER)		\
			long_store_##bits(at, value, order, where);	\
		else							\
			buffered_store_##bits(at, value, order, where);	\
	}								\
	CHANGE(type, bits, exchange, CHANGE_EXCHANGE, operand)		\
	type __tsan_atomic##bits##_load(const volatile type *at,	\
	    int order);							\
	void __tsan_atomic##bits##_store(volatile type *at, type value,	\
	    int order);							\
	type __tsan_atomic##bits##_exchange(volatile type *at,		\
	    type value, int order);					\
	int __tsan_atomic##bits##_compare_exchange_strong(		\
	    volatile type *at, type *expected, type value, int order,	\
	    int fail_order);						\
	int __tsan_atomic##bits##_compare_exchange_weak(		\
	    volatile type *at, type *expected, type value, int order,	\
	    int fail_order);						\
	type __tsan_atomic##bits##_compare_exchange_val(		\
	    volatile type *at, type expected, type value, int order,	\
	    int fail_order);						\
	type __tsan_atomic##bits##_load(const volatile type *at,	\
	    int order)							\
	{								\
		if (CAREFUL)						\
			return (careful_load_##bits(at, order &		\
			    ORDER_MASK, WHERE));			\
		if (!hook_reads((const void *)at))			\
			return (timed_load_##bits(at, WHERE));		\
		if (sizeof(type) == sizeof(void *))			\
			hook_follow((uint64_t)*at);			\
		return (*at);						\
	}								\
	void __tsan_atomic##bits##_store(volatile type *at, type value,	\
	    int order)							\
	{								\
		order &= ORDER_MASK;					\
		if (CAREFUL)						\
			careful_store_##bits(at, value, order, WHERE);	\
		else if (order == ORDER_SEQ_CST ||			\
		    !hook_writes((const void *)at))			\
			timed_store_##bits(at, value, order, WHERE);	\
		else							\
			*at = value;					\
	}								\
	type __tsan_atomic##bits##_exchange(volatile type *at,		\
	    type value, int order)					\
	{								\
		return (change_exchange_##bits(at, value, order,	\
		    WHERE));						\
	}								\
	type __tsan_atomic##bits##_compare_exchange_val(		\
	    volatile type *at, type expected, type value, int order,	\
	    int fail_order)						\
	{								\
		type old;						\
									\
		if (CAREFUL)						\
			return ((type)atomic_compare((void *)at,	\
			    sizeof(type), expected, value,		\
			    order & ORDER_MASK,				\
			    fail_order & ORDER_MASK, WHERE));		\
		hook_locked((const void *)at, sizeof(type), 0, WHERE);	\
		old = *at;						\
		if (old == expected)					\
			*at = value;					\
		return (old);						\
	}								\
	int __tsan_atomic##bits##_compare_exchange_strong(		\
	    volatile type *at, type *expected, type value, int order,	\
	    int fail_order)						\
	{								\
		type old;						\
									\
		if (CAREFUL) {						\
			old = (type)atomic_compare((void *)at,		\
			    sizeof(type), *expected, value,		\
			    order & ORDER_MASK,				\
			    fail_order & ORDER_MASK, WHERE);		\
		} else {						\
			hook_locked((const void *)at, sizeof(type), 0,	\
			    WHERE);					\
			old = *at;					\
			if (old == *expected)				\
				*at = value;				\
		}							\
		if (old == *expected)					\
			return (1);					\
		*expected = old;					\
		return (0);						\
	}								\
	int __tsan_atomic##bits##_compare_exchange_weak(		\
	    volatile type *at, type *expected, type value, int order,	\
	    int fail_order)						\
	{								\
		return (__tsan_atomic##bits##_compare_exchange_strong(	\
		    at, expected, value, order, fail_order));		\
	}								\
	FETCH(type, bits, add, CHANGE_ADD, old + operand)		\
	FETCH(type, bits, sub, CHANGE_SUB, old - operand)		\
	FETCH(type, bits, and, CHANGE_AND, old & operand)		\
	FETCH(type, bits, or, CHANGE_OR, old | operand)		\
	FETCH(type, bits, xor, CHANGE_XOR, old ^ operand)		\
	FETCH(type, bits, nand, CHANGE_NAND, ~(old & operand))

ATOMIC(uint8_t, 8)
ATOMIC(uint16_t, 16)
ATOMIC(uint32_t, 32)
ATOMIC(uint64_t, 64)

void __tsan_atomic_thread_fence(int order);
void __tsan_atomic_signal_fence(int order);

static __attribute__((noinline)) void
long_fence(int order)
{

	if (CAREFUL)
		atomic_fence(order);
	else if (order == ORDER_SEQ_CST)
		hook_fence();
}

/* Its step is not granted: a store of the CPU's goes first, or another CPU. */
static __attribute__((noinline)) void
late_fence(int order)
{

	step_wait_slow(STEP_EMPTY, 0, 0);
	sync_small_fence(the.cpu->index, order);
}

void
__tsan_atomic_thread_fence(int order)
{
	struct cpu *cpu;

	order &= ORDER_MASK;
	cpu = the.cpu;
	if (cpu != NULL)
		cpu->where = WHERE;
	if (cpu == NULL || the.bytes == 0 || the.straight == STRAIGHT_NEVER)
		long_fence(order);
	else if (order != ORDER_SEQ_CST)
		sync_small_fence(cpu->index, order);
	/* Where no store waits, it is nothing but an order. */
	else if (!the.buffered || step_leased(cpu, STEP_EMPTY, 0, 0))
		sync_small_fence(cpu->index, ORDER_SEQ_CST);
	else
		late_fence(ORDER_SEQ_CST);
}

void
__tsan_atomic_signal_fence(int order)
{

	(void)order;
}
