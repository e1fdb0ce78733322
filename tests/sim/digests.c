/*
 * digests - the answers to a hundred questions, one a line.
 *
 * Built twice from the same instrumented code, with host code that is
 * optimised as the preset says and with host code that is not at all: both
 * must print the same.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "tests/sim/absurd.h"

int
main(void)
{
	static struct run_spec spec;
	static struct run_result result;
	uint64_t seed;

	for (seed = 1; seed <= 100; seed++) {
		absurd_spec(&spec, seed, NULL);
		run_execute(&spec, &result);
		printf("%llu %s %llu\n", (unsigned long long)seed,
		    result.digest, (unsigned long long)result.accesses);
	}
	run_result_fini(&result);
	return (0);
}
