/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/checks/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/machine/machine.h"

#define CHECK(name) extern const struct check check_##name;
#include "sim/checks/checks.def"
#undef CHECK

static const struct check *const checks[] = {
#define CHECK(name) &check_##name,
#include "sim/checks/checks.def"
#undef CHECK
};

enum { CHECK_COUNT = sizeof(checks) / sizeof(checks[0]) };

const struct check_def *const check_table[] = {
#define CHECK(name) &check_##name.def,
#include "sim/checks/checks.def"
#undef CHECK
};
const size_t check_table_count = CHECK_COUNT;

static struct run_result *check_result;
static uint32_t check_item;

void
checks_begin(struct run_result *result)
{
	size_t i;

	check_result = result;
	check_item = 0;
	for (i = 0; i < CHECK_COUNT; i++)
		if (checks[i]->begin != NULL)
			checks[i]->begin();
}

uint64_t
checks_listen(void)
{
	uint64_t mask;
	size_t i;

	mask = 0;
	for (i = 0; i < CHECK_COUNT; i++)
		mask |= checks[i]->listens;
	return (mask);
}

void
checks_event(const struct stream_event *event)
{
	size_t i;

	for (i = 0; i < CHECK_COUNT; i++)
		if (checks[i]->listens >> event->kind & 1)
			checks[i]->event(event);
}

void
checks_end(void)
{
	size_t i;

	for (i = 0; i < CHECK_COUNT; i++)
		if (checks[i]->end != NULL)
			checks[i]->end();
}

static __attribute__((format(printf, 4, 0))) void
report(const char *check, const void *const *where, size_t count,
    const char *format, va_list args)
{
	struct run_finding *finding;
	struct stream_event event;
	uint32_t item;
	size_t i;

	item = check_item;
	check_item = 0;
	for (i = 0; i < check_result->finding_count; i++)
		if (strcmp(check_result->findings[i].check, check) == 0) {
			check_result->findings[i].repeats++;
			return;
		}
	if (check_result->finding_count == RUN_FINDINGS_MAX)
		return;
	finding = &check_result->findings[check_result->finding_count++];
	memset(finding, 0, sizeof(*finding));
	finding->check = check;
	vsnprintf(finding->summary, sizeof(finding->summary), format, args);
	for (i = 0; i < count && i < RUN_WHERE_MAX; i++)
		finding->where[i] = stream_place(where[i]);
	finding->where_count = i;
	if (the.cpu == NULL)
		return;
	finding->at_ps = the.cpu->now_ps;
	finding->cpu = the.cpu->index;
	memset(&event, 0, sizeof(event));
	event.at_ps = the.cpu->now_ps;
	event.kind = STREAM_FINDING;
	event.cpu = the.cpu->index;
	event.thread = the.cpu->current->number;
	event.text = check;
	event.a = item;
	event.where = count == 0 ? NULL : where[0];
	event.in_window = the.in_window;
	the.ports.event(&event);
}

void
check_about(uint32_t item)
{

	check_item = item;
}

void
check_report(const char *check, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report(check, NULL, 0, format, args);
	va_end(args);
}

void
check_report_at(const char *check, const void *const *where, size_t count,
    const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report(check, where, count, format, args);
	va_end(args);
}

const char *
check_time(uint64_t ps, char *text, unsigned room)
{
	static const struct {
		uint64_t ps;
		const char *unit;
	} units[] = {
		{ UINT64_C(1000000000000), "s" },
		{ UINT64_C(1000000000), "ms" },
		{ UINT64_C(1000000), "us" },
		{ UINT64_C(1000), "ns" },
		{ UINT64_C(1), "ps" },
	};
	size_t i;

	for (i = 0; i < 4 && ps < units[i].ps; i++)
		;
	snprintf(text, room, "%llu.%llu %s",
	    (unsigned long long)(ps / units[i].ps),
	    (unsigned long long)(ps % units[i].ps * 10 / units[i].ps),
	    units[i].unit);
	return (text);
}
