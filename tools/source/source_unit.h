/*
 * source_unit - what was written here, as one compilation unit tells it?
 *
 * The debugging entries of a unit are a tree: functions, blocks in them, what
 * was inlined there.  What is asked for is the innermost that has code at an
 * address, and the line.  The entries inside of another one are read when
 * somebody first asks for an address in it, and kept by address.
 *
 * Cost        the first question reads the lines and the outermost entries of
 *             the unit, the first of a function what is inside of it, the
 *             first that is of no line the lines of its function; then binary
 *             searches.  Memory is bounded by the debug information.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SOURCE_SOURCE_UNIT_H
#define TOOLS_SOURCE_SOURCE_UNIT_H

#include <elfutils/libdw.h>

struct source;
struct source_unit;

/* Stays until the program ends; reads nothing yet. */
struct source_unit *source_unit_create(const Dwarf_Die *die);

/* Fills in what is known of code at `address`; the rest stays as it was. */
void source_unit_find(struct source_unit *unit, Dwarf_Addr address,
    struct source *source);

#endif
