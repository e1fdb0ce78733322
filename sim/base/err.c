/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int
err_set(struct err *err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return (-1);
}

int
err_at(struct err *err, const char *format, ...)
{
	char text[ERR_TEXT_SIZE];
	va_list args;
	size_t room;
	int used;

	va_start(args, format);
	used = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	/* The place matters more than the end of the message. */
	if (used >= 0 && (size_t)used + 2 < sizeof(text)) {
		room = sizeof(text) - (size_t)used - 2;
		memcpy(text + used, ": ", 2);
		memcpy(text + used + 2, err->text, room);
		text[sizeof(text) - 1] = '\0';
	}
	memcpy(err->text, text, sizeof(text));
	return (-1);
}
