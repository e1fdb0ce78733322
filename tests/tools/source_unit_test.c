/*
 * source_unit_test - does the index of a unit say what a plain walk says?
 *
 * The walk begins at the first entry of the unit each time and goes into the
 * first that has the address; code of no line goes back through the lines one
 * by one.  The code asked for is this program's own.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/must.h"
#include "tools/source/source.h"
#include "tools/source/source_unit.h"

enum {
	ROWS_A_UNIT = 60,	/* that are asked for, spread over it */
	UNIT_ROWS_MAX = 3000,	/* of a unit that is walked back through */
	NEAR_A_UNIT = 2
};

/* As everywhere, a unit stays until the program ends. */
static struct source_unit **units;
static size_t unit_count;

struct tally {
	size_t asked;
	size_t inlined;
	size_t near;
};

static bool
step_inside(Dwarf_Die *die, Dwarf_Addr address)
{
	Dwarf_Die child;
	int tag;

	if (dwarf_child(die, &child) != 0)
		return (false);
	do {
		tag = dwarf_tag(&child);
		if ((tag == DW_TAG_subprogram ||
		    tag == DW_TAG_inlined_subroutine ||
		    tag == DW_TAG_lexical_block) &&
		    dwarf_haspc(&child, address) > 0) {
			*die = child;
			return (true);
		}
	} while (dwarf_siblingof(&child, &child) == 0);
	return (false);
}

/* Both stay empty outside of functions. */
static void
walk(const Dwarf_Die *unit, Dwarf_Addr address, struct source *source)
{
	Dwarf_Attribute attribute;
	Dwarf_Die die = *unit;

	memset(source, 0, sizeof(*source));
	while (step_inside(&die, address)) {
		if (dwarf_tag(&die) == DW_TAG_lexical_block)
			continue;
		if (dwarf_tag(&die) == DW_TAG_subprogram)
			source->within[0] = '\0';
		else if (source->within[0] == '\0')
			memcpy(source->within, source->function,
			    sizeof(source->within));
		snprintf(source->function, sizeof(source->function), "%s",
		    dwarf_formstring(dwarf_attr_integrate(&die, DW_AT_name,
		    &attribute)));
	}
}

/* The line of the nearest row before this one in the same function, or 0. */
static int
walk_back(const Dwarf_Die *unit, Dwarf_Lines *lines, size_t row,
    const struct source *here)
{
	struct source source;
	Dwarf_Line *line;
	Dwarf_Addr address;
	int number;

	while (row-- > 0) {
		line = dwarf_onesrcline(lines, row);
		cr_assert_eq(dwarf_lineaddr(line, &address), 0);
		cr_assert_eq(dwarf_lineno(line, &number), 0);
		if (number == 0)
			continue;
		walk(unit, address, &source);
		if (strcmp(source.function, here->function) == 0 &&
		    strcmp(source.within, here->within) == 0)
			return (number);
	}
	return (0);
}

static void
ask(Dwarf_Die *die, struct source_unit *unit, Dwarf_Addr address,
    struct tally *tally)
{
	struct source found, walked;

	memset(&found, 0, sizeof(found));
	source_unit_find(unit, address, &found);
	walk(die, address, &walked);
	cr_assert_str_eq(found.function, walked.function);
	cr_assert_str_eq(found.within, walked.within);
	tally->asked++;
	tally->inlined += found.within[0] != '\0';
}

static void
ask_near(Dwarf_Die *die, struct source_unit *unit, Dwarf_Lines *lines,
    size_t row, struct tally *tally)
{
	struct source found, walked;
	Dwarf_Addr address;
	int number;

	cr_assert_eq(dwarf_lineaddr(dwarf_onesrcline(lines, row), &address),
	    0);
	memset(&found, 0, sizeof(found));
	source_unit_find(unit, address, &found);
	walk(die, address, &walked);
	if (walked.function[0] == '\0')
		return;
	number = walk_back(die, lines, row, &walked);
	cr_assert_eq(found.line, number, "%s is near %d, not %d",
	    found.function, number, found.line);
	cr_assert_eq(found.near, number != 0);
	tally->near += found.near;
}

/* Is this row of no line, and what the unit has for its address? */
static bool
is_near(Dwarf_Die *die, Dwarf_Lines *lines, size_t row)
{
	Dwarf_Line *line;
	Dwarf_Addr address;
	int number;

	line = dwarf_onesrcline(lines, row);
	return (dwarf_lineno(line, &number) == 0 && number == 0 &&
	    dwarf_lineaddr(line, &address) == 0 &&
	    dwarf_getsrc_die(die, address) == line);
}

static void
ask_unit(Dwarf_Die *die, struct tally *tally)
{
	struct source_unit *unit;
	Dwarf_Lines *lines;
	Dwarf_Addr address;
	size_t count, row, near;

	if (dwarf_getsrclines(die, &lines, &count) != 0 || count == 0)
		return;
	unit = source_unit_create(die);
	units = must_grow(units, unit_count, sizeof(*units));
	units[unit_count++] = unit;
	for (row = 0; row < count; row += count / ROWS_A_UNIT + 1) {
		cr_assert_eq(dwarf_lineaddr(dwarf_onesrcline(lines, row),
		    &address), 0);
		ask(die, unit, address, tally);
	}
	near = 0;
	for (row = count; count <= UNIT_ROWS_MAX && row-- > 0 &&
	    near < NEAR_A_UNIT;)
		if (is_near(die, lines, row)) {
			ask_near(die, unit, lines, row, tally);
			near++;
		}
}

Test(source_unit, the_index_says_what_a_plain_walk_says)
{
	struct tally tally = { 0 };
	struct source source;
	Dwarf_CU *next;
	Dwarf_Die die;
	Dwarf *dwarf;
	int file;

	/* Brings the whole simulator into this program, to be asked for. */
	cr_assert_not(source_find(0, &source));
	file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	cr_assert_geq(file, 0);
	dwarf = dwarf_begin(file, DWARF_C_READ);
	cr_assert_not_null(dwarf);
	next = NULL;
	while (dwarf_get_units(dwarf, next, &next, NULL, NULL, &die,
	    NULL) == 0)
		if (dwarf_tag(&die) == DW_TAG_compile_unit)
			ask_unit(&die, &tally);
	cr_expect_gt(tally.asked, 1000);
	cr_expect_gt(tally.inlined, 100);
#ifdef __clang__
	/* gcc gives a line to all code. */
	cr_expect_gt(tally.near, 20);
#endif
	dwarf_end(dwarf);
	close(file);
}
