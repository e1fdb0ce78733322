/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

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

/* --- schedules --------------------------------------------------------------- */

/* One that a machine of 16 CPUs could follow. */
static void
random_schedule(struct rng *rng, size_t count, bool stepped,
    struct schedule *schedule)
{
	static const enum choice_kind timed[] = {
		CHOICE_READ, CHOICE_PLACE, CHOICE_DELAY, CHOICE_HOLD
	};
	struct schedule_entry *entry;
	enum choice_kind kind;
	uint32_t cpu;
	size_t i, kept;

	schedule_clear(schedule);
	schedule->stepped = stepped;
	for (i = 0; i < count; i++) {
		kind = stepped ? (enum choice_kind)rng_below(rng, 3) :
		    timed[rng_below(rng, 4)];
		cpu = kind == CHOICE_NEXT ? 0 : (uint32_t)rng_below(rng, 16);
		schedule_add(schedule, kind, cpu, (uint32_t)(rng_next(rng) >>
		    (32 + rng_below(rng, 32))), kind == CHOICE_DELAY ?
		    (1 + rng_below(rng, 1000000000)) << 2 | rng_below(rng, 3) :
		    1 + rng_below(rng, kind == CHOICE_NEXT ? 63 : 60000));
	}
	schedule_sort(schedule);
	kept = 0;
	for (i = 0; i < schedule->count; i++) {
		entry = &schedule->entries[kept];
		*entry = schedule->entries[i];
		if (kept == 0 || entry->kind != entry[-1].kind ||
		    entry->cpu != entry[-1].cpu || entry->nth != entry[-1].nth)
			kept++;
	}
	schedule->count = kept;
	cr_assert(schedule_valid(schedule, 16));
}

static void
check_same_schedule(const struct schedule *a, const struct schedule *b)
{
	size_t i;

	cr_assert_eq(a->stepped, b->stepped);
	cr_assert_eq(a->count, b->count);
	for (i = 0; i < a->count; i++) {
		cr_assert_eq(a->entries[i].answer, b->entries[i].answer);
		cr_assert_eq(a->entries[i].nth, b->entries[i].nth);
		cr_assert_eq(a->entries[i].cpu, b->entries[i].cpu);
		cr_assert_eq(a->entries[i].kind, b->entries[i].kind);
	}
}

Test(token, holds_a_schedule_of_any_length)
{
	static const size_t counts[] = { 0, 1, 2, 5, 40, 300, 4000 };
	struct token_guide guide = { NULL, NULL, 0 };
	char text[TOKEN_SIZE];
	struct schedule schedule;
	struct run_spec spec;
	struct token token;
	struct rng rng;
	struct err err;
	size_t i;

	sample(&spec);
	rng_init(&rng, 1, "schedules", 0);
	memset(&schedule, 0, sizeof(schedule));
	guide.schedule = &schedule;
	for (i = 0; i < 2 * sizeof(counts) / sizeof(counts[0]); i++) {
		random_schedule(&rng, counts[i / 2], i % 2 == 1, &schedule);
		cr_assert_eq(token_write_guided("smoke", &spec, digest, false,
		    &guide, text), strlen(text), "%zu", counts[i / 2]);
		cr_assert_eq(token_read(text, &token, &err), 0, "%s", err.text);
		check_equal(&spec, &token.spec);
		check_same_schedule(&schedule, &token.schedule);
		cr_assert_str_eq(token.strategy, "");
		token_fini(&token);
	}
	schedule_fini(&schedule);
}

Test(token, a_schedule_that_repeats_itself_is_compressed)
{
	struct token_guide guide = { NULL, NULL, 0 };
	char text[TOKEN_SIZE];
	struct schedule schedule;
	struct run_spec spec;
	struct token token;
	struct err err;
	uint32_t i;

	sample(&spec);
	memset(&schedule, 0, sizeof(schedule));
	schedule.stepped = true;
	for (i = 0; i < 20000; i++)
		schedule_add(&schedule, CHOICE_NEXT, 0, 7 * i, 1 + i % 3);
	guide.schedule = &schedule;
	cr_assert_lt(token_write_guided("smoke", &spec, digest, false, &guide,
	    text), 1000, "%zu", strlen(text));
	cr_assert_eq(token_read(text, &token, &err), 0, "%s", err.text);
	check_same_schedule(&schedule, &token.schedule);
	token_fini(&token);
	schedule_fini(&schedule);
}

Test(token, without_a_schedule_is_what_it_always_was)
{
	struct schedule empty;
	struct token_guide guide = { &empty, NULL, 0 };
	char plain[TOKEN_SIZE], guided[TOKEN_SIZE];
	struct run_spec spec;

	memset(&empty, 0, sizeof(empty));
	sample(&spec);
	token_write("smoke", &spec, digest, false, plain);
	token_write_guided("smoke", &spec, digest, false, &guide, guided);
	cr_assert_str_eq(plain, guided);
}

Test(token, names_a_strategy_where_the_schedule_is_not_known)
{
	struct token_guide guide = { NULL, "random", 123456789 };
	char text[TOKEN_SIZE];
	struct run_spec spec;
	struct token token;
	struct err err;

	sample(&spec);
	cr_assert_gt(token_write_guided("smoke", &spec, "", true, &guide,
	    text), 0);
	cr_assert_eq(token_read(text, &token, &err), 0, "%s", err.text);
	cr_assert_str_eq(token.strategy, "random");
	cr_assert_eq(token.number, 123456789);
	cr_assert_eq(token.schedule.count, 0);
	cr_assert(token.crashed);
}

