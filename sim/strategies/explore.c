/*
 * The algorithm is Source-DPOR with sleep sets: Abdulla, Aronis, Jonsson,
 * Sagonas, "Optimal dynamic partial order reduction", POPL 2014.  When a step
 * happens, each earlier step that it could have overtaken is looked up; at the
 * place of that step somebody must be tried who leads to the other order,
 * unless somebody who does was, or will be.  Whoever was tried at a place is
 * asleep behind it until a step comes that depends on its own; if nobody else
 * can go, the run would repeat another one and is abandoned.  So no class of
 * runs is completed twice.
 *
 * An actor may have to wait.  Its step is then looked at where it happens, all
 * the way back, and at the end of the run if it never does.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/strategies/explore.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "sim/strategies/explore_makers.h"
#include "sim/strategies/explore_order.h"
#include "sim/strategies/explore_walk.h"

#define DIVERGED	"a run of a program that is explored repeats the run " \
	"before it up to where the answers differ"

/*
 * A place in the tree, and the step that was taken from it last.  Steps of the
 * same actor one after the other are a row: the first of them knows its end.
 */
struct node {
	uint64_t ready;
	uint64_t sleep;		/* whoever need not go first here */
	uint64_t todo;		/* whoever goes, went or is to go */
	uint64_t done;		/* of those: whoever went */
	uint64_t after;		/* asleep after the step */
	struct step step;
	uint32_t actor;
	uint32_t first;		/* of the row */
	uint32_t end;		/* of the first: the node behind the row */
};

struct pick {
	uint32_t owner;		/* the step under way, from 1; 0: before */
	uint32_t value;
	uint32_t alternatives;
};

struct explore {
	enum explore_pruning pruning;
	struct explore_counts counts;
	struct order order;

	/* The path: nodes[0] to nodes[depth - 1] have a step under way; with
	 * `open`, nodes[depth] waits for another one. */
	struct node *nodes;
	uint32_t depth;
	uint32_t node_room;
	bool open;
	struct pick *picks;
	uint32_t pick_count;
	uint32_t pick_room;

	struct makers makers;

	/* This run. */
	uint32_t at;		/* steps taken */
	uint32_t pick_at;
	uint32_t actors;
	uint32_t asking;	/* the same, while a run takes its steps */
	uint64_t cpus;		/* a bit for each of them that is no buffer */
	bool running;
	bool stopped;
	bool abandoned;
	/* CPUs that could not do their step when the last question was asked. */
	uint64_t waiting;
	struct step steps[STEP_ACTORS_MAX];
	struct guide_stay stay;
	uint32_t said;		/* the steps that it was for */

	struct walk walk;
	bool walking;
};

static inline uint64_t
bit(uint32_t actor)
{

	return ((uint64_t)1 << actor);
}

static inline uint32_t
lowest(uint64_t mask)
{

	return ((uint32_t)__builtin_ctzll(mask));
}

/*
 * Of several who would do, buffers before CPUs: the runs that are given up are
 * the fewer, the sooner stores leave.
 */
static inline uint32_t
highest(uint64_t mask)
{

	return (63 - (uint32_t)__builtin_clzll(mask));
}

static void *
grown(void *memory, uint32_t *room, size_t bytes)
{

	*room = *room == 0 ? 256 : 2 * *room;
	return (must_resize(memory, *room, bytes));
}

struct explore *
explore_new(enum explore_pruning pruning)
{
	struct explore *x;

	x = must_alloc(1, sizeof(*x));
	/* Until explore_reset() says more, no actor is a buffer. */
	explore_reset(x, pruning, STEP_ACTORS_MAX);
	return (x);
}

void
explore_free(struct explore *x)
{

	if (x == NULL)
		return;
	order_fini(&x->order);
	free(x->nodes);
	free(x->picks);
	makers_fini(&x->makers);
	free(x);
}

void
explore_reset(struct explore *x, enum explore_pruning pruning, uint32_t cpus)
{

	x->pruning = pruning;
	x->counts = (struct explore_counts){ 0 };
	order_reset(&x->order, cpus);
	x->depth = x->pick_count = 0;
	x->actors = 0;
	x->stay = (struct guide_stay){ .who = STEP_ACTORS_MAX - 1 };
	x->said = 0;
	x->waiting = 0;
	x->asking = 0;
	x->open = x->running = x->walking = false;
	makers_reset(&x->makers);
}

