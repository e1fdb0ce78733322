/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "sim/machine/stream.h"
#include "sim/run.h"
#include "tests/tools/store_fixture.h"
#include "tools/trace/perfetto.h"
#include "tools/scenario/plan.h"
#include "tools/scenario/scenario.h"
#include "tools/store/varint.h"

/* --- a reader of its own ---------------------------------------------------- */

struct field {
	unsigned number;
	uint64_t value;			/* of numbers */
	const unsigned char *bytes;	/* of messages and texts */
	size_t length;
};

struct message {
	const unsigned char *bytes;
	size_t length;
};

static bool
next_field(struct message *message, struct field *field)
{
	uint64_t key;
	size_t used;
	int i;

	if (message->length == 0)
		return (false);
	used = varint_get(message->bytes, message->length, &key);
	cr_assert_gt(used, 0);
	message->bytes += used;
	message->length -= used;
	field->number = (unsigned)(key >> 3);
	field->value = 0;
	field->bytes = NULL;
	if ((key & 7) == 1) {
		cr_assert_geq(message->length, 8);
		for (i = 7; i >= 0; i--)
			field->value = field->value << 8 | message->bytes[i];
		used = 8;
	} else {
		cr_assert((key & 7) == 0 || (key & 7) == 2);
		used = varint_get(message->bytes, message->length,
		    &field->value);
		cr_assert_gt(used, 0);
	}
	message->bytes += used;
	message->length -= used;
	if ((key & 7) == 2) {
		cr_assert_geq(message->length, field->value);
		field->bytes = message->bytes;
		field->length = (size_t)field->value;
		message->bytes += field->length;
		message->length -= field->length;
	}
	return (true);
}

static bool
find(const void *bytes, size_t length, unsigned number, struct field *found)
{
	struct message message = { bytes, length };

	while (next_field(&message, found)) {
		if (found->number == number)
			return (true);
	}
	return (false);
}

static uint64_t
number(const struct field *in, unsigned which)
{
	struct field found;

	return (find(in->bytes, in->length, which, &found) ? found.value : 0);
}

static bool
is_text(const struct field *in, unsigned which, const char *text)
{
	struct field found;

	return (find(in->bytes, in->length, which, &found) &&
	    found.length == strlen(text) &&
	    memcmp(found.bytes, text, found.length) == 0);
}

/* What a trace must be, whatever is in it. */
struct seen {
	unsigned begins, ends, instants, counters, switches;
	unsigned flows_begin, flows_met;
	unsigned named;		/* slices and instants called `name` */
	unsigned sourced;	/* ... that say in which line of which file */
	unsigned sources;	/* lines that are told of */
};

enum { TRACKS_MAX = 64 };

struct lane_seen {
	uint64_t track;
	uint64_t last_ns;
	int depth;
};

/* Lines are numbered from 1 on, told before they are used, and told once. */
static void
see_source(const struct field *packet, const char *name, struct seen *seen)
{
	struct field event, interned, source;
	uint64_t used;

	if (find(packet->bytes, packet->length, 12, &interned)) {
		cr_assert(find(interned.bytes, interned.length, 4, &source));
		cr_assert_eq(number(&source, 1), ++seen->sources);
		cr_assert(find(source.bytes, source.length, 2, &event));
		cr_assert(find(source.bytes, source.length, 3, &event));
		if (is_text(&source, 2, "?"))
			cr_assert_eq(number(&source, 4), 0);
	}
	cr_assert(find(packet->bytes, packet->length, 11, &event));
	used = number(&event, 34);
	if (used == 0)
		return;
	cr_assert_leq(used, seen->sources, "a line that nobody told of");
	cr_assert_eq(number(packet, 13), 2);
	if (name != NULL && is_text(&event, 23, name))
		seen->sourced++;
}

static struct lane_seen *
lane_of(struct lane_seen *lanes, uint64_t track)
{
	int i;

	for (i = 0; lanes[i].track != 0 && lanes[i].track != track; i++)
		cr_assert_lt(i, TRACKS_MAX - 1);
	lanes[i].track = track;
	return (&lanes[i]);
}

