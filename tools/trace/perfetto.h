/*
 * perfetto - what does a run look like on a time line?
 *
 * A listener that turns the stream of events into a trace that Perfetto opens:
 * for each CPU a scheduling lane, a lane of what its threads do (sections,
 * allocations, frees, advances, polls, scans, waits), one of what befalls it
 * (ticks, stalls, interventions) and some for its store buffer; counters; an
 * arrow from each free to the reuse of the item.  What code under test has told
 * names the line that did.
 *
 * Only the last `most` entries are kept, so that a long run costs memory and
 * disk for its end only.  Nothing is written before perfetto_write().
 *
 *	perfetto = perfetto_create(PERFETTO_DEFAULT);
 *	run_execute_traced(&spec, &result, perfetto_tracer(perfetto));
 *	perfetto_note(perfetto, "token", token);
 *	failed = perfetto_write(perfetto, path, &err);
 *	perfetto_destroy(perfetto);
 *
 * Units       nanoseconds of simulated time.  Shorter things have length 0.
 * Invariant   on each lane of slices, slices are strictly nested: what a
 *             thread has open ends when it leaves the CPU and goes on where
 *             it continues.
 * Errors      perfetto_write() sets err and leaves no file behind.
 * Cost        56 bytes for an entry in memory, about 60 in the file.
 * Source      github.com/google/perfetto, protos/perfetto/trace (the numbers
 *             of the fields).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_TRACE_PERFETTO_H
#define TOOLS_TRACE_PERFETTO_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct perfetto;
struct tracer;

enum { PERFETTO_DEFAULT = 300000 };

struct perfetto *perfetto_create(size_t most);
/* NULL is fine. */
void perfetto_destroy(struct perfetto *perfetto);

struct tracer *perfetto_tracer(struct perfetto *perfetto);

/*
 * Of a run with a finding, only what happened up to `window_ns` before the
 * first one, and an eighth of that after it, is kept; 0: all.
 */
void perfetto_window(struct perfetto *perfetto, uint64_t window_ns);

/* Where the trace is from; shown at its begin.  Both texts are copied. */
void perfetto_note(struct perfetto *perfetto, const char *name,
    const char *value);

/* Entries that are kept, and those before them that are not. */
size_t perfetto_kept(const struct perfetto *perfetto);
uint64_t perfetto_dropped(const struct perfetto *perfetto);

int perfetto_write(const struct perfetto *perfetto, const char *path,
    struct err *err);

#endif
