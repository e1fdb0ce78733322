/*
 * The trace as a file of TracePacket messages.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/source/source.h"
#include "tools/trace/perfetto.h"
#include "tools/trace/perfetto_entry.h"
#include "tools/trace/proto.h"

/* Numbers of fields, by message. */
enum {
	TRACE_PACKET = 1,

	PACKET_FTRACE = 1,
	PACKET_TIMESTAMP = 8,
	PACKET_SEQUENCE = 10,
	PACKET_EVENT = 11,
	PACKET_INTERNED = 12,
	PACKET_FLAGS = 13,
	PACKET_DESCRIPTOR = 60,

	DESCRIPTOR_UUID = 1,
	DESCRIPTOR_NAME = 2,
	DESCRIPTOR_PROCESS = 3,
	DESCRIPTOR_THREAD = 4,
	DESCRIPTOR_PARENT = 5,
	DESCRIPTOR_COUNTER = 8,

	PROCESS_PID = 1,
	PROCESS_NAME = 6,
	THREAD_PID = 1,
	THREAD_TID = 2,
	THREAD_NAME = 5,
	COUNTER_UNIT = 3,

	EVENT_ANNOTATION = 4,
	EVENT_TYPE = 9,
	EVENT_TRACK = 11,
	EVENT_NAME = 23,
	EVENT_VALUE = 30,
	EVENT_SOURCE = 34,
	EVENT_FLOW = 47,
	EVENT_FLOW_END = 48,

	ANNOTATION_UINT = 3,
	ANNOTATION_STRING = 6,
	ANNOTATION_NAME = 10,

	INTERNED_SOURCE = 4,
	SOURCE_NUMBER = 1,
	SOURCE_FILE = 2,
	SOURCE_FUNCTION = 3,
	SOURCE_LINE = 4,

	BUNDLE_CPU = 1,
	BUNDLE_EVENT = 2,
	FTRACE_TIMESTAMP = 1,
	FTRACE_PID = 2,
	FTRACE_SCHED_SWITCH = 4,
	SWITCH_PREV_COMM = 1,
	SWITCH_PREV_PID = 2,
	SWITCH_PREV_PRIO = 3,
	SWITCH_PREV_STATE = 4,
	SWITCH_NEXT_COMM = 5,
	SWITCH_NEXT_PID = 6,
	SWITCH_NEXT_PRIO = 7,
};

enum { TYPE_BEGIN = 1, TYPE_END = 2, TYPE_INSTANT = 3, TYPE_COUNTER = 4 };
enum { UNIT_COUNT = 2, UNIT_BYTES = 3 };

enum {
	SEQUENCE = 1,		/* all packets of slices are from one writer */
	SEQUENCE_FTRACE = 2,
	SEQUENCE_STARTS = 1,	/* a flag: nothing from before is needed */
	SEQUENCE_GOES_ON = 2,	/* a flag: what was interned before is */
	PROCESS = 1,		/* the pid of everything simulated */
	PRIORITY = 120,
	STATE_READY = 0,	/* TASK_RUNNING: it was taken off */
	STATE_ASLEEP = 1,
	NAME_SIZE = 64,
};

/* Numbers of tracks; anything but 0 that differs. */
enum track_base {
	TRACK_RUN = 1,
	TRACK_CPU = 1000,
	TRACK_LANE = 100000,
	TRACK_COUNTER = 200000,
	TRACK_THREAD = 300000,
	TRACK_PROCESS = 400000,
};

struct writer {
	const struct perfetto *perfetto;
	FILE *out;
	struct proto trace, packet, message, inner, event;
	uint64_t *places;	/* those that the file knows, from number 1 on */
	size_t place_count;
};

/* Wraps the packet, writes it out and is ready for the next. */
static void
flush(struct writer *writer)
{

	proto_message(&writer->trace, TRACE_PACKET, &writer->packet);
	fwrite(writer->trace.bytes, 1, writer->trace.length, writer->out);
	writer->trace.length = 0;
	writer->packet.length = 0;
	writer->message.length = 0;
	writer->inner.length = 0;
	writer->event.length = 0;
}

static void
write_descriptor(struct writer *writer)
{

	proto_number(&writer->packet, PACKET_SEQUENCE, SEQUENCE);
	proto_message(&writer->packet, PACKET_DESCRIPTOR, &writer->message);
	flush(writer);
}

static void
write_track(struct writer *writer, uint64_t track, uint64_t parent,
    const char *name)
{

	proto_number(&writer->message, DESCRIPTOR_UUID, track);
	if (parent != 0)
		proto_number(&writer->message, DESCRIPTOR_PARENT, parent);
	proto_text(&writer->message, DESCRIPTOR_NAME, name);
}

