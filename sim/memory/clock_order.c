/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/memory/clock_order.h"
#include "sim/memory/clock_row.h"

struct clock_order clock_order;

static struct {
	uint32_t *all;		/* a row for each place, then that of place 0 */
	uint32_t words;		/* room for one */
	uint32_t laid;		/* words of those that places have; 0: none yet */
} rows;

static struct clock_order *const order = &clock_order;

void
clock_order_fini(void)
{

	free(rows.all);
	memset(&rows, 0, sizeof(rows));
	memset(order, 0, sizeof(*order));
}

static inline uint32_t *
row_before_all(void)
{

	return (rows.all + (size_t)ORDER_SPAN * rows.laid);
}

/* Which row is whose changes in a run; which are there does not. */
static __attribute__((noinline)) void
rows_lay(uint32_t words)
{
	uint32_t i;

	if (words > rows.words) {
		clock_order_fini();
		rows.all = row_make((size_t)(ORDER_SPAN + 1) * words);
		rows.words = words;
	}
	for (i = 0; i < ORDER_SPAN; i++)
		order->places[i].row = rows.all + (size_t)i * words;
	rows.laid = words;
	row_clear(row_before_all());
}

void
clock_order_reset(void)
{
	uint32_t words;

	words = clock_rows.words;
	if (__builtin_expect(rows.laid != words, 0))
		rows_lay(words);
	order->first = order->last = 0;
	row_clear(order->places[0].row);
	order->places[0].fence = true;
	order->ids[0] = 0;
	order->id_last = order->id_dropped = 0;
	order->id_lowest = 1;
	clock_rows.straight = true;
	clock_rows.quick = words == CLOCK_LANES;
}

/* Where it is; `first` if it is too old to tell. */
static uint32_t
order_at(order_id id)
{
	uint32_t at;

	if (id < order->id_lowest)
		return (order->first);
	/*
	 * What was put there may since have become another's, or nobody's; one
	 * that shares the note with a later id is looked for.
	 */
	at = order->found[(id / ORDER_GAP + id) % ORDER_FOUND];
	if (at > order->first && at <= order->last && order->ids[at] == id)
		return (at);
	for (at = order->last; at > order->first; at--)
		if (order->ids[at] == id)
			break;
	return (at);
}

uint32_t
order_place(order_id id)
{

	return (id == 0 ? 0 : order_at(id) - order->first + 1);
}

order_id
order_later_slow(order_id left, order_id right)
{

	if (left == 0 || right == 0)
		return (left | right);
	return (order_place(left) >= order_place(right) ? left : right);
}

void
order_row_find(struct clock_own *own)
{

	own->row = own->fence == 0 ? row_before_all() :
	    order->places[order_at(own->fence)].row;
	own->row_fence = own->fence;
	own->row_version = clock_rows.version;
}

bool
clock_has_seen_slow(uint32_t cpu, uint32_t other, uint32_t epoch)
{
	struct clock_own *own;

	own = &clock_rows.own[cpu];
	order_row_find(own);
	return (own->row[other] >= epoch);
}

uint32_t
order_fenced(uint32_t other, uint32_t epoch)
{
	const struct place *place;
	uint32_t first;

	first = UINT32_MAX;
	for (place = &order->places[order->last];
	    place >= &order->places[order->first]; place--) {
		if (!place->fence)
			continue;
		if (place->row[other] < epoch)
			break;
		first = (uint32_t)(place - order->places) - order->first + 1;
	}
	return (first);
}

order_id
order_limit_fence(uint32_t cpu)
{
	const struct place *place;
	uint32_t i;

	for (i = order->last; i > order->first; i--) {
		place = &order->places[i];
		if (clock_knows(cpu, place->cpu, place->epoch))
			break;
	}
	return (order->ids[i]);
}

/*
 * RC11's scb has happens-before between an access and a later one of another
 * location only where it begins and ends with program order; so the access must
 * be known by something that its CPU did afterwards.
 */
order_id
order_limit_access(uint32_t cpu, uint32_t offset, const uint32_t *row)
{
	const struct place *place;
	uint32_t i;
	bool joined;

	for (i = order->last; i > order->first; i--) {
		place = &order->places[i];
		joined = clock_knows(cpu, place->cpu, place->epoch) ||
		    (row != NULL && row[place->cpu] >= place->epoch);
		if (place->cpu == cpu || (joined && (place->fence ||
		    place->offset == offset ||
		    clock_knows(cpu, place->cpu, place->epoch + 1))))
			break;
	}
	return (order->ids[i]);
}

