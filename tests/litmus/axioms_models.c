/*
 * The axioms themselves.  Candidates that are cut off are judged too: all axioms
 * forbid cycles of relations that only grow, so what is wrong stays wrong.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "sim/memory/memory.h"
#include "tests/litmus/candidate.h"

/* The relations and sets of events that the axioms are made of. */
struct parts {
	unsigned count;
	struct relation po, loc, rf, mo, fr;
	uint64_t reads, writes, fences, seq_cst, atomic, locked;
	uint64_t acquires, releases, changes;
};

static uint64_t
bit(unsigned event)
{

	return (UINT64_C(1) << event);
}

static void
parts_sets(struct parts *parts, const struct event *event, unsigned i)
{
	const uint64_t me = bit(i);

	parts->reads |= (event->kinds & EVENT_READ) != 0 ? me : 0;
	parts->writes |= (event->kinds & EVENT_WRITE) != 0 ? me : 0;
	parts->fences |= (event->kinds & EVENT_FENCE) != 0 ? me : 0;
	if (event->kinds == (EVENT_READ | EVENT_WRITE))
		parts->changes |= me;
	if (event->locked)
		parts->locked |= me;
	if (event->plain)
		return;
	parts->atomic |= me;
	parts->seq_cst |= event->order == ORDER_SEQ_CST ? me : 0;
	switch (event->order) {
	case ORDER_CONSUME:
	case ORDER_ACQUIRE:
		parts->acquires |= me;
		break;
	case ORDER_RELEASE:
		parts->releases |= me;
		break;
	case ORDER_ACQ_REL:
	case ORDER_SEQ_CST:
		parts->acquires |= me;
		parts->releases |= me;
		break;
	default:
		break;
	}
}

static void
parts_writes(struct parts *parts, const struct candidate *candidate,
    unsigned location)
{
	const uint8_t *writes = candidate->writes[location];
	const unsigned count = candidate->write_count[location];
	unsigned after, i, reader;

	for (i = 0; i < count; i++) {
		for (after = i + 1; after < count; after++)
			relation_put(&parts->mo, writes[i], writes[after]);
		for (reader = 0; reader < parts->count; reader++) {
			if (candidate->events[reader].reads_from != writes[i])
				continue;
			relation_put(&parts->rf, writes[i], reader);
			for (after = i + 1; after < count; after++)
				if (writes[after] != reader)
					relation_put(&parts->fr, reader,
					    writes[after]);
		}
	}
}

static void
parts_make(struct parts *parts, const struct candidate *candidate)
{
	const struct event *event;
	unsigned i, other;

	memset(parts, 0, sizeof *parts);
	parts->count = candidate->event_count;
	for (i = 0; i < parts->count; i++) {
		event = &candidate->events[i];
		parts_sets(parts, event, i);
		for (other = 0; other < parts->count; other++) {
			if ((candidate->before[i] & bit(other)) != 0)
				relation_put(&parts->po, other, i);
			if (event->kinds != EVENT_FENCE &&
			    event->location ==
			    candidate->events[other].location)
				relation_put(&parts->loc, i, other);
		}
	}
	for (i = 0; i < candidate->location_count; i++)
		parts_writes(parts, candidate, i);
}

/* Of both, what is in both. */
static struct relation
common(const struct relation *left, const struct relation *right,
    unsigned count)
{
	struct relation result;
	unsigned i;

	for (i = 0; i < count; i++)
		result.from[i] = left->from[i] & right->from[i];
	return (result);
}

static bool
consistent_sc(const struct parts *parts)
{
	struct relation all = parts->po;

	relation_join(&all, &parts->rf, parts->count);
	relation_join(&all, &parts->mo, parts->count);
	relation_join(&all, &parts->fr, parts->count);
	return (relation_acyclic(&all, parts->count));
}

static bool
consistent_tso(const struct candidate *candidate, const struct parts *parts)
{
	const unsigned count = parts->count;
	struct relation order, uniproc;
	uint64_t loads, stores;
	unsigned i, writer;

	uniproc = common(&parts->po, &parts->loc, count);
	relation_join(&uniproc, &parts->rf, count);
	relation_join(&uniproc, &parts->mo, count);
	relation_join(&uniproc, &parts->fr, count);
	if (!relation_acyclic(&uniproc, count))
		return (false);

	/* What a buffer lets pass: a load, after a store that is not locked. */
	loads = parts->reads & ~parts->writes & ~parts->locked;
	stores = parts->writes & ~parts->reads & ~parts->locked;
	order = parts->po;
	for (i = 0; i < count; i++)
		if ((stores & bit(i)) != 0 &&
		    candidate->events[i].thread != CANDIDATE_NOTHING)
			order.from[i] &= ~loads;
	for (i = 0; i < count; i++) {
		writer = candidate->events[i].reads_from;
		if (writer != CANDIDATE_NOTHING &&
		    candidate->events[writer].thread !=
		    candidate->events[i].thread)
			relation_put(&order, writer, i);
	}
	relation_join(&order, &parts->mo, count);
	relation_join(&order, &parts->fr, count);
	return (relation_acyclic(&order, count));
}

