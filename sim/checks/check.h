/*
 * check - is what happened allowed?
 *
 * Checks listen to the stream and to the oracle; they never act.  Each is one
 * file with a `const struct check check_NAME` and a row CHECK(NAME) in
 * checks.def.  What a check finds becomes part of the run's result; a second
 * finding of the same check only counts.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_CHECKS_CHECK_H
#define SIM_CHECKS_CHECK_H

#include <stdint.h>

#include "sim/machine/stream.h"
#include "sim/run.h"

struct check {
	struct check_def def;
	uint64_t listens;	/* bit for each stream_kind */
	void (*begin)(void);	/* NULL: nothing to prepare */
	void (*event)(const struct stream_event *event);
	void (*end)(void);	/* after the last event, memory still there */
};

#define CHECK_LISTENS(kind) (UINT64_C(1) << (kind))

void checks_begin(struct run_result *result);
void checks_event(const struct stream_event *event);
void checks_end(void);
/* What any of them wants to hear. */
uint64_t checks_listen(void);

/* The next finding is about this item; forgotten after it. */
void check_about(uint32_t item);

/* A finding, at the current CPU's time. */
void check_report(const char *check, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * The same with places in the code under test: `where` holds `count` return
 * addresses, at most RUN_WHERE_MAX.  In the summary "@0" and "@1" stand for
 * them.
 */
void check_report_at(const char *check, const void *const *where, size_t count,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* A line that sections_spoil() had watched is accessed. */
void use_after_free_access(uint32_t offset, uint32_t size, int is_write,
    const void *where);

/* Time in words: "3.2 us". */
const char *check_time(uint64_t ps, char *text, unsigned room);

#endif
