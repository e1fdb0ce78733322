/*
 * store_now - how does a step's store get into the buffer without a call?
 *
 * As stores_push() of a machine whose time is only counted: an entry is due when
 * the guide says so.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_STORE_NOW_H
#define SIM_MACHINE_STORE_NOW_H

#include <string.h>

#include "sim/machine/causality.h"
#include "sim/machine/step_now.h"

/*
 * Of constant sizes, so that the compiler puts moves in line: a call to
 * memcpy() on simulated memory would be taken for an access by the program.
 */
static inline __attribute__((always_inline)) void
store_copy(unsigned char *to, const unsigned char *from, uint32_t size)
{

	switch (size) {
	case 1:
		*to = *from;
		break;
	case 2:
		memcpy(to, from, 2);
		break;
	case 4:
		memcpy(to, from, 4);
		break;
	case 8:
		memcpy(to, from, 8);
		break;
	case 16:
		memcpy(to, from, 16);
		break;
	default:
		while (size-- > 0)
			((volatile unsigned char *)to)[size] = from[size];
	}
}

/* The current CPU's buffer has room: that was part of the step. */
static inline __attribute__((always_inline)) struct store *
store_now_push(struct cpu *cpu, uint32_t offset, uint32_t size)
{
	struct store *store;

	store = &cpu->stores[(cpu->store_head + cpu->store_count) %
	    CPU_STORES_MAX];
	store->due_ps = cpu->now_ps;
	store->offset = offset;
	store->size = (uint16_t)size;
	store->atomic = 0;
	store->stamp = 0;
	store->past = 0;
	if (the.causal)
		store->past = causality_issue(cpu->index, offset);
	store_copy(store->value, the.base + offset, size);
	if (cpu->store_count++ == 0)
		step_head(cpu, offset, size);
	return (store);
}

#endif
