/*
 * memory - which values may a load return?
 *
 * A memory model is one file with a `const struct memory_model memory_NAME`
 * and a row MEMORY(NAME) in memories.def.  Plain accesses are carried out by
 * the compiled code itself after the hook has let them; atomic ones are carried
 * out by the model.  Both have been paid for, watched and scheduled by the
 * hooks (sim/machine/hook*.c) before a model is asked.
 *
 * A location is (offset, size) in the arena; values are in the low bytes.
 * `order` is one of memory_order of C11, as compilers pass it, or ORDER_LOCKED.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MEMORY_MEMORY_H
#define SIM_MEMORY_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

enum memory_order_number {
	ORDER_RELAXED = 0,
	ORDER_CONSUME = 1,	/* taken for acquire */
	ORDER_ACQUIRE = 2,
	ORDER_RELEASE = 3,
	ORDER_ACQ_REL = 4,
	ORDER_SEQ_CST = 5,
	ORDER_LOCKED = 6,	/* an x86 locked instruction: a full fence on
				 * either side */
};

static inline bool
order_acquires(int order)
{

	return (order != ORDER_RELAXED && order != ORDER_RELEASE);
}

static inline bool
order_releases(int order)
{

	return (order >= ORDER_RELEASE);
}

/* What a compare-exchange wants to read; NULL for all other changes. */
struct memory_expected {
	uint64_t value;
	int fail_order;
};

/*
 * A model whose stores have a history, so that a load may see an older one.
 * All act for the CPU with this number.
 */
struct memory_history {
	void (*reset)(uint32_t cpus);
	uint64_t (*load)(uint32_t cpu, uint32_t offset, uint32_t size,
	    int order);
	void (*store)(uint32_t cpu, uint32_t offset, uint32_t size,
	    uint64_t value, int order);
	/*
	 * A read-modify-write: chooses the store that it reads, and then puts
	 * its own right behind that one.  A compare-exchange ends after the
	 * first half where that is not the value that it expects:
	 * change_cancel() makes it a load, with the order of failure.
	 */
	uint64_t (*change_begin)(uint32_t cpu, uint32_t offset, uint32_t size,
	    int order, const struct memory_expected *expected);
	void (*change_end)(uint32_t cpu, uint32_t offset, uint32_t size,
	    uint64_t value, int order);
	void (*change_cancel)(uint32_t cpu, uint32_t offset, uint32_t size,
	    int order);
	void (*fence)(uint32_t cpu, int order);
	/* The program is about to store there by itself. */
	void (*plain_store)(uint32_t cpu, uint32_t offset, uint32_t size);
	/* Memory is cleared, or changes its owner. */
	void (*forget)(uint32_t offset, uint32_t bytes);
};

struct memory_model {
	const char *name;
	const char *about;
	bool buffered;		/* stores wait in the CPU's buffer, in order */
	const struct memory_history *history;	/* NULL: none */
};

extern const struct memory_model *const memory_models[];
extern const uint32_t memory_model_count;

#endif
