/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/trace/perfetto.h"

#include <stdio.h>
#include <string.h>

#include "sim/base/must.h"
#include "sim/machine/choice.h"
#include "tools/trace/perfetto_entry.h"

static const uint64_t ps_in_ns = 1000;

const char *const perfetto_counters[COUNTERS] = {
	[COUNTER_WR] = "wr",
	[COUNTER_GOAL] = "goal",
	[COUNTER_RD] = "rd",
	[COUNTER_WAITING] = "items waiting",
	[COUNTER_PAGES] = "slab pages",
	[COUNTER_BUCKETS] = "bucket memory",
};

/* --- entries ---------------------------------------------------------------- */

static struct entry *
add(struct perfetto *perfetto, enum entry_kind kind, uint64_t at_ns,
    uint32_t where, const char *name)
{
	struct entry *entry;

	entry = &perfetto->ring[perfetto->total++ % perfetto->most];
	memset(entry, 0, sizeof(*entry));
	entry->kind = (uint8_t)kind;
	entry->at_ns = at_ns;
	entry->where = where;
	entry->name = name;
	return (entry);
}

struct entry *
perfetto_add(struct perfetto *perfetto, enum entry_kind kind, uint64_t at_ns,
    uint32_t lane, const char *name)
{

	if (perfetto->last_ns[lane] > at_ns)
		at_ns = perfetto->last_ns[lane];
	perfetto->last_ns[lane] = at_ns;
	return (add(perfetto, kind, at_ns, lane, name));
}

static void
count(struct perfetto *perfetto, uint64_t at_ns, enum counter counter,
    uint64_t value)
{

	if (perfetto->counted[counter] && perfetto->counters[counter] == value)
		return;
	perfetto->counted[counter] = true;
	perfetto->counters[counter] = value;
	add(perfetto, ENTRY_COUNTER, at_ns, (uint32_t)counter, NULL)->number =
	    value;
}

/* --- slices ----------------------------------------------------------------- */

static uint32_t
actor_of(const struct perfetto *perfetto, uint32_t cpu, uint32_t thread)
{

	return (thread == 0 || thread > perfetto->thread_count ?
	    perfetto->thread_count + cpu : thread - 1);
}

static struct entry *
slice_begin(struct perfetto *perfetto, const struct stream_event *event,
    const char *name, enum stream_kind closes)
{
	struct entry *entry;
	struct actor *actor;

	actor = &perfetto->actors[perfetto->running[event->cpu]];
	if (actor->slice_count == SLICES_MAX)
		return (NULL);
	actor->slices[actor->slice_count].name = name;
	actor->slices[actor->slice_count++].closes = closes;
	entry = perfetto_add(perfetto, ENTRY_BEGIN, event->at_ps / ps_in_ns,
	    perfetto_lane(event->cpu, LANE_WORK), name);
	entry->place = stream_place(event->where);
	return (entry);
}

/* Ends the innermost slice that this event closes, and all inside it. */
static struct entry *
slice_end(struct perfetto *perfetto, const struct stream_event *event)
{
	struct actor *actor;
	struct entry *entry;
	unsigned i;

	actor = &perfetto->actors[perfetto->running[event->cpu]];
	for (i = actor->slice_count; i > 0; i--) {
		if (actor->slices[i - 1].closes == event->kind)
			break;
	}
	if (i == 0)
		return (NULL);
	entry = NULL;
	while (actor->slice_count >= i)
		entry = perfetto_add(perfetto, ENTRY_END,
		    event->at_ps / ps_in_ns,
		    perfetto_lane(event->cpu, LANE_WORK),
		    actor->slices[--actor->slice_count].name);
	return (entry);
}

static struct entry *
instant(struct perfetto *perfetto, const struct stream_event *event,
    enum lane lane, const char *name)
{
	struct entry *entry;

	entry = perfetto_add(perfetto, ENTRY_INSTANT, event->at_ps / ps_in_ns,
	    perfetto_lane(event->cpu, lane), name);
	entry->place = stream_place(event->where);
	return (entry);
}

