/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/compare/wish.h"

#include <stddef.h>
#include <string.h>

struct wish {
	const char *name;
	enum compare_wish wish;
	const char *main;	/* stats that are shown unasked, with blanks */
};

static const struct wish wishes[] = {
	{ "ops_per_s", COMPARE_MORE, " mean " },
	{ "enter_exit_ns", COMPARE_LESS, " mean p99 " },
	{ "alloc_ns", COMPARE_LESS, " mean " },
	{ "free_ns", COMPARE_LESS, " mean p99 " },
	{ "wait_ns", COMPARE_LESS, " mean " },
	{ "free_to_use_ns", COMPARE_LESS, " p50 p99 " },
	{ "safe_to_known_ns", COMPARE_LESS, " mean " },
	{ "footprint_bytes", COMPARE_LESS, " mean peak " },
	{ "waiting_bytes", COMPARE_LESS, " mean " },
	{ "ipis", COMPARE_LESS, " total " },
	{ "line_transfers_per_free", COMPARE_LESS, " mean " },
	{ "cold_reuse_ratio", COMPARE_LESS, " mean " },
	{ "alloc_failures", COMPARE_LESS, "" },
	{ "poll_fail_ratio", COMPARE_LESS, "" },
	{ "frees_per_scan", COMPARE_MORE, "" },
};

static const struct wish *
find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++) {
		if (strcmp(wishes[i].name, name) == 0)
			return (&wishes[i]);
	}
	return (NULL);
}

enum compare_wish
wish_of(const char *name, const char *stat)
{
	const struct wish *wish = find(name);

	/* Of how many, or of an ideal, nothing is wished. */
	if (wish == NULL || strcmp(stat, "count") == 0 ||
	    strstr(stat, "clairvoyant") != NULL)
		return (COMPARE_NEITHER);
	return (wish->wish);
}

bool
wish_is_main(const char *name, const char *stat)
{
	const struct wish *wish = find(name);
	const char *at;
	size_t length;

	if (wish == NULL)
		return (false);
	length = strlen(stat);
	at = strstr(wish->main, stat);
	return (at != NULL && at > wish->main && at[-1] == ' ' &&
	    at[length] == ' ');
}
