/*
 * broadcast - has every CPU done this, outside of its sections?
 *
 * A function is called on every CPU by cross calls, one broadcast at a time,
 * and the caller waits until all have answered: NetBSD's xc_broadcast() and
 * xc_wait().  A CPU that has its calls off answers when they are on again.
 *
 * Threads     not in a critical section, nor with calls off.
 * Source      NetBSD xcall(9)
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef POLICIES_BROADCAST_H
#define POLICIES_BROADCAST_H

#include <stdatomic.h>
#include <stdint.h>

#include "engine/kern_scheme.h"
#include "engine/mutex.h"

struct broadcast {
	struct mutex lock;
	_Atomic(unsigned) left;		/* CPUs that have not answered */
	kern_call *body;		/* NULL: only to have been interrupted */
	void *argument;
	_Atomic(uint64_t) count;
};

void broadcast_init(struct broadcast *broadcast);
void broadcast_fini(struct broadcast *broadcast);

/* Returns when body(argument) has been called on every CPU. */
void broadcast_all(struct broadcast *broadcast, kern_call *body,
    void *argument);

#endif
