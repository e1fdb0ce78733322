/*
 * proto - how is a protocol buffer message written without its library?
 *
 * A proto is a growing message: fields in the order in which they are put,
 * numbers as varints, texts and inner messages with their length in front.
 *
 * Source      Protocol Buffers, "Encoding" (the wire format).
 * Cost        O(1) for a field; an inner message is copied once.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_TRACE_PROTO_H
#define TOOLS_TRACE_PROTO_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/store/varint.h"

struct proto {
	unsigned char *bytes;
	size_t length;
	size_t room;
};

enum proto_wire { PROTO_VARINT = 0, PROTO_FIXED64 = 1, PROTO_LENGTH = 2 };

static inline void
proto_room(struct proto *proto, size_t more)
{

	if (proto->length + more <= proto->room)
		return;
	proto->room = (proto->length + more) * 2;
	proto->bytes = realloc(proto->bytes, proto->room);
	if (proto->bytes == NULL)
		abort();
}

static inline void
proto_fini(struct proto *proto)
{

	free(proto->bytes);
	memset(proto, 0, sizeof(*proto));
}

static inline void
proto_put(struct proto *proto, uint64_t value)
{

	proto_room(proto, VARINT_MAX);
	proto->length += varint_put(proto->bytes + proto->length, value);
}

static inline void
proto_number(struct proto *proto, unsigned field, uint64_t value)
{

	proto_put(proto, (uint64_t)field << 3 | PROTO_VARINT);
	proto_put(proto, value);
}

static inline void
proto_fixed64(struct proto *proto, unsigned field, uint64_t value)
{
	int i;

	proto_put(proto, (uint64_t)field << 3 | PROTO_FIXED64);
	proto_room(proto, 8);
	for (i = 0; i < 64; i += 8)
		proto->bytes[proto->length++] = (unsigned char)(value >> i);
}

static inline void
proto_bytes(struct proto *proto, unsigned field, const void *bytes,
    size_t length)
{

	proto_put(proto, (uint64_t)field << 3 | PROTO_LENGTH);
	proto_put(proto, length);
	proto_room(proto, length);
	if (length > 0)
		memcpy(proto->bytes + proto->length, bytes, length);
	proto->length += length;
}

static inline void
proto_text(struct proto *proto, unsigned field, const char *text)
{

	proto_bytes(proto, field, text, strlen(text));
}

static inline void
proto_message(struct proto *proto, unsigned field, const struct proto *inner)
{

	proto_bytes(proto, field, inner->bytes, inner->length);
}

#endif
