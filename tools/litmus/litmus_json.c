/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "tools/litmus/answer.h"

static json_t *
sure(json_t *value)
{

	if (value == NULL)
		abort();
	return (value);
}

/* JSON has no unsigned 64 bits: the same bits as a signed number. */
static json_t *
number(uint64_t value)
{

	return (sure(json_integer((json_int_t)value)));
}

static json_t *
states_json(const struct litmus_answer *answer)
{
	const struct litmus_state *state;
	json_t *list, *item, *values;
	size_t i, n;

	list = sure(json_array());
	for (i = 0; i < answer->state_count; i++) {
		state = &answer->states[i];
		values = sure(json_object());
		for (n = 0; n < answer->test->shown_count; n++)
			json_object_set_new(values, answer->test->observed[n],
			    number((uint64_t)state->values[n]));
		item = sure(json_object());
		json_object_set_new(item, "values", values);
		json_object_set_new(item, "count", number(state->count));
		json_object_set_new(item, "holds",
		    json_boolean(clause_holds(&answer->test->clause,
		    state->values)));
		json_array_append_new(list, item);
	}
	return (list);
}

static json_t *
answer_json(const struct litmus_answer *answer, const char *file)
{
	const struct litmus_outcome *outcome;
	json_t *item, *name;
	char *condition;

	outcome = &answer->outcome;
	condition = litmus_answer_condition(answer);
	item = sure(json_object());
	/* A name of a file need not be UTF-8. */
	name = json_string(file);
	json_object_set_new(item, "file", name == NULL ? json_null() : name);
	json_object_set_new(item, "name",
	    sure(json_string(answer->test->name)));
	json_object_set_new(item, "model", sure(json_string(answer->model)));
	json_object_set_new(item, "condition", sure(json_string(condition)));
	json_object_set_new(item, "ok", json_boolean(answer->ok));
	json_object_set_new(item, "observation",
	    sure(json_string(litmus_answer_observation(answer))));
	json_object_set_new(item, "holding", number(answer->holding));
	json_object_set_new(item, "failing", number(answer->failing));
	json_object_set_new(item, "states", states_json(answer));
	json_object_set_new(item, "explored", number(outcome->executions));
	json_object_set_new(item, "abandoned", number(outcome->abandoned));
	json_object_set_new(item, "stuck", number(outcome->stuck));
	json_object_set_new(item, "endless", number(outcome->cut));
	json_object_set_new(item, "racy", number(outcome->racy));
	json_object_set_new(item, "complete", json_boolean(outcome->complete));
	free(condition);
	return (item);
}

void
litmus_json_print(const struct litmus_answer *answers,
    const char *const *files, size_t count)
{
	json_t *document, *tests;
	size_t i;

	tests = sure(json_array());
	for (i = 0; i < count; i++)
		json_array_append_new(tests, answer_json(&answers[i],
		    files[i]));
	document = sure(json_object());
	json_object_set_new(document, "tests", tests);
	json_dumpf(document, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(document);
}
