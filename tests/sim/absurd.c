/*
 * absurd RUNS [FIRST] - short runs in which everything goes wrong.
 *
 * Correct code is never accused, and the canary always is.  ctest does 20,000
 * (label long); by hand: `absurd 100000`, about a minute and a half.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "tests/sim/absurd.h"

enum { CANARY_EVERY = 100 };

static struct run_spec spec;
static struct run_result result;

static void
accuse(uint64_t seed)
{
	static char text[8192];
	size_t i;

	printf("seed %llu: %s\n", (unsigned long long)seed,
	    run_status_name(result.status));
	for (i = 0; i < result.finding_count; i++)
		printf("  %s: %s (at %llu ps on CPU %llu, %llu more)\n",
		    result.findings[i].check, result.findings[i].summary,
		    (unsigned long long)result.findings[i].at_ps,
		    (unsigned long long)result.findings[i].cpu,
		    (unsigned long long)result.findings[i].repeats);
	spec_write(&spec, text, sizeof(text));
	printf("%s\n", text);
}

/* 1 where the canary was not heard. */
static unsigned
canary(uint64_t seed)
{
	struct err err;

	absurd_spec(&spec, seed, NULL);
	if (spec_set_workload(&spec, "canary", &err) != 0)
		return (1);
	run_execute(&spec, &result);
	if (result.status == RUN_FINDING && result.finding_count == 1 &&
	    strcmp(result.findings[0].check, "canary") == 0)
		return (0);
	printf("the canary was silent\n");
	accuse(seed);
	return (1);
}

int
main(int argc, char **argv)
{
	uint64_t accesses, first, hits[RUN_COVERAGE_MAX], i, runs;
	unsigned bad, silent;
	size_t n;

	runs = argc > 1 ? strtoull(argv[1], NULL, 0) : 20000;
	first = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	memset(hits, 0, sizeof(hits));
	bad = silent = 0;
	accesses = 0;
	for (i = first; i < first + runs && bad < 10; i++) {
		if (i % CANARY_EVERY == 0)
			silent += canary(i);
		absurd_spec(&spec, i, NULL);
		run_execute(&spec, &result);
		accesses += result.accesses;
		for (n = 0; n < result.coverage_count; n++)
			hits[n] += result.coverage[n].hits;
		if (result.status != RUN_OK) {
			accuse(i);
			bad++;
		}
	}
	printf("%llu runs, %llu accesses, %u accused, %u silent canaries\n",
	    (unsigned long long)(i - first), (unsigned long long)accesses,
	    bad, silent);
	for (n = 0; n < result.coverage_count; n++) {
		printf("%12llu %s\n", (unsigned long long)hits[n],
		    result.coverage[n].about);
		/* A hunt that never gets there says nothing. */
		if (runs >= 1000 && hits[n] == 0 &&
		    strcmp(result.coverage[n].name, "page_refused") != 0)
			bad++;
	}
	run_result_fini(&result);
	return (bad + silent != 0);
}
