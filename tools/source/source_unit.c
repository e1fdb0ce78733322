/*
 * The tree of debugging entries is walked here and not by dwarf_getscopes(),
 * whose way out of an inlined function leads to where that was written and not
 * to where it was inlined.  And it is kept: libdw begins at the first function
 * of the unit whenever it is asked.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "tools/source/source_unit.h"

#include <dwarf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/source/source.h"

/* Code of a scope, beside that of the others that are inside of the same. */
struct piece {
	Dwarf_Addr first;
	Dwarf_Addr end;
	Dwarf_Addr reach;	/* the highest end of this and those before it */
	size_t scope;
};

/* A function, a block, something inlined; and the unit itself, around them. */
struct scope {
	Dwarf_Die die;
	int tag;
	const char *name;	/* NULL: nobody has asked yet */
	bool entered;		/* what follows is known */
	struct scope *inner;	/* those with code, in the order of the unit */
	size_t inner_count;
	struct piece *pieces;	/* of them, by their first address */
	size_t piece_count;
	bool sorted;		/* what follows is known */
	struct row *rows;	/* of an outermost one: by words, then by index */
	size_t row_count;
};

struct words {
	const char *function;	/* NULL: it is in none */
	const char *within;
};

/* A row of the line table that is of a line, in a function. */
struct row {
	struct words words;
	size_t index;		/* in the line table, which is by address */
	int number;
};

struct source_unit {
	struct scope whole;
};

struct source_unit *
source_unit_create(const Dwarf_Die *die)
{
	struct source_unit *unit;

	unit = must_alloc(1, sizeof(*unit));
	unit->whole.die = *die;
	return (unit);
}

/* --- scopes ------------------------------------------------------------------- */

/* True if it has code. */
static bool
scope_pieces(struct scope *scope, Dwarf_Die *die)
{
	struct piece *piece;
	Dwarf_Addr base, first, end;
	ptrdiff_t next;
	size_t before;

	before = scope->piece_count;
	next = 0;
	while ((next = dwarf_ranges(die, next, &base, &first, &end)) > 0) {
		scope->pieces = must_grow(scope->pieces, scope->piece_count,
		    sizeof(*scope->pieces));
		piece = &scope->pieces[scope->piece_count++];
		piece->first = first;
		piece->end = end;
		piece->scope = scope->inner_count;
	}
	return (scope->piece_count > before);
}

static int
piece_order(const void *one, const void *other)
{
	const struct piece *a = one, *b = other;

	if (a->first != b->first)
		return (a->first > b->first ? 1 : -1);
	if (a->scope != b->scope)
		return (a->scope > b->scope ? 1 : -1);
	return ((a->end > b->end) - (a->end < b->end));
}

static void
scope_sort(struct scope *scope)
{
	Dwarf_Addr reach;
	size_t i;

	if (scope->piece_count == 0)
		return;
	qsort(scope->pieces, scope->piece_count, sizeof(*scope->pieces),
	    piece_order);
	reach = 0;
	for (i = 0; i < scope->piece_count; i++) {
		if (scope->pieces[i].end > reach)
			reach = scope->pieces[i].end;
		scope->pieces[i].reach = reach;
	}
}

static void
scope_enter(struct scope *scope)
{
	struct scope *inner;
	Dwarf_Die child;
	int tag;

	scope->entered = true;
	if (dwarf_child(&scope->die, &child) != 0)
		return;
	do {
		tag = dwarf_tag(&child);
		if ((tag != DW_TAG_subprogram &&
		    tag != DW_TAG_inlined_subroutine &&
		    tag != DW_TAG_lexical_block) ||
		    !scope_pieces(scope, &child))
			continue;
		scope->inner = must_grow(scope->inner, scope->inner_count,
		    sizeof(*scope->inner));
		inner = &scope->inner[scope->inner_count++];
		memset(inner, 0, sizeof(*inner));
		inner->die = child;
		inner->tag = tag;
	} while (dwarf_siblingof(&child, &child) == 0);
	scope_sort(scope);
}

/* One step from the unit inwards; NULL: there is nothing further inside. */
static struct scope *
scope_inside(struct scope *scope, Dwarf_Addr address)
{
	size_t low, high, middle, found;

	if (!scope->entered)
		scope_enter(scope);
	low = 0;
	high = scope->piece_count;
	while (low < high) {
		middle = low + (high - low) / 2;
		if (scope->pieces[middle].first <= address)
			low = middle + 1;
		else
			high = middle;
	}
	/* Where several claim the address, the first of the unit has it. */
	found = scope->inner_count;
	for (; low > 0 && scope->pieces[low - 1].reach > address; low--)
		if (scope->pieces[low - 1].end > address &&
		    scope->pieces[low - 1].scope < found)
			found = scope->pieces[low - 1].scope;
	return (found < scope->inner_count ? &scope->inner[found] : NULL);
}

/* An inlined or cloned function's name is with the one that was written. */
static const char *
scope_name(struct scope *scope)
{
	Dwarf_Attribute attribute;

	if (scope->name == NULL)
		scope->name = dwarf_formstring(dwarf_attr_integrate(
		    &scope->die, DW_AT_name, &attribute));
	if (scope->name == NULL)
		scope->name = "?";
	return (scope->name);
}

