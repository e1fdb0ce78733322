/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/sim/strategies/toy.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <xxhash.h>

uint32_t
toy_actors(const struct toy_program *program)
{

	return (program->tso ? 2 * program->threads : program->threads);
}

/* --- memory ---------------------------------------------------------------- */

/* As the thread sees it: with what is in its buffer. */
static uint64_t
view(const struct toy_state *state, uint32_t thread, uint32_t at,
    uint32_t size)
{
	const struct toy_store *store;
	uint8_t bytes[TOY_BYTES];
	uint64_t value;
	uint32_t i;

	memcpy(bytes, state->bytes, sizeof(bytes));
	for (i = 0; i < state->held[thread]; i++) {
		store = &state->buffer[thread][i];
		memcpy(bytes + store->at, &store->value, store->size);
	}
	value = 0;
	memcpy(&value, bytes + at, size);
	return (value);
}

static void
store(const struct toy_program *program, struct toy_state *state,
    uint32_t thread, uint32_t at, uint32_t size, uint64_t value)
{

	if (!program->tso) {
		memcpy(state->bytes + at, &value, size);
		return;
	}
	state->buffer[thread][state->held[thread]++] = (struct toy_store){
		.at = (uint8_t)at,
		.size = (uint8_t)size,
		.value = value,
	};
}

static void
drain(struct toy_state *state, uint32_t thread)
{
	struct toy_store *buffer;

	buffer = state->buffer[thread];
	memcpy(state->bytes + buffer[0].at, &buffer[0].value, buffer[0].size);
	state->held[thread]--;
	memmove(buffer, buffer + 1, (TOY_BUFFER - 1) * sizeof(*buffer));
	memset(&buffer[TOY_BUFFER - 1], 0, sizeof(*buffer));
}

/* --- steps ----------------------------------------------------------------- */

static const struct toy_code *
code_of(const struct toy_program *program, const struct toy_state *state,
    uint32_t thread)
{

	return (&program->code[thread][state->pc[thread]]);
}

/* On to the next instruction that is a step. */
static void
settle(const struct toy_program *program, struct toy_state *state,
    uint32_t thread)
{
	const struct toy_code *code;
	uint64_t *regs;

	regs = state->regs[thread];
	for (;;) {
		code = code_of(program, state, thread);
		if (code->op == TOY_PLUS)
			regs[code->reg] = regs[code->other] + code->value;
		else if (code->op == TOY_UNLESS)
			state->pc[thread] += regs[code->reg] != 0 ?
			    code->skip : 0;
		else if (code->op == TOY_BEHIND)
			state->pc[thread] += regs[code->reg] != 0 &&
			    regs[code->reg] < regs[code->other] ?
			    code->skip : 0;
		else if (code->op != TOY_FENCE || program->tso)
			return;
		state->pc[thread]++;
	}
}

static uint32_t
place_of(const struct toy_code *code, const struct toy_state *state,
    uint32_t thread)
{

	if (code->op == TOY_INDEX)
		return (code->at + 8 * state->regs[thread][code->other]);
	if (code->op == TOY_POISON)
		return (code->at + 8 * state->regs[thread][code->reg]);
	return (code->at);
}

static bool
thread_step(const struct toy_program *program, const struct toy_state *state,
    uint32_t thread, struct step *step)
{
	const struct toy_code *code;
	uint64_t value;

	code = code_of(program, state, thread);
	step->offset = place_of(code, state, thread);
	step->size = code->size;
	value = code->size == 0 ? 0 :
	    view(state, thread, step->offset, code->size);
	switch (code->op) {
	case TOY_LOAD:
	case TOY_INDEX:
		step->kinds = STEP_READ;
		return (true);
	case TOY_TAKE:
		step->kinds = STEP_READ;
		return (true);
	case TOY_AWAIT:
		step->kinds = STEP_READ;
		return (value == code->value);
	case TOY_SPIN:
		step->kinds = STEP_READ;
		return (!state->spun[thread] || state->seen[thread] != value);
	case TOY_STORE:
	case TOY_KEEP:
	case TOY_POISON:
		step->kinds = program->tso ? STEP_PUSH : STEP_WRITE;
		return (!program->tso ||
		    state->held[thread] < program->capacity);
	case TOY_ADD:
	case TOY_SWAP:
	case TOY_LOCK:
		step->kinds = STEP_READ | STEP_WRITE;
		if (program->tso)
			step->kinds |= STEP_EMPTY;
		return (state->held[thread] == 0 &&
		    (code->op != TOY_LOCK || value == 0));
	case TOY_FENCE:
		step->kinds = STEP_EMPTY;
		return (state->held[thread] == 0);
	case TOY_ORDER:
		step->kinds = STEP_ORDERED;
		return (true);
	case TOY_PICK:
		/* Something that it does, though nobody can notice. */
		step->kinds = STEP_READ;
		step->size = 0;
		return (true);
	default:
		*step = (struct step){ 0 };
		return (false);
	}
}

