/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/shrink/choices.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/shrink/ddmin.h"
#include "tools/shrink/shrink.h"

enum {
	CHOICES_MERGE_MAX = 12,		/* pairs of so many are looked at */
	CHOICES_STRETCH = 8,
	CHOICES_LOWER_MAX = 8,		/* ranks, older stores tried from 1 up */
	CHOICES_BISECTIONS = 4,
	CHOICES_LENGTH_LEAST_PS = 1000,
};

/* --- fewer --------------------------------------------------------------------- */

struct fewer {
	struct shrink *shrink;
	struct run_spec spec;
	struct schedule all;
	struct schedule some;
};

static enum ddmin_answer
ask_fewer(void *context, const bool *kept, size_t count)
{
	struct fewer *fewer = context;
	const struct schedule_entry *entry;
	size_t i;
	bool fails;

	schedule_clear(&fewer->some);
	fewer->some.stepped = fewer->all.stepped;
	for (i = 0; i < count; i++) {
		entry = &fewer->all.entries[i];
		if (kept[i])
			schedule_add(&fewer->some,
			    (enum choice_kind)entry->kind, entry->cpu,
			    entry->nth, entry->answer);
	}
	fails = shrink_try(fewer->shrink, &fewer->spec, &fewer->some);
	if (shrink_over(fewer->shrink))
		return (DDMIN_STOP);
	return (fails ? DDMIN_YES : DDMIN_NO);
}

static void
leave_out(struct shrink *shrink)
{
	struct fewer fewer;
	bool *kept;

	memset(&fewer, 0, sizeof(fewer));
	fewer.shrink = shrink;
	fewer.spec = shrink->best.spec;
	schedule_copy(&fewer.all, &shrink->best.schedule);
	kept = must_alloc(fewer.all.count, sizeof(*kept));
	memset(kept, 1, fewer.all.count * sizeof(*kept));
	(void)ddmin(kept, fewer.all.count, ask_fewer, &fewer);
	free(kept);
	schedule_fini(&fewer.all);
	schedule_fini(&fewer.some);
}

static bool
is_length(const struct schedule_entry *entry)
{

	return (entry->kind == CHOICE_DELAY || entry->kind == CHOICE_HOLD);
}

static uint64_t
length_of(const struct schedule_entry *entry)
{

	return (entry->kind == CHOICE_DELAY ? entry->answer >> 2 :
	    entry->answer);
}

static void
set_length(struct schedule_entry *entry, uint64_t ps)
{
	uint64_t most;

	most = entry->kind == CHOICE_DELAY ? SCHEDULE_DELAY_MAX_PS :
	    SCHEDULE_HOLD_MAX_PS;
	ps = ps < 1 ? 1 : ps > most ? most : ps;
	entry->answer = entry->kind == CHOICE_DELAY ?
	    ps << 2 | (entry->answer & 3) : ps;
}

/* Without one, while the other one lasts longer. */
static bool
merge(struct shrink *shrink, size_t gone, size_t stays, bool stretch)
{
	struct schedule schedule;
	struct schedule_entry *entries;
	uint64_t length;
	bool fails;

	memset(&schedule, 0, sizeof(schedule));
	schedule_copy(&schedule, &shrink->best.schedule);
	entries = schedule.entries;
	length = length_of(&entries[stays]);
	set_length(&entries[stays], stretch ? length * CHOICES_STRETCH :
	    length + length_of(&entries[gone]));
	memmove(&entries[gone], &entries[gone + 1],
	    (schedule.count - gone - 1) * sizeof(entries[0]));
	schedule.count--;
	fails = shrink_try(shrink, &shrink->best.spec, &schedule);
	schedule_fini(&schedule);
	return (fails);
}

static bool
merge_any(struct shrink *shrink)
{
	const struct schedule *schedule = &shrink->best.schedule;
	size_t i, j;
	int stretch;

	if (schedule->count < 2 || schedule->count > CHOICES_MERGE_MAX)
		return (false);
	for (stretch = 0; stretch < 2; stretch++)
		for (i = 0; i < schedule->count; i++)
			for (j = 0; j < schedule->count; j++)
				if (i != j &&
				    is_length(&schedule->entries[i]) &&
				    is_length(&schedule->entries[j]) &&
				    merge(shrink, i, j, stretch != 0))
					return (true);
	return (false);
}

void
choices_fewer(struct shrink *shrink)
{

	leave_out(shrink);
	while (!shrink_over(shrink) && merge_any(shrink))
		continue;
}

/* --- simpler --------------------------------------------------------------------- */

uint64_t
choices_round(uint64_t ps)
{
	uint64_t unit;

	for (unit = 1; ps / unit >= 100;)
		unit *= 10;
	return ((ps + unit - 1) / unit * unit);
}

/* False where choice `i` did not exist any more afterwards. */
static bool
try_answer(struct shrink *shrink, size_t i, uint64_t answer)
{
	const struct schedule *best = &shrink->best.schedule;
	struct schedule schedule;
	bool fails;

	if (answer == 0 || answer == best->entries[i].answer)
		return (false);
	memset(&schedule, 0, sizeof(schedule));
	schedule_copy(&schedule, best);
	schedule.entries[i].answer = answer;
	fails = shrink_try(shrink, &shrink->best.spec, &schedule);
	schedule_fini(&schedule);
	return (fails);
}

static bool
try_length(struct shrink *shrink, size_t i, uint64_t ps)
{
	struct schedule_entry entry;

	entry = shrink->best.schedule.entries[i];
	set_length(&entry, ps);
	return (try_answer(shrink, i, entry.answer));
}

static uint64_t
length_at(const struct shrink *shrink, size_t i)
{

	return (length_of(&shrink->best.schedule.entries[i]));
}

/* The shortest that does, about; then one that can be said. */
static void
shorten(struct shrink *shrink, size_t i)
{
	uint64_t length, below, middle;
	size_t count;
	unsigned n;

	count = shrink->best.schedule.count;
	length = length_at(shrink, i);
	while (length / 2 >= CHOICES_LENGTH_LEAST_PS &&
	    try_length(shrink, i, length / 2)) {
		if (shrink->best.schedule.count != count)
			return;
		length = length_at(shrink, i);
	}
	below = length / 2;
	for (n = 0; n < CHOICES_BISECTIONS && length - below > 1; n++) {
		middle = below + (length - below) / 2;
		if (!try_length(shrink, i, middle)) {
			below = middle;
			continue;
		}
		if (shrink->best.schedule.count != count)
			return;
		length = length_at(shrink, i);
	}
	(void)try_length(shrink, i, choices_round(length));
}

static void
lower(struct shrink *shrink, size_t i)
{
	uint64_t answer, now;

	now = shrink->best.schedule.entries[i].answer;
	for (answer = 1; answer < now && answer <= CHOICES_LOWER_MAX; answer++)
		if (try_answer(shrink, i, answer))
			return;
}

static void
simplify(struct shrink *shrink, size_t i)
{
	const struct schedule_entry *entry;

	entry = &shrink->best.schedule.entries[i];
	if (!is_length(entry)) {
		lower(shrink, i);
		return;
	}
	if (entry->kind == CHOICE_DELAY && (entry->answer & 3) != DELAY_STALL)
		(void)try_answer(shrink, i,
		    (entry->answer & ~UINT64_C(3)) | DELAY_STALL);
	if (i < shrink->best.schedule.count)
		shorten(shrink, i);
}

void
choices_simpler(struct shrink *shrink)
{
	size_t i;

	for (i = 0; i < shrink->best.schedule.count; i++) {
		if (shrink_over(shrink))
			return;
		simplify(shrink, i);
	}
}
