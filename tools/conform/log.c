/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/conform/log.h"

#include <stdio.h>
#include <string.h>

#include "sim/base/must.h"
#include "sim/lab.h"

const char *const log_value_names[LOG_VALUES] = {
	[LOG_ANSWER] = "answer",
	[LOG_WR] = "wr",
	[LOG_RD] = "rd",
	[LOG_WR_TICKS] = "ticks",
	[LOG_COUNT_ADVANCE] = "advance",
	[LOG_COUNT_ADVANCE_WAIT] = "advance_wait",
	[LOG_COUNT_POLL] = "poll",
	[LOG_COUNT_POLL_SCAN] = "poll_scan",
	[LOG_COUNT_POLL_FAIL] = "poll_fail",
	[LOG_STEPS] = "steps",
};

const char *const log_tally_names[LOG_TALLIES] = {
	[LOG_ENTERS] = "sections",
	[LOG_ADVANCES] = "advances",
	[LOG_WAITS] = "advances that waited",
	[LOG_POLLS_MET] = "polls that were met",
	[LOG_POLLS_FAILED] = "polls that were not",
	[LOG_SCANS] = "scans",
	[LOG_STALE] = "sections that opened behind rd",
	[LOG_WRAPS] = "wraps",
	[LOG_TICKS] = "clock ticks",
};

bool
log_same(const struct log_entry *one, const struct log_entry *other)
{

	return (memcmp(one, other, sizeof(*one)) == 0);
}

/* Every byte of the entry is determined. */
static void
log_fill(struct log_entry *entry, enum log_call call, uint32_t cpu,
    uint64_t argument, uint64_t answer)
{
	struct core_state state;

	memset(entry, 0, sizeof(*entry));
	entry->call = call;
	entry->cpu = cpu;
	entry->argument = argument;
	entry->values[LOG_ANSWER] = answer;
	if (!core_state_read(&state))
		return;
	entry->values[LOG_WR] = state.wr;
	entry->values[LOG_RD] = state.rd;
	entry->values[LOG_WR_TICKS] = state.ticks;
	entry->values[LOG_COUNT_ADVANCE] = state.counters.advance;
	entry->values[LOG_COUNT_ADVANCE_WAIT] = state.counters.advance_wait;
	entry->values[LOG_COUNT_POLL] = state.counters.poll;
	entry->values[LOG_COUNT_POLL_SCAN] = state.counters.poll_scan;
	entry->values[LOG_COUNT_POLL_FAIL] = state.counters.poll_fail;
	entry->values[LOG_STEPS] = state.steps;
	memcpy(entry->c, state.c, sizeof(entry->c));
}

/* `last` is the entry before, or NULL. */
static void
log_tell(struct log *log, const struct log_entry *entry,
    const struct log_entry *last)
{
	uint32_t c;

	switch (entry->call) {
	case LOG_ENTER:
		c = entry->c[entry->cpu % CORE_STATE_CPUS];
		log->tallies[LOG_ENTERS]++;
		log->tallies[LOG_STALE] += c != 0 && (int32_t)(c -
		    (uint32_t)entry->values[LOG_RD]) < 0;
		break;
	case LOG_ADVANCE:
		log->tallies[LOG_ADVANCES]++;
		break;
	case LOG_POLL:
		log->tallies[entry->values[LOG_ANSWER] != 0 ? LOG_POLLS_MET :
		    LOG_POLLS_FAILED]++;
		break;
	case LOG_TICK:
		log->tallies[LOG_TICKS]++;
		break;
	default:
		break;
	}
	if (last == NULL)
		return;
	log->tallies[LOG_WRAPS] += entry->values[LOG_WR] <
	    last->values[LOG_WR] && entry->values[LOG_WR] != 0;
	log->tallies[LOG_WAITS] += entry->values[LOG_COUNT_ADVANCE_WAIT] -
	    last->values[LOG_COUNT_ADVANCE_WAIT];
	log->tallies[LOG_SCANS] += entry->values[LOG_COUNT_POLL_SCAN] -
	    last->values[LOG_COUNT_POLL_SCAN];
}

