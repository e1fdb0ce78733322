/*
 * Did what matters happen at all?  A run in which no stall ever fell into a
 * section says nothing about stalls in sections.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "sim/lab_run.h"
#include "sim/metrics/metrics.h"
#include "sim/oracle/items.h"

enum cover {
	COVER_STALL_IN_SECTION,
	COVER_STALL_ENTERING,
	COVER_STALL_RETIRED,
	COVER_STALL_IDLE,
	COVER_PREEMPTED,
	COVER_POLL_FAILED,
	COVER_SCANNED,
	COVER_WAITED,
	COVER_BUCKET_REFUSED,
	COVER_PAGE_REFUSED,
	COVER_RECLAIMED,
	COVER_WRAPPED,
	COVER_PAGED,
	COVER_COUNT
};

static const struct {
	const char *name;
	const char *about;
} covers[COVER_COUNT] = {
	[COVER_STALL_IN_SECTION] = { "stall_in_section",
	    "a CPU was stopped while its thread was inside a read section" },
	[COVER_STALL_ENTERING] = { "stall_entering",
	    "a CPU was stopped between reading wr and publishing it" },
	[COVER_STALL_RETIRED] = { "stall_while_waiting",
	    "a CPU was stopped while freed items were not yet safe" },
	[COVER_STALL_IDLE] = { "stall_idle", "an idle CPU was stopped" },
	[COVER_PREEMPTED] = { "preempted", "a thread was taken off its CPU" },
	[COVER_POLL_FAILED] = { "poll_failed", "a poll did not meet its goal" },
	[COVER_SCANNED] = { "scanned", "a poll looked at all CPUs" },
	[COVER_WAITED] = { "waited", "somebody waited for readers" },
	[COVER_BUCKET_REFUSED] = { "bucket_refused",
	    "there was no memory for a bucket" },
	[COVER_PAGE_REFUSED] = { "page_refused", "there was no page for a slab" },
	[COVER_RECLAIMED] = { "reclaimed", "low memory made the zone give back" },
	[COVER_WRAPPED] = { "wrapped", "the write sequence passed zero" },
	[COVER_PAGED] = { "paged", "an item's page went back to the pool" },
};

static struct {
	uint64_t hits[COVER_COUNT];
	uint64_t last_goal;
} cover;

void
coverage_begin(void)
{

	memset(&cover, 0, sizeof(cover));
	/* These start just below the wrap. */
	if (lab.spec->core.profile == CORE_WRAP ||
	    lab.spec->core.start_before_wrap != 0)
		cover.last_goal = UINT32_MAX;
}

static void
coverage_stall(const struct stream_event *event)
{
	const struct lab_thread *thread;
	const struct cpu *cpu;

	cpu = &the.cpus[event->cpu];
	thread = lab_current(cpu);
	if (cpu->current == cpu->idle)
		cover.hits[COVER_STALL_IDLE]++;
	else if (cpu->entering)
		cover.hits[COVER_STALL_ENTERING]++;
	if (thread != NULL && thread->section.serial != 0)
		cover.hits[COVER_STALL_IN_SECTION]++;
	if (items.places[PLACE_UNSAFE] > 0)
		cover.hits[COVER_STALL_RETIRED]++;
}

void
coverage_event(const struct stream_event *event)
{

	switch (event->kind) {
	case STREAM_STALL_BEGIN:
		coverage_stall(event);
		break;
	case STREAM_PREEMPT:
		cover.hits[COVER_PREEMPTED]++;
		break;
	case STREAM_POLL_END:
		if (event->b == 0)
			cover.hits[COVER_POLL_FAILED]++;
		break;
	case STREAM_POLL_SCAN:
		cover.hits[COVER_SCANNED]++;
		break;
	case STREAM_WAIT_BEGIN:
		cover.hits[COVER_WAITED]++;
		break;
	case STREAM_FAIL:
		cover.hits[event->a == KERN_FAIL_BUCKET ?
		    COVER_BUCKET_REFUSED : COVER_PAGE_REFUSED]++;
		break;
	case STREAM_RECLAIM:
		cover.hits[COVER_RECLAIMED]++;
		break;
	case STREAM_ADVANCE_END:
		if (cover.last_goal > event->a &&
		    cover.last_goal - event->a > UINT32_MAX / 2)
			cover.hits[COVER_WRAPPED]++;
		cover.last_goal = event->a;
		break;
	case STREAM_ITEM_PAGED:
		cover.hits[COVER_PAGED]++;
		break;
	default:
		break;
	}
}

uint64_t
coverage_listen(void)
{

	return (UINT64_C(1) << STREAM_STALL_BEGIN |
	    UINT64_C(1) << STREAM_PREEMPT | UINT64_C(1) << STREAM_POLL_END |
	    UINT64_C(1) << STREAM_POLL_SCAN | UINT64_C(1) << STREAM_WAIT_BEGIN |
	    UINT64_C(1) << STREAM_FAIL | UINT64_C(1) << STREAM_RECLAIM |
	    UINT64_C(1) << STREAM_ADVANCE_END |
	    UINT64_C(1) << STREAM_ITEM_PAGED);
}

void
coverage_report(struct run_result *result)
{
	size_t i;

	result->coverage_count = COVER_COUNT;
	for (i = 0; i < COVER_COUNT; i++) {
		result->coverage[i].name = covers[i].name;
		result->coverage[i].about = covers[i].about;
		result->coverage[i].hits = cover.hits[i];
	}
}