static void
write_tracks(struct writer *writer)
{
	/* Lanes of one name are shown as one. */
	static const char *const lanes[LANES] = { "threads", "platform",
	    "stores", "stores", "stores", "stores" };
	const struct perfetto *perfetto = writer->perfetto;
	char name[NAME_SIZE];
	uint32_t cpu;
	unsigned i, lane;

	write_track(writer, TRACK_RUN, 0, "gusim");
	write_descriptor(writer);
	for (cpu = 0; cpu < perfetto->cpu_count; cpu++) {
		snprintf(name, sizeof(name), "CPU %u", cpu);
		write_track(writer, TRACK_CPU + cpu, TRACK_RUN, name);
		write_descriptor(writer);
		for (lane = 0; lane < LANES; lane++) {
			snprintf(name, sizeof(name), "CPU %u %s", cpu,
			    lanes[lane]);
			write_track(writer, TRACK_LANE + perfetto_lane(cpu,
			    (enum lane)lane), TRACK_CPU + cpu, name);
			write_descriptor(writer);
		}
	}
	for (i = 0; i < COUNTERS; i++) {
		write_track(writer, TRACK_COUNTER + i, TRACK_RUN,
		    perfetto_counters[i]);
		proto_number(&writer->inner, COUNTER_UNIT,
		    i == COUNTER_BUCKETS ? UNIT_BYTES : UNIT_COUNT);
		proto_message(&writer->message, DESCRIPTOR_COUNTER,
		    &writer->inner);
		write_descriptor(writer);
	}
}

/* So that the scheduling lanes know the threads by name. */
static void
write_threads(struct writer *writer)
{
	const struct perfetto *perfetto = writer->perfetto;
	unsigned i;

	proto_number(&writer->message, DESCRIPTOR_UUID, TRACK_PROCESS);
	proto_number(&writer->inner, PROCESS_PID, PROCESS);
	proto_text(&writer->inner, PROCESS_NAME, "simulated machine");
	proto_message(&writer->message, DESCRIPTOR_PROCESS, &writer->inner);
	write_descriptor(writer);
	for (i = 0; i < perfetto->thread_count; i++) {
		proto_number(&writer->message, DESCRIPTOR_UUID,
		    (uint64_t)TRACK_THREAD + i);
		proto_number(&writer->message, DESCRIPTOR_PARENT,
		    TRACK_PROCESS);
		proto_number(&writer->inner, THREAD_PID, PROCESS);
		proto_number(&writer->inner, THREAD_TID, i + 1);
		proto_text(&writer->inner, THREAD_NAME,
		    perfetto->thread_names[i]);
		proto_message(&writer->message, DESCRIPTOR_THREAD,
		    &writer->inner);
		write_descriptor(writer);
	}
}

static void
write_event(struct writer *writer, uint64_t at_ns)
{

	proto_number(&writer->packet, PACKET_TIMESTAMP, at_ns);
	proto_number(&writer->packet, PACKET_SEQUENCE, SEQUENCE);
	proto_message(&writer->packet, PACKET_EVENT, &writer->message);
	flush(writer);
}

/* The first event: where all this is from. */
static void
write_notes(struct writer *writer, uint64_t at_ns)
{
	const struct perfetto *perfetto = writer->perfetto;
	char dropped[NAME_SIZE];
	size_t i;

	proto_number(&writer->packet, PACKET_FLAGS, SEQUENCE_STARTS);
	proto_number(&writer->message, EVENT_TYPE, TYPE_INSTANT);
	proto_number(&writer->message, EVENT_TRACK, TRACK_RUN);
	proto_text(&writer->message, EVENT_NAME, "run");
	snprintf(dropped, sizeof(dropped), "%llu",
	    (unsigned long long)perfetto_dropped(perfetto));
	for (i = 0; i <= perfetto->note_count; i++) {
		writer->inner.length = 0;
		proto_text(&writer->inner, ANNOTATION_NAME,
		    i == perfetto->note_count ? "entries before this window" :
		    perfetto->notes[i].name);
		proto_text(&writer->inner, ANNOTATION_STRING,
		    i == perfetto->note_count ? dropped :
		    perfetto->notes[i].value);
		proto_message(&writer->message, EVENT_ANNOTATION,
		    &writer->inner);
	}
	write_event(writer, at_ns);
}

