/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/base/hist.h"

#include <assert.h>
#include <string.h>

enum {
	HIST_VERSION = 1,
	HIST_PPM = 1000000,
};

void
hist_init(struct hist *hist)
{

	memset(hist, 0, sizeof(*hist));
	hist->min = UINT64_MAX;
}

size_t
hist_index(uint64_t value)
{
	unsigned shift;

	if (value < HIST_SUB_COUNT)
		return ((size_t)value);
	shift = 63U - (unsigned)__builtin_clzll(value) - HIST_SUB_BITS;
	/* value >> shift is in [SUB_COUNT, 2 * SUB_COUNT). */
	return ((size_t)shift * HIST_SUB_COUNT + (size_t)(value >> shift));
}

uint64_t
hist_lower(size_t index)
{
	unsigned shift;

	assert(index < HIST_BUCKETS);
	if (index < 2 * HIST_SUB_COUNT)
		return ((uint64_t)index);
	shift = (unsigned)(index >> HIST_SUB_BITS) - 1;
	return ((uint64_t)(index - (size_t)shift * HIST_SUB_COUNT) << shift);
}

/* The largest value of a bucket. */
static uint64_t
hist_upper(size_t index)
{

	if (index + 1 == HIST_BUCKETS)
		return (UINT64_MAX);
	return (hist_lower(index + 1) - 1);
}

void
hist_reset(struct hist *hist)
{
	size_t first, last;

	if (hist->count == 0)
		return;
	first = hist_index(hist->min);
	last = hist_index(hist->max);
	memset(&hist->bucket[first], 0,
	    (last - first + 1) * sizeof(hist->bucket[0]));
	hist->count = 0;
	hist->sum = 0;
	hist->min = UINT64_MAX;
	hist->max = 0;
}

void
hist_add(struct hist *hist, uint64_t value)
{

	hist->count++;
	hist->sum += value;
	if (value < hist->min)
		hist->min = value;
	if (value > hist->max)
		hist->max = value;
	hist->bucket[hist_index(value)]++;
}

void
hist_merge(struct hist *into, const struct hist *from)
{
	size_t i;

	into->count += from->count;
	into->sum += from->sum;
	if (from->min < into->min)
		into->min = from->min;
	if (from->max > into->max)
		into->max = from->max;
	for (i = 0; i < HIST_BUCKETS; i++)
		into->bucket[i] += from->bucket[i];
}

uint64_t
hist_quantile(const struct hist *hist, uint64_t ppm)
{
	wide_uint scaled;
	uint64_t middle, rank, seen;
	size_t i;

	if (hist->count == 0)
		return (0);
	if (ppm == 0)
		return (hist->min);
	if (ppm >= HIST_PPM)
		return (hist->max);
	/* The rank-th smallest value, counted from 1. */
	scaled = (wide_uint)hist->count * ppm;
	rank = (uint64_t)((scaled + HIST_PPM - 1) / HIST_PPM);
	seen = 0;
	for (i = hist_index(hist->min); i < HIST_BUCKETS; i++) {
		seen += hist->bucket[i];
		if (seen >= rank)
			break;
	}
	assert(i < HIST_BUCKETS);
	middle = hist_lower(i) + (hist_upper(i) - hist_lower(i)) / 2;
	if (middle < hist->min)
		return (hist->min);
	if (middle > hist->max)
		return (hist->max);
	return (middle);
}

double
hist_mean(const struct hist *hist)
{

	if (hist->count == 0)
		return (0.0);
	return ((double)hist->sum / (double)hist->count);
}

/* --- the stored form ---------------------------------------------------- */

struct hist_writer {
	unsigned char *bytes;
	size_t room;
	size_t length;		/* also counts what did not fit */
};

static void
hist_put_byte(struct hist_writer *writer, unsigned byte)
{

	if (writer->length < writer->room)
		writer->bytes[writer->length] = (unsigned char)byte;
	writer->length++;
}

