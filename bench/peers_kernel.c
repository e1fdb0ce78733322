/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/peers_kernel.h"

bool
peers_reader(struct peers_kernel *kernel, unsigned reader, bool fence)
{
	const struct peers_node *node;
	unsigned round;
	uint64_t wr;
	bool bad;

	bad = false;
	for (round = 0; round < PEERS_ROUNDS; round++) {
		wr = atomic_load_explicit(&kernel->wr, memory_order_acquire);
		atomic_store_explicit(&kernel->readers[reader].c, wr,
		    memory_order_release);
		if (fence)
			atomic_thread_fence(memory_order_seq_cst);
		node = atomic_load_explicit(&kernel->pointer,
		    memory_order_acquire);
		bad |= node->field == PEERS_POISON;
		atomic_store_explicit(&kernel->readers[reader].c, 0,
		    memory_order_release);
	}
	return (bad);
}

static bool
behind(uint64_t c, uint64_t goal)
{

	return (c != 0 && c < goal);
}

void
peers_writer(struct peers_kernel *kernel)
{
	struct peers_node *node, *old;
	uint64_t goal, first, second;
	unsigned round;

	for (round = 0; round < PEERS_ROUNDS; round++) {
		node = &kernel->nodes[1 + round];
		node->field = 7;
		old = atomic_exchange_explicit(&kernel->pointer, node,
		    memory_order_acq_rel);
		goal = atomic_fetch_add_explicit(&kernel->wr, 2,
		    memory_order_acq_rel) + 2;
		atomic_thread_fence(memory_order_seq_cst);
		first = atomic_load_explicit(&kernel->readers[0].c,
		    memory_order_acquire);
		second = atomic_load_explicit(&kernel->readers[1].c,
		    memory_order_acquire);
		if (!behind(first, goal) && !behind(second, goal))
			old->field = PEERS_POISON;
	}
}
