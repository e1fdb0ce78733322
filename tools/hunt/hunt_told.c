/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/hunt/hunt_told.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"

bool
hunt_told_add(struct hunt_told *told, uint64_t cause, uint64_t number)
{
	struct hunt_told_cause *known;
	size_t before, i;

	known = NULL;
	before = 0;
	for (i = 0; i < told->count; i++) {
		if (told->causes[i].cause == cause)
			known = &told->causes[i];
		else if (told->causes[i].number < number)
			before++;
	}
	if (before >= HUNT_CAUSES_MAX ||
	    (known != NULL && known->number < number))
		return (false);
	if (known == NULL) {
		told->causes = must_grow(told->causes, told->count,
		    sizeof(*told->causes));
		known = &told->causes[told->count++];
		known->cause = cause;
	}
	known->number = number;
	return (true);
}

void
hunt_told_fini(struct hunt_told *told)
{

	free(told->causes);
	memset(told, 0, sizeof(*told));
}
