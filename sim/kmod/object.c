/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/kmod/object.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "sim/kmod/kpi.h"
#include "sim/kmod/object_relocate.h"

/* --- the file ----------------------------------------------------------- */

/* [offset, offset + bytes) lies in the file. */
static bool
within(const struct object *object, uint64_t offset, uint64_t bytes)
{

	return (offset <= object->file_bytes &&
	    bytes <= object->file_bytes - offset);
}

static int
read_header(struct object_reader *reader)
{
	const struct object *object = reader->object;
	Elf64_Ehdr header;
	struct err *err = reader->err;

	if (object->file_bytes < sizeof(header) ||
	    memcmp(object->file, ELFMAG, SELFMAG) != 0)
		return (err_set(err, "it is no ELF object; allowed is what "
		    "`cc -c` makes with the flags of `gusim kmod flags`"));
	memcpy(&header, object->file, sizeof(header));
	if (header.e_ident[EI_CLASS] != ELFCLASS64 ||
	    header.e_ident[EI_DATA] != ELFDATA2LSB ||
	    header.e_machine != EM_X86_64)
		return (err_set(err, "it is for machine %u of ELF, in %s; "
		    "allowed are objects for x86-64 (machine %d, 64 bits, "
		    "little-endian)", header.e_machine,
		    header.e_ident[EI_CLASS] == ELFCLASS64 ? "64 bits" :
		    "32 bits", EM_X86_64));
	if (header.e_type != ET_REL)
		return (err_set(err, "it is linked (ELF type %u); allowed is a "
		    "relocatable object, as `cc -c` or `ld -r` make it",
		    header.e_type));
	if (header.e_shentsize != sizeof(Elf64_Shdr) || header.e_shnum == 0 ||
	    header.e_shnum >= SHN_LORESERVE ||
	    !within(object, header.e_shoff, (uint64_t)header.e_shnum *
	    sizeof(Elf64_Shdr)))
		return (err_set(err, "its table of %u sections is not in the "
		    "file; the file is damaged or cut off", header.e_shnum));
	reader->section_count = header.e_shnum;
	reader->sections = must_alloc(header.e_shnum, sizeof(Elf64_Shdr));
	memcpy(reader->sections, object->file + header.e_shoff,
	    header.e_shnum * sizeof(Elf64_Shdr));
	reader->names = header.e_shstrndx;
	return (0);
}

const char *
object_string(const struct object_reader *reader, uint32_t section,
    uint64_t offset)
{
	const Elf64_Shdr *table;
	const char *text;

	if (section >= reader->section_count)
		return (NULL);
	table = &reader->sections[section];
	if (table->sh_type != SHT_STRTAB || offset >= table->sh_size)
		return (NULL);
	text = (const char *)reader->object->file + table->sh_offset + offset;
	return (memchr(text, '\0', table->sh_size - offset) == NULL ? NULL :
	    text);
}

/* Sections that a kernel does not run or look at. */
static bool
is_left_out(const Elf64_Shdr *section, const char *name)
{
	static const char *const left_out[] = { ".eh_frame", ".init_array",
		".fini_array", ".ctors", ".dtors", ".preinit_array" };
	size_t i;

	if ((section->sh_flags & SHF_ALLOC) == 0 ||
	    section->sh_type == SHT_NOTE)
		return (true);
	for (i = 0; i < sizeof(left_out) / sizeof(left_out[0]); i++)
		if (strncmp(name, left_out[i], strlen(left_out[i])) == 0)
			return (true);
	return (false);
}

