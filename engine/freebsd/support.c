/*
 * What stands for the rest of FreeBSD's kernel: the memory of a domain, its
 * counters, the calling thread, panic().  Not instrumented: in a kernel this is
 * other code than the core, and what it costs is in the headers.
 *
 * What is static here belongs to one copy of the core: what a kernel sets up
 * once, and what is as new for each run, see freebsd_feed().  Which domains a
 * run has is noted in its memory.
 *
 * A kernel has one set of counters for all domains.  It lies in the newest one;
 * what it tells is told of that one.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/kernel.h>
#include <sys/sysctl.h>
#include <vm/uma.h>

#include <stdarg.h>

#include "engine/freebsd/domain.h"

/* --- memory --------------------------------------------------------------------- */

struct uma_zone {
	size_t size;
	uint32_t flags;
};

enum { ZONES_MAX = 8, MESSAGE_SIZE = 200 };

static struct uma_zone zones[ZONES_MAX];
static unsigned zone_count;

#undef ticks
_Atomic(int) *ticks;

/* The newest domain of this run. */
static char *
newest(void)
{

	return (*(char **)kern_notes());
}

uma_zone_t
uma_zcreate(const char *name, size_t size, uma_ctor ctor, uma_dtor dtor,
    uma_init init, uma_fini fini, int align, uint32_t flags)
{

	(void)name;
	if (zone_count == ZONES_MAX || size > FREEBSD_LINE ||
	    align >= FREEBSD_BLOCK || ctor != NULL || dtor != NULL ||
	    init != NULL || fini != NULL)
		panic("uma_zcreate: %s is no zone of a core", name);
	zones[zone_count].size = size;
	zones[zone_count].flags = flags;
	return (&zones[zone_count++]);
}

/* The shared block is the first, those of the CPUs follow. */
void *
uma_zalloc(uma_zone_t zone, int flags)
{

	(void)flags;
	KERN_ASSERT(newest() != NULL, "uma_zalloc: no domain is being created");
	return ((zone->flags & UMA_ZONE_PCPU) != 0 ? newest() + FREEBSD_BLOCK :
	    newest());
}

void *
uma_zalloc_pcpu(uma_zone_t zone, int flags)
{

	return (uma_zalloc(zone, flags));
}

/* The pages go back as a whole: smr_destroy() in smr_freebsd.c. */
void
uma_zfree(uma_zone_t zone, void *item)
{

	(void)zone;
	(void)item;
}

void
uma_zfree_pcpu(uma_zone_t zone, void *item)
{

	uma_zfree(zone, item);
}

/* --- the calling thread ----------------------------------------------------------- */

struct thread *
freebsd_curthread(void)
{
	static struct thread copies[KERN_CPUS_MAX];
	struct thread *copy;

	copy = &copies[kern_cpu()];
	copy->td_critnest = (int)kern_critical_depth();
	copy->td_oncpu = kern_cpu();
	return (copy);
}

/* --- counters, and what they tell --------------------------------------------------- */

struct freebsd_counter {
	const char *name;
	enum kern_event event;
};

static struct freebsd_counter counters[FREEBSD_COUNTERS];
static unsigned counter_count;

/* What each CPU is about; preemption is off in all of this. */
static struct cpu_trace {
	bool entering;		/* the next load of wr is a reader's */
	bool scanning;
	unsigned waiting;	/* depth at which an advance began to wait */
} traces[KERN_CPUS_MAX];

static bool
same(const char *a, const char *b)
{

	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return (*a == *b);
}

counter_u64_t
counter_u64_alloc(int flags)
{

	(void)flags;
	if (counter_count == FREEBSD_COUNTERS)
		panic("the core has more than %d counters", FREEBSD_COUNTERS);
	counters[counter_count].name = "";
	counters[counter_count].event = KERN_EVENT_COUNT;
	return (&counters[counter_count++]);
}

void
freebsd_counter_name(counter_u64_t *counter, const char *name)
{

	if (*counter == EARLY_COUNTER)
		*counter = counter_u64_alloc(0);
	(*counter)->name = name;
	if (same(name, "poll_scan"))
		(*counter)->event = KERN_POLL_SCAN;
	else if (same(name, "advance_wait"))
		(*counter)->event = KERN_ADVANCE_WAIT;
}

uint64_t *
freebsd_counter_at(counter_u64_t counter)
{

	KERN_ASSERT(counter != NULL && newest() != NULL,
	    "a counter is used that has no sysctl, or before any domain");
	return ((uint64_t *)(void *)(newest() + FREEBSD_BLOCK *
	    (1 + (size_t)kern_cpu()) + FREEBSD_LINE) + (counter - counters));
}

enum kern_event
freebsd_counter_event(counter_u64_t counter)
{
	struct cpu_trace *trace;

	trace = &traces[kern_cpu()];
	if (counter->event == KERN_POLL_SCAN)
		trace->scanning = true;
	else if (counter->event == KERN_ADVANCE_WAIT) {
		trace->waiting = kern_critical_depth();
		kern_event(KERN_WAIT_BEGIN, freebsd_counter_owner(), 0, 0);
	}
	return (counter->event);
}

const void *
freebsd_counter_owner(void)
{

	return (newest() + FREEBSD_BLOCK);
}

