/*
 * causality_test - is the digest of an order of accesses the order's alone?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>

#include "sim/base/rng.h"
#include "sim/machine/causality.h"
#include "tests/sim/machine/rig.h"

enum { CPUS = 4, ACCESSES = 20000, GRANULES = 2 * CAUSALITY_CELLS };

static void
begin(void)
{
	struct machine_config config;

	config = rig_config(CPUS, MACHINE_SC);
	rig_begin(&config);
}

/* More places than the table has room for. */
static uint64_t
digest_of(uint64_t number)
{
	struct rng rng;
	uint32_t cpu, offset;
	int i;

	rng_init(&rng, number, "causality", 0);
	causality_begin();
	for (i = 0; i < ACCESSES; i++) {
		cpu = (uint32_t)rng_below(&rng, CPUS);
		offset = (uint32_t)rng_below(&rng, GRANULES) <<
		    CAUSALITY_GRANULE_SHIFT;
		if (rng_below(&rng, 2) == 0)
			causality_read(cpu, offset, 8, false);
		else
			causality_write(cpu, offset, 8,
			    causality_issue(cpu, offset));
	}
	return (causality_digest(CPUS));
}

static void
forget(void)
{

	causality_learn(true);
	causality_learn(false);
}

Test(causality, digest_does_not_depend_on_the_runs_before)
{
	uint64_t first, second;

	begin();
	forget();
	first = digest_of(1);
	second = digest_of(2);
	cr_assert_neq(first, second);
	cr_assert_eq(digest_of(1), first);
	forget();
	cr_assert_eq(digest_of(2), second);
	cr_assert_eq(digest_of(1), first);
}

Test(causality, digest_is_of_the_order_of_accesses_that_conflict)
{
	uint64_t one, other;

	begin();
	causality_begin();
	causality_write(0, 64, 8, causality_issue(0, 64));
	causality_write(1, 128, 8, causality_issue(1, 128));
	causality_read(1, 64, 8, false);
	one = causality_digest(CPUS);

	causality_begin();
	causality_write(1, 128, 8, causality_issue(1, 128));
	causality_write(0, 64, 8, causality_issue(0, 64));
	causality_read(1, 64, 8, false);
	other = causality_digest(CPUS);
	cr_assert_eq(one, other);

	causality_begin();
	causality_write(1, 128, 8, causality_issue(1, 128));
	causality_read(1, 64, 8, false);
	causality_write(0, 64, 8, causality_issue(0, 64));
	other = causality_digest(CPUS);
	cr_assert_neq(one, other);
}
