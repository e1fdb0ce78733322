/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/litmus/suite.h"
#include "tests/litmus/versus.h"

const char *const suite_verdicts[SUITE_VERDICTS] = { "Allowed", "Forbidden",
	"Missed" };

static int
number_of(const char *word, const char *const *words, int count)
{
	int i;

	for (i = 0; i < count; i++)
		if (strcmp(word, words[i]) == 0)
			return (i);
	return (-1);
}

static bool
row_read(char *line, struct suite_row *row)
{
	char *cells[4], *rest = line;
	int i, model, verdict;

	line[strcspn(line, "\n")] = '\0';
	for (i = 0; i < 4; i++) {
		cells[i] = strsep(&rest, "\t");
		if (cells[i] == NULL || *cells[i] == '\0')
			return (false);
	}
	model = number_of(cells[1], versus_models, AXIOMS_MODELS);
	verdict = number_of(cells[2], suite_verdicts, SUITE_VERDICTS);
	if (rest != NULL || model < 0 || verdict < 0 ||
	    strlen(cells[0]) >= sizeof row->test ||
	    strlen(cells[3]) >= sizeof row->source)
		return (false);
	snprintf(row->test, sizeof row->test, "%s", cells[0]);
	snprintf(row->source, sizeof row->source, "%s", cells[3]);
	row->model = (enum axioms_model)model;
	row->verdict = (enum suite_verdict)verdict;
	return (true);
}

size_t
suite_read(const char *file, struct suite_row **rows, size_t *count)
{
	FILE *in = fopen(file, "r");
	char line[512];
	size_t number = 0, room = 0, wrong = 0;

	*rows = NULL;
	*count = 0;
	if (in == NULL)
		return (1);
	while (wrong == 0 && fgets(line, sizeof line, in) != NULL) {
		number++;
		if (line[0] == '#')
			continue;
		if (*count == room) {
			room = room * 2 + 64;
			*rows = realloc(*rows, room * sizeof **rows);
			assert(*rows != NULL);
		}
		if (row_read(line, &(*rows)[*count]))
			(*count)++;
		else
			wrong = number;
	}
	fclose(in);
	return (wrong);
}
