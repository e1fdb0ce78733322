/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/native.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEME(name) extern const struct native_scheme name;
#define MISSING(what, package)
#include "bench/native_schemes.def"
#undef SCHEME
#undef MISSING

static const struct native_scheme *const schemes[] = {
#define SCHEME(name) &name,
#define MISSING(what, package)
#include "bench/native_schemes.def"
#undef SCHEME
#undef MISSING
};

enum {
	SCHEMES = sizeof(schemes) / sizeof(schemes[0]),
	ROUNDS_MAX = 99,
};

enum measure {
	ENTER_EXIT,
	ADVANCE,
	POLL,
	SCAN,
	SCAN_BUSY,
	SYNCHRONIZE,
	SYNCHRONIZE_BUSY,
	CYCLE,
	CHAIN,
	CHAIN_BYTES,
	MEASURES
};

static const struct {
	const char *name;
	const char *unit;
	const char *about;
} measures[MEASURES] = {
	[ENTER_EXIT] = { "enter_exit_ns", "ns",
	    "an empty section, the mean of 500000, by the thread's CPU time" },
	[ADVANCE] = { "advance_ns", "ns", "smr_advance(), by CPU time" },
	[POLL] = { "poll_ns", "ns", "smr_poll() of a goal that has been met" },
	[SCAN] = { "scan_ns/readers=0", "ns",
	    "an advance and the poll that scans for it; no other thread" },
	[SCAN_BUSY] = { "scan_ns/readers=1", "ns",
	    "the same beside a thread that opens section after section" },
	[SYNCHRONIZE] = { "synchronize_ns/readers=0", "ns",
	    "waiting for all sections; no other thread" },
	[SYNCHRONIZE_BUSY] = { "synchronize_ns/readers=1", "ns",
	    "the same beside a thread that opens section after section" },
	[CYCLE] = { "cycle_ns", "ns",
	    "an item allocated, touched and freed, 100 at a time; CPU time of "
	    "all threads" },
	[CHAIN] = { "chain_per_second", "1/s",
	    "umaperf's chains: packets per second and CPU" },
	[CHAIN_BYTES] = { "chain_bytes_peak", "bytes",
	    "the most memory that packets had meanwhile" },
};

struct row {
	char name[128];
	const struct native_scheme *scheme;
	enum measure measure;
	enum kern_native_asymmetric fences;
	double values[ROUNDS_MAX];
};

/* Each with and without. */
static struct row rows[SCHEMES * 2 * (int)MEASURES];
static int row_count;
static int rounds = 9;

/* --- the rows --------------------------------------------------------------- */

static bool
has(const struct native_scheme *scheme, enum measure measure)
{

	switch (measure) {
	case ENTER_EXIT:
		return (scheme->enter_exit_ns != NULL);
	case ADVANCE:
		return (scheme->advance_ns != NULL);
	case POLL:
		return (scheme->poll_ns != NULL);
	case SCAN:
	case SCAN_BUSY:
		return (scheme->scan_ns != NULL);
	case SYNCHRONIZE:
	case SYNCHRONIZE_BUSY:
		return (scheme->synchronize_ns != NULL);
	case CYCLE:
		return (scheme->cycle_ns != NULL);
	case CHAIN:
	case CHAIN_BYTES:
		return (scheme->chain_per_second != NULL);
	case MEASURES:
		break;
	}
	return (false);
}

/* The forms differ in sections only. */
static bool
twice(const struct native_scheme *scheme, enum measure measure)
{

	return (scheme->form != NULL && strcmp(scheme->form, "call") == 0 &&
	    measure != ENTER_EXIT);
}

static void
add_row(const struct native_scheme *scheme, enum measure measure,
    enum kern_native_asymmetric fences)
{
	struct row *row;
	char form[32], kind[32];

	form[0] = kind[0] = '\0';
	if (scheme->form != NULL && measure == ENTER_EXIT)
		(void)snprintf(form, sizeof(form), "/form=%s", scheme->form);
	if (scheme->fences)
		(void)snprintf(kind, sizeof(kind), "/fences=%s",
		    fences == KERN_NATIVE_AUTO ? "asymmetric" : "symmetric");
	row = &rows[row_count++];
	row->scheme = scheme;
	row->measure = measure;
	row->fences = fences;
	(void)snprintf(row->name, sizeof(row->name), "%s/scheme=%s%s%s",
	    measures[measure].name, scheme->name, form, kind);
}

static void
make_rows(bool asymmetric)
{
	enum measure measure;
	unsigned i;

	for (measure = 0; measure < MEASURES; measure++)
		for (i = 0; i < SCHEMES; i++) {
			if (!has(schemes[i], measure) ||
			    twice(schemes[i], measure))
				continue;
			if (asymmetric || !schemes[i]->fences)
				add_row(schemes[i], measure, KERN_NATIVE_AUTO);
			if (schemes[i]->fences)
				add_row(schemes[i], measure, KERN_NATIVE_NEVER);
		}
}

static double
measure(const struct row *row)
{
	const struct native_scheme *scheme;

	scheme = row->scheme;
	native_configure(row->fences);
	switch (row->measure) {
	case ENTER_EXIT:
		return (scheme->enter_exit_ns());
	case ADVANCE:
		return (scheme->advance_ns());
	case POLL:
		return (scheme->poll_ns());
	case SCAN:
	case SCAN_BUSY:
		return (scheme->scan_ns(row->measure == SCAN_BUSY));
	case SYNCHRONIZE:
	case SYNCHRONIZE_BUSY:
		return (scheme->synchronize_ns(row->measure ==
		    SYNCHRONIZE_BUSY));
	case CYCLE:
		return (scheme->cycle_ns());
	case CHAIN:
	case CHAIN_BYTES:
		return (scheme->chain_per_second());
	case MEASURES:
		break;
	}
	return (0);
}