static inline void
place_move(uint32_t to, uint32_t from)
{
	uint32_t *row;

	row = order->places[to].row;
	order->places[to] = order->places[from];
	order->places[from].row = row;
	order_name(to, order->ids[from]);
}

/* The oldest is too old to tell now, and its place is the first one's. */
static void
place_drop(void)
{
	struct place *place;
	uint32_t *row, i;

	place = &order->places[++order->first];
	if (place->fence) {
		clock_rows.version++;
	} else {
		row = place->row;
		place->row = place[-1].row;
		place[-1].row = row;
		place->fence = true;
	}
	if (order->ids[order->first] > order->id_dropped)
		order->id_dropped = order->ids[order->first];
	order->ids[order->first] = 0;
	order->id_lowest = UINT32_MAX;
	for (i = order->first + 1; i <= order->last; i++) {
		if (order->ids[i] < order->id_lowest)
			order->id_lowest = order->ids[i];
		if (clock_rows.straight)
			break;
	}
}

/* All begin at the beginning again. */
static void
places_rewind(void)
{
	uint32_t i;

	for (i = 0; order->first + i <= order->last; i++)
		place_move(i, order->first + i);
	order->last -= order->first;
	order->first = 0;
}

/* One more, the last. */
static void
place_append(void)
{

	if (order->last - order->first == ORDER_MAX)
		place_drop();
	if (order->last == ORDER_SPAN - 1)
		places_rewind();
	order->last++;
}

static order_id
id_next(void)
{

	assert(order->id_last < UINT32_MAX);
	order->id_last += order->id_last < ORDER_GAPS_UPTO ? ORDER_GAP : 1;
	return (order->id_last);
}

/* One between these two; the highest, and no straight order, if there is none. */
static order_id
id_between(order_id below, order_id above)
{

	if (clock_rows.straight && above - below > 1)
		return (below + (above - below) / 2);
	clock_rows.straight = clock_rows.quick = false;
	return (id_next());
}

/* Before the last `before` of them, whose places change; its row is its own. */
static void
place_put(uint32_t at)
{
	order_id below;
	uint32_t i;

	for (i = order->last; i > at; i--)
		place_move(i, i - 1);
	below = at == order->first + 1 ? order->id_dropped :
	    order->ids[at - 1];
	order_name(at, id_between(below, order->ids[at + 1]));
	if (order->ids[at] < order->id_lowest)
		order->id_lowest = order->ids[at];
}

/* `before` of them stand behind it. */
static uint32_t
place_new(uint32_t cpu, uint32_t before)
{
	struct place *place;
	uint32_t at;

	place_append();
	if (before > order->last - order->first - 1)
		before = order->last - order->first - 1;
	at = order->last - before;
	if (before > 0)
		place_put(at);
	else
		order_name(at, id_next());
	place = &order->places[at];
	place->cpu = cpu;
	place->epoch = clock_epoch(cpu);
	place->offset = UINT32_MAX;
	place->fence = false;
	return (at);
}

bool
order_spent(void)
{

	return (order->id_last > UINT32_MAX / 2);
}

order_id
order_access(uint32_t cpu, uint32_t before, uint32_t offset)
{
	uint32_t at;

	at = place_new(cpu, before);
	order->places[at].offset = offset;
	return (order->ids[at]);
}

order_id
order_fence(uint32_t cpu, uint32_t before)
{
	struct place *earlier, *place;
	struct clock_own *own;
	uint32_t at, i;

	at = place_new(cpu, before);
	place = &order->places[at];
	place->fence = true;
	earlier = place - 1;
	while (!earlier->fence)
		earlier--;
	row_copy_both(place->row, earlier->row, row_of(cpu));
	if (at != order->last) {
		for (i = at + 1; i <= order->last; i++)
			if (order->places[i].fence)
				row_join(order->places[i].row, row_of(cpu));
		clock_rows.version++;
	}
	own = &clock_rows.own[cpu];
	own->fence = order->ids[at];
	own->row = place->row;
	own->row_fence = own->fence;
	own->row_version = clock_rows.version;
	return (own->fence);
}
