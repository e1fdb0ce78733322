/*
 * printf(9)'s formats.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "sim/kmod/guest.h"

struct writer {
	char *text;
	size_t room;
	size_t length;
};

static void
put(struct writer *writer, char c)
{

	if (writer->length + 1 < writer->room)
		writer->text[writer->length] = c;
	writer->length++;
}

static void
put_padded(struct writer *writer, const char *text, size_t length, int width,
    bool left, char fill)
{
	size_t i, pad;

	pad = width > 0 && (size_t)width > length ? (size_t)width - length : 0;
	/* A sign comes before zeros. */
	if (fill == '0' && length > 0 && *text == '-' && !left) {
		put(writer, *text++);
		length--;
	}
	for (i = 0; i < pad && !left; i++)
		put(writer, fill);
	for (i = 0; i < length; i++)
		put(writer, text[i]);
	for (i = 0; i < pad && left; i++)
		put(writer, ' ');
}

static void
put_number(struct writer *writer, uint64_t value, unsigned base, bool minus,
    const char *prefix, int width, bool left, char fill, bool large)
{
	char digits[72];
	size_t at;

	at = sizeof(digits);
	do {
		digits[--at] = (large ? "0123456789ABCDEF" :
		    "0123456789abcdef")[value % base];
		value /= base;
	} while (value != 0);
	while (*prefix != '\0')
		digits[--at] = *prefix++;
	if (minus)
		digits[--at] = '-';
	put_padded(writer, digits + at, sizeof(digits) - at, width, left,
	    fill);
}

static uint64_t
integer(va_list *args, int size, bool with_sign)
{
	int64_t value;

	if (size >= 1)
		return (va_arg(*args, uint64_t));
	value = va_arg(*args, int);
	if (size == -1)
		value = (short)value;
	else if (size == -2)
		value = (signed char)value;
	if (with_sign)
		return ((uint64_t)value);
	return (size == 0 ? (uint32_t)value : size == -1 ? (uint16_t)value :
	    (uint8_t)value);
}

/*
 * Addresses are written as distances from the start of the machine's memory, so
 * that a run says the same in every process.
 */
static uint64_t
address(const void *pointer)
{
	uint64_t offset;

	offset = (uint64_t)((const unsigned char *)pointer - the.base);
	return (pointer == NULL ? 0 : offset < the.arena.bytes ? offset :
	    UINT64_MAX);
}

int
guest_format(char *text, size_t room, const char *format, va_list given)
{
	struct writer writer = { text, room, 0 };
	int precision, size, width;
	const char *string;
	bool left, alternate;
	uint64_t value;
	va_list args;
	size_t length;
	char fill;

	va_copy(args, given);
	for (; *format != '\0'; format++) {
		if (*format != '%') {
			put(&writer, *format);
			continue;
		}
		left = alternate = false;
		fill = ' ';
		width = size = 0;
		precision = -1;
		for (format++; *format != '\0' &&
		    strchr("-+ #0", *format) != NULL; format++) {
			left = left || *format == '-';
			alternate = alternate || *format == '#';
			if (*format == '0')
				fill = '0';
		}
		for (; *format == '*' || (*format >= '0' && *format <= '9');
		    format++)
			width = *format == '*' ? va_arg(args, int) :
			    width < 1000 ? width * 10 + (*format - '0') :
			    width;
		if (*format == '.') {
			precision = 0;
			for (format++; *format == '*' ||
			    (*format >= '0' && *format <= '9'); format++)
				precision = *format == '*' ?
				    va_arg(args, int) : precision < 1000 ?
				    precision * 10 + (*format - '0') :
				    precision;
		}
		for (; *format != '\0' && strchr("lhqjzt", *format) != NULL;
		    format++)
			size += *format == 'h' ? -1 : 1;
		switch (*format) {
		case 'd':
		case 'i':
			value = integer(&args, size, true);
			put_number(&writer, (int64_t)value < 0 ? 0 - value :
			    value, 10, (int64_t)value < 0, "", width, left,
			    fill, false);
			break;
		case 'u':
			put_number(&writer, integer(&args, size, false), 10,
			    false, "", width, left, fill, false);
			break;
		case 'o':
			put_number(&writer, integer(&args, size, false), 8,
			    false, "", width, left, fill, false);
			break;
		case 'x':
		case 'X':
			put_number(&writer, integer(&args, size, false), 16,
			    false, alternate ? "x0" : "", width, left, fill,
			    *format == 'X');
			break;
		case 'p':
			value = address(va_arg(args, const void *));
			if (value == UINT64_MAX)
				put_padded(&writer, "(host)", 6, width, left,
				    ' ');
			else
				put_number(&writer, value, 16, false, "x0",
				    width, left, ' ', false);
			break;
		case 'c':
			put(&writer, (char)va_arg(args, int));
			break;
		case 's':
			string = va_arg(args, const char *);
			if (string == NULL)
				string = "(null)";
			for (length = 0; (precision < 0 ||
			    length < (size_t)precision) &&
			    string[length] != '\0'; length++)
				;
			put_padded(&writer, string, length, width, left, ' ');
			break;
		case '%':
			put(&writer, '%');
			break;
		case '\0':
			format--;
			break;
		default:
			put(&writer, '%');
			put(&writer, *format);
			break;
		}
	}
	va_end(args);
	if (room > 0)
		text[writer.length < room ? writer.length : room - 1] = '\0';
	return ((int)writer.length);
}

/* Into the module's memory: an access, if it is any. */
static int
format_into(char *to, size_t room, const char *format, va_list args)
{
	char text[1024];
	size_t bytes;
	int length;

	length = guest_format(text, sizeof(text), format, args);
	if (room == 0)
		return (length);
	bytes = strlen(text);
	if (bytes >= room)
		bytes = room - 1;
	text[bytes] = '\0';
	memcpy(to, text, bytes + 1);
	return (length);
}

KPI(int, vsnprintf, char *text, size_t room, const char *format, va_list args)
{

	return (format_into(text, room, format, args));
}

KPI(int, snprintf, char *text, size_t room, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = format_into(text, room, format, args);
	va_end(args);
	return (length);
}

KPI(int, vsprintf, char *text, const char *format, va_list args)
{

	return (format_into(text, SIZE_MAX, format, args));
}

KPI(int, sprintf, char *text, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = format_into(text, SIZE_MAX, format, args);
	va_end(args);
	return (length);
}
