/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/kmod/object_relocate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "sim/kmod/kpi.h"

/* --- symbols ------------------------------------------------------------ */

static int
damaged_symbol(struct object_reader *reader, uint64_t index)
{

	return (err_set(reader->err, "symbol %llu makes no sense; the file is "
	    "damaged", (unsigned long long)index));
}

/* The names of what the kernel does not have, as far as there is room. */
struct missing {
	char text[400];
	size_t used;
	size_t count;
};

static void
miss(struct missing *missing, const char *name)
{

	if (missing->count++ < 8)
		missing->used += (size_t)snprintf(missing->text +
		    missing->used, sizeof(missing->text) - missing->used,
		    "%s%.40s", missing->count == 1 ? "" : ", ", name);
}

static void
import(struct object_reader *reader, struct object_symbol *symbol, int row)
{
	uint64_t i;

	if (kpi_rows[row].function == NULL) {
		symbol->kind = kpi_rows[row].bytes == 0 ? SYMBOL_TICKS :
		    SYMBOL_VARIABLE;
		symbol->index = (uint32_t)row;
		return;
	}
	for (i = 0; i < reader->import_count; i++)
		if (reader->imports[i] == (uint32_t)row)
			break;
	if (i == reader->import_count)
		reader->imports[reader->import_count++] = (uint32_t)row;
	symbol->kind = SYMBOL_FUNCTION;
	symbol->index = (uint32_t)i;
}

static int
read_symbol(struct object_reader *reader, uint64_t index,
    const Elf64_Sym *entry, struct missing *missing)
{
	struct object_symbol *symbol;
	int row;

	symbol = &reader->symbols[index];
	symbol->name = object_string(reader,
	    reader->sections[reader->symbol_section].sh_link, entry->st_name);
	if (symbol->name == NULL)
		return (damaged_symbol(reader, index));
	symbol->value = entry->st_value;
	if (ELF64_ST_TYPE(entry->st_info) == STT_TLS ||
	    ELF64_ST_TYPE(entry->st_info) == STT_GNU_IFUNC)
		return (err_set(reader->err, "%.60s is a variable of threads "
		    "or chosen when it is linked; kernels have neither",
		    symbol->name));
	switch (entry->st_shndx) {
	case SHN_UNDEF:
		if (index == 0)
			break;
		row = kpi_find(symbol->name);
		if (row != KPI_NONE)
			import(reader, symbol, row);
		else if (ELF64_ST_BIND(entry->st_info) == STB_WEAK) {
			symbol->kind = SYMBOL_ABSOLUTE;
			symbol->value = 0;
		} else if (strcmp(symbol->name, "_GLOBAL_OFFSET_TABLE_") != 0)
			miss(missing, symbol->name);
		break;
	case SHN_ABS:
		symbol->kind = SYMBOL_ABSOLUTE;
		break;
	case SHN_COMMON:
		symbol->kind = SYMBOL_COMMON;
		symbol->align = entry->st_value;
		symbol->bytes = entry->st_size;
		if (symbol->align > OBJECT_PAGE ||
		    (symbol->align & (symbol->align - 1)) != 0)
			return (damaged_symbol(reader, index));
		break;
	default:
		if (entry->st_shndx >= reader->section_count)
			return (damaged_symbol(reader, index));
		if (reader->kinds[entry->st_shndx] == OBJECT_LEFT_OUT)
			break;
		if (entry->st_value >
		    reader->sections[entry->st_shndx].sh_size)
			return (damaged_symbol(reader, index));
		symbol->kind = SYMBOL_SECTION;
		symbol->index = entry->st_shndx;
		break;
	}
	return (0);
}

/* Its accesses would not be seen. */
static int
check_instrumented(const struct object_reader *reader)
{
	uint64_t i;

	for (i = 0; i < reader->import_count; i++)
		if (strncmp(kpi_rows[reader->imports[i]].name, "__tsan_",
		    7) == 0)
			return (0);
	return (err_set(reader->err, "it was compiled without "
	    "-fsanitize=thread, so that its accesses could not be seen; "
	    "compile it with the flags of `gusim kmod flags`"));
}