static int
check_section(struct object_reader *reader, uint32_t index)
{
	const Elf64_Shdr *section;
	const char *name;

	section = &reader->sections[index];
	name = object_string(reader, reader->names, section->sh_name);
	if (name == NULL && section->sh_type != SHT_NULL)
		return (err_set(reader->err, "section %u has no name; the file "
		    "is damaged", index));
	if (section->sh_type == SHT_NULL || is_left_out(section, name))
		return (0);
	if ((section->sh_flags & SHF_TLS) != 0)
		return (err_set(reader->err, "section %.60s is for variables "
		    "of threads (__thread), which kernels do not have", name));
	if ((section->sh_flags & SHF_COMPRESSED) != 0 ||
	    (section->sh_flags & (SHF_WRITE | SHF_EXECINSTR)) ==
	    (SHF_WRITE | SHF_EXECINSTR))
		return (err_set(reader->err, "section %.60s is compressed, or "
		    "code that can be written; allowed is neither", name));
	if (section->sh_addralign > OBJECT_PAGE || (section->sh_addralign &
	    (section->sh_addralign - 1)) != 0)
		return (err_set(reader->err, "section %.60s is to be aligned "
		    "to %llu bytes; allowed are powers of two up to %d", name,
		    (unsigned long long)section->sh_addralign, OBJECT_PAGE));
	if (section->sh_size > OBJECT_IMAGE_MAX)
		return (err_set(reader->err, "section %.60s has %llu bytes; "
		    "allowed are %d", name,
		    (unsigned long long)section->sh_size, OBJECT_IMAGE_MAX));
	reader->kinds[index] = (section->sh_flags & SHF_EXECINSTR) != 0 ?
	    OBJECT_CODE : (section->sh_flags & SHF_WRITE) == 0 ?
	    OBJECT_CONSTANT : section->sh_type == SHT_NOBITS ? OBJECT_ZERO :
	    OBJECT_DATA;
	return (0);
}

static int
read_sections(struct object_reader *reader)
{
	const Elf64_Shdr *section;
	uint32_t i;

	/* All of them, before anybody looks into one. */
	for (i = 0; i < reader->section_count; i++) {
		section = &reader->sections[i];
		if (section->sh_type != SHT_NOBITS &&
		    section->sh_type != SHT_NULL && !within(reader->object,
		    section->sh_offset, section->sh_size))
			return (err_set(reader->err, "section %u is not in the "
			    "file; the file is damaged or cut off", i));
	}

	reader->kinds = must_alloc(reader->section_count,
	    sizeof(*reader->kinds));
	reader->places = must_alloc(reader->section_count,
	    sizeof(*reader->places));
	for (i = 0; i < reader->section_count; i++)
		if (check_section(reader, i) != 0)
			return (-1);
	return (0);
}

/* --- the image ---------------------------------------------------------- */

static int
place(struct object_reader *reader, uint64_t bytes, uint64_t align,
    uint64_t *at)
{

	if (align == 0)
		align = 1;
	*at = (reader->used + align - 1) & ~(align - 1);
	if (bytes > OBJECT_IMAGE_MAX || *at + bytes > OBJECT_IMAGE_MAX)
		return (err_set(reader->err, "the module takes more than %d "
		    "bytes of memory", OBJECT_IMAGE_MAX));
	reader->used = *at + bytes;
	return (0);
}

static int
place_kind(struct object_reader *reader, enum object_kind kind)
{
	const Elf64_Shdr *section;
	struct object *object = reader->object;
	struct object_part *part;
	uint64_t at;
	uint32_t i;

	for (i = 0; i < reader->section_count; i++) {
		section = &reader->sections[i];
		if (reader->kinds[i] != kind)
			continue;
		if (place(reader, section->sh_size, section->sh_addralign,
		    &at) != 0)
			return (-1);
		reader->places[i] = (uint32_t)at;
		part = &object->parts[object->part_count++];
		part->section = i;
		part->at = (uint32_t)at;
		part->bytes = (uint32_t)section->sh_size;
		part->name = object_string(reader, reader->names,
		    section->sh_name);
	}
	return (0);
}

static int
place_page(struct object_reader *reader)
{
	uint64_t at;

	return (place(reader, 0, OBJECT_PAGE, &at));
}

