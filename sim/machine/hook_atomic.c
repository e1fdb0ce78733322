/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/machine/hook.h"
#include "sim/machine/straight.h"
#include "sim/memory/memory.h"

/*
 * Atomic accesses are done here, whole.  A load or a store weaker than
 * seq_cst is an ordinary one to the memory models sc and tso; a seq_cst store
 * is an exchange, as x86 compilers make it; every read-modify-write is locked.
 * What more there can be to an access is in atomic.c.
 * `order` may carry hardware-lock-elision bits in its upper half.
 */

enum { ORDER_MASK = 0x7fff };

#define CAREFUL __builtin_expect(the.careful != 0, 0)

#define WHERE __builtin_return_address(0)

/*
 * What more there can be to it is out of the way of the timed runs' short way,
 * registers saved and all.
 */
#define CAREFULLY static __attribute__((noinline))

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
	    int order, const void *where, bool late)			\
	{								\
		struct straight it;					\
		clock_lanes known;					\
		type next, old;						\
									\
		if (!straight_change(&it, at, sizeof(type), where,	\
		    late))						\
			return (taken_##name##_##bits(at, operand,	\
			    order, where));				\
		old = *at;						\
		next = (type)(expression);				\
		if (next != old)					\
			step_written(it.cpu, it.offset, sizeof(type));	\
		if (!straight_change_join(&it, sizeof(type), order,	\
		    &known))						\
			return (joined_change_##bits(at, next, old,	\
			    order, where));				\
		if (!straight_judge(&it, sizeof(type), ATOMIC_WRITE,	\
		    known, where))					\
			return (told_change_##bits(at, next, old,	\
			    order, where));				\
		if (!straight_change_release(&it, sizeof(type), order))	\
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
		    where, true));					\
	}								\
	CAREFULLY type							\
	late_##name##_##bits(volatile type *at, type operand,		\
	    int order, const void *where)				\
	{								\
		the.cpu->where = where;					\
		step_wait_slow(straight_change_kinds(),			\
		    straight_offset(at), sizeof(type));			\
		return (after_##name##_##bits(at, operand, order,	\
		    where));						\
	}								\
	CAREFULLY type							\
	careful_##name##_##bits(volatile type *at, type operand,	\
	    int order, const void *where)				\
	{								\
		if (!straight_inside(at, sizeof(type)))			\
			return (long_##name##_##bits(at, operand,	\
			    order, where));				\
		if (!straight_leased(at, straight_change_kinds()))	\
			return (late_##name##_##bits(at, operand,	\
			    order, where));				\
		return (line_##name##_##bits(at, operand, order,	\
		    where, false));					\
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

/* How an access ends in which something turned out on the way. */
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
		straight_join_left(straight_offset(at), sizeof(type),	\
		    order);						\
		swift_tell(straight_offset(at), sizeof(type),		\
		    ACCESS_ATOMIC, where);				\
		return (*at);						\
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
	told_push_##bits(volatile type *at, type value, int order,	\
	    const void *where)						\
	{								\
		places.closer(straight_offset(at), sizeof(type),	\
		    ACCESS_ATOMIC | ACCESS_WRITE, where);		\
		straight_issue(straight_newest(), straight_offset(at),	\
		    sizeof(type), order);				\
		*at = value;						\
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
		straight_join_left(straight_offset(at), sizeof(type),	\
		    ORDER_ACQUIRE);					\
		swift_tell(straight_offset(at), sizeof(type),		\
		    ACCESS_ATOMIC | ACCESS_WRITE, where);		\
		return (ordered_change_##bits(at, next, old, order));	\
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
	    const void *where, bool late)				\
	{								\
		struct straight it;					\
		clock_lanes known;					\
									\
		if (!straight_load(&it, at, sizeof(type), where, late))	\
			return (taken_load_##bits(at, order, where));	\
		if (!straight_join(&it, sizeof(type), order, &known))	\
			return (joined_load_##bits(at, order, where));	\
		if (!straight_judge(&it, sizeof(type), ATOMIC_READ,	\
		    known, where))					\
			return (told_load_##bits(at, where));		\
		return (*at);						\
	}								\
	CAREFULLY type							\
	after_load_##bits(const volatile type *at, int order,		\
	    const void *where)						\
	{								\
		return (line_load_##bits(at, order, where, true));	\
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
	CAREFULLY type							\
	careful_load_##bits(const volatile type *at, int order,		\
	    const void *where)						\
	{								\
		if (!straight_inside(at, sizeof(type)))			\
			return (long_load_##bits(at, order, where));	\
		if (!straight_leased(at, STEP_READ))			\
			return (late_load_##bits(at, order, where));	\
		return (line_load_##bits(at, order, where, false));	\
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
	    const void *where, bool late)				\
	{								\
		struct straight it;					\
		struct store *store;					\
									\
		store = straight_push(&it, at, sizeof(type), where,	\
		    late);						\
		if (store == NULL) {					\
			taken_store_##bits(at, value, order, where);	\
		} else if (!straight_judge(&it, sizeof(type),		\
		    ATOMIC_WRITE, place_clock(it.cpu->index), where)) {	\
			told_push_##bits(at, value, order, where);	\
		} else {						\
			straight_issue(store, it.offset, sizeof(type),	\
			    order);					\
			*at = value;					\
		}							\
	}								\
	STRAIGHT void							\
	line_store_##bits(volatile type *at, type value, int order,	\
	    const void *where, bool late)				\
	{								\
		struct straight it;					\
									\
		if (!straight_store(&it, at, sizeof(type), where,	\
		    late)) {						\
			taken_store_##bits(at, value, order, where);	\
		} else if (!straight_judge(&it, sizeof(type),		\
		    ATOMIC_WRITE, place_clock(it.cpu->index), where)) {	\
			told_store_##bits(at, value, order, where);	\
		} else if (!straight_release(&it, sizeof(type),		\
		    order)) {						\
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
			    true);					\
		else							\
			line_store_##bits(at, value, order, where,	\
			    true);					\
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
	CAREFULLY void							\
	careful_push_##bits(volatile type *at, type value, int order,	\
	    const void *where)						\
	{								\
		if (straight_leased(at, STEP_PUSH))			\
			line_push_##bits(at, value, order, where,	\
			    false);					\
		else							\
			late_store_##bits(at, value, order, where);	\
	}								\
	CAREFULLY void							\
	careful_store_##bits(volatile type *at, type value, int order,	\
	    const void *where)						\
	{								\
		if (order >= ORDER_SEQ_CST ||				\
		    !straight_inside(at, sizeof(type)))			\
			long_store_##bits(at, value, order, where);	\
		else if (the.straight == STRAIGHT_BUFFERED)		\
			careful_push_##bits(at, value, order, where);	\
		else if (straight_leased(at, STEP_WRITE))		\
			line_store_##bits(at, value, order, where,	\
			    false);					\
		else							\
			late_store_##bits(at, value, order, where);	\
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
	else if (the.straight == STRAIGHT_VISIBLE ||
	    step_leased(cpu, STEP_EMPTY, 0, 0))
		sync_small_fence(cpu->index, ORDER_SEQ_CST);
	else
		late_fence(ORDER_SEQ_CST);
}

void
__tsan_atomic_signal_fence(int order)
{

	(void)order;
}
