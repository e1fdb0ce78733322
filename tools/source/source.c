/*
 * Units are looked up in .debug_aranges, and where that has no answer in a table
 * of our own: clang writes none, and reading the head of each unit that gcc has
 * written takes longer than all else that is asked for.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "tools/source/source.h"

#include <elfutils/libdw.h>

#include <dwarf.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/must.h"
#include "sim/kmod/kmod.h"
#include "sim/plugin.h"
#include "tools/plugin/plugin.h"
#include "tools/source/source_module.h"
#include "tools/source/source_unit.h"

/* One compilation unit. */
struct unit {
	Dwarf_Off offset;
	struct source_unit *unit;
};

/* Code of one. */
struct stretch {
	Dwarf_Addr first;
	Dwarf_Addr end;
	struct source_unit *unit;
};

/* One file with debug information. */
struct image {
	bool opened;
	Dwarf *dwarf;		/* NULL: there is no debug information */
	Dwarf_Addr start;	/* of its first byte, as it was linked */
	struct unit *units;	/* that were met so far, by offset */
	size_t unit_count;
	bool indexed;		/* what follows is known */
	struct stretch *stretches;	/* by address, none overlaps */
	size_t stretch_count;
	struct source_module *module;	/* where its sections are; NULL: no module */
	const void *file;	/* of a module */
	struct image *next;
};

static struct image program;
static struct image *modules;
static struct image plugins[PLUGINS_MAX];

/* --- the program's own file -------------------------------------------------- */

static int
stretch_order(const void *one, const void *other)
{
	const struct stretch *a = one, *b = other;

	return ((a->first > b->first) - (a->first < b->first));
}

static struct source_unit *
image_unit(struct image *image, Dwarf_Die *die)
{
	struct unit *unit;
	Dwarf_Off offset;
	size_t low, high, middle;

	offset = dwarf_dieoffset(die);
	low = 0;
	high = image->unit_count;
	while (low < high) {
		middle = low + (high - low) / 2;
		if (image->units[middle].offset < offset)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == image->unit_count || image->units[low].offset != offset) {
		image->units = must_grow(image->units, image->unit_count,
		    sizeof(*image->units));
		unit = &image->units[low];
		memmove(unit + 1, unit,
		    (image->unit_count - low) * sizeof(*unit));
		image->unit_count++;
		unit->offset = offset;
		unit->unit = source_unit_create(die);
	}
	return (image->units[low].unit);
}

static void
unit_stretches(struct image *image, Dwarf_Die *die)
{
	struct stretch *stretch;
	Dwarf_Addr base, first, end;
	ptrdiff_t next;

	next = 0;
	while ((next = dwarf_ranges(die, next, &base, &first, &end)) > 0) {
		image->stretches = must_grow(image->stretches,
		    image->stretch_count, sizeof(*image->stretches));
		stretch = &image->stretches[image->stretch_count++];
		stretch->first = first;
		stretch->end = end;
		stretch->unit = image_unit(image, die);
	}
}

/* Where __executable_start was linked to: where the first segment begins. */
static Dwarf_Addr
image_start(Elf *elf)
{
	Dwarf_Addr start;
	GElf_Phdr header;
	size_t count, i;

	start = UINT64_MAX;
	if (elf_getphdrnum(elf, &count) != 0)
		return (0);
	for (i = 0; i < count; i++)
		if (gelf_getphdr(elf, (int)i, &header) != NULL &&
		    header.p_type == PT_LOAD && header.p_vaddr < start)
			start = header.p_vaddr;
	return (start == UINT64_MAX ? 0 : start);
}

/* Units are looked up by the addresses that they have code at. */
static void
image_index(struct image *image)
{
	Dwarf_CU *unit;
	Dwarf_Die die;

	image->indexed = true;
	unit = NULL;
	while (dwarf_get_units(image->dwarf, unit, &unit, NULL, NULL, &die,
	    NULL) == 0)
		if (dwarf_tag(&die) == DW_TAG_compile_unit)
			unit_stretches(image, &die);
	if (image->stretch_count > 0)
		qsort(image->stretches, image->stretch_count,
		    sizeof(*image->stretches), stretch_order);
}

static void
image_open(struct image *image, int file)
{

	image->opened = true;
	if (file < 0)
		return;
	/* Stays open: libdw reads when it is asked. */
	image->dwarf = dwarf_begin(file, DWARF_C_READ);
	if (image->dwarf == NULL) {
		close(file);
		return;
	}
	image->start = image_start(dwarf_getelf(image->dwarf));
}