struct guide_stay *
explore_stay(struct explore *x)
{

	return (&x->stay);
}

struct explore_counts
explore_counts(const struct explore *x)
{

	return (x->counts);
}

void
explore_begin(struct explore *x)
{

	assert(!x->running && "explore_end() comes first");
	assert((x->walking || !x->counts.complete) && "nothing is left");
	x->running = true;
	x->at = x->pick_at = 0;
	x->said = x->stay.steps = 0;
	x->asking = x->walking ? 0 : x->actors;
	x->stopped = x->abandoned = false;
}

/* --- races ----------------------------------------------------------------- */

/*
 * The step of `actor`, just looked at, could come before the rival: see to it
 * that somebody is tried at the place of the rival who leads there.
 */
static void
reverse(struct explore *x, uint32_t rival, uint32_t actor,
    const struct step *step)
{
	struct node *node;
	uint64_t past, initials;

	node = &x->nodes[rival - 1];
	past = node->sleep | node->todo;
	if ((node->ready & ~past) == 0)
		return;
	initials = order_initials(&x->order, rival, actor, step, past);
	if (initials & past)
		return;
	/* It waited there, and nothing on the way changes that. */
	if (initials & bit(actor) & ~node->ready)
		return;
	initials &= node->ready;
	node->todo |= initials != 0 ? bit(highest(initials)) : node->ready;
}

static void
reverse_all(struct explore *x, uint32_t actor, const struct step *step)
{
	uint32_t i;

	for (i = 0; i < x->order.rival_count; i++)
		reverse(x, x->order.rivals[i], actor, step);
}

/*
 * The run is over: those who still wait may wait because of what others did
 * before they could go.
 */
static void
look_at_waiting(struct explore *x, uint64_t waiting)
{
	const struct step *step;
	uint32_t actor;

	for (waiting &= x->waiting; waiting != 0; waiting &= waiting - 1) {
		actor = lowest(waiting);
		step = &x->steps[actor];
		/* Only its own stores are in the way. */
		if ((step->kinds & STEP_EMPTY) &&
		    order_buffered(&x->order, actor))
			continue;
		order_look(&x->order, actor, step);
		reverse_all(x, actor, step);
	}
}

/* --- who is next ----------------------------------------------------------- */

static uint64_t
asleep_after(const struct explore *x, const struct node *node,
    const struct step *steps)
{
	uint64_t rest, after;
	uint32_t other;

	after = 0;
	rest = (node->sleep | node->done) & ~bit(node->actor);
	for (; rest != 0; rest &= rest - 1) {
		other = lowest(rest);
		if (!order_depend(&x->order, node->actor, &node->step, other,
		    &steps[other]))
			after |= bit(other);
	}
	return (after);
}

/* The node at the end of the path has its step: it goes on a row, or begins. */
static inline void
row_add(struct explore *x, struct node *node)
{
	const struct node *past;

	node->first = x->depth;
	if (x->depth > 0) {
		past = node - 1;
		if (past->actor == node->actor)
			node->first = past->first;
		else
			x->nodes[past->first].end = x->depth;
	}
	x->nodes[node->first].end = x->depth + 1;
}

static inline void
take(struct explore *x, struct node *node, const struct step *steps,
    uint32_t actor)
{
	uint32_t maker;

	node->actor = actor;
	node->step = steps[actor];
	node->todo |= bit(actor);
	row_add(x, node);
	if (x->pruning == EXPLORE_CLASSES) {
		node->after = asleep_after(x, node, steps);
		maker = x->makers.of[actor];
		/* Of an earlier step of the same actor. */
		if (maker < x->order.last[actor])
			maker = 0;
		order_look(&x->order, actor, &node->step);
		reverse_all(x, actor, &node->step);
		order_put(&x->order, maker);
	}
	x->depth++;
	x->at++;
	x->open = false;
}

