/*
 * wire_bytes - how do numbers and texts become a message?
 *
 * Both ends are the same program on the same machine, so numbers are in the
 * machine's own byte order; a text ends with its NUL.
 *
 * Errors      reading what is not there sets `bad`, and gives 0 or "".  Running
 *             out of memory ends the process.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CAMPAIGN_WIRE_BYTES_H
#define TOOLS_CAMPAIGN_WIRE_BYTES_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that grow.  All zero is empty. */
struct wire_buffer {
	unsigned char *bytes;
	size_t length;
	size_t room;
};

void wire_buffer_add(struct wire_buffer *buffer, const void *bytes,
    size_t length);
void wire_buffer_free(struct wire_buffer *buffer);

void wire_put_number(struct wire_buffer *buffer, uint64_t value);
void wire_put_text(struct wire_buffer *buffer, const char *text);
/* Its length and itself. */
void wire_put_blob(struct wire_buffer *buffer, const unsigned char *bytes,
    size_t length);

/* What is left to read; `bad` once something did not fit. */
struct wire_reader {
	const unsigned char *bytes;
	size_t left;
	int bad;
};

uint64_t wire_get_number(struct wire_reader *reader);
/* A number that is at most `most`. */
size_t wire_get_count(struct wire_reader *reader, size_t most);
/* Points into the message. */
const char *wire_get_text(struct wire_reader *reader);
void wire_get_text_into(struct wire_reader *reader, char *text, size_t room);
const unsigned char *wire_get_blob(struct wire_reader *reader,
    size_t *length);

#endif