/* --- what is wanted ---------------------------------------------------------- */

static bool
wanted(const struct row *row, char **names, int count)
{
	int i;

	if (count == 0)
		return (true);
	for (i = 0; i < count; i++)
		if (strstr(row->name, names[i]) != NULL)
			return (true);
	return (false);
}

static int
choose(char **names, int count)
{
	int chosen, i;

	chosen = 0;
	for (i = 0; i < row_count; i++)
		if (wanted(&rows[i], names, count))
			rows[chosen++] = rows[i];
	if (chosen == 0) {
		(void)fprintf(stderr, "bench native: no row has such words in "
		    "its name; they are:\n");
		for (i = 0; i < row_count; i++)
			(void)fprintf(stderr, "  %s\n", rows[i].name);
	}
	row_count = chosen;
	return (chosen);
}

/* --- output ------------------------------------------------------------------- */

static void
print_table(void)
{
	const struct row *row;
	double scale;
	int i;

	for (i = 0; i < row_count; i++) {
		row = &rows[i];
		if (i == 0 || rows[i - 1].measure != row->measure)
			printf("%s%s [%s]: %s\n", i == 0 ? "" : "\n",
			    measures[row->measure].name,
			    row->measure == CHAIN ? "millions/s" :
			    row->measure == CHAIN_BYTES ? "MiB" :
			    measures[row->measure].unit,
			    measures[row->measure].about);
		scale = row->measure == CHAIN ? 1e6 :
		    row->measure == CHAIN_BYTES ? 1024 * 1024 : 1;
		printf("  %-58s %10.2f   (%.2f to %.2f)\n",
		    row->name + strlen(measures[row->measure].name) + 1,
		    row->values[rounds / 2] / scale, row->values[0] / scale,
		    row->values[rounds - 1] / scale);
	}
#define SCHEME(name)
#define MISSING(what, package)                                                 \
	printf("\nnot measured: %s, which this build did not find (Debian: "  \
	    "%s)\n", what, package);
#include "bench/native_schemes.def"
#undef SCHEME
#undef MISSING
}

static void
print_json(void)
{
	json_t *document, *missing, *results;
	const struct row *row;
	int i;

	results = json_array();
	for (i = 0; i < row_count; i++) {
		row = &rows[i];
		json_array_append_new(results, json_pack(
		    "{s:s,s:s,s:f,s:f,s:f}", "name", row->name, "unit",
		    measures[row->measure].unit, "value",
		    row->values[rounds / 2], "least", row->values[0], "most",
		    row->values[rounds - 1]));
	}
	missing = json_array();
#define SCHEME(name)
#define MISSING(what, package)                                                 \
	json_array_append_new(missing, json_string(what));
#include "bench/native_schemes.def"
#undef SCHEME
#undef MISSING
	document = json_pack("{s:i,s:o,s:o}", "rounds", rounds, "missing",
	    missing, "results", results);
	json_dumpf(document, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(document);
}

/* 0: not a number that is allowed. */
static int
read_rounds(const char *text)
{
	char *end;
	long count;

	count = strtol(text, &end, 10);
	return (end == text || *end != '\0' || count < 1 ||
	    count > ROUNDS_MAX ? 0 : (int)count);
}

static int
usage(FILE *to)
{

	fprintf(to,
	    "usage: bench/run native [--json] [--rounds N] [WORD...]\n"
	    "Measures libgus beside its peers on real threads: all rows, or those\n"
	    "with one of the words in their name, N rounds (9) of all in turn.\n"
	    "Prints medians and extremes.\n");
	return (to == stdout ? 0 : 2);
}

int
main(int argc, char **argv)
{
	bool asymmetric, json;
	int names, i, round;

	json = false;
	names = 0;
	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--json") == 0)
			json = true;
		else if (strcmp(argv[i], "--rounds") == 0 && i + 1 < argc)
			rounds = read_rounds(argv[++i]);
		else if (strcmp(argv[i], "--help") == 0)
			return (usage(stdout));
		else if (argv[i][0] == '-')
			return (usage(stderr));
		else
			argv[names++] = argv[i];
	}
	if (rounds == 0) {
		(void)fprintf(stderr, "bench native: --rounds is a whole number "
		    "from 1 to %d\n",
		    ROUNDS_MAX);
		return (2);
	}
	(void)native_cpus();		/* before anybody is bound */
	native_configure(KERN_NATIVE_AUTO);
	asymmetric = kern_native_fences_asymmetric();
	if (!asymmetric)
		(void)fprintf(stderr, "bench native: no asymmetric fences here "
		    "(membarrier(2) or the processor), so no such rows\n");
	make_rows(asymmetric);
	if (choose(argv, names) == 0)
		return (2);
	for (round = 0; round < rounds; round++)
		for (i = 0; i < row_count; i++) {
			(void)native_peak_bytes();
			rows[i].values[round] = measure(&rows[i]);
			if (rows[i].measure == CHAIN_BYTES)
				rows[i].values[round] = native_peak_bytes();
		}
	for (i = 0; i < row_count; i++)
		(void)native_median(rows[i].values, (unsigned)rounds);
	if (json)
		print_json();
	else
		print_table();
	return (0);
}
