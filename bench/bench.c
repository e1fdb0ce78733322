/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/bench.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/demands.h"
#include "bench/load.h"
#include "bench/peers.h"

static const struct bench benches[] = {
#include "bench/rows.def"
	{ "loop_turns_per_second", "1/s", peers_loop, 0 },
	{ "limit_ns/kernel=peers/part=hooks", "ns", peers_limit_hooks, 0 },
	{ "limit_ns/kernel=peers/part=switches", "ns", peers_limit_switches, 0 },
	{ "limit_ns/kernel=peers/part=reset", "ns", peers_limit_reset, 0 },
	{ "executions_per_second/kernel=peers/strategy=walk/memory=sc", "1/s",
	    peers_executions_per_second, PEERS(PEERS_WALK, BENCH_SC) },
	{ "executions_per_second/kernel=peers/strategy=walk/memory=tso", "1/s",
	    peers_executions_per_second, PEERS(PEERS_WALK, BENCH_TSO) },
	{ "executions_per_second/kernel=peers/strategy=walk/memory=relaxed", "1/s",
	    peers_executions_per_second, PEERS(PEERS_WALK, BENCH_RELAXED) },
	{ "accesses_per_execution/kernel=peers/strategy=walk/memory=sc",
	    "accesses", peers_accesses_per_execution,
	    PEERS(PEERS_WALK, BENCH_SC) },
	{ "switches_per_execution/kernel=peers/strategy=walk/memory=sc",
	    "switches", peers_switches_per_execution,
	    PEERS(PEERS_WALK, BENCH_SC) },
	{ "accesses_per_execution/kernel=peers/strategy=walk/memory=tso",
	    "accesses", peers_accesses_per_execution,
	    PEERS(PEERS_WALK, BENCH_TSO) },
	{ "switches_per_execution/kernel=peers/strategy=walk/memory=tso",
	    "switches", peers_switches_per_execution,
	    PEERS(PEERS_WALK, BENCH_TSO) },
	{ "accesses_per_execution/kernel=peers/strategy=walk/memory=relaxed",
	    "accesses", peers_accesses_per_execution,
	    PEERS(PEERS_WALK, BENCH_RELAXED) },
	{ "switches_per_execution/kernel=peers/strategy=walk/memory=relaxed",
	    "switches", peers_switches_per_execution,
	    PEERS(PEERS_WALK, BENCH_RELAXED) },
	{ "executions_per_second/kernel=peers/strategy=pct/memory=sc", "1/s",
	    peers_executions_per_second, PEERS(PEERS_PCT, BENCH_SC) },
	{ "executions_per_second/kernel=peers/strategy=pct/memory=tso", "1/s",
	    peers_executions_per_second, PEERS(PEERS_PCT, BENCH_TSO) },
	{ "executions_per_second/kernel=peers/strategy=pct/memory=relaxed", "1/s",
	    peers_executions_per_second, PEERS(PEERS_PCT, BENCH_RELAXED) },
	{ "executions_per_second/kernel=peers/strategy=random/memory=sc", "1/s",
	    peers_executions_per_second, PEERS(PEERS_RANDOM, BENCH_SC) },
	{ "executions_per_second/kernel=peers/strategy=random/memory=tso", "1/s",
	    peers_executions_per_second, PEERS(PEERS_RANDOM, BENCH_TSO) },
	{ "executions_per_second/kernel=peers/strategy=random/memory=relaxed", "1/s",
	    peers_executions_per_second, PEERS(PEERS_RANDOM, BENCH_RELAXED) },
	{ "executions_per_second/kernel=peers/workers=1/strategy=walk/memory=sc",
	    "1/s", peers_workers_per_second,
	    PEERS_BY(1, PEERS_WALK, BENCH_SC) },
	{ "executions_per_second/kernel=peers/workers=2/strategy=walk/memory=sc",
	    "1/s", peers_workers_per_second,
	    PEERS_BY(2, PEERS_WALK, BENCH_SC) },
	{ "executions_per_second/kernel=peers/workers=1/strategy=walk/memory=tso",
	    "1/s", peers_workers_per_second,
	    PEERS_BY(1, PEERS_WALK, BENCH_TSO) },
	{ "executions_per_second/kernel=peers/workers=2/strategy=walk/memory=tso",
	    "1/s", peers_workers_per_second,
	    PEERS_BY(2, PEERS_WALK, BENCH_TSO) },
	{ "executions_per_second/kernel=peers/workers=1/strategy=walk/memory=relaxed",
	    "1/s", peers_workers_per_second,
	    PEERS_BY(1, PEERS_WALK, BENCH_RELAXED) },
	{ "executions_per_second/kernel=peers/workers=2/strategy=walk/memory=relaxed",
	    "1/s", peers_workers_per_second,
	    PEERS_BY(2, PEERS_WALK, BENCH_RELAXED) },
	{ "runs_per_second/kernel=peers/strategy=walk/memory=tso", "1/s",
	    peers_whole_runs_per_second, PEERS(PEERS_WALK, BENCH_TSO) },
	{ "runs_per_second/kernel=peers/strategy=pct/memory=tso", "1/s",
	    peers_whole_runs_per_second, PEERS(PEERS_PCT, BENCH_TSO) },
	{ "runs_per_second/kernel=peers/strategy=random/memory=tso", "1/s",
	    peers_whole_runs_per_second, PEERS(PEERS_RANDOM, BENCH_TSO) },
	{ "executions/kernel=peers/strategy=exhaustive/memory=sc", "executions",
	    peers_classes, PEERS(PEERS_EXHAUSTIVE, BENCH_SC) },
	{ "seconds/kernel=peers/strategy=exhaustive/memory=sc", "s",
	    peers_seconds, PEERS(PEERS_EXHAUSTIVE, BENCH_SC) },
	{ "executions/kernel=peers/strategy=exhaustive/memory=tso", "executions",
	    peers_classes, PEERS(PEERS_EXHAUSTIVE, BENCH_TSO) },
	{ "seconds/kernel=peers/strategy=exhaustive/memory=tso", "s",
	    peers_seconds, PEERS(PEERS_EXHAUSTIVE, BENCH_TSO) },
	{ "executions_to_find/kernel=peers/strategy=walk/memory=tso", "executions",
	    peers_executions_to_find, PEERS(PEERS_WALK, BENCH_TSO) },
	{ "us_to_find/kernel=peers/strategy=walk/memory=tso", "us",
	    peers_us_to_find, PEERS(PEERS_WALK, BENCH_TSO) },
	{ "executions_to_find/kernel=peers/strategy=walk/memory=relaxed", "executions",
	    peers_executions_to_find, PEERS(PEERS_WALK, BENCH_RELAXED) },
	{ "us_to_find/kernel=peers/strategy=walk/memory=relaxed", "us",
	    peers_us_to_find, PEERS(PEERS_WALK, BENCH_RELAXED) },
	{ "executions_to_find/kernel=peers/strategy=pct/memory=tso", "executions",
	    peers_executions_to_find, PEERS(PEERS_PCT, BENCH_TSO) },
	{ "us_to_find/kernel=peers/strategy=pct/memory=tso", "us",
	    peers_us_to_find, PEERS(PEERS_PCT, BENCH_TSO) },
	{ "executions_to_find/kernel=peers/strategy=pct/memory=relaxed", "executions",
	    peers_executions_to_find, PEERS(PEERS_PCT, BENCH_RELAXED) },
	{ "us_to_find/kernel=peers/strategy=pct/memory=relaxed", "us",
	    peers_us_to_find, PEERS(PEERS_PCT, BENCH_RELAXED) },
	{ "executions_to_find/kernel=peers/strategy=random/memory=tso", "executions",
	    peers_executions_to_find, PEERS(PEERS_RANDOM, BENCH_TSO) },
	{ "us_to_find/kernel=peers/strategy=random/memory=tso", "us",
	    peers_us_to_find, PEERS(PEERS_RANDOM, BENCH_TSO) },
	{ "executions_to_find/kernel=peers/strategy=random/memory=relaxed", "executions",
	    peers_executions_to_find, PEERS(PEERS_RANDOM, BENCH_RELAXED) },
	{ "us_to_find/kernel=peers/strategy=random/memory=relaxed", "us",
	    peers_us_to_find, PEERS(PEERS_RANDOM, BENCH_RELAXED) },
};

