/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/sim/memory/rc11.h"

#include <assert.h>
#include <string.h>

#include "sim/memory/memory.h"

enum { EVENTS_MAX = 32 };

/* A relation: bit b of row a, if a is related to b. */
typedef uint32_t relation[EVENTS_MAX];

struct event {
	char kind;		/* W R F */
	int location;		/* -1: of a fence */
	int order;
	int thread;		/* -1: stores the value at the start */
	int value;
	int add;		/* of the W of a fetch-and-add; else -1 */
	int shown;		/* 1: its value is part of the outcome */
};

static struct event events[EVENTS_MAX];
static int event_count;
static relation sb, rmw, same_location;

/* The candidate. */
static relation rf, mo;
static int source[EVENTS_MAX];		/* that a load reads from */

static const struct program *program_now;
static struct outcomes *outcomes_now;

/* --- relations ----------------------------------------------------------- */

static void
compose(relation result, const relation left, const relation right)
{
	relation made;
	int i, j;

	for (i = 0; i < event_count; i++) {
		made[i] = 0;
		for (j = 0; j < event_count; j++)
			if ((left[i] >> j & 1) != 0)
				made[i] |= right[j];
	}
	memcpy(result, made, sizeof(made));
}

static void
unite(relation result, const relation other)
{
	int i;

	for (i = 0; i < event_count; i++)
		result[i] |= other[i];
}

static void
close_over(relation result)
{
	int i, j;

	for (j = 0; j < event_count; j++)
		for (i = 0; i < event_count; i++)
			if ((result[i] >> j & 1) != 0)
				result[i] |= result[j];
}

static void
or_equal(relation result)
{
	int i;

	for (i = 0; i < event_count; i++)
		result[i] |= UINT32_C(1) << i;
}

static bool
reflexive(const relation tested)
{
	int i;

	for (i = 0; i < event_count; i++)
		if ((tested[i] >> i & 1) != 0)
			return (true);
	return (false);
}

/* Only pairs from and to those sets. */
static void
limit(relation result, uint32_t from, uint32_t to)
{
	int i;

	for (i = 0; i < event_count; i++)
		result[i] = (from >> i & 1) != 0 ? result[i] & to : 0;
}

static uint32_t
set_of(char kind, bool (*fits)(int order))
{
	uint32_t set;
	int i;

	set = 0;
	for (i = 0; i < event_count; i++)
		if ((kind == '*' || events[i].kind == kind) &&
		    (fits == NULL || fits(events[i].order)))
			set |= UINT32_C(1) << i;
	return (set);
}

static bool
ordered(int order)
{

	return (order == ORDER_SEQ_CST);
}

/* --- the axioms ---------------------------------------------------------- */

static void
synchronizes_with(relation sw)
{
	relation fenced, sequence, step;
	uint32_t fences, loads, stores;

	fences = set_of('F', NULL);
	loads = set_of('R', NULL);
	stores = set_of('W', NULL);
	/* rs = [W]; (sb & loc)?; [W]; (rf; rmw)* */
	memcpy(sequence, sb, sizeof(relation));
	for (int i = 0; i < event_count; i++)
		sequence[i] &= same_location[i];
	or_equal(sequence);
	limit(sequence, stores, stores);
	compose(step, rf, rmw);
	close_over(step);
	or_equal(step);
	compose(sequence, sequence, step);
	/* [E rel]; ([F]; sb)?; rs; rf; [R]; (sb; [F])?; [E acq] */
	memcpy(fenced, sb, sizeof(relation));
	limit(fenced, fences, UINT32_MAX);
	or_equal(fenced);
	compose(sw, fenced, sequence);
	compose(sw, sw, rf);
	memcpy(fenced, sb, sizeof(relation));
	limit(fenced, loads, fences);
	or_equal(fenced);
	limit(sw, UINT32_MAX, loads);
	compose(sw, sw, fenced);
	limit(sw, set_of('W', order_releases) | set_of('F', order_releases),
	    set_of('R', order_acquires) | set_of('F', order_acquires));
}

