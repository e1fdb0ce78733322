/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/memory/clock.h"

/*
 * An event of CPU c in epoch e is known to whoever has e or more for c.  The
 * epoch ends with the stamp that carries it, so what c does afterwards is not
 * mistaken for what it did before.
 *
 * From this follows the shortcut of covers(): a clock gets e for c only from a
 * stamp that c took at the end of epoch e or later, or from one that had joined
 * it.  Then it has all that c had when it took the stamp of e.
 */

/* A stamp is a few words, then a clock. */
enum {
	STAMP_REFERENCES,
	STAMP_OWNER,		/* CPU; when free: the next free stamp */
	STAMP_EPOCH,		/* the owner's; 0: joined from several */
	STAMP_FENCE,
	STAMP_HB
};

struct own {
	fence_id fence;		/* the latest in hb */
	fence_id noted_fence;
	uint32_t noted;		/* 1: an acquire fence has something to join */
	uint32_t row_version;	/* when `row` was looked up */
	const uint32_t *row;	/* of `fence` */
};

static struct {
	uint32_t cpus;
	uint32_t cpus_room;
	uint32_t *hb;		/* cpus rows of cpus epochs */
	uint32_t *noted;	/* the same, where own.noted */
	struct own *own;

	uint32_t *stamps;
	uint32_t stride;	/* words of one */
	uint32_t stamp_count;	/* ever used in this run; number 0 is none */
	size_t stamp_room;	/* words */
	uint32_t stamp_free;

	/* The order of fences: place 1 is the oldest that is left. */
	struct place {
		fence_id id;
		uint32_t *row;	/* cpus epochs, then a number of stores */
	} places[FENCES_MAX + 1];
	uint32_t *rows;		/* FENCES_MAX + 1; that of place 0 is zero */
	uint32_t fence_count;
	uint32_t fence_next;
	uint32_t version;	/* changes with each fence */
} clocks;

static void *
must(void *memory)
{

	if (memory == NULL)
		abort();
	return (memory);
}

static uint32_t *
hb_of(uint32_t cpu)
{

	return (clocks.hb + (size_t)cpu * clocks.cpus);
}

static uint32_t *
noted_of(uint32_t cpu)
{

	return (clocks.noted + (size_t)cpu * clocks.cpus);
}

static uint32_t *
stamp_of(stamp_id stamp)
{

	return (clocks.stamps + (size_t)stamp * clocks.stride);
}

static void
join(uint32_t *into, const uint32_t *from)
{
	uint32_t i;

	for (i = 0; i < clocks.cpus; i++)
		into[i] = into[i] > from[i] ? into[i] : from[i];
}

/* The stamp would bring nothing to this clock, as far as can be told at once. */
static bool
covers(const uint32_t *clock, const uint32_t *stamp)
{

	return (stamp[STAMP_EPOCH] != 0 &&
	    clock[stamp[STAMP_OWNER]] >= stamp[STAMP_EPOCH]);
}

void
clocks_fini(void)
{

	free(clocks.hb);
	free(clocks.noted);
	free(clocks.own);
	free(clocks.rows);
	free(clocks.stamps);
	memset(&clocks, 0, sizeof(clocks));
}

void
clocks_reset(uint32_t cpus)
{
	size_t square;
	uint32_t i;

	assert(cpus > 0);
	if (cpus > clocks.cpus_room) {
		square = (size_t)cpus * cpus * sizeof(uint32_t);
		clocks_fini();
		clocks.hb = must(malloc(square));
		clocks.noted = must(malloc(square));
		clocks.own = must(malloc(cpus * sizeof(struct own)));
		clocks.rows = must(malloc((FENCES_MAX + 1) *
		    (cpus + 1) * sizeof(uint32_t)));
		clocks.cpus_room = cpus;
	}
	clocks.cpus = cpus;
	memset(clocks.hb, 0, (size_t)cpus * cpus * sizeof(uint32_t));
	memset(clocks.own, 0, cpus * sizeof(struct own));
	for (i = 0; i < cpus; i++)
		hb_of(i)[i] = 1;
	clocks.stride = STAMP_HB + cpus;
	clocks.stamp_count = 1;
	clocks.stamp_free = 0;
	memset(clocks.rows, 0, (cpus + 1) * sizeof(uint32_t));
	for (i = 0; i <= FENCES_MAX; i++) {
		clocks.places[i].id = 0;
		clocks.places[i].row = clocks.rows + (size_t)i * (cpus + 1);
	}
	clocks.fence_count = 0;
	clocks.fence_next = 0;
	clocks.version = 1;
}

