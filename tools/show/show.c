/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/show/show.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "sim/run.h"
#include "tools/campaign/build_id.h"
#include "tools/cli/options.h"
#include "tools/show/explain.h"
#include "tools/show/picture.h"
#include "tools/show/story.h"
#include "tools/show/timeline.h"
#include "tools/source/source.h"
#include "tools/trace/perfetto.h"

/* --- asking ------------------------------------------------------------------- */

/* A file takes the place of a file, but never that of a folder or device. */
static int
check_file(const char *option, const char *path, struct err *err)
{
	struct stat there;

	if (path == NULL || stat(path, &there) != 0 || S_ISREG(there.st_mode))
		return (0);
	return (err_set(err, "--%s %s: given %s; allowed is the name of a "
	    "file, which is made or replaced", option, path,
	    S_ISDIR(there.st_mode) ? "a folder" : "what is no plain file"));
}

int
show_begin(struct show *show, const struct options *options, struct err *err)
{

	memset(show, 0, sizeof(*show));
	show->trace = options->values[OPTION_TRACE];
	show->timeline = options->values[OPTION_TIMELINE];
	if (check_file("trace", show->trace, err) != 0 ||
	    check_file("timeline", show->timeline, err) != 0 ||
	    options_time_ns(options, OPTION_WINDOW, 0, &show->window_ns,
	    err) != 0)
		return (-1);
	if (show->window_ns != 0 && show->trace == NULL) {
		return (err_set(err, "--window: it says how much of the run "
		    "--trace writes; add --trace FILE"));
	}
	if (show->timeline != NULL && !picture_can_write(show->timeline)) {
		return (err_set(err, "--timeline %s: allowed are names that "
		    "end in .svg or .png", show->timeline));
	}
	if (!options_given(options, OPTION_EXPLAIN))
		return (0);
	if (options_given(options, OPTION_JSON)) {
		return (err_set(err, "--explain is for people and --json for "
		    "programs: give one of the two"));
	}
	/* It has no name; the worker inherits it. */
	show->text = tmpfile();
	return (show->text != NULL ? 0 :
	    err_set(err, "--explain: no temporary file can be made"));
}

void
show_fini(struct show *show)
{

	if (show->text != NULL)
		fclose(show->text);
	memset(show, 0, sizeof(*show));
}

bool
show_asked(const struct show *show)
{

	return (show->trace != NULL || show->timeline != NULL ||
	    show->text != NULL);
}

/* --- listening ---------------------------------------------------------------- */

static void
take(struct tracer *tracer, const struct stream_event *event)
{
	struct show *show = (struct show *)tracer;
	struct tracer *inner;

	if (show->perfetto != NULL) {
		inner = perfetto_tracer(show->perfetto);
		inner->event(inner, event);
	}
	if (show->story != NULL) {
		inner = story_tracer(show->story);
		inner->event(inner, event);
	}
}

static void
begin(struct tracer *tracer, unsigned cpus, const char *const *thread_names,
    unsigned thread_count)
{
	struct show *show = (struct show *)tracer;
	struct tracer *inner;

	if (show->perfetto != NULL) {
		inner = perfetto_tracer(show->perfetto);
		inner->begin(inner, cpus, thread_names, thread_count);
	}
	if (show->story != NULL) {
		inner = story_tracer(show->story);
		inner->begin(inner, cpus, thread_names, thread_count);
	}
}

struct tracer *
show_listen(struct show *show)
{

	if (!show_asked(show))
		return (NULL);
	show->tracer.event = take;
	show->tracer.begin = begin;
	/* The parent looks whether there are new ones. */
	if (show->trace != NULL) {
		unlink(show->trace);
		show->perfetto = perfetto_create(PERFETTO_DEFAULT);
		perfetto_window(show->perfetto, show->window_ns);
	}
	if (show->timeline != NULL)
		unlink(show->timeline);
	if (show->timeline != NULL || show->text != NULL)
		show->story = story_create(STORY_DEFAULT);
	return (&show->tracer);
}

