/*
 * hunt RUNS [NAME=VALUE]... - is the code that this is linked with accused?
 *
 * Runs absurd scenarios, with these settings, until a check accuses the code
 * of what a mutant does: a premature grace, a use after free or a broken
 * invariant.  Exit code 0 where one did, 1 where none did.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "tests/sim/absurd.h"

static struct run_spec spec;
static struct run_result result;

static void
settings(int argc, char **argv)
{
	char name[SPEC_NAME_SIZE];
	char *value;
	int i;

	for (i = 2; i < argc; i++) {
		value = strchr(argv[i], '=');
		if (value == NULL || value - argv[i] >= SPEC_NAME_SIZE) {
			fprintf(stderr, "hunt: %s is not NAME=VALUE\n",
			    argv[i]);
			exit(2);
		}
		memcpy(name, argv[i], (size_t)(value - argv[i]));
		name[value - argv[i]] = 0;
		absurd_set(&spec, name, value + 1);
	}
}

int
main(int argc, char **argv)
{
	uint64_t first, runs, seed, hits;
	size_t i;

	runs = argc > 1 ? strtoull(argv[1], NULL, 0) : 1000;
	first = hits = 0;
	for (seed = 1; seed <= runs && hits < 5; seed++) {
		absurd_spec(&spec, seed, NULL);
		settings(argc, argv);
		run_execute(&spec, &result);
		if (result.status != RUN_FINDING)
			continue;
		hits++;
		if (first == 0)
			first = seed;
		for (i = 0; i < result.finding_count; i++)
			printf("seed %llu: %s: %s\n", (unsigned long long)seed,
			    result.findings[i].check,
			    result.findings[i].summary);
	}
	printf("%llu accusations in %llu runs, the first at seed %llu\n",
	    (unsigned long long)hits, (unsigned long long)(seed - 1),
	    (unsigned long long)first);
	run_result_fini(&result);
	return (hits == 0);
}
