/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/trace/perfetto_entry.h"

static const uint64_t ps_in_ns = 1000;

/*
 * The stores in a buffer overlap without being nested, which slices of one lane
 * may not: each takes a lane that is free.
 */

void
perfetto_push(struct perfetto *perfetto, const struct stream_event *event)
{
	struct buffer *buffer;
	struct entry *entry;
	uint32_t at;
	unsigned lane;

	buffer = &perfetto->buffers[event->cpu];
	if (buffer->count == BUFFER_MAX)
		return;
	for (lane = LANE_STORE; lane < LANES && buffer->busy[lane]; lane++)
		;
	at = (buffer->first + buffer->count++) % BUFFER_MAX;
	buffer->offsets[at] = (uint32_t)event->a;
	buffer->lanes[at] = (uint8_t)lane;
	if (lane == LANES)
		return;
	buffer->busy[lane] = true;
	entry = perfetto_add(perfetto, ENTRY_BEGIN, event->at_ps / ps_in_ns,
	    perfetto_lane(event->cpu, (enum lane)lane), "buffered store");
	entry->argument = "offset";
	entry->number = event->a;
	entry->place = stream_place(event->where);
}

void
perfetto_drain(struct perfetto *perfetto, const struct stream_event *event)
{
	struct buffer *buffer;
	unsigned lane;

	buffer = &perfetto->buffers[event->cpu];
	/* What went in before anybody listened leaves first. */
	if (buffer->count == 0 ||
	    buffer->offsets[buffer->first] != (uint32_t)event->a)
		return;
	lane = buffer->lanes[buffer->first];
	buffer->first = (buffer->first + 1) % BUFFER_MAX;
	buffer->count--;
	if (lane == LANES)
		return;
	buffer->busy[lane] = false;
	/* The value may be a pointer, which is another in each process. */
	(void)perfetto_add(perfetto, ENTRY_END, event->at_ps / ps_in_ns,
	    perfetto_lane(event->cpu, (enum lane)lane), "buffered store");
}
