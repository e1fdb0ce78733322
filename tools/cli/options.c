/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cli/options.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/knob.h"
#include "sim/base/must.h"
#include "tools/cli/verb.h"

const struct option_def option_table[OPTION_COUNT] = {
#define OPTION(id, name, letter, value, about) { name, letter, value, about },
#include "tools/cli/options.def"
#undef OPTION
};

static_assert(OPTION_COUNT <= 64, "a verb's options are bits of one word");

/* getopt_long() answers with these for long options; letters are below. */
enum { OPTION_LONG = 1000 };

static bool
taken(const struct verb *verb, size_t id)
{

	return (id == OPTION_HELP || (verb->options >> id & 1) != 0);
}

/* Appends `word` so that a shell reads it back as one word. */
static void
quote(FILE *out, const char *word)
{
	const char *c;

	if (*word != '\0' && strspn(word, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%") == strlen(word)) {
		fputs(word, out);
		return;
	}
	putc('\'', out);
	for (c = word; *c != '\0'; c++) {
		if (*c == '\'')
			fputs("'\\''", out);
		else
			putc(*c, out);
	}
	putc('\'', out);
}

static char *
command_line(int argc, char **argv)
{
	char *text;
	size_t size;
	FILE *out;
	int i;

	out = open_memstream(&text, &size);
	if (out == NULL)
		abort();
	fputs("gusim", out);
	for (i = 0; i < argc; i++) {
		putc(' ', out);
		quote(out, argv[i]);
	}
	if (fclose(out) != 0)
		abort();
	return (text);
}

static const char *
name_at(const void *context, size_t i)
{
	const struct verb *verb = context;
	size_t id;

	for (id = 0; id < OPTION_COUNT; id++) {
		if (taken(verb, id) && i-- == 0)
			return (option_table[id].name);
	}
	return (NULL);
}

static int
unknown(const struct verb *verb, const char *word, struct err *err)
{
	const char *near;
	char name[64];

	near = NULL;
	if (strncmp(word, "--", 2) == 0) {
		snprintf(name, sizeof(name), "%.*s",
		    (int)strcspn(word + 2, "="), word + 2);
		near = knob_nearest(name, name_at, verb);
	}
	if (near != NULL) {
		return (err_set(err, "%s: there is no option %s; did you mean "
		    "--%s?", verb->name, word, near));
	}
	return (err_set(err, "%s: there is no option %s; `gusim %s --help` "
	    "lists them", verb->name, word, verb->name));
}

/* The option that getopt_long() reports by letter or by long number. */
static size_t
option_of(int code)
{
	size_t id;

	if (code >= OPTION_LONG)
		return ((size_t)(code - OPTION_LONG));
	for (id = 0; id < OPTION_COUNT; id++) {
		if (code != 0 && option_table[id].letter == code)
			return (id);
	}
	return (OPTION_COUNT);
}

static int
sort_words(struct options *options, int argc, char **argv, const char *letters,
    const struct option *longs, struct err *err)
{
	const struct verb *verb = options->verb;
	const char *word;
	size_t id;
	int code;

	opterr = 0;
	optind = 0;
	for (;;) {
		word = optind > 0 && optind < argc ? argv[optind] : argv[1];
		code = getopt_long(argc, argv, letters, longs, NULL);
		if (code == -1)
			break;
		if (code == ':') {
			id = option_of(optopt);
			assert(id < OPTION_COUNT);
			return (err_set(err, "%s: --%s needs a value: --%s %s",
			    verb->name, option_table[id].name,
			    option_table[id].name, option_table[id].value));
		}
		if (code == '?') {
			/* getopt may have moved words: the last one read. */
			if (optind > 1 && argv[optind - 1][0] == '-')
				word = argv[optind - 1];
			id = option_of(optopt);
			if (id < OPTION_COUNT && taken(verb, id) &&
			    option_table[id].value == NULL) {
				return (err_set(err, "%s: --%s takes no value",
				    verb->name, option_table[id].name));
			}
			return (unknown(verb, word, err));
		}
		id = option_of(code);
		assert(id < OPTION_COUNT);
		if (id == OPTION_SET) {
			options->sets[options->set_count++] = optarg;
			options->values[id] = optarg;
			continue;
		}
		if (id == OPTION_PLUGIN) {
			options->plugins[options->plugin_count++] = optarg;
			options->values[id] = optarg;
			continue;
		}
		/* "$DB" of a script in which DB is not set. */
		if (optarg != NULL && optarg[0] == '\0' &&
		    (id == OPTION_DB || id == OPTION_TRACE ||
		    id == OPTION_TIMELINE || id == OPTION_OUTPUT)) {
			return (err_set(err, "%s: --%s: given an empty name; "
			    "allowed is the name of a %s", verb->name,
			    option_table[id].name,
			    id == OPTION_OUTPUT ? "file or folder" : "file"));
		}
		if (options->values[id] != NULL && id != OPTION_HELP) {
			return (err_set(err, "%s: --%s is given twice",
			    verb->name, option_table[id].name));
		}
		options->values[id] = optarg == NULL ? "" : optarg;
	}
	for (; optind < argc; optind++)
		options->arguments[options->argument_count++] = argv[optind];
	return (0);
}

int
options_parse(struct options *options, const struct verb *verb, int argc,
    char **argv, struct err *err)
{
	struct option longs[OPTION_COUNT + 1];
	char letters[3 + 2 * OPTION_COUNT];
	size_t id, count, used;

	memset(options, 0, sizeof(*options));
	options->verb = verb;
	options->command = command_line(argc, argv);
	options->sets = must_alloc((size_t)argc + 1, sizeof(*options->sets));
	options->plugins = must_alloc((size_t)argc + 1,
	    sizeof(*options->plugins));
	options->arguments = must_alloc((size_t)argc + 1,
	    sizeof(*options->arguments));

	memset(longs, 0, sizeof(longs));
	count = 0;
	used = 0;
	letters[used++] = ':';
	for (id = 0; id < OPTION_COUNT; id++) {
		if (!taken(verb, id))
			continue;
		longs[count].name = option_table[id].name;
		longs[count].has_arg = option_table[id].value == NULL ?
		    no_argument : required_argument;
		longs[count].val = OPTION_LONG + (int)id;
		count++;
		if (option_table[id].letter != 0) {
			letters[used++] = option_table[id].letter;
			if (option_table[id].value != NULL)
				letters[used++] = ':';
		}
	}
	letters[used] = '\0';

	if (sort_words(options, argc, argv, letters, longs, err) != 0)
		return (-1);
	if (options_given(options, OPTION_HELP))
		return (0);
	if (options->argument_count < verb->arguments_least) {
		return (err_set(err, "%s: something is missing; usage: gusim "
		    "%s %s", verb->name, verb->name, verb->arguments));
	}
	if (options->argument_count > verb->arguments_most) {
		return (err_set(err, "%s: '%s' is one argument too many; "
		    "usage: gusim %s [options] %s", verb->name,
		    options->arguments[verb->arguments_most], verb->name,
		    verb->arguments));
	}
	return (0);
}

void
options_fini(struct options *options)
{

	free(options->sets);
	free(options->plugins);
	free(options->arguments);
	free(options->command);
	memset(options, 0, sizeof(*options));
}

static int
whole_number(const char *text, bool negative, uint64_t *value)
{
	char *end;
	int base;

	if (!isdigit((unsigned char)text[0]) &&
	    !(negative && text[0] == '-' && isdigit((unsigned char)text[1])))
		return (-1);
	base = strncmp(text, "0x", 2) == 0 ? 16 : 10;
	errno = 0;
	*value = text[0] == '-' ? (uint64_t)strtoll(text, &end, base) :
	    strtoull(text, &end, base);
	return (errno != 0 || *end != '\0' ? -1 : 0);
}

int
options_count(const struct options *options, enum option_id id, uint64_t least,
    uint64_t most, uint64_t preset, uint64_t *value, struct err *err)
{
	const char *text = options->values[id];

	*value = preset;
	if (text == NULL)
		return (0);
	if (whole_number(text, false, value) != 0 || *value < least ||
	    *value > most) {
		return (err_set(err, "%s: --%s %s: not a whole number from "
		    "%llu to %llu", options->verb->name, option_table[id].name,
		    text, (unsigned long long)least, (unsigned long long)most));
	}
	return (0);
}

int
options_seed(const struct options *options, enum option_id id, uint64_t preset,
    uint64_t *value, struct err *err)
{
	const char *text = options->values[id];

	*value = preset;
	if (text == NULL)
		return (0);
	if (whole_number(text, true, value) != 0) {
		return (err_set(err, "%s: --%s %s: not a whole number from 0 to "
		    "18446744073709551615", options->verb->name,
		    option_table[id].name, text));
	}
	return (0);
}

static int
quantity(const struct options *options, enum option_id id, enum knob_kind kind,
    uint64_t *value, struct err *err)
{
	struct knob knob;

	memset(&knob, 0, sizeof(knob));
	knob.name = option_table[id].name;
	knob.kind = kind;
	/* Of host time less than a millisecond makes no sense. */
	knob.least = id == OPTION_WINDOW ? "1ns" : kind == KNOB_TIME ? "1ms" :
	    "1MiB";
	knob.most = kind == KNOB_TIME ? "1000000s" : "1024GiB";
	if (knob_parse(&knob, options->values[id], value, err) != 0) {
		return (err_at(err, "%s: --%s", options->verb->name,
		    option_table[id].name));
	}
	return (0);
}

int
options_time_ns(const struct options *options, enum option_id id,
    uint64_t preset_ns, uint64_t *value, struct err *err)
{
	uint64_t ps;

	*value = preset_ns;
	if (!options_given(options, id))
		return (0);
	if (quantity(options, id, KNOB_TIME, &ps, err) != 0)
		return (-1);
	*value = ps / 1000;
	return (0);
}

int
options_size(const struct options *options, enum option_id id, uint64_t preset,
    uint64_t *value, struct err *err)
{

	*value = preset;
	if (!options_given(options, id))
		return (0);
	return (quantity(options, id, KNOB_SIZE, value, err));
}

int
options_choice(const struct options *options, enum option_id id,
    const char *const *choices, size_t preset, size_t *value, struct err *err)
{
	const char *text = options->values[id];
	char allowed[200];
	size_t i, used;

	*value = preset;
	if (text == NULL)
		return (0);
	used = 0;
	allowed[0] = '\0';
	for (i = 0; choices[i] != NULL; i++) {
		if (strcmp(choices[i], text) == 0) {
			*value = i;
			return (0);
		}
		used += (size_t)snprintf(allowed + used,
		    sizeof(allowed) - used, "%s%s", i > 0 ? ", " : "",
		    choices[i]);
		assert(used < sizeof(allowed));
	}
	return (err_set(err, "%s: --%s %s: must be one of %s",
	    options->verb->name, option_table[id].name, text, allowed));
}
