/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/litmus/x86_register.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "tools/litmus/names.h"

/* The spellings for 8, 4, 2 and 1 bytes; those of the high bytes are absent. */
static const struct {
	const char *names[4];
} family[] = {
	{ { "rax", "eax", "ax", "al" } },
	{ { "rbx", "ebx", "bx", "bl" } },
	{ { "rcx", "ecx", "cx", "cl" } },
	{ { "rdx", "edx", "dx", "dl" } },
	{ { "rsi", "esi", "si", "sil" } },
	{ { "rdi", "edi", "di", "dil" } },
	{ { "rbp", "ebp", "bp", "bpl" } },
	{ { "rsp", "esp", "sp", "spl" } },
	{ { "r8", "r8d", "r8w", "r8b" } },
	{ { "r9", "r9d", "r9w", "r9b" } },
	{ { "r10", "r10d", "r10w", "r10b" } },
	{ { "r11", "r11d", "r11w", "r11b" } },
	{ { "r12", "r12d", "r12w", "r12b" } },
	{ { "r13", "r13d", "r13w", "r13b" } },
	{ { "r14", "r14d", "r14w", "r14b" } },
	{ { "r15", "r15d", "r15w", "r15b" } },
};

enum { FAMILIES = sizeof(family) / sizeof(*family), OLD = 8 };

static bool
is(const struct scan_token *token, const char *name)
{

	return (token->length == strlen(name) &&
	    strncasecmp(token->text, name, token->length) == 0);
}

static void
in_case(char to[8], const char *from, bool upper)
{
	size_t i;

	memset(to, 0, 8);
	for (i = 0; from[i] != '\0' && i < 7; i++)
		to[i] = upper && from[i] >= 'a' && from[i] <= 'z' ?
		    (char)(from[i] - 'a' + 'A') : from[i];
}

bool
x86_register_find(const struct scan_token *token, enum litmus_dialect dialect,
    struct x86_register *found)
{
	size_t i, n;
	bool old;

	if (token->kind != SCAN_NAME)
		return (false);
	old = dialect == LITMUS_X86;
	for (i = 0; i < (old ? (size_t)OLD : (size_t)FAMILIES); i++) {
		for (n = old ? 1 : 0; n < 4; n++) {
			if (!is(token, family[i].names[n]))
				continue;
			in_case(found->name, family[i].names[n], old);
			in_case(found->whole,
			    family[i].names[old ? 1 : 0], old);
			found->size = (uint8_t)(8 >> n);
			return (true);
		}
	}
	return (false);
}

int
x86_register_use(struct reader *reader, size_t thread,
    const struct scan_token *token, const struct x86_register *reg)
{

	return (names_register_make(reader, thread, token, reg->whole,
	    strlen(reg->whole), type_int, false));
}
