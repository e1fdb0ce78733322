/*
 * peers_kernel - which small program do race finders get compared on?
 *
 * Two readers and a writer, each with two rounds: 30 atomic operations.  It is
 * C as it is, compiled like the engine, and knows nothing of the machine.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef BENCH_PEERS_KERNEL_H
#define BENCH_PEERS_KERNEL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	PEERS_READERS = 2,
	PEERS_ROUNDS = 2,
	PEERS_ATOMICS = 30,	/* of one execution */
	PEERS_POISON = 99,	/* in a node that has been freed */
};

struct peers_node {
	_Alignas(64) uint64_t field;
};

/* Zero but for `wr`, which is 1, and `pointer`, which is at the first node. */
struct peers_kernel {
	_Alignas(64) _Atomic(uint64_t) wr;
	_Alignas(64) _Atomic(struct peers_node *) pointer;
	struct {
		_Alignas(64) _Atomic(uint64_t) c;	/* 0: outside */
	} readers[PEERS_READERS];
	struct peers_node nodes[1 + PEERS_ROUNDS];
};

/* The rounds of one thread.  True: the reader has seen a node that was freed. */
bool peers_reader(struct peers_kernel *kernel, unsigned reader, bool fence);
void peers_writer(struct peers_kernel *kernel);

#endif