static struct words
find_words(struct scope *outermost, Dwarf_Addr address)
{
	struct words words = { NULL, "" };
	struct scope *scope;

	for (scope = outermost; scope != NULL;
	    scope = scope_inside(scope, address)) {
		if (scope->tag == DW_TAG_lexical_block)
			continue;
		if (scope->tag == DW_TAG_subprogram)
			words.within = "";
		else if (words.within[0] == '\0')
			words.within = words.function == NULL ? "?" :
			    words.function;
		words.function = scope_name(scope);
	}
	return (words);
}

/* --- lines ---------------------------------------------------------------------- */

static int
text_order(const char *one, const char *other)
{

	/* Mostly they are one text: libdw does not copy it. */
	return (one == other ? 0 : strcmp(one, other));
}

static int
words_order(const struct words *one, const struct words *other)
{
	int order;

	order = text_order(one->function, other->function);
	return (order != 0 ? order : text_order(one->within, other->within));
}

static int
row_order(const void *one, const void *other)
{
	const struct row *a = one, *b = other;
	int order;

	order = words_order(&a->words, &b->words);
	return (order != 0 ? order :
	    (a->index > b->index) - (a->index < b->index));
}

/* The first row at this address or after it. */
static size_t
line_index(Dwarf_Lines *lines, size_t count, Dwarf_Addr address)
{
	Dwarf_Addr other;
	size_t low, high, middle;

	low = 0;
	high = count;
	while (low < high) {
		middle = low + (high - low) / 2;
		if (dwarf_lineaddr(dwarf_onesrcline(lines, middle),
		    &other) == 0 && other < address)
			low = middle + 1;
		else
			high = middle;
	}
	return (low);
}

/* Adds the rows of one piece of an outermost scope. */
static void
add_rows(struct source_unit *unit, struct scope *outermost,
    const struct piece *piece, Dwarf_Lines *lines, size_t count)
{
	struct row row;
	Dwarf_Line *line;
	Dwarf_Addr address;

	for (row.index = line_index(lines, count, piece->first);
	    row.index < count; row.index++) {
		line = dwarf_onesrcline(lines, row.index);
		if (dwarf_lineaddr(line, &address) != 0 ||
		    address >= piece->end)
			break;
		if (dwarf_lineno(line, &row.number) != 0 || row.number == 0 ||
		    scope_inside(&unit->whole, address) != outermost)
			continue;
		row.words = find_words(outermost, address);
		if (row.words.function == NULL)
			continue;
		outermost->rows = must_grow(outermost->rows,
		    outermost->row_count, sizeof(*outermost->rows));
		outermost->rows[outermost->row_count++] = row;
	}
}

static void
sort_rows(struct source_unit *unit, struct scope *outermost,
    Dwarf_Lines *lines, size_t count)
{
	const struct piece *piece;
	size_t i, which;

	outermost->sorted = true;
	which = (size_t)(outermost - unit->whole.inner);
	for (i = 0; i < unit->whole.piece_count; i++) {
		piece = &unit->whole.pieces[i];
		if (piece->scope == which)
			add_rows(unit, outermost, piece, lines, count);
	}
	if (outermost->row_count > 0)
		qsort(outermost->rows, outermost->row_count,
		    sizeof(*outermost->rows), row_order);
}

/*
 * Code that belongs to several lines has line 0: clang makes one access of two
 * that end the branches of an if.  Then the nearest line before it in the same
 * function is the best that can be told.
 */
static void
find_neighbour(struct source_unit *unit, struct scope *outermost,
    Dwarf_Line *line, const struct words *words, struct source *source)
{
	struct row key;
	Dwarf_Lines *lines;
	Dwarf_Addr address;
	size_t count, low, high, middle;

	if (words->function == NULL ||
	    dwarf_getsrclines(&unit->whole.die, &lines, &count) != 0 ||
	    dwarf_lineaddr(line, &address) != 0)
		return;
	if (!outermost->sorted)
		sort_rows(unit, outermost, lines, count);
	key.words = *words;
	key.index = line_index(lines, count, address);
	/* Several may be of one address. */
	while (key.index < count && dwarf_onesrcline(lines, key.index) != line)
		key.index++;
	low = 0;
	high = outermost->row_count;
	while (low < high) {
		middle = low + (high - low) / 2;
		if (row_order(&outermost->rows[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 ||
	    words_order(&outermost->rows[low - 1].words, words) != 0)
		return;
	source->line = outermost->rows[low - 1].number;
	source->near = true;
}

void
source_unit_find(struct source_unit *unit, Dwarf_Addr address,
    struct source *source)
{
	const char *path, *slash;
	struct scope *outermost;
	struct words words;
	Dwarf_Line *line;

	outermost = scope_inside(&unit->whole, address);
	words = find_words(outermost, address);
	if (words.function != NULL) {
		snprintf(source->function, sizeof(source->function), "%s",
		    words.function);
		snprintf(source->within, sizeof(source->within), "%s",
		    words.within);
	}
	line = dwarf_getsrc_die(&unit->whole.die, address);
	path = dwarf_linesrc(line, NULL, NULL);
	if (path == NULL || dwarf_lineno(line, &source->line) != 0)
		return;
	slash = strrchr(path, '/');
	snprintf(source->file, sizeof(source->file), "%s",
	    slash == NULL ? path : slash + 1);
	if (source->line == 0)
		find_neighbour(unit, outermost, line, &words, source);
}