uint64_t
toy_steps(const struct toy_program *program, const struct toy_state *state,
    struct step *steps)
{
	uint64_t ready;
	uint32_t i;

	ready = 0;
	for (i = 0; i < program->threads; i++) {
		if (thread_step(program, state, i, &steps[i]))
			ready |= (uint64_t)1 << i;
		if (!program->tso)
			continue;
		steps[program->threads + i] = (struct step){ 0 };
		if (state->held[i] == 0)
			continue;
		steps[program->threads + i] = (struct step){
			.kinds = STEP_DRAIN | STEP_WRITE,
			.offset = state->buffer[i][0].at,
			.size = state->buffer[i][0].size,
		};
		ready |= (uint64_t)1 << (program->threads + i);
	}
	return (ready);
}

void
toy_start(const struct toy_program *program, struct toy_state *state)
{
	uint32_t i;

	memset(state, 0, sizeof(*state));
	memcpy(state->bytes, program->bytes, sizeof(state->bytes));
	for (i = 0; i < program->threads; i++)
		settle(program, state, i);
}

uint32_t
toy_go(const struct toy_program *program, struct toy_state *state,
    uint32_t actor, const struct toy_pick *pick)
{
	const struct toy_code *code;
	uint64_t value, *regs;
	uint32_t picked, at;

	if (actor >= program->threads) {
		drain(state, actor - program->threads);
		return (0);
	}
	picked = 0;
	code = code_of(program, state, actor);
	at = place_of(code, state, actor);
	value = code->size == 0 ? 0 : view(state, actor, at, code->size);
	regs = state->regs[actor];
	switch (code->op) {
	case TOY_LOAD:
	case TOY_INDEX:
		regs[code->reg] = value;
		break;
	case TOY_STORE:
	case TOY_POISON:
		store(program, state, actor, at, code->size, code->value);
		break;
	case TOY_KEEP:
		store(program, state, actor, at, code->size, regs[code->reg]);
		break;
	case TOY_ADD:
	case TOY_SWAP:
	case TOY_LOCK:
		regs[code->reg] = value;
		value = code->op == TOY_ADD ? value + code->value :
		    code->op == TOY_SWAP ? code->value : 1;
		memcpy(state->bytes + at, &value, code->size);
		break;
	case TOY_SPIN:
		state->spun[actor] = value != code->value;
		state->seen[actor] = state->spun[actor] ? value : 0;
		if (state->spun[actor])
			return (0);
		break;
	case TOY_PICK:
		picked = pick->pick(pick->context, code->value);
		picked += code->value *
		    pick->pick(pick->context, 1 + picked % 2);
		regs[code->reg] = picked;
		break;
	case TOY_TAKE:
		/* As many as the value says, so that others matter. */
		picked = pick->pick(pick->context, 1 + value % 3);
		regs[code->reg] = value + picked;
		break;
	default:
		break;
	}
	state->pc[actor]++;
	settle(program, state, actor);
	return (picked);
}

/* --- sets ------------------------------------------------------------------ */

void
toy_set_add(struct toy_set *set, uint64_t digest)
{

	if (set->count == set->room) {
		set->room = 2 * set->room + 64;
		set->digests = realloc(set->digests,
		    set->room * sizeof(*set->digests));
	}
	set->digests[set->count++] = digest;
}

static int
compare(const void *one, const void *other)
{
	uint64_t a, b;

	a = *(const uint64_t *)one;
	b = *(const uint64_t *)other;
	return ((a > b) - (a < b));
}

void
toy_set_close(struct toy_set *set)
{
	size_t i, kept;

	if (set->count == 0)
		return;
	qsort(set->digests, set->count, sizeof(*set->digests), compare);
	kept = 1;
	for (i = 1; i < set->count; i++) {
		if (set->digests[i] != set->digests[kept - 1])
			set->digests[kept++] = set->digests[i];
	}
	set->count = kept;
}

bool
toy_set_equal(const struct toy_set *one, const struct toy_set *other)
{

	return (one->count == other->count && (one->count == 0 ||
	    memcmp(one->digests, other->digests,
	    one->count * sizeof(*one->digests)) == 0));
}

void
toy_set_fini(struct toy_set *set)
{

	free(set->digests);
	*set = (struct toy_set){ 0 };
}

uint64_t
toy_digest(const struct toy_state *state)
{

	return (XXH3_64bits(state, sizeof(*state)));
}
