/*
 * zone_test - what do the tests of the zone share?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TESTS_ENGINE_ZONE_TEST_H
#define TESTS_ENGINE_ZONE_TEST_H

#include <criterion/criterion.h>
#include <signal.h>

#include "engine/kern.h"
#include "engine/smr.h"
#include "engine/zone.h"
#include "engine/zone_state.h"

/* An eager domain and a zone of 256-byte items in buckets of `size`. */
struct bench {
	struct smr *smr;
	struct zone *zone;
};

static inline struct bench
bench_make(struct zone_setup setup, const struct smr_config *config)
{
	struct bench bench;

	bench.smr = smr_create("test", config);
	cr_assert_not_null(bench.smr);
	setup.name = "test";
	if (setup.item_size == 0)
		setup.item_size = 256;
	setup.smr = bench.smr;
	bench.zone = zone_create(&setup);
	cr_assert_not_null(bench.zone);
	return (bench);
}

static inline void
must_be_sound(const struct zone *zone)
{
	const char *broken;

	broken = zone_audit(zone);
	cr_assert_null(broken, "%s", broken);
}

/* Ends the zone and the domain; nothing may be left of them. */
static inline void
bench_end(struct bench *bench)
{

	must_be_sound(bench->zone);
	cr_assert_eq(zone_destroy(bench->zone), 0u, "items are lost");
	smr_destroy(bench->smr);
	cr_assert_eq(fake.pages_used, 0u, "pages are lost");
}

static inline struct zone_census
census_of(const struct zone *zone)
{
	struct zone_census census;

	zone_census(zone, &census);
	return (census);
}

static inline struct zone_figures
figures_of(const struct zone *zone)
{
	struct zone_figures figures;

	zone_figures(zone, &figures);
	return (figures);
}

static inline struct smr_counters
counters_of(const struct smr *smr)
{
	struct smr_counters counters;

	smr_counters(smr, &counters);
	return (counters);
}

#endif
