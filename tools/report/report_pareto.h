/*
 * report_pareto - which points does no other point beat?
 *
 * Beaten is a point when another has neither a larger mean footprint nor a
 * larger p99 free-to-use latency, and one of the two smaller.  Points in which
 * either was not measured take no part; of equal ones the first stands for all.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_REPORT_REPORT_PARETO_H
#define TOOLS_REPORT_REPORT_PARETO_H

#include <stddef.h>

struct report_data;
struct report_experiment;

/* Their indices by rising footprint; returns how many. */
size_t report_pareto(const struct report_data *data,
    const struct report_experiment *experiment, size_t *front, size_t room);

#endif
