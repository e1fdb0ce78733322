/*
 * smr_types - how may a published pointer be touched?
 *
 * SMR_POINTER(type) wraps a pointer so that plain access does not compile.
 * Each accessor names the right by which it touches the pointer, and asserts
 * it:
 *
 *	smr_entered_*		in a section of that domain
 *	smr_serialized_*	under the caller's own exclusion (a lock held)
 *	smr_unserialized_*	nobody else can reach it (set-up, tear-down)
 *
 * `pointer` is the address of an SMR_POINTER; `held` is an expression that is
 * true while the caller has the right.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_SMR_TYPES_H
#define ENGINE_SMR_TYPES_H

#include <stdatomic.h>

#include "engine/kern.h"
#include "engine/smr.h"

#define SMR_POINTER(type)                                                      \
	struct {                                                               \
		_Atomic(type) smr_pointer;                                     \
	}

#define SMR_POINTER_ASSERT(condition, message)                                 \
	((condition) ? (void)0 : kern_panic(__FILE__, __LINE__, (message)))

/* What is behind the pointer is at least as new as the pointer. */
#define smr_entered_load(pointer, smr)                                         \
	(SMR_POINTER_ASSERT(smr_entered(smr),                                  \
	     "smr_types: smr_entered_load() outside a section of the domain"), \
	    atomic_load_explicit(&(pointer)->smr_pointer,                      \
		memory_order_acquire))

#define smr_serialized_load(pointer, held)                                     \
	(SMR_POINTER_ASSERT(held,                                              \
	     "smr_types: smr_serialized_load() without the exclusion"),        \
	    atomic_load_explicit(&(pointer)->smr_pointer,                      \
		memory_order_relaxed))

/* Publishes: who loads it sees what was written before. */
#define smr_serialized_store(pointer, value, held)                             \
	(SMR_POINTER_ASSERT(held,                                              \
	     "smr_types: smr_serialized_store() without the exclusion"),       \
	    atomic_store_explicit(&(pointer)->smr_pointer, (value),            \
		memory_order_release))

/* For writers that exclude only readers' destructors, not one another. */
#define smr_serialized_swap(pointer, value, held)                              \
	(SMR_POINTER_ASSERT(held,                                              \
	     "smr_types: smr_serialized_swap() without the exclusion"),        \
	    atomic_thread_fence(memory_order_release),                         \
	    atomic_exchange_explicit(&(pointer)->smr_pointer, (value),         \
		memory_order_relaxed))

#define smr_unserialized_load(pointer, held)                                   \
	(SMR_POINTER_ASSERT(held,                                              \
	     "smr_types: smr_unserialized_load() without the right to it"),    \
	    atomic_load_explicit(&(pointer)->smr_pointer,                      \
		memory_order_relaxed))

#define smr_unserialized_store(pointer, value, held)                           \
	(SMR_POINTER_ASSERT(held,                                              \
	     "smr_types: smr_unserialized_store() without the right to it"),   \
	    atomic_store_explicit(&(pointer)->smr_pointer, (value),            \
		memory_order_relaxed))

#endif