static void
see_event(const struct field *event, uint64_t at_ns, struct lane_seen *lanes,
    const char *name, struct seen *seen)
{
	static uint64_t flows[1 << 16];
	struct lane_seen *lane;
	struct field flow;
	unsigned i;

	if (number(event, 9) == 4) {
		seen->counters++;
		return;
	}
	lane = lane_of(lanes, number(event, 11));
	cr_assert_leq(lane->last_ns, at_ns, "time goes back");
	lane->last_ns = at_ns;
	if (name != NULL && is_text(event, 23, name))
		seen->named++;
	switch (number(event, 9)) {
	case 1:
		seen->begins++;
		lane->depth++;
		break;
	case 2:
		seen->ends++;
		cr_assert_gt(lane->depth--, 0, "an end without a begin");
		break;
	default:
		cr_assert_eq(number(event, 9), 3);
		seen->instants++;
	}
	if (find(event->bytes, event->length, 47, &flow) &&
	    seen->flows_begin < sizeof(flows) / sizeof(flows[0]))
		flows[seen->flows_begin++] = flow.value;
	if (!find(event->bytes, event->length, 48, &flow))
		return;
	for (i = 0; i < seen->flows_begin; i++)
		seen->flows_met += flows[i] == flow.value;
}

static struct seen
read_trace(const char *path, const char *name)
{
	static uint64_t running[64];
	struct lane_seen lanes[TRACKS_MAX] = { 0 };
	struct seen seen = { 0 };
	struct field event, ftrace, packet, one, to;
	struct message trace;
	unsigned char *bytes;
	size_t length;
	uint64_t cpu;
	FILE *in;
	int i;

	memset(running, 0xff, sizeof(running));
	in = fopen(path, "rb");
	cr_assert_not_null(in);
	fseek(in, 0, SEEK_END);
	length = (size_t)ftell(in);
	rewind(in);
	bytes = malloc(length);
	cr_assert_eq(fread(bytes, 1, length, in), length);
	fclose(in);
	trace.bytes = bytes;
	trace.length = length;
	while (next_field(&trace, &packet)) {
		cr_assert_eq(packet.number, 1);
		if (find(packet.bytes, packet.length, 11, &event)) {
			see_event(&event, number(&packet, 8), lanes, name,
			    &seen);
			see_source(&packet, name, &seen);
		}
		if (!find(packet.bytes, packet.length, 1, &ftrace))
			continue;
		seen.switches++;
		cpu = number(&ftrace, 1);
		cr_assert(find(ftrace.bytes, ftrace.length, 2, &one));
		cr_assert(find(one.bytes, one.length, 4, &to));
		/* Who goes is who came. */
		cr_assert(running[cpu] == UINT64_MAX ||
		    running[cpu] == number(&to, 2));
		running[cpu] = number(&to, 6);
	}
	for (i = 0; i < TRACKS_MAX; i++)
		cr_assert_eq(lanes[i].depth, 0, "a slice that never ends");
	cr_assert_eq(seen.begins, seen.ends);
	free(bytes);
	return (seen);
}

/* --- a stream made by hand ---------------------------------------------------- */

static struct err err;
static uint64_t now_ns;

static void
tell(struct perfetto *perfetto, enum stream_kind kind, uint32_t cpu,
    uint32_t thread, uint64_t a)
{
	struct stream_event event = { .at_ps = ++now_ns * 1000, .a = a,
		.kind = kind, .cpu = cpu, .thread = thread };
	struct tracer *tracer = perfetto_tracer(perfetto);

	tracer->event(tracer, &event);
}

static struct perfetto *
begin(size_t most)
{
	static const char *const names[] = { "reader", "writer" };
	struct perfetto *perfetto;

	perfetto = perfetto_create(most);
	perfetto_tracer(perfetto)->begin(perfetto_tracer(perfetto), 2, names,
	    2);
	return (perfetto);
}

static struct seen
finish(struct perfetto *perfetto, const char *name)
{
	struct seen seen;
	char *path;

	path = fixture_path("trace");
	cr_assert_eq(perfetto_write(perfetto, path, &err), 0, "%s", err.text);
	perfetto_destroy(perfetto);
	seen = read_trace(path, name);
	free(path);
	return (seen);
}

