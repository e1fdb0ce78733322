/*
 * claim - what has been published, and what would have to be seen?
 *
 * A claim is a row of the table and a scenario scenarios/claims/ID.yaml with the
 * policies and the set-ups.  Its parts say which number of a run is looked at,
 * between which policies, and what the publication says of it.
 *
 * A published bound is taken as it stands; "about" is a factor that the part
 * names; a word like "massive" has the reading that the part names.  The verdict
 * that is recorded here is the one that docs/claims.md discusses.  It decides
 * nothing: runs that come to another one say so.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLAIMS_CLAIM_H
#define TOOLS_CLAIMS_CLAIM_H

#include <stdbool.h>
#include <stddef.h>

#include "tools/claims/claim_value.h"

enum { CLAIM_PARTS_MAX = 4 };

enum claim_verdict {
	CLAIM_REPRODUCED,	/* every part holds in every set-up */
	CLAIM_CONTRADICTED,	/* no part holds in any set-up */
	CLAIM_NOT_AS_STATED,	/* it depends on the set-up */
	CLAIM_NO_ANSWER,	/* runs ended with findings */
	CLAIM_VERDICTS
};

/* Of two policies under the same seeds, or of one. */
enum claim_between {
	CLAIM_ALONE,		/* the value of `of` */
	CLAIM_OVER_BASE,	/* `of` / `base` */
	CLAIM_BASE_OVER,	/* `base` / `of` */
	CLAIM_LESS_BASE,	/* `of` - `base` */
};

enum claim_relation {
	CLAIM_AT_LEAST,
	CLAIM_AT_MOST,
	CLAIM_ABOUT,		/* within a factor of `slack`, both ways */
	CLAIM_SHOWN,		/* for the reader: nothing was published */
};

struct claim_part {
	const char *what;	/* "operations, GUS over epoch" */
	const char *formula;	/* in names of metrics */
	const char *unit;	/* as human_scale() knows them, or its own */
	double (*value)(const struct claim_run *run);
	const char *of;		/* the label of a policy, or how some begin */
	const char *base;	/* a label, or NULL */
	enum claim_between between;
	enum claim_relation relation;
	double published;
	double slack;		/* 0 is 1: the bound as it stands */
	bool somewhere;		/* "up to": one set-up is enough */
};

struct claim {
	const char *id;		/* q04; the scenario's name, too */
	const char *says;	/* the claim in a sentence */
	const char *published;	/* the value, with its unit */
	const char *source;
	struct claim_part parts[CLAIM_PARTS_MAX];
	size_t part_count;
	enum claim_verdict recorded;
	const char *reason;	/* why that one */
};

extern const struct claim claim_table[];
extern const size_t claim_count;

/* The claim of that name, or NULL. */
const struct claim *claim_find(const char *id);

/* The name nearest to a misspelt one, or NULL. */
const char *claim_nearest(const char *id);

extern const char *const claim_verdict_names[CLAIM_VERDICTS];

#endif
