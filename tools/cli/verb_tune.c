/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/campaign/host.h"
#include "tools/cli/verb.h"
#include "tools/scenario/scenario.h"
#include "tools/tune/tune.h"

static int
read_options(struct tune *tune, const struct scenario *scenario)
{
	const struct options *options = tune->options;
	struct err *err = &tune->ledger.err;
	uint64_t ignored, preset, time_ns;
	size_t mode;

	preset = scenario->tune == NULL ? 0 : scenario->tune->search_budget;
	if (options_choice(options, OPTION_PROGRESS, progress_modes, 0, &mode,
	    err) != 0 ||
	    options_count(options, OPTION_JOBS, 1, 4096, host_processors(),
	    &tune->ledger.workers, err) != 0 ||
	    options_time_ns(options, OPTION_TIMEOUT, 1, &ignored, err) != 0 ||
	    options_size(options, OPTION_MEMORY, 0, &ignored, err) != 0 ||
	    options_count(options, OPTION_SEEDS, 5, 100000,
	    scenario->tune == NULL ? 5 : scenario->tune->seeds,
	    &tune->seeds_most, err) != 0 ||
	    options_count(options, OPTION_RUNS, 10, 1000000000, preset,
	    &tune->race_runs_most, err) != 0 ||
	    options_time_ns(options, OPTION_TIME, 0, &time_ns, err) != 0)
		return (verb_fail(VERB_USAGE, err));
	tune->ledger.mode = (enum progress_mode)mode;
	tune->ledger.path = options_given(options, OPTION_DB) ?
	    options->values[OPTION_DB] : "gusim.db";
	if (time_ns > 0)
		tune->deadline_ns = host_clock_ns() + time_ns;
	return (VERB_HELD);
}

/* One of the files of -o. */
static int
write_file(const struct tune *tune, const char *name,
    void (*print)(FILE *out, const struct tune *tune))
{
	char path[4096];
	FILE *file;
	int failed;

	snprintf(path, sizeof(path), "%s/%s",
	    tune->options->values[OPTION_OUTPUT], name);
	file = fopen(path, "w");
	if (file == NULL)
		return (verb_failf(VERB_ENVIRONMENT, "%s: %s", path,
		    strerror(errno)));
	print(file, tune);
	failed = ferror(file);
	if (fclose(file) != 0 || failed)
		return (verb_failf(VERB_ENVIRONMENT, "%s: cannot be written: "
		    "%s", path, strerror(errno)));
	return (VERB_HELD);
}

static int
write_folder(const struct tune *tune)
{
	const char *folder = tune->options->values[OPTION_OUTPUT];
	int status;

	if (folder == NULL)
		return (VERB_HELD);
	if (mkdir(folder, 0777) != 0 && errno != EEXIST)
		return (verb_failf(VERB_ENVIRONMENT, "%s: %s", folder,
		    strerror(errno)));
	status = write_file(tune, "tune.txt", tune_text);
	return (status != VERB_HELD ? status :
	    write_file(tune, "tune.json", tune_json));
}

static int
tune_scenario(struct tune *tune, struct scenario *scenario)
{
	struct progress progress;
	int status, written;

	status = read_options(tune, scenario);
	if (status != VERB_HELD)
		return (status);
	progress_begin(&progress, tune->ledger.mode, 0);
	tune->aloud = progress.shown;
	tune->field = field_create(scenario, tune->options, &tune->ledger.err);
	if (tune->field == NULL)
		return (verb_fail(VERB_USAGE, &tune->ledger.err));
	tune->ledger.field = tune->field;
	tune->ledger.options = tune->options;
	status = tune_run(tune);
	if (status == VERB_HELD || status == VERB_FINDING) {
		if (options_given(tune->options, OPTION_JSON))
			tune_json(stdout, tune);
		else
			tune_text(stdout, tune);
		written = write_folder(tune);
		status = written != VERB_HELD ? written : status;
	}
	tune_fini(tune);
	field_free(tune->field);
	return (status);
}

static int
tune(const struct options *options)
{
	struct scenario *scenario;
	struct tune *state;
	int status;

	state = must_alloc(1, sizeof(*state));
	state->options = options;
	scenario = scenario_load(options->arguments[0], options->sets,
	    options->set_count, &state->ledger.err);
	status = scenario == NULL ? verb_fail(VERB_USAGE,
	    &state->ledger.err) : tune_scenario(state, scenario);
	scenario_free(scenario);
	free(state);
	return (status);
}

const struct verb verb_tune = {
	.name = "tune",
	.arguments = "SCENARIO",
	.summary = "Recommends knob values with evidence, or to keep the default",
	.details =
	    "The key `tune` of the scenario says what is best and what must hold, and the\n"
	    "key `sweep` which values are tried. Candidates race under common seeds: those\n"
	    "that are worse beyond doubt get few runs. The winner then meets the default\n"
	    "under fresh seeds, on other machines and under other faults. All runs are rows\n"
	    "of the database: the same command goes on where it was interrupted, and again\n"
	    "costs nothing. docs/tune.md explains every line.",
	.options = VERB_TAKES(DB) | VERB_TAKES(JOBS) | VERB_TAKES(SEEDS) |
	    VERB_TAKES(RUNS) | VERB_TAKES(TIME) | VERB_TAKES(SET) |
	    VERB_TAKES(JSON) | VERB_TAKES(OUTPUT) | VERB_TAKES(TIMEOUT) |
	    VERB_TAKES(MEMORY) | VERB_TAKES(PROGRESS) | VERB_TAKES(PLUGIN),
	.arguments_least = 1,
	.arguments_most = 1,
	.act = tune,
};
