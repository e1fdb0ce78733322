/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE	/* asprintf(), open_memstream() */
#include "tools/report/report_replay.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/must.h"

/* The bytes of the word at `at`, with its quotes, as a shell would part it. */
static size_t
word_length(const char *at)
{
	size_t i;
	char quote;

	quote = '\0';
	for (i = 0; at[i] != '\0'; i++) {
		if (quote == '\0' && (at[i] == ' ' || at[i] == '\t' ||
		    at[i] == '\n'))
			break;
		if (at[i] == '\\' && quote != '\'' && at[i + 1] != '\0')
			i++;
		else if (quote == '\0' && (at[i] == '\'' || at[i] == '"'))
			quote = at[i];
		else if (at[i] == quote)
			quote = '\0';
	}
	return (i);
}

/*
 * Whether the word is --plugin, or as much of it as tells it from the other
 * options; `joined` where the file follows behind "=".
 */
static bool
is_plugin(const char *word, size_t length, bool *joined)
{
	size_t name;

	/* A word with blanks in it stands in quotes as a whole. */
	if (*word == '\'') {
		word++;
		length--;
	}
	name = strcspn(word, "= \t\n'");
	*joined = name < length && word[name] == '=';
	return (name >= strlen("--pl") && name <= strlen("--plugin") &&
	    strncmp(word, "--plugin", name) == 0);
}

char *
report_plugins(const char *command)
{
	size_t length, size;
	bool joined, wanted;
	char *words;
	FILE *out;

	out = open_memstream(&words, &size);
	if (out == NULL)
		abort();
	wanted = false;
	for (; *command != '\0'; command += length) {
		command += strspn(command, " \t\n");
		length = word_length(command);
		if (wanted) {
			fprintf(out, "--plugin %.*s ", (int)length, command);
			wanted = false;
		} else if (length == 2 && strncmp(command, "--", 2) == 0)
			break;
		else if (is_plugin(command, length, &joined)) {
			if (joined)
				fprintf(out, "%.*s ", (int)length, command);
			wanted = !joined;
		}
	}
	if (fclose(out) != 0)
		abort();
	return (words);
}

char *
report_replay(const char *command, const char *token)
{
	char *plugins, *line;

	plugins = report_plugins(command);
	if (asprintf(&line, "gusim replay %s%s", plugins, token) < 0)
		abort();
	free(plugins);
	return (line);
}
