/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE	/* mkdtemp() */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "sim/spec.h"
#include "tools/calibrate/calibrate.h"
#include "tools/calibrate/calibrate_text.h"
#include "tools/calibrate/partner.h"
#include "tools/calibrate/watch.h"
#include "tools/scenario/preset.h"

/* --- statistics --------------------------------------------------------------- */

Test(calibrate, a_quantile_lies_between_its_neighbours)
{
	double values[] = { 4, 1, 3, 2, 5 };

	cr_assert_eq(rig_quantile(values, 5, 0), 1);
	cr_assert_eq(rig_quantile(values, 5, 1), 5);
	cr_assert_eq(rig_median(values, 5), 3);
	cr_assert_eq(rig_quantile(values, 5, 0.25), 2);
	cr_assert_float_eq(rig_quantile(values, 5, 0.375), 2.5, 1e-12);
	cr_assert_eq(rig_median(values, 4), 2.5);
	cr_assert(isnan(rig_median(values, 0)));
}

Test(calibrate, nothing_measured_is_no_estimate)
{
	const double nothing[3] = { NAN, NAN, NAN };

	cr_assert_not(estimate_make(nothing, 3, 0.5).measured);
	cr_assert_not(estimate_make(NULL, 0, 0.5).measured);
}

Test(calibrate, what_could_not_be_measured_now_and_then_does_not_count)
{
	const double values[8] = { NAN, 7, NAN, 7, 7, 7, 7, NAN };
	struct estimate estimate;

	estimate = estimate_make(values, 8, 0.25);
	cr_assert(estimate.measured);
	cr_assert_eq(estimate.n, 5);
	cr_assert_eq(estimate.value, 7);
	/* Four of them say nothing. */
	cr_assert_not(estimate_make(values, 6, 0.25).measured);
}

Test(calibrate, rare_disturbances_change_neither_value_nor_spread)
{
	struct estimate estimate;
	double values[400];
	size_t i;

	for (i = 0; i < 400; i++)
		values[i] = i % 25 == 3 ? 1000 + (double)i : 10 +
		    (double)(i % 5) / 10;
	estimate = estimate_make(values, 400, 0.25);
	cr_assert_float_eq(estimate.value, 10.1, 0.01);
	cr_assert_geq(estimate.low, 9.5);
	cr_assert_leq(estimate.high, 10.8);
}

Test(calibrate, few_repetitions_have_a_wide_spread)
{
	struct estimate few, many;
	double values[400];
	size_t i;

	for (i = 0; i < 400; i++)
		values[i] = 10 + (double)(i % 5) / 10;
	few = estimate_make(values, 10, 0.25);
	many = estimate_make(values, 400, 0.25);
	cr_assert_gt(few.high - few.low, 1.5 * (many.high - many.low));
	/* Never less than what one run cannot see. */
	for (i = 0; i < 400; i++)
		values[i] = 10;
	many = estimate_make(values, 400, 0.25);
	cr_assert_leq(many.low, 9.5);
	cr_assert_geq(many.high, 10.5);
	/* A time is not negative, however wide the spread. */
	values[0] = 0.1;
	values[1] = 1000;
	few = estimate_make(values, 5, 0.25);
	cr_assert_gt(few.low, 0);
	cr_assert_lt(few.low, 1);
	memset(values, 0, sizeof(values));
	few = estimate_make(values, 5, 0.25);
	cr_assert_eq(few.low, 0);
	cr_assert_eq(few.value, 0);
	cr_assert_eq(few.high, 0);
}

/* An eighth of the time at another speed is no outlier, but a mode. */
Test(calibrate, what_lasts_is_within_the_spread)
{
	struct estimate estimate;
	double values[800];
	size_t i;

	for (i = 0; i < 800; i++)
		values[i] = i < 100 ? 20 : 10;
	estimate = estimate_make(values, 800, 0.25);
	cr_assert_eq(estimate.value, 10);
	cr_assert_geq(estimate.low, 9);
	cr_assert_geq(estimate.high, 20);
	cr_assert_leq(estimate.high, 21);
	/* Also at the low end, and if it is too short for nine of ten. */
	for (i = 0; i < 800; i++)
		values[i] = i >= 700 && i < 735 ? 5 : 10;
	estimate = estimate_make(values, 800, 0.25);
	cr_assert_eq(estimate.value, 10);
	cr_assert_leq(estimate.low, 5);
}

