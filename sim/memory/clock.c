/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "sim/memory/clock_order.h"
#include "sim/memory/clock_row.h"

/*
 * An event of CPU c in epoch e is known to whoever has e or more for c.  The
 * epoch ends with the stamp that carries it, so what c does afterwards is not
 * mistaken for what it did before.
 *
 * From this follows the shortcut of stamp_covered(): a clock gets e for c only
 * from a stamp that c took at the end of epoch e or later, or from one that had
 * joined it.  Then it has all that c had when it took the stamp of e.
 */

_Static_assert((int)STAMP_HB == (int)CLOCK_LANES,
    "the row of a stamp is aligned");
_Static_assert(sizeof(struct clock_own) <= 32, "it is one or two to a line");

static struct {
	uint32_t cpus_room;
	uint32_t *noted;	/* a row for each CPU, where own.noted */

	/* Stamps and their numbers are counted in lanes; number 0 is none. */
	uint32_t stride;	/* of one */
	uint32_t stamp_end;	/* of those ever used in this run */
	uint32_t stamp_room;
	uint32_t stamp_free;
} clocks;

const clock_lanes clock_alone[CLOCK_LANES] = {
	{ -1, 0, 0, 0 }, { 0, -1, 0, 0 }, { 0, 0, -1, 0 }, { 0, 0, 0, -1 },
};

struct clock_rows clock_rows;

static void stamps_grow(void);

static inline uint32_t *
noted_of(uint32_t cpu)
{

	return (clocks.noted + (size_t)cpu * clock_rows.words);
}

void
clocks_fini(void)
{

	free(clock_rows.hb);
	free(clock_rows.own);
	free(clock_rows.stamps);
	free(clocks.noted);
	clock_order_fini();
	memset(&clocks, 0, sizeof(clocks));
	memset(&clock_rows, 0, sizeof(clock_rows));
}

static __attribute__((noinline)) void
clocks_make(uint32_t cpus, uint32_t words)
{
	size_t square;

	clocks_fini();
	square = (size_t)words * words;
	clock_rows.hb = row_make(square);
	clock_rows.own = must_alloc(words, sizeof(struct clock_own));
	clocks.noted = row_make(square);
	clocks.cpus_room = cpus;
}

static inline __attribute__((always_inline)) void
own_reset(struct clock_own *own)
{

	EACH_ALONE;
	own->fence = own->cause = own->noted = own->row_version = 0;
}

/* As many as fill a vector. */
static inline void
rows_reset_few(void)
{
	clock_lanes *rows;
	uint32_t i;

	rows = (clock_lanes *)clock_rows.hb;
#pragma GCC unroll 4
	for (i = 0; i < CLOCK_LANES; i++) {
		EACH_ALONE;
		rows[i] = (clock_lanes){ 0 } - clock_alone[i];
		own_reset(&clock_rows.own[i]);
	}
}

static __attribute__((noinline)) void
rows_reset_many(uint32_t cpus, uint32_t words)
{
	uint32_t *at;
	uint32_t i, j;

	at = clock_rows.hb;
	for (i = 0; i < cpus; i++, at += words) {
		for (j = 0; j < words; j += CLOCK_LANES) {
			EACH_ALONE;
			*(clock_lanes *)(at + j) = (clock_lanes){ 0 };
		}
		at[i] = 1;
		own_reset(&clock_rows.own[i]);
	}
}

void
clocks_reset(uint32_t cpus)
{
	uint32_t words;

	assert(cpus > 0);
	words = (cpus + CLOCK_LANES - 1) & ~(CLOCK_LANES - 1U);
	if (__builtin_expect(cpus > clocks.cpus_room, 0))
		clocks_make(cpus, words);
	clock_rows.words = words;
	clock_rows.version = 1;
	if (words == CLOCK_LANES)
		rows_reset_few();
	else
		rows_reset_many(cpus, words);
	clocks.stride = 1 + words / CLOCK_LANES;
	clocks.stamp_end = 1;
	if (__builtin_expect(clocks.stamp_room == 0, 0))
		stamps_grow();
	clocks.stamp_free = 0;
	clock_order_reset();
}

bool
clocks_spent(uint32_t cpus)
{
	uint32_t i;

	for (i = 0; i < cpus; i++)
		if (clock_epoch(i) > INT32_MAX / 2)
			return (true);
	return (order_spent());
}

/* --- stamps ------------------------------------------------------------- */

/* There is room for one stamp more. */
static __attribute__((noinline)) void
stamps_grow(void)
{
	clock_lanes *larger;
	size_t room;

	room = (size_t)clocks.stamp_room * 2 + clocks.stride + 1024;
	assert(room <= UINT32_MAX);
	larger = row_make(room * CLOCK_LANES);
	if (clocks.stamp_room > 0)
		memcpy(larger, clock_rows.stamps,
		    clocks.stamp_room * sizeof(*larger));
	free(clock_rows.stamps);
	clock_rows.stamps = larger;
	clocks.stamp_room = (uint32_t)room;
}

