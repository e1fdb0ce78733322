/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/plugin/plugin_elf.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>

#include "policies/plugin.h"
#include "sim/base/err.h"
#include "sim/plugin.h"

static const char link_hint[] = "link it with `cc -shared ... $(pkg-config "
    "--libs gusim-policy)`";
static const char compile_hint[] = "compile it with `cc $(pkg-config --cflags "
    "gusim-policy) -c ...`";

struct reader {
	const unsigned char *file;
	size_t bytes;
	Elf64_Ehdr head;
	Elf64_Shdr symbols;	/* .dynsym */
	const char *names;	/* its strings, which end with a NUL */
	size_t names_bytes;
	uint64_t extent;	/* in memory */
	struct err *err;
};

static int
damaged(const struct reader *reader, const char *what)
{

	return (err_set(reader->err, "it is cut short or damaged (%s); %s "
	    "again", what, link_hint));
}

static bool
within(const struct reader *reader, uint64_t offset, uint64_t bytes)
{

	return (offset <= reader->bytes && bytes <= reader->bytes - offset);
}

/* Element `index` of a table in the file; the table has been held against it. */
static void
take(const struct reader *reader, uint64_t offset, size_t index, void *to,
    size_t bytes)
{

	memcpy(to, reader->file + offset + index * bytes, bytes);
}

static int
read_head(struct reader *reader)
{
	Elf64_Ehdr *head = &reader->head;

	if (reader->bytes < SELFMAG ||
	    memcmp(reader->file, ELFMAG, SELFMAG) != 0)
		return (err_set(reader->err, "it is no shared object; allowed "
		    "is what `cc -shared` makes (docs/policies-plugin.md)"));
	if (reader->bytes < sizeof(*head))
		return (damaged(reader, "its header"));
	take(reader, 0, 0, head, sizeof(*head));
	if (head->e_ident[EI_CLASS] != ELFCLASS64 ||
	    head->e_ident[EI_DATA] != ELFDATA2LSB ||
	    head->e_machine != EM_X86_64)
		return (err_set(reader->err, "it is not for x86-64; gusim and "
		    "its plugins run on one machine"));
	if (head->e_type == ET_REL)
		return (err_set(reader->err, "it has not been linked; %s",
		    link_hint));
	if (head->e_type != ET_DYN)
		return (err_set(reader->err, "it is a program or something "
		    "else, no shared object; %s", link_hint));
	return (0);
}

/* What will be mapped: all of it is in the file, and small enough. */
static int
read_segments(struct reader *reader)
{
	const Elf64_Ehdr *head = &reader->head;
	Elf64_Phdr segment;
	size_t i, loads;

	if (head->e_phentsize != sizeof(segment) || !within(reader,
	    head->e_phoff, (uint64_t)head->e_phnum * sizeof(segment)))
		return (damaged(reader, "its program headers"));
	loads = 0;
	for (i = 0; i < head->e_phnum; i++) {
		take(reader, head->e_phoff, i, &segment, sizeof(segment));
		if (segment.p_type == PT_INTERP)
			return (err_set(reader->err, "it is a program, no "
			    "shared object; %s", link_hint));
		if (segment.p_type != PT_LOAD && segment.p_type != PT_DYNAMIC)
			continue;
		if (segment.p_filesz > segment.p_memsz ||
		    !within(reader, segment.p_offset, segment.p_filesz))
			return (damaged(reader, "a segment"));
		if (segment.p_vaddr > PLUGIN_CODE_MAX ||
		    segment.p_memsz > PLUGIN_CODE_MAX - segment.p_vaddr)
			return (err_set(reader->err, "it is larger than %d MiB",
			    PLUGIN_CODE_MAX >> 20));
		loads += segment.p_type == PT_LOAD;
		if (reader->extent < segment.p_vaddr + segment.p_memsz)
			reader->extent = segment.p_vaddr + segment.p_memsz;
	}
	return (loads == 0 ? damaged(reader, "its segments") : 0);
}

/* The dynamic symbols with their names, and the libraries that it wants. */
static int
read_sections(struct reader *reader, Elf64_Shdr *dynamic)
{
	const Elf64_Ehdr *head = &reader->head;
	Elf64_Shdr section, strings;
	size_t i;

	if (head->e_shentsize != sizeof(section) || head->e_shnum == 0 ||
	    !within(reader, head->e_shoff,
	    (uint64_t)head->e_shnum * sizeof(section)))
		return (damaged(reader, "its section headers"));
	memset(dynamic, 0, sizeof(*dynamic));
	for (i = 0; i < head->e_shnum; i++) {
		take(reader, head->e_shoff, i, &section, sizeof(section));
		if (section.sh_type != SHT_NOBITS &&
		    !within(reader, section.sh_offset, section.sh_size))
			return (damaged(reader, "a section"));
		if (section.sh_type == SHT_DYNSYM)
			reader->symbols = section;
		if (section.sh_type == SHT_DYNAMIC)
			*dynamic = section;
	}
	if (reader->symbols.sh_size == 0 || dynamic->sh_size == 0 ||
	    reader->symbols.sh_entsize != sizeof(Elf64_Sym) ||
	    reader->symbols.sh_link >= head->e_shnum)
		return (damaged(reader, "its symbols"));
	take(reader, head->e_shoff, reader->symbols.sh_link, &strings,
	    sizeof(strings));
	if (strings.sh_type != SHT_STRTAB || strings.sh_size == 0 ||
	    reader->file[strings.sh_offset + strings.sh_size - 1] != '\0')
		return (damaged(reader, "its names"));
	reader->names = (const char *)reader->file + strings.sh_offset;
	reader->names_bytes = strings.sh_size;
	return (0);
}