/* --- writing -------------------------------------------------------------------- */

static void
fill(const struct run_finding *finding, char text[RUN_SUMMARY_SIZE])
{

	source_fill(finding->summary, finding->where, finding->where_count,
	    text, RUN_SUMMARY_SIZE);
}

static void
write_trace(struct show *show, const struct run_result *result,
    const struct show_about *about)
{
	char text[RUN_SUMMARY_SIZE];
	struct err err;
	size_t i;

	if (about->token[0] != '\0')
		perfetto_note(show->perfetto, "token", about->token);
	perfetto_note(show->perfetto, "digest", result->digest);
	perfetto_note(show->perfetto, "build", build_id());
	for (i = 0; i < result->finding_count; i++) {
		fill(&result->findings[i], text);
		perfetto_note(show->perfetto, result->findings[i].check, text);
	}
	if (perfetto_write(show->perfetto, show->trace, &err) != 0)
		fprintf(stderr, "gusim: %s\n", err.text);
	perfetto_destroy(show->perfetto);
	show->perfetto = NULL;
}

/* The finding that the story is told for. */
static void
choose_words(const struct show *show, const struct run_result *result,
    struct show_words *words, char text[RUN_SUMMARY_SIZE])
{
	const struct story_event *event;
	size_t i;

	event = story_at(show->story, MARK_FINDING);
	for (i = 0; event != NULL && i < result->finding_count; i++) {
		if (strcmp(result->findings[i].check, event->text) != 0)
			continue;
		fill(&result->findings[i], text);
		words->check = result->findings[i].check;
		words->finding = text;
	}
}

static void
write_story(struct show *show, const struct run_result *result,
    const struct show_about *about)
{
	struct show_words words = { .scenario = about->scenario,
	    .stepped = about->stepped };
	char text[RUN_SUMMARY_SIZE];
	struct picture picture;
	struct err err;

	story_close(show->story);
	choose_words(show, result, &words, text);
	if (show->text != NULL) {
		explain_write(show->text, show->story, &words);
		fflush(show->text);
	}
	if (show->timeline != NULL) {
		memset(&picture, 0, sizeof(picture));
		timeline_draw(&picture, show->story, &words);
		if (picture_write(&picture, show->timeline, &err) != 0)
			fprintf(stderr, "gusim: %s\n", err.text);
		picture_fini(&picture);
	}
	story_destroy(show->story);
	show->story = NULL;
}

void
show_end(struct show *show, const struct run_result *result,
    const struct show_about *about)
{

	if (show->perfetto != NULL)
		write_trace(show, result, about);
	if (show->story != NULL)
		write_story(show, result, about);
}

/* --- in the process that asked -------------------------------------------------- */

static int
arrived(const char *path, const char *what, bool answered, struct err *err)
{

	if (path == NULL || access(path, R_OK) == 0)
		return (0);
	if (answered)
		return (err_set(err, "%s: the %s could not be written", path,
		    what));
	fprintf(stderr, "gusim: %s: there is no %s, since the run did not "
	    "come to its end\n", path, what);
	return (0);
}

int
show_arrived(const struct show *show, bool answered, struct err *err)
{

	if (show->text != NULL && !answered)
		fputs("gusim: there is nothing to explain, since the run did "
		    "not come to its end\n", stderr);
	return (arrived(show->trace, "trace", answered, err) != 0 ||
	    arrived(show->timeline, "timeline", answered, err) != 0 ? -1 : 0);
}

void
show_print(const struct show *show)
{
	char bytes[4096];
	size_t count;

	if (show->text == NULL)
		return;
	rewind(show->text);
	while ((count = fread(bytes, 1, sizeof(bytes), show->text)) > 0)
		fwrite(bytes, 1, count, stdout);
}
