/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/scenario/utf8.h"

#include <stdint.h>
#include <string.h>

/*
 * The character at `at`, of which `left` bytes are there.  Returns its length,
 * or 0 where it is malformed: cut off, overlong, a surrogate, too large.
 */
static size_t
decode(const unsigned char *at, size_t left, uint32_t *character)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t i, length;

	if (at[0] < 0x80)
		length = 1;
	else if ((at[0] & 0xe0) == 0xc0)
		length = 2;
	else if ((at[0] & 0xf0) == 0xe0)
		length = 3;
	else if ((at[0] & 0xf8) == 0xf0)
		length = 4;
	else
		return (0);
	if (length > left)
		return (0);
	*character = length == 1 ? at[0] : at[0] & (0x7fU >> length);
	for (i = 1; i < length; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return (0);
		*character = *character << 6 | (at[i] & 0x3fU);
	}
	if (length > 1 && *character < smallest[length])
		return (0);
	if (*character > 0x10ffff ||
	    (*character >= 0xd800 && *character <= 0xdfff))
		return (0);
	return (length);
}

static const char *
unwanted(uint32_t character)
{

	if (character == 0)
		return ("there is a NUL byte; this is no text file");
	if (character == '\t' || character == '\n' || character == '\r' ||
	    character == 0x85)
		return (NULL);
	if (character < ' ' || (character >= 0x7f && character < 0xa0))
		return ("there is a control character; this is no text file");
	if ((character & 0xfffe) == 0xfffe)
		return ("there is a byte sequence that stands for no "
		    "character");
	return (NULL);
}

const char *
utf8_problem(const char *text, size_t bytes, size_t *line, size_t *column)
{
	const unsigned char *at, *end;
	const char *problem;
	uint32_t character;
	size_t length;

	at = (const unsigned char *)text;
	end = at + bytes;
	*line = 1;
	*column = 1;
	if (bytes >= 2 && (memcmp(text, "\377\376", 2) == 0 ||
	    memcmp(text, "\376\377", 2) == 0))
		return ("this is UTF-16; save the file as UTF-8");
	for (; at < end; at += length) {
		length = decode(at, (size_t)(end - at), &character);
		if (length == 0)
			return ("this is not UTF-8");
		problem = unwanted(character);
		if (problem != NULL)
			return (problem);
		if (character == '\n' || (character == '\r' &&
		    (at + 1 == end || at[1] != '\n'))) {
			(*line)++;
			*column = 1;
		} else
			(*column)++;
	}
	return (NULL);
}
