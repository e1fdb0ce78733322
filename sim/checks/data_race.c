/*
 * Two CPUs access the same byte, one of them writes, one of them is not
 * atomic, and nothing orders the two.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/checks/data_race.h"

#include <stddef.h>
#include <string.h>

#include "sim/checks/check.h"
#include "sim/checks/data_race_list.h"
#include "sim/checks/data_race_record.h"
#include "sim/checks/data_race_slot.h"
#include "sim/lab_run.h"

_Static_assert((int)RACE_WRITE == (int)ACCESS_WRITE &&
    (int)RACE_ATOMIC == (int)ACCESS_ATOMIC, "what the machine calls them");

static bool race_on;

static struct race_pair {
	uint32_t now;
	uint32_t before;
} pairs[RACE_PAIRS_MAX];
static uint32_t pair_count;

void
data_race_begin(bool on)
{

	race_on = on;
	race_slots_begin(on);
	if (!on)
		return;
	race_lists_begin();
	pair_count = 0;
}

void
data_race_listen(void)
{

	race_slots_listen();
}

void
data_race_fini(void)
{

	race_on = false;
	race_slots_fini();
	race_lists_fini();
}

void
data_race_forget(uint32_t offset, uint32_t bytes)
{

	if (race_on)
		race_slots_forget(offset, bytes);
}

/* --- what a finding says -------------------------------------------------------- */

/* Each pair of places once, in either order. */
static bool
pair_is_new(uint32_t now, uint32_t before)
{
	uint32_t i;

	for (i = 0; i < pair_count; i++)
		if ((pairs[i].now == now && pairs[i].before == before) ||
		    (pairs[i].now == before && pairs[i].before == now))
			return (false);
	if (pair_count == RACE_PAIRS_MAX)
		return (false);
	pairs[pair_count].now = now;
	pairs[pair_count++].before = before;
	return (true);
}

void
race_tell(const struct race_record *old, const struct race_access *access)
{
	struct race_record now;

	if (!pair_is_new((uint32_t)stream_place(access->where), old->where))
		return;
	memset(&now, 0, sizeof(now));
	race_record_fill(&now, access);
	data_race_report(&now, old, access->offset +
	    (uint32_t)__builtin_ctz((unsigned)(old->bytes & access->bytes)));
}

/* --- the check ---------------------------------------------------------------- */

static void
begin(void)
{

	data_race_begin(lab.spec->run.data_race);
}

const struct check check_data_race = {
	.def = {
		.name = "data_race",
		.about = "two CPUs access the same byte, one writes, one is not atomic, and neither access happens before the other (run.data_race)",
	},
	.begin = begin,
};
