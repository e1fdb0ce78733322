/*
 * reader - how far has the reading of a litmus test come?
 *
 * What the parts of the reader share: the text, the names that it has given
 * to locations and registers, and the thread whose code is being made.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_LITMUS_READER_H
#define TOOLS_LITMUS_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/litmus/scan.h"
#include "tools/litmus/test.h"

enum {
	READER_DEPTH_MAX = 64,		/* of parentheses, blocks, ... */
	READER_SLOT_BYTES = 64,		/* each location begins a cache line */
	READER_LABELS_MAX = 64,		/* of one thread; and as many jumps */
	READER_VALUES_MAX = LITMUS_LOCATIONS_MAX,
};

struct type {
	uint8_t size;		/* of what is at the end; 0: void */
	bool sign;
	bool atomic;
	uint8_t pointers;
};

struct location {
	char name[LITMUS_NAME_SIZE];
	uint32_t offset;
	struct type type;	/* of one element */
	bool typed;		/* declared, not guessed */
	bool given;		/* by an item of the section { ... } */
	bool used;		/* by a parameter or an instruction */
	uint32_t count;		/* of elements; 0: no array */
	int64_t values[READER_VALUES_MAX];
};

struct named_register {
	char name[LITMUS_NAME_SIZE];
	struct type type;
	bool typed;
	int address_of;		/* holds the address of this location; or -1 */
	uint32_t address_plus;
	int16_t index;		/* in the program */
};

struct label {
	char name[LITMUS_NAME_SIZE];
	bool placed;
	uint16_t target;
};

/* What is known of a thread while its code is made. */
struct thread_names {
	struct named_register registers[LITMUS_REGISTERS_MAX];
	size_t count;
	struct scan_token first;	/* where it is first spoken of */
	bool spoken;
	int temp_next;		/* temporaries come from the upper end */
	int temp_low;		/* the lowest index that ever was one */
	size_t join;		/* a jump leads here: no instruction before */
	struct label labels[READER_LABELS_MAX];
	size_t label_count;
	struct jump {
		uint16_t instr;
		uint16_t label;
		struct scan_token token;
	} jumps[READER_LABELS_MAX];
	size_t jump_count;
	int16_t flag_a, flag_b;		/* x86: what was compared */
	uint8_t flag_size;
	bool flags_known;
	bool flags_order;		/* and less and greater mean something */
};

struct reader {
	struct scan scan;
	struct litmus_test *test;
	struct location locations[LITMUS_LOCATIONS_MAX];
	size_t location_count;
	uint32_t memory_used;
	size_t value_count;		/* elements of all locations */
	struct thread_names threads[LITMUS_THREADS_MAX];
	size_t thread;			/* whose code is made */
	unsigned depth;
	bool flags_wanted;		/* x86: some instruction looks at them */
	struct c_state *c;		/* see c_value.h; only in C functions */
};

/* Into a parenthesis or block: false, and a complaint, if that is too deep. */
bool reader_enter(struct reader *reader);
void reader_leave(struct reader *reader);

static inline struct thread_names *
reader_names(struct reader *reader)
{

	return (&reader->threads[reader->thread]);
}

#endif
