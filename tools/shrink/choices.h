/*
 * choices - which choices does the failure need, and how simple can they be?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SHRINK_CHOICES_H
#define TOOLS_SHRINK_CHOICES_H

#include <stdint.h>

struct shrink;

/* Leaves choices of the best run out; and puts two into one. */
void choices_fewer(struct shrink *shrink);

/*
 * Stops and held stores get shorter and of round length, stops become those of
 * a hypervisor, which respects nothing; older reads and ranks get lower.
 */
void choices_simpler(struct shrink *shrink);

/* With two digits that are not 0, and not below. */
uint64_t choices_round(uint64_t ps);

#endif
