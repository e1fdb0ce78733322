/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/markup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/must.h"

static const char replacement[] = "\xef\xbf\xbd";	/* U+FFFD */

/*
 * Bytes of the character at `text` if a document may hold it, else 0.  The ends
 * of the text are no continuation, so nothing is read behind them.
 */
static size_t
character(const char *text)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *bytes = (const unsigned char *)text;
	size_t count, i;
	uint32_t code;

	if (bytes[0] < 0x80)
		return (bytes[0] == '\t' || bytes[0] == '\n' ||
		    (bytes[0] >= ' ' && bytes[0] != 127));
	count = bytes[0] >= 0xf0 ? 4 : bytes[0] >= 0xe0 ? 3 : 2;
	if (bytes[0] < 0xc2 || bytes[0] > 0xf4)
		return (0);
	code = bytes[0] & (0x7fu >> count);
	for (i = 1; i < count; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return (0);
		code = code << 6 | (bytes[i] & 0x3f);
	}
	/* Too long a form, half a pair, a C1 control, no character at all. */
	return (code < least[count] || (code >= 0xd800 && code < 0xe000) ||
	    code > 0x10ffff || (code >= 0x80 && code < 0xa0) ||
	    (code & 0xfffe) == 0xfffe ? 0 : count);
}

void
markup_text(FILE *out, const char *text)
{
	size_t bytes;

	while (*text != '\0') {
		bytes = character(text);
		switch (bytes == 1 ? *text : 'x') {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&#39;", out);
			break;
		default:
			if (bytes == 0)
				fputs(replacement, out);
			else
				fwrite(text, 1, bytes, out);
		}
		text += bytes == 0 ? 1 : bytes;
	}
}

char *
markup_clean(const char *text)
{
	size_t bytes, used;
	char *clean;

	clean = must_alloc(strlen(text) * (sizeof(replacement) - 1) + 1, 1);
	used = 0;
	while (*text != '\0') {
		bytes = character(text);
		memcpy(clean + used, bytes == 0 ? replacement : text,
		    bytes == 0 ? sizeof(replacement) - 1 : bytes);
		used += bytes == 0 ? sizeof(replacement) - 1 : bytes;
		text += bytes == 0 ? 1 : bytes;
	}
	return (clean);
}
