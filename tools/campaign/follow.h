/*
 * follow - how is the run of a token executed?
 *
 * Under the schedule that the token holds; or under the strategy that it
 * names; or, where it has neither, as the machine goes by itself.
 *
 * Errors      follow_check() sets err where this gusim cannot follow.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CAMPAIGN_FOLLOW_H
#define TOOLS_CAMPAIGN_FOLLOW_H

#include <stdbool.h>

struct err;
struct run_result;
struct token;
struct tracer;
struct wire_departure;

/* Whether there is the strategy that the token names, and it may be used. */
int follow_check(const struct token *token, struct err *err);

/* Whether its run goes by steps; the token has passed follow_check(). */
bool follow_stepped(const struct token *token);

/* `tracer` may be NULL.  `departure` says where the run left the schedule. */
void follow_execute(const struct token *token, struct run_result *result,
    struct tracer *tracer, struct wire_departure *departure);

#endif