static uint32_t
stop(struct explore *x, uint64_t ready)
{

	x->stopped = true;
	x->asking = 0;
	x->abandoned = ready != 0;
	if (x->pruning == EXPLORE_CLASSES)
		look_at_waiting(x, ~ready);
	return (STEP_STOP);
}

/* Where no run has been before. */
static uint32_t
next_new(struct explore *x, const struct step *steps, uint64_t ready)
{
	struct node *node;
	uint64_t sleep, now;
	uint32_t actor;

	if (__builtin_expect(x->depth == x->node_room, 0))
		x->nodes = grown(x->nodes, &x->node_room, sizeof(*x->nodes));
	node = &x->nodes[x->depth];
	sleep = now = 0;
	if (x->depth > 0) {
		if (x->pruning == EXPLORE_CLASSES)
			sleep = node[-1].after;
		now = ready & ~node[-1].ready & ~bit(node[-1].actor);
	}
	if ((ready & ~sleep) == 0)
		return (stop(x, ready));
	if (__builtin_expect(now != 0, 0))
		makers_add(&x->makers, x->depth, now);
	node->ready = ready;
	node->sleep = sleep;
	node->todo = x->pruning == EXPLORE_ALL ? ready : 0;
	node->done = node->after = 0;
	actor = highest(ready & ~sleep);
	take(x, node, steps, actor);
	return (actor);
}

static uint32_t
next_open(struct explore *x, const struct step *steps, uint64_t ready)
{
	struct node *node;
	uint32_t actor;

	node = &x->nodes[x->depth];
	assert(node->ready == ready && DIVERGED);
	actor = highest(node->todo & ~node->done & ~node->sleep);
	take(x, node, steps, actor);
	return (actor);
}

static inline uint32_t
next_again(struct explore *x, const struct step *steps, uint64_t ready)
{
	const struct node *node;
	const struct step *step;
	uint32_t end;

	node = &x->nodes[x->at];
	step = &steps[node->actor];
	assert(node->ready == ready && step->kinds == node->step.kinds &&
	    step->offset == node->step.offset &&
	    step->size == node->step.size && DIVERGED);
	x->at++;
	end = x->nodes[node->first].end;
	/* How long that lasts is known, so why ask. */
	if (end > x->at && (x->cpus >> node->actor & 1) != 0) {
		x->stay.who = node->actor;
		x->stay.shared = x->stay.stored = UINT32_MAX;
		x->stay.steps = x->said = end - x->at;
	}
	return (node->actor);
}

static uint32_t
next_walking(struct explore *x, uint64_t ready)
{
	uint32_t rank;

	if (ready == 0)
		return (STEP_STOP);
	rank = walk_branch(&x->walk, (uint32_t)__builtin_popcountll(ready));
	while (rank-- != 0)
		ready &= ready - 1;
	x->at++;
	return (lowest(ready));
}

/* How many actors there are is known from now on. */
static void
begin_actors(struct explore *x, uint32_t actors)
{
	uint32_t cpus;

	assert(!x->stopped && "this run was to stop");
	assert((x->actors == 0 || x->actors == actors) && DIVERGED);
	x->asking = x->actors = actors;
	order_actors(&x->order, actors);
	cpus = actors < x->order.cpus ? actors : x->order.cpus;
	x->cpus = cpus == 64 ? UINT64_MAX : bit(cpus) - 1;
}

/* Whatever is asked next, this is what they were about to do. */
static inline void
note_waiting(struct explore *x, const struct step *steps, uint64_t ready)
{
	uint64_t rest;
	uint32_t actor;

	x->waiting = 0;
	for (rest = x->cpus & ~ready; rest != 0; rest &= rest - 1) {
		actor = lowest(rest);
		if (__builtin_expect(steps[actor].kinds != 0, 0)) {
			x->waiting |= bit(actor);
			x->steps[actor] = steps[actor];
		}
	}
}

