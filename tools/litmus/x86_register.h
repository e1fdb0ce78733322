/*
 * x86_register - which part of which register is called so?
 *
 * A register of the program holds 64 bits; eax, ax and al are the low part of
 * what is kept under the name rax (or EAX, in the dialect X86).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_LITMUS_X86_REGISTER_H
#define TOOLS_LITMUS_X86_REGISTER_H

#include "tools/litmus/reader.h"

struct x86_register {
	char name[8];		/* as it is shown */
	char whole[8];		/* what it is a part of */
	uint8_t size;
};

/* Whether there is one of that name.  Upper and lower case are the same. */
bool x86_register_find(const struct scan_token *token,
    enum litmus_dialect dialect, struct x86_register *found);

/* Its named register in the thread, made if need be. */
int x86_register_use(struct reader *reader, size_t thread,
    const struct scan_token *token, const struct x86_register *reg);

#endif
