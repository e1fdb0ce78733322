/*
 * story - what led to the finding?
 *
 * A listener that keeps the end of a run's stream.  story_close() then looks
 * back from the finding: which item is it about, who freed it, who held it,
 * which goal was it to wait for, which poll let it go, who got it next; and
 * which CPUs take part in that.
 *
 *	story = story_create(STORY_DEFAULT);
 *	run_execute_traced(&spec, &result, story_tracer(story));
 *	story_close(story);
 *	... story->marks, story->cast ...
 *	story_destroy(story);
 *
 * The finding that it is told for is the first fatal access (use_after_free),
 * or else the first finding; where there is none, the end of the run.
 *
 * Units       picoseconds of simulated time.
 * Invariant   after story_close() a mark is STORY_NONE or the index of an
 *             event, and first <= last < count where there is an event at all.
 * Cost        64 bytes for an event; story_close() is linear in the events.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SHOW_STORY_H
#define TOOLS_SHOW_STORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/machine/stream.h"

enum {
	STORY_DEFAULT = 400000,	/* events that are kept */
	STORY_CAST_MAX = 5,	/* CPUs that are shown */
	STORY_CHOICES_MAX = 16,	/* interventions that are told one by one */
};

#define STORY_NONE SIZE_MAX

struct story_event {
	uint64_t at_ps;
	uint64_t a;
	uint64_t b;
	uint64_t place;		/* of the call, for source_find(); 0: none */
	const char *text;
	size_t mate;		/* of a push its drain, of a drain its push */
	uint32_t kind;
	uint32_t cpu;
	uint32_t thread;
};

/* The events that matter most, in the order in which they would happen. */
enum story_mark {
	MARK_ENTER,		/* the holder calls enter */
	MARK_SAMPLED,		/* ... has read wr */
	MARK_PASSED,		/* ... a scan moves rd past that */
	MARK_PUSH,		/* ... its store to c goes into the buffer */
	MARK_DONE,		/* ... enter is over */
	MARK_DRAIN,		/* ... others can see c */
	MARK_HOLD,		/* it loads the pointer to the item */
	MARK_RETIRE,		/* the item is freed */
	MARK_ADVANCE,		/* ... gets its goal */
	MARK_STAMPED,
	MARK_SCAN,		/* the scan of the poll that let it go begins */
	MARK_SCANNED,
	MARK_POLL,		/* ... that poll answers true */
	MARK_KNOWN,		/* the item is found safe */
	MARK_REUSE,		/* ... and handed out again */
	MARK_FINDING,
	MARK_COUNT
};

struct story {
	struct tracer tracer;
	struct story_event *ring;
	size_t most;
	uint64_t total;		/* events ever kept */
	uint64_t focus;		/* number of the finding; valid: `found` */
	bool found;
	bool fatal;		/* it is an access, the story ends with it */
	bool frozen;
	struct story_event held;	/* a finding that waits for its cause */
	bool holds;

	unsigned cpu_count;
	unsigned thread_count;
	char **thread_names;

	/* After story_close(). */
	struct story_event *events;
	size_t count;
	size_t first;		/* the window */
	size_t last;
	size_t marks[MARK_COUNT];
	uint64_t item;		/* 0: it is about none */
	uint64_t goal;		/* that the item waits for; valid: has_goal */
	bool has_goal;
	uint32_t cast[STORY_CAST_MAX];	/* CPUs, in order */
	size_t cast_count;
	size_t others;		/* CPUs that take part and found no room */
	size_t choices;		/* interventions up to the finding */
};

struct story *story_create(size_t most);
/* NULL is fine. */
void story_destroy(struct story *story);

struct tracer *story_tracer(struct story *story);

/* The run is over. */
void story_close(struct story *story);

/* The event of a mark, or NULL. */
const struct story_event *story_at(const struct story *story,
    enum story_mark mark);

/* The place of a CPU among the cast, or STORY_NONE. */
size_t story_cast(const struct story *story, uint32_t cpu);

/* "reader", or "idle" for 0. */
const char *story_thread(const struct story *story, uint32_t thread);

enum { STORY_TIME_SIZE = 40 };

/* "56.213": microseconds; and a length of time in words, "3.2 us". */
const char *story_time(uint64_t ps, char text[STORY_TIME_SIZE]);
const char *story_span(uint64_t ps, char text[STORY_TIME_SIZE]);

#endif
