/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/show/tale.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/show/story.h"
#include "tools/show/tale_tell.h"

/* By time; what happened first where the clocks say the same. */
static int
compare(const void *a, const void *b)
{
	const struct moment *one = a, *other = b;

	if (one->at_ps != other->at_ps)
		return (one->at_ps < other->at_ps ? -1 : 1);
	return (one->event < other->event ? -1 : one->event > other->event);
}

/* The rest only as far as there is room: the lightest go first. */
static void
thin_out(struct tale *tale, size_t most)
{
	size_t by_weight[WEIGHT_COUNT];
	size_t i, kept, sum, extra;
	enum moment_weight limit;

	memset(by_weight, 0, sizeof(by_weight));
	for (i = 0; i < tale->count; i++)
		by_weight[tale->moments[i].weight]++;
	sum = by_weight[WEIGHT_CAUSE];
	for (limit = WEIGHT_HELP; limit < WEIGHT_COUNT; limit++) {
		if (sum + by_weight[limit] > most)
			break;
		sum += by_weight[limit];
	}
	/* Of the first weight that is too much, what is nearest to the end. */
	extra = limit == WEIGHT_COUNT || limit > WEIGHT_NEAR || sum >= most ?
	    0 : most - sum;
	kept = limit == WEIGHT_COUNT ? 0 : by_weight[limit] - extra;
	sum = 0;
	for (i = 0; i < tale->count; i++) {
		if (limit != WEIGHT_COUNT && (tale->moments[i].weight > limit ||
		    (tale->moments[i].weight == limit && kept > 0))) {
			kept -= tale->moments[i].weight == limit;
			continue;
		}
		tale->moments[sum++] = tale->moments[i];
	}
	tale->left_out = tale->count - sum;
	tale->count = sum;
}

void
tale_make(struct tale *tale, const struct story *story, size_t most)
{
	struct teller teller = { .story = story };
	const struct story_event *event;
	struct moment moment;
	uint64_t end_ps;

	memset(tale, 0, sizeof(*tale));
	if (story->count == 0)
		return;
	end_ps = story->events[story->last].at_ps;
	teller.moment = &moment;
	for (teller.i = story->first; teller.i <= story->last; teller.i++) {
		event = &story->events[teller.i];
		if (story_cast(story, event->cpu) == STORY_NONE)
			continue;
		memset(&moment, 0, sizeof(moment));
		tale_tell(&teller);
		if (moment.text[0] == '\0')
			continue;
		moment.at_ps = event->at_ps;
		/* The finding is the end, whatever the other clocks say. */
		if (story->found && moment.at_ps > end_ps)
			moment.at_ps = end_ps;
		moment.cpu = event->cpu;
		moment.event = teller.i;
		tale->moments = must_grow(tale->moments, tale->count,
		    sizeof(*tale->moments));
		tale->moments[tale->count++] = moment;
	}
	if (tale->count > 0)
		qsort(tale->moments, tale->count, sizeof(*tale->moments),
		    compare);
	thin_out(tale, most);
}

void
tale_fini(struct tale *tale)
{

	free(tale->moments);
	memset(tale, 0, sizeof(*tale));
}
