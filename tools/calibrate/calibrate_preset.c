/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/spec.h"
#include "tools/calibrate/calibrate.h"
#include "tools/calibrate/calibrate_text.h"
#include "tools/calibrate/watch.h"
#include "tools/campaign/build_id.h"
#include "tools/campaign/host.h"

/* What no measurement gives, and why the default is good enough. */
static const char *const kept[] = {
	"tick_phase: which CPU's ticks come when is not measured",
	"tick_mover: no measurement tells who moves the tick counter",
	"pages: how much memory a zone may take is a question, not a cost",
	"pages_severe: the same",
	NULL
};

void
calibrate_value_text(enum quantity_unit unit, double value, char *text,
    size_t room)
{
	static const struct {
		double ns;
		const char *name;
	} units[] = { { 1e9, "s" }, { 1e6, "ms" }, { 1e3, "us" },
	    { 1, "ns" }, { 1e-3, "ps" } };
	size_t i;
	int digits;

	if (unit == QUANTITY_HZ || unit == QUANTITY_COUNT) {
		snprintf(text, room, "%.0f", value);
		return;
	}
	/* No shorter than a picosecond, the unit of the machine. */
	if (value < 1e-3) {
		snprintf(text, room, "0ps");
		return;
	}
	for (i = 0; i < 4 && value < 0.9995 * units[i].ns; i++)
		;
	value /= units[i].ns;
	digits = i == 4 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
	snprintf(text, room, "%.*f%s", digits, value, units[i].name);
}

/* "lower quartile 1.11ns, spread 1.10ns to 1.15ns, median 1.12ns, n 200". */
void
calibrate_source_text(const struct quantity *quantity,
    const struct estimate *estimate, char *text, size_t room)
{
	char high[32], low[32], median[32];

	if (estimate->counted) {
		snprintf(text, room, "%s", quantity->method);
		return;
	}
	calibrate_value_text(quantity->unit, estimate->low, low, sizeof(low));
	calibrate_value_text(quantity->unit, estimate->high, high,
	    sizeof(high));
	calibrate_value_text(quantity->unit, estimate->median, median,
	    sizeof(median));
	snprintf(text, room, "measured%s; spread %s to %s%s, median %s, n %zu; "
	    "%s", estimate->bound == BOUND_LEAST ? ", at least" :
	    estimate->bound == BOUND_MOST ? ", at most" : "", low, high,
	    estimate->placed ? " (a guest's CPUs may be anywhere)" : "",
	    median, estimate->n, quantity->method);
}

static void
put_head(const struct calibration *calibration, const char *name, FILE *out)
{
	const struct topology *topology = &calibration->topology;
	char host[HOST_TEXT_SIZE], now[HOST_TIME_SIZE];

	host_describe(host);
	host_time(now);
	fprintf(out,
	    "# Measured by `gusim calibrate` %s (%s), %s, in %.0f s.\n"
	    "# Host: %s%s.\n"
	    "# Caches as the system says: %zu KiB, %zu KiB, %zu KiB; %s.\n"
	    "# Time by the %s.\n#\n"
	    "# A value is the lower quartile of n repetitions; of what two "
	    "CPUs or the memory do,\n"
	    "# of counts, slice and the holds it is the median; of shared "
	    "the lowest twentieth.\n"
	    "# Its spread says where another run's value is to be expected: "
	    "see docs/calibrate.md.\n",
	    build_version(), build_commit(), now, calibration->wall_ns / 1e9,
	    host, topology->guest ? ", a guest" : "",
	    topology->hit_bytes >> 10, topology->near_bytes >> 10,
	    topology->shared_bytes >> 10,
	    calibration->huge ? "huge pages asked for" : "small pages",
	    watch_name());
	fprintf(out, "name: %s\nabout: Measured on %s, %zu CPU%s.\nmachine:\n",
	    name, topology->guest ? "a guest" : "a computer",
	    topology->cpu_count, topology->cpu_count == 1 ? "" : "s");
}

