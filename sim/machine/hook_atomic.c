/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/machine/hook.h"
#include "sim/machine/swift.h"
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

/* `expression` is the new value, of `old` and `operand`. */
#define CHANGE(type, bits, name, kind, expression)			\
	CAREFULLY type							\
	careful_##name##_##bits(volatile type *at, type operand,	\
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
		swift_change_begin(offset, sizeof(type), where);	\
		old = *at;						\
		next = (type)(expression);				\
		swift_change_end(offset, sizeof(type), order,		\
		    next != old, where);				\
		*at = next;						\
		return (old);						\
	}								\
	static inline __attribute__((always_inline)) type		\
	change_##name##_##bits(volatile type *at, type operand,		\
	    int order, const void *where)				\
	{								\
		type old;						\
									\
		if (CAREFUL)						\
			return (careful_##name##_##bits(at, operand,	\
			    order & ORDER_MASK, where));		\
		hook_locked((const void *)at, sizeof(type), 0, where);	\
		old = *at;						\
		*at = (type)(expression);				\
		return (old);						\
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

#define ATOMIC(type, bits)						\
	CAREFULLY type							\
	careful_load_##bits(const volatile type *at, int order,		\
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
		swift_load(offset, sizeof(type), order, where);		\
		return (*at);						\
	}								\
	CAREFULLY void							\
	careful_store_##bits(volatile type *at, type value, int order,	\
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
			    where);					\
			*at = value;					\
		}							\
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
		hook_read((const void *)at, sizeof(type), WHERE);	\
		if (sizeof(type) == sizeof(void *))			\
			hook_follow((uint64_t)*at);			\
		return (*at);						\
	}								\
	void __tsan_atomic##bits##_store(volatile type *at, type value,	\
	    int order)							\
	{								\
		if (CAREFUL) {						\
			careful_store_##bits(at, value, order &		\
			    ORDER_MASK, WHERE);				\
			return;						\
		}							\
		if ((order & ORDER_MASK) == ORDER_SEQ_CST)		\
			hook_locked((const void *)at, sizeof(type), 0,	\
			    WHERE);					\
		else							\
			hook_write((const void *)at, sizeof(type),	\
			    WHERE);					\
		*at = value;						\
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

void
__tsan_atomic_thread_fence(int order)
{

	if (the.cpu != NULL)
		the.cpu->where = WHERE;
	if (CAREFUL)
		atomic_fence(order & ORDER_MASK);
	else if ((order & ORDER_MASK) == ORDER_SEQ_CST)
		hook_fence();
}

void
__tsan_atomic_signal_fence(int order)
{

	(void)order;
}
