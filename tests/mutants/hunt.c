/*
 * hunt RUNS [NAME=VALUE]... - is the code that this is linked with accused?
 *
 * Runs absurd scenarios, with these settings, until a check accuses the code.
 * Exit code 0 where one did, 1 where none did.  The setting workload=lockless
 * takes the workload of lockless.c, on a machine that has room for it.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "sim/lab.h"
#include "tests/sim/absurd.h"

extern const struct workload_def workload_lockless;

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
		if (strcmp(argv[i], "workload=lockless") == 0) {
			part_init(&spec.workload, &workload_lockless.part);
			absurd_set(&spec, "machine.cpus", "8");
			absurd_set(&spec, "machine.sockets", "2");
			continue;
		}
		memcpy(name, argv[i], (size_t)(value - argv[i]));
		name[value - argv[i]] = 0;
		absurd_set(&spec, name, value + 1);
	}
}

int
main(int argc, char **argv)
{
	uint64_t runs, seed;
	size_t i;
	bool accused;

	runs = argc > 1 ? strtoull(argv[1], NULL, 0) : 1000;
	accused = false;
	for (seed = 1; seed <= runs && !accused; seed++) {
		absurd_spec(&spec, seed, NULL);
		settings(argc, argv);
		run_execute(&spec, &result);
		accused = result.status == RUN_FINDING;
		for (i = 0; i < result.finding_count; i++)
			printf("seed %llu: %s: %s\n", (unsigned long long)seed,
			    result.findings[i].check,
			    result.findings[i].summary);
	}
	if (!accused)
		printf("not accused in %llu runs\n", (unsigned long long)runs);
	run_result_fini(&result);
	return (!accused);
}
