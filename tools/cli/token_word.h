/*
 * token_word - which run does this word of the command line mean?
 *
 * A token itself, or a file that has one: on a line of its own, alone or after
 * "gusim replay" or "gusim shrink", or as a word amid others.  The first is
 * taken.  Marks of quotation in mail are passed over, and a token that mail or a
 * terminal has folded is put together.
 *
 * Errors      -1 and err, which begins with the verb: no token, a damaged one,
 *             a run that this gusim cannot execute.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLI_TOKEN_WORD_H
#define TOOLS_CLI_TOKEN_WORD_H

#include "tools/campaign/token.h"

struct err;

/* The token as it is written, which may be damaged. */
int token_word_find(const char *verb, const char *word, char text[TOKEN_SIZE],
    struct err *err);

/* The run; on success the caller calls token_fini(). */
int token_word_read(const char *verb, const char *word, struct token *token,
    struct err *err);

#endif