static const char *
name_of(const struct reader *reader, uint64_t at)
{

	return (at < reader->names_bytes ? reader->names + at : "");
}

static int
check_libraries(const struct reader *reader, const Elf64_Shdr *dynamic)
{
	static const char *const harmless[] = { "libc.so.6",
		"libgcc_s.so.1" };
	Elf64_Dyn entry;
	const char *name;
	size_t i, j;

	for (i = 0; i < dynamic->sh_size / sizeof(entry); i++) {
		take(reader, dynamic->sh_offset, i, &entry, sizeof(entry));
		if (entry.d_tag == DT_NULL)
			break;
		if (entry.d_tag != DT_NEEDED)
			continue;
		name = name_of(reader, entry.d_un.d_val);
		for (j = 0; j < sizeof(harmless) / sizeof(harmless[0]); j++)
			if (strcmp(name, harmless[j]) == 0)
				break;
		if (j == sizeof(harmless) / sizeof(harmless[0]))
			return (err_set(reader->err, "it needs the library "
			    "%.60s; policies need none: %s%s", name, link_hint,
			    strncmp(name, "libtsan", 7) == 0 ? ", without "
			    "-fsanitize=thread" : ""));
	}
	return (0);
}

/* Where in the file this address of the image comes from. */
static const unsigned char *
bytes_at(const struct reader *reader, uint64_t address, uint64_t bytes)
{
	Elf64_Phdr segment;
	size_t i;

	for (i = 0; i < reader->head.e_phnum; i++) {
		take(reader, reader->head.e_phoff, i, &segment,
		    sizeof(segment));
		if (segment.p_type == PT_LOAD && address >= segment.p_vaddr &&
		    address - segment.p_vaddr <= segment.p_filesz &&
		    bytes <= segment.p_filesz - (address - segment.p_vaddr))
			return (reader->file + segment.p_offset +
			    (address - segment.p_vaddr));
	}
	return (NULL);
}

static int
check_passport(const struct reader *reader, uint64_t address, const char *build)
{
	struct policy_plugin passport;
	const unsigned char *bytes;

	bytes = bytes_at(reader, address, sizeof(passport));
	if (bytes == NULL)
		return (damaged(reader, POLICY_PLUGIN_SYMBOL));
	memcpy(&passport, bytes, sizeof(passport));
	if (strncmp(passport.magic, POLICY_PLUGIN_MAGIC,
	    sizeof(passport.magic)) != 0)
		return (err_set(reader->err, "its %s is not what "
		    "POLICY_PLUGIN() makes (policies/plugin.h)",
		    POLICY_PLUGIN_SYMBOL));
	if (passport.interface != POLICY_INTERFACE ||
	    passport.def_bytes != sizeof(struct policy_def))
		return (err_set(reader->err, "it was made for version %u of "
		    "the interface of policies; this gusim has version %u: %s, "
		    "of this gusim", passport.interface, POLICY_INTERFACE,
		    compile_hint));
	if (strncmp(passport.build, build, sizeof(passport.build)) != 0)
		return (err_set(reader->err, "it was made for build %.8s; this "
		    "is build %.8s, whose headers may have other code in them: "
		    "%s, of this gusim", passport.build, build, compile_hint));
	return (0);
}

static int
check_symbols(const struct reader *reader, const char *build,
    bool (*offered)(const char *symbol))
{
	char missing[400];
	const char *name;
	Elf64_Sym symbol;
	size_t count, i, used;
	uint64_t passport;
	bool found, seen;

	missing[0] = '\0';
	used = 0;
	found = seen = false;
	passport = 0;
	count = reader->symbols.sh_size / sizeof(symbol);
	for (i = 1; i < count; i++) {
		take(reader, reader->symbols.sh_offset, i, &symbol,
		    sizeof(symbol));
		name = name_of(reader, symbol.st_name);
		if (symbol.st_shndx != SHN_UNDEF) {
			if (strcmp(name, POLICY_PLUGIN_SYMBOL) == 0) {
				found = true;
				passport = symbol.st_value;
			}
			continue;
		}
		seen = seen || (strncmp(name, "__tsan_", 7) == 0 &&
		    strcmp(name, "__tsan_init") != 0);
		if (ELF64_ST_BIND(symbol.st_info) == STB_WEAK ||
		    offered(name) || used >= sizeof(missing))
			continue;
		used += (size_t)snprintf(missing + used,
		    sizeof(missing) - used, "%s%.60s", used == 0 ? "" : ", ",
		    name);
	}
	if (!found)
		return (err_set(reader->err, "there is no policy in it: a line "
		    "POLICY_PLUGIN(policy_NAME); at the end of the source puts "
		    "one there (policies/plugin.h)"));
	if (check_passport(reader, passport, build) != 0)
		return (-1);
	if (!seen)
		return (err_set(reader->err, "it is not instrumented, so "
		    "nobody would see what it does: %s", compile_hint));
	if (used > 0)
		return (err_set(reader->err, "it calls what policies may not: "
		    "%s; they have engine/, policies/ and memcpy(), memmove() "
		    "and memset() by `pkg-config --libs gusim-policy`",
		    missing));
	return (0);
}

int
plugin_elf_check(const unsigned char *file, size_t bytes, const char *build,
    bool (*offered)(const char *symbol), uint64_t *extent, struct err *err)
{
	struct reader reader = { .file = file, .bytes = bytes, .err = err };
	Elf64_Shdr dynamic;

	if (read_head(&reader) != 0 || read_segments(&reader) != 0 ||
	    read_sections(&reader, &dynamic) != 0 ||
	    check_libraries(&reader, &dynamic) != 0)
		return (-1);
	*extent = reader.extent;
	return (check_symbols(&reader, build, offered));
}
