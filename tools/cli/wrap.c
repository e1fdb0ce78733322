/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cli/wrap.h"

#include <stdarg.h>

void
wrap_begin(struct wrap *wrap, FILE *to, size_t column)
{

	wrap->to = to;
	wrap->indent = wrap->column = column;
	wrap->within = false;
	wrap->length = 0;
}

/* What is known of the word; before it the line ends if it has no room. */
static void
word_out(struct wrap *wrap)
{
	size_t blank;

	blank = wrap->column > wrap->indent && !wrap->within;
	if (blank == 1 &&
	    wrap->column + blank + wrap->length > WRAP_COLUMNS) {
		fprintf(wrap->to, "\n%*s", (int)wrap->indent, "");
		wrap->column = wrap->indent;
		blank = 0;
	}
	fprintf(wrap->to, "%s%.*s", blank == 1 ? " " : "", (int)wrap->length,
	    wrap->word);
	wrap->column += blank + wrap->length;
	wrap->length = 0;
}

static void
word_over(struct wrap *wrap)
{

	if (wrap->length > 0)
		word_out(wrap);
	wrap->within = false;
}

void
wrap_put(struct wrap *wrap, const char *text)
{

	for (; *text != '\0'; text++) {
		if (*text == ' ') {
			word_over(wrap);
			continue;
		}
		if (wrap->length == sizeof(wrap->word)) {
			word_out(wrap);
			wrap->within = true;
		}
		wrap->word[wrap->length++] = *text;
	}
}

void
wrap_putf(struct wrap *wrap, const char *format, ...)
{
	va_list args;
	char text[512];

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	wrap_put(wrap, text);
}

void
wrap_end(struct wrap *wrap)
{

	word_over(wrap);
	fputc('\n', wrap->to);
}
