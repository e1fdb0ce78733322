/*
 * Builds candidates, each exactly once.
 *
 * In all three models program order and reads-from together have no cycle, so
 * every candidate can be built event by event with each read after its write.
 * Of the orders in which that can be done, only the one counts that always
 * takes the first thread that can go.  A thread is passed over only while its
 * next event is a read whose write is still to come: `passed` is the step from
 * which that write must be.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/memory/memory.h"
#include "tests/litmus/candidate.h"

enum {
	LOOP_MAX = 3,		/* rounds of a loop */
	PLAIN_STEPS_MAX = 1000,	/* between accesses: it computes for ever */
};

struct runner {
	int64_t registers[LITMUS_REGISTERS_MAX];
	uint8_t visits[LITMUS_CODE_MAX];
	uint64_t before;	/* events of this thread, and initial ones */
	uint16_t at;
	uint8_t passed;
	bool finished;
};

struct state {
	struct candidate candidate;
	struct runner runners[LITMUS_THREADS_MAX];
	unsigned step;
};

struct judge {
	const struct litmus_program *program;
	enum axioms_model model;
	struct axioms_verdict *verdict;
	size_t room;
	struct location { uint32_t offset; uint8_t size; int64_t value; }
	    locations[LITMUS_LOCATIONS_MAX];
	unsigned location_count;
	bool too_long;
};

static int64_t
narrow(uint64_t value, unsigned size, bool sign)
{
	const unsigned shift = 64 - 8 * size;

	if (sign)
		return ((int64_t)(value << shift) >> shift);
	return ((int64_t)(value << shift >> shift));
}

static bool
is_access(const struct litmus_instr *instr)
{

	return (instr->op <= LITMUS_COMPARE);
}

static bool
is_read(const struct litmus_instr *instr)
{

	return (is_access(instr) && instr->op != LITMUS_STORE);
}

static unsigned
location_index(const struct judge *judge, uint32_t offset)
{
	unsigned i;

	for (i = 0; i < judge->location_count; i++)
		if (judge->locations[i].offset == offset)
			return (i);
	return (CANDIDATE_NOTHING);
}

static const char *
location_add(struct judge *judge, uint32_t offset, uint8_t size, int64_t value)
{
	struct location *other;
	unsigned i;

	for (i = 0; i < judge->location_count; i++) {
		other = &judge->locations[i];
		if (other->offset == offset && other->size == size)
			return (NULL);
		if (offset < other->offset + other->size &&
		    other->offset < offset + size)
			return ("accesses of different sizes overlap");
	}
	if (judge->location_count == LITMUS_LOCATIONS_MAX)
		return ("too many locations");
	judge->locations[judge->location_count++] =
	    (struct location) { offset, size, value };
	return (NULL);
}

static const char *
locations_find(struct judge *judge)
{
	const struct litmus_program *program = judge->program;
	const struct litmus_instr *instr;
	const char *wrong = NULL;
	size_t i, n;

	for (i = 0; i < program->location_count && wrong == NULL; i++)
		wrong = location_add(judge, program->locations[i].offset,
		    program->locations[i].size, program->locations[i].value);
	for (i = 0; i < program->thread_count; i++)
		for (n = 0; n < program->threads[i].length; n++) {
			instr = &program->threads[i].code[n];
			if (wrong == NULL && is_access(instr))
				wrong = location_add(judge, instr->offset,
				    instr->size, 0);
		}
	for (i = 0; i < program->observed_count && wrong == NULL; i++)
		if (program->observed[i].thread == LITMUS_NOWHERE)
			wrong = location_add(judge,
			    program->observed[i].offset,
			    program->observed[i].size, 0);
	return (wrong);
}

static int64_t
operand(const struct runner *runner, const struct litmus_operand *operand)
{

	return (operand->reg == LITMUS_NOWHERE ? operand->constant :
	    runner->registers[operand->reg]);
}