static void
argue(struct entry *entry, const char *argument, uint64_t number)
{

	if (entry == NULL)
		return;
	entry->argument = argument;
	entry->number = number;
}

/*
 * What the thread that goes has open ends here, from the inside; what the one
 * that comes had open goes on, from the outside.
 */
static void
run_on(struct perfetto *perfetto, uint32_t cpu, uint64_t at_ns, uint32_t to)
{
	const struct actor *actor;
	uint32_t lane;
	unsigned i;

	lane = perfetto_lane(cpu, LANE_WORK);
	actor = &perfetto->actors[perfetto->running[cpu]];
	for (i = actor->slice_count; i > 0; i--)
		perfetto_add(perfetto, ENTRY_END, at_ns, lane,
		    actor->slices[i - 1].name);
	perfetto->running[cpu] = to;
	actor = &perfetto->actors[to];
	for (i = 0; i < actor->slice_count; i++)
		perfetto_add(perfetto, ENTRY_BEGIN, at_ns, lane,
		    actor->slices[i].name);
}

/* --- items ------------------------------------------------------------------ */

static void
item_room(struct perfetto *perfetto, uint64_t item)
{
	size_t room;

	if (item < perfetto->item_room)
		return;
	room = (size_t)item * 2 + 64;
	perfetto->frees = reallocarray(perfetto->frees, room,
	    sizeof(*perfetto->frees));
	perfetto->waits = reallocarray(perfetto->waits, room,
	    sizeof(*perfetto->waits));
	if (perfetto->frees == NULL || perfetto->waits == NULL)
		abort();
	memset(perfetto->frees + perfetto->item_room, 0,
	    (room - perfetto->item_room) * sizeof(*perfetto->frees));
	memset(perfetto->waits + perfetto->item_room, 0,
	    (room - perfetto->item_room) * sizeof(*perfetto->waits));
	perfetto->item_room = room;
}

static void
item_freed(struct perfetto *perfetto, const struct stream_event *event)
{
	struct entry *entry;

	item_room(perfetto, event->a);
	perfetto->frees[event->a] = ++perfetto->free_count;
	entry = slice_begin(perfetto, event, "free", STREAM_RETIRE_END);
	if (entry != NULL) {
		argue(entry, "item", event->a);
		entry->flow = perfetto->free_count;
		entry->flow_kind = FLOW_STARTS;
	}
	if (!perfetto->waits[event->a]) {
		perfetto->waits[event->a] = true;
		count(perfetto, event->at_ps / ps_in_ns, COUNTER_WAITING,
		    ++perfetto->waiting);
	}
}

/* Known to be safe, or used or given back without a word. */
static void
item_waits_no_more(struct perfetto *perfetto, const struct stream_event *event)
{

	item_room(perfetto, event->a);
	if (!perfetto->waits[event->a])
		return;
	perfetto->waits[event->a] = false;
	count(perfetto, event->at_ps / ps_in_ns, COUNTER_WAITING,
	    --perfetto->waiting);
}

static void
item_handed_out(struct perfetto *perfetto, const struct stream_event *event)
{
	struct entry *entry;

	item_waits_no_more(perfetto, event);
	if (event->a != 0 && perfetto->frees[event->a] != 0) {
		entry = instant(perfetto, event, LANE_WORK, "reuse");
		argue(entry, "item", event->a);
		entry->flow = perfetto->frees[event->a];
		entry->flow_kind = FLOW_ENDS;
		perfetto->frees[event->a] = 0;
	}
	argue(slice_end(perfetto, event), "item", event->a);
}

