/*
 * The policy's own audit (the invariants of the core and of its zone), at every
 * clock tick of CPU 0, after every scan, and at the end; and the rules of an
 * item's life, which hold for every policy: nothing is handed out twice,
 * nothing is freed twice.
 *
 * Runs by steps have no ticks, and rd may go back and forth between two of
 * them; a scan looks at all CPUs as an audit does, so that costs little more.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/checks/check.h"
#include "sim/lab_run.h"
#include "sim/oracle/items.h"

static void
audit(void)
{
	const char *broken;
	bool before;

	if (lab.policy == NULL || lab.policy_def->audit == NULL)
		return;
	before = machine_quiet(true);
	broken = lab.policy_def->audit(lab.policy);
	machine_quiet(before);
	if (broken != NULL)
		check_report("invariant", "%s", broken);
}

static void
complain(const struct stream_event *event, const char *what)
{

	check_report_at("invariant", &event->where, event->where != NULL,
	    "%s%s", what, event->where != NULL ? ", at @0" : "");
}

static void
event(const struct stream_event *event)
{
	const struct item *item;

	if (event->kind == STREAM_TICK) {
		if (event->cpu == 0)
			audit();
		return;
	}
	if (event->kind == STREAM_POLL_SCANNED) {
		audit();
		return;
	}
	if (event->a == 0)
		return;
	item = items_get((uint32_t)event->a);
	if (event->kind == STREAM_ALLOC && item->state == ITEM_LIVE)
		complain(event, "an item was handed out while it was in use");
	else if (event->kind == STREAM_RETIRE && item->state != ITEM_LIVE)
		complain(event, "an item was freed that was not in use");
	else if (event->kind == STREAM_ITEM_STAMPED &&
	    item->state == ITEM_LIVE)
		complain(event, "an item in use was stamped as freed");
}

const struct check check_invariant = {
	.def = {
		.name = "invariant",
		.about = "the core's and the zone's invariants hold, and nothing is handed out or freed twice",
	},
	.listens = CHECK_LISTENS(STREAM_TICK) |
	    CHECK_LISTENS(STREAM_POLL_SCANNED) | CHECK_LISTENS(STREAM_ALLOC) |
	    CHECK_LISTENS(STREAM_RETIRE) | CHECK_LISTENS(STREAM_ITEM_STAMPED),
	.event = event,
	.end = audit,
};