Test(perfetto, a_free_points_to_its_reuse)
{
	struct perfetto *perfetto = begin(1000);
	struct seen seen;

	tell(perfetto, STREAM_SWITCH, 0, 0, 1);
	tell(perfetto, STREAM_RETIRE, 0, 1, 7);
	tell(perfetto, STREAM_RETIRE_END, 0, 1, 7);
	tell(perfetto, STREAM_SWITCH, 1, 0, 2);
	tell(perfetto, STREAM_ALLOC_BEGIN, 1, 2, 0);
	tell(perfetto, STREAM_ALLOC, 1, 2, 7);
	/* The second time it was not freed in between. */
	tell(perfetto, STREAM_ALLOC_BEGIN, 1, 2, 0);
	tell(perfetto, STREAM_ALLOC, 1, 2, 7);
	seen = finish(perfetto, "reuse");
	cr_expect_eq(seen.named, 1);
	cr_expect_eq(seen.begins, 3);
	cr_expect_eq(seen.flows_begin, 1);
	cr_expect_eq(seen.flows_met, 1);
	cr_expect_eq(seen.switches, 2);
	/* One item waits, then none. */
	cr_expect_eq(seen.counters, 2);
}

Test(perfetto, a_section_moves_with_its_thread)
{
	struct perfetto *perfetto = begin(1000);
	struct seen seen;

	tell(perfetto, STREAM_SWITCH, 0, 0, 1);
	tell(perfetto, STREAM_SECTION_ENTER, 0, 1, 0);
	tell(perfetto, STREAM_SECTION_OPEN, 0, 1, 1);
	tell(perfetto, STREAM_PREEMPT, 0, 1, 1);
	tell(perfetto, STREAM_SWITCH, 0, 1, 2);
	/* Another section where the first was, and the first elsewhere. */
	tell(perfetto, STREAM_SECTION_ENTER, 0, 2, 0);
	tell(perfetto, STREAM_SECTION_OPEN, 0, 2, 2);
	tell(perfetto, STREAM_SWITCH, 1, 0, 1);
	tell(perfetto, STREAM_SECTION_CLOSE, 1, 1, 1);
	tell(perfetto, STREAM_SECTION_EXIT, 1, 1, 0);
	tell(perfetto, STREAM_SECTION_CLOSE, 0, 2, 2);
	tell(perfetto, STREAM_SECTION_EXIT, 0, 2, 0);
	seen = finish(perfetto, "section");
	/* Thread 1 on two CPUs, thread 2 on one. */
	cr_expect_eq(seen.named, 3);
}

Test(perfetto, ends_without_begins_and_open_ends_do_no_harm)
{
	struct perfetto *perfetto = begin(1000);
	struct seen seen;

	tell(perfetto, STREAM_POLL_END, 0, 1, 0);
	tell(perfetto, STREAM_RETIRE_END, 0, 1, 9);
	tell(perfetto, STREAM_POLL_BEGIN, 0, 1, 5);
	tell(perfetto, STREAM_POLL_SCAN, 0, 1, 0);
	/* The poll ends before its scan said so. */
	tell(perfetto, STREAM_POLL_END, 0, 1, 5);
	tell(perfetto, STREAM_ADVANCE_BEGIN, 0, 1, 0);
	tell(perfetto, STREAM_STALL_BEGIN, 1, 0, 0);
	tell(perfetto, STREAM_TICK, 0, 1, 1);
	tell(perfetto, STREAM_TICK, 77, 1, 1);
	seen = finish(perfetto, NULL);
	cr_expect_eq(seen.begins, 4);
	/* The tick of a CPU that there is, and the note of the run. */
	cr_expect_eq(seen.instants, 2);
}

