/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/campaign/wire_bytes.h"

#include <stdlib.h>
#include <string.h>

void
wire_buffer_add(struct wire_buffer *buffer, const void *bytes, size_t length)
{
	size_t room;

	if (buffer->room - buffer->length < length) {
		room = buffer->room < 4096 ? 4096 : buffer->room;
		while (room - buffer->length < length)
			room *= 2;
		buffer->bytes = realloc(buffer->bytes, room);
		if (buffer->bytes == NULL)
			abort();
		buffer->room = room;
	}
	if (length > 0)
		memcpy(buffer->bytes + buffer->length, bytes, length);
	buffer->length += length;
}

void
wire_buffer_free(struct wire_buffer *buffer)
{

	free(buffer->bytes);
	memset(buffer, 0, sizeof(*buffer));
}

void
wire_put_number(struct wire_buffer *buffer, uint64_t value)
{

	wire_buffer_add(buffer, &value, sizeof(value));
}

void
wire_put_text(struct wire_buffer *buffer, const char *text)
{

	wire_buffer_add(buffer, text, strlen(text) + 1);
}

void
wire_put_blob(struct wire_buffer *buffer, const unsigned char *bytes,
    size_t length)
{

	wire_put_number(buffer, length);
	wire_buffer_add(buffer, bytes, length);
}

uint64_t
wire_get_number(struct wire_reader *reader)
{
	uint64_t value;

	if (reader->left < sizeof(value)) {
		reader->bad = 1;
		return (0);
	}
	memcpy(&value, reader->bytes, sizeof(value));
	reader->bytes += sizeof(value);
	reader->left -= sizeof(value);
	return (value);
}

size_t
wire_get_count(struct wire_reader *reader, size_t most)
{
	uint64_t count;

	count = wire_get_number(reader);
	if (count > most) {
		reader->bad = 1;
		return (0);
	}
	return (count);
}

const char *
wire_get_text(struct wire_reader *reader)
{
	const unsigned char *start = reader->bytes;
	const unsigned char *end;

	end = reader->left == 0 ? NULL : memchr(start, '\0', reader->left);
	if (end == NULL) {
		reader->bad = 1;
		return ("");
	}
	reader->left -= (size_t)(end - start) + 1;
	reader->bytes = end + 1;
	return ((const char *)start);
}

void
wire_get_text_into(struct wire_reader *reader, char *text, size_t room)
{
	const char *from;

	from = wire_get_text(reader);
	if (strlen(from) >= room) {
		reader->bad = 1;
		from = "";
	}
	memcpy(text, from, strlen(from) + 1);
}

const unsigned char *
wire_get_blob(struct wire_reader *reader, size_t *length)
{
	const unsigned char *start;

	*length = wire_get_count(reader, reader->left);
	if (*length > reader->left) {
		reader->bad = 1;
		*length = 0;
	}
	start = reader->bytes;
	reader->bytes += *length;
	reader->left -= *length;
	return (start);
}
