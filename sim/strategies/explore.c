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

#include "sim/strategies/explore_order.h"
#include "sim/strategies/explore_walk.h"

#define DIVERGED	"a run of a program that is explored repeats the run " \
	"before it up to where the answers differ"

/* A place in the tree, and the step that was taken from it last. */
struct node {
	uint64_t ready;
	uint64_t sleep;		/* whoever need not go first here */
	uint64_t todo;		/* whoever goes, went or is to go */
	uint64_t done;		/* of those: whoever went */
	uint64_t after;		/* asleep after the step */
	uint32_t actor;
	struct step step;
};

struct pick {
	uint32_t owner;		/* the step under way, from 1; 0: before */
	uint32_t value;
	uint32_t alternatives;
};

/* Node `at` became known when its predecessor made this actor ready. */
struct made {
	uint32_t node;
	uint32_t actor;
	uint32_t before;
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

	/* Of each actor: the step that made it ready, from 1. */
	uint32_t makers[STEP_ACTORS_MAX];
	struct made *made;
	uint32_t made_count;
	uint32_t made_room;

	/* This run. */
	uint32_t at;		/* steps taken */
	uint32_t pick_at;
	uint32_t actors;
	bool running;
	bool stopped;
	bool abandoned;
	struct step steps[STEP_ACTORS_MAX];	/* at the last place */

	struct walk walk;
	bool walking;
};

static uint64_t
bit(uint32_t actor)
{

	return ((uint64_t)1 << actor);
}

static uint32_t
lowest(uint64_t mask)
{

	return ((uint32_t)__builtin_ctzll(mask));
}

/*
 * Of several who would do, buffers before CPUs: the runs that are given up are
 * the fewer, the sooner stores leave.
 */
static uint32_t
highest(uint64_t mask)
{

	return (63 - (uint32_t)__builtin_clzll(mask));
}

static void *
grown(void *memory, uint32_t *room, size_t bytes)
{

	*room = *room == 0 ? 256 : 2 * *room;
	memory = realloc(memory, *room * bytes);
	assert(memory != NULL && "memory for the search");
	return (memory);
}

struct explore *
explore_new(enum explore_pruning pruning)
{
	struct explore *x;

	x = calloc(1, sizeof(*x));
	assert(x != NULL && "memory for the search");
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
	free(x->made);
	free(x);
}

void
explore_reset(struct explore *x, enum explore_pruning pruning, uint32_t cpus)
{

	x->pruning = pruning;
	x->counts = (struct explore_counts){ 0 };
	order_reset(&x->order, cpus);
	x->depth = x->pick_count = x->made_count = 0;
	x->actors = 0;
	x->open = x->running = x->walking = false;
	memset(x->makers, 0, sizeof(x->makers));
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
	uint32_t actor;

	for (; waiting != 0; waiting &= waiting - 1) {
		actor = lowest(waiting);
		if (x->steps[actor].kinds == 0 || actor >= x->order.cpus)
			continue;
		/* Only its own stores are in the way. */
		if ((x->steps[actor].kinds & STEP_EMPTY) &&
		    order_buffered(&x->order, actor))
			continue;
		order_look(&x->order, actor, &x->steps[actor]);
		reverse_all(x, actor, &x->steps[actor]);
	}
}

/* --- who is next ----------------------------------------------------------- */

static uint64_t
everybody(const struct explore *x)
{

	return (x->actors == 64 ? UINT64_MAX : bit(x->actors) - 1);
}

static void
note_makers(struct explore *x, uint64_t ready)
{
	const struct node *past;
	uint64_t now;
	uint32_t actor;

	if (x->depth == 0)
		return;
	past = &x->nodes[x->depth - 1];
	now = ready & ~past->ready & ~bit(past->actor);
	for (; now != 0; now &= now - 1) {
		actor = lowest(now);
		if (x->made_count == x->made_room)
			x->made = grown(x->made, &x->made_room,
			    sizeof(*x->made));
		x->made[x->made_count++] = (struct made){
			.node = x->depth,
			.actor = actor,
			.before = x->makers[actor],
		};
		x->makers[actor] = x->depth;
	}
}

/* The nodes from this one on are no more. */
static void
forget_makers(struct explore *x, uint32_t node)
{
	const struct made *made;

	while (x->made_count > 0) {
		made = &x->made[x->made_count - 1];
		if (made->node < node)
			return;
		x->makers[made->actor] = made->before;
		x->made_count--;
	}
}