uint32_t
clock_epoch(uint32_t cpu)
{

	return (hb_of(cpu)[cpu]);
}

bool
clock_knows(uint32_t cpu, uint32_t other, uint32_t epoch)
{

	return (hb_of(cpu)[other] >= epoch);
}

/* --- stamps ------------------------------------------------------------- */

static stamp_id
stamp_new(void)
{
	size_t words;
	stamp_id stamp;

	if (clocks.stamp_free != 0) {
		stamp = clocks.stamp_free;
		clocks.stamp_free = stamp_of(stamp)[STAMP_OWNER];
	} else {
		stamp = clocks.stamp_count++;
		words = (size_t)clocks.stamp_count * clocks.stride;
		if (words > clocks.stamp_room) {
			clocks.stamp_room = 2 * words;
			clocks.stamps = must(realloc(clocks.stamps,
			    clocks.stamp_room * sizeof(uint32_t)));
		}
	}
	stamp_of(stamp)[STAMP_REFERENCES] = 1;
	return (stamp);
}

stamp_id
stamp_hold(stamp_id stamp)
{

	if (stamp != 0)
		stamp_of(stamp)[STAMP_REFERENCES]++;
	return (stamp);
}

void
stamp_drop(stamp_id stamp)
{
	uint32_t *words;

	if (stamp == 0)
		return;
	words = stamp_of(stamp);
	assert(words[STAMP_REFERENCES] > 0);
	if (--words[STAMP_REFERENCES] == 0) {
		words[STAMP_OWNER] = clocks.stamp_free;
		clocks.stamp_free = stamp;
	}
}

uint32_t
stamp_epoch(stamp_id stamp)
{

	return (stamp == 0 ? 0 : stamp_of(stamp)[STAMP_EPOCH]);
}

/* Joins `from` into the stamp `into`, which is nobody's own from then on. */
static void
stamp_add(uint32_t *into, const uint32_t *from)
{

	if (covers(into + STAMP_HB, from))
		return;
	join(into + STAMP_HB, from + STAMP_HB);
	into[STAMP_FENCE] = fence_later(into[STAMP_FENCE], from[STAMP_FENCE]);
	into[STAMP_EPOCH] = 0;
}

stamp_id
stamp_take(uint32_t cpu, stamp_id with)
{
	stamp_id stamp;
	uint32_t *hb, *words;

	stamp = stamp_new();
	words = stamp_of(stamp);
	hb = hb_of(cpu);
	words[STAMP_OWNER] = cpu;
	words[STAMP_EPOCH] = hb[cpu];
	words[STAMP_FENCE] = clocks.own[cpu].fence;
	memcpy(words + STAMP_HB, hb, clocks.cpus * sizeof(uint32_t));
	if (with != 0)
		stamp_add(words, stamp_of(with));
	assert(hb[cpu] != UINT32_MAX);
	hb[cpu]++;
	return (stamp);
}

stamp_id
stamp_both(stamp_id left, stamp_id right)
{
	stamp_id stamp;
	uint32_t *words;

	if (left == 0 || left == right)
		return (stamp_hold(right));
	if (right == 0 || covers(stamp_of(left) + STAMP_HB, stamp_of(right)))
		return (stamp_hold(left));
	if (covers(stamp_of(right) + STAMP_HB, stamp_of(left)))
		return (stamp_hold(right));
	stamp = stamp_new();
	words = stamp_of(stamp);
	memcpy(words + 1, stamp_of(left) + 1,
	    (clocks.stride - 1) * sizeof(uint32_t));
	stamp_add(words, stamp_of(right));
	return (stamp);
}

void
stamp_join(uint32_t cpu, stamp_id stamp)
{
	const uint32_t *words;
	struct own *own;
	fence_id later;

	if (stamp == 0)
		return;
	words = stamp_of(stamp);
	if (covers(hb_of(cpu), words))
		return;
	join(hb_of(cpu), words + STAMP_HB);
	own = &clocks.own[cpu];
	later = fence_later(own->fence, words[STAMP_FENCE]);
	if (later != own->fence) {
		own->fence = later;
		own->row_version = 0;
	}
}