enum { BENCHES = sizeof(benches) / sizeof(benches[0]), ROUNDS_MAX = 15 };

static double values[BENCHES][ROUNDS_MAX];
static int rounds = 3;

uint64_t
bench_cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return ((uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec);
}

uint64_t
bench_wall_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec);
}

static int
by_value(const void *left, const void *right)
{
	double a, b;

	a = *(const double *)left;
	b = *(const double *)right;
	return ((a > b) - (a < b));
}

/* The comparison with other tools: all of it, or none. */
static bool
of_peers(const struct bench *bench)
{

	return (strstr(bench->name, "/kernel=peers/") != NULL ||
	    bench->measure == peers_loop);
}

static bool
wanted(const struct bench *bench, char **names, int count)
{
	int i;

	if (count == 0)
		return (true);
	for (i = 0; i < count; i++)
		if (strncmp(bench->name, names[i], strlen(names[i])) == 0 ||
		    (strcmp(names[i], "peers") == 0 && of_peers(bench)) ||
		    (strcmp(names[i], "demands") == 0 &&
		    demand_needs(bench->name)))
			return (true);
	return (false);
}

static void
print_row(const struct bench *bench, const double *sorted)
{

	if (strcmp(bench->unit, "1/s") == 0 && sorted[rounds / 2] > 1e6)
		printf("%-60s %10.2f M/s   (%.2f to %.2f)\n", bench->name,
		    sorted[rounds / 2] / 1e6, sorted[0] / 1e6,
		    sorted[rounds - 1] / 1e6);
	else
		printf("%-60s %10.2f %s    (%.2f to %.2f)\n", bench->name,
		    sorted[rounds / 2], bench->unit, sorted[0],
		    sorted[rounds - 1]);
}