Test(calibrate, lines_hold_out_until_half_are_gone)
{
	double *values[RIG_RUNGS], room[RIG_RUNGS][4];
	struct estimate estimate;
	size_t counts[RIG_RUNGS], i, j;

	/* Gone from 1 ms on, which is rung 3; before that, all there. */
	for (i = 0; i < RIG_RUNGS; i++) {
		values[i] = room[i];
		counts[i] = 4;
		for (j = 0; j < 4; j++)
			room[i][j] = i >= 3 ? 100 : 4;
	}
	estimate = estimate_hold(values, counts, 52);
	cr_assert_eq(estimate.n, 4 * RIG_RUNGS);
	cr_assert_eq(estimate.bound, BOUND_NONE);
	cr_assert_gt(estimate.value, 3e5);
	cr_assert_lt(estimate.value, 1e6);
	/* Never gone, always gone: a bound. */
	for (i = 0; i < RIG_RUNGS; i++)
		for (j = 0; j < 4; j++)
			room[i][j] = 4;
	estimate = estimate_hold(values, counts, 52);
	cr_assert_eq(estimate.bound, BOUND_LEAST);
	cr_assert_eq(estimate.value, rig_rungs_ns[RIG_RUNGS - 1]);
	for (i = 0; i < RIG_RUNGS; i++)
		for (j = 0; j < 4; j++)
			room[i][j] = 100;
	estimate = estimate_hold(values, counts, 52);
	cr_assert_eq(estimate.bound, BOUND_MOST);
	cr_assert_eq(estimate.value, rig_rungs_ns[0]);
}

/* --- clock interrupts ------------------------------------------------------------- */

Test(calibrate, ticks_are_the_gaps_at_one_phase)
{
	static struct rig rig;
	double ns[200];
	size_t count, i;

	rig.hz = 250;
	rig.gaps = calloc(200, sizeof(*rig.gaps));
	cr_assert_not_null(rig.gaps);
	for (i = 0; i < 200; i++) {
		/* Half at 1.5 ms of 4 ms, half all over. */
		rig.gaps[i].at_ns = i % 2 == 0 ? 4000000 * i + 1500000 :
		    4000000 * i + i * 977777 % 4000000;
		rig.gaps[i].ns = i % 2 == 0 ? 2000 : 9000;
	}
	/* Somebody else ran; too long; too short to be one. */
	rig.gaps[0].switched = true;
	rig.gaps[2].ns = 3e6;
	rig.gaps[4].ns = 310;
	rig.gap_count = 200;
	count = probe_ticks(&rig, ns, 200);
	cr_assert_geq(count, 97);
	cr_assert_leq(count, 97 + 6);
	cr_assert_eq(rig_median(ns, count), 2000);
	rig.hz = 0;
	cr_assert_eq(probe_ticks(&rig, ns, 200), 0);
	free(rig.gaps);
}

/* --- memory and CPUs ---------------------------------------------------------------- */

Test(calibrate, a_chain_is_one_cycle_through_all_its_lines)
{
	struct chain_line *first;
	struct chain chain;
	size_t i;

	chain_create(&chain, 64 << 10, 256, true);
	cr_assert_eq(chain.lines, 256);
	first = chain.at;
	for (i = 1; i < chain.lines; i++) {
		chain_walk(&chain, 1);
		cr_assert_neq(chain.at, first, "back after %zu", i);
	}
	chain_walk(&chain, 1);
	cr_assert_eq(chain.at, first);
	chain_add(&chain);
	cr_assert_eq(chain.at, first);
	chain_store(&chain);
	cr_assert_eq(chain.at, first);
	chain_destroy(&chain);
	cr_assert_eq(chain.lines, 0);
}

/* Two groups of two cores of two threads, threads numbered 0-3 and 4-7. */
static void
make_topology(struct topology *topology)
{
	int i;

	memset(topology, 0, sizeof(*topology));
	topology->cpu_count = 8;
	for (i = 0; i < 8; i++) {
		topology->cpus[i].number = 10 + i;
		topology->cpus[i].core = i % 4;
		topology->cpus[i].group = i % 4 / 2 * 2;
		topology->cpus[i].node = i % 4 / 2;
	}
}

Test(calibrate, pairs_of_cpus_are_as_far_apart_as_asked)
{
	static const size_t counts[DISTANCE_COUNT] = { 4, 8, 16 };
	static struct topology topology;
	int one, other, seen[18][18];
	size_t distance, i;

	make_topology(&topology);
	for (distance = 0; distance < DISTANCE_COUNT; distance++) {
		memset(seen, 0, sizeof(seen));
		for (i = 0; i < 2 * counts[distance]; i++) {
			cr_assert(topology_pair(&topology,
			    (enum distance)distance, i, &one, &other));
			cr_assert_lt(one, other);
			cr_assert_eq(++seen[one][other],
			    i < counts[distance] ? 1 : 2);
		}
	}
	cr_assert(topology_pair(&topology, DISTANCE_CORE, 0, &one, &other));
	cr_assert_eq(other - one, 4);
	cr_assert_eq(topology_elsewhere(&topology), 12);
	topology.cpu_count = 1;
	for (distance = 0; distance < DISTANCE_COUNT; distance++)
		cr_assert_not(topology_pair(&topology,
		    (enum distance)distance, 0, &one, &other));
	cr_assert_eq(topology_elsewhere(&topology), -1);
}

