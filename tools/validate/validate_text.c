/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <stdio.h>

#include "tools/cli/human.h"
#include "tools/cli/table.h"
#include "tools/validate/validate.h"

static const char *const words[] = {
	[VALIDATE_WITHIN] = "within",
	[VALIDATE_OFF] = "OFF",
	[VALIDATE_NOTHING] = "-",
};

enum { CELL_SIZE = 64 };

static void
add_estimate(struct table *table, const struct validate_estimate *estimate,
    const char *unit)
{
	char low[HUMAN_SIZE], high[HUMAN_SIZE], value[HUMAN_SIZE];

	human_value(estimate->value, unit, value);
	table_add(table, "%s", value);
	if (isnan(estimate->value)) {
		table_add(table, "%s", "");
		return;
	}
	human_value(estimate->low, unit, low);
	human_value(estimate->high, unit, high);
	table_add(table, "%s .. %s", low, high);
}

static void
print_rows(const struct validate_case *one)
{
	struct validate_verdict verdict;
	const struct validate_row_def *def;
	struct table *table;
	char text[CELL_SIZE];
	size_t row;

	table = table_create("llrlrlrll");
	table_add(table, "metric");
	table_add(table, "stat");
	table_add(table, "measured");
	table_add(table, "rounds");
	table_add(table, "predicted");
	table_add(table, "runs");
	table_add(table, "ratio");
	table_add(table, "allowed");
	table_add(table, "verdict");
	for (row = 0; row < VALIDATE_ROWS; row++) {
		def = &validate_rows[row];
		validate_judge(one, (enum validate_row)row, &verdict);
		table_add(table, "%s", def->name);
		table_add(table, "%s", def->stat);
		add_estimate(table, &verdict.measured, def->unit);
		add_estimate(table, &verdict.predicted, def->unit);
		snprintf(text, sizeof(text), "%.2f", verdict.ratio);
		table_add(table, "%s", isnan(verdict.ratio) ? "-" : text);
		table_add(table, "%s", def->allowed);
		table_add(table, "%s", words[verdict.word]);
	}
	table_print(table, stdout);
	table_destroy(table);
}

/* What of the rounds was the host's doing. */
static void
print_rounds(const struct validate_case *one)
{
	static const char *const kinds[VALIDATE_STOPS] = { "under 20 us",
		"under 1 ms", "1 ms or more" };
	const struct validate_sample *round;
	const struct validate_stops *stops;
	uint64_t steal_ms, switches;
	double high, low, unpaid;
	uint64_t far_ps, near_ps;
	size_t disturbed, i;
	char length[HUMAN_SIZE];

	steal_ms = switches = 0;
	disturbed = 0;
	near_ps = UINT64_MAX;
	far_ps = 0;
	low = INFINITY;
	high = unpaid = 0;
	for (i = 0; i < one->round_count; i++) {
		round = &one->rounds[i];
		if (!round->kept)
			continue;
		if (round->transfer_ps < near_ps)
			near_ps = round->transfer_ps;
		if (round->transfer_ps > far_ps)
			far_ps = round->transfer_ps;
		steal_ms += round->steal_ms;
		switches += round->switches;
		disturbed += round->disturbed;
		low = round->lost < low ? round->lost : low;
		high = round->lost > high ? round->lost : high;
		unpaid = round->unpaid > unpaid ? round->unpaid : unpaid;
	}
	printf("rounds: %zu of %zu kept, %zu of them disturbed; lost to others "
	    "%.1f%% .. %.1f%%, %llu involuntary switches, %llu ms stolen\n",
	    validate_kept(one), one->round_count, disturbed, low * 100,
	    high * 100, (unsigned long long)switches,
	    (unsigned long long)steal_ms);
	printf("host: stops");
	for (i = 0; i < VALIDATE_STOPS; i++) {
		stops = &one->host.stops[i];
		human_value((double)stops->median_ps / 1e3, "ns", length);
		printf("%s %.1f/s of %s", i == 0 ? "" : ",", stops->rate,
		    stops->rate > 0 ? length : kinds[i]);
	}
	if (far_ps > 0)
		printf(", processors %.0f .. %.0f ns apart",
		    (double)near_ps / 1e3, (double)far_ps / 1e3);
	if (one->host.keeps_ps > 0)
		printf(", caches keep for %.1f ms",
		    (double)one->host.keeps_ps / 1e9);
	printf("; the simulator is told so\n");
	/* Half a percent would be seen in the throughput. */
	if (unpaid > 0.005)
		printf("the lab's own work took %.1f%% of the time more than the "
		    "workload's computing could make up for; the throughput is "
		    "that of the rest\n", unpaid * 100);
}

static void
print_trouble(const char *where, const struct validate_sample *samples,
    size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (samples[i].trouble == 0)
			continue;
		printf("%s: %s\n", where, samples[i].words);
		return;
	}
}

void
validate_text_print(const struct validate_case *cases, size_t count)
{
	const struct validate_case *one;

	for (one = cases; one < cases + count; one++) {
		printf("%s%s: %llu thread%s%s\n", one == cases ? "" : "\n",
		    one->name, (unsigned long long)one->spec.machine.cpus,
		    one->spec.machine.cpus == 1 ? "" : "s", one->fitted ?
		    ", to whose costs machine.hit was fitted" : "");
		print_rows(one);
		print_rounds(one);
		print_trouble("on real threads", one->rounds,
		    one->round_count);
		print_trouble("simulated", one->runs, one->run_count);
	}
}
