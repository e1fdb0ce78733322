/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/store/series.h"

#include "tools/store/varint.h"

enum { SERIES_VERSION = 1 };

size_t
series_encode(const uint64_t *points, size_t count, unsigned char *bytes)
{
	uint64_t previous, step;
	size_t i, used;

	bytes[0] = SERIES_VERSION;
	used = 1;
	previous = 0;
	for (i = 0; i < count; i++) {
		step = points[i] - previous;
		previous = points[i];
		used += varint_put(bytes + used,
		    (step << 1) ^ (step >> 63 ? UINT64_MAX : 0));
	}
	return (used);
}

int
series_decode(const unsigned char *bytes, size_t length, uint64_t *points,
    size_t room, size_t *count)
{
	uint64_t previous, zigzag;
	size_t at, got;

	*count = 0;
	if (length == 0 || bytes[0] != SERIES_VERSION)
		return (-1);
	previous = 0;
	for (at = 1; at < length; at += got) {
		got = varint_get(bytes + at, length - at, &zigzag);
		if (got == 0 || *count == room)
			return (-1);
		previous += (zigzag >> 1) ^ (zigzag & 1 ? UINT64_MAX : 0);
		points[(*count)++] = previous;
	}
	return (0);
}
