/*
 * claim_out - how do claims and verdicts read?
 *
 * For people as blocks of text, one for each claim as it is done, and a closing
 * table; for machines as one JSON document, a list of claims.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLAIMS_CLAIM_OUT_H
#define TOOLS_CLAIMS_CLAIM_OUT_H

#include <stdbool.h>
#include <stddef.h>

struct claim_trial;

/* Whether the verdict is the one of the table. */
bool claim_as_recorded(const struct claim_trial *trial);

void claim_text_print(const struct claim_trial *trial);

/* The closing table over all that were asked for. */
void claim_text_summary(const struct claim_trial *trials, size_t count);

void claim_json_print(const struct claim_trial *trials, size_t count);

#endif
