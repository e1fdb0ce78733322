/*
 * must - is there memory, or is this the end?
 *
 * What a run needs is small and bounded by its scenario.  Where not even that
 * is to be had, there is nothing sensible left to do, so these never return
 * NULL.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_BASE_MUST_H
#define SIM_BASE_MUST_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void *
must_have(void *memory)
{

	if (memory == NULL) {
		fputs("gusim: out of memory\n", stderr);
		abort();
	}
	return (memory);
}

/* `count` zeroed elements of `size` bytes. */
static inline void *
must_alloc(size_t count, size_t size)
{

	return (must_have(calloc(count == 0 ? 1 : count, size)));
}

/* Room for `count`, with what there was so far; what is new has any value. */
static inline void *
must_resize(void *memory, size_t count, size_t size)
{

	if (count > SIZE_MAX / size)
		return (must_have(NULL));
	return (must_have(realloc(memory, count * size)));
}

/* Room for one more than `count`; it doubles at each power of two. */
static inline void *
must_grow(void *memory, size_t count, size_t size)
{

	if ((count & (count - 1)) != 0)
		return (memory);
	return (must_resize(memory, count == 0 ? 1 : count * 2, size));
}

static inline char *
must_copy(const char *text)
{
	size_t bytes;

	bytes = strlen(text) + 1;
	return (memcpy(must_alloc(bytes, 1), text, bytes));
}

#endif
