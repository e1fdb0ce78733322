/*
 * x86_mnemonic - which instruction is called so?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_LITMUS_X86_MNEMONIC_H
#define TOOLS_LITMUS_X86_MNEMONIC_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/litmus/program.h"

/* Those before X86_FENCE may be spelt with a width at their end. */
enum x86_act {
	X86_MOVE, X86_EXTEND, X86_ALU, X86_COMPARE, X86_TEST, X86_ONE,
	X86_NEGATE, X86_INVERT, X86_SHIFT, X86_EXCHANGE,
	X86_EXCHANGE_UNLOCKED, X86_XADD, X86_CMPXCHG, X86_FENCE, X86_NOTHING,
	X86_JUMP, X86_LOCK,
};

struct x86_mnemonic {
	const char *name;
	enum x86_act act;
	enum litmus_alu alu;
	int order;		/* of an X86_FENCE */
	uint8_t from, to;	/* widths of an X86_EXTEND */
	bool sign;
};

/* By its name in lower case, without a width; or NULL. */
const struct x86_mnemonic *x86_mnemonic_find(const char *name);

/* Takes b, w, l or q off the end of a name; false if there is none. */
bool x86_mnemonic_strip(char *name, uint8_t *width);

#endif
