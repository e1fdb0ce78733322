/*
 * What a module finds of C's library: text, chance, panic.
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

/* --- findings ----------------------------------------------------------- */

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

/* --- messages ----------------------------------------------------------- */

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

/* --- chance ------------------------------------------------------------- */

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

/* --- text and memory that is only read ---------------------------------- */

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
