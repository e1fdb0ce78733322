/*
 * report_part_test - does a report know how far it may be believed?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"
#include "tests/tools/report_fixture.h"
#include "tests/tools/store_fixture.h"
#include "tools/report/report_conduct.h"
#include "tools/report/report_data.h"
#include "tools/report/report_effects.h"
#include "tools/report/report_part.h"
#include "tools/report/report_settled.h"
#include "tools/report/report_words.h"
#include "tools/store/store.h"

static struct err err;
static struct store *store;
static struct report_data *data;
static struct report_part part;

static void
open_part(void)
{

	data = report_data_load(store, &err);
	cr_assert_not_null(data, "%s", err.text);
	cr_assert_eq(report_part_init(&part, data, &data->experiments[0],
	    &err), 0, "%s", err.text);
}

static void
close_part(void)
{

	report_part_fini(&part);
	report_data_free(data);
}

static bool
warned(const char *words)
{
	char lines[WARNINGS_MAX][WARNING_SIZE];
	size_t count, i;

	count = report_warnings(data, &part, lines);
	for (i = 0; i < count; i++) {
		if (strstr(lines[i], words) != NULL)
			return (true);
	}
	return (false);
}

/* Footprint is 1000 * bucket + 10 * second + seed, for three modes. */
Test(report_part, the_knob_that_matters_has_the_share)
{
	const struct sensitivity_fit *fit;
	size_t f, i, seen;

	store = report_fixture(fixture_path("share.db"));
	open_part();
	seen = 0;
	for (f = 0; f < part.sensitivity->fit_count; f++) {
		fit = &part.sensitivity->fits[f];
		if (strncmp(fit->label, "Mean footprint", 14) != 0)
			continue;
		for (i = 0; i < fit->knob_count; i++) {
			if (strcmp(fit->knobs[i].knob, "zone.bucket_size") !=
			    0) {
				cr_expect_lt(fit->knobs[i].share, 0.01);
				continue;
			}
			seen++;
			cr_expect_gt(fit->knobs[i].share, 0.99);
			cr_expect_str_eq(fit->knobs[i].lowest, "4");
			cr_expect_str_eq(fit->knobs[i].highest, "62");
			/* 62 / 4, but for the rest of the sum. */
			cr_expect_float_eq(fit->knobs[i].span.value, 15.5,
			    0.2);
			cr_expect_leq(fit->knobs[i].span.low,
			    fit->knobs[i].span.value);
			cr_expect_geq(fit->knobs[i].span.high,
			    fit->knobs[i].span.value);
		}
		cr_expect_lt(fit->interactions, 0.01);
	}
	/* Modes have knobs of their own, so each is fitted by itself. */
	cr_expect_eq(seen, 3, "%zu", seen);
	close_part();
	store_close(store);
}

Test(report_part, why_seeds_were_not_added_is_told)
{
	char words[CONDUCT_WORDS_SIZE];

	store = report_fixture(fixture_path("stop.db"));
	open_part();
	conduct_stopped(part.conduct, words);
	cr_expect_str_eq(words, "");
	cr_expect_not(warned("Seeds were added"));
	close_part();
	report_fixture_sql(store, "INSERT INTO point_stop VALUES "
	    "(1, 'narrow', 8, 2, 0.05), (2, 'most', 64, 6, 0.05)");
	open_part();
	cr_expect_eq(part.conduct->stop_count, 2);
	cr_expect_eq(part.conduct->wide, 1);
	cr_expect(warned("within +-5 %: 1 point got there, 1 had the most "
	    "seeds allowed and is still wider; 8 to 64 seeds"));
	close_part();
	/* A database of version 1 has no such tables. */
	report_fixture_sql(store, "DROP TABLE point_stop; DROP TABLE audit");
	open_part();
	cr_expect_eq(part.conduct->stop_count, 0);
	close_part();
	store_close(store);
}

Test(report_part, an_audit_that_fails_is_a_warning)
{
	char words[CONDUCT_WORDS_SIZE];

	store = report_fixture(fixture_path("audit.db"));
	report_fixture_sql(store, "INSERT INTO audit VALUES "
	    "(101, 'aa', 'aa', 'same')");
	open_part();
	conduct_audit(part.conduct, words);
	cr_expect_not_null(strstr(words, "all with the same digest"));
	cr_expect_not(warned("Audit"));
	close_part();
	report_fixture_sql(store, "INSERT INTO audit VALUES "
	    "(201, 'aa', 'bb', 'differs')");
	open_part();
	cr_expect(warned("1 came to another digest"));
	close_part();
	store_close(store);
}