static void
zone_memory(struct perfetto *perfetto, const struct stream_event *event)
{
	struct zone_memory *zone;
	uint64_t buckets, pages;
	size_t i;

	for (i = 0; i < perfetto->zone_count; i++) {
		if (perfetto->zones[i].zone == event->object)
			break;
	}
	if (i == perfetto->zone_count) {
		perfetto->zones = must_grow(perfetto->zones, i,
		    sizeof(*perfetto->zones));
		zone = &perfetto->zones[perfetto->zone_count++];
		memset(zone, 0, sizeof(*zone));
		zone->zone = event->object;
	}
	if (event->kind == STREAM_PAGES)
		perfetto->zones[i].pages = event->a;
	else
		perfetto->zones[i].buckets = event->a;
	buckets = pages = 0;
	for (i = 0; i < perfetto->zone_count; i++) {
		pages += perfetto->zones[i].pages;
		buckets += perfetto->zones[i].buckets;
	}
	count(perfetto, event->at_ps / ps_in_ns, COUNTER_PAGES, pages);
	count(perfetto, event->at_ps / ps_in_ns, COUNTER_BUCKETS, buckets);
}

/* --- the stream ------------------------------------------------------------- */

static void
switched(struct perfetto *perfetto, const struct stream_event *event)
{
	struct entry *entry;
	uint32_t from;

	from = perfetto->running[event->cpu];
	entry = add(perfetto, ENTRY_SWITCH, event->at_ps / ps_in_ns,
	    event->cpu, NULL);
	entry->number = event->a > perfetto->thread_count ? 0 : event->a;
	entry->leaves = (uint16_t)(from >= perfetto->thread_count ? 0 :
	    from + 1);
	entry->flow_kind = perfetto->taken_off[event->cpu];
	perfetto->taken_off[event->cpu] = false;
	run_on(perfetto, event->cpu, event->at_ps / ps_in_ns,
	    actor_of(perfetto, event->cpu, (uint32_t)event->a));
}

/* What befalls a CPU. */
static bool
platform_event(struct perfetto *perfetto, const struct stream_event *event)
{
	static const char *const stalls[] = {
		[STREAM_HYPERVISOR] = "hypervisor stall",
		[STREAM_SMI] = "SMI",
	};
	uint64_t at_ns;
	uint32_t lane;

	at_ns = event->at_ps / ps_in_ns;
	lane = perfetto_lane(event->cpu, LANE_PLATFORM);
	switch (event->kind) {
	case STREAM_TICK:
		argue(instant(perfetto, event, LANE_PLATFORM, "tick"), "ticks",
		    event->a);
		return (true);
	case STREAM_STALL_BEGIN:
		argue(perfetto_add(perfetto, ENTRY_BEGIN, at_ns, lane,
		    stalls[event->b == STREAM_SMI]), "ns",
		    event->a / ps_in_ns);
		return (true);
	case STREAM_STALL_END:
		perfetto_add(perfetto, ENTRY_END, at_ns, lane,
		    stalls[event->b == STREAM_SMI]);
		return (true);
	case STREAM_PREEMPT:
		perfetto->taken_off[event->cpu] = true;
		argue(instant(perfetto, event, LANE_PLATFORM, "preempted"),
		    "ns", event->b / ps_in_ns);
		return (true);
	case STREAM_FAIL:
		instant(perfetto, event, LANE_PLATFORM, "allocation refused");
		return (true);
	case STREAM_PRESSURE:
		instant(perfetto, event, LANE_PLATFORM, "memory pressure");
		return (true);
	case STREAM_CHOICE:
		if (event->a != CHOICE_NEXT)
			argue(instant(perfetto, event, LANE_PLATFORM,
			    "intervention"), choice_kind_names[event->a],
			    event->b);
		return (true);
	case STREAM_STORE_PUSH:
		perfetto_push(perfetto, event);
		return (true);
	case STREAM_STORE_DRAIN:
		perfetto_drain(perfetto, event);
		return (true);
	case STREAM_FINDING:
		instant(perfetto, event, LANE_PLATFORM, event->text != NULL ?
		    event->text : "finding");
		return (true);
	default:
		return (false);
	}
}

