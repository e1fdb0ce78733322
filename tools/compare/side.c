/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/compare/side.h"

#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/report/report_data.h"
#include "tools/store/store.h"

static bool
is_policy(const struct report_data *data, const char *name)
{
	const struct report_experiment *experiment;
	size_t e, i;

	for (e = 0; e < data->experiment_count; e++) {
		experiment = &data->experiments[e];
		for (i = 0; i < experiment->point_count; i++) {
			if (strcmp(experiment->points[i].policy, name) == 0)
				return (true);
		}
	}
	return (false);
}

/* "cpus" for "machine.cpus". */
static bool
is_called(const char *knob, const char *name)
{
	size_t length, longer;

	length = strlen(name);
	longer = strlen(knob);
	return (longer >= length && strcmp(knob + longer - length, name) == 0 &&
	    (longer == length || knob[longer - length - 1] == '.'));
}

static bool
is_knob(const struct report_data *data, const char *name)
{
	const struct report_experiment *experiment;
	size_t e, i, k;

	for (e = 0; e < data->experiment_count; e++) {
		experiment = &data->experiments[e];
		for (i = 0; i < experiment->point_count; i++) {
			for (k = 0; k < experiment->points[i].knob_count; k++) {
				if (is_called(
				    experiment->points[i].knobs[k].knob, name))
					return (true);
			}
		}
	}
	return (false);
}

static int
take_word(struct side *side, const struct report_data *data, char *word,
    struct err *err)
{
	struct side_knob *knob;
	char *equals, *end;

	equals = strchr(word, '=');
	if (equals == NULL && word[0] == '#') {
		side->id = strtoll(word + 1, &end, 10);
		if (*end != '\0' || side->id <= 0)
			return (err_set(err, "'%s' is no point: # and a "
			    "point_id of the database are", word));
		return (0);
	}
	if (equals == NULL) {
		if (!is_policy(data, word) || side->policy != NULL) {
			side_complain(data, word, err);
			return (-1);
		}
		side->policy = must_copy(word);
		return (0);
	}
	*equals = '\0';
	if (!is_knob(data, word)) {
		side_complain(data, word, err);
		return (-1);
	}
	side->knobs = must_grow(side->knobs, side->knob_count,
	    sizeof(*side->knobs));
	knob = &side->knobs[side->knob_count++];
	knob->knob = must_copy(word);
	knob->value = must_copy(equals + 1);
	return (0);
}

int
side_parse(struct side *side, const struct report_data *data,
    const char *text, struct err *err)
{
	char *copy, *rest, *word;
	int good;

	memset(side, 0, sizeof(*side));
	/* A label may have commas in it. */
	if (is_policy(data, text)) {
		side->policy = must_copy(text);
		return (0);
	}
	rest = copy = must_copy(text);
	good = 0;
	while (good == 0 && (word = strsep(&rest, ",")) != NULL)
		good = take_word(side, data, word, err);
	free(copy);
	if (good != 0)
		side_fini(side);
	return (good);
}

void
side_fini(struct side *side)
{
	size_t i;

	for (i = 0; i < side->knob_count; i++) {
		free(side->knobs[i].knob);
		free(side->knobs[i].value);
	}
	free(side->knobs);
	free(side->policy);
	memset(side, 0, sizeof(*side));
}

bool
side_has(const struct side *side, const struct report_point *point)
{
	size_t i, k;

	if (side->id != 0 && point->id != side->id)
		return (false);
	if (side->policy != NULL && strcmp(point->policy, side->policy) != 0)
		return (false);
	for (i = 0; i < side->knob_count; i++) {
		for (k = 0; k < point->knob_count; k++) {
			if (is_called(point->knobs[k].knob,
			    side->knobs[i].knob) &&
			    strcmp(point->knobs[k].value,
			    side->knobs[i].value) == 0)
				break;
		}
		if (k == point->knob_count)
			return (false);
	}
	return (true);
}

bool
side_names(const struct side *side, const char *knob)
{
	size_t i;

	if (side->id != 0)
		return (true);
	for (i = 0; i < side->knob_count; i++) {
		if (is_called(knob, side->knobs[i].knob))
			return (true);
	}
	return (false);
}

const struct report_knob *
side_knob_of(const struct report_point *point, const char *knob)
{
	size_t i;

	for (i = 0; i < point->knob_count; i++) {
		if (strcmp(point->knobs[i].knob, knob) == 0)
			return (&point->knobs[i]);
	}
	return (NULL);
}

/* --- what there is ----------------------------------------------------------- */

struct words {
	const char **list;
	size_t count;
};

static void
words_add(struct words *words, const char *word)
{
	size_t i;

	for (i = 0; i < words->count; i++) {
		if (strcmp(words->list[i], word) == 0)
			return;
	}
	words->list = must_grow(words->list, words->count,
	    sizeof(*words->list));
	words->list[words->count++] = word;
}

static void
words_print(FILE *out, const struct words *words)
{
	enum { SHOWN = 24 };
	size_t i;

	for (i = 0; i < words->count && i < SHOWN; i++)
		fprintf(out, "%s%s", i == 0 ? "" : ", ", words->list[i]);
	if (words->count > SHOWN)
		fprintf(out, ", ... (%zu in all)", words->count);
	if (words->count == 0)
		fputs("none", out);
}

/* What the knobs that were named have been. */
static void
values_print(FILE *out, const struct report_data *data, const char *text)
{
	const struct report_experiment *experiment;
	const struct report_point *point;
	char *copy, *equals, *rest, *word;
	struct words values;
	size_t e, i, k;

	rest = copy = must_copy(text);
	while ((word = strsep(&rest, ",")) != NULL) {
		equals = strchr(word, '=');
		if (equals == NULL)
			continue;
		*equals = '\0';
		memset(&values, 0, sizeof(values));
		for (e = 0; e < data->experiment_count; e++) {
			experiment = &data->experiments[e];
			for (i = 0; i < experiment->point_count; i++) {
				point = &experiment->points[i];
				for (k = 0; k < point->knob_count; k++) {
					if (is_called(point->knobs[k].knob,
					    word))
						words_add(&values,
						    point->knobs[k].value);
				}
			}
		}
		if (values.count > 0) {
			fprintf(out, "; %s is ", word);
			words_print(out, &values);
		}
		free(values.list);
	}
	free(copy);
}

void
side_complain(const struct report_data *data, const char *text,
    struct err *err)
{
	const struct report_experiment *experiment;
	struct words knobs = { 0 }, policies = { 0 };
	const struct report_point *point;
	char *there;
	size_t e, i, k, length;
	FILE *out;

	for (e = 0; e < data->experiment_count; e++) {
		experiment = &data->experiments[e];
		for (i = 0; i < experiment->point_count; i++) {
			point = &experiment->points[i];
			words_add(&policies, point->policy);
			for (k = 0; k < point->knob_count; k++)
				words_add(&knobs, point->knobs[k].knob);
		}
	}
	out = open_memstream(&there, &length);
	if (out == NULL)
		abort();
	fputs("policies: ", out);
	words_print(out, &policies);
	fputs("; swept knobs: ", out);
	words_print(out, &knobs);
	values_print(out, data, text);
	fclose(out);
	err_set(err, "'%s' names nothing in %s; a side is a policy, KNOB=VALUE "
	    "or both (POLICY,KNOB=VALUE,...), and there are %s", text,
	    store_path(data->store), there);
	free(there);
	free(knobs.list);
	free(policies.list);
}