Test(calibrate, this_computer_has_cpus_and_caches)
{
	static struct topology topology;

	topology_look(&topology);
	cr_assert_geq(topology.cpu_count, 1);
	cr_assert_geq(topology.groups, 1);
	cr_assert_geq(topology.nodes, 1);
	cr_assert_geq(topology.threads_per_core, 1);
	cr_assert_lt(topology.hit_bytes, topology.near_bytes);
	cr_assert_neq(topology.model[0], '\0');
}

static void
count_up(void *argument)
{

	(*(int *)argument)++;
}

Test(calibrate, the_partner_does_each_job_once)
{
	int count, i;

	count = 0;
	cr_assert(partner_start());
	for (i = 0; i < 1000; i++)
		partner_do(count_up, &count);
	usleep(20000);		/* it sleeps by now */
	partner_do(count_up, &count);
	partner_stop();
	cr_assert_eq(count, 1001);
}

Test(calibrate, the_watch_goes_forward_at_the_rate_of_the_clock)
{
	uint64_t from, to;

	watch_init();
	from = watch_read();
	usleep(20000);
	to = watch_read();
	cr_assert_gt(watch_ns(from, to), 0.9 * 2e7);
	cr_assert_eq(watch_ns(from, from), 0);
}

/* --- words ------------------------------------------------------------------------- */

Test(calibrate, values_are_written_as_knobs_take_them)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = { { 0, "0ps" }, { 0.0004, "0ps" }, { 0.081, "81ps" },
	    { 0.809, "809ps" }, { 0.9999, "1.00ns" }, { 1.084, "1.08ns" },
	    { 9.999, "10.0ns" }, { 86.44, "86.4ns" }, { 224.3, "224ns" },
	    { 999.9, "1.00us" }, { 1974, "1.97us" }, { 3.95e6, "3.95ms" },
	    { 2e9, "2.00s" } };
	char text[32];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		calibrate_value_text(QUANTITY_NS, cases[i].value, text,
		    sizeof(text));
		cr_expect_str_eq(text, cases[i].text, "%g is %s",
		    cases[i].value, text);
	}
	calibrate_value_text(QUANTITY_HZ, 250, text, sizeof(text));
	cr_assert_str_eq(text, "250");
}

/* Whatever was measured, and whatever was not. */
Test(calibrate, every_preset_that_is_written_is_read)
{
	static struct calibration calibration;
	char folder[] = "/tmp/gusim-calibrate-XXXXXX", path[64];
	const struct setting *setting;
	struct preset *preset;
	struct err err;
	size_t i, with;
	FILE *stream;
	int unknown;

	cr_assert_not_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/made.yaml", folder);
	for (with = 0; with < 2; with++) {
		memset(&calibration, 0, sizeof(calibration));
		calibration.topology.cpu_count = 3;
		calibration.topology.groups = 2;
		calibration.topology.nodes = 1;
		calibration.topology.threads_per_core = 1;
		for (i = 0; i < quantity_count && with == 1; i++) {
			calibration.estimates[i].measured = true;
			calibration.estimates[i].value = 100 + (double)i;
			calibration.estimates[i].low = 90;
			calibration.estimates[i].high = 2e9;
			calibration.estimates[i].bound = i % 3;
		}
		stream = fopen(path, "w");
		cr_assert_not_null(stream);
		calibrate_preset(&calibration, "made", stream);
		cr_assert_eq(fclose(stream), 0);
		preset = preset_load(path, NULL, &unknown, &err);
		cr_assert_not_null(preset, "%s", err.text);
		setting = settings_find(&preset->settings, "machine.cpus");
		cr_assert_not_null(setting);
		cr_assert_str_eq(setting->text, "3");
		setting = settings_find(&preset->settings, "machine.dram");
		cr_assert_eq(setting != NULL, with == 1);
		/* 120 ns are no time slice. */
		setting = settings_find(&preset->settings, "machine.slice");
		cr_assert_null(setting);
		preset_free(preset);
	}
	unlink(path);
	rmdir(folder);
}

/* A knob of the table is one of the machine. */
Test(calibrate, the_quantities_with_knobs_are_knobs)
{
	struct run_spec spec;
	struct err err;
	char dotted[80];
	void *config;
	size_t i, j;

	cr_assert_leq(quantity_count, CALIBRATE_QUANTITIES_MAX);
	spec_init(&spec);
	for (i = 0; i < quantity_count; i++) {
		snprintf(dotted, sizeof(dotted), "machine.%s",
		    quantities[i].name);
		cr_expect_eq(spec_find(&spec, dotted, &config, &err) != NULL,
		    quantities[i].knob, "%s", quantities[i].name);
		for (j = 0; j < i; j++)
			cr_expect_str_neq(quantities[i].name,
			    quantities[j].name);
		cr_expect_eq(quantity_find(quantities[i].name), i);
	}
}
