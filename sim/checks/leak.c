/*
 * At the end of a run every item that was carved out of a slab and not given
 * back must be live (the oracle knows), cached (the allocator's census knows)
 * or free in a slab.  Judged only when all threads have ended: an item may be
 * in the hands of a thread that was left in the middle of an operation.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "sim/checks/check.h"
#include "sim/lab_run.h"
#include "sim/oracle/items.h"

static void
end(void)
{
	struct policy_census census;
	uint64_t accounted;

	if (lab.policy == NULL || !lab.measured || the.threads_alive != 0 ||
	    lab.policy_def->census == NULL || lab.timed_out ||
	    lab.housekeeping != 0)
		return;
	memset(&census, 0, sizeof(census));
	lab.policy_def->census(lab.policy, &census);
	accounted = census.items_slab_free + census.items_cached +
	    items.places[PLACE_LIVE];
	if (accounted != census.items_total)
		check_report("leak",
		    "%llu items are in slabs, but %llu are free there, %llu "
		    "cached and %llu in use",
		    (unsigned long long)census.items_total,
		    (unsigned long long)census.items_slab_free,
		    (unsigned long long)census.items_cached,
		    (unsigned long long)items.places[PLACE_LIVE]);
}

const struct check check_leak = {
	.def = {
		.name = "leak",
		.about = "an item that is neither in use, cached, waiting nor free",
	},
	.end = end,
};