static inline bool
stamps_full(void)
{

	return (clocks.stamp_free == 0 &&
	    clocks.stamp_room - clocks.stamp_end < clocks.stride);
}

/* Where there is room. */
static inline stamp_id
stamp_new(void)
{
	stamp_id stamp;

	stamp = clocks.stamp_free;
	if (stamp != 0) {
		clocks.stamp_free = stamp_words(stamp)[STAMP_OWNER];
	} else {
		stamp = clocks.stamp_end;
		clocks.stamp_end = stamp + clocks.stride;
	}
	return (stamp);
}

void
stamp_free(stamp_id stamp)
{

	stamp_words(stamp)[STAMP_OWNER] = clocks.stamp_free;
	clocks.stamp_free = stamp;
}

/* Joins `from` into the stamp `into`, which is nobody's own from then on. */
static void
stamp_add(uint32_t *into, const uint32_t *from)
{

	if (stamp_covered(into + STAMP_HB, from))
		return;
	row_join(into + STAMP_HB, from + STAMP_HB);
	into[STAMP_FENCE] = order_later(into[STAMP_FENCE], from[STAMP_FENCE]);
	into[STAMP_EPOCH] = 0;
}

stamp_id
stamp_take(uint32_t cpu, stamp_id with)
{
	stamp_id stamp;
	uint32_t *hb, *words;

	if (stamps_full())
		stamps_grow();
	hb = row_of(cpu);
	assert(hb[cpu] < INT32_MAX);
	stamp = stamp_new();
	words = stamp_words(stamp);
	words[STAMP_REFERENCES] = 1;
	words[STAMP_OWNER] = cpu;
	words[STAMP_EPOCH] = hb[cpu];
	words[STAMP_FENCE] = clock_rows.own[cpu].fence;
	row_copy(words + STAMP_HB, hb);
	hb[cpu]++;
	if (with != 0)
		stamp_add(words, stamp_words(with));
	return (stamp);
}

stamp_id
stamp_both(stamp_id left, stamp_id right)
{
	stamp_id stamp;
	uint32_t *words;

	if (left == 0 || left == right)
		return (stamp_hold(right));
	if (right == 0 || stamp_covered(stamp_words(left) + STAMP_HB,
	    stamp_words(right)))
		return (stamp_hold(left));
	if (stamp_covered(stamp_words(right) + STAMP_HB, stamp_words(left)))
		return (stamp_hold(right));
	if (stamps_full())
		stamps_grow();
	stamp = stamp_new();
	words = stamp_words(stamp);
	words[STAMP_REFERENCES] = 1;
	words[STAMP_OWNER] = stamp_words(left)[STAMP_OWNER];
	words[STAMP_EPOCH] = stamp_words(left)[STAMP_EPOCH];
	words[STAMP_FENCE] = stamp_words(left)[STAMP_FENCE];
	row_copy(words + STAMP_HB, stamp_words(left) + STAMP_HB);
	stamp_add(words, stamp_words(right));
	return (stamp);
}

void
stamp_join_slow(uint32_t cpu, const uint32_t *words)
{
	struct clock_own *own;

	row_join(row_of(cpu), words + STAMP_HB);
	own = &clock_rows.own[cpu];
	own->fence = order_later(own->fence, words[STAMP_FENCE]);
}

void
clock_note_row(uint32_t cpu, const uint32_t *row, order_id fence)
{
	struct clock_own *own;

	own = &clock_rows.own[cpu];
	if (!own->noted) {
		own->noted = 1;
		own->noted_fence = fence;
		row_copy(noted_of(cpu), row);
	} else {
		own->noted_fence = order_later(own->noted_fence, fence);
		row_join(noted_of(cpu), row);
	}
}

void
clock_note(uint32_t cpu, stamp_id stamp)
{
	const uint32_t *words;

	if (stamp == 0)
		return;
	words = stamp_words(stamp);
	if (stamp_covered(row_of(cpu), words) ||
	    (clock_rows.own[cpu].noted && stamp_covered(noted_of(cpu), words)))
		return;
	clock_note_row(cpu, words + STAMP_HB, words[STAMP_FENCE]);
}

void
clock_acquire(uint32_t cpu)
{
	struct clock_own *own;

	own = &clock_rows.own[cpu];
	if (__builtin_expect(!own->noted, 1))
		return;
	own->noted = 0;
	row_join(row_of(cpu), noted_of(cpu));
	own->fence = order_later(own->fence, own->noted_fence);
}

void
clock_tick(uint32_t cpu)
{
	uint32_t *hb;

	hb = row_of(cpu);
	assert(hb[cpu] < INT32_MAX);
	hb[cpu]++;
}