static int64_t
calculate(enum litmus_alu alu, int64_t a, int64_t b)
{
	const uint64_t ua = (uint64_t)a, ub = (uint64_t)b;

	switch (alu) {
	case LITMUS_SET: return (a);
	case LITMUS_ADD: return ((int64_t)(ua + ub));
	case LITMUS_SUB: return ((int64_t)(ua - ub));
	case LITMUS_AND: return (a & b);
	case LITMUS_OR: return (a | b);
	case LITMUS_XOR: return (a ^ b);
	case LITMUS_MUL: return ((int64_t)(ua * ub));
	case LITMUS_SHL: return ((int64_t)(ua << (ub & 63)));
	case LITMUS_SHR: return ((int64_t)(ua >> (ub & 63)));
	case LITMUS_EQ: return (a == b);
	case LITMUS_NE: return (a != b);
	case LITMUS_LT: return (a < b);
	case LITMUS_LE: return (a <= b);
	case LITMUS_GT: return (a > b);
	case LITMUS_GE: return (a >= b);
	}
	abort();
}

static void
put(struct runner *runner, int16_t reg, int64_t value)
{

	if (reg != LITMUS_NOWHERE)
		runner->registers[reg] = value;
}

/*
 * Follows the thread to its next access or fence.  False: this candidate does
 * not count, because of an assumption or of a loop that goes on.
 */
static bool
runner_advance(struct runner *runner, const struct litmus_thread *thread)
{
	const struct litmus_instr *instr;
	unsigned steps = 0;

	for (;;) {
		if (runner->at >= thread->length) {
			runner->finished = true;
			return (true);
		}
		instr = &thread->code[runner->at];
		if (is_access(instr) || instr->op == LITMUS_FENCE)
			return (true);
		if (++steps > PLAIN_STEPS_MAX)
			return (false);
		runner->at++;
		switch (instr->op) {
		case LITMUS_COMPUTE:
			put(runner, instr->to, calculate(instr->alu,
			    operand(runner, &instr->a),
			    operand(runner, &instr->b)));
			break;
		case LITMUS_JUMP:
			if (operand(runner, &instr->a) != 0)
				break;
			if (instr->target < runner->at &&
			    ++runner->visits[instr->target] > LOOP_MAX)
				return (false);
			runner->at = instr->target;
			break;
		default:
			assert(instr->op == LITMUS_ASSUME);
			if (operand(runner, &instr->a) == 0)
				return (false);
			break;
		}
	}
}

/* Appends an event to its thread. */
static struct event *
event_add(struct state *state, unsigned thread, uint8_t kinds, uint8_t order)
{
	struct candidate *candidate = &state->candidate;
	struct runner *runner = &state->runners[thread];
	const unsigned i = candidate->event_count++;
	struct event *event = &candidate->events[i];

	memset(event, 0, sizeof *event);
	event->kinds = kinds;
	event->order = order;
	event->thread = (uint8_t)thread;
	event->location = CANDIDATE_NOTHING;
	event->reads_from = CANDIDATE_NOTHING;
	event->step = (uint8_t)state->step;
	candidate->before[i] = runner->before;
	runner->before |= UINT64_C(1) << i;
	return (event);
}

static void search(struct judge *judge, const struct state *state);

/* The thread is behind its access; goes on if all is well so far. */
static void
step_end(struct judge *judge, struct state *state, unsigned thread)
{
	struct runner *runner = &state->runners[thread];
	struct candidate_facts facts;

	state->step++;
	runner->at++;
	runner->passed = 0;
	if (runner_advance(runner, &judge->program->threads[thread]) &&
	    candidate_consistent(&state->candidate, judge->model, &facts))
		search(judge, state);
}

/* Puts the newest event into the order of writes, as number `place`. */
static bool
write_place(struct candidate *candidate, unsigned event, unsigned location,
    unsigned place)
{
	uint8_t *writes = candidate->writes[location];
	uint8_t *count = &candidate->write_count[location];

	/* Nothing comes between a read-modify-write and what it read. */
	if (place < *count &&
	    candidate->events[writes[place]].reads_from == writes[place - 1])
		return (false);
	memmove(&writes[place + 1], &writes[place], *count - place);
	writes[place] = (uint8_t)event;
	(*count)++;
	return (true);
}

static void
fence_add(struct judge *judge, struct state *state, unsigned thread, int order)
{

	if (judge->model != AXIOMS_TSO) {
		event_add(state, thread, EVENT_FENCE, order == ORDER_LOCKED ?
		    ORDER_SEQ_CST : (uint8_t)order);
		return;
	}
	if (order == ORDER_SEQ_CST || order == ORDER_LOCKED)
		event_add(state, thread, EVENT_FENCE, ORDER_SEQ_CST)->locked =
		    true;
}

