/*
 * options - what was asked for on the command line?
 *
 * Every option is one row of tools/cli/options.def and means the same for each
 * verb that takes it.  Parsing only sorts the words; the getters below turn a
 * word into a value when the verb asks for it.
 *
 * Errors      parsing and the getters set err to a message that names the
 *             option, what was given and what is allowed.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLI_OPTIONS_H
#define TOOLS_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct verb;

enum option_id {
#define OPTION(id, name, letter, value, about) OPTION_##id,
#include "tools/cli/options.def"
#undef OPTION
	OPTION_COUNT
};

struct option_def {
	const char *name;	/* without the dashes */
	char letter;		/* 0: none */
	const char *value;	/* what the value is called; NULL: a flag */
	const char *about;
};

extern const struct option_def option_table[OPTION_COUNT];

struct options {
	const struct verb *verb;
	const char *values[OPTION_COUNT];	/* NULL: absent; "" for a flag */
	const char **sets;			/* the values of --set, in order */
	size_t set_count;
	const char **plugins;			/* the values of --plugin, in order */
	size_t plugin_count;
	const char **arguments;			/* the words that are no options */
	size_t argument_count;
	char *command;				/* the whole line, quoted for a shell */
};

/* argv[0] is the verb.  The texts live as long as argv. */
int options_parse(struct options *options, const struct verb *verb, int argc,
    char **argv, struct err *err);
void options_fini(struct options *options);

static inline bool
options_given(const struct options *options, enum option_id id)
{

	return (options->values[id] != NULL);
}

/* A count between the limits; `preset` where the option is absent. */
int options_count(const struct options *options, enum option_id id,
    uint64_t least, uint64_t most, uint64_t preset, uint64_t *value,
    struct err *err);

/*
 * A seed: 64 bits, written in decimal or 0x hexadecimal.  A negative number
 * is what the database shows for a seed of 2^63 and more, so it is taken too.
 */
int options_seed(const struct options *options, enum option_id id,
    uint64_t preset, uint64_t *value, struct err *err);

/* A time in nanoseconds, a size in bytes; written with a unit. */
int options_time_ns(const struct options *options, enum option_id id,
    uint64_t preset_ns, uint64_t *value, struct err *err);
int options_size(const struct options *options, enum option_id id,
    uint64_t preset, uint64_t *value, struct err *err);

/* The index of the value among `choices` (NULL ends them). */
int options_choice(const struct options *options, enum option_id id,
    const char *const *choices, size_t preset, size_t *value, struct err *err);

#endif
