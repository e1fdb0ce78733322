/*
 * token - how is one run named so that anybody can repeat it?
 *
 * A token is a short text that holds a whole run: every knob that differs from
 * its default, the seed, and the digest that came out.
 *
 *	gus1.BUILD.BODY
 *
 * "gus1" is the format and its version, BUILD the first 8 hex digits of the
 * build id, BODY base64url of
 *
 *	flags		1 byte: 1 a digest follows, 2 the run crashed
 *	seed		varint
 *	digest		16 bytes, if flagged
 *	choices		varint: entries of a schedule; this version knows none
 *	length		varint: bytes of the text
 *	text		the scenario's name, a newline and the canonical spec
 *			text (sim/spec.h), as a zstd frame without its magic
 *			number, compressed against tools/campaign/token_preset.txt
 *	checksum	the low 4 bytes of XXH64 over all before it, with
 *			the seed of the hash 0: "gus1.BUILD." and the body
 *
 * numbers lowest byte first.
 *
 * token_preset.txt is part of the format: a name that it has costs about three
 * bytes of a token.  Changing a character of it makes every token of the format
 * unreadable, so new names are left out of it and are merely longer.
 *
 * Errors      reading trusts nothing: -1 and err for what is damaged, cut
 *             short, too long or of another version.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CAMPAIGN_TOKEN_H
#define TOOLS_CAMPAIGN_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/spec.h"
#include "tools/campaign/build_id.h"

struct err;

enum {
	TOKEN_SIZE = 24576,		/* room for any token, with its NUL */
	TOKEN_TEXT_SIZE = 16384,	/* the longest text in it, with its NUL */
	TOKEN_NAME_SIZE = 64,		/* the longest name, with its NUL */
};

struct token {
	char build[BUILD_ID_SHORT_LENGTH + 1];
	char scenario[TOKEN_NAME_SIZE];
	struct run_spec spec;		/* with the seed */
	char digest[33];		/* "": not known */
	bool crashed;			/* the run ended in a crash */
};

/* Whether a word is meant as a token (and not as the name of a file). */
bool token_looks_like(const char *word);

/*
 * The token of a run by this build; `digest` may be "".  Returns the length; 0 if the
 * text is longer than any scenario's can be.
 */
size_t token_write(const char *scenario, const struct run_spec *spec,
    const char *digest, bool crashed, char text[TOKEN_SIZE]);

int token_read(const char *text, struct token *token, struct err *err);

#endif
