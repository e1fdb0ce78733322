/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/litmus/types.h"

#include <string.h>

/* As on the ABI of Linux for x86-64. */
static const struct base {
	const char *name;
	uint8_t size;
	bool sign;
} bases[] = {
	{ "bool", 1, false }, { "_Bool", 1, false },
	{ "int8_t", 1, true }, { "uint8_t", 1, false },
	{ "int16_t", 2, true }, { "uint16_t", 2, false },
	{ "int32_t", 4, true }, { "uint32_t", 4, false },
	{ "int64_t", 8, true }, { "uint64_t", 8, false },
	{ "intptr_t", 8, true }, { "uintptr_t", 8, false },
	{ "size_t", 8, false }, { "ssize_t", 8, true },
	{ "ptrdiff_t", 8, true }, { "intmax_t", 8, true },
	{ "uintmax_t", 8, false },
	{ "s8", 1, true }, { "u8", 1, false }, { "s16", 2, true },
	{ "u16", 2, false }, { "s32", 4, true }, { "u32", 4, false },
	{ "s64", 8, true }, { "u64", 8, false },
	/* Those of the Linux kernel that wrap a number. */
	{ "atomic_t", 4, true }, { "atomic_long_t", 8, true },
	{ "atomic64_t", 8, true }, { "spinlock_t", 4, true },
	{ "mtx_t", 4, true }, { "atomic_flag", 1, false },
	{ "void", 0, false },
};

/* What may follow "atomic_" in C11, besides the names above. */
static const struct base atomics[] = {
	{ "char", 1, true }, { "schar", 1, true }, { "uchar", 1, false },
	{ "short", 2, true }, { "ushort", 2, false },
	{ "int", 4, true }, { "uint", 4, false },
	{ "long", 8, true }, { "ulong", 8, false },
	{ "llong", 8, true }, { "ullong", 8, false },
};

static const char *const words[] = { "char", "short", "int", "long", "signed",
    "unsigned", NULL };
static const char *const qualifiers[] = { "const", "volatile", "register",
    "static", "restrict", "auto", "extern", "inline", NULL };
static const char *const strange[] = { "struct", "union", "enum", "float",
    "double", "__int128", "__int128_t", "__uint128_t", "__uint128", NULL };

static bool
one_of(const struct scan_token *token, const char *const *list)
{

	for (; *list != NULL; list++)
		if (scan_same(token, *list))
			return (true);
	return (false);
}

static bool
find_base(const struct scan_token *token, struct type *type)
{
	struct scan_token rest;
	size_t i;

	for (i = 0; i < sizeof(bases) / sizeof(*bases); i++) {
		if (scan_same(token, bases[i].name)) {
			type->size = bases[i].size;
			type->sign = bases[i].sign;
			return (true);
		}
	}
	if (token->kind != SCAN_NAME || token->length < 8 ||
	    memcmp(token->text, "atomic_", 7) != 0)
		return (false);
	rest = *token;
	rest.text += 7;
	rest.length -= 7;
	for (i = 0; i < sizeof(atomics) / sizeof(*atomics); i++) {
		if (scan_same(&rest, atomics[i].name)) {
			type->size = atomics[i].size;
			type->sign = atomics[i].sign;
			type->atomic = true;
			return (true);
		}
	}
	for (i = 0; i < sizeof(bases) / sizeof(*bases); i++) {
		if (bases[i].size > 0 && scan_same(&rest, bases[i].name)) {
			type->size = bases[i].size;
			type->sign = bases[i].sign;
			type->atomic = true;
			return (true);
		}
	}
	return (false);
}

bool
types_begin(const struct scan_token *token)
{
	struct type ignored;

	return (one_of(token, words) || one_of(token, qualifiers) ||
	    one_of(token, strange) || scan_same(token, "_Atomic") ||
	    find_base(token, &ignored));
}

/* The words char, short, int, long, signed, unsigned, in any order. */
struct spelling {
	unsigned chars, shorts, ints, longs, signs, unsigneds, named;
};

static bool
spell(struct spelling *spelling, const struct scan_token *token)
{

	spelling->chars += scan_same(token, "char");
	spelling->shorts += scan_same(token, "short");
	spelling->ints += scan_same(token, "int");
	spelling->longs += scan_same(token, "long");
	spelling->signs += scan_same(token, "signed");
	spelling->unsigneds += scan_same(token, "unsigned");
	return (one_of(token, words));
}

static bool
spelt(const struct spelling *s, struct type *type)
{
	unsigned basic;

	basic = s->chars + s->shorts + (s->longs > 0);
	if (s->named > 0)
		return (s->named == 1 && basic + s->ints + s->signs +
		    s->unsigneds == 0);
	if (basic + s->ints + s->signs + s->unsigneds == 0 || basic > 1 ||
	    s->longs > 2 || s->ints > 1 || (s->chars > 0 && s->ints > 0) ||
	    s->signs + s->unsigneds > 1)
		return (false);
	type->size = s->chars > 0 ? 1 : s->shorts > 0 ? 2 :
	    s->longs > 0 ? 8 : 4;
	type->sign = s->unsigneds == 0;
	return (true);
}

bool
types_read(struct reader *reader, struct type *type)
{
	struct scan *scan;
	struct scan_token first;
	struct spelling spelling;

	scan = &reader->scan;
	first = scan->token;
	memset(type, 0, sizeof(*type));
	memset(&spelling, 0, sizeof(spelling));
	for (;;) {
		if (scan->token.kind == SCAN_END)
			return (scan_unexpected(scan, "a type"));
		if (one_of(&scan->token, strange))
			return (scan_unexpected(scan, "a type of whole numbers "
			    "of at most 8 bytes"));
		if (scan_is_name(scan, "_Atomic")) {
			type->atomic = true;
			scan_next(scan);
			if (!scan_take(scan, '('))
				continue;
			if (!reader_enter(reader) ||
			    !types_read(reader, type) ||
			    !scan_need(scan, ')', "after the type"))
				return (false);
			reader_leave(reader);
			type->atomic = true;
			spelling.named++;
			continue;
		}
		if (one_of(&scan->token, qualifiers)) {
			scan_next(scan);
			continue;
		}
		/* A name that comes after a type is what is declared. */
		if (spelling.named == 0 && find_base(&scan->token, type))
			spelling.named++;
		else if (!spell(&spelling, &scan->token))
			break;
		scan_next(scan);
	}
	while (scan_is(scan, '*') || one_of(&scan->token, qualifiers)) {
		if (scan_is(scan, '*') && type->pointers++ == 3)
			return (scan_unexpected(scan, "fewer stars"));
		scan_next(scan);
	}
	if (!spelt(&spelling, type))
		return (scan_fail(scan, &first, "expected a type such as int, "
		    "atomic_int, uint64_t or _Atomic(long)"));
	return (!scan->failed);
}