int
object_read_symbols(struct object_reader *reader)
{
	const Elf64_Shdr *section;
	struct missing missing;
	Elf64_Sym entry;
	uint64_t i;
	uint32_t s, found;

	found = 0;
	for (s = 0; s < reader->section_count; s++)
		if (reader->sections[s].sh_type == SHT_SYMTAB) {
			reader->symbol_section = s;
			found++;
		}
	section = &reader->sections[reader->symbol_section];
	if (found != 1 || section->sh_entsize != sizeof(Elf64_Sym))
		return (err_set(reader->err, "it has %u tables of symbols, "
		    "allowed is one; was it stripped?", found));
	reader->symbol_count = section->sh_size / sizeof(Elf64_Sym);
	reader->symbols = must_alloc(reader->symbol_count + 1,
	    sizeof(*reader->symbols));
	reader->imports = must_alloc(kpi_row_count, sizeof(*reader->imports));
	memset(&missing, 0, sizeof(missing));
	for (i = 0; i < reader->symbol_count; i++) {
		memcpy(&entry, reader->object->file + section->sh_offset +
		    i * sizeof(entry), sizeof(entry));
		if (read_symbol(reader, i, &entry, &missing) != 0)
			return (-1);
	}
	if (missing.count > 0)
		return (err_set(reader->err, "the kernel does not have %s%s; "
		    "docs/kernel-modules.md says what it has", missing.text,
		    missing.count > 8 ? " and more" : ""));
	return (check_instrumented(reader));
}

int
object_place_commons(struct object_reader *reader,
    int (*place)(struct object_reader *reader, uint64_t bytes, uint64_t align,
    uint64_t *at))
{
	struct object_symbol *symbol;
	uint64_t i;

	for (i = 0; i < reader->symbol_count; i++) {
		symbol = &reader->symbols[i];
		if (symbol->kind == SYMBOL_COMMON && place(reader,
		    symbol->bytes, symbol->align, &symbol->value) != 0)
			return (-1);
	}
	return (0);
}

/* --- relocations -------------------------------------------------------- */

/* Where in the image the symbol is; false: it is not in it. */
static bool
image_place(const struct object_reader *reader,
    const struct object_symbol *symbol, uint64_t *at)
{

	switch (symbol->kind) {
	case SYMBOL_SECTION:
		*at = reader->places[symbol->index] + symbol->value;
		return (true);
	case SYMBOL_COMMON:
		*at = symbol->value;
		return (true);
	case SYMBOL_FUNCTION:
		*at = reader->hops + symbol->index * OBJECT_HOP_BYTES;
		return (true);
	case SYMBOL_VARIABLE:
		*at = reader->object->variables[symbol->index];
		return (true);
	case SYMBOL_NOWHERE:
	case SYMBOL_ABSOLUTE:
	case SYMBOL_TICKS:
		break;
	}
	return (false);
}

static void
add_fixup(struct object *object, uint64_t at, enum object_base base,
    uint64_t value)
{
	struct object_fixup *fixup;

	object->fixups = must_grow(object->fixups, object->fixup_count,
	    sizeof(*object->fixups));
	fixup = &object->fixups[object->fixup_count++];
	fixup->at = (uint32_t)at;
	fixup->base = base;
	fixup->value = value;
}

static void
add_address(const struct object_reader *reader,
    const struct object_symbol *symbol, uint64_t addend, uint64_t at)
{
	uint64_t place;

	if (image_place(reader, symbol, &place))
		add_fixup(reader->object, at, FIXUP_IMAGE, place + addend);
	else
		add_fixup(reader->object, at, symbol->kind == SYMBOL_TICKS ?
		    FIXUP_TICKS : FIXUP_ABSOLUTE, symbol->value + addend);
}

/* The symbol's entry in the table of addresses. */
static uint64_t
table_slot(struct object_reader *reader, struct object_symbol *symbol)
{
	uint64_t at;

	at = reader->table + (uint64_t)(symbol - reader->symbols) * 8;
	if (!symbol->used)
		add_address(reader, symbol, 0, at);
	symbol->used = 1;
	return (at);
}

static int
put_distance(struct object_reader *reader, uint64_t at, uint64_t distance,
    unsigned bytes)
{
	int32_t narrow;

	if (bytes == 8) {
		memcpy(reader->object->image + at, &distance, 8);
		return (0);
	}
	narrow = (int32_t)(int64_t)distance;
	if ((uint64_t)(int64_t)narrow != distance)
		return (err_set(reader->err, "a distance of its code is larger "
		    "than 31 bits; the file is damaged"));
	memcpy(reader->object->image + at, &narrow, 4);
	return (0);
}