/* The value that an access writes, having read `old`; false: it does not. */
static bool
access_write(struct runner *runner, const struct litmus_instr *instr,
    int64_t old, int64_t *written)
{
	const int64_t a = operand(runner, &instr->a);
	const int64_t b = operand(runner, &instr->b);
	bool equal;

	switch (instr->op) {
	case LITMUS_LOAD:
		put(runner, instr->to, old);
		return (false);
	case LITMUS_STORE:
		*written = a;
		return (true);
	case LITMUS_EXCHANGE:
		*written = a;
		put(runner, instr->to, old);
		return (true);
	case LITMUS_FETCH:
		*written = calculate(instr->alu, old, a);
		put(runner, instr->to, old);
		return (true);
	default:
		equal = narrow((uint64_t)old, instr->size, false) ==
		    narrow((uint64_t)a, instr->size, false);
		*written = b;
		put(runner, instr->to, old);
		put(runner, instr->to2, equal);
		return (equal);
	}
}

/* One access with its source chosen; the place of its store is tried here. */
static void
access_add(struct judge *judge, const struct state *old, unsigned thread,
    unsigned source)
{
	const struct litmus_instr *instr = &judge->program->threads[thread]
	    .code[old->runners[thread].at];
	const unsigned location = location_index(judge, instr->offset);
	struct state state = *old, placed;
	struct candidate *candidate = &state.candidate;
	struct runner *runner = &state.runners[thread];
	const bool change = instr->op >= LITMUS_EXCHANGE;
	const bool locked = judge->model == AXIOMS_TSO && !instr->plain &&
	    (change || (instr->op == LITMUS_STORE &&
	    instr->order >= ORDER_SEQ_CST));
	const bool fenced = judge->model == AXIOMS_RC11 &&
	    instr->order == ORDER_LOCKED;
	struct event *event;
	int64_t value = 0, written = 0;
	unsigned number, place;
	bool writes;

	if (source != CANDIDATE_NOTHING)
		value = narrow((uint64_t)candidate->events[source].written,
		    instr->size, instr->sign);
	writes = access_write(runner, instr, value, &written);
	if (fenced)
		fence_add(judge, &state, thread, ORDER_SEQ_CST);
	number = candidate->event_count;
	event = event_add(&state, thread, (uint8_t)
	    ((source != CANDIDATE_NOTHING ? EVENT_READ : 0) |
	    (writes ? EVENT_WRITE : 0)), change && !writes &&
	    instr->order != ORDER_LOCKED ? instr->order_fail : instr->order);
	if (event->order == ORDER_LOCKED)
		event->order = ORDER_RELAXED;
	event->plain = instr->plain;
	event->locked = locked;
	event->location = (uint8_t)location;
	event->reads_from = (uint8_t)source;
	event->written = written;
	if (fenced)
		fence_add(judge, &state, thread, ORDER_SEQ_CST);
	if (!writes) {
		step_end(judge, &state, thread);
		return;
	}
	for (place = 1; place <= candidate->write_count[location]; place++) {
		if (source != CANDIDATE_NOTHING &&
		    candidate->writes[location][place - 1] != source)
			continue;
		placed = state;
		if (write_place(&placed.candidate, number, location, place))
			step_end(judge, &placed, thread);
	}
}

/* All continuations in which this thread is next. */
static void
thread_go(struct judge *judge, const struct state *state, unsigned thread)
{
	const struct runner *runner = &state->runners[thread];
	const struct litmus_instr *instr =
	    &judge->program->threads[thread].code[runner->at];
	const struct candidate *candidate = &state->candidate;
	struct state next;
	unsigned i, location, source;

	if (instr->op == LITMUS_FENCE) {
		next = *state;
		fence_add(judge, &next, thread, instr->order);
		step_end(judge, &next, thread);
		return;
	}
	if (!is_read(instr)) {
		access_add(judge, state, thread, CANDIDATE_NOTHING);
		return;
	}
	location = location_index(judge, instr->offset);
	for (i = 0; i < candidate->write_count[location]; i++) {
		source = candidate->writes[location][i];
		if (candidate->events[source].step >= runner->passed)
			access_add(judge, state, thread, source);
	}
}

static int
state_compare(const struct litmus_program *program, const int64_t *left,
    const int64_t *right)
{
	size_t i;

	for (i = 0; i < program->observed_count; i++)
		if (left[i] != right[i])
			return (left[i] < right[i] ? -1 : 1);
	return (0);
}

