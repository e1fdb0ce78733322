/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/source/source_module.h"

#include <elfutils/libdwfl.h>
#include <gelf.h>
#include <stdio.h>
#include <unistd.h>

#include "sim/base/must.h"
#include "sim/kmod/kmod.h"

struct source_module {
	Dwfl *dwfl;		/* it all belongs to this */
	Elf *elf;
	Dwarf_Addr shift;	/* from section addresses to those of the lines */
};

/* The file's bytes as they were read: the file itself may be another by now. */
static int
file_again(const struct kmod_place *place)
{
	FILE *file;
	int copy;

	file = tmpfile();
	if (file == NULL)
		return (-1);
	copy = -1;
	if (fwrite(place->file, 1, place->file_bytes, file) ==
	    place->file_bytes && fflush(file) == 0)
		copy = dup(fileno(file));
	fclose(file);
	return (copy);
}

struct source_module *
source_module_open(const struct kmod_place *place, Dwarf **dwarf)
{
	static const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_build_id_find_elf,
		.find_debuginfo = dwfl_standard_find_debuginfo,
		.section_address = dwfl_offline_section_address,
	};
	struct source_module *module;
	Dwfl_Module *reported;
	Dwarf_Addr lines, sections;
	Dwfl *dwfl;
	Elf *elf;
	int file;

	*dwarf = NULL;
	file = file_again(place);
	if (file < 0)
		return (NULL);
	dwfl = dwfl_begin(&callbacks);
	if (dwfl == NULL) {
		close(file);
		return (NULL);
	}
	/* Takes the file over. */
	reported = dwfl_report_offline(dwfl, "module", place->name, file);
	(void)dwfl_report_end(dwfl, NULL, NULL);
	if (reported == NULL) {
		dwfl_end(dwfl);
		return (NULL);
	}
	elf = dwfl_module_getelf(reported, &sections);
	*dwarf = elf == NULL ? NULL : dwfl_module_getdwarf(reported, &lines);
	if (*dwarf == NULL) {
		dwfl_end(dwfl);
		return (NULL);
	}
	module = must_alloc(1, sizeof(*module));
	module->dwfl = dwfl;
	module->elf = elf;
	module->shift = sections - lines;
	return (module);
}

Dwarf_Addr
source_module_address(const struct source_module *module,
    const struct kmod_place *place)
{
	Elf_Scn *section;
	GElf_Shdr header;

	section = elf_getscn(module->elf, place->section);
	if (section == NULL || gelf_getshdr(section, &header) == NULL)
		return (0);
	return (header.sh_addr + module->shift + place->offset);
}