/* The program's own file, or that of a plugin; and the distance in it. */
static struct image *
file_image(uint64_t *place)
{
	struct image *image;
	size_t number;

	if (plugin_place(*place, &number, place)) {
		image = &plugins[number];
		if (!image->opened)
			image_open(image, plugin_file(number));
		return (image);
	}
	if (!program.opened)
		image_open(&program, open("/proc/self/exe",
		    O_RDONLY | O_CLOEXEC));
	return (&program);
}

/* Each module is read once. */
static struct image *
module_image(const struct kmod_place *at)
{
	struct image *image;

	for (image = modules; image != NULL; image = image->next)
		if (image->file == at->file)
			return (image);
	image = must_alloc(1, sizeof(*image));
	image->opened = true;
	image->file = at->file;
	image->next = modules;
	modules = image;
	image->module = source_module_open(at, &image->dwarf);
	return (image);
}

static struct source_unit *
unit_find(struct image *image, Dwarf_Addr address)
{
	Dwarf_Die die;
	size_t low, high, middle;

	if (image->dwarf == NULL)
		return (NULL);
	if (dwarf_addrdie(image->dwarf, address, &die) != NULL)
		return (image_unit(image, &die));
	if (!image->indexed)
		image_index(image);
	low = 0;
	high = image->stretch_count;
	while (low < high) {
		middle = low + (high - low) / 2;
		if (image->stretches[middle].end <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return (low < image->stretch_count &&
	    image->stretches[low].first <= address ?
	    image->stretches[low].unit : NULL);
}

/* --- one place ------------------------------------------------------------------ */

static void
copy_text(char *to, size_t room, const char *from)
{

	snprintf(to, room, "%s", from);
}

bool
source_find(uint64_t place, struct source *source)
{
	struct kmod_place module;
	struct image *image;
	Dwarf_Addr address;
	struct source_unit *unit;

	memset(source, 0, sizeof(*source));
	copy_text(source->file, sizeof(source->file), "?");
	copy_text(source->function, sizeof(source->function), "?");
	if (place == 0)
		return (false);
	image = file_image(&place);
	address = image->start + place - 1;
	if (image == &program && kmod_place(place, &module)) {
		image = module_image(&module);
		address = image->module == NULL ? 0 :
		    source_module_address(image->module, &module) - 1;
	}
	unit = unit_find(image, address);
	if (unit == NULL && image->file != NULL) {
		/* At least the module, and where in it. */
		snprintf(source->file, sizeof(source->file), "%.60s",
		    module.name);
		snprintf(source->function, sizeof(source->function),
		    "%.60s+0x%x", module.section_name, module.offset - 1);
		return (true);
	}
	if (unit == NULL)
		return (false);
	source_unit_find(unit, address, source);
	return (strcmp(source->file, "?") != 0);
}

/* --- words ------------------------------------------------------------------------ */

const char *
source_text(uint64_t place, char text[SOURCE_TEXT_SIZE])
{
	struct source source;
	char line[16];

	if (!source_find(place, &source)) {
		copy_text(text, SOURCE_TEXT_SIZE, "?");
		return (text);
	}
	line[0] = '\0';
	if (source.line != 0)
		snprintf(line, sizeof(line), ":%d", source.line);
	snprintf(text, SOURCE_TEXT_SIZE, "%s%s%s (%s%s%s)",
	    source.near ? "near " : "", source.file, line, source.function,
	    source.within[0] == '\0' ? "" : ", inlined in ", source.within);
	return (text);
}

void
source_fill(const char *summary, const uint64_t *places, size_t count,
    char *text, size_t room)
{
	char words[SOURCE_TEXT_SIZE];
	size_t length, used, which;

	if (room == 0)
		return;
	for (used = 0; *summary != '\0' && used + 1 < room; used += length) {
		which = summary[0] == '@' && summary[1] >= '0' &&
		    summary[1] <= '9' ? (size_t)(summary[1] - '0') : count;
		if (which < count) {
			source_text(places[which], words);
			summary += 2;
		} else {
			words[0] = *summary++;
			words[1] = '\0';
		}
		length = strlen(words);
		if (length > room - 1 - used)
			length = room - 1 - used;
		memcpy(text + used, words, length);
	}
	text[used] = '\0';
}
