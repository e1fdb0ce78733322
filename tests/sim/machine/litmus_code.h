/*
 * litmus_code - what do the threads of the litmus tests do?
 *
 * Each takes the locations and returns what its loads saw: the first in the
 * lowest byte, the second in the next.  There are three flavours of each: all
 * accesses plain, all atomic, and plain stores with atomic loads.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TESTS_SIM_MACHINE_LITMUS_CODE_H
#define TESTS_SIM_MACHINE_LITMUS_CODE_H

#include <stdint.h>

struct litmus {
	uint64_t *x;
	uint64_t *y;
	uint64_t *z;
};

typedef uint64_t litmus_thread(const struct litmus *at);

#define LITMUS_THREADS(T)						\
	T(sx1)		/* x = 1 */					\
	T(sx2)								\
	T(sy1)								\
	T(sx1_ly)	/* x = 1; read y */				\
	T(sy1_lx)							\
	T(sx1_fence_ly)							\
	T(sy1_fence_lx)							\
	T(sx1_locked_ly)						\
	T(sy1_locked_lx)						\
	T(xx1_ly)	/* exchange x, 1; read y */			\
	T(xy1_lx)							\
	T(cx1_ly)	/* seq_cst store of 1 to x; read y */		\
	T(cy1_lx)							\
	T(sx1_sy1)							\
	T(ly_lx)							\
	T(lx_ly)							\
	T(lx_lx)							\
	T(lx_sy1)							\
	T(ly_sx1)							\
	T(ly_sz1)							\
	T(lz_lx)							\
	T(sy2_lx)							\
	T(sx2_sy1)							\
	T(sx1_sy2)							\
	T(sy1_sx2)							\
	T(sx1_sx2)							\
	T(lx_sx1)							\
	T(lx_sx2)							\
	T(sx1_lx)							\
	T(sx2_lx)							\
	T(sx1_lx_ly)							\
	T(sy1_ly_lx)							\
	T(sy2_sx2)

enum litmus_thread_name {
#define T(name) LITMUS_##name,
	LITMUS_THREADS(T)
#undef T
	LITMUS_THREAD_COUNT
};

extern litmus_thread *const litmus_plain[LITMUS_THREAD_COUNT];
extern litmus_thread *const litmus_atomic[LITMUS_THREAD_COUNT];
extern litmus_thread *const litmus_mixed[LITMUS_THREAD_COUNT];

/* Stores and loads of several widths at one word. */
void litmus_store8(unsigned char *at, unsigned value);
void litmus_store32(unsigned char *at, uint32_t value);
void litmus_store64(unsigned char *at, uint64_t value);
uint32_t litmus_load32(const unsigned char *at);
uint64_t litmus_load64(const unsigned char *at);

#endif
