/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/sim/machine/probe.h"

#include <stdatomic.h>

uint64_t
probe_load(const uint64_t *at)
{

	return (*at);
}

void
probe_store(uint64_t *at, uint64_t value)
{

	*at = value;
}

void
probe_store_byte(unsigned char *at, unsigned char value)
{

	*at = value;
}

uint64_t
probe_add(uint64_t *at, uint64_t value)
{

	return (__atomic_fetch_add(at, value, __ATOMIC_RELAXED));
}

void
probe_store_seq_cst(uint64_t *at, uint64_t value)
{

	__atomic_store_n(at, value, __ATOMIC_SEQ_CST);
}

void
probe_fence(void)
{

	atomic_thread_fence(memory_order_seq_cst);
}