/* What the policy does for itself. */
static void
policy_event(struct perfetto *perfetto, const struct stream_event *event)
{
	uint64_t at_ns;

	at_ns = event->at_ps / ps_in_ns;
	switch (event->kind) {
	case STREAM_ADVANCE_BEGIN:
		slice_begin(perfetto, event, "advance", STREAM_ADVANCE_END);
		break;
	case STREAM_ADVANCE_END:
		argue(slice_end(perfetto, event), "goal", event->a);
		count(perfetto, at_ns, COUNTER_GOAL, event->a);
		break;
	case STREAM_ADVANCE_WAIT:
		instant(perfetto, event, LANE_WORK, "advance waits");
		break;
	case STREAM_POLL_BEGIN:
		argue(slice_begin(perfetto, event, "poll", STREAM_POLL_END),
		    "goal", event->a);
		break;
	case STREAM_POLL_END:
		argue(slice_end(perfetto, event), "met", event->b);
		break;
	case STREAM_POLL_SCAN:
		slice_begin(perfetto, event, "scan", STREAM_POLL_SCANNED);
		break;
	case STREAM_POLL_SCANNED:
		argue(slice_end(perfetto, event), "rd", event->a);
		count(perfetto, at_ns, COUNTER_RD, event->a);
		break;
	case STREAM_ENTER_SAMPLED:
		count(perfetto, at_ns, COUNTER_WR, event->a);
		break;
	case STREAM_WAIT_BEGIN:
		slice_begin(perfetto, event, "wait", STREAM_WAIT_END);
		break;
	case STREAM_WAIT_END:
		slice_end(perfetto, event);
		break;
	case STREAM_PAGES:
	case STREAM_BUCKETS:
		zone_memory(perfetto, event);
		break;
	case STREAM_RECLAIM:
		instant(perfetto, event, LANE_WORK, "reclaim");
		break;
	case STREAM_ITEM_KNOWN:
	case STREAM_ITEM_RELEASED:
	case STREAM_ITEM_PAGED:
		item_waits_no_more(perfetto, event);
		break;
	default:
		break;
	}
}

/* The first finding says where the window is. */
static void
place_window(struct perfetto *perfetto, uint64_t at_ns)
{
	uint64_t first;
	size_t i, kept;

	kept = perfetto_kept(perfetto);
	first = perfetto->total - kept;
	for (i = 0; i < kept; i++)
		if (perfetto_entry(perfetto, i)->at_ns +
		    perfetto->window_ns >= at_ns)
			break;
	perfetto->from = first + i;
	perfetto->until_ns = at_ns + perfetto->window_ns / 8 + 1;
}

static void
take(struct tracer *tracer, const struct stream_event *event)
{
	struct perfetto *perfetto = (struct perfetto *)tracer;
	uint32_t actor;

	if (event->cpu >= perfetto->cpu_count)
		return;
	if (perfetto->until_ns != 0 &&
	    event->at_ps / ps_in_ns > perfetto->until_ns)
		return;
	if (event->kind == STREAM_FINDING && perfetto->window_ns != 0 &&
	    perfetto->until_ns == 0)
		place_window(perfetto, event->at_ps / ps_in_ns);
	if (event->kind == STREAM_SWITCH) {
		switched(perfetto, event);
		return;
	}
	if (platform_event(perfetto, event))
		return;
	/* Before the first switch nobody has said who runs there. */
	actor = actor_of(perfetto, event->cpu, event->thread);
	if (actor != perfetto->running[event->cpu])
		run_on(perfetto, event->cpu, event->at_ps / ps_in_ns, actor);
	switch (event->kind) {
	case STREAM_SECTION_ENTER:
		slice_begin(perfetto, event, "enter", STREAM_SECTION_OPEN);
		break;
	case STREAM_SECTION_OPEN:
		slice_end(perfetto, event);
		argue(slice_begin(perfetto, event, "section",
		    STREAM_SECTION_CLOSE), "section", event->a);
		break;
	case STREAM_SECTION_CLOSE:
		slice_end(perfetto, event);
		slice_begin(perfetto, event, "exit", STREAM_SECTION_EXIT);
		break;
	case STREAM_SECTION_EXIT:
	case STREAM_RETIRE_END:
		slice_end(perfetto, event);
		break;
	case STREAM_ALLOC_BEGIN:
		slice_begin(perfetto, event, "alloc", STREAM_ALLOC);
		break;
	case STREAM_ALLOC:
		item_handed_out(perfetto, event);
		break;
	case STREAM_RETIRE:
		item_freed(perfetto, event);
		break;
	case STREAM_DISCARD:
		instant(perfetto, event, LANE_WORK, "discard");
		break;
	default:
		policy_event(perfetto, event);
	}
}