static int
relocate_one(struct object_reader *reader, uint32_t section,
    const Elf64_Rela *entry)
{
	struct object_symbol *symbol;
	uint64_t addend, at, place, room;
	uint32_t type;

	type = (uint32_t)ELF64_R_TYPE(entry->r_info);
	if (type == R_X86_64_NONE)
		return (0);
	room = type == R_X86_64_64 || type == R_X86_64_PC64 ? 8 : 4;
	if (ELF64_R_SYM(entry->r_info) >= reader->symbol_count ||
	    entry->r_offset > reader->sections[section].sh_size ||
	    reader->sections[section].sh_size - entry->r_offset < room)
		return (err_set(reader->err, "a relocation points out of its "
		    "section; the file is damaged"));
	symbol = &reader->symbols[ELF64_R_SYM(entry->r_info)];
	if (symbol->kind == SYMBOL_NOWHERE)
		return (err_set(reader->err, "its code needs \"%.60s\", which "
		    "is in no section that is loaded", symbol->name));
	at = reader->places[section] + entry->r_offset;
	addend = (uint64_t)entry->r_addend;
	switch (type) {
	case R_X86_64_64:
		add_address(reader, symbol, addend, at);
		return (0);
	case R_X86_64_PC32:
	case R_X86_64_PLT32:
	case R_X86_64_PC64:
		if (!image_place(reader, symbol, &place))
			return (err_set(reader->err, "its code reaches for "
			    "\"%.60s\", which it can only through a "
			    "pointer; compile it with -fPIC", symbol->name));
		return (put_distance(reader, at, place + addend - at,
		    (unsigned)room));
	case R_X86_64_GOTPCREL:
	case R_X86_64_GOTPCRELX:
	case R_X86_64_REX_GOTPCRELX:
		return (put_distance(reader, at, table_slot(reader, symbol) +
		    addend - at, 4));
	case R_X86_64_32:
	case R_X86_64_32S:
		return (err_set(reader->err, "it is not position independent; "
		    "compile it with the flags of `gusim kmod flags`"));
	default:
		return (err_set(reader->err, "relocation type %u of x86-64 is "
		    "not known here; compile it with the flags of `gusim "
		    "kmod flags`", type));
	}
}

static int
relocate_section(struct object_reader *reader, const Elf64_Shdr *table)
{
	Elf64_Rela entry;
	uint32_t target;
	uint64_t i;

	target = table->sh_info;
	if (target >= reader->section_count ||
	    reader->kinds[target] == OBJECT_LEFT_OUT)
		return (0);
	if (table->sh_type == SHT_REL || reader->kinds[target] == OBJECT_ZERO ||
	    reader->sections[target].sh_type == SHT_NOBITS ||
	    table->sh_link != reader->symbol_section ||
	    table->sh_entsize != sizeof(entry))
		return (err_set(reader->err, "its relocations are of a kind "
		    "that x86-64 does not have; the file is damaged"));
	for (i = 0; i < table->sh_size / sizeof(entry); i++) {
		memcpy(&entry, reader->object->file + table->sh_offset +
		    i * sizeof(entry), sizeof(entry));
		if (relocate_one(reader, target, &entry) != 0)
			return (-1);
	}
	return (0);
}

/* jmp *slot(%rip), for each function of the kernel that the module calls. */
static void
write_hops(struct object_reader *reader)
{
	unsigned char *hop;
	uint64_t at, slot, i;
	int32_t distance;

	for (i = 0; i < reader->import_count; i++) {
		at = reader->hops + i * OBJECT_HOP_BYTES;
		slot = reader->slots + i * 8;
		distance = (int32_t)(slot - (at + 6));
		hop = reader->object->image + at;
		memset(hop, 0xcc, OBJECT_HOP_BYTES);
		hop[0] = 0xff;
		hop[1] = 0x25;
		memcpy(hop + 2, &distance, sizeof(distance));
		add_fixup(reader->object, slot, FIXUP_KERNEL,
		    reader->imports[i]);
	}
}

int
object_relocate(struct object_reader *reader)
{
	const Elf64_Shdr *table;
	uint32_t i;

	write_hops(reader);
	for (i = 0; i < reader->section_count; i++) {
		table = &reader->sections[i];
		if ((table->sh_type == SHT_RELA || table->sh_type == SHT_REL) &&
		    relocate_section(reader, table) != 0)
			return (-1);
	}
	return (0);
}
