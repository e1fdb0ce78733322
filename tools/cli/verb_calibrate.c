/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/calibrate/calibrate.h"
#include "tools/cli/progress.h"
#include "tools/cli/verb.h"

static const uint64_t calibrate_time_ns = UINT64_C(20000000000);
static const char suffix[] = ".yaml";

/* The file on its way: written beside its place, then moved there. */
struct output {
	const char *path;	/* NULL: standard output */
	char *temporary;
	char *name;		/* of the preset */
	FILE *stream;
};

static volatile sig_atomic_t calibrate_signal;

static void
stop(int number)
{

	calibrate_signal = number;
	calibrate_stop();
}

static void
catch_signals(void)
{
	struct sigaction action = { .sa_handler = stop };

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static void
look(void *context, uint64_t passed_ns)
{
	struct progress *progress = context;
	char text[80];

	if (!progress_due(progress))
		return;
	snprintf(text, sizeof(text), "calibrate: %llu of %llu s",
	    (unsigned long long)(passed_ns / 1000000000),
	    (unsigned long long)(progress->total / 1000000000));
	progress_draw(progress, text);
}

/* A preset is called as its file, and a scenario names it in one word. */
static int
name_of(struct output *output, struct err *err)
{
	const char *base, *end;
	size_t length;

	base = strrchr(output->path, '/');
	base = base == NULL ? output->path : base + 1;
	length = strlen(base);
	end = base + length - (sizeof(suffix) - 1);
	if (length < sizeof(suffix) || strcmp(end, suffix) != 0 ||
	    base[0] == '.' || strspn(base, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-") != length)
		return (err_set(err, "calibrate: --output %s: the name of a "
		    "preset is letters, digits and ._+- and ends in %s, as in "
		    "my-host%s", output->path, suffix, suffix));
	output->name = must_copy(base);
	output->name[length - (sizeof(suffix) - 1)] = '\0';
	return (0);
}

static int
output_open(struct output *output, struct err *err)
{
	struct stat status;
	size_t room;
	int fd, mask;

	if (stat(output->path, &status) == 0 && (!S_ISREG(status.st_mode) ||
	    access(output->path, W_OK) != 0))
		return (err_set(err, "calibrate: %s cannot be written: %s",
		    output->path, S_ISREG(status.st_mode) ? strerror(EACCES) :
		    "it is no file"));
	room = strlen(output->path) + sizeof(".XXXXXX");
	output->temporary = must_alloc(room, 1);
	snprintf(output->temporary, room, "%s.XXXXXX", output->path);
	fd = mkstemp(output->temporary);
	if (fd < 0)
		return (err_set(err, "calibrate: %s cannot be written: %s",
		    output->path, strerror(errno)));
	/* mkstemp() is for secrets; this is an ordinary file. */
	mask = (int)umask(0);
	umask((mode_t)mask);
	(void)fchmod(fd, (mode_t)(0666 & ~mask));
	output->stream = fdopen(fd, "w");
	if (output->stream != NULL)
		return (0);
	close(fd);
	unlink(output->temporary);
	return (err_set(err, "calibrate: %s cannot be written: %s",
	    output->path, strerror(errno)));
}

/* All of it or nothing. */
static int
output_commit(struct output *output, const struct calibration *calibration,
    struct err *err)
{
	int failed;

	calibrate_preset(calibration, output->name, output->stream);
	failed = fflush(output->stream) != 0 || ferror(output->stream) != 0 ||
	    fsync(fileno(output->stream)) != 0 ? errno : 0;
	if (fclose(output->stream) != 0 && failed == 0)
		failed = errno;
	output->stream = NULL;
	if (failed == 0 && rename(output->temporary, output->path) != 0)
		failed = errno;
	if (failed == 0)
		return (0);
	unlink(output->temporary);
	return (err_set(err, "calibrate: %s cannot be written: %s",
	    output->path, strerror(failed)));
}

static void
output_fini(struct output *output)
{

	if (output->stream != NULL) {
		fclose(output->stream);
		unlink(output->temporary);
	}
	free(output->temporary);
	free(output->name);
}

static int
measure(const struct options *options, struct output *output, uint64_t time_ns,
    struct progress *progress)
{
	static struct calibration calibration;
	struct err err;
	int status;

	status = calibrate_run(&calibration, time_ns, look, progress, &err);
	progress_end(progress);
	if (calibrate_signal != 0)
		return (VERB_INTERRUPTED + calibrate_signal);
	if (status != 0)
		return (verb_fail(VERB_ENVIRONMENT, &err));
	if (output->path != NULL &&
	    output_commit(output, &calibration, &err) != 0)
		return (verb_fail(VERB_ENVIRONMENT, &err));
	if (options_given(options, OPTION_JSON))
		calibrate_json(&calibration);
	else if (output->path != NULL)
		calibrate_table(&calibration);
	else
		calibrate_preset(&calibration, "host", stdout);
	if (calibration.apart)
		verb_note("lines take far longer between cores that share a "
		    "cache, as the system says, than one cache would: a host "
		    "may have its guest's CPUs apart, or move them");
	return (VERB_HELD);
}

static int
calibrate(const struct options *options)
{
	struct output output = { .path = options->values[OPTION_OUTPUT] };
	struct progress progress;
	struct err err;
	uint64_t time_ns;
	size_t mode;
	int status;

	if (options_time_ns(options, OPTION_TIME, calibrate_time_ns, &time_ns,
	    &err) != 0 || options_choice(options, OPTION_PROGRESS,
	    progress_modes, 0, &mode, &err) != 0)
		return (verb_fail(VERB_USAGE, &err));
	if (output.path != NULL) {
		if (name_of(&output, &err) != 0)
			return (verb_fail(VERB_USAGE, &err));
		if (output_open(&output, &err) != 0) {
			output_fini(&output);
			return (verb_fail(VERB_ENVIRONMENT, &err));
		}
	}
	catch_signals();
	progress_begin(&progress, (enum progress_mode)mode, time_ns);
	status = measure(options, &output, time_ns, &progress);
	output_fini(&output);
	return (status);
}

const struct verb verb_calibrate = {
	.name = "calibrate",
	.arguments = "[-o FILE.yaml]",
	.summary = "Measures this computer and writes a machine preset",
	.details =
	    "Measures what accesses, atomics, fences, context switches and clock interrupts\n"
	    "cost here, for 20 s or as --time says, and writes a machine preset with the\n"
	    "spread of each number and how it was measured: to FILE.yaml, and a table to\n"
	    "standard output, or without -o the preset to standard output.  A scenario uses\n"
	    "it as machine: {preset: FILE.yaml}.  What cannot be measured here keeps its\n"
	    "default and is named in the preset.",
	.options = VERB_TAKES(OUTPUT) | VERB_TAKES(TIME) | VERB_TAKES(JSON) |
	    VERB_TAKES(PROGRESS),
	.arguments_least = 0,
	.arguments_most = 0,
	.act = calibrate,
};
