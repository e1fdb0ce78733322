/*
 * varint - how is a number of unknown size written in few bytes?
 *
 * Unsigned LEB128: seven bits to a byte, the lowest first, the high bit set on
 * all but the last.
 *
 * Errors      reading returns 0 when the bytes end early, are longer than
 *             needed or do not fit 64 bits.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_STORE_VARINT_H
#define TOOLS_STORE_VARINT_H

#include <stddef.h>
#include <stdint.h>

enum { VARINT_MAX = 10 };

/* Writes at most VARINT_MAX bytes; returns how many. */
static inline size_t
varint_put(unsigned char *bytes, uint64_t value)
{
	size_t length;

	for (length = 0; value >= 0x80; value >>= 7)
		bytes[length++] = (unsigned char)(value | 0x80);
	bytes[length++] = (unsigned char)value;
	return (length);
}

/* Returns how many bytes were read, or 0. */
static inline size_t
varint_get(const unsigned char *bytes, size_t length, uint64_t *value)
{
	uint64_t bits;
	size_t i;

	*value = 0;
	for (i = 0; i < length && i < VARINT_MAX; i++) {
		bits = bytes[i] & 0x7f;
		if (i == VARINT_MAX - 1 && bits > 1)
			return (0);
		*value |= bits << (7 * i);
		if ((bytes[i] & 0x80) == 0)
			return (i > 0 && bits == 0 ? 0 : i + 1);
	}
	return (0);
}

#endif
