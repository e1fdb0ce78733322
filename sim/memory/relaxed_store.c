/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/memory/relaxed_store.h"

#include <assert.h>
#include <stddef.h>

#include "sim/memory/memory_choose.h"

struct relaxed_cpu relaxed_cpus[RELAXED_CPUS_MAX];

uint32_t
relaxed_choose_index(uint32_t cpu, struct location *location, uint32_t lowest)
{
	uint32_t choice, index, places;

	places = 1;
	for (index = location->count - 1U; index > lowest; index--)
		if (!history_at(location, index - 1)->attached)
			places++;
	if (places == 1)
		return (location->count);
	choice = (uint32_t)memory_choose(CHOICE_PLACE, cpu, places);
	assert(choice < places);
	for (index = location->count; choice > 0; choice--)
		do
			index--;
		while (history_at(location, index - 1)->attached);
	return (index);
}

/* The CPU's last store there; NULL: none is left. */
static const struct past_store *
last_by(uint32_t cpu, struct location *location)
{
	const struct past_store *store;
	uint32_t index;

	for (index = location->count; index-- > 0;) {
		store = history_at(location, index);
		if (store->cpu == cpu && store->epoch != 0)
			return (store);
	}
	return (NULL);
}

void
relaxed_release_kept(uint32_t cpu, struct location *location,
    struct past_stamp *released)
{
	const struct past_stamp *fence, *kept;
	const struct past_store *last;
	bool few;

	few = clock_few();
	kept = fence = &relaxed_cpus[cpu].released;
	last = last_by(cpu, location);
	if (last == NULL || past_stamp_none(&last->release, few)) {
		if ((location->dropped >> cpu % 64 & 1) != 0) {
			past_stamp_take(released, cpu, few);
			return;
		}
	} else if (past_stamp_epoch(&last->release, few) >
	    past_stamp_epoch(fence, few)) {
		kept = &last->release;
	}
	past_stamp_hold(released, kept, few);
}

struct past_store *
relaxed_put_before(uint32_t cpu, struct location *location, uint32_t index,
    uint64_t value, int order, const struct past_stamp *chain,
    order_id ordered)
{
	struct past_store *store;
	struct past_stamp released;
	uint64_t now_ps;
	uint32_t epoch;

	epoch = clock_epoch(cpu);
	past_stamp_clear(&released, true);
	relaxed_release(cpu, location, order, &released, clock_few());
	now_ps = history_now(cpu);
	store = history_insert(location, index, now_ps);
	store->release = released;
	relaxed_stamp(store, chain, order, clock_few());
	relaxed_fill(store, cpu, value, now_ps, epoch, ordered, clock_few());
	return (store);
}
