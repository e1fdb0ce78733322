/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/litmus/x86_mnemonic.h"

#include <string.h>

#include "sim/memory/memory.h"

static const struct x86_mnemonic mnemonics[] = {
	{ .name = "mov", .act = X86_MOVE },
	{ .name = "add", .act = X86_ALU, .alu = LITMUS_ADD },
	{ .name = "sub", .act = X86_ALU, .alu = LITMUS_SUB },
	{ .name = "and", .act = X86_ALU, .alu = LITMUS_AND },
	{ .name = "or", .act = X86_ALU, .alu = LITMUS_OR },
	{ .name = "xor", .act = X86_ALU, .alu = LITMUS_XOR },
	{ .name = "cmp", .act = X86_COMPARE },
	{ .name = "test", .act = X86_TEST },
	{ .name = "inc", .act = X86_ONE, .alu = LITMUS_ADD },
	{ .name = "dec", .act = X86_ONE, .alu = LITMUS_SUB },
	{ .name = "neg", .act = X86_NEGATE },
	{ .name = "not", .act = X86_INVERT },
	{ .name = "shl", .act = X86_SHIFT, .alu = LITMUS_SHL },
	{ .name = "shr", .act = X86_SHIFT, .alu = LITMUS_SHR },
	{ .name = "xchg", .act = X86_EXCHANGE },
	{ .name = "uxch", .act = X86_EXCHANGE_UNLOCKED },
	{ .name = "xadd", .act = X86_XADD },
	{ .name = "cmpxchg", .act = X86_CMPXCHG },
	{ .name = "movzbw", .act = X86_EXTEND, .from = 1, .to = 2 },
	{ .name = "movzbl", .act = X86_EXTEND, .from = 1, .to = 4 },
	{ .name = "movzbq", .act = X86_EXTEND, .from = 1, .to = 8 },
	{ .name = "movzwl", .act = X86_EXTEND, .from = 2, .to = 4 },
	{ .name = "movzwq", .act = X86_EXTEND, .from = 2, .to = 8 },
	{ .name = "movsbw", .act = X86_EXTEND, .from = 1, .to = 2, .sign = true },
	{ .name = "movsbl", .act = X86_EXTEND, .from = 1, .to = 4, .sign = true },
	{ .name = "movsbq", .act = X86_EXTEND, .from = 1, .to = 8, .sign = true },
	{ .name = "movswl", .act = X86_EXTEND, .from = 2, .to = 4, .sign = true },
	{ .name = "movswq", .act = X86_EXTEND, .from = 2, .to = 8, .sign = true },
	{ .name = "movslq", .act = X86_EXTEND, .from = 4, .to = 8, .sign = true },
	{ .name = "mfence", .act = X86_FENCE, .order = ORDER_SEQ_CST },
	{ .name = "lfence", .act = X86_FENCE, .order = ORDER_ACQUIRE },
	{ .name = "sfence", .act = X86_FENCE, .order = ORDER_RELEASE },
	{ .name = "nop", .act = X86_NOTHING },
	{ .name = "pause", .act = X86_NOTHING },
	{ .name = "jmp", .act = X86_JUMP },
	{ .name = "lock", .act = X86_LOCK },
};

const struct x86_mnemonic *
x86_mnemonic_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(mnemonics) / sizeof(*mnemonics); i++)
		if (strcmp(mnemonics[i].name, name) == 0)
			return (&mnemonics[i]);
	return (NULL);
}

static uint8_t
suffix(char c)
{

	return (c == 'b' ? 1 : c == 'w' ? 2 : c == 'l' ? 4 : c == 'q' ? 8 : 0);
}

bool
x86_mnemonic_strip(char *name, uint8_t *width)
{
	size_t length;

	length = strlen(name);
	if (length < 2 || suffix(name[length - 1]) == 0)
		return (false);
	*width = suffix(name[length - 1]);
	name[length - 1] = '\0';
	return (true);
}
