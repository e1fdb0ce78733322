/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/sim/memory/relaxed_program.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/machine/machine.h"
#include "sim/memory/clock.h"
#include "sim/memory/memory.h"
#include "sim/memory/memory_choose.h"

extern const struct memory_model memory_relaxed;

/* The machine is not there; the model wants nothing of it but its memory. */
struct machine the;

static const char locations[] = "xyzw";
static const char orders[] = ".carqsl";		/* enum memory_order_number */

enum { SPACING = 64, SIZE = 4 };

static unsigned char memory[PROGRAM_LOCATIONS * SPACING];

/* --- text ---------------------------------------------------------------- */

static const char *
parse_op(struct program *program, struct program_op *op, const char *text)
{
	const char *found;

	memset(op, 0, sizeof(*op));
	op->kind = *text++;
	if (op->kind != 'F') {
		found = strchr(locations, *text++);
		assert(found != NULL && *found != '\0');
		op->location = (int)(found - locations);
		if (op->location >= program->location_count)
			program->location_count = op->location + 1;
	}
	if (op->kind != 'F' && op->kind != 'R')
		op->value = *text++ - '0';
	if (op->kind == 'C')
		op->other = *text++ - '0';
	if (*text != ' ' && *text != '\0' && *text != '|') {
		found = strchr(orders, *text++);
		assert(found != NULL);
		op->order = (int)(found - orders);
	}
	op->fail_order = op->order;
	if (op->kind == 'C' && *text != '\0' && *text != ' ') {
		found = strchr(orders, *text++);
		assert(found != NULL && *found != '\0');
		op->fail_order = (int)(found - orders);
	}
	return (text);
}

void
program_parse(struct program *program, const char *text)
{
	struct program_thread *thread;

	memset(program, 0, sizeof(*program));
	thread = &program->threads[0];
	for (; *text != '\0';) {
		if (*text == ' ') {
			text++;
		} else if (*text == '|') {
			thread++;
			text++;
		} else {
			assert(thread->count < PROGRAM_OPS);
			text = parse_op(program, &thread->ops[thread->count++],
			    text);
		}
	}
	program->thread_count = (int)(thread - program->threads) + 1;
	assert(program->thread_count <= PROGRAM_THREADS);
}

const char *
program_text(const struct program *program)
{
	static char text[PROGRAM_THREADS * PROGRAM_OPS * 8];
	const struct program_op *op;
	size_t at;
	int i, t;

	at = 0;
	for (t = 0; t < program->thread_count; t++) {
		if (t > 0)
			text[at++] = '|';
		for (i = 0; i < program->threads[t].count; i++) {
			op = &program->threads[t].ops[i];
			text[at++] = ' ';
			text[at++] = op->kind;
			if (op->kind != 'F')
				text[at++] = locations[op->location];
			if (op->kind != 'F' && op->kind != 'R')
				text[at++] = (char)('0' + op->value);
			if (op->kind == 'C')
				text[at++] = (char)('0' + op->other);
			if (op->order != 0 || op->fail_order != op->order)
				text[at++] = orders[op->order];
			if (op->fail_order != op->order)
				text[at++] = orders[op->fail_order];
		}
		text[at++] = ' ';
	}
	text[at] = '\0';
	return (text);
}

/* --- outcomes ------------------------------------------------------------ */

