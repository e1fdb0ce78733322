/*
 * log - what did each operation answer, and what did the core hold after it?
 *
 * An operation is an advance or a poll, by whomever, the beginning or the end
 * of a section, or a look at the sequence.  A log listens to one run and has an
 * entry for each, with all words and counters of the core; clock ticks and
 * findings have one too.  A log that is kept `against` another one stops at the
 * first entry that is not the same.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CONFORM_LOG_H
#define TOOLS_CONFORM_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/core_state.h"
#include "sim/machine/stream.h"

enum log_call {
	LOG_ENTER,
	LOG_EXIT,
	LOG_ADVANCE,
	LOG_POLL,
	LOG_SEQUENCE,
	LOG_RETURN,		/* to the workload: `answer` of call `argument` */
	LOG_TICK,
	LOG_FINDING,
	LOG_CALL_COUNT
};

enum log_value {
	LOG_ANSWER,		/* the goal; 1 if met; the sequence; the tick */
	LOG_WR,
	LOG_RD,
	LOG_WR_TICKS,
	LOG_COUNT_ADVANCE,
	LOG_COUNT_ADVANCE_WAIT,
	LOG_COUNT_POLL,
	LOG_COUNT_POLL_SCAN,
	LOG_COUNT_POLL_FAIL,
	LOG_STEPS,		/* of the machine: did it take the same ones? */
	LOG_VALUES
};

struct log_entry {
	uint32_t call;		/* enum log_call */
	uint32_t cpu;
	uint64_t argument;	/* the goal of a poll */
	uint64_t values[LOG_VALUES];
	uint32_t c[CORE_STATE_CPUS];
};

/* What operations there were: "no difference" is worth no more than these. */
enum log_tally {
	LOG_ENTERS,
	LOG_ADVANCES,
	LOG_WAITS,		/* advances that had to wait */
	LOG_POLLS_MET,
	LOG_POLLS_FAILED,
	LOG_SCANS,
	LOG_STALE,		/* sections whose c was behind rd when they opened */
	LOG_WRAPS,		/* of wr */
	LOG_TICKS,
	LOG_TALLIES
};

/* All zero is a valid start; log_begin() may be called again and again. */
struct log {
	struct tracer tracer;
	struct log_entry *entries;
	size_t count;
	size_t room;
	size_t most;			/* entries after which it is full */
	uint64_t operations;
	uint64_t tallies[LOG_TALLIES];
	const struct log *against;	/* or NULL */
	bool differs;			/* the last entry is not that of `against` */
	bool over;			/* no more is wanted */
	uint32_t cpus;
	uint32_t depth[CORE_STATE_CPUS];	/* calls of the core, nested */
};

void log_begin(struct log *log, size_t most, const struct log *against);
void log_fini(struct log *log);

bool log_same(const struct log_entry *one, const struct log_entry *other);

extern const char *const log_value_names[LOG_VALUES];
extern const char *const log_tally_names[LOG_TALLIES];

/* "poll of goal 7", "enter". */
void log_words(const struct log_entry *entry, char *text, size_t room);

#endif