/* synchronizes-with, as in section 3 of the paper. */
static struct relation
synchronizes(const struct parts *parts)
{
	const unsigned count = parts->count;
	struct relation carried, sequence, step, result;
	uint64_t row;
	unsigned a;

	/* rs = [W]; (sb & loc)?; [W, atomic]; (rf; [RMW])* */
	carried = parts->rf;
	relation_between(&carried, ~UINT64_C(0), parts->changes, count);
	relation_close(&carried, count);
	for (a = 0; a < count; a++)
		relation_put(&carried, a, a);
	step = common(&parts->po, &parts->loc, count);
	for (a = 0; a < count; a++)
		relation_put(&step, a, a);
	relation_between(&step, parts->writes, parts->writes & parts->atomic,
	    count);
	relation_compose(&sequence, &step, &carried, count);

	/* sw = [rel]; ([F]; sb)?; rs; rf; [R, atomic]; (sb; [F])?; [acq] */
	step = parts->po;
	relation_between(&step, parts->fences & parts->releases,
	    ~UINT64_C(0), count);
	for (a = 0; a < count; a++)
		if ((parts->releases & parts->writes & bit(a)) != 0)
			relation_put(&step, a, a);
	relation_compose(&result, &step, &sequence, count);
	relation_compose(&step, &result, &parts->rf, count);
	relation_between(&step, ~UINT64_C(0), parts->atomic, count);
	for (a = 0; a < count; a++) {
		result.from[a] = step.from[a] & parts->acquires;
		for (row = step.from[a]; row != 0; row &= row - 1)
			result.from[a] |=
			    parts->po.from[__builtin_ctzll(row)] &
			    parts->fences & parts->acquires;
	}
	return (result);
}

static struct relation
partial_sc(const struct parts *parts, const struct relation *hb,
    const struct relation *eco)
{
	const unsigned count = parts->count;
	const uint64_t fences = parts->fences & parts->seq_cst;
	struct relation base, fence, last, result, scb, first, elsewhere, tmp;
	unsigned a;

	/* scb = sb | sb!=loc; hb; sb!=loc | hb & loc | mo | rb */
	for (a = 0; a < count; a++)
		elsewhere.from[a] = parts->po.from[a] & ~parts->loc.from[a];
	relation_compose(&tmp, &elsewhere, hb, count);
	relation_compose(&scb, &tmp, &elsewhere, count);
	relation_join(&scb, &parts->po, count);
	tmp = common(hb, &parts->loc, count);
	relation_join(&scb, &tmp, count);
	relation_join(&scb, &parts->mo, count);
	relation_join(&scb, &parts->fr, count);

	/* psc_base = ([SC] | [F, SC]; hb?); scb; ([SC] | hb?; [F, SC]) */
	first = *hb;
	relation_between(&first, fences, ~UINT64_C(0), count);
	last = *hb;
	relation_between(&last, ~UINT64_C(0), fences, count);
	for (a = 0; a < count; a++) {
		if ((parts->seq_cst & bit(a)) == 0)
			continue;
		relation_put(&first, a, a);
		relation_put(&last, a, a);
	}
	relation_compose(&tmp, &first, &scb, count);
	relation_compose(&base, &tmp, &last, count);

	/* psc_fence = [F, SC]; (hb | hb; eco; hb); [F, SC] */
	relation_compose(&tmp, hb, eco, count);
	relation_compose(&fence, &tmp, hb, count);
	relation_join(&fence, hb, count);
	relation_between(&fence, fences, fences, count);
	result = base;
	relation_join(&result, &fence, count);
	return (result);
}

static bool
has_race(const struct candidate *candidate, const struct parts *parts,
    const struct relation *hb)
{
	const struct event *left, *right;
	unsigned a, b;

	for (a = candidate->location_count; a < parts->count; a++)
		for (b = a + 1; b < parts->count; b++) {
			left = &candidate->events[a];
			right = &candidate->events[b];
			if (relation_has(&parts->loc, a, b) &&
			    left->thread != right->thread &&
			    (left->plain || right->plain) &&
			    ((left->kinds | right->kinds) & EVENT_WRITE) != 0 &&
			    !relation_has(hb, a, b) && !relation_has(hb, b, a))
				return (true);
		}
	return (false);
}

static bool
consistent_rc11(const struct candidate *candidate, const struct parts *parts,
    struct candidate_facts *facts)
{
	const unsigned count = parts->count;
	struct relation eco, hb, psc, tmp;

	hb = synchronizes(parts);
	relation_join(&hb, &parts->po, count);
	if (!relation_acyclic(&hb, count))
		return (false);
	eco = parts->rf;
	relation_join(&eco, &parts->mo, count);
	relation_join(&eco, &parts->fr, count);
	relation_close(&eco, count);
	relation_compose(&tmp, &hb, &eco, count);
	if (!relation_irreflexive(&tmp, count))
		return (false);
	psc = partial_sc(parts, &hb, &eco);
	tmp = psc;
	if (!relation_acyclic(&tmp, count))
		return (false);
	relation_join(&psc, &parts->po, count);
	relation_join(&psc, &parts->rf, count);
	facts->in_order = relation_acyclic(&psc, count);
	facts->racy = has_race(candidate, parts, &hb);
	return (true);
}

bool
candidate_consistent(const struct candidate *candidate,
    enum axioms_model model, struct candidate_facts *facts)
{
	struct parts parts;

	parts_make(&parts, candidate);
	facts->in_order = true;
	facts->racy = false;
	switch (model) {
	case AXIOMS_SC:
		return (consistent_sc(&parts));
	case AXIOMS_TSO:
		return (consistent_tso(candidate, &parts));
	default:
		return (consistent_rc11(candidate, &parts, facts));
	}
}
