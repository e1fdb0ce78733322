/*
 * must - is there memory, or is this the end?
 *
 * What a scenario needs is small and bounded.  Where not even that is to be
 * had, there is nothing sensible left to do, so these never return NULL.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_MUST_H
#define TOOLS_MUST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* `count` zeroed elements of `size` bytes. */
static inline void *
must_alloc(size_t count, size_t size)
{
	void *memory;

	memory = calloc(count == 0 ? 1 : count, size);
	if (memory == NULL) {
		fputs("gusim: out of memory\n", stderr);
		abort();
	}
	return (memory);
}

/* Room for one more than `count`; it doubles at each power of two. */
static inline void *
must_grow(void *memory, size_t count, size_t size)
{

	if ((count & (count - 1)) != 0)
		return (memory);
	memory = reallocarray(memory, count == 0 ? 1 : count * 2, size);
	if (memory == NULL) {
		fputs("gusim: out of memory\n", stderr);
		abort();
	}
	return (memory);
}

static inline char *
must_copy(const char *text)
{
	char *copy;

	copy = must_alloc(strlen(text) + 1, 1);
	memcpy(copy, text, strlen(text));
	return (copy);
}

#endif
