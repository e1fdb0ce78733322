/*
 * object_relocate - where does each symbol of a module's file point?
 *
 * The inside of object.c and object_relocate.c: a file while it is read.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_KMOD_OBJECT_RELOCATE_H
#define SIM_KMOD_OBJECT_RELOCATE_H

#include <elf.h>
#include <stdint.h>

#include "sim/kmod/object.h"

enum object_kind {
	OBJECT_LEFT_OUT,
	OBJECT_CODE,
	OBJECT_CONSTANT,
	OBJECT_DATA,
	OBJECT_ZERO,
};

/* A jump by way of the table: how code reaches what lies beyond 2 GiB. */
enum { OBJECT_HOP_BYTES = 16 };

/* What a symbol stands for. */
struct object_symbol {
	enum {
		SYMBOL_NOWHERE,		/* must not be used */
		SYMBOL_SECTION,		/* `value` bytes into `index` */
		SYMBOL_COMMON,		/* `value`: where in the image */
		SYMBOL_ABSOLUTE,
		SYMBOL_FUNCTION,	/* import `index` of the kernel */
		SYMBOL_VARIABLE,	/* row `index` of the kernel */
		SYMBOL_TICKS,		/* the machine's own counter */
	} kind;
	uint32_t index;
	uint64_t value;
	const char *name;	/* "" where it has none */
	uint64_t align;		/* of a common one; */
	uint64_t bytes;		/* and its size */
	uint8_t used;		/* its slot in the table is */
};

struct object_reader {
	struct object *object;
	struct err *err;
	Elf64_Shdr *sections;
	uint32_t section_count;
	uint32_t names;		/* the section with their names */
	uint8_t *kinds;		/* enum object_kind, of each section */
	uint32_t *places;	/* in the image */
	struct object_symbol *symbols;
	uint64_t symbol_count;
	uint32_t symbol_section;
	uint32_t *imports;	/* rows of kpi.h, each once */
	uint64_t import_count;
	uint64_t used;		/* bytes of the image that are given away */
	uint64_t hops;		/* where those of the imports are ... */
	uint64_t slots;		/* ... and the addresses that they jump to */
	uint64_t table;		/* of symbols' addresses */
};

/* The text at that offset of a section of strings, or NULL. */
const char *object_string(const struct object_reader *reader, uint32_t section,
    uint64_t offset);

/* Looks all symbols up; what the kernel does not have is named in err. */
int object_read_symbols(struct object_reader *reader);

/* Gives variables that no section holds their place. */
int object_place_commons(struct object_reader *reader,
    int (*place)(struct object_reader *reader, uint64_t bytes, uint64_t align,
    uint64_t *at));

/* Fills in the image, and lists what depends on where it will be. */
int object_relocate(struct object_reader *reader);

#endif
