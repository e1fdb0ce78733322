/*
 * Which rounds count, what they say together, and what the simulator is told
 * of the host.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/validate/validate.h"

static const double disturbed = VALIDATE_DISTURBED_PPM / 1e6;

static int
by_value(const void *left, const void *right)
{
	double a, b;

	a = *(const double *)left;
	b = *(const double *)right;
	return (a < b ? -1 : a > b);
}

struct validate_estimate
validate_estimate(double *values, size_t count)
{
	struct validate_estimate estimate = { NAN, NAN, NAN };

	if (count == 0)
		return (estimate);
	qsort(values, count, sizeof(values[0]), by_value);
	estimate.low = values[0];
	estimate.high = values[count - 1];
	estimate.value = (values[(count - 1) / 2] + values[count / 2]) / 2;
	return (estimate);
}

/* --- which rounds count ------------------------------------------------------ */

/* By more than half. */
bool
validate_differ(uint64_t left, uint64_t right)
{

	return (left * 2 > right * 3 || right * 2 > left * 3);
}

/* The distance that most rounds had, by their median. */
static uint64_t
usual_distance(const struct validate_case *one)
{
	double usual, *values;
	size_t i;

	if (one->round_count == 0)
		return (0);
	values = must_alloc(one->round_count, sizeof(*values));
	for (i = 0; i < one->round_count; i++)
		values[i] = (double)one->rounds[i].transfer_ps;
	qsort(values, one->round_count, sizeof(values[0]), by_value);
	/* Not the mean of two in the middle: nobody may have had that. */
	usual = values[(one->round_count - 1) / 2];
	free(values);
	return ((uint64_t)usual);
}

/* Of equals the earlier one. */
static bool
calmer(const struct validate_sample *left, const struct validate_sample *right)
{

	if (left->moved != right->moved)
		return (!left->moved);
	return (left->lost < right->lost);
}

void
validate_keep(struct validate_case *one)
{
	struct validate_sample *best, *round;
	uint64_t usual_ps;
	size_t i, kept, wanted;

	usual_ps = usual_distance(one);
	wanted = (one->round_count + 1) / 2;
	if (wanted < VALIDATE_KEEP)
		wanted = VALIDATE_KEEP;
	for (i = 0; i < one->round_count; i++) {
		one->rounds[i].kept = false;
		one->rounds[i].moved = one->rounds[i].moved ||
		    validate_differ(one->rounds[i].transfer_ps, usual_ps);
		one->rounds[i].disturbed = one->rounds[i].lost > disturbed ||
		    one->rounds[i].moved;
	}
	for (kept = 0; kept < wanted && kept < one->round_count; kept++) {
		best = NULL;
		for (i = 0; i < one->round_count; i++) {
			round = &one->rounds[i];
			if (!round->kept && (best == NULL ||
			    calmer(round, best)))
				best = round;
		}
		best->kept = true;
	}
}

size_t
validate_kept(const struct validate_case *one)
{
	size_t count, i;

	count = 0;
	for (i = 0; i < one->round_count; i++)
		if (one->rounds[i].kept)
			count++;
	return (count);
}

/* --- what they say ------------------------------------------------------------ */

/* A round in which there was nothing to measure leaves the others their word. */
static struct validate_estimate
estimate_of(const struct validate_sample *samples, size_t count,
    enum validate_row row)
{
	struct validate_estimate estimate;
	double *values;
	size_t i, used;

	values = must_alloc(count, sizeof(*values));
	used = 0;
	for (i = 0; i < count; i++)
		if (samples[i].kept && !isnan(samples[i].values[row]))
			values[used++] = samples[i].values[row];
	estimate = validate_estimate(values, used);
	free(values);
	return (estimate);
}

void
validate_judge(const struct validate_case *one, enum validate_row row,
    struct validate_verdict *verdict)
{
	const struct validate_row_def *def;

	def = &validate_rows[row];
	verdict->measured = estimate_of(one->rounds, one->round_count, row);
	verdict->predicted = estimate_of(one->runs, one->run_count, row);
	verdict->ratio = verdict->predicted.value / verdict->measured.value;
	/* Neither side has it: nothing was allocated, nobody scanned. */
	if (isnan(verdict->measured.value) && isnan(verdict->predicted.value))
		verdict->word = VALIDATE_NOTHING;
	else if (verdict->ratio >= def->least && verdict->ratio <= def->most)
		verdict->word = VALIDATE_WITHIN;
	else
		verdict->word = VALIDATE_OFF;
}

/* --- the host ---------------------------------------------------------------- */

/* The 99th percentile of the lognormal with this median and mean. */
static uint64_t
tail_of(double median, double mean)
{
	double sigma;

	if (mean <= median)
		return ((uint64_t)median);
	sigma = sqrt(2 * log(mean / median));
	return ((uint64_t)(median * exp(2.3263 * sigma)));
}

static uint64_t
keeps(const struct validate_sample *rounds, size_t count)
{
	struct validate_estimate estimate;
	double *values;
	size_t i, used;

	values = must_alloc(count, sizeof(*values));
	used = 0;
	for (i = 0; i < count; i++)
		if (rounds[i].kept && rounds[i].keeps_ps != 0)
			values[used++] = (double)rounds[i].keeps_ps;
	estimate = validate_estimate(values, used);
	free(values);
	return (used == 0 ? 0 : (uint64_t)estimate.value);
}

static int
stop_class(uint64_t ps)
{

	return (ps < VALIDATE_BRIEF_PS ? 0 : ps < VALIDATE_SLICE_PS ? 1 : 2);
}

