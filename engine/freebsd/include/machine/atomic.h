/*
 * atomic - what do the kernel's atomic operations promise?
 *
 * atomic(9) as its manual promises, in the terms of C11: an operation without a
 * suffix orders nothing (relaxed), _acq and _rel order as their words say, and
 * a fence does what its name says.  What some machine does beyond that (on
 * amd64 each locked instruction is a full fence) belongs to the machine: it is
 * the memory model of the run that has it or not.
 *
 * Source      FreeBSD atomic(9), "Acquire and Release Operations"; a failed
 *             compare of cmpset is no acquire.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_INCLUDE_MACHINE_ATOMIC_H
#define ENGINE_FREEBSD_INCLUDE_MACHINE_ATOMIC_H

#include <sys/types.h>

#define atomic_thread_fence_acq()	__atomic_thread_fence(__ATOMIC_ACQUIRE)
#define atomic_thread_fence_rel()	__atomic_thread_fence(__ATOMIC_RELEASE)
#define atomic_thread_fence_acq_rel()	__atomic_thread_fence(__ATOMIC_ACQ_REL)
#define atomic_thread_fence_seq_cst()	__atomic_thread_fence(__ATOMIC_SEQ_CST)
#define atomic_interrupt_fence()	__atomic_signal_fence(__ATOMIC_SEQ_CST)
#define __compiler_membar()		__atomic_signal_fence(__ATOMIC_SEQ_CST)
#define rmb()				__atomic_thread_fence(__ATOMIC_ACQUIRE)
#define wmb()				__atomic_thread_fence(__ATOMIC_RELEASE)
#define mb()				__atomic_thread_fence(__ATOMIC_SEQ_CST)

/* One operation, `suffix` "", _acq or _rel. */
#define FREEBSD_ATOMIC_ORDERED(name, type, suffix, order)		\
static inline void							\
atomic_set##suffix##_##name(volatile type *p, type v)			\
{									\
									\
	(void)__atomic_fetch_or(p, v, order);				\
}									\
static inline void							\
atomic_clear##suffix##_##name(volatile type *p, type v)			\
{									\
									\
	(void)__atomic_fetch_and(p, (type)~v, order);			\
}									\
static inline void							\
atomic_add##suffix##_##name(volatile type *p, type v)			\
{									\
									\
	(void)__atomic_fetch_add(p, v, order);				\
}									\
static inline void							\
atomic_subtract##suffix##_##name(volatile type *p, type v)		\
{									\
									\
	(void)__atomic_fetch_sub(p, v, order);				\
}									\
static inline int							\
atomic_cmpset##suffix##_##name(volatile type *p, type old, type v)	\
{									\
									\
	return (__atomic_compare_exchange_n(p, &old, v, false, order,	\
	    __ATOMIC_RELAXED));						\
}									\
static inline int							\
atomic_fcmpset##suffix##_##name(volatile type *p, type *old, type v)	\
{									\
									\
	return (__atomic_compare_exchange_n(p, old, v, false, order,	\
	    __ATOMIC_RELAXED));						\
}

#define FREEBSD_ATOMIC(name, type)					\
FREEBSD_ATOMIC_ORDERED(name, type, , __ATOMIC_RELAXED)			\
FREEBSD_ATOMIC_ORDERED(name, type, _acq, __ATOMIC_ACQUIRE)		\
FREEBSD_ATOMIC_ORDERED(name, type, _rel, __ATOMIC_RELEASE)		\
static inline type							\
atomic_fetchadd_##name(volatile type *p, type v)			\
{									\
									\
	return (__atomic_fetch_add(p, v, __ATOMIC_RELAXED));		\
}									\
static inline type							\
atomic_swap_##name(volatile type *p, type v)				\
{									\
									\
	return (__atomic_exchange_n(p, v, __ATOMIC_RELAXED));		\
}									\
static inline type							\
atomic_readandclear_##name(volatile type *p)				\
{									\
									\
	return (__atomic_exchange_n(p, (type)0, __ATOMIC_RELAXED));	\
}									\
static inline int							\
atomic_testandset_##name(volatile type *p, u_int bit)			\
{									\
	type mask;							\
									\
	mask = (type)1 << (bit % (sizeof(type) * 8));			\
	return ((__atomic_fetch_or(p, mask, __ATOMIC_RELAXED) & mask) != 0); \
}									\
static inline int							\
atomic_testandclear_##name(volatile type *p, u_int bit)			\
{									\
	type mask;							\
									\
	mask = (type)1 << (bit % (sizeof(type) * 8));			\
	return ((__atomic_fetch_and(p, (type)~mask, __ATOMIC_RELAXED) & \
	    mask) != 0);						\
}									\
static inline type							\
atomic_load_acq_##name(const volatile type *p)				\
{									\
									\
	return (__atomic_load_n(p, __ATOMIC_ACQUIRE));			\
}									\
static inline void							\
atomic_store_rel_##name(volatile type *p, type v)			\
{									\
									\
	__atomic_store_n(p, v, __ATOMIC_RELEASE);			\
}

FREEBSD_ATOMIC(char, u_char)
FREEBSD_ATOMIC(short, u_short)
FREEBSD_ATOMIC(int, u_int)
FREEBSD_ATOMIC(long, u_long)
FREEBSD_ATOMIC(ptr, uintptr_t)
FREEBSD_ATOMIC(8, uint8_t)
FREEBSD_ATOMIC(16, uint16_t)
FREEBSD_ATOMIC(32, uint32_t)
FREEBSD_ATOMIC(64, uint64_t)

/* These take a pointer to any integer or pointer of the width. */
#define FREEBSD_LOAD(p)		__atomic_load_n((p), __ATOMIC_RELAXED)
#define FREEBSD_STORE(p, v)	__atomic_store_n((p), (v), __ATOMIC_RELAXED)
#define atomic_load_bool(p)	FREEBSD_LOAD(p)
#define atomic_load_char(p)	FREEBSD_LOAD(p)
#define atomic_load_short(p)	FREEBSD_LOAD(p)
#define atomic_load_int(p)	FREEBSD_LOAD(p)
#define atomic_load_long(p)	FREEBSD_LOAD(p)
#define atomic_load_8(p)	FREEBSD_LOAD(p)
#define atomic_load_16(p)	FREEBSD_LOAD(p)
#define atomic_load_32(p)	FREEBSD_LOAD(p)
#define atomic_load_64(p)	FREEBSD_LOAD(p)
#define atomic_load_ptr(p)	FREEBSD_LOAD(p)
/* The strongest thing that consume can be; C11 compilers do the same. */
#define atomic_load_consume_ptr(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define atomic_store_bool(p, v)	FREEBSD_STORE(p, v)
#define atomic_store_char(p, v)	FREEBSD_STORE(p, v)
#define atomic_store_short(p, v) FREEBSD_STORE(p, v)
#define atomic_store_int(p, v)	FREEBSD_STORE(p, v)
#define atomic_store_long(p, v)	FREEBSD_STORE(p, v)
#define atomic_store_8(p, v)	FREEBSD_STORE(p, v)
#define atomic_store_16(p, v)	FREEBSD_STORE(p, v)
#define atomic_store_32(p, v)	FREEBSD_STORE(p, v)
#define atomic_store_64(p, v)	FREEBSD_STORE(p, v)
#define atomic_store_ptr(p, v)	FREEBSD_STORE(p, v)

#endif
