/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cli/run_text.h"

#include <stdio.h>

#include "sim/spec.h"
#include "tools/cli/human.h"
#include "tools/cli/table.h"
#include "tools/campaign/wire.h"
#include "tools/plugin/plugin.h"

static void
print_head(const char *scenario, const char *policy,
    const struct run_spec *spec, const struct wire_result *result)
{
	char time[HUMAN_SIZE];

	if (scenario != NULL)
		printf("scenario  %s\n", scenario);
	printf("policy    %s\nseed      %llu\nstatus    %s\n", policy,
	    (unsigned long long)spec->seed, run_status_name(result->status));
	if (result->digest[0] == '\0')
		return;
	human_value((double)result->sim_ps, "ps", time);
	printf("digest    %s\nsimulated %s, %llu accesses, %llu switches\n",
	    result->digest, time, (unsigned long long)result->accesses,
	    (unsigned long long)result->switches);
}

static void
print_metrics(const struct wire_result *result)
{
	const struct run_metric *metric;
	char number[HUMAN_PART_SIZE], unit[HUMAN_PART_SIZE];
	struct table *table;
	size_t i;

	if (result->metric_count == 0)
		return;
	table = table_create("llrl");
	table_add(table, "metric");
	table_add(table, "stat");
	table_add(table, "value");
	table_add(table, "unit");
	for (i = 0; i < result->metric_count; i++) {
		metric = &result->metrics[i];
		human_scale(metric->value, metric->unit, number, unit);
		table_add(table, "%s", metric->name);
		table_add(table, "%s", metric->stat);
		table_add(table, "%s", number);
		table_add(table, "%s", unit);
	}
	putchar('\n');
	table_print(table, stdout);
	table_destroy(table);
}

static void
print_coverage(const struct wire_result *result)
{
	struct table *table;
	size_t i;

	if (result->coverage_count == 0)
		return;
	table = table_create("lrl");
	table_add(table, "coverage");
	table_add(table, "hits");
	table_add(table, "%s", "");
	for (i = 0; i < result->coverage_count; i++) {
		table_add(table, "%s", result->coverage[i].name);
		table_add(table, "%llu",
		    (unsigned long long)result->coverage[i].hits);
		table_add(table, "%s", result->coverage[i].about);
	}
	putchar('\n');
	table_print(table, stdout);
	table_destroy(table);
}

static void
print_findings(const struct wire_result *result)
{
	const struct run_finding *finding;
	char time[HUMAN_SIZE];
	size_t i;

	for (i = 0; i < result->finding_count; i++) {
		finding = &result->findings[i];
		printf("\nfinding   %s: %s\n", finding->check,
		    finding->summary);
		if (result->status == RUN_CRASHED)
			continue;
		human_value((double)finding->at_ps, "ps", time);
		printf("          at %s on CPU %llu", time,
		    (unsigned long long)finding->cpu);
		if (finding->repeats > 0)
			printf(", and %llu more of its kind",
			    (unsigned long long)finding->repeats);
		putchar('\n');
	}
}

void
run_text_print(const char *scenario, const char *policy,
    const struct run_spec *spec, const struct wire_result *result,
    const char *token)
{

	print_head(scenario, policy, spec, result);
	print_metrics(result);
	print_coverage(result);
	print_findings(result);
	printf("\ngusim replay %s%s\n", plugin_words(spec), token);
}
