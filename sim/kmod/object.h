/*
 * object - what does this kernel module's file hold, and what does it need?
 *
 * A module is an ELF relocatable object for the machine that gusim runs on.  It
 * is read once and trusted in nothing: whatever it says of places and sizes is
 * held against what there is.  What comes out is an image, sections side by
 * side as they will lie in the arena, and the list of what has to be written
 * into it once it is known where that is.
 *
 *	code, jumps to what is imported, their table, constants	| executable
 *	data, what starts at zero, the variables of the kernel	| writable
 *
 * Errors      object_open() sets err: what was found, what is allowed.
 * Source      System V ABI, AMD64 supplement, chapter 4 (relocation types).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_KMOD_OBJECT_H
#define SIM_KMOD_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

enum {
	OBJECT_FILE_MAX = 16 << 20,
	OBJECT_CODE_MAX = 8 << 20,
	OBJECT_IMAGE_MAX = 64 << 20,
	OBJECT_PAGE = 4096,
};

/* A section of the file, and where in the image it lies. */
struct object_part {
	uint32_t section;	/* its number in the file */
	uint32_t at;
	uint32_t bytes;
	const char *name;	/* in the file */
};

/* 8 bytes of the image that hold an address. */
struct object_fixup {
	uint32_t at;
	uint32_t base;		/* enum object_base */
	uint64_t value;		/* added to it; for FIXUP_KERNEL the row of kpi.h */
};

enum object_base {
	FIXUP_IMAGE,		/* the address of the image */
	FIXUP_KERNEL,		/* of a function of the kernel */
	FIXUP_TICKS,		/* of the machine's counter of clock interrupts */
	FIXUP_ABSOLUTE,
};

/* A list that linker_set.h made: pointers, side by side. */
struct object_set {
	const char *name;	/* without set_ */
	uint32_t at;
	uint32_t count;
};

enum { OBJECT_SETS_MAX = 64 };

struct object {
	unsigned char *file;
	size_t file_bytes;
	unsigned char *image;	/* what is in front of `zero` */
	uint32_t code_bytes;	/* executable, whole pages */
	uint32_t zero;		/* from here on all is zero ... */
	uint32_t bytes;		/* ... to the end, whole pages */
	struct object_part *parts;
	size_t part_count;
	struct object_fixup *fixups;
	size_t fixup_count;
	struct object_set sets[OBJECT_SETS_MAX];
	size_t set_count;
	uint32_t *variables;	/* where each variable of the kernel is; 0: unused */
};

/* Copies the bytes.  All zero is a valid start. */
int object_open(struct object *object, const void *file, size_t bytes,
    struct err *err);
void object_fini(struct object *object);

/* The set of that name, or NULL. */
const struct object_set *object_set(const struct object *object,
    const char *name);

/* The section that this byte of the image is in, or NULL. */
const struct object_part *object_part_at(const struct object *object,
    uint32_t at);

#endif
