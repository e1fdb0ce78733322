/*
 * token_schedule - how is a schedule written in few bytes?
 *
 * The format is written down in tools/campaign/token.h.
 *
 * Errors      reading trusts nothing: 0 for what is cut short or too long.
 *             Whether a machine could follow it says schedule_valid().
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CAMPAIGN_TOKEN_SCHEDULE_H
#define TOOLS_CAMPAIGN_TOKEN_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/strategies/schedule.h"

/* Returns the bytes written, 0 if they are more than `room`. */
size_t token_schedule_put(const struct schedule *schedule,
    unsigned char *bytes, size_t room, bool *packed);

/*
 * Adds `count` entries to an empty schedule, which the caller frees in any
 * case.  Returns how many of the bytes they took.
 */
size_t token_schedule_get(const unsigned char *bytes, size_t length,
    bool packed, size_t count, struct schedule *schedule);

#endif