/* The line of code, told once and from then on by its number. */
static void
write_source(struct writer *writer, uint64_t place)
{
	struct source source;
	size_t i;

	for (i = 0; i < writer->place_count && writer->places[i] != place; i++)
		;
	if (i == writer->place_count) {
		writer->places = must_grow(writer->places, i,
		    sizeof(*writer->places));
		writer->places[writer->place_count++] = place;
		source_find(place, &source);
		proto_number(&writer->inner, SOURCE_NUMBER, i + 1);
		proto_text(&writer->inner, SOURCE_FILE, source.file);
		proto_text(&writer->inner, SOURCE_FUNCTION, source.function);
		proto_number(&writer->inner, SOURCE_LINE,
		    (uint64_t)source.line);
		proto_message(&writer->event, INTERNED_SOURCE, &writer->inner);
		proto_message(&writer->packet, PACKET_INTERNED,
		    &writer->event);
		writer->inner.length = 0;
	}
	proto_number(&writer->packet, PACKET_FLAGS, SEQUENCE_GOES_ON);
	proto_number(&writer->message, EVENT_SOURCE, i + 1);
}

static void
write_slice(struct writer *writer, const struct entry *entry, uint64_t at_ns)
{
	static const uint64_t types[] = {
		[ENTRY_BEGIN] = TYPE_BEGIN,
		[ENTRY_END] = TYPE_END,
		[ENTRY_INSTANT] = TYPE_INSTANT,
	};
	struct proto *message = &writer->message;

	proto_number(message, EVENT_TYPE, types[entry->kind]);
	proto_number(message, EVENT_TRACK, TRACK_LANE + entry->where);
	if (entry->kind != ENTRY_END)
		proto_text(message, EVENT_NAME, entry->name);
	if (entry->place != 0)
		write_source(writer, entry->place);
	if (entry->argument != NULL) {
		proto_text(&writer->inner, ANNOTATION_NAME, entry->argument);
		proto_number(&writer->inner, ANNOTATION_UINT, entry->number);
		proto_message(message, EVENT_ANNOTATION, &writer->inner);
	}
	if (entry->flow_kind != FLOW_NONE)
		proto_fixed64(message, entry->flow_kind == FLOW_STARTS ?
		    EVENT_FLOW : EVENT_FLOW_END, entry->flow);
	write_event(writer, at_ns);
}

static void
write_counter(struct writer *writer, const struct entry *entry, uint64_t at_ns)
{

	proto_number(&writer->message, EVENT_TYPE, TYPE_COUNTER);
	proto_number(&writer->message, EVENT_TRACK,
	    TRACK_COUNTER + entry->where);
	proto_number(&writer->message, EVENT_VALUE, entry->number);
	write_event(writer, at_ns);
}

static const char *
thread_name(const struct perfetto *perfetto, uint64_t thread, uint32_t cpu,
    char idle[NAME_SIZE])
{

	if (thread != 0)
		return (perfetto->thread_names[thread - 1]);
	snprintf(idle, NAME_SIZE, "swapper/%u", cpu);
	return (idle);
}

/* As the kernel's own tracer would have written it. */
static void
write_switch(struct writer *writer, const struct entry *entry)
{
	const struct perfetto *perfetto = writer->perfetto;
	char idle[NAME_SIZE];
	struct proto *inner = &writer->inner;

	proto_text(inner, SWITCH_PREV_COMM, thread_name(perfetto,
	    entry->leaves, entry->where, idle));
	proto_number(inner, SWITCH_PREV_PID, entry->leaves);
	proto_number(inner, SWITCH_PREV_PRIO, PRIORITY);
	proto_number(inner, SWITCH_PREV_STATE, entry->leaves == 0 ||
	    entry->flow_kind != 0 ? STATE_READY : STATE_ASLEEP);
	proto_text(inner, SWITCH_NEXT_COMM, thread_name(perfetto,
	    entry->number, entry->where, idle));
	proto_number(inner, SWITCH_NEXT_PID, entry->number);
	proto_number(inner, SWITCH_NEXT_PRIO, PRIORITY);
	proto_number(&writer->event, FTRACE_TIMESTAMP, entry->at_ns);
	proto_number(&writer->event, FTRACE_PID, entry->leaves);
	proto_message(&writer->event, FTRACE_SCHED_SWITCH, inner);
	proto_number(&writer->message, BUNDLE_CPU, entry->where);
	proto_message(&writer->message, BUNDLE_EVENT, &writer->event);
	proto_number(&writer->packet, PACKET_SEQUENCE, SEQUENCE_FTRACE);
	proto_message(&writer->packet, PACKET_FTRACE, &writer->message);
	flush(writer);
}

/*
 * Slices that were open when the window begins: their ends are met with
 * nothing open.  The last such end belongs to the outermost slice, which must
 * begin first.
 */
