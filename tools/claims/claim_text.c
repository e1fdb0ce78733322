/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tools/claims/claim_out.h"
#include "tools/claims/claim_trial.h"
#include "tools/cli/human.h"
#include "tools/cli/table.h"
#include "tools/cli/wrap.h"
#include "tools/scenario/plan.h"

enum { SETUP_SIZE = 256, RANGE_SIZE = 256, LINE_HANG = 13 };

bool
claim_as_recorded(const struct claim_trial *trial)
{

	return (trial->verdict == trial->claim->recorded);
}

/* "  name       words", broken at blanks, the rest of it below the words. */
static void
print_words(const char *name, const char *words)
{
	struct wrap wrap;

	printf("  %-*s", LINE_HANG - 2, name);
	wrap_begin(&wrap, stdout, LINE_HANG);
	wrap_put(&wrap, words);
	wrap_end(&wrap);
}

/* "epoch-2017, cpus 2, tick_phase spread" */
static void
setup_words(const struct plan_point *point, char text[SETUP_SIZE])
{
	const char *knob, *name;
	size_t i, used;

	used = (size_t)snprintf(text, SETUP_SIZE, "%s", point->policy->label);
	for (i = 0; i < point->knob_count && used < SETUP_SIZE; i++) {
		knob = point->knobs[i].knob;
		name = strrchr(knob, '.');
		used += (size_t)snprintf(text + used, SETUP_SIZE - used,
		    ", %s %s", name == NULL ? knob : name + 1,
		    point->knobs[i].value);
	}
}

static void
value_words(double value, const char *unit, char text[HUMAN_SIZE])
{

	if (!isfinite(value))
		snprintf(text, HUMAN_SIZE, "%s", isnan(value) ? "-" :
		    value > 0 ? "inf" : "-inf");
	else if (strcmp(unit, "ns") == 0)
		human_value(value, unit, text);
	else if (fabs(value) >= 1e6 || (value != 0 && fabs(value) < 1e-3))
		snprintf(text, HUMAN_SIZE, "%.2e", value);
	else if (fabs(value) >= 1000)
		snprintf(text, HUMAN_SIZE, "%.0f", value);
	else
		snprintf(text, HUMAN_SIZE, "%.3g", value);
}

/* What goes without saying is not said: ns have their prefix with them. */
static const char *
unit_word(const struct claim_part *part)
{

	return (strcmp(part->unit, "1") == 0 || strcmp(part->unit, "ns") == 0 ?
	    "" : part->unit);
}

/* How far from what was published a value may be. */
static void
print_slack(const struct claim_part *part)
{
	double percent;

	percent = (part->slack - 1) * 100;
	if (part->slack <= 1)
		return;
	if (part->relation != CLAIM_ABOUT)
		printf("; %.0f %% granted", percent);
	else if (percent < 10)
		printf(", within %.0f %%", percent);
	else
		printf(", within a factor of %g", part->slack);
}

static void
print_part_head(const struct claim_part *part)
{
	static const char *const words[] = {
		[CLAIM_AT_LEAST] = "claimed: at least ",
		[CLAIM_AT_MOST] = "claimed: at most ",
		[CLAIM_ABOUT] = "claimed: about ",
		[CLAIM_SHOWN] = "not claimed, for comparison",
	};
	char value[HUMAN_SIZE];

	value_words(part->published, part->unit, value);
	printf("\n  %s\n  (%s", part->what, part->formula);
	print_slack(part);
	printf(")\n  %s", words[part->relation]);
	if (part->relation != CLAIM_SHOWN) {
		printf("%s%s%s%s", value, unit_word(part)[0] == '\0' ? "" :
		    " ", unit_word(part), part->somewhere ?
		    ", in the best of set-ups" : "");
	}
	putchar('\n');
}