static void
put_counts(const struct calibration *calibration, FILE *out)
{
	const struct topology *topology = &calibration->topology;

	fprintf(out, "  cpus: {value: %zu, source: \"counted: CPUs that the "
	    "process may use\"}\n", topology->cpu_count);
	fprintf(out, "  sockets: {value: %zu, source: \"counted: last-level "
	    "caches, as the system says%s\"}\n", topology->groups > 8 ? 8 :
	    topology->groups, calibration->apart ? "; but lines take far "
	    "longer between cores than one cache would" : "");
	fprintf(out, "  threads_per_core: {value: %zu, source: \"counted: as "
	    "the system says\"}\n", topology->threads_per_core > 8 ? 8 :
	    topology->threads_per_core);
	fprintf(out, "  domains: {value: %zu, source: \"counted: NUMA domains "
	    "of these CPUs\"}\n", topology->nodes > 8 ? 8 : topology->nodes);
#if defined(__x86_64__) || defined(__i386__)
	fprintf(out, "  memory: {value: tso, source: \"x86\"}\n");
#else
	fprintf(out, "  memory: {value: relaxed, source: \"not x86\"}\n");
#endif
}

/* Does the knob take it?  A computer may be outside of what the model has. */
static bool
fits(const struct quantity *quantity, const char *value)
{
	struct run_spec trial;
	char dotted[64];
	struct err err;

	spec_init(&trial);
	snprintf(dotted, sizeof(dotted), "machine.%s", quantity->name);
	return (spec_set(&trial, dotted, value, &err) == 0);
}

static void
put_knobs(const struct calibration *calibration, FILE *out)
{
	const struct estimate *estimate;
	char source[400], value[32];
	size_t i;

	for (i = 0; i < quantity_count; i++) {
		estimate = &calibration->estimates[i];
		if (!quantities[i].knob || !estimate->measured)
			continue;
		calibrate_value_text(quantities[i].unit, estimate->value,
		    value, sizeof(value));
		calibrate_source_text(&quantities[i], estimate, source,
		    sizeof(source));
		if (fits(&quantities[i], value))
			fprintf(out, "  %s: {value: %s, source: \"%s\"}\n",
			    quantities[i].name, value, source);
		else
			fprintf(out, "  # %s: %s is more, or less, than the "
			    "knob takes: %s\n", quantities[i].name, value,
			    source);
	}
}

static void
put_missing(const struct calibration *calibration, FILE *out)
{
	size_t i;

	fprintf(out, "# Not measured, so these keep their defaults:\n");
	for (i = 0; i < quantity_count; i++)
		if (quantities[i].knob && !calibration->estimates[i].measured)
			fprintf(out, "#   %s: %s\n", quantities[i].name,
			    quantities[i].missing);
	for (i = 0; kept[i] != NULL; i++)
		fprintf(out, "#   %s\n", kept[i]);
}

static void
put_others(const struct calibration *calibration, FILE *out)
{
	const struct estimate *estimate;
	char source[400], value[32];
	size_t i;

	fprintf(out, "# Measured too, though no knob asks for it:\n");
	for (i = 0; i < quantity_count; i++) {
		estimate = &calibration->estimates[i];
		if (quantities[i].knob || !estimate->measured)
			continue;
		calibrate_value_text(quantities[i].unit, estimate->value,
		    value, sizeof(value));
		calibrate_source_text(&quantities[i], estimate, source,
		    sizeof(source));
		fprintf(out, "#   %s: %s (%s)\n", quantities[i].name, value,
		    source);
	}
	if (calibration->steal_known)
		fprintf(out, "#   steal: %.2f%% of the time of all CPUs went "
		    "to other guests, as /proc/stat says\n",
		    calibration->steal_share * 100);
	calibrate_value_text(QUANTITY_NS, calibration->stall_ns, value,
	    sizeof(value));
	if (calibration->stall_count > 0)
		fprintf(out, "#   stalls: %.1f/s of more than 100us, median "
		    "%s, with nobody else switched in, in %.2f s of looking "
		    "(see the fault hypervisor_stall)\n",
		    calibration->stalls_per_s, value,
		    calibration->stalls_watched_ns / 1e9);
	else
		fprintf(out, "#   stalls: none of more than 100us in %.2f s "
		    "of looking with nobody else switched in\n",
		    calibration->stalls_watched_ns / 1e9);
}

static void
put_curve(const struct calibration *calibration, FILE *out)
{
	size_t i;

	fprintf(out, "# Dependent loads over the size of the set, once:\n");
	for (i = 0; i < calibration->curve_count; i++)
		fprintf(out, "#   %6zu KiB %8.2f ns\n",
		    calibration->curve_bytes[i] >> 10,
		    calibration->curve_ns[i]);
}

void
calibrate_preset(const struct calibration *calibration, const char *name,
    FILE *stream)
{

	put_head(calibration, name, stream);
	put_counts(calibration, stream);
	put_knobs(calibration, stream);
	put_missing(calibration, stream);
	put_others(calibration, stream);
	put_curve(calibration, stream);
}