static void
open_window(struct writer *writer, uint64_t at_ns)
{
	const struct perfetto *perfetto = writer->perfetto;
	const struct entry *entry;
	struct entry begin;
	unsigned *depths;
	size_t i, *orphans, orphan_count;

	depths = must_alloc(perfetto->cpu_count * LANES, sizeof(*depths));
	orphans = NULL;
	orphan_count = 0;
	for (i = 0; i < perfetto_kept(perfetto); i++) {
		entry = perfetto_entry(perfetto, i);
		if (entry->kind == ENTRY_BEGIN)
			depths[entry->where]++;
		else if (entry->kind == ENTRY_END && depths[entry->where] > 0)
			depths[entry->where]--;
		else if (entry->kind == ENTRY_END) {
			orphans = must_grow(orphans, orphan_count,
			    sizeof(*orphans));
			orphans[orphan_count++] = i;
		}
	}
	while (orphan_count > 0) {
		begin = *perfetto_entry(perfetto, orphans[--orphan_count]);
		begin.kind = ENTRY_BEGIN;
		begin.argument = NULL;
		begin.place = 0;
		begin.flow_kind = FLOW_NONE;
		write_slice(writer, &begin, at_ns);
	}
	free(orphans);
	free(depths);
}

/* What has not changed in the window is what it was before. */
static void
open_counters(struct writer *writer, uint64_t at_ns)
{
	const struct perfetto *perfetto = writer->perfetto;
	const struct entry *entry;
	struct entry value = { .kind = ENTRY_COUNTER };
	bool changes[COUNTERS] = { false };
	size_t i;

	for (i = 0; i < perfetto_kept(perfetto); i++) {
		entry = perfetto_entry(perfetto, i);
		if (entry->kind == ENTRY_COUNTER)
			changes[entry->where] = true;
	}
	for (i = 0; i < COUNTERS; i++) {
		if (changes[i] || !perfetto->counted[i])
			continue;
		value.where = (uint32_t)i;
		value.number = perfetto->counters[i];
		write_counter(writer, &value, at_ns);
	}
}

/* And those that are still open at its end. */
static void
close_window(struct writer *writer, uint64_t at_ns)
{
	const struct perfetto *perfetto = writer->perfetto;
	const struct entry *entry;
	struct entry end = { .kind = ENTRY_END };
	unsigned *depths;
	size_t i;

	depths = must_alloc(perfetto->cpu_count * LANES, sizeof(*depths));
	for (i = 0; i < perfetto_kept(perfetto); i++) {
		entry = perfetto_entry(perfetto, i);
		if (entry->kind == ENTRY_BEGIN)
			depths[entry->where]++;
		else if (entry->kind == ENTRY_END && depths[entry->where] > 0)
			depths[entry->where]--;
	}
	for (i = 0; i < (size_t)perfetto->cpu_count * LANES; i++) {
		end.where = (uint32_t)i;
		for (; depths[i] > 0; depths[i]--)
			write_slice(writer, &end, at_ns);
	}
	free(depths);
}

static void
write_all(struct writer *writer)
{
	const struct perfetto *perfetto = writer->perfetto;
	const struct entry *entry;
	uint64_t first, last;
	size_t i;

	first = UINT64_MAX;
	last = 0;
	for (i = 0; i < perfetto_kept(perfetto); i++) {
		entry = perfetto_entry(perfetto, i);
		first = entry->at_ns < first ? entry->at_ns : first;
		last = entry->at_ns > last ? entry->at_ns : last;
	}
	if (first > last)
		first = last;
	write_tracks(writer);
	write_threads(writer);
	write_notes(writer, first);
	open_window(writer, first);
	open_counters(writer, first);
	for (i = 0; i < perfetto_kept(perfetto); i++) {
		entry = perfetto_entry(perfetto, i);
		if (entry->kind == ENTRY_COUNTER)
			write_counter(writer, entry, entry->at_ns);
		else if (entry->kind == ENTRY_SWITCH)
			write_switch(writer, entry);
		else
			write_slice(writer, entry, entry->at_ns);
	}
	close_window(writer, last);
}

int
perfetto_write(const struct perfetto *perfetto, const char *path,
    struct err *err)
{
	struct writer writer = { .perfetto = perfetto };
	char *part;
	size_t room;
	int bad;

	room = strlen(path) + sizeof(".part");
	part = must_alloc(room, 1);
	snprintf(part, room, "%s.part", path);
	writer.out = fopen(part, "wb");
	if (writer.out == NULL) {
		err_set(err, "%s: %s", part, strerror(errno));
		free(part);
		return (-1);
	}
	write_all(&writer);
	proto_fini(&writer.trace);
	proto_fini(&writer.packet);
	proto_fini(&writer.message);
	proto_fini(&writer.inner);
	proto_fini(&writer.event);
	free(writer.places);
	bad = fflush(writer.out) != 0 || ferror(writer.out);
	bad = fclose(writer.out) != 0 || bad;
	if (bad || rename(part, path) != 0) {
		err_set(err, "%s: cannot write the trace: %s", path,
		    strerror(errno));
		unlink(part);
		bad = 1;
	}
	free(part);
	return (bad ? -1 : 0);
}
