/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/shrink/ddmin.h"

#include <stdlib.h>

#include "sim/base/must.h"

struct search {
	bool *kept;		/* have the effect */
	bool *tried;
	size_t count;
	size_t *left;		/* the indices of what is kept */
	size_t left_count;
	ddmin_ask *ask;
	void *context;
	bool stopped;
};

static void
list_left(struct search *search)
{
	size_t i;

	search->left_count = 0;
	for (i = 0; i < search->count; i++)
		if (search->kept[i])
			search->left[search->left_count++] = i;
}

/* If what was tried has the effect too, that is what is kept from now on. */
static bool
settle(struct search *search)
{
	enum ddmin_answer answer;

	if (search->stopped)
		return (false);
	answer = search->ask(search->context, search->tried, search->count);
	search->stopped = answer == DDMIN_STOP;
	if (answer != DDMIN_YES)
		return (false);
	memcpy(search->kept, search->tried,
	    search->count * sizeof(search->kept[0]));
	list_left(search);
	return (true);
}

/* Only those from `from` to `to` of what is left, or all others. */
static bool
try_part(struct search *search, size_t from, size_t to, bool others)
{
	size_t i;

	memset(search->tried, 0, search->count * sizeof(search->tried[0]));
	for (i = 0; i < search->left_count; i++)
		if ((i >= from && i < to) != others)
			search->tried[search->left[i]] = true;
	return (settle(search));
}

/* In that many parts: one that is enough, or one that is not needed. */
static bool
try_parts(struct search *search, size_t parts, bool others)
{
	size_t i, count;

	count = search->left_count;
	for (i = 0; i < parts && !search->stopped; i++)
		if (try_part(search, i * count / parts,
		    (i + 1) * count / parts, others))
			return (true);
	return (false);
}

static void
by_parts(struct search *search)
{
	size_t parts;

	parts = 2;
	while (search->left_count >= 2 && !search->stopped) {
		if (try_parts(search, parts, false)) {
			parts = 2;
			continue;
		}
		/* Of two parts, the one without the other is the other. */
		if (parts > 2 && try_parts(search, parts, true)) {
			parts = parts > 3 ? parts - 1 : 2;
			continue;
		}
		if (parts >= search->left_count)
			break;
		parts = parts * 2 < search->left_count ? parts * 2 :
		    search->left_count;
	}
}

/* Without these two of what is left, or without this one. */
static bool
try_without(struct search *search, size_t one, size_t other)
{

	memcpy(search->tried, search->kept,
	    search->count * sizeof(search->tried[0]));
	search->tried[search->left[one]] = false;
	search->tried[search->left[other]] = false;
	return (settle(search));
}

static bool
drop_one(struct search *search)
{
	size_t i;

	for (i = search->left_count; i-- > 0 && !search->stopped;)
		if (try_without(search, i, i))
			return (true);
	return (false);
}

static bool
drop_pair(struct search *search)
{
	size_t i, j;

	if (search->left_count > DDMIN_PAIRS_MAX || search->stopped)
		return (false);
	for (i = 0; i < search->left_count; i++)
		for (j = i + 1; j < search->left_count; j++)
			if (try_without(search, i, j))
				return (true);
	return (false);
}

size_t
ddmin(bool *kept, size_t count, ddmin_ask *ask, void *context)
{
	struct search search;

	memset(&search, 0, sizeof(search));
	search.kept = kept;
	search.count = count;
	search.ask = ask;
	search.context = context;
	search.tried = must_alloc(count, sizeof(*search.tried));
	search.left = must_alloc(count, sizeof(*search.left));
	list_left(&search);
	/* Often nothing is needed at all. */
	if (search.left_count > 0 && !try_part(&search, 0, 0, false)) {
		by_parts(&search);
		while (drop_one(&search) || drop_pair(&search))
			continue;
	}
	free(search.tried);
	free(search.left);
	return (search.left_count);
}
