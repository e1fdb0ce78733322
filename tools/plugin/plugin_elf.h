/*
 * plugin_elf - could this file be a plugin?
 *
 * Looks through the bytes of a shared object for x86-64 without executing any:
 * is it whole, does it hold a policy of this build, is it instrumented, and does
 * it call nothing but what gusim has for policies?
 *
 * Errors      trusts no offset and no length.  The message says what was given
 *             and what to do.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_PLUGIN_PLUGIN_ELF_H
#define TOOLS_PLUGIN_PLUGIN_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

enum { PLUGIN_FILE_MAX = 64 << 20 };

/*
 * `offered` says whether gusim has this symbol for policies.  `extent` gets the
 * number of bytes that the object takes in memory.
 */
int plugin_elf_check(const unsigned char *file, size_t bytes, const char *build,
    bool (*offered)(const char *symbol), uint64_t *extent, struct err *err);

#endif