Test(perfetto, an_event_names_the_line_of_its_call)
{
	struct perfetto *perfetto = begin(1000);
	struct stream_event event = { .kind = STREAM_RECLAIM };
	struct tracer *tracer = perfetto_tracer(perfetto);
	struct seen seen;
	unsigned i;

	/* Two lines and one that is in nobody's code, each three times. */
	for (i = 0; i < 9; i++) {
		event.where = i % 3 == 0 ? (const void *)&event :
		    i % 3 == 1 ? (const void *)
		    ((uintptr_t)perfetto_create + 1) : (const void *)
		    ((uintptr_t)perfetto_write + 1);
		event.at_ps = ++now_ns * 1000;
		tracer->event(tracer, &event);
	}
	tell(perfetto, STREAM_RECLAIM, 0, 0, 0);
	seen = finish(perfetto, "reclaim");
	cr_expect_eq(seen.named, 10);
	cr_expect_eq(seen.sourced, 9);
	cr_expect_eq(seen.sources, 3);
}

Test(perfetto, the_window_opens_inside_slices)
{
	struct perfetto *perfetto;
	struct seen seen;
	size_t most;
	int i;

	for (most = 1; most < 40; most++) {
		perfetto = begin(most);
		tell(perfetto, STREAM_SWITCH, 0, 0, 1);
		for (i = 0; i < 5; i++) {
			tell(perfetto, STREAM_ALLOC_BEGIN, 0, 1, 0);
			tell(perfetto, STREAM_POLL_BEGIN, 0, 1, 0);
			tell(perfetto, STREAM_POLL_SCAN, 0, 1, 0);
			tell(perfetto, STREAM_TICK, 0, 1, (uint64_t)i);
			tell(perfetto, STREAM_POLL_SCANNED, 0, 1, 3);
			tell(perfetto, STREAM_POLL_END, 0, 1, 0);
			tell(perfetto, STREAM_ALLOC, 0, 1, 0);
		}
		cr_assert_leq(perfetto_kept(perfetto), most);
		cr_assert_eq(perfetto_kept(perfetto) +
		    perfetto_dropped(perfetto), 37);
		/* read_trace() holds it against the rules. */
		seen = finish(perfetto, "scan");
		cr_assert_leq(seen.named, 5);
	}
}

Test(perfetto, what_cannot_be_written_leaves_nothing)
{
	struct perfetto *perfetto = begin(10);
	char *path;

	path = fixture_path("no/such/folder");
	cr_expect_eq(perfetto_write(perfetto, path, &err), -1);
	cr_expect_not_null(strstr(err.text, path));
	free(path);
	path = fixture_path("empty");
	cr_expect_eq(perfetto_write(perfetto, path, &err), 0,
	    "nothing happened");
	read_trace(path, NULL);
	free(path);
	perfetto_destroy(perfetto);
}

/* --- a run -------------------------------------------------------------------- */

static void
smoke_spec(struct run_spec *spec)
{
	struct scenario *scenario;
	struct plan *plan;

	scenario = scenario_load(SMOKE_SCENARIO, NULL, 0, &err);
	cr_assert_not_null(scenario, "%s", err.text);
	plan = plan_make(scenario, 1, &err);
	cr_assert_not_null(plan, "%s", err.text);
	cr_assert_eq(plan_spec(plan, 0, 1, spec, &err), 0);
}

Test(perfetto, a_traced_run_is_the_same_run)
{
	static struct run_result plain, traced;
	static struct run_spec spec;
	struct perfetto *perfetto;
	struct seen seen;

	smoke_spec(&spec);
	run_execute(&spec, &plain);
	perfetto = perfetto_create(20000);
	run_execute_traced(&spec, &traced, perfetto_tracer(perfetto));
	cr_expect_str_eq(plain.digest, traced.digest);
	cr_expect_gt(perfetto_dropped(perfetto), 0);
	perfetto_note(perfetto, "digest", traced.digest);
	seen = finish(perfetto, "section");
	cr_expect_gt(seen.named, 100);
	cr_expect_gt(seen.sourced, 100);
	cr_expect_gt(seen.sources, 5);
	cr_expect_gt(seen.switches, 0);
	cr_expect_gt(seen.flows_met, 0);
	cr_expect_gt(seen.counters, 100);
	run_result_fini(&plain);
	run_result_fini(&traced);
}
