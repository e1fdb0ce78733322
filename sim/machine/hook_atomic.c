/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>

#include "sim/machine/hook.h"

/*
 * Atomic accesses are done here, whole.  A load or a store weaker than
 * seq_cst is an ordinary one to the memory models sc and tso; a seq_cst store
 * is an exchange, as x86 compilers make it; every read-modify-write is locked.
 * `order` may carry hardware-lock-elision bits in its upper half.
 */

enum { ORDER_MASK = 0x7fff, ORDER_SEQ_CST = 5 };

#define WHERE __builtin_return_address(0)

#define FETCH(type, bits, name, expression)				\
	type __tsan_atomic##bits##_fetch_##name(volatile type *at,	\
	    type operand, int order);					\
	type __tsan_atomic##bits##_fetch_##name(volatile type *at,	\
	    type operand, int order)					\
	{								\
		type old;						\
									\
		(void)order;						\
		hook_locked((const void *)at, sizeof(type), WHERE);	\
		old = *at;						\
		*at = (type)(expression);				\
		return (old);						\
	}

#define ATOMIC(type, bits)						\
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
		(void)order;						\
		hook_read((const void *)at, sizeof(type), WHERE);	\
		return (*at);						\
	}								\
	void __tsan_atomic##bits##_store(volatile type *at, type value,	\
	    int order)							\
	{								\
		if ((order & ORDER_MASK) == ORDER_SEQ_CST)		\
			hook_locked((const void *)at, sizeof(type),	\
			    WHERE);					\
		else							\
			hook_write((const void *)at, sizeof(type),	\
			    WHERE);					\
		*at = value;						\
	}								\
	type __tsan_atomic##bits##_exchange(volatile type *at,		\
	    type value, int order)					\
	{								\
		type old;						\
									\
		(void)order;						\
		hook_locked((const void *)at, sizeof(type), WHERE);	\
		old = *at;						\
		*at = value;						\
		return (old);						\
	}								\
	type __tsan_atomic##bits##_compare_exchange_val(		\
	    volatile type *at, type expected, type value, int order,	\
	    int fail_order)						\
	{								\
		type old;						\
									\
		(void)order;						\
		(void)fail_order;					\
		hook_locked((const void *)at, sizeof(type), WHERE);	\
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
		(void)order;						\
		(void)fail_order;					\
		hook_locked((const void *)at, sizeof(type), WHERE);	\
		old = *at;						\
		if (old == *expected) {					\
			*at = value;					\
			return (1);					\
		}							\
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
	FETCH(type, bits, add, old + operand)				\
	FETCH(type, bits, sub, old - operand)				\
	FETCH(type, bits, and, old & operand)				\
	FETCH(type, bits, or, old | operand)				\
	FETCH(type, bits, xor, old ^ operand)				\
	FETCH(type, bits, nand, ~(old & operand))

ATOMIC(uint8_t, 8)
ATOMIC(uint16_t, 16)
ATOMIC(uint32_t, 32)
ATOMIC(uint64_t, 64)

void __tsan_atomic_thread_fence(int order);
void __tsan_atomic_signal_fence(int order);

void
__tsan_atomic_thread_fence(int order)
{

	if ((order & ORDER_MASK) == ORDER_SEQ_CST)
		hook_fence();
}

void
__tsan_atomic_signal_fence(int order)
{

	(void)order;
}
