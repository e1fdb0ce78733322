/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/compare/compare.h"
#include "tools/compare/scene.h"
#include "tools/cli/verb.h"
#include "tools/store/store.h"

static int
draw(const struct options *options, const struct report_data *data,
    const struct compare *compare)
{
	struct scene_made made;
	struct err err;
	size_t i;
	int end;

	end = scene_make(data, compare, options->values[OPTION_OUTPUT], &made,
	    &err);
	if (end != 0)
		return (verb_fail(end > 0 ? VERB_USAGE : VERB_ENVIRONMENT,
		    &err));
	if (made.blind)
		verb_note("no font is installed, so the PNG files lack all "
		    "text (the SVG files have it); install the package "
		    "fonts-dejavu-core");
	if (!options_given(options, OPTION_JSON)) {
		printf("%swritten to %s:\n", compare == NULL ? "" : "\n",
		    options->values[OPTION_OUTPUT]);
		for (i = 0; i < made.file_count; i++)
			printf("  %s\n", made.files[i]);
	}
	scene_made_fini(&made);
	return (VERB_HELD);
}

static int
compare_in(const struct options *options, const struct report_data *data)
{
	struct compare *compare;
	struct err err;
	int status;

	compare = NULL;
	if (options->argument_count == 3) {
		compare = compare_make(data, options->arguments[1],
		    options->arguments[2], options_given(options, OPTION_ALL),
		    &err);
		if (compare == NULL)
			return (verb_fail(VERB_USAGE, &err));
		if (options_given(options, OPTION_JSON))
			compare_json(stdout, compare);
		else
			compare_text(stdout, compare);
	}
	status = VERB_HELD;
	if (options_given(options, OPTION_OUTPUT))
		status = draw(options, data, compare);
	compare_free(compare);
	return (status);
}

static int
compare(const struct options *options)
{
	const char *path = options->arguments[0];
	struct report_data *data;
	struct store *store;
	struct err err;
	int status;

	if (options->argument_count == 2)
		return (verb_failf(VERB_USAGE, "compare: given one side, '%s'; "
		    "it takes two: gusim compare DB A B",
		    options->arguments[1]));
	if (options->argument_count == 1 &&
	    !options_given(options, OPTION_OUTPUT))
		return (verb_failf(VERB_USAGE, "compare: given a database and "
		    "no sides; name two (gusim compare DB A B), or a folder "
		    "for pictures of all policies (gusim compare DB -o DIR)"));
	if (options->argument_count == 1 &&
	    (options_given(options, OPTION_JSON) ||
	    options_given(options, OPTION_ALL)))
		return (verb_failf(VERB_USAGE, "compare: --json and --all say "
		    "how the comparison of A and B is printed; name both"));
	if (access(path, F_OK) != 0)
		return (verb_failf(VERB_ENVIRONMENT, "compare: %s: %s", path,
		    strerror(errno)));
	store = store_open(path, STORE_READ, &err);
	if (store == NULL)
		return (verb_fail(VERB_ENVIRONMENT, &err));
	data = report_data_load(store, &err);
	status = data == NULL ? verb_fail(VERB_ENVIRONMENT, &err) :
	    compare_in(options, data);
	report_data_free(data);
	store_close(store);
	return (status);
}

const struct verb verb_compare = {
	.name = "compare",
	.arguments = "DB [A B]",
	.summary = "Compares two policies or points under the same seeds, from a database",
	.details =
	    "A and B are policies (smr-lazy), knobs (machine.cpus=16), both with commas\n"
	    "between (smr-lazy,machine.cpus=16,write_share=1%), or points (#12, a point_id).\n"
	    "Runs of one seed are a pair. For each condition that both have and each metric:\n"
	    "pairs, medians, mean difference with 95% interval, ratio with interval, verdict\n"
	    "after Holm's correction, and by how much common seeds cut the variance.\n"
	    "With -o DIR also pictures of A and B, or without them of all policies. Those\n"
	    "need gnuplot.",
	.options = VERB_TAKES(JSON) | VERB_TAKES(ALL) | VERB_TAKES(OUTPUT),
	.arguments_least = 1,
	.arguments_most = 3,
	.act = compare,
};