void
clock_note(uint32_t cpu, stamp_id stamp)
{
	const uint32_t *words;
	struct own *own;

	if (stamp == 0)
		return;
	words = stamp_of(stamp);
	if (covers(hb_of(cpu), words))
		return;
	own = &clocks.own[cpu];
	if (!own->noted) {
		own->noted = 1;
		own->noted_fence = words[STAMP_FENCE];
		memcpy(noted_of(cpu), words + STAMP_HB,
		    clocks.cpus * sizeof(uint32_t));
	} else if (!covers(noted_of(cpu), words)) {
		own->noted_fence = fence_later(own->noted_fence,
		    words[STAMP_FENCE]);
		join(noted_of(cpu), words + STAMP_HB);
	}
}

void
clock_acquire(uint32_t cpu)
{
	struct own *own;

	own = &clocks.own[cpu];
	if (!own->noted)
		return;
	own->noted = 0;
	join(hb_of(cpu), noted_of(cpu));
	own->fence = fence_later(own->fence, own->noted_fence);
	own->row_version = 0;
}

/* --- seq_cst fences ------------------------------------------------------ */

static uint32_t
place_of(fence_id fence)
{
	uint32_t place;

	if (fence == 0)
		return (0);
	for (place = clocks.fence_count; place > 1; place--)
		if (clocks.places[place].id == fence)
			break;
	return (place);
}

fence_id
fence_later(fence_id left, fence_id right)
{

	if (left == right || right == 0)
		return (left);
	return (place_of(left) >= place_of(right) ? left : right);
}

fence_id
fence_last(void)
{

	return (clocks.places[clocks.fence_count].id);
}

uint32_t
fences_after(fence_id fence)
{

	return (clocks.fence_count - place_of(fence));
}

fence_id
clock_fence_known(uint32_t cpu)
{

	return (clocks.own[cpu].fence);
}

static const uint32_t *
row_of(uint32_t cpu)
{
	struct own *own;

	own = &clocks.own[cpu];
	if (own->row_version != clocks.version) {
		own->row = clocks.places[place_of(own->fence)].row;
		own->row_version = clocks.version;
	}
	return (own->row);
}

bool
clock_has_seen(uint32_t cpu, uint32_t other, uint32_t epoch)
{

	return (hb_of(cpu)[other] >= epoch || row_of(cpu)[other] >= epoch);
}

uint32_t
clock_stores_seen(uint32_t cpu)
{

	return (row_of(cpu)[clocks.cpus]);
}

bool
clock_fenced(uint32_t other, uint32_t epoch)
{

	return (clocks.places[clocks.fence_count].row[other] >= epoch);
}

fence_id
clock_fence(uint32_t cpu, uint32_t before, uint32_t stores)
{
	uint32_t *row;
	uint32_t i, place;

	assert(before <= fences_after(clocks.own[cpu].fence));
	if (clocks.fence_count == FENCES_MAX) {
		row = clocks.places[1].row;
		memmove(&clocks.places[1], &clocks.places[2],
		    (FENCES_MAX - 1) * sizeof(struct place));
		clocks.places[FENCES_MAX].row = row;
		clocks.fence_count--;
		if (before > clocks.fence_count)
			before = clocks.fence_count;
	}
	clocks.fence_count++;
	place = clocks.fence_count - before;
	row = clocks.places[clocks.fence_count].row;
	for (i = clocks.fence_count; i > place; i--)
		clocks.places[i] = clocks.places[i - 1];
	assert(clocks.fence_next != UINT32_MAX);
	clocks.places[place].id = ++clocks.fence_next;
	clocks.places[place].row = row;
	memcpy(row, clocks.places[place - 1].row,
	    (clocks.cpus + 1) * sizeof(uint32_t));
	if (row[clocks.cpus] < stores)
		row[clocks.cpus] = stores;
	for (i = place; i <= clocks.fence_count; i++)
		join(clocks.places[i].row, hb_of(cpu));
	clocks.own[cpu].fence = clocks.fence_next;
	clocks.version++;
	return (clocks.fence_next);
}
