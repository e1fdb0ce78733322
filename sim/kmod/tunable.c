/*
 * Tunables and sysctls: values that the scenario gives to a module's variables.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>
#include <string.h>

#include "sim/kmod/guest.h"
#include "sim/machine/hook.h"
#include "sim/memory/memory.h"

/* The names of sysctls have dots where those of their nodes have not. */
static bool
same_name(const char *given, size_t length, const char *name)
{
	size_t i;

	while (*name == '_')
		name++;
	for (i = 0; i < length; i++)
		if (given[i] != name[i] && !((given[i] == '.' ||
		    given[i] == '_') && (name[i] == '.' || name[i] == '_')))
			return (false);
	return (name[length] == '\0');
}

/* The text of NAME=VALUE, ..., or NULL; `length` gets that of the value. */
static const char *
tunable(const char *name, size_t *length)
{
	const char *at, *equals;
	size_t pair;

	for (at = guest.config->tunables; *at != '\0'; at += pair) {
		at += strspn(at, " ,;");
		pair = strcspn(at, " ,;");
		equals = memchr(at, '=', pair);
		if (equals != NULL &&
		    same_name(at, (size_t)(equals - at), name)) {
			*length = pair - (size_t)(equals + 1 - at);
			return (equals + 1);
		}
	}
	return (NULL);
}

static bool
tunable_number(const char *name, int64_t *value)
{
	const char *text;
	char copy[40];
	size_t length;

	text = tunable(name, &length);
	if (text == NULL || length == 0 || length >= sizeof(copy))
		return (false);
	guest_name(copy, length + 1, text);
	if (strcmp(copy, "true") == 0 || strcmp(copy, "false") == 0)
		*value = copy[0] == 't';
	else
		*value = strtoll(copy, NULL, 0);
	return (true);
}

static void
tunable_store(void *variable, uint64_t bytes, int64_t value)
{

	if (bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8)
		atomic_write(variable, (uint32_t)bytes, (uint64_t)value,
		    ORDER_RELAXED, NULL);
}

static bool
tunable_string(const char *name, char *to, size_t room)
{
	const char *text;
	char copy[KNOB_WORDS_SIZE];
	size_t length;

	text = tunable(name, &length);
	if (text == NULL || room == 0)
		return (false);
	guest_name(copy, length + 1, text);
	if (length >= room)
		length = room - 1;
	copy[length] = '\0';
	memcpy(to, copy, length + 1);
	return (true);
}

void
tunables_apply(void)
{
	const struct shape_tunable *one;
	const struct object_set *set;
	int64_t value;
	uint32_t i;

	set = object_set(guest.object, "gusim_tunables");
	for (i = 0; set != NULL && i < set->count; i++) {
		one = ((const struct shape_tunable *const *)(void *)
		    (guest.block + set->at))[i];
		if (one->bytes == 0)
			(void)tunable_string(one->path, one->variable,
			    (size_t)one->room);
		else if (tunable_number(one->path, &value))
			tunable_store(one->variable, one->bytes, value);
	}
}

#define FETCH(name, type)						\
KPI(int, getenv_##name, const char *path, type *variable)		\
{									\
	int64_t value;							\
									\
	if (!tunable_number(path, &value))				\
		return (0);						\
	tunable_store(variable, sizeof(*variable), value);		\
	return (1);							\
}
FETCH(int, int)
FETCH(uint, unsigned)
FETCH(long, long)
FETCH(ulong, unsigned long)
FETCH(quad, int64_t)
FETCH(bool, bool)

KPI(int, getenv_string, const char *path, char *to, int room)
{

	return (tunable_string(path, to, room < 0 ? 0 : (size_t)room));
}

/* Nobody asks from outside. */
#define HANDLER(name)							\
KPI(int, sysctl_handle_##name, void *oid, void *one, intmax_t two,	\
    void *request)							\
{									\
									\
	(void)oid;							\
	(void)one;							\
	(void)two;							\
	(void)request;							\
	return (SHAPE_ENOENT);						\
}
HANDLER(int)
HANDLER(long)
HANDLER(64)
HANDLER(string)
