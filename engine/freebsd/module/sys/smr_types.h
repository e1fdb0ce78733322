/*
 * smr_types - how is a pointer followed that others may change?
 *
 * smr_entered_load() is what the oracle knows sections by: a pointer that readers
 * follow must come from it, or from gusim_smr_hold().
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_SMR_TYPES_H
#define ENGINE_FREEBSD_MODULE_SYS_SMR_TYPES_H

#include <sys/kassert.h>
#include <sys/_smr.h>
#include <machine/atomic.h>

/* Tells the oracle what the section may hold from here on; costs no time. */
void gusim_smr_hold(smr_t smr, const volatile void *pointer, const char *file,
    int line);

#define SMR_ASSERT_ENTERED(smr) \
	KASSERT(SMR_ENTERED(smr), ("not within a read section of the domain"))
#define SMR_ASSERT_NOT_ENTERED(smr) \
	KASSERT(!SMR_ENTERED(smr), ("still within a read section"))
#define SMR_ASSERT(condition, what) \
	KASSERT((condition), (what))

#define SMR_POINTER(type)						\
	struct {							\
		type __ptr;						\
	}
#define SMR_TYPE_DECLARE(name, type)	typedef SMR_POINTER(type) name

/* In a section: what is behind the pointer is at least as new as it is. */
#define smr_entered_load(p, smr) ({					\
	__typeof((p)->__ptr) gusim_loaded_ =				\
	    __atomic_load_n(&(p)->__ptr, __ATOMIC_ACQUIRE);		\
	gusim_smr_hold((smr), gusim_loaded_, __FILE__, __LINE__);	\
	gusim_loaded_;							\
})

/* Under the writers' own lock. */
#define smr_serialized_load(p, ex) ({					\
	SMR_ASSERT(ex, "smr_serialized_load");				\
	__atomic_load_n(&(p)->__ptr, __ATOMIC_RELAXED);			\
})
#define smr_serialized_store(p, v, ex) do {				\
	SMR_ASSERT(ex, "smr_serialized_store");				\
	__atomic_store_n(&(p)->__ptr, (v), __ATOMIC_RELEASE);		\
} while (0)
#define smr_serialized_swap(p, v, ex) ({				\
	SMR_ASSERT(ex, "smr_serialized_swap");				\
	__atomic_thread_fence(__ATOMIC_RELEASE);			\
	__atomic_exchange_n(&(p)->__ptr, (v), __ATOMIC_RELAXED);	\
})

/* Where nobody else can see it: set-up and destruction. */
#define smr_unserialized_load(p, ex) ({					\
	SMR_ASSERT(ex, "smr_unserialized_load");			\
	__atomic_load_n(&(p)->__ptr, __ATOMIC_RELAXED);			\
})
#define smr_unserialized_store(p, v, ex) do {				\
	SMR_ASSERT(ex, "smr_unserialized_store");			\
	__atomic_store_n(&(p)->__ptr, (v), __ATOMIC_RELAXED);		\
} while (0)
#define vfs_smr_entered_load(p)	smr_entered_load(p, vfs_smr)

/* What debuggers may do. */
#define smr_kvm_load(p)		((p)->__ptr)

#endif