static void
start(struct tracer *tracer, unsigned cpus, const char *const *thread_names,
    unsigned thread_count)
{
	struct perfetto *perfetto = (struct perfetto *)tracer;
	unsigned i;

	perfetto->cpu_count = cpus;
	perfetto->thread_count = thread_count;
	perfetto->thread_names = must_alloc(thread_count,
	    sizeof(*perfetto->thread_names));
	for (i = 0; i < thread_count; i++)
		perfetto->thread_names[i] = must_copy(thread_names[i]);
	perfetto->actors = must_alloc(thread_count + cpus,
	    sizeof(*perfetto->actors));
	perfetto->running = must_alloc(cpus, sizeof(*perfetto->running));
	perfetto->taken_off = must_alloc(cpus, sizeof(*perfetto->taken_off));
	perfetto->buffers = must_alloc(cpus, sizeof(*perfetto->buffers));
	perfetto->last_ns = must_alloc(cpus * LANES,
	    sizeof(*perfetto->last_ns));
	for (i = 0; i < cpus; i++)
		perfetto->running[i] = thread_count + i;
}

/* --- life ------------------------------------------------------------------- */

struct perfetto *
perfetto_create(size_t most)
{
	struct perfetto *perfetto;

	perfetto = must_alloc(1, sizeof(*perfetto));
	perfetto->most = most == 0 ? 1 : most;
	perfetto->ring = must_alloc(perfetto->most, sizeof(*perfetto->ring));
	perfetto->tracer.event = take;
	perfetto->tracer.begin = start;
	return (perfetto);
}

void
perfetto_destroy(struct perfetto *perfetto)
{
	size_t i;

	if (perfetto == NULL)
		return;
	for (i = 0; i < perfetto->thread_count; i++)
		free(perfetto->thread_names[i]);
	for (i = 0; i < perfetto->note_count; i++) {
		free(perfetto->notes[i].name);
		free(perfetto->notes[i].value);
	}
	free(perfetto->thread_names);
	free(perfetto->notes);
	free(perfetto->ring);
	free(perfetto->actors);
	free(perfetto->running);
	free(perfetto->taken_off);
	free(perfetto->last_ns);
	free(perfetto->buffers);
	free(perfetto->frees);
	free(perfetto->waits);
	free(perfetto->zones);
	free(perfetto);
}

struct tracer *
perfetto_tracer(struct perfetto *perfetto)
{

	return (&perfetto->tracer);
}

void
perfetto_window(struct perfetto *perfetto, uint64_t window_ns)
{

	perfetto->window_ns = window_ns;
}

void
perfetto_note(struct perfetto *perfetto, const char *name, const char *value)
{

	perfetto->notes = must_grow(perfetto->notes, perfetto->note_count,
	    sizeof(*perfetto->notes));
	perfetto->notes[perfetto->note_count].name = must_copy(name);
	perfetto->notes[perfetto->note_count++].value = must_copy(value);
}

size_t
perfetto_kept(const struct perfetto *perfetto)
{

	uint64_t first;

	first = perfetto->total > perfetto->most ?
	    perfetto->total - perfetto->most : 0;
	if (first < perfetto->from)
		first = perfetto->from;
	return ((size_t)(perfetto->total - first));
}

uint64_t
perfetto_dropped(const struct perfetto *perfetto)
{

	return (perfetto->total - perfetto_kept(perfetto));
}