/* The median; 0 where it was not measured. */
static double
value_of(const char *name)
{
	size_t i;

	for (i = 0; i < BENCHES; i++)
		if (strcmp(benches[i].name, name) == 0)
			return (values[i][rounds / 2]);
	return (0);
}

/* 0: not a number that is allowed. */
static int
read_rounds(const char *text)
{
	char *end;
	long count;

	count = strtol(text, &end, 10);
	return (end == text || *end != '\0' || count < 1 ||
	    count > ROUNDS_MAX ? 0 : (int)count);
}

static int
usage(FILE *to)
{

	fprintf(to,
	    "usage: bench/run [--json] [--rounds N] [NAME...]\n"
	    "Measures all benchmarks, or those whose names begin with NAME;\n"
	    "`peers` is the comparison with other tools, with its table, and\n"
	    "`demands` what must hold, with its verdicts.\n"
	    "Prints the median of N rounds (3) and the extremes, by the\n"
	    "process's own CPU time; what starts gusim, and several workers,\n"
	    "take the real time.\n");
	return (to == stdout ? 0 : 2);
}

int
main(int argc, char **argv)
{
	struct demand_verdict verdict;
	json_t *results, *document;
	bool json;
	int round, names;
	size_t i, chosen;

	json = false;
	names = 0;
	for (i = 1; i < (size_t)argc; i++) {
		if (strcmp(argv[i], "--json") == 0)
			json = true;
		else if (strcmp(argv[i], "--rounds") == 0 &&
		    i + 1 < (size_t)argc)
			rounds = read_rounds(argv[++i]);
		else if (strcmp(argv[i], "--help") == 0)
			return (usage(stdout));
		else if (argv[i][0] == '-')
			return (usage(stderr));
		else
			argv[names++] = argv[i];
	}
	if (rounds == 0) {
		fprintf(stderr, "bench: --rounds is a whole number "
		    "from 1 to %d\n", ROUNDS_MAX);
		return (2);
	}
	chosen = 0;
	for (i = 0; i < BENCHES; i++)
		chosen += wanted(&benches[i], argv, names);
	if (chosen == 0) {
		fprintf(stderr, "bench: no benchmark has such a name; they "
		    "are:\n");
		for (i = 0; i < BENCHES; i++)
			fprintf(stderr, "  %s\n", benches[i].name);
		return (2);
	}
	for (round = 0; round < rounds; round++)
		for (i = 0; i < BENCHES; i++)
			if (wanted(&benches[i], argv, names))
				values[i][round] =
				    benches[i].measure(benches[i].argument);

	results = json_array();
	for (i = 0; i < BENCHES; i++) {
		if (!wanted(&benches[i], argv, names))
			continue;
		qsort(values[i], (size_t)rounds, sizeof(double), by_value);
		if (!json)
			print_row(&benches[i], values[i]);
		json_array_append_new(results, json_pack("{s:s,s:s,s:f,s:f,s:f}",
		    "name", benches[i].name, "unit", benches[i].unit,
		    "value", values[i][rounds / 2], "least", values[i][0],
		    "most", values[i][rounds - 1]));
	}
	for (i = 0; demand_at(i, value_of, &verdict); i++)
		if (verdict.measured)
			json_array_append_new(results, json_pack(
			    "{s:s,s:s,s:f,s:f,s:b}", "name", verdict.name,
			    "unit", verdict.unit, "value", verdict.value,
			    "bound", verdict.bound, "holds", verdict.holds));
	document = json_pack("{s:i,s:o}", "rounds", rounds, "results",
	    results);
	if (!json)
		demands_table(value_of);
	if (!json && value_of("loop_turns_per_second") > 0)
		peers_table(value_of);
	if (json) {
		json_dumpf(document, stdout, JSON_INDENT(2));
		putchar('\n');
	}
	json_decref(document);
	return (0);
}
