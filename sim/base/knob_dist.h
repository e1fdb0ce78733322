/*
 * knob_dist - how is a distribution written?
 *
 * The part of knob_parse() and knob_format() that deals with distributions: a
 * plain value, or a one-key flow mapping as knob.h shows.
 *
 * Errors      as unit_parse(): the reason is the end of a sentence.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_BASE_KNOB_DIST_H
#define SIM_BASE_KNOB_DIST_H

#include <stddef.h>
#include <stdint.h>

struct dist;
struct unit_system;

/* Every value must lie between `least` and `most`. */
int knob_dist_parse(const struct unit_system *system, uint64_t least,
    uint64_t most, const char *text, struct dist *dist, char *reason,
    size_t room);

void knob_dist_format(const struct unit_system *system,
    const struct dist *dist, char *text, size_t room);

#endif
