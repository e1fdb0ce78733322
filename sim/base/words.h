/*
 * words - how is a small structure cleared, copied or compared?
 *
 * Where the size is known and a few hundred bytes at most.  For such compilers
 * choose string instructions, which take longer to begin than the stores take,
 * or a call of memset(), which in the simulator must first find out whether the
 * program made it.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_BASE_WORDS_H
#define SIM_BASE_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint32_t words_four
    __attribute__((vector_size(16), aligned(4), may_alias));
typedef uint32_t words_one __attribute__((may_alias));

/* Keeps the loop a loop of stores. */
#define WORDS_ALONE	__asm__ ("")

/* `bytes` is a multiple of 4, and so is the address. */
static inline __attribute__((always_inline)) void
words_clear(void *at, size_t bytes)
{
	unsigned char *to = at;
	size_t i;

#pragma GCC unroll 32
	for (i = 0; i + 16 <= bytes; i += 16) {
		WORDS_ALONE;
		*(words_four *)(void *)(to + i) = (words_four){ 0 };
	}
	for (; i < bytes; i += 4)
		*(words_one *)(void *)(to + i) = 0;
}

static inline __attribute__((always_inline)) void
words_copy(void *at, const void *of, size_t bytes)
{
	unsigned char *to = at;
	const unsigned char *from = of;
	size_t i;

#pragma GCC unroll 32
	for (i = 0; i + 16 <= bytes; i += 16) {
		WORDS_ALONE;
		*(words_four *)(void *)(to + i) =
		    *(const words_four *)(const void *)(from + i);
	}
	for (; i < bytes; i += 4)
		*(words_one *)(void *)(to + i) =
		    *(const words_one *)(const void *)(from + i);
}

static inline __attribute__((always_inline)) bool
words_same(const void *left, const void *right, size_t bytes)
{
	const unsigned char *one = left, *other = right;
	words_four differ = { 0 };
	words_one rest = 0;
	size_t i;

#pragma GCC unroll 32
	for (i = 0; i + 16 <= bytes; i += 16)
		differ |= *(const words_four *)(const void *)(one + i) ^
		    *(const words_four *)(const void *)(other + i);
	for (; i < bytes; i += 4)
		rest |= *(const words_one *)(const void *)(one + i) ^
		    *(const words_one *)(const void *)(other + i);
	return ((differ[0] | differ[1] | differ[2] | differ[3] | rest) == 0);
}

#endif
