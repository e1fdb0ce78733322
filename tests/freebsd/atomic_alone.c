/*
 * Every operation of atomic(9) that the headers promise is there, with the type
 * that its name says.  Compiled, not run.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <sys/param.h>
#include <machine/atomic.h>

#define ALL(name, type)							\
void all_##name(volatile type *p, type *old);				\
void									\
all_##name(volatile type *p, type *old)					\
{									\
									\
	atomic_set_##name(p, 1);					\
	atomic_set_acq_##name(p, 1);					\
	atomic_set_rel_##name(p, 1);					\
	atomic_clear_##name(p, 1);					\
	atomic_clear_acq_##name(p, 1);					\
	atomic_clear_rel_##name(p, 1);					\
	atomic_add_##name(p, 1);					\
	atomic_add_acq_##name(p, 1);					\
	atomic_add_rel_##name(p, 1);					\
	atomic_subtract_##name(p, 1);					\
	atomic_subtract_acq_##name(p, 1);				\
	atomic_subtract_rel_##name(p, 1);				\
	if (atomic_cmpset_##name(p, 0, 1) +				\
	    atomic_cmpset_acq_##name(p, 0, 1) +				\
	    atomic_cmpset_rel_##name(p, 0, 1) +				\
	    atomic_fcmpset_##name(p, old, 1) +				\
	    atomic_fcmpset_acq_##name(p, old, 1) +			\
	    atomic_fcmpset_rel_##name(p, old, 1) +			\
	    atomic_testandset_##name(p, 3) +				\
	    atomic_testandclear_##name(p, 3) == 0)			\
		*old = atomic_fetchadd_##name(p, 1);			\
	*old = atomic_swap_##name(p, 1);				\
	*old = atomic_readandclear_##name(p);				\
	*old = atomic_load_##name(p);					\
	*old = atomic_load_acq_##name(p);				\
	atomic_store_##name(p, 1);					\
	atomic_store_rel_##name(p, 1);					\
	atomic_thread_fence_acq();					\
	atomic_thread_fence_rel();					\
	atomic_thread_fence_acq_rel();					\
	atomic_thread_fence_seq_cst();					\
	atomic_interrupt_fence();					\
}

ALL(char, u_char)
ALL(short, u_short)
ALL(int, u_int)
ALL(long, u_long)
ALL(ptr, uintptr_t)
ALL(8, uint8_t)
ALL(16, uint16_t)
ALL(32, uint32_t)
ALL(64, uint64_t)
