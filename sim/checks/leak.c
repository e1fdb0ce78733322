/*
 * At the end of a run every item that was carved out of a slab and not given
 * back must be live (the oracle knows), cached (the allocator's census knows)
 * or free in a slab.  Judged only when all threads have ended: an item may be
 * in the hands of a thread that was left in the middle of an operation.  The
 * same goes for the pages of the page allocator, where a run has one.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "sim/checks/check.h"
#include "sim/kern/kern_pages.h"
#include "sim/lab_run.h"
#include "sim/oracle/items.h"

/* As all CPUs will see it once the last stores have left their buffers. */
static void
take_census(struct policy_census *census)
{
	uint32_t i;

	memset(census, 0, sizeof(*census));
	for (i = 0; i < the.cpu_count; i++)
		stores_show(&the.cpus[i]);
	lab.policy_def->census(lab.policy, census);
	for (; i-- > 0;)
		stores_hide(&the.cpus[i]);
}

static void
end(void)
{
	struct policy_census census;
	const char *broken;
	uint64_t accounted;

	if (lab.policy == NULL || !lab.measured || the.threads_alive != 0 ||
	    lab.timed_out || lab.housekeeping != 0)
		return;
	broken = kern_pages_audit();
	if (broken != NULL)
		check_report("leak", "%s", broken);
	if (lab.policy_def->census == NULL)
		return;
	take_census(&census);
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
		.about = "an item, or a page, that is neither in use, cached, waiting nor free",
	},
	.end = end,
};
