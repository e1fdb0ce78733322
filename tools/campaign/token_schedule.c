/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/campaign/token_schedule.h"

#include <stdlib.h>
#include <string.h>

#include <zstd.h>

#include "sim/base/must.h"
#include "tools/campaign/token.h"
#include "tools/store/varint.h"

enum {
	MAGIC_SIZE = 4,			/* of a zstd frame; every one has it */
	/* Each entry may have a group of its own: four numbers. */
	ENTRY_SIZE = 4 * VARINT_MAX,
	PLAIN_MAX = 1 << 20,
	PACK_LEVEL = 19,
	PACK_LEAST = 24,		/* less than that never pays */
};

static const unsigned char magic[MAGIC_SIZE] = { 0x28, 0xb5, 0x2f, 0xfd };

static uint64_t
group_of(const struct schedule_entry *entry)
{

	return ((uint64_t)entry->cpu * CHOICE_KIND_COUNT + entry->kind);
}

static size_t
put_plain(const struct schedule *schedule, unsigned char *bytes)
{
	const struct schedule_entry *entry, *end;
	size_t count, used;
	uint64_t group, next;

	used = 0;
	entry = schedule->entries;
	end = entry + schedule->count;
	while (entry < end) {
		group = group_of(entry);
		for (count = 1; entry + count < end &&
		    group_of(entry + count) == group;)
			count++;
		used += varint_put(bytes + used, group);
		used += varint_put(bytes + used, count);
		for (next = 0; count > 0; count--, entry++) {
			used += varint_put(bytes + used, entry->nth - next);
			used += varint_put(bytes + used, entry->answer - 1);
			next = (uint64_t)entry->nth + 1;
		}
	}
	return (used);
}

size_t
token_schedule_put(const struct schedule *schedule, unsigned char *bytes,
    size_t room, bool *packed)
{
	unsigned char head[2 * VARINT_MAX];
	unsigned char *plain, *frame;
	size_t bound, head_size, length, size, used;

	*packed = false;
	used = 0;
	plain = must_alloc(schedule->count, ENTRY_SIZE);
	length = put_plain(schedule, plain);
	bound = ZSTD_compressBound(length);
	frame = must_alloc(bound, 1);
	size = length < PACK_LEAST || length > PLAIN_MAX ? length :
	    ZSTD_compress(frame, bound, plain, length, PACK_LEVEL);
	if (ZSTD_isError(size))
		abort();
	if (size < length) {
		size -= MAGIC_SIZE;
		head_size = varint_put(head, length);
		head_size += varint_put(head + head_size, size);
		*packed = head_size + size < length;
		if (*packed && head_size + size <= room) {
			memcpy(bytes, head, head_size);
			memcpy(bytes + head_size, frame + MAGIC_SIZE, size);
			used = head_size + size;
		}
	}
	if (!*packed && length <= room && length <= PLAIN_MAX) {
		memcpy(bytes, plain, length);
		used = length;
	}
	free(frame);
	free(plain);
	return (used);
}

static size_t
get_plain(const unsigned char *bytes, size_t length, size_t count,
    struct schedule *schedule)
{
	uint64_t group, group_count, skip, answer, next;
	size_t at, got;

	at = 0;
	while (count > 0) {
		at += got = varint_get(bytes + at, length - at, &group);
		if (got == 0 || group > (uint64_t)UINT16_MAX *
		    CHOICE_KIND_COUNT)
			return (0);
		at += got = varint_get(bytes + at, length - at, &group_count);
		if (got == 0 || group_count == 0 || group_count > count)
			return (0);
		count -= group_count;
		for (next = 0; group_count > 0; group_count--) {
			at += got = varint_get(bytes + at, length - at, &skip);
			if (got == 0 || skip > UINT32_MAX ||
			    next + skip > UINT32_MAX)
				return (0);
			at += got = varint_get(bytes + at, length - at,
			    &answer);
			if (got == 0 || answer == UINT64_MAX)
				return (0);
			schedule_add(schedule, (enum choice_kind)(group %
			    CHOICE_KIND_COUNT), (uint32_t)(group /
			    CHOICE_KIND_COUNT), (uint32_t)(next + skip),
			    answer + 1);
			next += skip + 1;
		}
	}
	return (at);
}

size_t
token_schedule_get(const unsigned char *bytes, size_t length, bool packed,
    size_t count, struct schedule *schedule)
{
	uint64_t plain_length, packed_length;
	unsigned char *frame, *plain;
	size_t at, got, size, used;

	if (count > TOKEN_CHOICES_MAX)
		return (0);
	if (!packed)
		return (get_plain(bytes, length, count, schedule));
	at = got = varint_get(bytes, length, &plain_length);
	if (got == 0 || plain_length > PLAIN_MAX)
		return (0);
	at += got = varint_get(bytes + at, length - at, &packed_length);
	if (got == 0 || packed_length > length - at)
		return (0);
	frame = must_alloc(packed_length + MAGIC_SIZE, 1);
	plain = must_alloc(plain_length, 1);
	memcpy(frame, magic, MAGIC_SIZE);
	memcpy(frame + MAGIC_SIZE, bytes + at, packed_length);
	/* Writes no more than it is given room for, whatever the frame says. */
	size = ZSTD_decompress(plain, plain_length, frame,
	    packed_length + MAGIC_SIZE);
	used = 0;
	if (!ZSTD_isError(size) && size == plain_length)
		used = get_plain(plain, size, count, schedule);
	free(frame);
	free(plain);
	return (used == plain_length && used > 0 ? at + packed_length : 0);
}
