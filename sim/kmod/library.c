/*
 * What a module finds of C's library: text, chance, panic; and its tunables.
 *
 * What it reads and writes in passing costs no simulated time, but for
 * memcpy() and its kin.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/checks/check.h"
#include "sim/kmod/guest.h"
#include "sim/machine/hook.h"
#include "sim/memory/memory.h"

/* --- findings ------------------------------------------------------------------------- */

void
guest_name(char *to, size_t room, const char *from)
{
	size_t i;

	for (i = 0; from != NULL && from[i] != '\0' && i + 1 < room; i++)
		to[i] = from[i] >= ' ' && from[i] <= '~' ? from[i] : '?';
	to[i] = '\0';
}

static void
report(const char *check, const void *where, const char *text)
{

	if ((uint64_t)((const unsigned char *)where - guest.block) <
	    guest.object->code_bytes)
		check_report_at(check, &where, 1, "%s, at @0", text);
	else
		check_report(check, "%s", text);
}

void
guest_report(const char *check, const void *where, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	report(check, where, text);
}

static _Noreturn void
stop_here(void)
{

	machine_stop();
	the.cpu->current->critical++;	/* nobody takes this thread off now */
	for (;;)
		machine_wait(the.cpu, the.cpu->now_ps);
}

void
guest_fail(const char *check, const void *where, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	report(check, where, text);
	stop_here();
}

/* --- formatted text --------------------------------------------------------------------- */

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

/* --- messages ------------------------------------------------------------------------------ */

static int
say(const char *format, va_list args)
{
	char text[512];
	int length;

	length = guest_format(text, sizeof(text), format, args);
	if (kmod_listener != NULL)
		kmod_listener(the.cpu->now_ps, the.cpu->index, text);
	return (length);
}

KPI(int, vprintf, const char *format, va_list args)
{

	return (say(format, args));
}

KPI(int, printf, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = say(format, args);
	va_end(args);
	return (length);
}

KPI(void, log, int level, const char *format, ...)
{
	va_list args;

	(void)level;
	va_start(args, format);
	(void)say(format, args);
	va_end(args);
}

KPI(void, panic, const char *file, int line, const char *format, ...)
{
	const char *slash;
	char text[400];
	va_list args;

	va_start(args, format);
	guest_format(text, sizeof(text), format, args);
	va_end(args);
	slash = strrchr(file, '/');
	guest_fail("assertion", NULL, "panic: %s, at %.60s:%d", text,
	    slash == NULL ? file : slash + 1, line);
}

/* --- chance ----------------------------------------------------------------------------------- */

static uint64_t
draw(void)
{
	struct guest_thread *self;

	self = guest_self();
	if (!self->drawn)
		rng_init(&self->rng, lab.spec->seed, "kernel_module",
		    self->thread->number);
	self->drawn = true;
	return (rng_next(&self->rng));
}

static uint64_t
draw_below(uint64_t bound)
{

	(void)draw();	/* the stream has begun */
	return (rng_below(&guest_self()->rng, bound));
}

KPI(unsigned long, random, void)
{

	return ((unsigned long)(draw() >> 33));
}

KPI(void, srandom, unsigned long seed)
{

	(void)seed;	/* the run's seed decides */
}

KPI(uint32_t, arc4random, void)
{

	return ((uint32_t)(draw() >> 32));
}

KPI(uint32_t, arc4random_uniform, uint32_t bound)
{

	return ((uint32_t)draw_below(bound));
}

KPI(uint32_t, prng32, void)
{

	return ((uint32_t)(draw() >> 32));
}

KPI(uint32_t, prng32_bounded, uint32_t bound)
{

	return ((uint32_t)draw_below(bound));
}

KPI(uint64_t, prng64, void)
{

	return (draw());
}

KPI(uint64_t, prng64_bounded, uint64_t bound)
{

	return (draw_below(bound));
}

KPI(void, arc4random_buf, void *to, size_t bytes)
{
	unsigned char *at;
	uint64_t word;
	size_t step;

	for (at = to; bytes > 0; at += step, bytes -= step) {
		word = draw();
		step = bytes < 8 ? bytes : 8;
		memcpy(at, &word, step);
	}
}

KPI(void, arc4rand, void *to, unsigned bytes, int reseed)
{

	(void)reseed;
	kmod_arc4random_buf(to, bytes);
}

/* --- tunables ----------------------------------------------------------------------------------- */

/* The names of sysctls have dots where those of their nodes have not. */
static bool
same_name(const char *given, size_t length, const char *name)
{
	size_t i;

	while (*name == '_')
		name++;
	for (i = 0; i < length; i++)
		if (given[i] != name[i] && !((given[i] == '.' ||
		    given[i] == '_') && (name[i] == '.' || name[i] == '_')))
			return (false);
	return (name[length] == '\0');
}

/* The text of NAME=VALUE, ..., or NULL; `length` gets that of the value. */
static const char *
tunable(const char *name, size_t *length)
{
	const char *at, *equals;
	size_t pair;

	for (at = guest.config->tunables; *at != '\0'; at += pair) {
		at += strspn(at, " ,;");
		pair = strcspn(at, " ,;");
		equals = memchr(at, '=', pair);
		if (equals != NULL &&
		    same_name(at, (size_t)(equals - at), name)) {
			*length = pair - (size_t)(equals + 1 - at);
			return (equals + 1);
		}
	}
	return (NULL);
}