Test(report_part, too_few_values_are_a_warning)
{

	store = report_fixture(fixture_path("few.db"));
	report_fixture_sql(store, "INSERT INTO metric SELECT id, "
	    "'free_to_use_ns', 'count', '1', CASE WHEN point_id = 1 THEN 50 "
	    "ELSE 500 END FROM run");
	open_part();
	/* Four times 50, and four times 500. */
	cr_expect(warned("At 1 point fewer than 299 items"));
	cr_expect(warned("At 15 points fewer than 2995 items"));
	close_part();
	store_close(store);
}

/* Each run took its p99 for known: its last item was one that came back. */
Test(report_part, a_p99_that_few_speak_for_is_a_bound)
{
	const struct report_experiment *experiment;

	store = report_fixture(fixture_path("lost.db"));
	report_fixture_sql(store, "INSERT INTO metric SELECT id, "
	    "'free_to_use_ns', 'p99_is_bound', '1', 0 FROM run");
	open_part();
	cr_expect_not(warned("only a lower bound"));
	close_part();
	report_fixture_waits(store, 101, 100, 316);
	report_fixture_waits(store, 201, 100000, 2);
	open_part();
	cr_expect_not(warned("only a lower bound"), "the other runs are full");
	close_part();
	report_fixture_sql(store, "UPDATE run SET status = 'pending' WHERE "
	    "point_id < 3 AND seed > 1");
	open_part();
	experiment = &data->experiments[0];
	cr_expect(report_is_bound(data, &experiment->points[0],
	    "free_to_use_ns"));
	cr_expect_not(report_is_bound(data, &experiment->points[0],
	    "free_to_safe_ns"));
	cr_expect_not(report_is_bound(data, &experiment->points[1],
	    "free_to_use_ns"));
	cr_expect(warned("In 1 point so many items still waited"));
	close_part();
	store_close(store);
}

static void
forget(const char *where)
{
	static const char *const tables[] = { "metric", "histogram",
		"series" };
	size_t i;

	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		report_fixture_sql(store, "DELETE FROM %s WHERE run_id IN "
		    "(SELECT id FROM run WHERE %s)", tables[i], where);
	report_fixture_sql(store, "DELETE FROM run WHERE %s", where);
	report_fixture_sql(store, "DELETE FROM point_knob WHERE point_id NOT "
	    "IN (SELECT point_id FROM run)");
	report_fixture_sql(store, "DELETE FROM point WHERE id NOT IN "
	    "(SELECT point_id FROM run)");
}

/* As shards deal them out: every third run, moved on by one in each row. */
Test(report_part, a_shard_is_not_taken_for_the_whole)
{
	char words[4096];
	FILE *out;

	store = report_fixture(fixture_path("shard.db"));
	report_fixture_sql(store, "UPDATE experiment SET command = "
	    "'gusim sweep grid.yaml --db a.db --shard 1/3'");
	open_part();
	cr_expect_not(part.whole.part, "all shards are here");
	cr_expect_not(warned("A part of a plan"));
	close_part();
	forget("(point_id - 1 + seed) % 3 <> 0");
	open_part();
	cr_expect(warned("A part of a plan: 20 of at least 60 runs are here"));
	cr_expect(warned("that of --shard 1/3"));
	out = fmemopen(words, sizeof(words), "w");
	report_mail(out, data, &part);
	fclose(out);
	cr_expect_not_null(strstr(words, "20 of at least 60 runs done"));
	close_part();
	store_close(store);
}

Test(report_part, points_that_are_in_no_database_are_counted)
{

	store = report_fixture(fixture_path("gaps.db"));
	forget("point_id IN (2, 3, 7)");
	open_part();
	cr_expect(warned("48 of at least 60 runs are here (3 of its points 1 "
	    "to 15 are in none)"));
	cr_expect_not(warned("--shard"));
	close_part();
	/* Where each point has the seeds that it takes, nobody knows how many. */
	forget("point_id = 1 AND seed > 2");
	report_fixture_sql(store, "INSERT INTO point_stop VALUES "
	    "(1, 'narrow', 2, 1, 0.05)");
	open_part();
	cr_expect(warned("46 of at least 49 runs are here (3 of its points 1 "
	    "to 15 are in none)"));
	close_part();
	store_close(store);
}