/* What the gaps of one kind say. */
static void
take_stops(const struct hist *all, int which, uint64_t watched_ps,
    struct validate_stops *stops)
{
	struct hist *own;
	wide_uint sum;
	size_t i;

	own = must_alloc(1, sizeof(*own));
	hist_init(own);
	sum = 0;
	for (i = 0; i < HIST_BUCKETS; i++) {
		if (all->bucket[i] == 0 ||
		    stop_class(hist_lower(i)) != which)
			continue;
		if (own->count == 0)
			own->min = hist_lower(i);
		own->bucket[i] = all->bucket[i];
		own->count += all->bucket[i];
		own->max = hist_lower(i + 1);
		sum += (wide_uint)hist_lower(i) * all->bucket[i];
	}
	if (own->count > 0) {
		stops->rate = (double)own->count * 1e12 / (double)watched_ps;
		stops->median_ps = hist_quantile(own, 500000);
		stops->p99_ps = tail_of((double)stops->median_ps,
		    (double)(uint64_t)(sum / own->count));
	}
	free(own);
}

void
validate_host(const struct validate_sample *rounds, size_t count,
    struct validate_host *host)
{
	struct hist *all;
	uint64_t watched_ps;
	size_t i;
	int which;

	memset(host, 0, sizeof(*host));
	host->keeps_ps = keeps(rounds, count);
	all = must_alloc(1, sizeof(*all));
	hist_init(all);
	watched_ps = 0;
	for (i = 0; i < count; i++) {
		if (!rounds[i].kept)
			continue;
		hist_merge(all, &rounds[i].gaps);
		watched_ps += rounds[i].watched_ps;
	}
	for (which = 0; which < VALIDATE_STOPS && watched_ps > 0; which++)
		take_stops(all, which, watched_ps, &host->stops[which]);
	free(all);
}

static int
add_stops(const struct validate_stops *stops, unsigned nth,
    struct run_spec *spec, struct err *err)
{
	char knob[48], text[96];

	if (spec_add_fault(spec, "preemption", err) != 0)
		return (-1);
	snprintf(knob, sizeof(knob), nth == 1 ? "faults.preemption.rate" :
	    "faults.preemption[%u].rate", nth);
	snprintf(text, sizeof(text), "%.3f/s", stops->rate);
	if (spec_set(spec, knob, text, err) != 0)
		return (-1);
	snprintf(knob, sizeof(knob), nth == 1 ? "faults.preemption.for" :
	    "faults.preemption[%u].for", nth);
	snprintf(text, sizeof(text), "{lognormal: {median: %llups, "
	    "p99: %llups}}", (unsigned long long)stops->median_ps,
	    (unsigned long long)stops->p99_ps);
	return (spec_set(spec, knob, text, err));
}

/* The processors' distance, less what the instruction itself takes. */
static int
set_distance(const struct validate_sample *round, struct run_spec *spec,
    struct err *err)
{
	const struct machine_config *machine;
	uint64_t invalidate_ps;
	char text[32];

	if (round->transfer_ps == 0)
		return (0);
	if (spec_set(spec, "machine.sockets", "1", err) != 0)
		return (-1);
	machine = &spec->machine;
	invalidate_ps = round->invalidate_ps > machine->atomic_ps +
	    machine->hit_ps ? round->invalidate_ps - machine->atomic_ps :
	    machine->hit_ps;
	snprintf(text, sizeof(text), "%llups",
	    (unsigned long long)round->transfer_ps);
	if (spec_set(spec, "machine.transfer_socket", text, err) != 0)
		return (-1);
	snprintf(text, sizeof(text), "%llups",
	    (unsigned long long)invalidate_ps);
	if (spec_set(spec, "machine.invalidate", text, err) != 0)
		return (-1);
	/* The load brought it, and it was the loader's to change. */
	return (spec_set(spec, "machine.handover", round->upgrade_ps * 2 <
	    round->transfer_ps ? "true" : "false", err));
}

/* What has left all caches of a processor has not stayed in its own. */
static int
set_keeps(uint64_t keeps_ps, struct run_spec *spec, struct err *err)
{
	char text[32];

	if (keeps_ps == 0)
		return (0);
	snprintf(text, sizeof(text), "%llups", (unsigned long long)keeps_ps);
	if (spec_set(spec, "machine.near_hold", text, err) != 0)
		return (-1);
	if (spec->machine.shared_hold_ps >= keeps_ps)
		return (0);
	return (spec_set(spec, "machine.shared_hold", text, err));
}

int
validate_simulated(const struct validate_case *one,
    const struct validate_sample *round, struct run_spec *spec,
    struct err *err)
{
	struct validate_host host;
	unsigned nth;
	int which;

	*spec = one->spec;
	if (set_distance(round, spec, err) != 0)
		return (-1);
	validate_host(round, 1, &host);
	/* One look at the caches says little: that is of all rounds. */
	if (set_keeps(one->host.keeps_ps, spec, err) != 0)
		return (-1);
	/* The host's clock interrupts are among the gaps that were measured. */
	if (spec_set(spec, "machine.tick", "0ps", err) != 0 ||
	    spec_set(spec, "machine.preemptible", "true", err) != 0)
		return (-1);
	nth = 0;
	for (which = 0; which < VALIDATE_STOPS; which++) {
		/* The least that the fault takes. */
		if (host.stops[which].rate >= 0.001 &&
		    add_stops(&host.stops[which], ++nth, spec, err) != 0)
			return (-1);
	}
	return (0);
}

void
validate_case_fini(struct validate_case *one)
{

	free(one->rounds);
	free(one->runs);
	one->rounds = one->runs = NULL;
	one->round_count = one->run_count = 0;
}