static void
verdict_add(struct judge *judge, const struct axioms_state *state)
{
	struct axioms_verdict *verdict = judge->verdict;
	size_t low = 0, high = verdict->state_count, middle;
	int sign;

	while (low < high) {
		middle = low + (high - low) / 2;
		sign = state_compare(judge->program,
		    verdict->states[middle].values, state->values);
		if (sign == 0) {
			verdict->states[middle].in_order |= state->in_order;
			return;
		}
		if (sign < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (verdict->state_count == judge->room) {
		judge->room = judge->room * 2 + 16;
		verdict->states = realloc(verdict->states,
		    judge->room * sizeof *verdict->states);
		assert(verdict->states != NULL);
	}
	memmove(&verdict->states[low + 1], &verdict->states[low],
	    (verdict->state_count - low) * sizeof *verdict->states);
	verdict->states[low] = *state;
	verdict->state_count++;
}

static void
finish(struct judge *judge, const struct state *state)
{
	const struct litmus_program *program = judge->program;
	const struct candidate *candidate = &state->candidate;
	const struct litmus_observed *observed;
	struct candidate_facts facts;
	struct axioms_state final;
	unsigned location, last;
	size_t i;

	if (!candidate_consistent(candidate, judge->model, &facts))
		return;
	memset(&final, 0, sizeof final);
	for (i = 0; i < program->observed_count; i++) {
		observed = &program->observed[i];
		if (observed->thread != LITMUS_NOWHERE) {
			final.values[i] = state->runners[observed->thread]
			    .registers[observed->reg];
			continue;
		}
		location = location_index(judge, observed->offset);
		last = candidate->writes[location]
		    [candidate->write_count[location] - 1];
		final.values[i] = narrow((uint64_t)
		    candidate->events[last].written, observed->size,
		    observed->sign);
	}
	final.in_order = facts.in_order;
	judge->verdict->executions++;
	judge->verdict->racy |= facts.racy;
	verdict_add(judge, &final);
}

static void
search(struct judge *judge, const struct state *old)
{
	struct state state = *old;
	bool all_finished = true;
	unsigned thread;

	/* An access adds up to three events. */
	if (state.candidate.event_count + 3 > CANDIDATE_EVENTS_MAX) {
		judge->too_long = true;
		return;
	}
	for (thread = 0; thread < judge->program->thread_count; thread++) {
		const struct runner *runner = &state.runners[thread];

		if (runner->finished)
			continue;
		all_finished = false;
		thread_go(judge, &state, thread);
		if (!is_read(&judge->program->threads[thread]
		    .code[runner->at]))
			return;
		state.runners[thread].passed = (uint8_t)state.step;
	}
	if (all_finished)
		finish(judge, &state);
}

const char *
axioms_judge(const struct litmus_program *program, enum axioms_model model,
    struct axioms_verdict *verdict)
{
	struct judge judge = { .program = program, .model = model,
	    .verdict = verdict };
	struct state state;
	struct candidate *candidate = &state.candidate;
	const char *wrong;
	unsigned i;

	memset(verdict, 0, sizeof *verdict);
	memset(&state, 0, sizeof state);
	wrong = locations_find(&judge);
	if (wrong != NULL)
		return (wrong);
	candidate->location_count = judge.location_count;
	candidate->event_count = judge.location_count;
	for (i = 0; i < judge.location_count; i++) {
		candidate->events[i] = (struct event) { .kinds = EVENT_WRITE,
		    .plain = true, .thread = CANDIDATE_NOTHING,
		    .location = (uint8_t)i, .reads_from = CANDIDATE_NOTHING,
		    .written = judge.locations[i].value };
		candidate->writes[i][0] = (uint8_t)i;
		candidate->write_count[i] = 1;
	}
	/* Step 0 is theirs. */
	state.step = 1;
	for (i = 0; i < program->thread_count; i++) {
		struct runner *runner = &state.runners[i];

		runner->before = (UINT64_C(1) << judge.location_count) - 1;
		memcpy(runner->registers, program->threads[i].registers,
		    sizeof runner->registers);
		if (!runner_advance(runner, &program->threads[i]))
			return (NULL);
	}
	search(&judge, &state);
	if (judge.too_long) {
		axioms_verdict_fini(verdict);
		return ("more accesses than the judge can hold");
	}
	return (NULL);
}

void
axioms_verdict_fini(struct axioms_verdict *verdict)
{

	free(verdict->states);
	memset(verdict, 0, sizeof *verdict);
}
