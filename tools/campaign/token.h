/*
 * token - how is one run named so that anybody can repeat it?
 *
 * A token is a short text that holds a whole run: every knob that differs from
 * its default, the seed, the choices that were not the machine's own, and the
 * digest that came out.
 *
 *	gus1.BUILD.BODY
 *
 * "gus1" is the format and its version, BUILD the first 8 hex digits of the
 * build id, BODY base64url of
 *
 *	flags		1 byte: 1 a digest follows, 2 the run crashed, 4 it
 *			is stepped, 8 the schedule is compressed, 16 it is
 *			that of a strategy
 *	seed		varint
 *	digest		16 bytes, if flagged
 *	strategy	if flagged: 1 byte, the length of its name; the name;
 *			varint, the number of the run
 *	choices		varint: entries of the schedule
 *	schedule	if there are any; see below
 *	length		varint: bytes of the text
 *	text		the scenario's name, a newline and the canonical spec
 *			text (sim/spec.h), as a zstd frame without its magic
 *			number, compressed against tools/campaign/token_preset.txt
 *	checksum	the low 4 bytes of XXH64 over all before it, with
 *			the seed of the hash 0: "gus1.BUILD." and the body
 *
 * numbers lowest byte first.
 *
 * A schedule (sim/strategies/schedule.h) is a list of groups in ascending
 * order, one for each kind of choice and CPU:
 *
 *	group		varint: CPU * 5 + kind
 *	count		varint: entries of the group, at least 1
 *	entries		each two varints: how many questions of the group are
 *			skipped since the last entry, and the answer less 1
 *
 * A compressed one is two varints, its length before and after, and a zstd
 * frame without its magic number.  It is compressed where that is shorter.
 *
 * A run whose schedule is not known, since it took its process along, or is
 * longer than a token may be, is named by its strategy and its number in the
 * hunt; the seed of the hunt is the run's seed less that number.  Such a token
 * is good for builds whose strategies draw the same numbers.
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
#include "sim/strategies/schedule.h"
#include "tools/campaign/build_id.h"

struct err;

enum {
	TOKEN_SIZE = 90112,		/* room for any token, with its NUL */
	TOKEN_TEXT_SIZE = 16384,	/* the longest text in it, with its NUL */
	TOKEN_NAME_SIZE = 64,		/* the longest name, with its NUL */
	TOKEN_STRATEGY_SIZE = 32,	/* ... of a strategy */
	TOKEN_CHOICES_MAX = 65536,	/* the most entries of a schedule */
	TOKEN_SCHEDULE_SIZE = 49152,	/* ... and bytes, as they are stored */
};

/* What went otherwise than the machine would have it. */
struct token_guide {
	const struct schedule *schedule;	/* sorted; or NULL */
	const char *strategy;			/* or, where that is NULL, this */
	uint64_t number;
};

struct token {
	char build[BUILD_ID_SHORT_LENGTH + 1];
	char scenario[TOKEN_NAME_SIZE];
	struct run_spec spec;		/* with the seed */
	char digest[33];		/* "": not known */
	bool crashed;			/* the run ended in a crash */
	struct schedule schedule;	/* memory: token_fini() */
	char strategy[TOKEN_STRATEGY_SIZE];	/* "": the schedule is all */
	uint64_t number;		/* of the run, for the strategy */
};

/* Whether a word is meant as a token (and not as the name of a file). */
bool token_looks_like(const char *word);

/*
 * The token of a run by this build; `digest` may be "".  Returns the length; 0 if the
 * text is longer than any scenario's can be.
 */
size_t token_write(const char *scenario, const struct run_spec *spec,
    const char *digest, bool crashed, char text[TOKEN_SIZE]);

/*
 * The same of a guided run.  0 also if the schedule is too long, or is none
 * that a machine of that many CPUs could follow.
 */
size_t token_write_guided(const char *scenario, const struct run_spec *spec,
    const char *digest, bool crashed, const struct token_guide *guide,
    char text[TOKEN_SIZE]);

/* On failure `token` is left alone.  What was in it before is not freed. */
int token_read(const char *text, struct token *token, struct err *err);
void token_fini(struct token *token);

#endif