static bool
tunable_number(const char *name, int64_t *value)
{
	const char *text;
	char copy[40];
	size_t length;

	text = tunable(name, &length);
	if (text == NULL || length == 0 || length >= sizeof(copy))
		return (false);
	guest_name(copy, length + 1, text);
	if (strcmp(copy, "true") == 0 || strcmp(copy, "false") == 0)
		*value = copy[0] == 't';
	else
		*value = strtoll(copy, NULL, 0);
	return (true);
}

static void
tunable_store(void *variable, uint64_t bytes, int64_t value)
{

	if (bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8)
		atomic_write(variable, (uint32_t)bytes, (uint64_t)value,
		    ORDER_RELAXED, NULL);
}

static bool
tunable_string(const char *name, char *to, size_t room)
{
	const char *text;
	char copy[KNOB_WORDS_SIZE];
	size_t length;

	text = tunable(name, &length);
	if (text == NULL || room == 0)
		return (false);
	guest_name(copy, length + 1, text);
	if (length >= room)
		length = room - 1;
	copy[length] = '\0';
	memcpy(to, copy, length + 1);
	return (true);
}

void
tunables_apply(void)
{
	const struct shape_tunable *one;
	const struct object_set *set;
	int64_t value;
	uint32_t i;

	set = object_set(guest.object, "gusim_tunables");
	for (i = 0; set != NULL && i < set->count; i++) {
		one = ((const struct shape_tunable *const *)(void *)
		    (guest.block + set->at))[i];
		if (one->bytes == 0)
			(void)tunable_string(one->path, one->variable,
			    (size_t)one->room);
		else if (tunable_number(one->path, &value))
			tunable_store(one->variable, one->bytes, value);
	}
}

#define FETCH(name, type)						\
KPI(int, getenv_##name, const char *path, type *variable)		\
{									\
	int64_t value;							\
									\
	if (!tunable_number(path, &value))				\
		return (0);						\
	tunable_store(variable, sizeof(*variable), value);		\
	return (1);							\
}
FETCH(int, int)
FETCH(uint, unsigned)
FETCH(long, long)
FETCH(ulong, unsigned long)
FETCH(quad, int64_t)
FETCH(bool, bool)

KPI(int, getenv_string, const char *path, char *to, int room)
{

	return (tunable_string(path, to, room < 0 ? 0 : (size_t)room));
}

/* Nobody asks from outside. */
#define HANDLER(name)							\
KPI(int, sysctl_handle_##name, void *oid, void *one, intmax_t two,	\
    void *request)							\
{									\
									\
	(void)oid;							\
	(void)one;							\
	(void)two;							\
	(void)request;							\
	return (SHAPE_ENOENT);						\
}
HANDLER(int)
HANDLER(long)
HANDLER(64)
HANDLER(string)

/* --- text and memory that is only read ---------------------------------------------------------- */

/* strcpy() and its kin: what is written is an access. */
KPI(char *, strcpy, char *to, const char *from)
{

	memcpy(to, from, strlen(from) + 1);
	return (to);
}

KPI(char *, strncpy, char *to, const char *from, size_t room)
{
	size_t length;

	length = strnlen(from, room);
	memcpy(to, from, length);
	if (length < room)
		memset(to + length, 0, room - length);
	return (to);
}

KPI(char *, strcat, char *to, const char *from)
{

	memcpy(to + strlen(to), from, strlen(from) + 1);
	return (to);
}

KPI(size_t, strlcpy, char *to, const char *from, size_t room)
{
	size_t length, bytes;

	length = strlen(from);
	if (room == 0)
		return (length);
	bytes = length < room ? length : room - 1;
	memcpy(to, from, bytes);
	memset(to + bytes, 0, 1);
	return (length);
}

KPI(size_t, strlcat, char *to, const char *from, size_t room)
{
	size_t before;

	before = strnlen(to, room);
	if (before == room)
		return (room + strlen(from));
	return (before + kmod_strlcpy(to + before, from, room - before));
}

KPI(void, qsort, void *base, size_t count, size_t bytes,
    int (*compare)(const void *, const void *))
{
	unsigned char hold[256], *at;
	size_t gap, i, j;

	if (bytes == 0 || bytes > sizeof(hold))
		guest_fail("assertion", __builtin_return_address(0),
		    "qsort() is asked to sort things of %zu bytes; allowed are "
		    "up to %zu", bytes, sizeof(hold));
	at = base;
	for (gap = count / 2; gap > 0; gap /= 2)
		for (i = gap; i < count; i++) {
			memcpy(hold, at + i * bytes, bytes);
			for (j = i; j >= gap &&
			    compare(at + (j - gap) * bytes, hold) > 0; j -= gap)
				memcpy(at + j * bytes,
				    at + (j - gap) * bytes, bytes);
			memcpy(at + j * bytes, hold, bytes);
		}
}
