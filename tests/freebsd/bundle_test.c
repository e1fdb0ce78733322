/*
 * A bundle is a core like any other: our own core, bundled, does what our own
 * core does, to the bit, in the same program.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include <criterion/criterion.h>

#include "policies/policy.h"
#include "sim/base/err.h"
#include "sim/run.h"
#include "sim/spec.h"

extern const struct policy_def policy_gus, core_again;

static struct run_result result;

static void
digest_of(const struct policy_def *core, uint64_t mode, uint64_t memory,
    char digest[33])
{
	static struct run_spec spec;
	struct err err;

	spec_init(&spec);
	cr_assert_eq(spec_set_workload(&spec, "slot_churn", &err), 0);
	spec.policy.def = &core->part;
	spec.machine.cpus = 4;
	spec.machine.memory = memory;
	spec.core.mode = mode;
	spec.core.profile = CORE_WRAP;
	spec.run.warmup_ps = 0;
	spec.run.duration_ps = UINT64_C(200000000);
	run_execute(&spec, &result);
	cr_assert_eq(result.status, RUN_OK, "status %s",
	    run_status_name(result.status));
	memcpy(digest, result.digest, 33);
}

Test(bundle, does_what_the_same_core_does_outside_of_one)
{
	char bundled[33], plain[33];
	uint64_t memory, mode;

	cr_assert_neq(&policy_gus, &core_again);
	for (mode = 0; mode < CORE_MODE_COUNT; mode++)
		for (memory = 0; memory < MACHINE_MEMORY_COUNT; memory++) {
			digest_of(&policy_gus, mode, memory, plain);
			digest_of(&core_again, mode, memory, bundled);
			cr_expect_str_eq(bundled, plain,
			    "mode %lu, memory %lu", mode, memory);
		}
}

Test(bundle, has_code_of_its_own)
{

	cr_expect_neq(policy_gus.enter, core_again.enter);
	cr_expect_neq(policy_gus.retire, core_again.retire);
}