static uint64_t
asleep_after(const struct explore *x, const struct node *node)
{
	uint64_t rest, after;
	uint32_t other;

	after = 0;
	rest = (node->sleep | node->done) & ~bit(node->actor);
	for (; rest != 0; rest &= rest - 1) {
		other = lowest(rest);
		if (!order_depend(&x->order, node->actor, &node->step, other,
		    &x->steps[other]))
			after |= bit(other);
	}
	return (after);
}

static void
take(struct explore *x, struct node *node, uint32_t actor)
{
	uint32_t maker;

	node->actor = actor;
	node->step = x->steps[actor];
	node->todo |= bit(actor);
	if (x->pruning == EXPLORE_CLASSES) {
		node->after = asleep_after(x, node);
		maker = x->makers[actor];
		/* Of an earlier step of the same actor. */
		if (maker < x->order.last[actor])
			maker = 0;
		order_look(&x->order, actor, &node->step);
		reverse_all(x, actor, &node->step);
		order_put(&x->order, actor, &node->step, maker);
	}
	x->depth++;
	x->at++;
	x->open = false;
}

static uint32_t
stop(struct explore *x, uint64_t ready)
{

	x->stopped = true;
	x->abandoned = ready != 0;
	if (x->pruning == EXPLORE_CLASSES)
		look_at_waiting(x, everybody(x) & ~ready);
	return (STEP_STOP);
}

/* Where no run has been before. */
static uint32_t
next_new(struct explore *x, uint64_t ready)
{
	struct node *node;
	uint64_t sleep;
	uint32_t actor;

	sleep = x->depth == 0 || x->pruning == EXPLORE_ALL ? 0 :
	    x->nodes[x->depth - 1].after;
	if ((ready & ~sleep) == 0)
		return (stop(x, ready));
	note_makers(x, ready);
	if (x->depth == x->node_room)
		x->nodes = grown(x->nodes, &x->node_room, sizeof(*x->nodes));
	node = &x->nodes[x->depth];
	*node = (struct node){ .ready = ready, .sleep = sleep };
	if (x->pruning == EXPLORE_ALL)
		node->todo = ready;
	actor = highest(ready & ~sleep);
	take(x, node, actor);
	return (actor);
}

static uint32_t
next_open(struct explore *x, uint64_t ready)
{
	struct node *node;
	uint32_t actor;

	node = &x->nodes[x->depth];
	assert(node->ready == ready && DIVERGED);
	actor = highest(node->todo & ~node->done & ~node->sleep);
	take(x, node, actor);
	return (actor);
}

static uint32_t
next_again(struct explore *x, const struct step *steps, uint64_t ready)
{
	const struct node *node;
	const struct step *step;

	node = &x->nodes[x->at];
	step = &steps[node->actor];
	assert(node->ready == ready && step->kinds == node->step.kinds &&
	    step->offset == node->step.offset &&
	    step->size == node->step.size && DIVERGED);
	x->at++;
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

uint32_t
explore_next(struct explore *x, const struct step *steps, uint32_t actors,
    uint64_t ready)
{

	assert(x->running && "explore_begin() comes first");
	if (x->walking)
		return (next_walking(x, ready));
	assert(!x->stopped && "this run was to stop");
	if (x->actors == 0) {
		x->actors = actors;
		order_actors(&x->order, actors);
	}
	assert(x->actors == actors && DIVERGED);
	/* Whatever is asked next, this is what the actors were about to do. */
	if (x->at + 1 >= x->depth)
		memcpy(x->steps, steps, actors * sizeof(*steps));
	if (x->at < x->depth)
		return (next_again(x, steps, ready));
	assert(x->pick_at == x->pick_count && DIVERGED);
	return (x->open ? next_open(x, ready) : next_new(x, ready));
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
		assert(pick->owner == x->at &&
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

	assert(x->running && "explore_begin() comes first");
	x->running = false;
	if (x->walking) {
		x->walking = false;
		return (!x->counts.complete);
	}
	assert(x->at == x->depth && !x->open && x->pick_at == x->pick_count &&
	    DIVERGED);
	if (!x->stopped && x->pruning == EXPLORE_CLASSES && x->depth > 0) {
		last = &x->nodes[x->depth - 1];
		look_at_waiting(x,
		    everybody(x) & ~last->ready & ~bit(last->actor));
	}
	count(x);
	if (!go_back(x))
		x->counts.complete = true;
	if (x->pruning == EXPLORE_CLASSES)
		order_cut(&x->order, x->depth);
	forget_makers(x, x->depth + x->open);
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
