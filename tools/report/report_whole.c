/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/report/report_whole.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/report/report_data.h"

typedef unsigned long long count_t;

static int
compare_seed(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x < *y ? -1 : *x > *y);
}

/* The seeds of all points, each once, in order. */
static size_t
list_seeds(const struct report_experiment *experiment, int64_t **seeds)
{
	size_t count, i, k, kept;

	count = 0;
	for (i = 0; i < experiment->point_count; i++)
		count += experiment->points[i].run_count;
	*seeds = must_alloc(count, sizeof(**seeds));
	count = 0;
	for (i = 0; i < experiment->point_count; i++) {
		for (k = 0; k < experiment->points[i].run_count; k++)
			(*seeds)[count++] = experiment->points[i].runs[k].seed;
	}
	if (count == 0)
		return (0);
	qsort(*seeds, count, sizeof(**seeds), compare_seed);
	kept = 1;
	for (i = 1; i < count; i++) {
		if ((*seeds)[i] != (*seeds)[kept - 1])
			(*seeds)[kept++] = (*seeds)[i];
	}
	return (kept);
}

/* Does the point have a seed, and not one that comes before it? */
static bool
lacks_seed(const struct report_point *point, const int64_t *seeds,
    size_t count)
{
	const int64_t *last;

	if (point->run_count == 0)
		return (false);
	last = bsearch(&point->runs[point->run_count - 1].seed, seeds, count,
	    sizeof(*seeds), compare_seed);
	return (last != NULL && (size_t)(last - seeds) + 1 > point->run_count);
}

/* "1/3", from "--shard 1/3" or "--shard=1/3". */
static void
find_shard(const char *command, char shard[WHOLE_SHARD_SIZE])
{
	static const char option[] = "--shard";
	const char *at;
	size_t length;

	shard[0] = '\0';
	at = strstr(command, option);
	if (at == NULL)
		return;
	at += strlen(option);
	if (*at != '=' && *at != ' ')
		return;
	length = strspn(++at, "0123456789/");
	if (length > 0 && length < WHOLE_SHARD_SIZE) {
		memcpy(shard, at, length);
		shard[length] = '\0';
	}
}

void
whole_judge(struct whole *whole, const struct report_experiment *experiment,
    bool until)
{
	const struct report_point *point;
	uint64_t here;
	int64_t *seeds;
	size_t count, i;

	memset(whole, 0, sizeof(*whole));
	find_shard(experiment->command, whole->shard);
	here = report_runs_all(experiment->status);
	whole->runs_least = here;
	/* Races and hunts run what they choose as they go. */
	if (strstr(experiment->command, " sweep ") == NULL)
		return;
	count = list_seeds(experiment, &seeds);
	for (i = 0; i < experiment->point_count; i++) {
		point = &experiment->points[i];
		if (point->ordinal >= 0 &&
		    (uint64_t)point->ordinal + 1 > whole->last)
			whole->last = (uint64_t)point->ordinal + 1;
		if (lacks_seed(point, seeds, count))
			whole->part = true;
	}
	free(seeds);
	if (whole->last > experiment->point_count) {
		whole->points_missing = whole->last - experiment->point_count;
		whole->part = true;
	}
	if (!whole->part)
		return;
	if (until || count == 0)
		whole->runs_least = here + whole->points_missing;
	else if (whole->last <= UINT64_MAX / count &&
	    whole->last * count > here)
		whole->runs_least = whole->last * count;
}

void
whole_words(const struct whole *whole,
    const struct report_experiment *experiment, char *text, size_t room)
{
	char points[80], shard[120];

	points[0] = shard[0] = text[0] = '\0';
	if (!whole->part)
		return;
	if (whole->points_missing > 0)
		snprintf(points, sizeof(points), " (%llu of its points 1 to "
		    "%llu are in none)", (count_t)whole->points_missing,
		    (count_t)whole->last);
	if (whole->shard[0] != '\0')
		snprintf(shard, sizeof(shard), " The command was that of "
		    "--shard %s; merge the others into this database.",
		    whole->shard);
	snprintf(text, room, "A part of a plan: %llu of at least %llu runs are "
	    "here%s, and means are over those.%s",
	    (count_t)report_runs_all(experiment->status),
	    (count_t)whole->runs_least, points, shard);
}