Test(token, is_not_written_for_what_could_not_be_read)
{
	struct token_guide guide = { NULL, NULL, 0 };
	char text[TOKEN_SIZE];
	struct schedule schedule;
	struct run_spec spec;
	struct rng rng;

	sample(&spec);
	memset(&schedule, 0, sizeof(schedule));
	guide.schedule = &schedule;
	/* Of a CPU that the machine does not have. */
	schedule_add(&schedule, CHOICE_HOLD, 16, 0, 1);
	cr_assert_eq(token_write_guided("smoke", &spec, digest, false, &guide,
	    text), 0);
	/* Longer than a token may be. */
	rng_init(&rng, 1, "schedules", 0);
	random_schedule(&rng, 60000, false, &schedule);
	cr_assert_eq(token_write_guided("smoke", &spec, digest, false, &guide,
	    text), 0);
	schedule_fini(&schedule);
}

Test(token, ten_thousand_damaged_schedules_are_refused)
{
	struct token_guide guide = { NULL, NULL, 0 };
	char text[TOKEN_SIZE], damaged[TOKEN_SIZE + 8];
	struct schedule schedule;
	struct run_spec spec;
	struct token token;
	struct rng rng;
	struct err err;
	size_t at, i, length, refused;

	sample(&spec);
	rng_init(&rng, 1, "damage", 0);
	memset(&schedule, 0, sizeof(schedule));
	guide.schedule = &schedule;
	refused = 0;
	for (i = 0; i < 10000; i++) {
		random_schedule(&rng, 1 + rng_below(&rng, 30), i % 2 == 0,
		    &schedule);
		length = token_write_guided("smoke", &spec, digest, false,
		    &guide, text);
		strcpy(damaged, text);
		at = rng_below(&rng, length);
		if (i % 3 == 0)
			damaged[at] = '\0';
		else if (i % 3 == 1)
			damaged[at] = damaged[at] == 'x' ? 'y' : 'x';
		else
			memmove(damaged + at + 1, damaged + at,
			    strlen(damaged + at) + 1);
		refused += token_read(damaged, &token, &err) == -1 &&
		    err.text[0] != '\0';
	}
	cr_assert_eq(refused, 10000, "%zu", refused);
	schedule_fini(&schedule);
}

/* --- by somebody who knows the format ------------------------------------- */

static const char letters64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* The body of a token, without its checksum. */
static size_t
unwrap(const char *text, unsigned char *body)
{
	uint32_t bits;
	size_t i, length;

	bits = 0;
	length = 0;
	for (i = 14; text[i] != '\0'; i++) {
		bits = bits << 6 |
		    (uint32_t)(strchr(letters64, text[i]) - letters64);
		if ((i - 14) % 4 > 0)
			body[length++] = (unsigned char)(bits >>
			    (6 - 2 * ((i - 14) % 4)));
	}
	return (length - 4);
}

/* A token whose checksum is right. */
static void
wrap(const char *head, const unsigned char *body, size_t length, char *text)
{
	unsigned char all[TOKEN_SIZE];
	uint64_t sum;
	uint32_t bits;
	size_t i, used;

	memcpy(all, head, 14);
	memcpy(all + 14, body, length);
	sum = XXH64(all, 14 + length, 0);
	for (i = 0; i < 4; i++)
		all[14 + length + i] = (unsigned char)(sum >> (8 * i));
	memcpy(text, head, 14);
	used = 14;
	bits = 0;
	for (i = 0; i < length + 4; i++) {
		bits = bits << 8 | all[14 + i];
		text[used++] = letters64[bits >> (2 + 2 * (i % 3)) & 63];
		if (i % 3 == 2)
			text[used++] = letters64[bits & 63];
	}
	if (i % 3 != 0)
		text[used++] = letters64[bits << (i % 3 == 1 ? 4 : 2) & 63];
	text[used] = '\0';
}

Test(token, what_somebody_made_up_is_refused_or_can_be_followed)
{
	static char text[TOKEN_SIZE], forged[TOKEN_SIZE];
	static unsigned char body[TOKEN_SIZE];
	struct token_guide guide = { NULL, NULL, 0 };
	struct schedule schedule;
	struct run_spec spec;
	struct token token;
	struct rng rng;
	struct err err;
	size_t accepted, i, j, length;

	sample(&spec);
	rng_init(&rng, 1, "forger", 0);
	memset(&schedule, 0, sizeof(schedule));
	guide.schedule = &schedule;
	accepted = 0;
	for (i = 0; i < 12000; i++) {
		random_schedule(&rng, 1 + rng_below(&rng, 60), i % 2 == 0,
		    &schedule);
		cr_assert_gt(token_write_guided("smoke", &spec, digest, false,
		    &guide, text), 0);
		length = unwrap(text, body);
		if (i < 10) {
			wrap(text, body, length, forged);
			cr_assert_str_eq(text, forged);
		}
		/* Mostly where the numbers of the schedule are. */
		for (j = 0; j <= i % 4; j++)
			body[rng_below(&rng, rng_below(&rng, 4) == 0 ? length :
			    60)] = (unsigned char)(rng_below(&rng, 3) == 0 ?
			    255 : rng_below(&rng, 256));
		if (i % 5 == 0)
			length = 1 + rng_below(&rng, length - 1);
		wrap(text, body, length, forged);
		if (token_read(forged, &token, &err) != 0) {
			cr_assert_neq(err.text[0], '\0');
			continue;
		}
		accepted++;
		cr_assert(schedule_valid(&token.schedule,
		    token.spec.machine.cpus));
		cr_assert_leq(token.schedule.count, TOKEN_CHOICES_MAX);
		token_fini(&token);
	}
	/* Another answer is another schedule, so some must be good. */
	cr_assert_gt(accepted, 50);
	cr_assert_lt(accepted, 8000);
	schedule_fini(&schedule);
}
