/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cli/token_word.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"
#include "tools/campaign/follow.h"
#include "tools/campaign/token.h"

enum {
	FILE_MAX = 64 << 20,		/* a token is not farther in than that */
	WORD_MIN = 24,			/* what may stand amid other words */
};

static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789-_.";

/* What mail and terminals put in front of a line. */
static const char *
line_start(const char *line)
{

	return (line + strspn(line, " \t>|$`"));
}

/*
 * Where the line has its token, or NULL: alone, after gusim replay, or as a word
 * amid others, such as the value of a key of JSON.
 */
static const char *
token_in(const char *line)
{
	static const char *const before[] = { "gusim replay ",
	    "gusim shrink " };
	const char *at;
	size_t i;

	at = line_start(line);
	for (i = 0; i < sizeof(before) / sizeof(before[0]); i++)
		if (strncmp(at, before[i], strlen(before[i])) == 0)
			at += strlen(before[i]);
	if (token_looks_like(at))
		return (at);
	for (; *at != '\0'; at += strcspn(at, " \t\"'`")) {
		at += strspn(at, " \t\"'`");
		if (token_looks_like(at) && strspn(at, LETTERS) >= WORD_MIN)
			return (at);
	}
	return (NULL);
}

static bool
whole(const char *text)
{
	struct token token;
	struct err err;

	if (token_read(text, &token, &err) != 0)
		return (false);
	token_fini(&token);
	return (true);
}

/* A token that is not whole may go on in the next lines: mail folds lines. */
static void
unfold(FILE *in, char text[TOKEN_SIZE])
{
	char line[1000];
	const char *piece;
	size_t first, length, used;

	first = used = strlen(text);
	while (!whole(text)) {
		length = 0;
		if (fgets(line, sizeof(line), in) != NULL) {
			piece = line_start(line);
			length = strspn(piece, LETTERS);
		}
		if (length == 0 || piece[strspn(piece + length, " \t\r\n") +
		    length] != '\0' || used + length >= TOKEN_SIZE) {
			text[first] = '\0';
			return;
		}
		memcpy(text + used, piece, length);
		used += length;
		text[used] = '\0';
	}
}

static int
read_file(const char *verb, const char *path, char text[TOKEN_SIZE],
    struct err *err)
{
	char line[TOKEN_SIZE + 200];
	const char *word;
	size_t length, seen;
	bool bad;
	FILE *in;

	if (path[0] == '\0')
		return (err_set(err, "%s: given an empty text; allowed is a "
		    "token or the name of a file that has one", verb));
	in = fopen(path, "r");
	if (in == NULL) {
		return (err_set(err, "%s: %s is neither a token nor a file "
		    "that can be read (%s)", verb, path, strerror(errno)));
	}
	for (seen = 0; seen < FILE_MAX &&
	    fgets(line, sizeof(line), in) != NULL; seen += strlen(line)) {
		/* Bytes of zero: no text, and perhaps no end. */
		if (line[0] == '\0')
			break;
		word = token_in(line);
		length = word == NULL ? 0 : strspn(word, LETTERS);
		if (length == 0 || length >= TOKEN_SIZE)
			continue;
		memcpy(text, word, length);
		text[length] = '\0';
		/* What follows at once and is no letter damages it. */
		if (strchr(" \t\r\n\"'`,", word[length]) == NULL)
			text[length - 1] = '\0';
		else if (word[length] == '\r' || word[length] == '\n')
			unfold(in, text);
		fclose(in);
		return (0);
	}
	bad = ferror(in);
	fclose(in);
	if (bad)
		return (err_set(err, "%s: %s cannot be read (%s)", verb, path,
		    strerror(errno)));
	return (err_set(err, "%s: there is no token in %s: no line starts "
	    "with 'gus1.' or 'gusim replay gus1.'", verb, path));
}

/* A pasted one may have blanks around it, and where a terminal broke it. */
static void
without_blanks(const char *word, char text[TOKEN_SIZE])
{
	size_t used;

	for (used = 0; *word != '\0' && used + 1 < TOKEN_SIZE; word++)
		if (strchr(" \t\r\n", *word) == NULL)
			text[used++] = *word;
	text[used] = '\0';
}

int
token_word_find(const char *verb, const char *word, char text[TOKEN_SIZE],
    struct err *err)
{

	if (!token_looks_like(word + strspn(word, " \t\r\n")))
		return (read_file(verb, word, text, err));
	without_blanks(word, text);
	return (0);
}

int
token_word_read(const char *verb, const char *word, struct token *token,
    struct err *err)
{
	char text[TOKEN_SIZE];
	char dotted[KNOB_TEXT_MAX];

	if (token_word_find(verb, word, text, err) != 0)
		return (-1);
	if (token_read(text, token, err) != 0) {
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