static void
log_add(struct log *log, const struct stream_event *event, enum log_call call,
    uint64_t argument, uint64_t answer)
{
	struct log_entry *entry;

	if (log->over)
		return;
	if (log->count == log->room) {
		log->entries = must_grow(log->entries, log->count,
		    sizeof(*log->entries));
		log->room = log->room == 0 ? 1 : log->room * 2;
	}
	entry = &log->entries[log->count];
	log_fill(entry, call, event->cpu, argument, answer);
	log_tell(log, entry, log->count == 0 ? NULL : entry - 1);
	log->count++;
	if (call <= LOG_SEQUENCE)
		log->operations++;
	if (log->against != NULL) {
		log->differs = log->count > log->against->count ||
		    !log_same(entry, &log->against->entries[log->count - 1]);
		log->over = log->differs;
	}
	if (log->count >= log->most)
		log->over = true;
}

/* True where a call ends that was not made by another call of the core. */
static bool
log_leave(struct log *log, uint32_t cpu)
{

	if (log->depth[cpu] > 0)
		log->depth[cpu]--;
	return (log->depth[cpu] == 0);
}

static void
log_event(struct tracer *tracer, const struct stream_event *event)
{
	struct log *log = (struct log *)tracer;
	uint32_t cpu, call;

	cpu = event->cpu % CORE_STATE_CPUS;
	switch (event->kind) {
	case STREAM_SECTION_OPEN:
		log_add(log, event, LOG_ENTER, 0, event->a);
		break;
	case STREAM_SECTION_EXIT:
		log_add(log, event, LOG_EXIT, 0, 0);
		break;
	case STREAM_ADVANCE_BEGIN:
	case STREAM_POLL_BEGIN:
		log->depth[cpu]++;
		break;
	case STREAM_ADVANCE_END:
		if (log_leave(log, cpu))
			log_add(log, event, LOG_ADVANCE, 0, event->a);
		break;
	case STREAM_POLL_END:
		if (log_leave(log, cpu))
			log_add(log, event, LOG_POLL, event->a, event->b);
		break;
	case STREAM_CORE:
		call = (uint32_t)(event->a >> 32);
		log_add(log, event, call == LAB_SEQUENCE ? LOG_SEQUENCE :
		    LOG_RETURN, event->a & UINT32_MAX, event->b);
		break;
	case STREAM_TICK:
		log_add(log, event, LOG_TICK, 0, event->a);
		break;
	case STREAM_FINDING:
		log_add(log, event, LOG_FINDING, 0, 0);
		break;
	default:
		break;
	}
}

static void
log_listen(struct tracer *tracer, unsigned cpus,
    const char *const *thread_names, unsigned thread_count)
{

	(void)thread_names;
	(void)thread_count;
	((struct log *)tracer)->cpus = cpus;
}

void
log_begin(struct log *log, size_t most, const struct log *against)
{

	log->tracer.event = log_event;
	log->tracer.begin = log_listen;
	log->count = 0;
	log->most = most;
	log->operations = 0;
	memset(log->tallies, 0, sizeof(log->tallies));
	log->against = against;
	log->differs = false;
	log->over = false;
	memset(log->depth, 0, sizeof(log->depth));
}

void
log_fini(struct log *log)
{

	free(log->entries);
	memset(log, 0, sizeof(*log));
}

void
log_words(const struct log_entry *entry, char *text, size_t room)
{
	static const char *const names[LOG_CALL_COUNT] = {
		[LOG_ENTER] = "enter",
		[LOG_EXIT] = "exit",
		[LOG_ADVANCE] = "advance",
		[LOG_POLL] = "poll",
		[LOG_SEQUENCE] = "look at the sequence",
		[LOG_RETURN] = "return to the caller",
		[LOG_TICK] = "clock tick",
		[LOG_FINDING] = "finding of a check",
	};

	if (entry->call == LOG_POLL)
		snprintf(text, room, "poll of goal %llu",
		    (unsigned long long)entry->argument);
	else
		snprintf(text, room, "%s", names[entry->call]);
}
