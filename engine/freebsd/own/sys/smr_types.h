/*
 * smr_types - how is a pointer that readers follow loaded and stored?
 *
 * For trees that have no such header.  A pointer is the only member of a
 * structure, so that no other access compiles.
 *
 *	entered		inside a section
 *	serialized	writers are kept apart; `held` asserts by what
 *	unserialized	nobody else can see it
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_OWN_SYS_SMR_TYPES_H
#define ENGINE_FREEBSD_OWN_SYS_SMR_TYPES_H

#include <sys/_smr.h>

#define SMR_POINTER(type)	struct { type __ptr; }

#define smr_entered_load(p, smr) ({					\
	SMR_ASSERT(SMR_ENTERED((smr)), "smr_entered_load");		\
	__atomic_load_n(&(p)->__ptr, __ATOMIC_ACQUIRE);			\
})
#define smr_serialized_load(p, held) ({					\
	SMR_ASSERT(held, "smr_serialized_load");			\
	__atomic_load_n(&(p)->__ptr, __ATOMIC_RELAXED);			\
})
#define smr_serialized_store(p, value, held) do {			\
	SMR_ASSERT(held, "smr_serialized_store");			\
	__atomic_store_n(&(p)->__ptr, (value), __ATOMIC_RELEASE);	\
} while (0)
#define smr_serialized_swap(p, value, held) ({				\
	SMR_ASSERT(held, "smr_serialized_swap");			\
	__atomic_thread_fence(__ATOMIC_RELEASE);			\
	__atomic_exchange_n(&(p)->__ptr, (value), __ATOMIC_RELAXED);	\
})
#define smr_unserialized_load(p, held) ({				\
	SMR_ASSERT(held, "smr_unserialized_load");			\
	__atomic_load_n(&(p)->__ptr, __ATOMIC_RELAXED);			\
})
#define smr_unserialized_store(p, value, held) do {			\
	SMR_ASSERT(held, "smr_unserialized_store");			\
	__atomic_store_n(&(p)->__ptr, (value), __ATOMIC_RELAXED);	\
} while (0)

#endif
