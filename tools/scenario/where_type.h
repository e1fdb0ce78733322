/*
 * where_type - may these two be added, compared, multiplied?
 *
 * The inside of tools/scenario/where*.c: types of nodes, which are settled
 * before any point is looked at.
 *
 * Errors      -1 with err.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SCENARIO_WHERE_TYPE_H
#define TOOLS_SCENARIO_WHERE_TYPE_H

#include <stddef.h>

#include "tools/scenario/where_node.h"

struct err;

/* The type of a knob, or of a number with its unit. */
void where_type_set(struct where_node *node, enum knob_kind kind);

/* "a time" */
void where_type_describe(const struct where_node *node, char *text,
    size_t room);

/*
 * Both sides of + - and of comparisons are of one kind; the node gets the type
 * and the factors that bring both to one scale.
 */
int where_type_align(struct where_node *node, struct where_node *left,
    struct where_node *right, const char *sign, struct err *err);

/* A product or a quotient: that of the units too. */
int where_type_product(struct where_node *node, const struct where_node *left,
    const struct where_node *right, struct err *err);

#endif
