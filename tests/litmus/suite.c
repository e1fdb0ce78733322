/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/litmus/suite.h"

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

/* test, a verdict for each model, source. */
static bool
row_read(char *line, struct suite_row *row)
{
	char *cells[AXIOMS_MODELS + 2], *rest = line;
	const int last = AXIOMS_MODELS + 1;
	int i, verdict;

	line[strcspn(line, "\n")] = '\0';
	for (i = 0; i <= last; i++) {
		cells[i] = strsep(&rest, "\t");
		if (cells[i] == NULL || *cells[i] == '\0')
			return (false);
	}
	for (i = 0; i < AXIOMS_MODELS; i++) {
		verdict = number_of(cells[i + 1], suite_verdicts,
		    SUITE_VERDICTS);
		if (verdict < 0)
			return (false);
		row->verdicts[i] = (enum suite_verdict)verdict;
	}
	if (rest != NULL || strlen(cells[0]) >= sizeof row->test ||
	    strlen(cells[last]) >= sizeof row->source)
		return (false);
	snprintf(row->test, sizeof row->test, "%s", cells[0]);
	snprintf(row->source, sizeof row->source, "%s", cells[last]);
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