static bool
consistent(void)
{
	relation eco, fence, hb, hb_equal, local, other, psc, rb, scb, work;
	uint32_t all, fences;
	int i, j;

	/* rb = rf^-1; mo, less the identity */
	memset(rb, 0, sizeof(rb));
	for (i = 0; i < event_count; i++)
		if (events[i].kind == 'R')
			rb[i] = mo[source[i]] & ~(UINT32_C(1) << i);
	synchronizes_with(hb);
	unite(hb, sb);
	close_over(hb);
	memcpy(eco, rf, sizeof(relation));
	unite(eco, mo);
	unite(eco, rb);
	close_over(eco);
	/* coherence: hb; eco? irreflexive */
	compose(work, hb, eco);
	if (reflexive(hb) || reflexive(work) || reflexive(eco))
		return (false);
	/* atomicity: rmw and rb; mo disjoint */
	compose(work, rb, mo);
	for (i = 0; i < event_count; i++)
		if ((work[i] & rmw[i]) != 0)
			return (false);
	/* scb = sb | sb/loc; hb; sb/loc | hb & loc | mo | rb */
	memcpy(other, sb, sizeof(relation));
	for (i = 0; i < event_count; i++)
		other[i] &= ~same_location[i];
	compose(scb, other, hb);
	compose(scb, scb, other);
	memcpy(local, hb, sizeof(relation));
	for (i = 0; i < event_count; i++)
		local[i] &= same_location[i];
	unite(scb, sb);
	unite(scb, local);
	unite(scb, mo);
	unite(scb, rb);
	/* ([E sc] | [F sc]; hb?); scb; ([E sc] | hb?; [F sc]) */
	all = set_of('*', ordered);
	fences = set_of('F', ordered);
	memcpy(hb_equal, hb, sizeof(relation));
	or_equal(hb_equal);
	memcpy(work, hb_equal, sizeof(relation));
	for (i = 0; i < event_count; i++) {
		if ((fences >> i & 1) == 0)
			work[i] = 0;
		if ((all >> i & 1) != 0)
			work[i] |= UINT32_C(1) << i;
	}
	compose(psc, work, scb);
	memcpy(work, hb_equal, sizeof(relation));
	for (i = 0; i < event_count; i++) {
		work[i] &= fences;
		for (j = i; j <= i; j++)
			if ((all >> j & 1) != 0)
				work[i] |= UINT32_C(1) << j;
	}
	compose(psc, psc, work);
	/* [F sc]; (hb | hb; eco; hb); [F sc] */
	compose(fence, hb, eco);
	compose(fence, fence, hb);
	unite(fence, hb);
	limit(fence, fences, fences);
	unite(psc, fence);
	close_over(psc);
	return (!reflexive(psc));
}

/* --- candidates ---------------------------------------------------------- */

/* Values along sb and rf, which must be acyclic. */
static bool
evaluate(void)
{
	relation causes;
	int i, read, round;

	memcpy(causes, sb, sizeof(relation));
	unite(causes, rf);
	close_over(causes);
	if (reflexive(causes))
		return (false);
	for (round = 0; round < event_count; round++)
		for (i = 0; i < event_count; i++) {
			if (events[i].kind == 'R')
				events[i].value = events[source[i]].value;
			if (events[i].kind != 'W' || events[i].add < 0)
				continue;
			read = i - 1;	/* its other half */
			events[i].value = events[read].value + events[i].add;
		}
	return (true);
}

static void
show(void)
{
	char text[OUTCOME_BYTES];
	int at, i, location;

	at = 0;
	for (i = 0; i < event_count; i++)
		if (events[i].shown)
			text[at++] = (char)('0' + events[i].value);
	if (program_now->last_values) {
		text[at++] = '/';
		for (location = 0; location < program_now->location_count;
		    location++)
			for (i = 0; i < event_count; i++)
				if (events[i].kind == 'W' && mo[i] == 0 &&
				    events[i].location == location)
					text[at++] = (char)
					    ('0' + events[i].value);
	}
	text[at] = '\0';
	outcomes_add(outcomes_now, text);
}