static void
print_part(const struct claim_trial *trial, size_t index)
{
	const struct claim_part *part = &trial->claim->parts[index];
	const struct claim_finding *finding = &trial->findings[index];
	const struct claim_row *row;
	char high[HUMAN_SIZE], low[HUMAN_SIZE], mean[HUMAN_SIZE];
	char setup[SETUP_SIZE];
	struct table *table;
	size_t i;

	print_part_head(part);
	table = table_create("llrrrl");
	table_add(table, " ");
	table_add(table, "set-up");
	table_add(table, "measured%s%s", unit_word(part)[0] == '\0' ? "" :
	    ", ", unit_word(part));
	table_add(table, "from");
	table_add(table, "to");
	table_add(table, "%s", "");
	for (i = 0; i < finding->row_count; i++) {
		row = &finding->rows[i];
		setup_words(&trial->plan->points[row->point], setup);
		value_words(row->estimate.mean, part->unit, mean);
		value_words(row->estimate.low, part->unit, low);
		value_words(row->estimate.high, part->unit, high);
		table_add(table, " ");
		table_add(table, "%s", setup);
		table_add(table, "%s", mean);
		table_add(table, "%s", low);
		table_add(table, "%s", high);
		table_add(table, "%s", part->relation == CLAIM_SHOWN ? "" :
		    row->estimate.count == 0 ? "not measured" :
		    claim_outcome_names[row->outcome]);
	}
	table_print(table, stdout);
	table_destroy(table);
}

void
claim_text_print(const struct claim_trial *trial)
{
	const struct claim *claim = trial->claim;
	char text[160];
	size_t i;

	print_words(claim->id, claim->says);
	print_words("published", claim->published);
	print_words("source", claim->source);
	snprintf(text, sizeof(text), "scenarios/claims/%s.yaml, %zu set-ups, "
	    "%llu runs; intervals of 95 %% over %llu seeds", claim->id,
	    trial->plan->point_count, (unsigned long long)trial->runs,
	    (unsigned long long)trial->plan->seed_count);
	print_words("measured", text);
	for (i = 0; i < claim->part_count; i++)
		print_part(trial, i);
	putchar('\n');
	print_words("verdict", claim_verdict_names[trial->verdict]);
	if (claim_as_recorded(trial))
		print_words("because", claim->reason);
	printf("\n");
	fflush(stdout);
}

/* "2.18 to 7.4; 0.9 to 1.3": the means over the set-ups, part by part. */
static void
range_words(const struct claim_trial *trial, char text[RANGE_SIZE])
{
	const struct claim_finding *finding;
	const struct claim_part *part;
	char high[HUMAN_SIZE], low[HUMAN_SIZE];
	double least, most, mean;
	size_t i, j, used;

	used = 0;
	text[0] = '\0';
	for (i = 0; i < trial->claim->part_count && used < RANGE_SIZE; i++) {
		part = &trial->claim->parts[i];
		finding = &trial->findings[i];
		if (part->relation == CLAIM_SHOWN)
			continue;
		least = INFINITY;
		most = -INFINITY;
		for (j = 0; j < finding->row_count; j++) {
			mean = finding->rows[j].estimate.mean;
			if (isnan(mean))
				continue;
			least = fmin(least, mean);
			most = fmax(most, mean);
		}
		if (least > most)
			least = most = NAN;
		value_words(least, part->unit, low);
		value_words(most, part->unit, high);
		used += (size_t)snprintf(text + used, RANGE_SIZE - used,
		    strcmp(low, high) == 0 ? "%s%s" : "%s%s to %s",
		    used == 0 ? "" : "; ", low, high);
	}
}

void
claim_text_summary(const struct claim_trial *trials, size_t count)
{
	char range[RANGE_SIZE];
	struct table *table;
	size_t i;

	table = table_create("llll");
	table_add(table, "claim");
	table_add(table, "published");
	table_add(table, "measured");
	table_add(table, "verdict");
	for (i = 0; i < count; i++) {
		range_words(&trials[i], range);
		table_add(table, "%s", trials[i].claim->id);
		table_add(table, "%s", trials[i].claim->published);
		table_add(table, "%s", range);
		table_add(table, "%s%s",
		    claim_verdict_names[trials[i].verdict],
		    claim_as_recorded(&trials[i]) ? "" : " (new)");
	}
	table_print(table, stdout);
	table_destroy(table);
}