uint64_t
freebsd_counted(const void *smr, const char *name)
{
	const uint64_t *words;
	uint64_t sum;
	uint32_t cpu;
	unsigned i;

	sum = 0;
	for (i = 0; i < counter_count; i++) {
		if (!same(counters[i].name, name))
			continue;
		for (cpu = 0; cpu < freebsd_domain(smr)->cpu_count; cpu++) {
			words = (const uint64_t *)(const void *)
			    ((const char *)smr + cpu * (size_t)FREEBSD_BLOCK +
			    FREEBSD_LINE);
			sum += words[i];
		}
	}
	return (sum);
}

/* A scan ends where its poll lets preemption in, a wait where its advance does. */
void
freebsd_critical_exit(void)
{
	struct freebsd_words words;
	struct cpu_trace *trace;

	trace = &traces[kern_cpu()];
	if (trace->scanning) {
		trace->scanning = false;
		freebsd_core_words(freebsd_counter_owner(), &words);
		kern_event(KERN_POLL_SCANNED, freebsd_counter_owner(),
		    *words.rd, 0);
	}
	if (trace->waiting != 0 && trace->waiting == kern_critical_depth()) {
		trace->waiting = 0;
		kern_event(KERN_WAIT_END, freebsd_counter_owner(), 0, 0);
	}
	kern_critical_exit();
}

void
freebsd_entering(void)
{

	traces[kern_cpu()].entering = true;
}

const void *
freebsd_entered(void)
{
	struct cpu_trace *trace;

	trace = &traces[kern_cpu()];
	if (!trace->entering)
		return (NULL);
	trace->entering = false;
	return (freebsd_counter_owner());
}

void
freebsd_feed(void *region)
{
	unsigned cpu;

	ticks = kern_ticks_at();
	for (cpu = 0; newest() == NULL && cpu < KERN_CPUS_MAX; cpu++)
		traces[cpu] = (struct cpu_trace){ .entering = false };
	freebsd_domain((char *)region + FREEBSD_BLOCK)->older = newest();
	*(char **)kern_notes() = region;
}

void
freebsd_forget(void *region)
{
	char **link;

	for (link = kern_notes(); *link != NULL && *link != (char *)region;
	    link = (char **)&freebsd_domain(*link + FREEBSD_BLOCK)->older)
		continue;
	if (*link != NULL)
		*link = freebsd_domain(*link + FREEBSD_BLOCK)->older;
}

/* --- panic ------------------------------------------------------------------------- */

static size_t
put_text(char *text, size_t used, const char *more)
{

	while (*more != '\0' && used < MESSAGE_SIZE - 1)
		text[used++] = *more++;
	return (used);
}

static size_t
put_number(char *text, size_t used, uint64_t number, unsigned base)
{
	char digits[24];
	size_t at;

	at = sizeof(digits) - 1;
	digits[at] = '\0';
	do {
		digits[--at] = "0123456789abcdef"[number % base];
		number /= base;
	} while (number != 0);
	return (put_text(text, used, &digits[at]));
}

/*
 * One conversion, past its '%'; returns what follows it.  No pointer is ever
 * printed: a message is part of a run's result, and addresses differ.
 */
static const char *
put_value(char *text, size_t *used, const char *format, va_list *values)
{
	const char *word;
	uint64_t number;
	int64_t signed_number;
	unsigned longs;

	for (longs = 0; *format == 'l' || *format == 'j' || *format == 'z';
	    format++)
		longs++;
	switch (*format) {
	case 's':
		word = va_arg(*values, const char *);
		*used = put_text(text, *used, word == NULL ? "(null)" : word);
		break;
	case 'd':
	case 'i':
		signed_number = longs > 0 ? va_arg(*values, int64_t) :
		    va_arg(*values, int);
		if (signed_number < 0)
			*used = put_text(text, *used, "-");
		*used = put_number(text, *used, signed_number < 0 ?
		    0 - (uint64_t)signed_number : (uint64_t)signed_number, 10);
		break;
	case 'u':
	case 'x':
		number = longs > 0 ? va_arg(*values, uint64_t) :
		    va_arg(*values, unsigned);
		*used = put_number(text, *used, number,
		    *format == 'u' ? 10 : 16);
		break;
	case 'p':
		(void)va_arg(*values, void *);
		*used = put_text(text, *used, "(an address)");
		break;
	case '%':
		*used = put_text(text, *used, "%");
		break;
	default:	/* what it takes is not known: the rest stays as it is */
		*used = put_text(text, *used, "%");
		*used = put_text(text, *used, format);
		return ("");
	}
	return (format + 1);
}

void
freebsd_panic(const char *file, int line, const char *format, ...)
{
	static char text[MESSAGE_SIZE];
	char letter[2];
	va_list values;
	size_t used;

	used = 0;
	letter[1] = '\0';
	va_start(values, format);
	while (*format != '\0') {
		if (*format == '%') {
			format = put_value(text, &used, format + 1, &values);
			continue;
		}
		letter[0] = *format++;
		used = put_text(text, used, letter);
	}
	va_end(values);
	text[used] = '\0';
	kern_panic(file, line, text);
}

/* --- boot -------------------------------------------------------------------------- */

/*
 * smr_init() keeps what it gets in variables of the kernel's own, which are no
 * simulated memory and must not be written in a run; so it is called as early
 * as a kernel calls it, and once.
 */
void smr_init(void);

static __attribute__((constructor)) void
support_boot(void)
{

	smr_init();
}