static int
outcomes_find(const struct outcomes *outcomes, const char *text, bool *found)
{
	int compared, high, low, middle;

	low = 0;
	high = outcomes->count;
	*found = false;
	while (low < high) {
		middle = (low + high) / 2;
		compared = strcmp(text, outcomes->texts[middle]);
		if (compared == 0) {
			*found = true;
			return (middle);
		}
		if (compared < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return (low);
}

bool
outcomes_has(const struct outcomes *outcomes, const char *text)
{
	bool found;

	(void)outcomes_find(outcomes, text, &found);
	return (found);
}

void
outcomes_add(struct outcomes *outcomes, const char *text)
{
	bool found;
	int at;

	at = outcomes_find(outcomes, text, &found);
	if (found)
		return;
	assert(outcomes->count < OUTCOMES_MAX &&
	    strlen(text) < OUTCOME_BYTES);
	memmove(outcomes->texts[at + 1], outcomes->texts[at],
	    (size_t)(outcomes->count - at) * OUTCOME_BYTES);
	strcpy(outcomes->texts[at], text);
	outcomes->count++;
}

const char *
outcomes_text(const struct outcomes *outcomes)
{
	static char text[2][OUTCOMES_MAX * OUTCOME_BYTES];
	static int turn;
	size_t length;
	char *at;
	int i;

	turn ^= 1;
	at = text[turn];
	*at = '\0';
	for (i = 0; i < outcomes->count; i++) {
		if (i > 0)
			*at++ = ' ';
		length = strlen(outcomes->texts[i]);
		memcpy(at, outcomes->texts[i], length + 1);
		at += length;
	}
	return (text[turn]);
}

/* --- all executions ------------------------------------------------------ */

/* The path of the depth-first search: what was answered, of how many. */
static struct {
	uint32_t answer;
	uint32_t alternatives;
} path[256];
static int path_length, path_at;
static bool exploring;

static uint32_t
decide(uint32_t alternatives)
{

	if (path_at == path_length) {
		assert(path_length < 256);
		path[path_length].answer = 0;
		path[path_length++].alternatives = alternatives;
	}
	assert(path[path_at].alternatives == alternatives);
	return (path[path_at++].answer);
}

uint64_t
memory_choose(enum choice_kind kind, uint32_t cpu, uint64_t alternatives)
{

	assert(kind == CHOICE_READ || kind == CHOICE_PLACE);
	assert(alternatives > 1);
	if (!exploring)
		return (0);
	assert(cpu < PROGRAM_THREADS);
	return (decide((uint32_t)alternatives));
}

static bool
path_next(void)
{

	while (path_length > 0) {
		if (++path[path_length - 1].answer <
		    path[path_length - 1].alternatives)
			return (true);
		path_length--;
	}
	return (false);
}

/* Returns what was read, or -1. */
static int
execute(uint32_t cpu, const struct program_op *op)
{
	const struct memory_history *model;
	struct memory_expected expected;
	uint32_t offset, value;
	int old;

	model = memory_relaxed.history;
	offset = (uint32_t)op->location * SPACING;
	old = -1;
	switch (op->kind) {
	case 'F':
		model->fence(cpu, op->order);
		break;
	case 'R':
		old = (int)model->load(cpu, offset, SIZE, op->order);
		break;
	case 'W':
		model->store(cpu, offset, SIZE, (uint64_t)op->value,
		    op->order);
		break;
	case 'P':
		model->plain_store(cpu, offset, SIZE);
		value = (uint32_t)op->value;
		memcpy(memory + offset, &value, SIZE);
		break;
	default:
		expected.value = (uint64_t)op->value;
		expected.fail_order = op->fail_order;
		old = (int)model->change_begin(cpu, offset, SIZE, op->order,
		    op->kind == 'C' ? &expected : NULL);
		if (op->kind == 'C' && old != op->value)
			model->change_cancel(cpu, offset, SIZE,
			    op->fail_order);
		else
			model->change_end(cpu, offset, SIZE, (uint64_t)
			    (op->kind == 'C' ? op->other : op->kind == 'X' ?
			    op->value : old + op->value), op->order);
	}
	return (old);
}

static void
begin(const struct program *program, enum program_way way)
{
	static const struct guide guide;

	memset(memory, 0, sizeof(memory));
	the.guide = way == WAY_QUICK ? &guide : NULL;
	memory_relaxed.history->reset(way == WAY_MANY ? CLOCK_LANES + 1 :
	    (uint32_t)program->thread_count);
}

static void
run_once(const struct program *program, enum program_way way,
    struct outcomes *outcomes)
{
	int results[PROGRAM_THREADS][PROGRAM_OPS];
	int done[PROGRAM_THREADS];
	char text[OUTCOME_BYTES];
	uint32_t pick, value;
	int i, left, length, t;

	begin(program, way);
	memset(done, 0, sizeof(done));
	for (;;) {
		left = 0;
		for (t = 0; t < program->thread_count; t++)
			left += done[t] < program->threads[t].count;
		if (left == 0)
			break;
		pick = left == 1 ? 0 : decide((uint32_t)left);
		for (t = 0;; t++)
			if (done[t] < program->threads[t].count && pick-- == 0)
				break;
		results[t][done[t]] = execute((uint32_t)t,
		    &program->threads[t].ops[done[t]]);
		done[t]++;
	}
	length = 0;
	for (t = 0; t < program->thread_count; t++)
		for (i = 0; i < program->threads[t].count; i++)
			if (results[t][i] >= 0)
				text[length++] = (char)('0' + results[t][i]);
	if (program->last_values) {
		text[length++] = '/';
		for (i = 0; i < program->location_count; i++) {
			memcpy(&value, memory + i * SPACING, SIZE);
			text[length++] = (char)('0' + value);
		}
	}
	text[length] = '\0';
	outcomes_add(outcomes, text);
	outcomes->executions++;
}

void
program_run_all(const struct program *program, enum program_way way,
    struct outcomes *outcomes)
{

	the.base = memory;
	the.bytes = sizeof(memory);
	outcomes->count = 0;
	outcomes->executions = 0;
	path_length = 0;
	exploring = true;
	do {
		path_at = 0;
		run_once(program, way, outcomes);
	} while (path_next());
	exploring = false;
	the.guide = NULL;
}
