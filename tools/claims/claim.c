/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/claims/claim.h"

#include <string.h>

#include "sim/base/knob.h"

const char *const claim_verdict_names[CLAIM_VERDICTS] = {
	[CLAIM_REPRODUCED] = "reproduced",
	[CLAIM_CONTRADICTED] = "contradicted",
	[CLAIM_NOT_AS_STATED] = "not reproducible as stated",
	[CLAIM_NO_ANSWER] = "no answer",
};

const struct claim *
claim_find(const char *id)
{
	size_t i;

	for (i = 0; i < claim_count; i++) {
		if (strcmp(claim_table[i].id, id) == 0)
			return (&claim_table[i]);
	}
	return (NULL);
}

static const char *
name_at(const void *context, size_t i)
{

	(void)context;
	return (i < claim_count ? claim_table[i].id : NULL);
}

const char *
claim_nearest(const char *id)
{

	return (knob_nearest(id, name_at, NULL));
}
