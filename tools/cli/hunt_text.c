/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cli/hunt_text.h"

#include <stdio.h>
#include <string.h>

#include "sim/strategies/strategy.h"
#include "tools/campaign/host.h"
#include "tools/campaign/wire.h"
#include "tools/cli/human.h"
#include "tools/cli/table.h"
#include "tools/hunt/hunt.h"
#include "tools/plugin/plugin.h"

/* So many in a second: "45.2k". */
static void
rate_text(uint64_t count, uint64_t wall_ns, char text[HUMAN_SIZE])
{
	char number[HUMAN_PART_SIZE], unit[HUMAN_PART_SIZE];

	human_scale((double)count / ((double)(wall_ns + 1) / 1e9), "1/s",
	    number, unit);
	unit[strcspn(unit, "/")] = '\0';
	/* "k1/s" has its prefix before the 1. */
	unit[strcspn(unit, "1")] = '\0';
	snprintf(text, HUMAN_SIZE, "%s%s", number, unit);
}

static void
print_counts(const struct hunt *hunt)
{
	char rate[HUMAN_SIZE], accesses[HUMAN_SIZE], time[HUMAN_SIZE];
	char last[HUMAN_SIZE];

	human_value((double)hunt->wall_ns, "ns", time);
	rate_text(hunt->runs, hunt->wall_ns, rate);
	rate_text(hunt->accesses, hunt->wall_ns, accesses);
	printf("scenario    %s\nstrategy    %s\nseed        %llu\n",
	    hunt->settings.scenario, hunt->settings.strategy->name,
	    (unsigned long long)hunt->settings.seed);
	printf("runs        %llu in %s, %s/s%s\n",
	    (unsigned long long)hunt->runs, time, rate, hunt->spent ?
	    "; there is nothing left to try" : "");
	printf("accesses    %llu, %s/s\n",
	    (unsigned long long)hunt->accesses, accesses);
	human_value((double)(hunt->last_new_ns - hunt->start_ns), "ns", last);
	printf("behaviours  %s%zu distinct, the last new one after %s\n",
	    hunt_set_full(&hunt->behaviours) ? "at least " : "",
	    hunt->behaviours.count, last);
	if (hunt->given_up > 0)
		printf("given up    %llu runs, which would not end\n",
		    (unsigned long long)hunt->given_up);
	if (hunt->lost > 0)
		printf("lost        %llu runs, with their processes\n",
		    (unsigned long long)hunt->lost);
	fputs(hunt->report, stdout);
}

/* Also what never occurred: a hunt that missed it proves little about it. */
static void
print_coverage(const struct hunt *hunt)
{
	struct table *table;
	size_t i;

	if (hunt->coverage_count == 0)
		return;
	table = table_create("lrl");
	table_add(table, "coverage");
	table_add(table, "hits");
	table_add(table, "%s", "");
	for (i = 0; i < hunt->coverage_count; i++) {
		table_add(table, "%s", hunt->coverage[i].name);
		table_add(table, "%llu",
		    (unsigned long long)hunt->coverage[i].hits);
		table_add(table, "%s", hunt->coverage[i].about);
	}
	putchar('\n');
	table_print(table, stdout);
	table_destroy(table);
}

static void
print_finding(const struct hunt_finding *finding,
    const struct run_spec *spec)
{
	const struct wire_result *result = finding->result;
	char time[HUMAN_SIZE];
	size_t i;

	printf("\nfinding   %s: %s\n", result->findings[0].check,
	    result->findings[0].summary);
	for (i = 1; i < result->finding_count; i++)
		printf("          and %s: %s\n", result->findings[i].check,
		    result->findings[i].summary);
	printf("          in run %llu, of strategy %s, with seed %llu",
	    (unsigned long long)finding->number, finding->strategy,
	    (unsigned long long)finding->seed);
	if (result->digest[0] != '\0') {
		human_value((double)result->findings[0].at_ps, "ps", time);
		printf(", at %s on CPU %llu", time,
		    (unsigned long long)result->findings[0].cpu);
	}
	if (finding->count > 1)
		printf("; %llu runs in all",
		    (unsigned long long)finding->count);
	putchar('\n');
	if (finding->defect[0] != '\0')
		printf("          NOT CONFIRMED, which is a defect of gusim: "
		    "%s\n", finding->defect);
	if (finding->token[0] != '\0')
		printf("gusim replay %s%s\n", plugin_words(spec),
		    finding->token);
}

void
hunt_text_print(const struct hunt *hunt)
{
	size_t i;

	print_counts(hunt);
	print_coverage(hunt);
	for (i = 0; i < hunt->finding_count; i++)
		print_finding(&hunt->findings[i], &hunt->settings.spec);
	if (hunt->unlisted > 0)
		printf("\nand %llu runs with findings of %s%zu further "
		    "causes: a hunt lists the first %d\n",
		    (unsigned long long)hunt->unlisted,
		    hunt_set_full(&hunt->further) ? "at least " : "",
		    hunt->further.count, HUNT_CAUSES_MAX);
	if (hunt->finding_count == 0)
		printf("\nno finding\n");
}

void
hunt_text_progress(const struct hunt *hunt, struct progress *progress)
{
	char rate[HUMAN_SIZE], wait[HUMAN_SIZE], text[300];
	size_t used;

	if (!progress_due(progress))
		return;
	rate_text(hunt->runs, hunt->wall_ns, rate);
	human_wait(host_clock_ns() - hunt->last_new_ns, wait);
	used = (size_t)snprintf(text, sizeof(text), "%llu runs, %s runs/s, "
	    "%zu behaviours, the last new one %s ago",
	    (unsigned long long)hunt->runs, rate, hunt->behaviours.count,
	    wait);
	if (hunt->finding_count > 0)
		snprintf(text + used, sizeof(text) - used, ", %zu finding%s",
		    hunt->finding_count, hunt->finding_count == 1 ? "" : "s");
	progress_draw(progress, text);
}