uint32_t
explore_next(struct explore *x, const struct step *steps, uint32_t actors,
    uint64_t ready)
{

	if (__builtin_expect(x->asking != actors, 0)) {
		assert(x->running && "explore_begin() comes first");
		if (x->walking)
			return (next_walking(x, ready));
		begin_actors(x, actors);
	}
	/* Steps of which it was not asked. */
	x->at += x->said - x->stay.steps;
	x->said = x->stay.steps = 0;
	if (x->at + 1 < x->depth)
		return (next_again(x, steps, ready));
	note_waiting(x, steps, ready);
	if (x->at < x->depth)
		return (next_again(x, steps, ready));
	assert(x->pick_at == x->pick_count && DIVERGED);
	return (x->open ? next_open(x, steps, ready) :
	    next_new(x, steps, ready));
}

uint32_t
explore_pick(struct explore *x, uint32_t alternatives)
{
	const struct pick *pick;

	assert(x->running && "explore_begin() comes first");
	if (x->walking)
		return (walk_branch(&x->walk, alternatives));
	if (alternatives <= 1 || x->stopped)
		return (0);
	if (x->pick_at < x->pick_count) {
		pick = &x->picks[x->pick_at++];
		/* How many steps of a stay were taken is not known here. */
		assert(pick->owner >= x->at &&
		    pick->owner <= x->at + x->said &&
		    pick->alternatives == alternatives && DIVERGED);
		return (pick->value);
	}
	assert(x->at == x->depth && !x->open && DIVERGED);
	if (x->pick_count == x->pick_room)
		x->picks = grown(x->picks, &x->pick_room, sizeof(*x->picks));
	x->picks[x->pick_count++] = (struct pick){
		.owner = x->at,
		.alternatives = alternatives,
	};
	x->pick_at++;
	return (0);
}

/* --- the end of a run ------------------------------------------------------ */

/* Another value for the last pick of the step at the end of the path. */
static bool
next_pick(struct explore *x)
{
	struct pick *pick;

	while (x->pick_count > 0) {
		pick = &x->picks[x->pick_count - 1];
		if (pick->owner < x->depth)
			return (false);
		if (++pick->value < pick->alternatives)
			return (true);
		x->pick_count--;
	}
	return (false);
}

/* The deepest place with something left; false: there is none. */
static bool
go_back(struct explore *x)
{
	struct node *node;

	while (!next_pick(x)) {
		if (x->depth == 0)
			return (false);
		node = &x->nodes[--x->depth];
		node->done |= bit(node->actor);
		if (node->todo & ~node->done & ~node->sleep) {
			x->open = true;
			return (true);
		}
	}
	return (true);
}

static void
count(struct explore *x)
{

	x->counts.steps += x->at;
	if (x->counts.longest < x->at)
		x->counts.longest = x->at;
	if (x->abandoned)
		x->counts.abandoned++;
	else
		x->counts.executions++;
}

bool
explore_end(struct explore *x)
{
	const struct node *last;
	uint32_t sure;

	assert(x->running && "explore_begin() comes first");
	x->running = false;
	x->asking = 0;
	if (x->walking) {
		x->walking = false;
		return (!x->counts.complete);
	}
	assert(x->at == x->depth && !x->open && x->pick_at == x->pick_count &&
	    DIVERGED);
	if (!x->stopped && x->pruning == EXPLORE_CLASSES && x->depth > 0) {
		last = &x->nodes[x->depth - 1];
		look_at_waiting(x, ~(last->ready | bit(last->actor)));
	}
	count(x);
	if (!go_back(x))
		x->counts.complete = true;
	if (x->pruning == EXPLORE_CLASSES)
		order_cut(&x->order, x->depth);
	/* Without an open place it is not certain that anything is asked
	 * behind the path; then its last question is to be asked again. */
	sure = x->depth == 0 || x->open ? x->depth : x->depth - 1;
	makers_cut(&x->makers, sure);
	if (x->depth > 0)
		x->nodes[x->nodes[x->depth - 1].first].end = sure;
	return (!x->counts.complete);
}

/* --- an estimate ----------------------------------------------------------- */

void
explore_walk(struct explore *x, uint64_t seed)
{

	assert(!x->running && "explore_end() comes first");
	x->walking = true;
	walk_begin(&x->walk, seed);
}

uint64_t
explore_walked(const struct explore *x)
{

	return (walk_log2(&x->walk));
}