/* Everything has its place when this returns; the image is filled later. */
static int
lay_out(struct object_reader *reader)
{
	struct object *object = reader->object;
	uint64_t at;
	size_t i;

	object->parts = must_alloc(reader->section_count,
	    sizeof(*object->parts));
	object->variables = must_alloc(kpi_row_count,
	    sizeof(*object->variables));
	if (place_kind(reader, OBJECT_CODE) != 0)
		return (-1);
	if (reader->used > OBJECT_CODE_MAX)
		return (err_set(reader->err, "it has %llu bytes of code; "
		    "allowed are %d", (unsigned long long)reader->used,
		    OBJECT_CODE_MAX));
	if (place(reader, reader->import_count * OBJECT_HOP_BYTES, 16,
	    &reader->hops) != 0 ||
	    place(reader, reader->import_count * 8, 8, &reader->slots) != 0 ||
	    place(reader, reader->symbol_count * 8, 8, &reader->table) != 0 ||
	    place_kind(reader, OBJECT_CONSTANT) != 0 ||
	    place_page(reader) != 0)
		return (-1);
	object->code_bytes = (uint32_t)reader->used;
	if (place_kind(reader, OBJECT_DATA) != 0 ||
	    place(reader, 0, 64, &at) != 0)
		return (-1);
	object->zero = (uint32_t)at;
	if (place_kind(reader, OBJECT_ZERO) != 0 ||
	    object_place_commons(reader, place) != 0)
		return (-1);
	for (i = 0; i < kpi_row_count; i++) {
		if (kpi_rows[i].function != NULL || kpi_rows[i].bytes == 0)
			continue;
		if (place(reader, kpi_rows[i].bytes, 64, &at) != 0)
			return (-1);
		object->variables[i] = (uint32_t)at;
	}
	if (place_page(reader) != 0)
		return (-1);
	object->bytes = (uint32_t)reader->used;
	object->image = must_alloc(object->zero, 1);
	for (i = 0; i < object->part_count; i++)
		if (object->parts[i].at < object->zero)
			memcpy(object->image + object->parts[i].at,
			    object->file + reader->sections[
			    object->parts[i].section].sh_offset,
			    reader->sections[object->parts[i].section].
			    sh_type == SHT_NOBITS ? 0 :
			    object->parts[i].bytes);
	return (0);
}

static int
find_sets(struct object_reader *reader)
{
	struct object *object = reader->object;
	const struct object_part *part;
	struct object_set *set;
	size_t i;

	for (i = 0; i < object->part_count; i++) {
		part = &object->parts[i];
		if (strncmp(part->name, "set_", 4) != 0)
			continue;
		if (object->set_count == OBJECT_SETS_MAX ||
		    part->bytes % 8 != 0)
			return (err_set(reader->err, "section %.60s is no list "
			    "of pointers, or one of more than %d lists",
			    part->name, OBJECT_SETS_MAX));
		set = &object->sets[object->set_count++];
		set->name = part->name + 4;
		set->at = part->at;
		set->count = part->bytes / 8;
	}
	if (object_set(object, "gusim_modules") == NULL &&
	    object_set(object, "sysinit_set") == NULL)
		return (err_set(reader->err, "there is no module in it: neither "
		    "DECLARE_MODULE() nor SYSINIT()"));
	return (0);
}

int
object_open(struct object *object, const void *file, size_t bytes,
    struct err *err)
{
	struct object_reader reader;
	int failed;

	memset(object, 0, sizeof(*object));
	memset(&reader, 0, sizeof(reader));
	reader.object = object;
	reader.err = err;
	if (bytes > OBJECT_FILE_MAX)
		return (err_set(err, "it has %zu bytes; allowed are %d", bytes,
		    OBJECT_FILE_MAX));
	object->file = must_alloc(bytes, 1);
	memcpy(object->file, file, bytes);
	object->file_bytes = bytes;
	failed = read_header(&reader) != 0 || read_sections(&reader) != 0 ||
	    object_read_symbols(&reader) != 0 || lay_out(&reader) != 0 ||
	    object_relocate(&reader) != 0 || find_sets(&reader) != 0;
	free(reader.sections);
	free(reader.kinds);
	free(reader.places);
	free(reader.symbols);
	free(reader.imports);
	if (!failed)
		return (0);
	object_fini(object);
	return (-1);
}

void
object_fini(struct object *object)
{

	free(object->file);
	free(object->image);
	free(object->parts);
	free(object->fixups);
	free(object->variables);
	memset(object, 0, sizeof(*object));
}

const struct object_set *
object_set(const struct object *object, const char *name)
{
	size_t i;

	for (i = 0; i < object->set_count; i++)
		if (strcmp(object->sets[i].name, name) == 0)
			return (&object->sets[i]);
	return (NULL);
}

const struct object_part *
object_part_at(const struct object *object, uint32_t at)
{
	size_t i;

	for (i = 0; i < object->part_count; i++)
		if (at - object->parts[i].at < object->parts[i].bytes)
			return (&object->parts[i]);
	return (NULL);
}
