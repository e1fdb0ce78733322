/* SPDX-License-Identifier: BSD-2-Clause */
#include "policies/broadcast.h"

#include "engine/kern.h"

void
broadcast_init(struct broadcast *broadcast)
{

	mutex_init(&broadcast->lock);
}

void
broadcast_fini(struct broadcast *broadcast)
{

	mutex_fini(&broadcast->lock);
}

static void
broadcast_answer(void *argument)
{
	struct broadcast *broadcast;

	broadcast = argument;
	if (broadcast->body != NULL)
		broadcast->body(broadcast->argument);
	/* release: what the CPU did before, its sections too, is over. */
	(void)atomic_fetch_sub_explicit(&broadcast->left, 1,
	    memory_order_acq_rel);
}

void
broadcast_all(struct broadcast *broadcast, kern_call *body, void *argument)
{
	unsigned i, cpus;

	cpus = kern_cpu_count();
	mutex_lock(&broadcast->lock);
	broadcast->body = body;
	broadcast->argument = argument;
	(void)atomic_fetch_add_explicit(&broadcast->count, 1,
	    memory_order_relaxed);
	atomic_store_explicit(&broadcast->left, cpus, memory_order_release);
	for (i = 0; i < cpus; i++)
		kern_cross_call(i, broadcast_answer, broadcast);
	while (atomic_load_explicit(&broadcast->left, memory_order_acquire) !=
	    0)
		kern_spin();
	mutex_unlock(&broadcast->lock);
}
