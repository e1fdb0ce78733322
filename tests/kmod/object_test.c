/*
 * The loader trusts nothing.  OBJECT and WIDE are modules that the build made.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/kmod/object.h"

#include <criterion/criterion.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/rng.h"

static unsigned char *
contents(const char *path, size_t *bytes)
{
	unsigned char *file;
	FILE *in;

	in = fopen(path, "rb");
	cr_assert(in != NULL, "%s", path);
	file = malloc(OBJECT_FILE_MAX);
	*bytes = fread(file, 1, OBJECT_FILE_MAX, in);
	fclose(in);
	return (file);
}

/* Whether it was taken; what is refused says why. */
static bool
taken(const unsigned char *file, size_t bytes)
{
	struct object object;
	struct err err;
	bool ok;

	err.text[0] = '\0';
	ok = object_open(&object, file, bytes, &err) == 0;
	cr_assert(ok || err.text[0] != '\0');
	if (ok)
		object_fini(&object);
	return (ok);
}

Test(object, modules_are_taken)
{
	unsigned char *file;
	size_t bytes;

	file = contents(OBJECT, &bytes);
	cr_assert(taken(file, bytes));
	free(file);
	file = contents(WIDE, &bytes);
	cr_assert(taken(file, bytes));
	free(file);
}

Test(object, what_is_cut_off_is_refused_at_every_length, .timeout = 120)
{
	unsigned char *file, *cut;
	size_t bytes, length;

	file = contents(OBJECT, &bytes);
	for (length = 0; length < bytes; length++) {
		/* Of its own, so that reading past its end is seen. */
		cut = malloc(length == 0 ? 1 : length);
		memcpy(cut, file, length);
		cr_assert_not(taken(cut, length), "%zu bytes", length);
		free(cut);
	}
	free(file);
}

Test(object, damaged_files_never_crash_the_loader, .timeout = 120)
{
	unsigned char *file;
	struct rng rng;
	size_t bytes, at[8];
	unsigned char before[8];
	unsigned round, i, flips, refused;

	file = contents(OBJECT, &bytes);
	rng_init(&rng, 1, "damage", 0);
	refused = 0;
	for (round = 0; round < 6000; round++) {
		flips = 1 + (unsigned)rng_below(&rng, 8);
		for (i = 0; i < flips; i++) {
			/* Half of them where it hurts: headers and tables. */
			at[i] = rng_below(&rng, 2) == 0 ?
			    rng_below(&rng, bytes) :
			    bytes - 1 - rng_below(&rng, bytes / 4);
			before[i] = file[at[i]];
			file[at[i]] ^= (unsigned char)(1 +
			    rng_below(&rng, 255));
		}
		refused += !taken(file, bytes);
		while (i-- > 0)
			file[at[i]] = before[i];
	}
	cr_assert_gt(refused, 300);
	cr_assert(taken(file, bytes), "all damage was undone");
	free(file);
}

Test(object, every_field_of_every_section_is_held_against_the_file,
    .timeout = 120)
{
	static const uint64_t values[] = { 0, 1, 3, 0x7fffffff, 0xffffffff,
		0x7fffffffffffffff, UINT64_MAX };
	unsigned char *file;
	Elf64_Ehdr header;
	uint64_t old;
	size_t bytes, at, field, value;
	uint16_t s;

	file = contents(OBJECT, &bytes);
	memcpy(&header, file, sizeof(header));
	for (s = 0; s < header.e_shnum; s++)
		for (field = 0; field < sizeof(Elf64_Shdr); field += 8)
			for (value = 0; value < sizeof(values) /
			    sizeof(values[0]); value++) {
				at = header.e_shoff +
				    s * sizeof(Elf64_Shdr) + field;
				memcpy(&old, file + at, 8);
				memcpy(file + at, &values[value], 8);
				(void)taken(file, bytes);
				memcpy(file + at, &old, 8);
			}
	cr_assert(taken(file, bytes));
	free(file);
}

static void
refused_because(const unsigned char *file, size_t bytes, const char *why)
{
	struct object object;
	struct err err;

	cr_assert_neq(object_open(&object, file, bytes, &err), 0, "%s", why);
	cr_assert(strstr(err.text, why) != NULL, "%s", err.text);
}

Test(object, says_what_is_wrong)
{
	unsigned char *file;
	Elf64_Ehdr header;
	size_t bytes;

	refused_because((const unsigned char *)"hello", 5, "no ELF object");
	file = contents(OBJECT, &bytes);
	memcpy(&header, file, sizeof(header));
	header.e_machine = EM_AARCH64;
	memcpy(file, &header, sizeof(header));
	refused_because(file, bytes, "for machine 183");
	header.e_machine = EM_X86_64;
	header.e_type = ET_DYN;
	memcpy(file, &header, sizeof(header));
	refused_because(file, bytes, "it is linked");
	free(file);
	file = contents(STRANGE, &bytes);
	refused_because(file, bytes, "does not have epoch_wait, "
	    "no_such_function");
	free(file);
	file = contents(PLAIN, &bytes);
	refused_because(file, bytes, "without -fsanitize=thread");
	free(file);
	file = contents(ABSOLUTE, &bytes);
	refused_because(file, bytes, "not position independent");
	free(file);
	file = contents(EMPTY, &bytes);
	refused_because(file, bytes, "no module in it");
	free(file);
}
