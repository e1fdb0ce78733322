/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cli/token_word.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"
#include "tools/campaign/follow.h"
#include "tools/campaign/token.h"

/* Where a line may have its token. */
static const char *
token_in(const char *line)
{
	static const char *const before[] = { "gusim replay ",
	    "gusim shrink " };
	size_t i;

	line += strspn(line, " \t");
	for (i = 0; i < sizeof(before) / sizeof(before[0]); i++)
		if (strncmp(line, before[i], strlen(before[i])) == 0)
			return (line + strlen(before[i]));
	return (line);
}

static int
read_file(const char *verb, const char *path, char text[TOKEN_SIZE],
    struct err *err)
{
	char line[TOKEN_SIZE + 200];
	const char *word;
	size_t length;
	FILE *in;

	in = fopen(path, "r");
	if (in == NULL) {
		return (err_set(err, "%s: %s is neither a token nor a file "
		    "that can be read (%s)", verb, path, strerror(errno)));
	}
	while (fgets(line, sizeof(line), in) != NULL) {
		word = token_in(line);
		length = strcspn(word, " \t\r\n");
		if (!token_looks_like(word) || length >= TOKEN_SIZE)
			continue;
		memcpy(text, word, length);
		text[length] = '\0';
		fclose(in);
		return (0);
	}
	fclose(in);
	return (err_set(err, "%s: there is no token in %s: no line starts "
	    "with 'gus1.' or 'gusim replay gus1.'", verb, path));
}

int
token_word_read(const char *verb, const char *word, struct token *token,
    struct err *err)
{
	char text[TOKEN_SIZE];
	char dotted[KNOB_TEXT_MAX];

	if (!token_looks_like(word)) {
		if (read_file(verb, word, text, err) != 0)
			return (-1);
		word = text;
	}
	if (token_read(word, token, err) != 0) {
		err_at(err, "%s", verb);
		return (-1);
	}
	if (spec_check(&token->spec, dotted, sizeof(dotted), err) != 0) {
		err_at(err, "%s: the token's run: %s", verb, dotted);
		token_fini(token);
		return (-1);
	}
	if (follow_check(token, err) != 0) {
		err_at(err, "%s", verb);
		token_fini(token);
		return (-1);
	}
	return (0);
}
