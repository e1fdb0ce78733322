/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "sim/base/knob.h"

enum { NAME_MAX_LENGTH = 96 };

static size_t
least_of(size_t a, size_t b)
{

	return (a < b ? a : b);
}

static char
lower(char c)
{

	if (c >= 'A' && c <= 'Z')
		return ((char)(c - 'A' + 'a'));
	return (c == '-' ? '_' : c);
}

/*
 * Insertions, deletions, replacements and swaps of neighbours (the restricted
 * Damerau distance) that lead from one name to the other; case, and '-' in
 * the place of '_', count nothing.
 */
static size_t
distance(const char *from, size_t from_length, const char *to,
    size_t to_length)
{
	size_t rows[3][NAME_MAX_LENGTH + 1];
	size_t *before, *current, *oldest, *spare;
	size_t cost, i, j;

	oldest = rows[0];
	before = rows[1];
	current = rows[2];
	for (j = 0; j <= to_length; j++)
		before[j] = j;
	for (i = 1; i <= from_length; i++) {
		current[0] = i;
		for (j = 1; j <= to_length; j++) {
			cost = lower(from[i - 1]) != lower(to[j - 1]);
			current[j] = least_of(before[j - 1] + cost,
			    least_of(before[j], current[j - 1]) + 1);
			if (i > 1 && j > 1 &&
			    lower(from[i - 1]) == lower(to[j - 2]) &&
			    lower(from[i - 2]) == lower(to[j - 1]))
				current[j] = least_of(current[j],
				    oldest[j - 2] + 1);
		}
		spare = oldest;
		oldest = before;
		before = current;
		current = spare;
	}
	return (before[to_length]);
}

/* The last part of a dotted name. */
static const char *
leaf(const char *name)
{
	const char *dot;

	dot = strrchr(name, '.');
	return (dot == NULL ? name : dot + 1);
}

const char *
knob_nearest(const char *given,
    const char *(*name_at)(const void *context, size_t i), const void *context)
{
	const char *best, *name;
	size_t best_distance, found, given_length, i, length;

	given_length = strlen(given);
	if (given_length == 0 || given_length > NAME_MAX_LENGTH)
		return (NULL);
	best = NULL;
	/* A third of the letters may be wrong, and one always. */
	best_distance = given_length / 3 + 1;
	if (given_length <= 2)
		best_distance = 1;
	for (i = 0; (name = name_at(context, i)) != NULL; i++) {
		length = strlen(name);
		if (length > NAME_MAX_LENGTH)
			continue;
		found = distance(given, given_length, name, length);
		/* Something of the name must be left. */
		if (found >= length)
			continue;
		if (found < best_distance ||
		    (found == best_distance && best == NULL)) {
			best = name;
			best_distance = found;
		}
	}
	if (best != NULL)
		return (best);
	/* bucket_size for zone.bucket_size: the right knob, the wrong section. */
	for (i = 0; (name = name_at(context, i)) != NULL; i++)
		if (strcmp(leaf(name), leaf(given)) == 0 &&
		    strcmp(name, given) != 0)
			return (name);
	return (NULL);
}
