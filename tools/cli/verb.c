/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cli/verb.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/knob.h"

#define VERB(name) extern const struct verb verb_##name;
#include "tools/cli/verbs.def"
#undef VERB

const struct verb *const verb_table[] = {
#define VERB(name) &verb_##name,
#include "tools/cli/verbs.def"
#undef VERB
};
const size_t verb_count = sizeof(verb_table) / sizeof(verb_table[0]);

const struct verb *
verb_find(const char *name)
{
	size_t i;

	for (i = 0; i < verb_count; i++) {
		if (strcmp(verb_table[i]->name, name) == 0)
			return (verb_table[i]);
	}
	return (NULL);
}

static const char *
name_at(const void *context, size_t i)
{

	(void)context;
	return (i < verb_count ? verb_table[i]->name : NULL);
}

const char *
verb_nearest(const char *name)
{

	return (knob_nearest(name, name_at, NULL));
}

void
verb_explain(const struct verb *verb)
{
	const struct option_def *def;
	char left[80];
	size_t id;

	printf("usage: gusim %s [options] %s\n\n%s.\n", verb->name,
	    verb->arguments, verb->summary);
	if (verb->details[0] != '\0')
		printf("\n%s\n", verb->details);
	printf("\noptions:\n");
	for (id = 0; id < OPTION_COUNT; id++) {
		if (id != OPTION_HELP && (verb->options >> id & 1) == 0)
			continue;
		def = &option_table[id];
		snprintf(left, sizeof(left), "%c%c%s--%s%s%s",
		    def->letter != 0 ? '-' : ' ',
		    def->letter != 0 ? def->letter : ' ',
		    def->letter != 0 ? ", " : "  ", def->name,
		    def->value != NULL ? " " : "",
		    def->value != NULL ? def->value : "");
		printf("  %-28s  %s\n", left, def->about);
	}
}

static void
complain(const char *format, va_list args)
{

	/* A result half-printed on a shared terminal comes first. */
	fflush(stdout);
	fputs("gusim: ", stderr);
	vfprintf(stderr, format, args);
	putc('\n', stderr);
}

int
verb_fail(enum verb_exit status, const struct err *err)
{

	return (verb_failf(status, "%s", err->text));
}

int
verb_failf(enum verb_exit status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain(format, args);
	va_end(args);
	return (status);
}

void
verb_note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	complain(format, args);
	va_end(args);
}