static void
hist_put(struct hist_writer *writer, uint64_t value)
{

	for (; value >= 0x80; value >>= 7)
		hist_put_byte(writer, 0x80 | (unsigned)(value & 0x7f));
	hist_put_byte(writer, (unsigned)value);
}

size_t
hist_encode(const struct hist *hist, unsigned char *bytes, size_t room)
{
	struct hist_writer writer = { bytes, room, 0 };
	size_t i, previous;

	hist_put_byte(&writer, HIST_VERSION);
	hist_put(&writer, hist->count);
	hist_put(&writer, hist->min);
	hist_put(&writer, hist->max);
	hist_put(&writer, (uint64_t)hist->sum);
	hist_put(&writer, (uint64_t)(hist->sum >> 64));
	previous = 0;
	for (i = 0; i < HIST_BUCKETS; i++) {
		if (hist->bucket[i] == 0)
			continue;
		hist_put(&writer, i - previous);
		hist_put(&writer, hist->bucket[i]);
		previous = i;
	}
	return (writer.length);
}

struct hist_reader {
	const unsigned char *bytes;
	size_t length;
	size_t next;
};

/* One varint in its shortest form; -1 for anything else. */
static int
hist_get(struct hist_reader *reader, uint64_t *value)
{
	uint64_t byte, result;
	unsigned shift;

	result = 0;
	for (shift = 0; shift < 64; shift += 7) {
		if (reader->next == reader->length)
			return (-1);
		byte = reader->bytes[reader->next++];
		if (shift == 63 && byte > 1)
			return (-1);	/* beyond 64 bits */
		result |= (byte & 0x7f) << shift;
		if ((byte & 0x80) == 0) {
			if (byte == 0 && shift != 0)
				return (-1);	/* longer than it need be */
			*value = result;
			return (0);
		}
	}
	return (-1);
}

/*
 * Fills the buckets.  The head (count, min, max, sum) has been read already,
 * and the list must agree with it in every way that can be told.
 */
static int
hist_get_buckets(struct hist_reader *reader, struct hist *hist)
{
	wide_uint least, most;
	uint64_t count, delta, left;
	size_t index;
	int first;

	least = most = 0;
	left = hist->count;
	index = 0;
	for (first = 1; reader->next < reader->length; first = 0) {
		if (hist_get(reader, &delta) != 0 ||
		    hist_get(reader, &count) != 0)
			return (-1);
		if (delta >= HIST_BUCKETS - index || count == 0 || count > left)
			return (-1);
		if (delta == 0 && !first)
			return (-1);
		index += (size_t)delta;
		if (first && index != hist_index(hist->min))
			return (-1);
		left -= count;
		least += (wide_uint)hist_lower(index) * count;
		most += (wide_uint)hist_upper(index) * count;
		hist->bucket[index] = count;
	}
	if (left != 0)
		return (-1);
	if (hist->count == 0)
		return (hist->min == UINT64_MAX && hist->max == 0 &&
		    hist->sum == 0 ? 0 : -1);
	if (hist->min > hist->max || index != hist_index(hist->max))
		return (-1);
	return (hist->sum >= least && hist->sum <= most ? 0 : -1);
}

int
hist_decode(struct hist *hist, const unsigned char *bytes, size_t length)
{
	struct hist_reader reader = { bytes, length, 0 };
	uint64_t high, low;

	hist_init(hist);
	if (length == 0 || bytes[reader.next++] != HIST_VERSION)
		return (-1);
	if (hist_get(&reader, &hist->count) != 0 ||
	    hist_get(&reader, &hist->min) != 0 ||
	    hist_get(&reader, &hist->max) != 0 ||
	    hist_get(&reader, &low) != 0 || hist_get(&reader, &high) != 0)
		goto refused;
	hist->sum = (wide_uint)high << 64 | low;
	if (hist_get_buckets(&reader, hist) == 0)
		return (0);
refused:
	hist_init(hist);
	return (-1);
}