/* Puts store `at` and those after it into modification order, everywhere. */
static void
order_from(int at)
{
	uint32_t before, mine;
	int i, place;

	while (at < event_count && (events[at].kind != 'W' ||
	    events[at].thread < 0))
		at++;
	if (at == event_count) {
		outcomes_now->executions++;
		if (consistent())
			show();
		return;
	}
	/* Those already there have an order; behind any of them. */
	mine = UINT32_C(1) << at;
	for (place = 0; place < at; place++) {
		if (events[place].kind != 'W' ||
		    events[place].location != events[at].location)
			continue;
		before = UINT32_C(1) << place;
		for (i = 0; i < at; i++)
			if ((mo[i] >> place & 1) != 0)
				before |= UINT32_C(1) << i;
		mo[at] = mo[place];
		for (i = 0; i < at; i++)
			if ((before >> i & 1) != 0)
				mo[i] |= mine;
		order_from(at + 1);
		for (i = 0; i < at; i++)
			mo[i] &= ~mine;
		mo[at] = 0;
	}
}

static void
read_from(int at)
{
	int from;

	while (at < event_count && events[at].kind != 'R')
		at++;
	if (at == event_count) {
		memset(mo, 0, sizeof(mo));
		if (evaluate())
			order_from(0);
		return;
	}
	for (from = 0; from < event_count; from++) {
		if (events[from].kind != 'W' ||
		    events[from].location != events[at].location ||
		    (rmw[at] >> from & 1) != 0)
			continue;
		source[at] = from;
		rf[from] |= UINT32_C(1) << at;
		read_from(at + 1);
		rf[from] &= ~(UINT32_C(1) << at);
	}
}

/* --- events -------------------------------------------------------------- */

static struct event *
event_new(char kind, int thread, int location, int order)
{
	struct event *event;
	int i;

	assert(event_count < EVENTS_MAX);
	event = &events[event_count];
	memset(event, 0, sizeof(*event));
	event->kind = kind;
	event->thread = thread;
	event->location = location;
	event->order = order;
	event->add = -1;
	for (i = 0; i < event_count; i++) {
		if (thread >= 0 && (events[i].thread < 0 ||
		    events[i].thread == thread))
			sb[i] |= UINT32_C(1) << event_count;
		if (location >= 0 && events[i].location == location) {
			same_location[i] |= UINT32_C(1) << event_count;
			same_location[event_count] |= UINT32_C(1) << i;
		}
	}
	event_count++;
	return (event);
}

static void
event_of(int thread, const struct program_op *op)
{
	struct event *event;
	bool locked;
	int order;

	locked = op->order == ORDER_LOCKED;
	order = locked ? ORDER_RELAXED : op->order;
	assert(strchr("WRUXF", op->kind) != NULL);
	if (op->kind == 'F') {
		(void)event_new('F', thread, -1, order);
		return;
	}
	if (locked)
		(void)event_new('F', thread, -1, ORDER_SEQ_CST);
	if (op->kind != 'W') {
		/* A release is none of a load, an acquire none of a store. */
		event = event_new('R', thread, op->location, order);
		event->shown = 1;
	}
	if (op->kind != 'R') {
		event = event_new('W', thread, op->location, order);
		event->value = op->value;
		if (op->kind == 'U')
			event->add = op->value;
		if (op->kind != 'W')
			rmw[event_count - 2] = UINT32_C(1) << (event_count - 1);
	}
	if (locked)
		(void)event_new('F', thread, -1, ORDER_SEQ_CST);
}

void
rc11_run_all(const struct program *program, struct outcomes *outcomes)
{
	int i, t;

	program_now = program;
	outcomes_now = outcomes;
	outcomes->count = 0;
	outcomes->executions = 0;
	event_count = 0;
	memset(sb, 0, sizeof(sb));
	memset(rmw, 0, sizeof(rmw));
	memset(rf, 0, sizeof(rf));
	memset(same_location, 0, sizeof(same_location));
	for (i = 0; i < program->location_count; i++)
		(void)event_new('W', -1, i, ORDER_RELAXED);
	for (t = 0; t < program->thread_count; t++)
		for (i = 0; i < program->threads[t].count; i++)
			event_of(t, &program->threads[t].ops[i]);
	read_from(0);
}
