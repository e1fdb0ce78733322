/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/rng.h"
#include "sim/spec.h"
#include "tools/campaign/token.h"

static const char digest[] = "00112233445566778899aabbccddeeff";

static void
sample(struct run_spec *spec)
{
	static const char *const settings[][2] = {
		{ "machine.cpus", "16" }, { "machine.sockets", "2" },
		{ "zone.bucket_size", "62" }, { "core.mode", "deferred" },
		{ "core.deferral", "4" }, { "run.duration", "50ms" },
	};
	struct err err;
	size_t i;

	spec_init(spec);
	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		cr_assert_eq(spec_set(spec, settings[i][0], settings[i][1],
		    &err), 0, "%s", err.text);
}

static void
check_equal(const struct run_spec *a, const struct run_spec *b)
{
	char left[TOKEN_TEXT_SIZE], right[TOKEN_TEXT_SIZE];

	spec_write(a, left, sizeof(left));
	spec_write(b, right, sizeof(right));
	cr_assert_str_eq(left, right);
	cr_assert_eq(a->seed, b->seed);
}

Test(token, holds_the_whole_run)
{
	static const uint64_t seeds[] = { 0, 1, 2, 127, 128, 1000003,
		UINT64_C(1) << 63, UINT64_MAX };
	char text[TOKEN_SIZE];
	struct run_spec spec;
	struct token token;
	struct err err;
	size_t i;

	sample(&spec);
	for (i = 0; i < 8; i++) {
		spec.seed = seeds[i];
		cr_assert_eq(token_write("smoke", &spec, digest, false, text),
		    strlen(text));
		cr_assert_eq(token_read(text, &token, &err), 0, "%s", err.text);
		check_equal(&spec, &token.spec);
		cr_assert_str_eq(token.scenario, "smoke");
		cr_assert_str_eq(token.digest, digest);
		cr_assert_eq(token.crashed, false);
		cr_assert_eq(strncmp(token.build, build_id(), 8), 0);
	}
	cr_assert_neq(token_write("", &spec, "", true, text), 0);
	cr_assert_eq(token_read(text, &token, &err), 0, "%s", err.text);
	cr_assert_str_eq(token.digest, "");
	cr_assert_eq(token.crashed, true);
}

Test(token, is_short_and_needs_no_quotes_in_a_shell)
{
	char text[TOKEN_SIZE];
	struct run_spec spec;

	sample(&spec);
	cr_assert_leq(token_write("smoke", &spec, digest, false, text), 160,
	    "%s", text);
	cr_assert_eq(strspn(text, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"), strlen(text));
	cr_assert(token_looks_like(text));
	cr_assert_not(token_looks_like("gus"));
	cr_assert_not(token_looks_like("gusim.db"));
	cr_assert_not(token_looks_like("gus1"));
	cr_assert_not(token_looks_like("tokens.txt"));
}

Test(token, one_wrong_character_anywhere_is_refused)
{
	static const char letters[] = "Aa0_-.9Zz";
	char text[TOKEN_SIZE], damaged[TOKEN_SIZE];
	struct run_spec spec;
	struct token token;
	struct err err;
	size_t i, j, length;

	sample(&spec);
	length = token_write("smoke", &spec, digest, false, text);
	for (i = 0; i < length; i++) {
		for (j = 0; letters[j] != '\0'; j++) {
			strcpy(damaged, text);
			if (damaged[i] == letters[j])
				continue;
			damaged[i] = letters[j];
			cr_assert_eq(token_read(damaged, &token, &err), -1,
			    "%s", damaged);
		}
	}
}

Test(token, a_part_of_a_token_is_refused)
{
	char text[TOKEN_SIZE];
	struct run_spec spec;
	struct token token;
	struct err err;
	size_t length;

	sample(&spec);
	length = token_write("smoke", &spec, digest, false, text);
	while (length-- > 0) {
		text[length] = '\0';
		cr_assert_eq(token_read(text, &token, &err), -1, "%s", text);
	}
}

Test(token, thousands_of_mutations_are_refused)
{
	char text[TOKEN_SIZE], damaged[2 * TOKEN_SIZE];
	struct run_spec spec;
	struct token token;
	struct rng rng;
	struct err err;
	size_t i, j, at, length;

	sample(&spec);
	length = token_write("smoke", &spec, digest, false, text);
	rng_init(&rng, 1, "token_test", 0);
	for (i = 0; i < 20000; i++) {
		strcpy(damaged, text);
		for (j = 0; j <= i % 5; j++) {
			at = rng_below(&rng, length);
			switch (rng_below(&rng, 3)) {
			case 0:
				damaged[at] = (char)(1 + rng_below(&rng, 255));
				break;
			case 1:
				memmove(damaged + at, damaged + at + 1,
				    strlen(damaged + at));
				break;
			default:
				memmove(damaged + at + 1, damaged + at,
				    strlen(damaged + at) + 1);
			}
		}
		if (strcmp(damaged, text) == 0)
			continue;
		cr_assert_eq(token_read(damaged, &token, &err), -1, "%s",
		    damaged);
	}
}

Test(token, other_versions_and_endless_texts_are_refused)
{
	char text[TOKEN_SIZE];
	struct run_spec spec;
	struct token token;
	struct err err;
	char *endless;

	sample(&spec);
	token_write("smoke", &spec, digest, false, text);
	text[3] = '2';
	cr_assert_eq(token_read(text, &token, &err), -1);
	cr_assert(strstr(err.text, "gus2") != NULL, "%s", err.text);

	endless = malloc(1 << 20);
	memset(endless, 'A', 1 << 20);
	memcpy(endless, "gus1.00000000.", 14);
	endless[(1 << 20) - 1] = '\0';
	cr_assert_eq(token_read(endless, &token, &err), -1);
	free(endless);
	cr_assert_eq(token_read("", &token, &err), -1);
	cr_assert_eq(token_read("gus1.", &token, &err), -1);
	cr_assert_eq(token_read("gus1.00000000.", &token, &err), -1);
}