Test(report_part, seeds_added_until_it_is_narrow_are_no_gaps)
{

	store = report_fixture(fixture_path("uneven.db"));
	forget("point_id = 1 AND seed > 2");
	open_part();
	cr_expect_not(warned("A part of a plan"));
	close_part();
	forget("point_id = 2 AND seed = 1");
	open_part();
	cr_expect(warned("A part of a plan: 57 of at least 60 runs"));
	close_part();
	/* A race gives seeds to whom it likes. */
	report_fixture_sql(store, "UPDATE experiment SET command = "
	    "'gusim tune race.yaml'");
	open_part();
	cr_expect_not(warned("A part of a plan"));
	close_part();
	store_close(store);
}

Test(report_part, a_footprint_that_rises_to_the_end_has_not_settled)
{

	store = report_fixture(fixture_path("rise.db"));
	open_part();
	cr_expect_not(warned("no steady state"));
	close_part();
	/* Series are varints of differences: here the same step each time. */
	report_fixture_sql(store, "UPDATE series SET points = "
	    "CAST(x'01' || replace(hex(zeroblob(32)), '0', 'd') AS BLOB) "
	    "WHERE name = 'total'");
	open_part();
	cr_expect_eq(part.settled->verdicts[WARMUP_DRIFT], 15);
	cr_expect(warned("15 of 15 points: no steady state"));
	close_part();
	/* Of runs that end within a step, one has a sample less. */
	report_fixture_sql(store, "UPDATE series SET points = substr(points, "
	    "1, length(points) - 1) WHERE run_id %% 2 = 1");
	open_part();
	cr_expect_eq(part.settled->points[0].warmup.replicas,
	    REPORT_FIXTURE_SEEDS);
	cr_expect_eq(part.settled->points[0].warmup.count, 63);
	cr_expect_eq(part.settled->verdicts[WARMUP_DRIFT], 15);
	close_part();
	store_close(store);
}

/* Wide lines are folded by mail programs, and then no table is one. */
Test(report_part, a_mail_is_seventy_two_columns_wide)
{
	char line[4096];
	size_t bytes, columns, i, lines, marked;
	FILE *file;

	store = report_fixture(fixture_path("mail.db"));
	report_fixture_sql(store, "UPDATE point_knob SET value = value || "
	    "'-gr\xc3\xb6\xc3\x9f" "e-with-a-long-name' WHERE knob = "
	    "'core.mode'");
	report_fixture_sql(store, "UPDATE experiment SET command = "
	    "'gusim sweep --plugin ./mine.so grid.yaml'");
	report_fixture_sql(store, "UPDATE run SET status = 'crashed' WHERE "
	    "id = 103");
	report_fixture_sql(store, "UPDATE run SET status = 'finding' WHERE "
	    "id = 101");
	report_fixture_sql(store, "INSERT INTO finding VALUES (1, 101, "
	    "'use_after_free', 'a summary of many words that goes on and on "
	    "until it is certainly longer than a line of a mail', '%s')",
	    "v1.0123456789012345678901234567890123456789012345678901234567");
	open_part();
	file = tmpfile();
	report_mail(file, data, &part);
	rewind(file);
	lines = marked = 0;
	while (fgets(line, sizeof(line), file) != NULL) {
		lines++;
		marked += strstr(line, "(!)") != NULL;
		bytes = strcspn(line, "\n");
		for (i = columns = 0; i < bytes; i++)
			columns += (line[i] & 0xc0) != 0x80;
		if (strstr(line, "gusim replay") == NULL)
			cr_expect_leq(columns, 72, "%s", line);
		else
			cr_expect_not_null(strstr(line, "gusim replay "
			    "--plugin ./mine.so v1.01234"), "%s", line);
	}
	cr_expect_gt(lines, 20);
	/* In the note, and behind the name of the point. */
	cr_expect_geq(marked, 2);
	fclose(file);
	close_part();
	store_close(store);
}
